"""The training hears what the reader hears, and the weights that ship are those of the texts that ship."""

from datetime import date
from math import exp

import pytest

from assistant.language.learned import UNIT, Model
from training.fit import WEIGHTS
from training.learn import example, features, learn
from training.texts import BORROWED, RULES, Text, digest, texts

TEXTS = [
    Text("1", "a", "en", "No thanks, we never buy that.", date(2026, 3, 3), "no"),
    Text("2", "a", "en", "We never wanted it, so no.", date(2026, 3, 3), "no"),
    Text("3", "b", "en", "Yes, gladly, send the order form.", date(2026, 3, 3), "yes"),
    Text("4", "b", "en", "Gladly, yes. Where do we sign the order?", date(2026, 3, 3), "yes"),
]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return list(learn(example(text, "replies") for text in TEXTS))


def test_what_was_learned_tells_its_texts_apart(lines: list[str]) -> None:
    small = Model(lines)
    for text in TEXTS:
        each = example(text, "replies")
        assert small.judge(each.sentences, each.answers).best == text.label


def test_the_reader_sums_the_features_that_were_learned(lines: list[str]) -> None:
    weights = {
        name: [int(value or 0) / UNIT for value in values] for name, *values in (line.split("\t") for line in lines[1:])
    }
    small = Model(lines)
    for text in TEXTS:
        each = example(text, "replies")
        found = features(each)
        scores = [
            bias + sum(value * weights[name][at] for name, value in found.items() if name in weights)
            for at, bias in enumerate(weights["bias"])
        ]
        odds = [1 / (1 + exp(-score)) for score in scores]
        chances = small.judge(each.sentences, each.answers).chances
        assert list(chances.values()) == pytest.approx([odd / sum(odds) for odd in odds])


def test_automatic_mail_is_not_learned() -> None:
    robot = Text("5", "a", "en", "I am out of the office until 16 March 2026.", date(2026, 3, 3), "out_of_office")
    assert example(robot, "replies").robot == "out_of_office"


@pytest.mark.parametrize("question", list(WEIGHTS))
def test_the_weights_were_learned_from_the_texts_as_they_are(question: str) -> None:
    """If this fails: python -m training.fit"""
    head = WEIGHTS[question].read_text(encoding="utf-8").partition("\n")[0]
    assert digest(question) in head


@pytest.mark.parametrize("question", list(WEIGHTS))
def test_no_text_stands_twice(question: str) -> None:
    seen = [
        (each.title, each.text) for each in texts(question) if each.writer != RULES and not each.id.startswith(BORROWED)
    ]
    assert len(seen) == len(set(seen))
