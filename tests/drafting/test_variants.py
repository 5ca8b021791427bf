"""A template says a thing in several ways; a draft says it in one, always the same for the same situation."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.drafting.phrases import skeletons
from assistant.drafting.variants import environment

THREE = """\
{% vary %}
You asked about the first thing.
{% or %}
You wrote about the second thing.
{% or if third %}
You came back to the third thing.
{% endvary %}
"""


@pytest.fixture
def templates(tmp_path: Path) -> ImmutableSandboxedEnvironment:
    (tmp_path / "three.txt.j2").write_text(THREE, encoding="utf-8")
    return environment([tmp_path])


def said(templates: ImmutableSandboxedEnvironment, seed: str = "a", earlier: str = "", third: bool = True) -> str:
    made = templates.get_template("three.txt.j2")
    return made.render(seed=seed, earlier=skeletons(earlier), third=third).strip()


def test_the_same_seed_says_it_in_the_same_words(templates: ImmutableSandboxedEnvironment) -> None:
    assert said(templates, "deal:1") == said(templates, "deal:1")


def test_every_phrasing_gets_its_turn(templates: ImmutableSandboxedEnvironment) -> None:
    assert len({said(templates, str(n)) for n in range(40)}) == 3


def test_a_phrasing_whose_condition_fails_is_never_chosen(templates: ImmutableSandboxedEnvironment) -> None:
    assert all("third" not in said(templates, str(n), third=False) for n in range(40))


def test_what_was_said_before_is_said_differently(templates: ImmutableSandboxedEnvironment) -> None:
    first = said(templates)
    second = said(templates, earlier=first)
    third = said(templates, earlier=f"{first} {second}")
    assert len({first, second, third}) == 3


def test_when_all_was_said_the_first_choice_comes_again(templates: ImmutableSandboxedEnvironment) -> None:
    assert said(templates, earlier=THREE) == said(templates)


def test_a_name_that_is_not_defined_is_an_error(templates: ImmutableSandboxedEnvironment) -> None:
    with pytest.raises(UndefinedError):
        templates.from_string("{{ what_they_paid }}").render()


def test_a_template_cannot_reach_into_python(templates: ImmutableSandboxedEnvironment) -> None:
    with pytest.raises(SecurityError):
        templates.from_string("{{ ''.__class__.__mro__ }}").render()
