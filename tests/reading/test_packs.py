import pytest

from assistant.language.packs import Rule, load

PACKS = ("automatic", "moves_en", "replies_en")
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
