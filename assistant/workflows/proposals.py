"""What the queue should hold for each deal: the next move as a draft, a question or a notice."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.deal import DecisionDate, Evidence, Source, Standing
from assistant.domain.draft import Content, Gap, ItemKind, ItemState, Purpose, QueueItem, Severity
from assistant.domain.mail import FolderRole, Message
from assistant.domain.plan import Milestone
from assistant.domain.ports import Interval
from assistant.domain.thread import ThreadFacts
from assistant.domain.workdays import WorkingHours
from assistant.drafting.compose import Composed, compose
from assistant.drafting.context import brief
from assistant.drafting.voice import Voice, learn
from assistant.engine.cadence import capped
from assistant.engine.decisions import ABOUT_DATES
from assistant.engine.found import DATE_MARK, Question, question_key
from assistant.engine.matching import Match
from assistant.engine.reasons import NEXT_MILESTONE, plan_reasons, spelled
from assistant.engine.slots import Slot, busy_of, free
from assistant.store import Transaction
from assistant.workflows.desk import DealView, Desk, cadence_of, hours_of
from assistant.workflows.exits import clear_content
from assistant.workflows.times import Times, collides

_QUESTION_RANK: Final = 6.0
_VOICE_SAMPLES: Final = 40
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
_SEEN: Final = frozenset({ItemState.APPROVED, ItemState.FILED, ItemState.SENT})
_ALIVE: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED})


def proposals(tx: Transaction, desk: Desk, config: Config, now: datetime) -> list[QueueItem]:
    """What the queue should hold for the deals of the desk as of now."""
    proposer = _Proposer(tx, config, now)
    wanted: list[QueueItem] = []
    for view in sorted(desk.views, key=lambda view: (view.move.rank, view.deal.id)):
        wanted += _date_questions(view, now)
        wanted += _meetings_to_cancel(view, now)
        item = proposer.next_item(view)
        if item is not None:
            wanted.append(item)
    wanted += [_thread_question(facts, matched, now) for facts, matched in desk.unsure]
    return wanted


@dataclass(slots=True)
class _Proposer:
    """Composes drafts; what is the same for all deals (the rep's busy time, their voice) is found once."""

    tx: Transaction
    config: Config
    now: datetime
    _busy: list[Interval] | None = field(default=None)
    _offered: dict[str, Times] = field(default_factory=dict)
    _offered_read: bool = False
    _voice: Voice | None = field(default=None)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.config.zone).date()

    def next_item(self, view: DealView) -> QueueItem | None:
        move = view.move
        if move.kind is None:
            return None
        item = QueueItem(
            key=move.key,
            deal_id=view.deal.id,
            kind=move.kind,
            title=move.title,
            created=self.now,
            purpose=move.purpose,
            reasons=(*move.why, *_standing_reasons(view)),
            rank=move.rank,
        )
        if move.kind is not ItemKind.DRAFT:
            return item
        composed = self._compose(view, move.milestone)
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

    def _compose(self, view: DealView, milestone: Milestone | None) -> Composed:
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
            self._slots(view, milestone.kind.minutes if milestone else _MINUTES, before),
            self.config.us,
            today=self.today,
            earlier=earlier,
        )
        composed = compose(told, self.voice)
        self._offered[view.move.key] = composed.content.times
        return composed

    def _slots(self, view: DealView, minutes: int, before: QueueItem | None) -> tuple[Slot, ...]:
        """Times to propose: those of the draft that is there already while they're still free, else new ones
        that no other draft proposes."""
        held = before.content.times if before and before.content else ()
        earliest = view.days.first_from(self.today + timedelta(days=1))
        local = [(start.astimezone(self.config.zone), end.astimezone(self.config.zone)) for start, end in held]
        if local and all(start.date() >= earliest for start, _ in local) and not collides(local, self.busy):
            return tuple(Slot(start, end) for start, end in local)
        others = [time for key, times in self.offered.items() if key != view.move.key for time in times]
        both = (self.config.hours, hours_of(view.deal, self.config))
        decision = view.deal.decision.day if view.deal.decision else None
        ahead = (decision - self.today).days if decision and decision > self.today else _HORIZON
        taken, horizon = [*self.busy, *others], min(_HORIZON, ahead)
        found = free(taken, both, minutes, self.now, view.days, horizon_days=horizon)
        return found or free(
            taken, [_stretched(hours) for hours in both], minutes, self.now, view.days, horizon_days=horizon
        )

    @property
    def offered(self) -> dict[str, Times]:
        """By key, the times that drafts of the queue propose, and those that were composed in this run."""
        if not self._offered_read:
            self._offered_read = True
            for item in self.tx.queue.items({ItemState.OPEN, ItemState.APPROVED, ItemState.FILED}):
                if item.content:
                    self._offered.setdefault(item.key, item.content.times)
        return self._offered

    def _is_up(self, key: str) -> bool:
        """Whether it's proposed already: the cap holds back what is new, and takes nothing down."""
        before = self.tx.queue.by_key(key)
        return before is not None and before.state in _ALIVE

    def _is_capped(self, content: Content, purpose: Purpose | None) -> bool:
        """Whether a person has had their share of mails from us this week; an answer that they wait for isn't held."""
        if purpose in (Purpose.ANSWER, Purpose.DELIVER, Purpose.GRACEFUL_EXIT):
            return False
        week_ago = self.now - timedelta(days=7)
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

    @property
    def busy(self) -> list[Interval]:
        if self._busy is None:
            events = self.tx.mirror.events(self.now, self.now + timedelta(days=30))
            self._busy = busy_of(events, self.config.us.own)
        return self._busy

    @property
    def voice(self) -> Voice:
        if self._voice is None:
            sent = self.tx.mirror.sent_by(self.config.us.own, 10 * _VOICE_SAMPLES)
            texts = [each.message.text for each in sent if _left_from_here(each.message)][:_VOICE_SAMPLES]
            learned = learn(texts, self.config.us.rep)
            self._voice = _with_settings(learned, self.config)
        return self._voice


