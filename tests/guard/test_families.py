"""The nine families and what each stands for."""

import re
from pathlib import Path

import pytest

import assistant
from assistant.domain.draft import Severity
from assistant.guard import families, family, link, rules
from assistant.guard.families import UNREAD

HANDBOOK = Path(assistant.__file__).parents[1]


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


@pytest.mark.parametrize("code", [*(each.code for each in families()), UNREAD])
def test_every_family_has_its_section_in_the_handbook(code: str) -> None:
    file, anchor = link(code).split("#")
    headings = re.findall(r"(?m)^#+ (.+)$", (HANDBOOK / file).read_text(encoding="utf-8"))
    assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
