import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. We start.", ["It works.", "We start."]),
        ("Please ask Mr. Vane about it. Thanks!", ["Please ask Mr. Vane about it.", "Thanks!"]),
        ("It costs 3.50 per seat, i.e. less. Fine.", ["It costs 3.50 per seat, i.e. less.", "Fine."]),
        ("We meet at 3 p.m. on Friday. Bring Jo.", ["We meet at 3 p.m. on Friday.", "Bring Jo."]),
        ("budgets are tight. try me in may", ["budgets are tight.", "try me in may"]),
        ("Really? yes! ok", ["Really?", "yes!", "ok"]),
        ("Hi Jo,\nthe file is attached.", ["Hi Jo,", "the file is attached."]),
        (
            "Das Angebot, z.B. für Herrn J. Vogt, passt. Danke.",
            ["Das Angebot, z.B. für Herrn J. Vogt, passt.", "Danke."],
        ),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_line_break_inside_a_paragraph_is_no_end() -> None:
    text = "We have looked at the proposal that you sent last week and the\nboard likes it."
    assert split(text) == [text]


def test_every_bullet_is_a_sentence_of_its_own() -> None:
    assert split("Open points:\n- the contract\n- the import test\n2) the price") == [
        "Open points:",
        "- the contract",
        "- the import test",
        "2) the price",
    ]


def test_a_closing_line_stands_alone() -> None:
    assert split("See you on Friday\nBest regards\nInes") == ["See you on Friday", "Best regards", "Ines"]


def test_an_empty_text_has_no_sentences() -> None:
    assert sentences("  \n\n ") == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_spans_are_in_order_and_hold_every_visible_character(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
