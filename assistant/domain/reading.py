"""What a message says, as values: moves, intents, dates and commitments, each with its span and its rule.

Spans count characters of `Reading.new_text`; they include their start and exclude their end.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.domain.deal import Side
from assistant.domain.mail import Message


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence or phrase of the new text, and the rule that found it."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days: `start` is included, `end` is excluded. A single day is (d, d + 1)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"empty range of days: {self.start} to {self.end}")

    @classmethod
    def of(cls, day: date) -> "Days":
        return cls(day, day + timedelta(days=1))

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


class MoveKind(StrEnum):
    """What a message of ours does; the first six are passive, the rest purposeful."""

    ANSWERED_QUESTION = "answered_question"
    SENT_INFO = "sent_info"
    ACKNOWLEDGED = "acknowledged"
    NUDGE = "nudge"
    OPEN_OFFER = "open_offer"
    THANKS = "thanks"
    MEETING_PROPOSED = "meeting_proposed"
    NEXT_STEP_WITH_DATE = "next_step_with_date"
    MUTUAL_PLAN = "mutual_plan"
    CLARITY_QUESTION = "clarity_question"
    GRACEFUL_EXIT = "graceful_exit"

    @property
    def purposeful(self) -> bool:
        return self in _PURPOSEFUL


_PURPOSEFUL = frozenset(
    {
        MoveKind.MEETING_PROPOSED,
        MoveKind.NEXT_STEP_WITH_DATE,
        MoveKind.MUTUAL_PLAN,
        MoveKind.CLARITY_QUESTION,
        MoveKind.GRACEFUL_EXIT,
    }
)


class Intent(StrEnum):
    """What a message of theirs does; several may hold. In the order of weight: the first that holds leads."""

    BOUNCE = "bounce"
    OUT_OF_OFFICE = "out_of_office"
    NO = "no"
    NOT_NOW = "not_now"
    YES = "yes"
    DECISION_DATE_STATED = "decision_date_stated"
    REFERRAL = "referral"
    OBJECTION = "objection"
    QUESTION = "question"
    SCHEDULING = "scheduling"
    THANKS_ONLY = "thanks_only"


class AutomaticKind(StrEnum):
    """Mail that no person wrote for this thread (RFC 3834, RFC 3464, RFC 8098, RFC 6047, RFC 2919)."""

    OUT_OF_OFFICE = "out_of_office"
    LEFT_COMPANY = "left_company"
    BOUNCE = "bounce"
    DELAY = "delay"
    RECEIPT = "receipt"
    CALENDAR_REPLY = "calendar_reply"
    CALENDAR_REQUEST = "calendar_request"
    LIST = "list"
    NEWSLETTER = "newsletter"
    MACHINE = "machine"
    CHALLENGE = "challenge"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Automatic:
    """An automatic message. `failed` are the addresses that bounced; `away_until` the day of return;
    `stand_in` an address that the absent person names. `partstat` is the answer of a calendar reply, and
    `event_uid` the event that it answers or asks for."""

    kind: AutomaticKind
    evidence: Span
    away_until: date | None = None
    stand_in: str | None = None
    failed: tuple[str, ...] = ()
    event_uid: str | None = None
    partstat: str | None = None


class DateRole(StrEnum):
    """What a date said in a message is for."""

    DECISION = "decision_date"
    MEETING = "meeting_date"
    RETURN = "return_date"
    DELIVERY = "delivery_date"
    RESUME = "resume_date"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date as it was said. `whose` is who spoke it; `certain` is False where it needs the rep's eye (03/04)."""

    days: Days
    role: DateRole
    whose: Side
    evidence: Span
    certain: bool = True


@dataclass(frozen=True, slots=True)
class NextStep:
    """What, who and when: all three, or it isn't one."""

    what: str
    who: str
    when: Days
    evidence: Span

    def __post_init__(self) -> None:
        if not (self.what.strip() and self.who.strip()):
            raise ValueError("a next step has a what, a who and a when")


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that was offered without a day: what, as it follows "to", and whether both sides would do it together
    or we alone."""

    what: str
    together: bool
    evidence: Span


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise: by whom, what, and the days by which (None: no date was named)."""

    by: Side
    what: str
    due: Days | None
    evidence: Span


@dataclass(frozen=True, slots=True)
class IntentFound:
    """One intent of a message of theirs, with the sentence that shows it."""

    intent: Intent
    evidence: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says.

    For a message of ours: `kind` (None: can't tell), `next_step`, and for a passive one `open_step`. For one of
    theirs: `intents`, the weightiest first, `decision` and `resume_on` (the day a not-now names). `finished` is the
    evidence that the move closes its matter and asks for nothing (a receipt, an agreed figure, a decline). `asks`
    are the sentences that ask for something. `topic` is a short noun phrase for what the message is about, in its
    own words, or None. `certain` is False where the reader can't tell; `reason` then says why in one sentence for
    the rep, and `guess` is what a message of theirs seems to do most, where that isn't among its intents. `missed`
    says that a meeting's time came, and it wasn't held.
    """

    side: Side
    language: str
    new_text: str
    automatic: Automatic | None = None
    kind: MoveKind | None = None
    kind_evidence: Span | None = None
    next_step: NextStep | None = None
    open_step: OpenStep | None = None
    commitments: tuple[Commitment, ...] = ()
    intents: tuple[IntentFound, ...] = ()
    dates: tuple[SaidDate, ...] = ()
    decision: SaidDate | None = None
    resume_on: SaidDate | None = None
    asks: tuple[Span, ...] = ()
    finished: Span | None = None
    topic: str | None = None
    certain: bool = True
    reason: str = ""
    guess: IntentFound | None = None
    missed: Span | None = None

    @property
    def purposeful(self) -> bool | None:
        """Whether our move was purposeful; None where it's theirs or can't be told."""
        return self.kind.purposeful if self.kind else None

    def has(self, intent: Intent) -> bool:
        for found in self.intents:  # noqa: SIM110 - asked of every mail many times, so no generator
            if found.intent is intent:
                return True
        return False

    def evidence_of(self, intent: Intent) -> Span | None:
        return next((found.evidence for found in self.intents if found.intent is intent), None)


@dataclass(frozen=True, slots=True)
class MirroredMessage:
    """A message as the mirror holds it: `key` is the mirror's own, `thread` its conversation.

    `thread` is the Message-ID of one message of the conversation, the same for all of them.
    `automatic` was read from the headers and the text when it came in. The same message in several folders or
    accounts is one of these; its `message` is the copy that says most about our side (Sent before others).
    """

    key: int
    thread: str
    message: Message
    automatic: Automatic | None = None
