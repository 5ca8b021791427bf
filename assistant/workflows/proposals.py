"""What the queue should hold for each deal: the next move as a draft, a question or a notice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.deal import DecisionDate, Evidence, Source, Standing
from assistant.domain.draft import Content, Gap, ItemKind, ItemState, Purpose, QueueItem, Severity
from assistant.domain.invite import InviteAct
from assistant.domain.mail import Problem
from assistant.domain.plan import Milestone
from assistant.domain.thread import ThreadFacts
from assistant.domain.workdays import WorkingHours
from assistant.drafting.compose import Composed, compose
from assistant.drafting.context import brief
from assistant.engine.cadence import capped
from assistant.engine.decisions import ABOUT_DATES
from assistant.engine.found import DATE_MARK, Question, question_key
from assistant.engine.matching import Match
from assistant.engine.reasons import NEXT_MILESTONE, plan_reasons, spelled
from assistant.engine.slots import Slot, free
from assistant.store import Transaction
from assistant.workflows import untold
from assistant.workflows.booking import NOTICE_RANK, Booking, Taken
from assistant.workflows.desk import DealView, Desk, cadence_of, hours_of
from assistant.workflows.exits import clear_content
from assistant.workflows.invites import invites
from assistant.workflows.rep import RepToday
from assistant.workflows.times import collides

_MINUTES: Final = 30
_HORIZON: Final = 10
_EARLY: Final = time(8)
_LATE: Final = time(19)
STANDING_RULE: Final = "standing."
"""A reason with a rule of this beginning names a standing; the first is the one that counts."""

_STANDING_WORDS: Final = {
    Standing.WON: "It is won.",
    Standing.SAID_NO: "They said no.",
    Standing.UNREACHABLE: "Mail to them comes back.",
    Standing.PAUSED: "They asked to be left alone until a day.",
    Standing.AWAY: "They are away.",
    Standing.OWES_REPLY: "They wait for us.",
    Standing.ADVANCING: "A next step lies ahead.",
    Standing.LAPSED: "A next step's time went by, and nothing was kept.",
    Standing.PASSIVE: "Our last move set no next step.",
    Standing.UNDATED: "It isn't known by when they decide.",
}
_STEPS: Final = (Purpose.MILESTONE, Purpose.FOLLOW_UP, Purpose.RESET, Purpose.AFTER_YES)
"""The purposes of drafts that propose a step which nobody waits for."""
_SEEN: Final = frozenset({ItemState.APPROVED, ItemState.FILED, ItemState.SENT})
_ALIVE: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED})


def proposals(tx: Transaction, desk: Desk, config: Config, now: datetime, taken: Taken) -> list[QueueItem]:
    """What the queue should hold for the deals of the desk as of now; `taken` is when others are busy."""
    rep = RepToday(tx, config, now)
    proposer = _Proposer(rep)
    wanted: list[QueueItem] = []
    for view in sorted(desk.views, key=lambda view: (view.move.rank, view.deal.id)):
        wanted += _date_questions(view, now)
        wanted += _meetings_to_cancel(view, rep)
        meetings = _meetings(Booking(view, rep, taken))
        wanted += meetings
        item = proposer.next_item(view, meetings) if not _said_by(meetings, view, rep) else None
        if item is not None:
            wanted.append(item)
    wanted += [_thread_question(facts, matched, now) for facts, matched in desk.unsure]
    return wanted


@dataclass(frozen=True, slots=True)
class _Proposer:
    """Composes drafts, each with the times and in the voice of the rep."""

    rep: RepToday

    @property
    def tx(self) -> Transaction:
        return self.rep.tx

    @property
    def config(self) -> Config:
        return self.rep.config

    def next_item(self, view: DealView, meetings: Sequence[QueueItem] = ()) -> QueueItem | None:
        """The deal's draft, question or notice. Where one of the `meetings` put up is for its own step, it names that
        time."""
        move = view.move
        if move.kind is None:
            return None
        item = QueueItem(
            key=move.key,
            deal_id=view.deal.id,
            kind=move.kind,
            title=move.title,
            created=self.rep.now,
            purpose=move.purpose,
            reasons=(*move.why, *_standing_reasons(view)),
            rank=move.rank,
        )
        if move.kind is not ItemKind.DRAFT:
            return item
        composed = self._compose(view, move.milestone, meetings)
        if not composed.content.to:
            return replace(
                item,
                key=f"{item.key}#nobody",
                kind=ItemKind.NOTICE,
                purpose=None,
                title=f"{item.title}: nobody to write to is known yet",
            )
        if not self._is_up(move.key) and self._is_capped(composed.content, move.purpose):
            return None
        gaps = composed.gaps + self._objections(view, composed.content)
        return replace(item, content=composed.content, gaps=gaps, facts=composed.facts)

    def _compose(self, view: DealView, milestone: Milestone | None, meetings: Sequence[QueueItem]) -> Composed:
        before = self.tx.queue.by_key(view.move.key)
        earlier = [
            item.content.body
            for item in self.tx.queue.items_of(view.deal.id)
            if item.content and item.key != view.move.key and item.state in _SEEN
        ]
        told = brief(
            view.move,
            view.deal,
            view.timeline,
            view.plan,
            _put_up(meetings, milestone) or self._slots(view, milestone.minutes if milestone else _MINUTES, before),
            self.config.us,
            today=self.rep.today,
            earlier=earlier,
            their_way=view.their_way,
        )
        composed = compose(told, self.rep.voice)
        self.rep.offered[view.move.key] = composed.content.times
        return composed

    def _slots(self, view: DealView, minutes: int, before: QueueItem | None) -> tuple[Slot, ...]:
        """Times to propose: those of the draft that is there already while they're still free, else new ones
        that no other draft proposes. None where they have meetings booked in their own way."""
        if view.their_way is not None:
            return ()
        held = before.content.times if before and before.content else ()
        earliest = view.days.first_from(self.rep.today + timedelta(days=1))
        local = [(start.astimezone(self.config.zone), end.astimezone(self.config.zone)) for start, end in held]
        if local and all(start.date() >= earliest for start, _ in local) and not collides(local, self.rep.busy()):
            return tuple(Slot(start, end) for start, end in local)
        others = self.rep.offered_by_others(view.move.key)
        both = (self.config.hours, hours_of(view.deal, self.config))
        decision = view.deal.decision.day if view.deal.decision else None
        after = self.rep.offers_from
        first = after.astimezone(self.config.zone).date()
        if decision and self.rep.today < decision <= first:
            return ()  # they decide before the rep is back
        ahead = (decision - first).days if decision and decision > first else _HORIZON
        taken, horizon = [*self.rep.busy(), *others], min(_HORIZON, ahead)
        stretched = [_stretched(hours) for hours in both]
        buffer = timedelta(minutes=self.config.plan.buffer)
        for hours in (both, stretched):
            found = free(taken, hours, minutes, after, view.days, horizon_days=horizon, buffer=buffer)
            if found:
                return found
        return ()

    def _is_up(self, key: str) -> bool:
        """Whether it's proposed already: the cap holds back what is new, and takes nothing down."""
        before = self.tx.queue.by_key(key)
        return before is not None and before.state in _ALIVE

    def _is_capped(self, content: Content, purpose: Purpose | None) -> bool:
        """Whether a person has had their share of mails from us this week; an answer that they wait for isn't held."""
        if purpose in (Purpose.ANSWER, Purpose.DELIVER, Purpose.GRACEFUL_EXIT):
            return False
        week_ago = self.rep.now - timedelta(days=7)
        emails = [person.email for person in content.to]
        written = {email: self.tx.mirror.person_last_written(email, week_ago) for email in emails}
        return capped(emails, written, cadence_of(self.config)) is not None

    def _objections(self, view: DealView, content: Content) -> tuple[Gap, ...]:
        """What the guard says against our own text: it can't be approved until the rep has mended it."""
        result = clear_content(content, view, self.config, view.move.purpose)
        findings = result if isinstance(result, list) else []
        return tuple(
            Gap(finding.text, f"{finding.reason} {finding.rewrite}")
            for finding in findings
            if finding.severity is Severity.BLOCK
        )


