"""Empty nudges: blocked where nothing is left, warned where no step is, silent where one stands beside."""

import pytest

from assistant.domain.draft import Severity
from assistant.guard import lint
from assistant.guard.families import EMPTY_NUDGE


def severity(text: str, *, title: bool = False) -> Severity | None:
    found = [f.severity for f in lint(text, title=title) if f.family == EMPTY_NUDGE]
    return min(found, key=[Severity.BLOCK, Severity.WARN].index) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "Just checking in.",
        "Hi Nora,\n\nI hope you had a great weekend. Any news?\n\nBest,\nMara",
        "Hi Nora,\n\njust wanted to touch base. Looking forward to hearing from you!\n\nKind regards\nMara",
        "Circling back on the below.",
        "Happy to help.",
    ],
)
def test_a_message_that_is_only_a_nudge_is_blocked(text: str) -> None:
    assert severity(text) is Severity.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "Here is the security paper. Let me know what you think.",
        "Yes, it exports to your ledger as a file a day. Do reach out with any questions.",
    ],
)
def test_an_answer_without_a_step_is_warned(text: str) -> None:
    assert severity(text) is Severity.WARN


def test_an_opener_before_a_real_step_is_warned() -> None:
    text = "Just checking in. Ole runs ten of your files through the import on Thursday at 9."
    assert severity(text) is Severity.WARN


def test_an_invitation_to_ask_beside_a_step_is_fine() -> None:
    text = "Ole runs ten of your files on Thursday at 9. If you have any questions, let me know."
    assert severity(text) is None


def test_a_plain_answer_is_none_of_its_business() -> None:
    assert severity("The pump starts at two bar.") is None


def test_a_title_that_is_a_nudge_is_blocked() -> None:
    assert severity("Any news?", title=True) is Severity.BLOCK


def test_a_title_that_names_its_matter_is_fine() -> None:
    assert severity("Follow-up: indemnity cap, the wording of your counsel", title=True) is None
