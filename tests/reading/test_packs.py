import pytest

from assistant.language.packs import Rule, load
from assistant.reading.view import LANGUAGES

QUESTIONS = tuple(f"{question}_{language}" for question in ("moves", "replies") for language in LANGUAGES)
PACKS = ("automatic", "absence", "booking", "missed", "signs", "footers", *QUESTIONS)
NAMED_BY_THE_CODE = {
    "no-need",
    "no-stop-contact",
    "no-chose-another",
    "no-not-selected",
    "later-come-back",
    "later-contact",
    "later-again",
    "later-not-before",
    "later-once",
    "yes-conditional",
}
RULES = [
    pytest.param(name, rule, id=f"{name}:{rule.id}")
    for name in PACKS
    for rule in load("assistant.reading.packs", name).rules
]


def found(name: str, text: str) -> set[str]:
    return {match.rule.id for match in load("assistant.reading.packs", name).find(text)}


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_every_rule_finds_its_examples(name: str, rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert [text for text in rule.bad if rule.id not in found(name, text)] == []


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_every_rule_leaves_its_counter_examples(name: str, rule: Rule) -> None:
    assert len(rule.good) >= 2
    assert [text for text in rule.good if rule.id in found(name, text)] == []


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_every_rule_says_why(name: str, rule: Rule) -> None:
    assert rule.reason.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["moves", "replies"])
def test_every_language_has_the_kinds_that_english_has(question: str, language: str) -> None:
    """The learned model hears kinds, whatever the language."""
    english = load("assistant.reading.packs", f"{question}_en").kinds
    assert set(load("assistant.reading.packs", f"{question}_{language}").kinds) == set(english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_that_the_reading_names_are_there(language: str) -> None:
    assert {rule.id for rule in load("assistant.reading.packs", f"replies_{language}").rules} >= NAMED_BY_THE_CODE
