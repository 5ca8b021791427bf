"""The nine families and what each stands for."""

from assistant.domain.draft import Severity
from assistant.guard import families, family, rules


def test_there_are_nine_in_their_order() -> None:
    assert [each.code.partition("_")[0] for each in families()] == [str(n) for n in range(1, 10)]


def test_every_family_says_why_and_what_instead() -> None:
    for each in families():
        assert each.title
        assert each.principle.endswith(".")
        assert each.rewrite.endswith(".")
        assert each.severity is Severity.BLOCK


def test_a_kind_that_is_no_family_has_none() -> None:
    assert family("step") is None


def test_the_rules_are_listed_by_family() -> None:
    kinds = [rule.kind for rule in rules()]
    assert kinds == sorted(kinds)
    assert set(kinds) == {each.code for each in families()}
