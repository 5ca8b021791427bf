"""What the store hands out beyond the domain's values: rows of the history, the journal and the mirror's sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from assistant.domain.draft import Content, Gap, ItemState
from assistant.domain.invite import InviteState
from assistant.domain.mail import Message
from assistant.domain.ports import PlacedEvent
from assistant.domain.reading import Automatic


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way into the mirror.

    `thread` is the conversation's name. `subject_key` is the subject as the engine folds it, by which later
    mail without References finds this thread; with "" it never does. `etag` is the system's mark of this copy.
    """

    message: Message
    thread: str
    automatic: Automatic | None = None
    etag: str = ""
    subject_key: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the mirror holds. `places` counts copies; `skipped` those known but kept out on purpose."""

    messages: int
    places: int
    skipped: int
    threads: int
    automatic: int
    events: int
    problems: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a queue item's history: an edit where `edited`, else a move from `before` to `after`.

    `version_before` is the item's version that was decided on.
    """

    id: int
    item_id: int
    at: datetime
    by: str
    before: ItemState
    after: ItemState
    version_before: int
    until_before: date | None = None
    until_after: date | None = None
    edited: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the rep did and may take back. `payload` is what its undoing needs to know."""

    id: int
    at: datetime
    what: str
    deal_id: str
    item_id: int | None = None
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """The text of a draft from `version` on, until the next revision."""

    version: int
    content: Content | None
    gaps: tuple[Gap, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """The days that the rep approved for a deal's milestones, by their ids, toward one decision date.

    `seq` is that date's own: the same day, named anew after a no, is another plan. `schedule` is how the plan's
    meetings were to come about when it was approved ("off", "hold", "invite"): nobody is invited beyond that.
    """

    decision: date
    days: Mapping[str, date]
    at: datetime
    seq: int
    schedule: str = "off"


class EffectState(StrEnum):
    """The life of an effect: written down, then made, or known not to have been made."""

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Effect:
    """One change outside this program, `intended` before it was made.

    `ref` is what the other system calls the result; `why` a failure's reason.
    """

    key: str
    kind: str
    account: str
    item_id: int | None
    fingerprint: str
    payload: str
    state: EffectState
    intended: datetime
    ended: datetime | None = None
    ref: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail: what happened to which deal. Never a body, never an address."""

    id: int
    at: datetime
    what: str
    deal_id: str | None
    ref: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class PlacedInvite:
    """A meeting of ours as it was last noted: what it says and when it is, and how it lay in the calendar then.

    `content` is as a queue item's, with its `meeting`; `placed` is None where it's no longer there.
    """

    deal_id: str
    milestone: str
    uid: str
    state: InviteState
    sequence: int
    account: str
    content: Content
    placed: PlacedEvent | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Routine:
    """Something that happens by itself, of one account or ("") of all.

    `next_due` was counted by `rule`; None: not before something asks for it. `began` is its last start, `ended` its
    last good end, `failures` how often it failed since then, for `why`. `remaining` is what it left for its next time.
    """

    name: str
    account: str = ""
    rule: str = ""
    next_due: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    why: str = ""
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """The rep is away from the day of `at` on, and back on the day `until`; None: back since `at`."""

    at: datetime
    until: date | None