def _left_from_here(message: Message) -> bool:
    """Whether the rep's own program put it there; what came in under the rep's name may be anybody's words."""
    return message.role is FolderRole.SENT or message.header("received") is None


def _stretched(hours: WorkingHours) -> WorkingHours:
    """An earlier start and a later end, for people whose zones leave them no common hour."""
    return replace(hours, start=min(hours.start, _EARLY), end=max(hours.end, _LATE))


def _with_settings(voice: Voice, config: Config) -> Voice:
    """What the configuration says goes before what was learned."""
    settings = config.voice
    if settings.greeting:
        word, _, rest = settings.greeting.partition(" ")
        mark = rest[-1] if rest and not rest[-1].isalnum() and rest[-1] != "}" else ""
        voice = replace(voice, greeting=word, mark=mark)
    if settings.sign_off:
        voice = replace(voice, sign_off=settings.sign_off)
    if settings.signature:
        voice = replace(voice, name=settings.signature[0], signature=settings.signature[1:])
    return voice


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
            rank=_QUESTION_RANK,
        )
        for question in asked
    ]


def _of_that_day(view: DealView, question: Question, today: date) -> tuple[Evidence, ...]:
    """What a plan toward that day would meet: a day of rest, too little time, a day that has gone by."""
    if question.decides is None or view.plan is None or view.plan.decision != question.decides.day:
        return ()
    notes = plan_reasons(view.deal, view.plan, today, view.days)
    return tuple(note for note in notes if note.rule != NEXT_MILESTONE)


def _meetings_to_cancel(view: DealView, now: datetime) -> list[QueueItem]:
    """After a no, each meeting that is still ahead is put before the rep, to call it off kindly; a series once."""
    said_no = view.standings.of(Standing.SAID_NO)
    if said_no is None or not said_no.certain:
        return []
    return [
        QueueItem(
            key=f"{view.deal.id}:still-ahead:{event.uid}",
            deal_id=view.deal.id,
            kind=ItemKind.NOTICE,
            title=f"A meeting with them is still in the calendar on {spelled(event.start.date())}: call it off kindly.",
            created=now,
            reasons=(Evidence(Source.EVENT, event.uid, event.summary, "still-ahead", on=event.start.date()),),
            rank=view.move.rank,
        )
        for event in {each.uid: each for each in reversed(view.timeline.ahead)}.values()
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
        rank=_QUESTION_RANK,
    )
