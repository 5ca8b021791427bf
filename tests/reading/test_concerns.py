import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.concern import ConcernKind
from assistant.language.packs import Rule, load
from assistant.reading.concerns import concerns
from assistant.reading.view import LANGUAGES

RULES = [
    pytest.param(language, rule, id=f"{language}:{rule.id}")
    for language in LANGUAGES
    for rule in load("assistant.reading.packs", f"concerns_{language}").rules
]


def found(language: str, text: str) -> set[str]:
    return {match.rule.id for match in load("assistant.reading.packs", f"concerns_{language}").find(text)}


def kinds(text: str, language: str = "en") -> list[ConcernKind]:
    return [concern.kind for concern in concerns(text, language)]


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_every_rule_finds_its_examples(language: str, rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert [text for text in rule.bad if rule.id not in found(language, text)] == []


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_every_rule_leaves_its_counter_examples(language: str, rule: Rule) -> None:
    assert len(rule.good) >= 2
    assert [text for text in rule.good if rule.id in found(language, text)] == []


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_every_rule_says_why_and_names_a_concern(language: str, rule: Rule) -> None:
    assert rule.reason.endswith(".")
    assert rule.kind in set(ConcernKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_every_concern(language: str) -> None:
    assert set(load("assistant.reading.packs", f"concerns_{language}").kinds) == set(ConcernKind)


def test_a_concern_shows_its_sentence() -> None:
    text = "Thank you for your mail. Please stop writing to me. Ines"
    (concern,) = concerns(text, "en")
    assert concern.evidence.text == "Please stop writing to me."
    assert text[concern.evidence.start : concern.evidence.end] == concern.evidence.text


def test_the_weightiest_concern_comes_first() -> None:
    text = "I am furious. Please stop writing to me."
    assert kinds(text) == [ConcernKind.STOP, ConcernKind.ANGER]


def test_a_question_in_one_sentence_vetoes_no_other() -> None:
    assert kinds("Could you read this? We will take legal action.") == [ConcernKind.LEGAL]


def test_where_the_language_cannot_be_told_all_are_tried() -> None:
    assert kinds("Merci de ne plus m'écrire.", "und") == [ConcernKind.STOP]


def test_ordinary_mail_has_no_concern() -> None:
    assert kinds("Could you send us the price list and the security paper by Friday?") == []


@pytest.mark.parametrize(
    "text",
    [
        "Please do not hesitate to contact me should you require any further information.",
        "Leave us alone until the insurers have been, then we talk.",
        "This is without prejudice to future calls.",
        "We lost our finance manager to a rival.",
        "If you do not wish to receive further mailings, write to us.",
        "Our legal team will contact you about the data processing agreement.",
    ],
)
def test_words_that_only_sound_like_one_are_none(text: str) -> None:
    assert kinds(text) == []


def test_who_leaves_and_of_whom_it_is_said_are_told_apart() -> None:
    assert kinds("Today is my last day at Harbour.") == [ConcernKind.LEAVING]
    assert kinds("Ines has left the company.") == [ConcernKind.COLLEAGUE_LEAVES]


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "und"]))
def test_any_text_is_read_without_an_error(text: str, language: str) -> None:
    assert all(text[c.evidence.start : c.evidence.end] == c.evidence.text for c in concerns(text, language))
