"""The deal as it lies on the desk today, and the ways to say what follows: a draft, a question, a notice, a wait."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Evidence, Side, Source, Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.domain.plan import Milestone, Plan
from assistant.domain.reading import MoveKind
from assistant.domain.workdays import Workdays
from assistant.engine.cadence import Cadence, day_of, due, touches
from assistant.engine.concerns import STILL_NEWS, note_of, wait_of
from assistant.engine.endings import story
from assistant.engine.found import Raised, question_key
from assistant.engine.planning import fitting, spoken_of
from assistant.engine.reasons import cadence_reason, evidence_of, plan_reasons, rank, said_before, spelled, title_of
from assistant.engine.standing import Found, Question, Standings
from assistant.engine.timeline import Move, Timeline

_STEPPED: Final = frozenset(
    {
        Purpose.ANSWER,
        Purpose.FOLLOW_UP,
        Purpose.RESET,
        Purpose.MILESTONE,
        Purpose.AFTER_YES,
        Purpose.RECAP,
        Purpose.DELIVER,
    }
)
"""The purposes whose draft may propose the next milestone of the plan."""

_PURPOSES: Final = frozenset(purpose.value for purpose in Purpose)

_RECAP_DAYS: Final = 10
"""Working days for which a meeting is fresh enough to be written down."""

_UNASKED: Final = frozenset(
    {
        Purpose.FOLLOW_UP,
        Purpose.RESET,
        Purpose.MILESTONE,
        Purpose.QUALIFY,
        Purpose.CLARITY,
        Purpose.DECISION_PROCESS,
    }
)
"""The purposes of a mail that nobody waits for: after a not-now one mail was agreed, on the day that they named."""

_AT_ONCE: Final = frozenset({Purpose.ANSWER, Purpose.DELIVER, Purpose.GRACEFUL_EXIT})
"""The purposes that no cadence delays: somebody waits."""


@dataclass(frozen=True, slots=True)
class NextMove:
    """What the queue should hold for a deal today.

    `kind` None means wait: `title` says why, and `wait_until` the day to look again, where one is known.
    `purpose` is set for drafts. `answers` is the move that a draft builds on, `milestone` the step of the plan that
    it may propose. `rank` sorts the queue, the smallest first. `key` is the same for the same situation:
    the deal, the purpose and the move that is answered (see `move_of`).
    """

    kind: ItemKind | None
    purpose: Purpose | None
    title: str
    why: tuple[Evidence, ...]
    answers: Move | None
    milestone: Milestone | None
    wait_until: date | None
    rank: float
    key: str


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is known about the deal today, and the ways to say what follows."""

    deal: Deal
    timeline: Timeline
    standings: Standings
    plan: Plan | None
    today: date
    days: Workdays
    cadence: Cadence
    settled: frozenset[str]

    @property
    def after_yes(self) -> bool:
        return self.deal.stage is Stage.AFTER_YES

    @property
    def undated(self) -> Found | None:
        return self.standings.of(Standing.UNDATED)

    @property
    def touches(self) -> int:
        return touches(self.timeline)

    @property
    def stale(self) -> bool:
        last = self.timeline.last
        return last is not None and self.days.between(day_of(last), self.today) >= self.cadence.stale_days

    def is_fresh(self, meeting: Move) -> bool:
        return self.days.between(day_of(meeting), self.today) <= _RECAP_DAYS

    @property
    def decision_passed(self) -> bool:
        return self.deal.decision is not None and self.deal.decision.day < self.today

    @property
    def milestone_due(self) -> bool:
        """Whether the next milestone's day is near enough to propose it."""
        step = self.plan.next if self.plan else None
        return step is not None and step.day <= self._soon(self.cadence.milestone_days)

    @property
    def has_left(self) -> bool:
        """Whether our last word to them was a farewell."""
        last = self.timeline.last
        return last is not None and _does(last, MoveKind.GRACEFUL_EXIT)

    @property
    def farewell_settled(self) -> bool:
        """Whether the rep has decided about a farewell to them before."""
        return any(_purpose_in(key) == Purpose.GRACEFUL_EXIT for key in self.settled)

    @property
    def asked(self) -> bool:
        """Whether we asked the deciding question and they haven't answered."""
        last = self.timeline.last
        return last is not None and _does(last, MoveKind.CLARITY_QUESTION)

    @property
    def resumed(self) -> bool:
        """Whether we have written on the day that their not-now named, and they have said nothing since."""
        if story(self.deal, self.timeline).resumed:
            return True
        theirs, ours, day = self.timeline.last_of(Side.THEM), self.timeline.last_of(Side.US), self.deal.resume_on
        if self.deal.stage is not Stage.PAUSED or day is None or ours is None:
            return False
        return day_of(ours) >= day and (theirs is None or theirs.at < ours.at)

    def open_question(self) -> Question | None:
        """The weightiest that the rep hasn't answered."""
        still = [question for question in self.standings.questions if not self.is_settled(question)]
        return next((question for question in still if question.first), still[0] if still else None)

    def is_settled(self, question: Question) -> bool:
        return question_key(self.deal, question) in self.settled

    def wait(self, title: str, found: Found | None = None, until: date | None = None) -> NextMove:
        last = found.move if found and found.move else self.timeline.last
        why = found.evidence if found else ()
        return NextMove(None, None, title, why, last, None, until, self._rank(None), self._key("wait", last))

    def ask(self, question: Question) -> NextMove:
        return NextMove(
            ItemKind.QUESTION,
            None,
            question.text,
            (question.evidence, *question.also),
            self.timeline.last,
            None,
            None,
            self._rank(None),
            question_key(self.deal, question),
        )

    def notify(self, found: Found) -> NextMove:
        key = self._key("notice", found.move, found.evidence)
        if key in self.settled:
            return self.wait("Nobody there can be reached.", found)
        title = f"Mail to {self.deal.company} comes back: find another address"
        if all(evidence.source is not Source.MESSAGE for evidence in found.evidence):
            title = f"Nobody at {self.deal.company} can be written to any more: find out who is there now"
        return NextMove(ItemKind.NOTICE, None, title, found.evidence, found.move, None, None, self._rank(None), key)

    def hand_over(self, raised: Raised) -> NextMove:
        """A calm note, once and while it's news; no draft for as long as it stands."""
        key = f"{self.deal.id}:hand-over:{raised.move.ref}"
        why, rank = (raised.evidence,), self._rank(Purpose.ANSWER)
        if key in self.settled or self.days.between(day_of(raised.move), self.today) > STILL_NEWS:
            return NextMove(None, None, wait_of(raised), why, raised.move, None, None, rank, key)
        return NextMove(ItemKind.NOTICE, None, note_of(raised), why, raised.move, None, None, rank, key)

    def draft(self, purpose: Purpose, found: Found | None, answers: Move | None = None) -> NextMove:
        """A draft, unless the rep has decided about this move already or the cadence says that it's too early."""
        answers = answers or (found.move if found else None) or self.timeline.last
        if answers is None:
            return self.wait("No mail with them yet.", found)
        key = self._key(purpose, answers)
        if key in self.settled or (purpose is not Purpose.GRACEFUL_EXIT and move_of(key) in self._settled_moves()):
            return self.wait("You have decided about this move already.", found)
        if purpose in _UNASKED and self.resumed:
            return self.wait("You have written again as they asked: it's their turn.", found)
        day = due(self.deal, self.timeline, self.standings, self.today, self.days, self.cadence)
        if purpose not in _AT_ONCE and day is not None and self.today < day:
            return self.wait(f"Not due before {spelled(day)}.", found, day)
        milestone = self._milestone(purpose, answers)
        title = title_of(purpose, self.deal, self.timeline, answers, milestone)
        why = self._why(purpose, found, answers, milestone)
        return NextMove(ItemKind.DRAFT, purpose, title, why, answers, milestone, None, self._rank(purpose), key)

    def _settled_moves(self) -> set[tuple[str, str]]:
        """The moves whose draft the rep has decided about; a question or a notice settles no draft."""
        return {move_of(key) for key in self.settled if _purpose_in(key) in _PURPOSES}

    def _milestone(self, purpose: Purpose, answers: Move) -> Milestone | None:
        """The step of the plan that the draft may propose: what is due, or what goes on from the talk."""
        if self.plan is None or purpose not in _STEPPED:
            return None
        theirs = self.timeline.last_of(Side.THEM)
        step = fitting(self.plan, "\n".join((spoken_of(answers), spoken_of(theirs) if theirs else "")))
        far = step is not None and step.day > self._soon(2 * self.cadence.milestone_days)
        return self.plan.next if purpose is Purpose.MILESTONE and far else step

    def _soon(self, working_days: int) -> date:
        return self.days.add(self.today, working_days)

    def _why(
        self, purpose: Purpose, found: Found | None, answers: Move, milestone: Milestone | None
    ) -> tuple[Evidence, ...]:
        grounds = found.evidence if found and found.evidence else (evidence_of(answers),)
        if purpose is Purpose.DECISION_PROCESS and self.undated:
            grounds += self.undated.evidence
        if purpose is not Purpose.GRACEFUL_EXIT:
            grounds += plan_reasons(self.deal, self.plan, self.today, self.days, milestone)
        grounds += self._what_they_came_back_from()
        grounds += cadence_reason(self.deal, self.timeline, self.today, self.days)
        return tuple(dict.fromkeys(grounds))

    def _what_they_came_back_from(self) -> tuple[Evidence, ...]:
        """Their earlier no or not-now, as long as we haven't written since they came back."""
        told = story(self.deal, self.timeline)
        if told.over is None or told.came_back is None or told.over.move.reading is None:
            return ()
        if any(move.side is Side.US and move.at > told.came_back.at for move in self.timeline.moves):
            return ()
        span = told.over.move.reading.evidence_of(told.over.intent)
        return (said_before(told.over.move, span),) if span else ()

    def _rank(self, purpose: Purpose | None) -> float:
        return rank(purpose, self.deal, self.timeline, self.plan, self.today, self.days)

    def _key(self, what: str, move: Move | None, evidence: tuple[Evidence, ...] = ()) -> str:
        """The deal, what is done, and the move: its Message-ID or UID, or the instant where it has neither."""
        ref = (move.ref or move.at.isoformat()) if move else next((e.ref for e in evidence), "")
        return f"{self.deal.id}:{what}:{ref}"


def _purpose_in(key: str) -> str:
    """The purpose of a draft's key; "question" or "notice" where it's one of those."""
    return key.partition(":")[2].partition(":")[0]


def _does(move: Move, kind: MoveKind) -> bool:
    return move.side is Side.US and move.reading is not None and move.reading.kind is kind


def move_of(key: str) -> tuple[str, str]:
    """The deal and the move that the item with this key answers: two drafts for one move agree on it."""
    deal_id, _, rest = key.partition(":")
    return deal_id, rest.partition(":")[2]
