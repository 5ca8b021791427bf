"""A linear model over the words and signs of a text: how likely each class is, and which sentence speaks for it.

The weights are learned by `python -m training.fit` from the labelled texts of this repository, and are kept as text.
Scoring is a sum in plain Python. A feature is a word (`w`), a piece of a word (`c`), two neighbours (`b`), a sign
(`s`), or of the whole text its size and what the rules alone would answer (`a`). Those of words are scaled by the
root of the number of words, so that a long text says no more than a short one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import exp, sqrt
from typing import Final

from assistant.language.words import Heard, pieces, size

WORD_SCALE: Final = 3.0
SCALES: Final = {"b:": 1.4, "c:": 0.25, "s:": 0.125, "a:": 0.125}
"""How much each kind of feature counts beside a word. The rules count least: they know the texts that they were
written for too well."""
UNIT: Final = 100
"""Weights stand in the file as hundredths."""
_TELLING: Final = 4
_FAMILIAR: Final = 0.5
_FAR: Final = 500.0
"""Beyond it a sum is as good as certain."""
_SPOKEN: Final = 6
_STRANGE: Final = 0.35
_A_PARAGRAPH: Final = 15
_SENTENCES: Final = 64
"""Sentences whose sums are kept: one is heard alone, with its neighbour and in its text."""
_REMEMBERED: Final = 20_000
"""Words whose sums are kept."""

_Sums = tuple[float, ...]
"""A number a class."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The chance of each class, and of each sentence, by its index, what it adds to each class."""

    chances: Mapping[str, float]
    shares: Mapping[int, Mapping[str, float]]

    @property
    def best(self) -> str:
        return max(self.chances, key=lambda name: self.chances[name])

    def speaker(self, name: str) -> int:
        """The index of the sentence that speaks most for the class."""
        return max(self.shares, key=lambda index: self.shares[index][name])


class Model:
    """The weights of one question."""

    def __init__(self, lines: Iterable[str]) -> None:
        """From the lines of a weights file: the classes, the bias, then a feature a line, all by tabs."""
        rows = (line.rstrip("\n").partition("\t") for line in lines if line.strip() and not line.startswith("#"))
        self.classes = tuple(next(rows)[2].split("\t"))
        self._none: _Sums = (0.0,) * len(self.classes)
        self._bias = _row(*next(rows)[::2])
        self._weights: dict[str, str | _Sums] = {name: values for name, _, values in rows}
        self._words: dict[str, _Sums] = {}
        self._sums = lru_cache(maxsize=_SENTENCES)(self._sums_of)

    def knows(self, sentences: Sequence[Heard], share: float = _FAMILIAR) -> bool:
        """Whether this share of the words was in the texts that it learned from; of very few words nobody can tell."""
        words = [word for each in sentences for word in each.words if word[0] not in "<?!:;%…€$£"]
        known = sum(f"w:{word}" in self._weights for word in words)
        return len(words) < _TELLING or known >= share * len(words)

    def is_strange(self, words: Iterable[str]) -> bool:
        """Whether these are words enough, and few of them were ever seen: less than half of many, hardly any of few."""
        spoken = [word for word in words if word[0] not in "<?!:;%…€$£"]
        known = sum(f"w:{word}" in self._weights for word in spoken)
        few = _FAMILIAR if len(spoken) >= _A_PARAGRAPH else _STRANGE
        return len(spoken) >= _SPOKEN and known < few * len(spoken)

    def judge(self, sentences: Sequence[Heard], answers: Iterable[str] = ()) -> Judgement:
        """The classes' chances for a text of at least one sentence. `answers` are those of the rules."""
        scale = WORD_SCALE / sqrt(sum(len(each.words) for each in sentences) or 1)
        total = self._sum([self._bias, *(self._of(f"a:{name}") for name in (*size(sentences), *answers))])
        shares = {each.index: self._share(each, scale) for each in sentences}
        total = self._sum([total, *shares.values()])
        odds = [1 / (1 + exp(-max(-_FAR, min(_FAR, value)))) for value in total]
        whole = sum(odds)
        return Judgement(
            {name: each / whole for name, each in zip(self.classes, odds, strict=True)},
            {index: dict(zip(self.classes, share, strict=True)) for index, share in shares.items()},
        )

    def _share(self, sentence: Heard, scale: float) -> _Sums:
        words, signs = self._sums(sentence)
        return tuple([value * scale + sign for value, sign in zip(words, signs, strict=True)])

    def _sums_of(self, sentence: Heard) -> tuple[_Sums, _Sums]:
        """The sums of its words with their neighbours, and of its signs."""
        words = self._sum([*map(self._word, sentence.words), *map(self._of, sentence.pairs)])
        return words, self._sum(self._of(f"s:{sign}") for sign in sentence.signs)

    def _word(self, word: str) -> _Sums:
        """The sum of a word and its pieces."""
        known = self._words.get(word)
        if known is None:
            known = self._sum([self._of(f"w:{word}"), *map(self._of, pieces(word))])
            if len(self._words) < _REMEMBERED:
                self._words[word] = known
        return known

    def _of(self, name: str) -> _Sums:
        """The weights of a feature; nothing for one that wasn't learned."""
        values = self._weights.get(name)
        if values is None:
            return self._none
        if isinstance(values, str):
            values = self._weights[name] = _row(name, values)
        return values

    def _sum(self, rows: Iterable[_Sums]) -> _Sums:
        known = [row for row in rows if row is not self._none]
        return tuple(map(sum, zip(*known, strict=True))) if known else self._none


@cache
def model(package: str, name: str) -> Model:
    """The model of this name that lies in the package: model("assistant.reading.weights", "moves")."""
    return Model(files(package).joinpath(f"{name}.tsv").read_text(encoding="utf-8").splitlines())


def _row(name: str, values: str) -> _Sums:
    """The weights as they are summed, scaled by their kind."""
    scale = SCALES.get(name[:2], 1.0) / UNIT
    return tuple([int(value or 0) * scale for value in values.split("\t")])