def _stretched(hours: WorkingHours) -> WorkingHours:
    """An earlier start and a later end, for people whose zones leave them no common hour."""
    return replace(hours, start=min(hours.start, _EARLY), end=max(hours.end, _LATE))


def _standing_reasons(view: DealView) -> tuple[Evidence, ...]:
    """The standing in words, for whoever asks why this deal is in the queue."""
    return tuple(
        Evidence(Source.DEAL, view.deal.id, _STANDING_WORDS[found.standing], f"{STANDING_RULE}{found.standing}")
        for found in view.standings.found
    )


def _date_questions(view: DealView, now: datetime) -> list[QueueItem]:
    """By when they decide: what the rep is to write down, or to find out, beside the draft."""
    asked = [question for question in view.standings.questions if question.about == ABOUT_DATES]
    named = view.named
    if named is not None and not asked:
        who = (named.evidence.who or "They").partition(" <")[0]
        text = f"{who} named {named.day:%A}, {spelled(named.day)}, as the day they decide. Write it down?"
        asked = [Question(text, named.evidence, about=ABOUT_DATES, decides=named)]
    today = now.date()
    return [
        QueueItem(
            key=question_key(view.deal, question),
            deal_id=view.deal.id,
            kind=ItemKind.QUESTION,
            title=question.text,
            created=now,
            reasons=(question.evidence, *question.also, *_of_that_day(view, question, today)),
            rank=NOTICE_RANK,
        )
        for question in asked
    ]


