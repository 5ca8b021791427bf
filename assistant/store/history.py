"""The user's own work as it was: what had been decided, approved, told and placed before some moment, of all deals."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, or_, select

from assistant.domain.deal import Deal, DecisionDate, Stage
from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.store import tables
from assistant.store.values import ApprovedPlan, AuditEntry, PlacedInvite

GUARD_STOPPED: Final = "guard stopped"
"""What the audit trail calls it that the guard stopped a text; its detail names the families and their rules."""
_STAGE: Final = "stage "
_SET_ASIDE: Final = ("plan laid anew", "undo plan", "undo end")
_EDITED: Final = ("deal edited", "deal updated by import", "deal added")


@dataclass(frozen=True, slots=True)
class Step:
    """One decision about an item, or an edit of it."""

    at: datetime
    by: str
    before: ItemState
    after: ItemState
    edited: bool
    note: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An item of the queue without its text, and what was decided about it, the oldest first."""

    id: int
    key: str
    deal_id: str
    kind: ItemKind
    title: str
    created: datetime
    purpose: Purpose | None
    steps: tuple[Step, ...]

    @property
    def state(self) -> ItemState:
        return self.steps[-1].after if self.steps else ItemState.OPEN


class History:
    """What was so before `until`, on one connection. Each part is read once, in one pass over all deals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def items(self, until: datetime) -> dict[str, list[Kept]]:
        """By deal, what had been proposed, the oldest first."""
        item, decision = tables.queue_item, tables.queue_decision
        steps: dict[int, list[Step]] = defaultdict(list)
        columns = (
            decision.c.item_id,
            *(decision.c[name] for name in ("at", "by", "before", "after", "edited", "note")),
        )
        for row in self._connection.execute(select(*columns).order_by(decision.c.id)):
            if row.at < until:
                steps[row.item_id].append(Step(*row[1:]))
        names = ("id", "key", "deal_id", "kind", "title", "created", "purpose")
        found: dict[str, list[Kept]] = defaultdict(list)
        wanted = select(*(item.c[name] for name in names)).order_by(item.c.id)
        for each in self._connection.execute(wanted).mappings():
            if each["created"] < until:
                found[each["deal_id"]].append(Kept(**each, steps=tuple(steps.get(each["id"], ()))))
        return found

    def decisions(self, until: date) -> dict[str, list[DecisionDate]]:
        """By deal, the dates that the customer had named and the rep had written down, the first plan's first."""
        named = tables.decision_date
        found: dict[str, list[DecisionDate]] = defaultdict(list)
        for row in self._connection.execute(select(named).order_by(named.c.deal_id, named.c.seq)):
            if row.evidence.on is None or row.evidence.on < until:
                found[row.deal_id].append(DecisionDate(row.day, row.evidence, row.seq))
        return found

    def milestones_done(self, until: date) -> dict[str, dict[str, date]]:
        """By deal and milestone, the day on which it was held by the rep's word."""
        done = tables.milestone_done
        found: dict[str, dict[str, date]] = defaultdict(dict)
        for deal_id, milestone, on in self._connection.execute(select(done.c.deal_id, done.c.milestone_id, done.c.on)):
            if on < until:
                found[deal_id][milestone] = on
        return found

    def approvals(self) -> dict[str, list[tuple[int, ApprovedPlan | None]]]:
        """By deal, what was approved of its plans with the number of the decision date, the oldest first; None: it was
        set aside."""
        said = tables.plan_approval
        found: dict[str, list[tuple[int, ApprovedPlan | None]]] = defaultdict(list)
        for row in self._connection.execute(select(said).order_by(said.c.id)):
            approved = ApprovedPlan(date.min, row.days, row.at, row.seq, row.schedule) if row.at else None
            found[row.deal_id].append((row.seq, approved))
        return found

    def choices(self, until: datetime) -> dict[tuple[str, int], dict[str, tuple[str, str | None]]]:
        """By deal and the number of its decision date, what had last been chosen for each milestone."""
        choice = tables.plan_choice
        found: dict[tuple[str, int], dict[str, tuple[str, str | None]]] = defaultdict(dict)
        for row in self._connection.execute(select(choice).order_by(choice.c.id)):
            if row.at < until:
                found[row.deal_id, row.seq][row.milestone] = (row.choice, row.into)
        return found

    def invites(self, until: datetime) -> dict[str, list[PlacedInvite]]:
        """By UID, everything that had been noted of our meetings, the oldest first."""
        noted = tables.invite
        found: dict[str, list[PlacedInvite]] = defaultdict(list)
        for row in self._connection.execute(select(noted).order_by(noted.c.id)).mappings():
            if row["at"] < until:
                found[row["uid"]].append(PlacedInvite(**{name: row[name] for name in row if name != "id"}))
        return found

    def later_uids(self, until: datetime) -> frozenset[str]:
        """The UIDs of the meetings of ours that were first placed only then or later."""
        noted = tables.invite
        rows = self._connection.execute(select(noted.c.uid, noted.c.at)).all()
        return frozenset(row.uid for row in rows) - {row.uid for row in rows if row.at < until}

    def audited(self, whats: Collection[str], starts: Collection[str] = ()) -> list[AuditEntry]:
        """The lines of the audit trail of these kinds, or whose kind starts so, the oldest first."""
        trail = tables.audit
        of_kind: list[ColumnElement[bool]] = [trail.c.what.in_(whats)]
        of_kind += [trail.c.what.startswith(start, autoescape=True) for start in starts]
        rows = self._connection.execute(select(trail).where(or_(*of_kind)).order_by(trail.c.id)).mappings()
        return [AuditEntry(**row) for row in rows]

    def stages(self, deals: Iterable[Deal]) -> dict[str, "Stages"]:
        """By deal, how its stage came to be what it is."""
        changed: dict[str, list[tuple[datetime, Stage, date | None]]] = defaultdict(list)
        act = tables.act
        ends = select(act.c.deal_id, act.c.at, act.c.payload).where(act.c.what == "end").order_by(act.c.id)
        for deal_id, at, payload in self._connection.execute(ends):
            stage, resume_on, *_ = (*str(payload).split(" ", 2), "", "")
            changed[deal_id].append((at, Stage(stage), date.fromisoformat(resume_on) if resume_on else None))
        said: dict[str, list[AuditEntry]] = defaultdict(list)
        for line in self.audited((*_SET_ASIDE, *_EDITED), (_STAGE,)):
            said[line.deal_id or ""].append(line)
        return {deal.id: Stages(deal, tuple(changed.get(deal.id, ())), tuple(said.get(deal.id, ()))) for deal in deals}

    def texts(self, item_ids: Collection[int]) -> dict[int, list[tuple[str, datetime, str]]]:
        """By item, each of its texts with who wrote it and when, the first one first."""
        content = tables.queue_content
        of_items = select(content).where(content.c.item_id.in_(item_ids)).order_by(content.c.item_id, content.c.version)
        found: dict[int, list[tuple[str, datetime, str]]] = defaultdict(list)
        for row in self._connection.execute(of_items):
            if row.content is not None:
                found[row.item_id].append((row.by, row.at, f"{row.content.subject}\n{row.content.body}"))
        return found


