"""The last door: however a pressing line is dressed up, nothing that holds it leaves."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.config import Config
from assistant.domain.draft import Content, Severity
from assistant.guard import family, shipped
from assistant.guard.families import EMPTY_NUDGE
from assistant.workflows.exits import Cleared, clear_content
from tests.workflows.conftest import Build

PRESSING = sorted(
    (text, pack.language)
    for pack in shipped()
    for rule in pack.rules
    if family(rule.kind) and rule.kind != EMPTY_NUDGE and rule.tags.get("when") != "after_no"
    if rule.severity != Severity.WARN
    for text in rule.bad
)
CALM = {
    "en": "Hi Ines,\n\nYour depot council votes on 14 May, so the second run is the next step.{}\n\nBest,\nMara\n",
    "de": "Hallo Ines,\n\nIhr Rat stimmt am 14. Mai ab, also ist der zweite Lauf der nächste Schritt.{}\n\nMara\n",
    "fr": "Bonjour Inès,\n\nVotre conseil vote le 14 mai, le second essai est donc la prochaine étape.{}\n\nMara\n",
    "es": "Hola Inés:\n\nSu consejo vota el 14 de mayo, así que la segunda prueba es el siguiente paso.{}\n\nMara\n",
}
LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с"})  # Cyrillic
DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "shouted": str.upper,
    "in small letters": str.lower,
    "with curly apostrophes": lambda text: text.replace("'", "’"),
    "with characters of no width": lambda text: "\u200b".join(text),
    "with soft hyphens": lambda text: text.replace("e", "e\u00ad"),
    "with hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "with letters that look alike": lambda text: text.translate(LOOKALIKES),
    "broken into lines": lambda text: "\n".join(
        (text[: text.find(" ", len(text) // 3)], text[text.find(" ", len(text) // 3) + 1 :])
    ),
    "in bold letters": lambda text: text.replace("e", "<b>e</b>").replace(" ", "&nbsp;"),
    "in bold signs": lambda text: " ".join(f"*{word}*" for word in text.split()),
}
PLACES = ("\n\n{}", "\n\nP.S. {}", " {}", "\n\n* * *\n\n{}\n\n* * *", "\n\n-- \n{}")


@pytest.fixture
def config(build: Build) -> Config:
    return build().config


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_disguise_brings_a_pressing_line_outside(config: Config, disguise: str) -> None:
    chance = random.Random(7)
    left = []
    for line, language in PRESSING:
        body = CALM[language].format(chance.choice(PLACES).format(DISGUISES[disguise](line)))
        if isinstance(clear_content(Content(subject="Re: the depot", body=body), None, config, None), Cleared):
            left.append(line)
    assert left == []


def test_no_pressing_subject_leaves(config: Config) -> None:
    calm = Content(body=CALM["en"].format(""))
    outside = [
        line
        for line, _ in PRESSING
        if isinstance(clear_content(replace(calm, subject=line), None, config, None), Cleared)
    ]
    assert outside == []


def test_calm_words_leave(config: Config) -> None:
    result = clear_content(Content(subject="Re: the depot", body=CALM["en"].format("")), None, config, None)
    assert isinstance(result, Cleared)
    assert result.body == CALM["en"].format("")
