"""The user's own work: deals, decision dates, and what the rep said of threads, talks, milestones and plans."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from assistant.domain.deal import Deal, DecisionDate, Spoken
from assistant.domain.plan import PlanChoices
from assistant.errors import NotFoundError, RefusedError
from assistant.store import tables
from assistant.store.values import ApprovedPlan

_DEAL = tables.deal
_DECISION = tables.decision_date
_APPROVAL = tables.plan_approval
_CHOICE = tables.plan_choice


class Ledger:
    """Deals and the rep's words about them, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def deals(self) -> list[Deal]:
        """All deals, ended ones too, by id."""
        return self._deals(select(_DEAL).order_by(_DEAL.c.id))

    def deal(self, deal_id: str) -> Deal:
        """Raises NotFoundError."""
        found = self._deals(select(_DEAL).where(_DEAL.c.id == deal_id))
        if not found:
            raise NotFoundError(f"There is no deal {deal_id!r}.", "See their ids: nextmove deals list")
        return found[0]

    def add_deal(self, deal: Deal) -> Deal:
        """Add a deal, with its first decision date where it has one. Raises RefusedError if the id is taken."""
        if self._connection.scalar(select(_DEAL.c.id).where(_DEAL.c.id == deal.id)) is not None:
            raise RefusedError(f"There is a deal {deal.id!r} already.", "Give the new one another id.")
        self._connection.execute(insert(_DEAL), _fields(deal) | {"id": deal.id, "version": 1})
        if deal.decision is not None:
            self.decide(deal.id, deal.decision)
        return self.deal(deal.id)

    def update_deal(self, deal: Deal) -> Deal:
        """Write the deal as it's given, if it still is the version that was read. A deal that ends has no plan: what
        was approved of it counts no more, also where the deal is opened again.

        Raises RefusedError where it changed in between, or where the decision date differs: that one is written
        once, by `decide`.
        """
        now = self.deal(deal.id)
        if now.version != deal.version:
            raise RefusedError(
                f"The deal {deal.id!r} was changed in the meantime.", "Look at it again, then repeat your change."
            )
        if now.decision != deal.decision:
            raise RefusedError(
                f"The decision date of {deal.id!r} is written once.",
                "If the customer named another day, say `nextmove deals date` with their words as evidence.",
            )
        if deal.stage.ended:
            self.set_plan_aside(deal.id)
        here = (_DEAL.c.id == deal.id) & (_DEAL.c.version == deal.version)
        self._connection.execute(update(_DEAL).where(here).values(_fields(deal) | {"version": deal.version + 1}))
        return self.deal(deal.id)

    def decide(self, deal_id: str, decision: DecisionDate) -> DecisionDate:
        """Add the customer's decision date as the next plan's; `seq` is given here. The earlier ones stay."""
        last = max((earlier.seq for earlier in self.decision_dates(deal_id)), default=0)
        written = replace(decision, seq=last + 1)
        row = {
            "deal_id": self._known(deal_id),
            "seq": written.seq,
            "day": written.day,
            "evidence": written.evidence,
        }
        self._connection.execute(insert(_DECISION), row)
        return written

    def decision_dates(self, deal_id: str) -> list[DecisionDate]:
        """Every date that the customer named, the first plan's first; the last one is in force."""
        of_deal = select(_DECISION).where(_DECISION.c.deal_id == deal_id).order_by(_DECISION.c.seq)
        rows = self._connection.execute(of_deal).mappings()
        return [DecisionDate(row["day"], row["evidence"], row["seq"]) for row in rows]

    def choose_thread(self, message_id: str, deal_id: str | None, by: str, why: str, now: datetime) -> None:
        """The thread of this message belongs to the deal, or to none (None). The last word counts."""
        if deal_id is not None:
            self._known(deal_id)
        row = {"message_id": message_id, "deal_id": deal_id, "by": by, "why": why, "at": now}
        self._connection.execute(insert(tables.thread_choice), row)

    def thread_choices(self) -> dict[str, str | None]:
        """By Message-ID, the deal that was last said to own its thread; None: it's not a deal."""
        choice = tables.thread_choice
        said = select(choice.c.message_id, choice.c.deal_id).order_by(choice.c.id)
        return dict(self._connection.execute(said).all())

    def add_spoken(self, spoken: Spoken) -> Spoken:
        """Keep what the rep told of a talk; the result has its id."""
        row = {
            "deal_id": self._known(spoken.deal_id),
            "at": spoken.at,
            "what": spoken.what,
            "who": spoken.who,
            "day": spoken.day,
        }
        given = self._connection.execute(insert(tables.spoken), row).inserted_primary_key
        if given is None:
            raise RuntimeError("the database gave no id")
        return replace(spoken, id=given[0])

    def spoken(self, deal_id: str | None = None) -> list[Spoken]:
        """Talks of one deal, or of all, in the order in which they were told."""
        told = select(tables.spoken).order_by(tables.spoken.c.id)
        if deal_id is not None:
            told = told.where(tables.spoken.c.deal_id == deal_id)
        return [Spoken(**row) for row in self._connection.execute(told).mappings()]

    def delete_spoken(self, spoken_id: int) -> None:
        """Take back what was told. Raises NotFoundError."""
        gone = delete(tables.spoken).where(tables.spoken.c.id == spoken_id)
        if self._connection.execute(gone).rowcount == 0:
            raise NotFoundError(f"There is no talk {spoken_id}.", "See `nextmove deals show` for what was told.")

    def dismiss_proposal(self, key: str) -> None:
        """Don't propose this deal again."""
        if key not in self.dismissed_proposals():
            self._connection.execute(insert(tables.dismissed_proposal), {"key": key})

    def dismissed_proposals(self) -> set[str]:
        return set(self._connection.scalars(select(tables.dismissed_proposal.c.key)))

    def mark_milestone_done(self, deal_id: str, milestone_id: str, on: date, by: str) -> None:
        """Remember that the milestone was held; the first word of it stays."""
        if milestone_id not in self.milestones_done(self._known(deal_id)):
            row = {"deal_id": deal_id, "milestone_id": milestone_id, "on": on, "by": by}
            self._connection.execute(insert(tables.milestone_done), row)

    def mark_milestone_open(self, deal_id: str, milestone_id: str) -> None:
        """Take back that the milestone was held."""
        done = tables.milestone_done
        of_it = (done.c.deal_id == deal_id) & (done.c.milestone_id == milestone_id)
        self._connection.execute(delete(done).where(of_it))

    def milestones_done(self, deal_id: str) -> dict[str, date]:
        """By the milestone's id, the day on which it was held; in the order of the days."""
        done = tables.milestone_done
        held = select(done.c.milestone_id, done.c.on).where(done.c.deal_id == deal_id)
        return dict(self._connection.execute(held.order_by(done.c.on, done.c.milestone_id)).all())

    def approve_plan(
        self, deal_id: str, decision: date, days: Mapping[str, date], at: datetime, schedule: str = "off"
    ) -> None:
        """Keep the days that the rep approved for the milestones, by their ids, and how the meetings come about; the
        last approval counts.

        Raises RefusedError where the deal has ended, or its decision date in force isn't `decision`.
        """
        deal = self.deal(deal_id)
        if deal.stage.ended:
            raise RefusedError(f"The deal {deal_id!r} has ended: it has no plan.", "Nothing is to be done.")
        if deal.decision is None or deal.decision.day != decision:
            raise RefusedError(
                f"{decision} isn't the decision date that is written down for {deal_id!r}.",
                f"Look at the plan again: nextmove plan show {deal_id}",
            )
        row = {"deal_id": deal_id, "seq": deal.decision.seq, "days": dict(days), "at": at}
        self._connection.execute(insert(_APPROVAL), row | {"schedule": schedule})

    def plan_approved(self, deal_id: str) -> ApprovedPlan | None:
        """What was last approved; None where it was set aside since, another decision date came, or the deal ended."""
        of_deal = (_DECISION.c.deal_id == _APPROVAL.c.deal_id) & (_DECISION.c.seq == _APPROVAL.c.seq)
        said = select(_APPROVAL, _DECISION.c.day).join(_DECISION, of_deal).where(_APPROVAL.c.deal_id == deal_id)
        row = self._connection.execute(said.order_by(_APPROVAL.c.id.desc()).limit(1)).mappings().first()
        if row is None or row["at"] is None:
            return None
        in_force = select(func.max(_DECISION.c.seq)).where(_DECISION.c.deal_id == deal_id)
        if row["seq"] != self._connection.scalar(in_force):
            return None
        return ApprovedPlan(row["day"], row["days"], row["at"], row["seq"], row["schedule"])

    def set_plan_aside(self, deal_id: str) -> None:
        """What was approved of the deal's plan counts no more."""
        approved = self.plan_approved(deal_id)
        if approved is not None:
            row = {"deal_id": deal_id, "seq": approved.seq, "days": {}, "at": None}
            self._connection.execute(insert(_APPROVAL), row)

    def choose_milestone(
        self, deal_id: str, milestone: str, choice: str, at: datetime, *, into: str | None = None
    ) -> None:
        """Leave the milestone out of the plan in force ("drop"), hold it with another one ("merge"), or "keep" it.

        Raises RefusedError where no decision date is written down: there is no plan to choose for.
        """
        deal = self.deal(deal_id)
        if deal.decision is None:
            raise RefusedError(
                f"No decision date is written down for {deal_id!r}.",
                f"Write it down: nextmove deals date {deal_id} DAY",
            )
        row = {"deal_id": deal_id, "seq": deal.decision.seq, "milestone": milestone, "choice": choice, "into": into}
        self._connection.execute(insert(_CHOICE), {**row, "at": at})

    def plan_choices(self, deal_id: str, seq: int | None = None) -> PlanChoices:
        """What was last chosen for each milestone of the plan toward the decision date `seq`, or the one in force."""
        in_force = select(func.max(_DECISION.c.seq)).where(_DECISION.c.deal_id == deal_id).scalar_subquery()
        named = in_force if seq is None else seq
        of_plan = select(_CHOICE).where(_CHOICE.c.deal_id == deal_id, _CHOICE.c.seq == named)
        last = {row["milestone"]: row for row in self._connection.execute(of_plan.order_by(_CHOICE.c.id)).mappings()}
        return PlanChoices(
            frozenset(name for name, row in last.items() if row["choice"] == "drop"),
            {name: row["into"] for name, row in last.items() if row["choice"] == "merge"},
        )

    def _known(self, deal_id: str) -> str:
        """The id itself, if there is such a deal. Raises NotFoundError."""
        return self.deal(deal_id).id

    def _deals(self, query: Select[Any]) -> list[Deal]:
        rows = self._connection.execute(query).mappings().all()
        in_force = self._decisions_in_force([row["id"] for row in rows])
        return [Deal(**row, decision=in_force.get(row["id"])) for row in rows]

    def _decisions_in_force(self, deal_ids: list[str]) -> dict[str, DecisionDate]:
        dates = select(_DECISION).order_by(_DECISION.c.deal_id, _DECISION.c.seq)
        if len(deal_ids) == 1:
            dates = dates.where(_DECISION.c.deal_id == deal_ids[0])
        rows = self._connection.execute(dates).mappings()
        return {row["deal_id"]: DecisionDate(row["day"], row["evidence"], row["seq"]) for row in rows}


def _fields(deal: Deal) -> dict[str, object]:
    """What of a deal can change."""
    return {
        "name": deal.name,
        "company": deal.company,
        "created": deal.created,
        "domains": deal.domains,
        "contacts": deal.contacts,
        "stage": deal.stage,
        "country": deal.country,
        "timezone": deal.timezone,
        "resume_on": deal.resume_on,
        "notes": deal.notes,
        "extra": deal.extra,
    }
