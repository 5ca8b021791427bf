"""Every rule of the shipped packs argues its case, and its own examples hold."""

from importlib.resources import files
from pathlib import Path

import pytest

from assistant.domain.draft import Severity
from assistant.guard import LANGUAGES, families, family, lint, shipped
from assistant.guard.families import EMPTY_NUDGE
from assistant.language.packs import Pack, Rule, load_file, parse
from assistant.language.sentences import sentences

CONTEXTS = {"filler", "step", "content", "said_no", "said_yes", "clarity"}
RULES = [pytest.param(pack, rule, id=f"{pack.language}-{rule.id}") for pack in shipped() for rule in pack.rules]
OBJECTIONS = [
    pytest.param(rule, id=f"{pack.language}-{rule.id}")
    for pack in shipped()
    for rule in pack.rules
    if family(rule.kind)
]


def finds(pack: Pack, rule: Rule, text: str) -> bool:
    return any(match.rule.id == rule.id for match in pack.find(text, None, sentences(text)))


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_a_rule_finds_its_bad_examples(pack: Pack, rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert [text for text in rule.bad if not finds(pack, rule, text)] == []


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_a_rule_leaves_its_good_examples_alone(pack: Pack, rule: Rule) -> None:
    assert len(rule.good) >= 2
    assert [text for text in rule.good if finds(pack, rule, text)] == []


@pytest.mark.parametrize("rule", OBJECTIONS)
def test_a_bad_example_is_found_in_its_family_and_a_good_one_is_not_blocked(rule: Rule) -> None:
    after_no = rule.tags.get("when") == "after_no"
    for text in rule.bad:
        assert rule.kind in {finding.family for finding in lint(text, after_no=after_no)}
    for text in rule.good:
        blocking = [f for f in lint(text, after_no=after_no) if f.severity is Severity.BLOCK]
        assert blocking == []


@pytest.mark.parametrize("rule", OBJECTIONS)
def test_a_rule_has_a_reason_and_a_rewrite(rule: Rule) -> None:
    assert rule.reason.endswith(".")
    assert rule.rewrite.endswith(".")


def test_every_kind_is_a_family_or_a_context() -> None:
    kinds = {kind for pack in shipped() for kind in pack.kinds}
    assert kinds - {each.code for each in families()} == CONTEXTS


@pytest.mark.parametrize("pack", shipped(), ids=LANGUAGES)
def test_each_family_has_rules_in_each_language(pack: Pack) -> None:
    assert {each.code for each in families()} <= set(pack.kinds)


def test_a_shipped_pack_holds_only_patterns_that_re2_takes() -> None:
    for language in LANGUAGES:
        assert load_file(Path(str(files("assistant.guard.packs").joinpath(language)))).language == language


INNOCENT = {
    "en": [
        "You asked how the import works: {}",
        "Sorry, {}",
        "As you asked, {}",
        "{} (test)",
        "You asked about the price list: {}",
        "Thank you for the import figures: {}",
    ],
    "de": ["Vielen Dank: {}", "{} (wie gesagt)"],
    "fr": ["Merci encore pour hier : {}", "{} (comme promis)"],
    "es": ["Gracias otra vez por lo de ayer: {}", "{} (como le decía)"],
}


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_an_innocent_phrase_beside_it_hides_nothing(pack: Pack, rule: Rule) -> None:
    if family(rule.kind) is None or rule.kind == EMPTY_NUDGE:
        return
    after_no = rule.tags.get("when") == "after_no"
    framed = [frame.format(text) for frame in INNOCENT[pack.language] for text in rule.bad]
    assert [text for text in framed if not lint(text, after_no=after_no)] == []


def test_a_users_own_rule_is_judged_like_ours() -> None:
    own = parse(
        '[[rule]]\nid = "no-synergy"\nkind = "6_empty_nudge"\npatterns = ["synerg(y|ies)"]\n'
        'reason = "Nobody talks like that."',
        "own.toml",
    )
    found = lint("Synergies!", packs=(*shipped(), own))
    assert [finding.rule for finding in found] == ["no-synergy"]