def _of_that_day(view: DealView, question: Question, today: date) -> tuple[Evidence, ...]:
    """What a plan toward that day would meet: a day of rest, too little time, a day that has gone by."""
    if question.decides is None or view.plan is None or view.plan.decision != question.decides.day:
        return ()
    notes = plan_reasons(view.deal, view.plan, today, view.days)
    return tuple(note for note in notes if note.rule != NEXT_MILESTONE)


def _meetings(booking: Booking) -> list[QueueItem]:
    """The deal's invites. What others wrote into a calendar never stops a run: it's reported instead."""
    try:
        return [*invites(booking), *untold.notices(booking)]
    except Exception as error:
        where = f"the meetings of {booking.view.deal.id}"
        why = f"they can't be judged ({type(error).__name__}): please look at them in your calendar."
        booking.rep.tx.mirror.add_problems([Problem(booking.config.accounts[0].name, where, why)])
        return []


def _said_by(meetings: Sequence[QueueItem], view: DealView, rep: RepToday) -> bool:
    """Whether an invite is the deal's next move, also one that waits among the drafts to be sent: a draft that nobody
    waits for would only speak beside it."""
    unsent = any(invite.deal_id == view.deal.id and untold.is_untold(invite) for invite in rep.placed)
    return view.move.purpose in _STEPS and (unsent or any(_invites(item) for item in meetings))


def _put_up(meetings: Sequence[QueueItem], milestone: Milestone | None) -> tuple[Slot, ...]:
    """The time of the milestone's invite, where one is put up: two items of the queue don't name different ones."""
    times = (
        item.content.times
        for item in meetings
        if milestone and item.content and item.content.meeting and _invites(item)
        if item.content.meeting.milestone == milestone.kind.id
    )
    return tuple(Slot(start, end) for start, end in next(times, ())[:1])


def _invites(item: QueueItem) -> bool:
    meeting = item.content.meeting if item.content else None
    return meeting is not None and meeting.act is not InviteAct.CANCEL


def _meetings_to_cancel(view: DealView, rep: RepToday) -> list[QueueItem]:
    """After a no, each meeting of somebody else's that is still ahead is put before the rep, to call it off kindly; a
    series once."""
    said_no = view.standings.of(Standing.SAID_NO)
    if said_no is None or not said_no.certain:
        return []
    ours = {invite.uid for invite in rep.placed if invite.state.alive}
    return [
        QueueItem(
            key=f"{view.deal.id}:still-ahead:{event.uid}",
            deal_id=view.deal.id,
            kind=ItemKind.NOTICE,
            title=f"A meeting with them is still in the calendar on {spelled(event.start.date())}: call it off kindly.",
            created=rep.now,
            reasons=(Evidence(Source.EVENT, event.uid, event.summary, "still-ahead", on=event.start.date()),),
            rank=view.move.rank,
        )
        for event in {each.uid: each for each in reversed(view.timeline.ahead)}.values()
        if event.uid not in ours
    ]


def date_of_question(item: QueueItem) -> DecisionDate | None:
    """The decision date about which a question asks; None for any other item."""
    _, _, rest = item.key.partition(":")
    mark, _, day = rest.partition(":")
    if item.kind is not ItemKind.QUESTION or mark != DATE_MARK:
        return None
    return DecisionDate(date.fromisoformat(day.partition("#")[0]), item.reasons[0])


def _thread_question(facts: ThreadFacts, matched: Match, now: datetime) -> QueueItem:
    subject = facts.subjects[0] if facts.subjects else "without a subject"
    first = min(facts.message_ids)
    return QueueItem(
        key=f"{matched.candidates[0]}:which-deal:{facts.thread}",
        deal_id=matched.candidates[0],
        kind=ItemKind.QUESTION,
        title=f'Which deal does the thread "{subject}" belong to: {", ".join(matched.candidates)}?',
        created=now,
        reasons=(Evidence(Source.MESSAGE, first, subject, matched.why),),
        rank=NOTICE_RANK,
    )