@dataclass(frozen=True, slots=True)
class Stages:
    """How a deal's stage came to be what it is.

    `changed` are the rep's words that changed it, each with what it had been before; `said` are lines of the audit
    trail about stages and plans.
    """

    deal: Deal
    changed: tuple[tuple[datetime, Stage, date | None], ...]
    said: tuple[AuditEntry, ...]

    def as_of(self, until: datetime) -> Deal:
        """The deal with the stage that it had before that moment, as far as it was written down."""
        later = [(at, stage, day) for at, stage, day in self.changed if at >= until]
        undone = [
            (line.at, stage, None)
            for line in self.said
            if line.what == "undo end" and line.at >= until and (stage := self._before(line.at)) is not None
        ]
        edited = [
            (line.at, Stage(line.detail), None)
            for line in self.said
            if line.what in _EDITED and line.at >= until and line.detail in tuple(Stage)
        ]
        first = min((*later, *undone, *edited), key=lambda each: each[0], default=None)
        return self.deal if first is None else replace(self.deal, stage=first[1], resume_on=first[2])

    def reached(self, since: datetime, until: datetime) -> list[tuple[datetime, Stage]]:
        """The stages that the rep said in [since, until) and that weren't taken back by then, the oldest first."""
        found: list[tuple[datetime, Stage]] = []
        for line in self.said:
            if line.what == "undo end" and found and line.at < until:
                found.pop()
            elif line.what.startswith(_STAGE) and line.at < until:
                found.append((line.at, Stage(line.what.removeprefix(_STAGE))))
        return [each for each in found if each[0] >= since]

    def set_aside(self, since: datetime, until: datetime) -> bool:
        """Whether the plan that was approved at `since` had been set aside before `until`."""
        ends = tuple(f"{_STAGE}{stage}" for stage in Stage if stage.ended)
        return any(since <= line.at < until and line.what in (*_SET_ASIDE, *ends) for line in self.said)

    def _before(self, at: datetime) -> Stage | None:
        said = [line for line in self.said if line.what.startswith(_STAGE) and line.at < at]
        return Stage(said[-1].what.removeprefix(_STAGE)) if said else None
