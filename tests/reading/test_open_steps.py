"""What a passive move offered without a day is kept in the writer's own words."""

from datetime import date

import pytest

from assistant.reading.open_steps import open_step
from assistant.reading.view import pack_of, view


def offered(text: str) -> str | None:
    found = open_step(view(text, pack_of("moves", "en"), date(2026, 3, 3)))
    return found.what if found else None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Happy to walk your team through the import whenever it suits.", "walk your team through the import"),
        ("I'd be glad to show your buyers the label printer if useful.", "show your buyers the label printer"),
        ("We could go over the service contract at some point.", "go over the service contract"),
        ("Attached is the paper. We can run a test with your own orders, too.", "run a test with your own orders"),
        ("Let's compare the two pumps some time.", "compare the two pumps"),
    ],
)
def test_an_offer_is_kept_without_its_condition(text: str, what: str) -> None:
    assert offered(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "Happy to discuss it whenever you like.",
        "I can explain that further.",
        "Happy to help with any questions.",
        "The import runs every night.",
        "We can talk.",
    ],
)
def test_what_hangs_on_the_old_mail_or_says_nothing_is_left(text: str) -> None:
    assert offered(text) is None


def test_who_would_do_it_is_kept() -> None:
    together = open_step(view("Shall we map out the data migration?", pack_of("moves", "en"), None))
    alone = open_step(view("I can map out the data migration.", pack_of("moves", "en"), None))
    assert together is not None
    assert alone is not None
    assert (together.together, alone.together) == (True, False)


def test_the_evidence_is_the_words_of_the_offer() -> None:
    text = "Attached. I can map out the data migration if you wish."
    found = open_step(view(text, pack_of("moves", "en"), None))
    assert found is not None
    assert text[found.evidence.start : found.evidence.end] == found.evidence.text
