"""What in a customer's words only a person may answer."""

from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.reading import Span


class ConcernKind(StrEnum):
    """The weightiest first. All but the last two stop whatever we would draft; those say that the writer, or somebody
    else of theirs, leaves the customer."""

    STOP = "stop"
    INCIDENT = "incident"
    LEGAL = "legal"
    PRIVACY = "privacy"
    COMPLAINT = "complaint"
    DISTRESS = "distress"
    ANGER = "anger"
    LEAVING = "leaving"
    COLLEAGUE_LEAVES = "colleague_leaves"

    @property
    def halts(self) -> bool:
        return self not in (ConcernKind.LEAVING, ConcernKind.COLLEAGUE_LEAVES)


@dataclass(frozen=True, slots=True)
class Concern:
    """One of them, with the sentence that shows it."""

    kind: ConcernKind
    evidence: Span
