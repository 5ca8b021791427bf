"""An invite of one deal as an item of the queue: for whom, when, and in which words; or why there is none."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import Content, Gap, ItemKind, QueueItem, Severity
from assistant.domain.invite import InviteAct, Meeting
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.domain.ports import Interval
from assistant.drafting.invite_facts import Cause, invite_brief
from assistant.drafting.invites import ComposedInvite, compose_invite, no_time_title, title_of_item
from assistant.engine.absence import away_until
from assistant.engine.found import Case, called
from assistant.engine.meeting_times import Person, Why, Window, apart_from, blocked, meeting_times
from assistant.engine.reasons import plan_reasons, spelled
from assistant.engine.room import instants
from assistant.engine.slots import Slot
from assistant.store import PlacedInvite
from assistant.workflows.desk import DealView, hours_of, process_of
from assistant.workflows.exits import clear_content
from assistant.workflows.rep import RepToday
from assistant.workflows.times import collides

Taken = Mapping[str, tuple[Interval, ...]]
"""By address, when other people are busy, as far as their calendars tell."""

WAITS: Final = "invite.waits"
"""The rule of a reason for which an invite never goes out by itself."""

NOTICE_RANK: Final = 6.0
"""Where a notice or a question stands that no draft waits for: below the drafts."""
_BLOCKED_SHOWN: Final = 3
_LONGER: Final = 2
"""How many times as long as ours a meeting may be that they propose instead."""
_WHY_BLOCKED: Final = {
    Why.REST: "is a holiday or a closed day",
    Why.AWAY: "{who} away",
    Why.HOURS: "the working hours of both sides have too little in common",
    Why.BUSY: "{who} busy",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an invite is to say, before it has a time. `was` is the meeting as it lies in the calendar, where it does;
    `cause`, `who` and `heard` say why it changes, who asked for that, and in which message."""

    act: InviteAct
    kinds: tuple[MilestoneKind, ...]
    uid: str
    sequence: int
    required: tuple[Address, ...]
    optional: tuple[Address, ...] = ()
    cause: Cause | None = None
    who: Address | None = None
    heard: Evidence | None = None
    was: PlacedInvite | None = None

    @property
    def people(self) -> tuple[Address, ...]:
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Booking:
    """Puts up the invites of one deal."""

    view: DealView
    rep: RepToday
    taken: Taken

    @property
    def config(self) -> Config:
        return self.rep.config

    def item(
        self, key: str, wanted: Wanted, slot: Slot, notes: Sequence[Evidence] = (), gaps: Sequence[Gap] = ()
    ) -> QueueItem:
        """The item that proposes this meeting at this time; whatever stands in the way of its approval is a gap."""
        made, content = self._written(wanted, slot, self._where(wanted))
        objections = self._objections(content)
        if objections and wanted.act is InviteAct.CANCEL:  # whatever it's called by now, it can be called off
            made, content = self._written(wanted, slot, "", own_title=True)
            objections = self._objections(content)
        self.rep.offered[key] = content.times
        return QueueItem(
            key=key,
            deal_id=self.view.deal.id,
            kind=ItemKind.INVITE,
            title=self._title(wanted, slot),
            created=self.rep.now,
            content=content,
            gaps=(*made.gaps, *objections, *gaps),
            reasons=(*self._why(wanted), *notes, *self._too_many(wanted), *self._away_now(wanted)),
            facts=made.facts,
            rank=self.view.move.rank,
        )

    def _written(
        self, wanted: Wanted, slot: Slot, where: str, *, own_title: bool = False
    ) -> tuple[ComposedInvite, Content]:
        made = self._composed(wanted, slot, own_title=own_title)
        meeting = Meeting(wanted.act, wanted.kinds[0].id, wanted.uid, wanted.sequence, where)
        return made, Content(
            to=wanted.required,
            cc=wanted.optional,
            subject=made.title,
            body=made.description,
            times=((slot.start, slot.end),),
            meeting=meeting,
        )

    def hold(self, content: Content, meeting: Meeting, sequence: int) -> Content:
        """A private entry that keeps the time of this invite free."""
        kinds = (kind_of(meeting.milestone, self.config),)
        wanted = Wanted(InviteAct.HOLD, kinds, meeting.uid, sequence, content.to, content.cc)
        made = self._composed(wanted, Slot(*(at.astimezone(self.config.zone) for at in content.times[0])))
        hold = replace(meeting, act=InviteAct.HOLD, sequence=sequence)
        return Content(subject=made.title, body=made.description, times=content.times, meeting=hold)

    def slot(
        self, key: str, wanted: Wanted, window: Window, minutes: int, not_at: Interval | None = None
    ) -> Slot | None:
        """The best time of the window that everybody has, but not `not_at`; the one that the item `key` has already is
        kept for as long as it's one of them."""
        people = self._people(key, wanted, not_at)
        before = self.rep.tx.queue.by_key(key)
        for start, end in before.content.times if before and before.content else ():
            kept = Slot(start.astimezone(self.config.zone), end.astimezone(self.config.zone))
            day = kept.start.date()
            there = window.earliest <= day <= window.latest and day in self.view.days
            there = there and not any(day in person.away for person in people)
            taken = [time for person in people for time in person.busy]
            if there and end - start == timedelta(minutes=minutes) and not collides([(start, end)], taken):
                return kept
        found = meeting_times(window, people, self.view.days, minutes, buffer=self._buffer)
        return found[0] if found else None

    def fits(self, wanted: Wanted, window: Window, slot: Slot, minutes: int) -> bool:
        """Whether a time that they propose suits the window, the rep's hours and calendar, and is about as long as
        ours; their own hours are their matter."""
        day = slot.start.astimezone(self.config.zone).date()
        if not window.earliest <= day <= window.latest or day not in self.view.days or slot.start <= self.rep.now:
            return False
        start, end = instants((slot.start, slot.end))
        opens, closes = instants(self.config.hours.on(day))
        within = opens <= start and end <= closes and end - start <= _LONGER * minutes * 60
        return within and not collides([(slot.start, slot.end)], self.rep.busy(frozenset({wanted.uid})))

    def is_free(self, wanted: Wanted, time: Interval) -> bool:
        """Whether the rep could come then, whatever the hour."""
        return time[0] > self.rep.now and not collides([time], self.rep.busy(frozenset({wanted.uid})))

    def no_time(self, key: str, wanted: Wanted, window: Window | None, minutes: int, last: date) -> QueueItem:
        """A notice that no time is left, with what stands in the way and what the rep can do."""
        notes: list[Evidence] = []
        if window is not None:
            people = self._people(key, wanted, None)
            found = blocked(window, people, self.view.days, minutes, buffer=self._buffer)
            for one in found[:_BLOCKED_SHOWN]:
                said = f"{spelled(one.day)}: {_WHY_BLOCKED[one.why].format(who=self._who_are(one.who))}."
                notes.append(self.evidence(said, "invite.blocked", on=one.day))
        way = f"See what can be left out or held together: nextmove plan show {self.view.deal.id}"
        return self.notice(
            f"{key}:no-time",
            no_time_title(wanted.kinds, last, today=self.rep.today, country=self.config.country),
            (*notes, self.evidence(way, "plan.options")),
        )

    def notice(self, key: str, title: str, reasons: Sequence[Evidence]) -> QueueItem:
        return QueueItem(
            key=key,
            deal_id=self.view.deal.id,
            kind=ItemKind.NOTICE,
            title=title,
            created=self.rep.now,
            reasons=tuple(reasons),
            rank=max(self.view.move.rank, NOTICE_RANK),
        )

    def evidence(self, sentence: str, rule: str, *, on: date | None = None) -> Evidence:
        return Evidence(Source.DEAL, self.view.deal.id, sentence, rule, on=on)

    def _composed(self, wanted: Wanted, slot: Slot, *, own_title: bool = False) -> ComposedInvite:
        was = wanted.was.content if wanted.was else None
        brief = invite_brief(
            wanted.act,
            wanted.kinds,
            self.view.deal,
            self.view.timeline,
            self.config.us,
            start=slot.start,
            end=slot.end,
            required=wanted.required,
            optional=wanted.optional,
            today=self.rep.today,
            where=self._where(wanted),
            signature=self.rep.voice.signature,
            cause=wanted.cause,
            who=wanted.who,
            heard=wanted.heard,
            before=was.times[0][0] if was and wanted.act is InviteAct.MOVE else None,
            title=was.subject if was and wanted.act is not InviteAct.INVITE and not own_title else "",
        )
        return compose_invite(brief, self.rep.voice)

    def _where(self, wanted: Wanted) -> str:
        """Where the meeting takes place: as it says already, else as configured."""
        was = wanted.was.content.meeting if wanted.was else None
        return (was.where if was else "") or self.config.plan.where or ""

    def _title(self, wanted: Wanted, slot: Slot) -> str:
        return title_of_item(
            wanted.act,
            wanted.kinds,
            wanted.people,
            slot.start.astimezone(self.config.zone),
            today=self.rep.today,
            country=self.config.country,
            cause=wanted.cause,
            who=wanted.who,
        )

    def _people(self, key: str, wanted: Wanted, not_at: Interval | None) -> list[Person]:
        """The rep first, with what their calendar and other items of the queue have taken, then everybody else."""
        busy = [*self.rep.busy(frozenset({wanted.uid})), *self.rep.offered_by_others(key)]
        busy += [not_at] if not_at else []
        was = wanted.was.content.times[0] if wanted.was else None
        people = [Person(self.config.us.rep.email, self.config.hours, tuple(busy))]
        for person in wanted.people:
            hours = self.config.hours if person in self.config.us else hours_of(self.view.deal, self.config)
            theirs = self.taken.get(person.email, ())
            away = self._away_days(person) if person in wanted.required else frozenset[date]()
            people.append(Person(person.email, hours, apart_from(theirs, was) if was else theirs, away))
        return people

    def _absence(self, person: Address) -> tuple[date, Evidence] | None:
        if person in self.config.us:
            return None
        now = self.rep.now.astimezone(self.config.zone)
        return away_until(person, Case.of(self.view.deal, self.view.timeline, self.config.us, now, self.view.days))

    def _away_days(self, person: Address) -> frozenset[date]:
        """The days on which they aren't there, as far as they told."""
        absence, today = self._absence(person), self.rep.today
        return (
            frozenset(today + timedelta(days=n) for n in range((absence[0] - today).days)) if absence else frozenset()
        )

    def _who_are(self, people: Sequence[str]) -> str:
        named = ["you" if each == self.config.us.rep.email else each for each in people] or ["all"]
        return f"{' and '.join(named)} {'is' if len(named) == 1 and named[0] not in ('you', 'all') else 'are'}"

    @property
    def _buffer(self) -> timedelta:
        return timedelta(minutes=self.config.plan.buffer)

    def _why(self, wanted: Wanted) -> tuple[Evidence, ...]:
        heard = (wanted.heard,) if wanted.heard else ()
        if wanted.act is InviteAct.CANCEL:
            return heard
        purpose = "; ".join(f"{kind.name}: so that {kind.purpose}" for kind in wanted.kinds)
        plan = plan_reasons(self.view.deal, self.view.plan, self.rep.today, self.view.days)
        return (*heard, self.evidence(f"{purpose}.", "plan.purpose"), *plan)

    def _too_many(self, wanted: Wanted) -> tuple[Evidence, ...]:
        count, most = len(wanted.people), self.config.plan.most_people
        if wanted.act is not InviteAct.INVITE or count <= most:
            return ()
        return (self.evidence(f"It invites {count} people; more than {most} are never invited without a look.", WAITS),)

    def _away_now(self, wanted: Wanted) -> tuple[Evidence, ...]:
        """Who wouldn't see the invite before they're back, each with what says so."""
        if wanted.act is not InviteAct.INVITE:
            return ()
        absent = [(person, absence) for person in wanted.people if (absence := self._absence(person))]
        said = "{who} is away, and can be written to again on {day}."
        return tuple(
            note
            for person, (until, told) in absent
            for note in (self.evidence(said.format(who=called(person), day=spelled(until)), WAITS), told)
        )

    def _objections(self, content: Content) -> tuple[Gap, ...]:
        """What the guard says against our own text: it can't be approved until the rep has mended it."""
        result = clear_content(content, self.view, self.config, None)
        findings = result if isinstance(result, list) else []
        blocking = [finding for finding in findings if finding.severity is Severity.BLOCK]
        return tuple(Gap(finding.text, f"{finding.reason} {finding.rewrite}") for finding in blocking)


def slot_of(time: Interval, minutes: int) -> Slot:
    """A meeting's time as others left it; one that has no length any more is taken to last `minutes`."""
    since, until = instants(time)
    end = time[0].astimezone(UTC) + timedelta(minutes=max(minutes, 1))
    return Slot(time[0], time[1] if since < until else end.astimezone(time[0].tzinfo))


def marked(key: str, *heard: object) -> str:
    """The key of an item with what gave rise to it: where that is something new, it's a new item."""
    return f"{key}:{hashlib.sha256(repr(heard).encode()).hexdigest()[:12]}"


def kind_of(milestone: str, config: Config) -> MilestoneKind:
    """The milestone of the process; one that was taken out of it since keeps its id for a name."""
    kinds = {kind.id: kind for kind in process_of(config).milestones}
    name = milestone.replace("_", " ")
    return kinds.get(milestone) or MilestoneKind(milestone, name.capitalize(), "", f"the {name}", "")
