"""Empty nudges: blocked where nothing is left, warned where no step is, silent where one stands beside."""

from pathlib import Path

import pytest

from assistant.domain.draft import Severity
from assistant.guard import lint, with_own
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


@pytest.mark.parametrize(
    "text",
    [
        "Let me know.",
        "Call me.",
        "Hi Tom,\n\nGive me a call when you can.\n\nThanks,\nMara",
        "Hi Tom,\n\nplease let me know either way.\n\nMara",
    ],
)
def test_what_people_ask_of_each_other_all_day_is_warned_of_at_most(text: str) -> None:
    assert severity(text) is not Severity.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "Give me a call when you have the packet ready.",
        "Let me know when the truck is at your gate.",
        "I will discuss it with Jeff and get back to you.",
    ],
)
def test_a_request_with_a_matter_of_its_own_is_no_nudge(text: str) -> None:
    assert severity(text) is None


@pytest.mark.parametrize(
    "text", ["Let me know what you think.", "Let me know when you have a decision.", "Any news? Call me."]
)
def test_asking_for_a_sign_about_our_offer_is_blocked(text: str) -> None:
    assert severity(text) is Severity.BLOCK


OWN = (
    '[[rule]]\nid = "synergy"\nkind = "6_empty_nudge"\npatterns = ["synergies"]\nseverity = "{}"\n'
    'reason = "Nobody talks like that."\nrewrite = "Say what they get."'
)


@pytest.mark.parametrize("wanted", list(Severity))
@pytest.mark.parametrize("text", ["On Thursday at ten Ole shows you the synergies of both lists.", "Synergies"])
def test_what_a_teams_own_rule_calls_a_nudge_stands_beside_any_step(
    wanted: Severity, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.format(wanted), encoding="utf-8")
    found = lint(text, packs=with_own([path]), title=text == "Synergies")
    assert [each.severity for each in found if each.rule == "synergy"] == [wanted]
