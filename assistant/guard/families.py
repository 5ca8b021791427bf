"""The nine families of language that never reach a customer, each with its principle and the way out."""

from dataclasses import dataclass
from typing import Final

from assistant.domain.draft import Severity


@dataclass(frozen=True, slots=True)
class Family:
    """One family: why the guard objects to it, what to write instead, and how a text of it reads."""

    code: str
    title: str
    principle: str
    severity: Severity
    rewrite: str
    heard: str

    @property
    def link(self) -> str:
        """Where its principle is argued: the file of the handbook and, as its renderers name it, the section."""
        return f"{HANDBOOK}#{self.title.lower().replace(' ', '-')}"


HANDBOOK: Final = "docs/guard.md"
UNREAD: Final = "unread-language"
"""The rule and family of what is in a language that isn't read here."""
DEADLINE: Final = "2_vendor_deadline_false_urgency"
EMPTY_NUDGE: Final = "6_empty_nudge"
AFTER_NO: Final = "9_push_after_no"

_FAMILIES: Final = (
    Family(
        "1_quota_own_interest",
        "Our own interest",
        "Nobody on the other side cares about our numbers, our bosses or our year; a reason must be the customer's.",
        Severity.BLOCK,
        "Delete the reason, keep the step, and give it the customer's own date.",
        "This reads as if the reason were ours, not theirs",
    ),
    Family(
        DEADLINE,
        "A deadline of ours",
        "One date counts, the customer's own; a second one that we invent only makes them distrust the first.",
        Severity.BLOCK,
        "Name the customer's date, what has to be true by then, and who does it; ask for it if it isn't known.",
        "This reads as if a date or a shortage of ours should hurry them",
    ),
    Family(
        "3_discount_bait",
        "A concession as bait",
        "A concession that hurries a decision devalues what we offer and hides the real question.",
        Severity.BLOCK,
        "Answer the price with facts, then ask what is still unproven, who tests it and by when.",
        "This reads as if a concession should hurry or save their decision",
    ),
    Family(
        "4_reproach",
        "Reproach",
        "If they changed course, something on their side changed; holding it against them changes nothing.",
        Severity.BLOCK,
        "Note the new state without comment and move the plan after it.",
        "This reads as if they were held to what they said or planned before",
    ),
    Family(
        "5_guilt_pestering",
        "Guilt and pestering",
        "Their silence isn't a debt; counting it out makes answering harder.",
        Severity.BLOCK,
        "Bring something new that helps toward their date, or leave it.",
        "This reads as if their silence were a debt",
    ),
    Family(
        EMPTY_NUDGE,
        "An empty nudge",
        "A contact without content moves nothing; the question is always what comes next.",
        Severity.BLOCK,
        "One step, who does it, one date, and why it helps them.",
        "This reads as a contact without content: no step, nobody who takes it, no day",
    ),
    Family(
        "7_disparaging_competition",
        "Running others down",
        "Contrast helps a customer to choose; belittling or planting doubt doesn't.",
        Severity.BLOCK,
        "The criterion, the facts of both sides, and a test on the customer's own data with a date.",
        "This reads as if it ran somebody else down",
    ),
    Family(
        "8_manipulation_fomo_assumptive",
        "Manipulation",
        "Consent counts in sales too: no yes is assumed, and fear isn't a reason.",
        Severity.BLOCK,
        "Ask what is missing for an informed yes or no, and who provides it.",
        "This reads as if their yes were taken for granted, or fear should bring it",
    ),
    Family(
        AFTER_NO,
        "Pushing after a no",
        "A no is a no, whatever was said before.",
        Severity.BLOCK,
        "Thank them, say what has been tidied up, wish them well. Nothing after that.",
        "This reads as an attempt to open again what they closed",
    ),
)


def families() -> tuple[Family, ...]:
    """All nine, in their order."""
    return _FAMILIES


def family(code: str) -> Family | None:
    """The family of this code; None for a rule's kind that isn't one."""
    return next((each for each in _FAMILIES if each.code == code), None)


def link(code: str) -> str:
    """Where the handbook argues the case of what is found under this code."""
    known = family(code)
    return known.link if known else f"{HANDBOOK}#a-language-that-it-doesnt-read"
