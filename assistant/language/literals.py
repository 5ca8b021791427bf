"""Literal texts without which a pattern can't match: what makes it worth trying on a sentence.

In the plain form of any text that a pattern matches stands at least one of the pattern's literals: in small letters,
words and signs apart, one blank between them. A pattern of nothing but classes and gaps has no literals; it's always
worth trying.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from operator import itemgetter
from typing import Final

from ahocorasick_rs import AhoCorasick

from assistant.language.memory import remembered

_MOST: Final = 40
"""Texts that are kept apart for a piece of a pattern; beyond them only what it needs is known."""
_SETS: Final = 2
"""Sets of literals that are kept of a pattern."""
_SHORT: Final = 0.15
"""How likely it is, roughly, to meet one short word in a sentence."""
_CUT: Final = 3.0
"""How much likelier a piece of a word is, at each end where it's cut."""
_LARGEST: Final = 8
"""Characters up to which a class is a choice between them."""

_CLASS: Final = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_GROUP: Final = re.compile(rf"\((?:\?P<\w+>|\?[a-zA-Z-]*:)?((?:[^()\\\[]|\\.|{_CLASS})*)\)")
"""A group with no other group in it."""
_FLAGS: Final = re.compile(r"\(\?[a-zA-Z-]+\)|\\B")
_TOKEN: Final = re.compile(
    rf"\\x\{{[^}}]*\}}|\\s[+*]|\\.|{_CLASS}|[*+?]\??|\{{\d+(?:,\d*)?\}}\??|[a-zA-Z ',-]+(?![*+?{{])|.", re.S
)
_FIRST_GROUP: Final = 0xF0000
"""The private character that stands for the first group once it is read; those of later ones follow it."""
_NUMBER: Final = itemgetter(0)
_EDGE: Final = "\x08"
"""Where a word or a line begins or ends, which is a blank in plain text."""
_BLANKS: Final = " \x08"
_SIGN: Final = re.compile(r"[^A-Za-z0-9_\s]")
_APART: Final = r" \g<0> "

_EMPTY: Final = frozenset({""})


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a pattern: all the texts that it matches, where they are few, or else sets of those of which it needs
    one each, the rarest set first, and those of which one is its end."""

    exact: frozenset[str] | None = None
    needs: tuple[frozenset[str], ...] = ()
    ends: frozenset[str] = _EMPTY

    @property
    def needed(self) -> tuple[frozenset[str], ...]:
        if self.exact is None:
            return self.needs
        return (self.exact,) if all(map(_is_telling, self.exact)) else ()


_ANYTHING: Final = _Piece()
_ESCAPES: Final[Mapping[str, _Piece]] = {
    **dict.fromkeys((r"\b", r"\A", r"\z", "^", "$"), _Piece(exact=frozenset({_EDGE}))),
    r"\s+": _Piece(exact=frozenset({" "})),
    r"\d": _Piece(exact=frozenset("0123456789")),
    r"\s*": _Piece(exact=frozenset({" ", ""})),
    ".": _ANYTHING,
}


@remembered
def _plain(text: str) -> str:
    """The form of a text in which literals are looked for."""
    return f" {' '.join(_SIGN.sub(_APART, text.lower()).split())} "


class Index:
    """Patterns by their literals: which of them are worth trying on a sentence."""

    def __init__(self, patterns: Iterable[str]) -> None:
        reader = _Reader()
        numbers: dict[str, int] = {}
        self._always: list[int] = []
        self._by_literal: dict[int, list[tuple[int, frozenset[int]]]] = {}
        for index, pattern in enumerate(patterns):
            sets = [frozenset(numbers.setdefault(each, len(numbers)) for each in one) for one in reader.sets(pattern)]
            if not sets:
                self._always.append(index)
                continue
            for number in sets[0]:
                self._by_literal.setdefault(number, []).append((index, sets[-1]))
        self._literals = AhoCorasick(list(numbers))

    def worth(self, sentence: str) -> set[int]:
        """The patterns, by index, that may match in the sentence."""
        there = set(map(_NUMBER, self._literals.find_matches_as_indexes(_plain(sentence), overlapping=True)))
        if not there:
            return set(self._always)
        by_literal = self._by_literal
        beside = [each for number in there & by_literal.keys() for each in by_literal[number]]
        return {*self._always, *(index for index, second in beside if not second.isdisjoint(there))}


class _Reader:
    """Reads patterns in RE2's syntax; a group that several of them have is read once."""

    def __init__(self) -> None:
        self._groups: list[_Piece] = []
        self._known: dict[str, str] = {}

    def sets(self, pattern: str) -> list[frozenset[str]]:
        """Sets of literals, the rarest first: of each, one must be there. The pattern's case doesn't count."""
        text = _FLAGS.sub("", pattern)
        while (read := _GROUP.sub(self._group, text)) != text:
            text = read
        return [frozenset(map(_rendered, each)) for each in self._choice(text).needed]

    def _group(self, match: re.Match[str]) -> str:
        inside = match[1]
        if inside not in self._known:
            self._known[inside] = chr(_FIRST_GROUP + len(self._groups))
            self._groups.append(self._choice(inside))
        return self._known[inside]

    def _choice(self, text: str) -> _Piece:
        """Alternatives without groups in them."""
        pieces: list[_Piece] = []
        alternatives: list[_Piece] = []
        for sign in (*_TOKEN.findall(text), "|"):
            if sign == "|":
                alternatives.append(_joined(pieces))
                pieces = []
            elif sign[0] in "*+?{" and sign != "{" and pieces:
                pieces[-1] = _repeated(pieces[-1], sign)
            else:
                pieces.append(self._one(sign))
        return alternatives[0] if len(alternatives) == 1 else _either(alternatives)

    def _one(self, token: str) -> _Piece:
        if token in _ESCAPES:
            return _ESCAPES[token]
        if ord(token[0]) >= _FIRST_GROUP:
            return self._groups[ord(token) - _FIRST_GROUP]
        if token[0] == "[" and len(token) > 1:
            return _class(token[1:-1])
        if token[0] == "\\":
            return _ANYTHING if token[1].isalnum() else _Piece(exact=frozenset({token[1]}))
        return _Piece(exact=frozenset({token.lower()}))


def _repeated(piece: _Piece, token: str) -> _Piece:
    if token[0] == "?":
        return _ANYTHING if piece.exact is None else _few(piece.exact | {""})
    if token[0] == "*" or token.startswith("{0"):
        return _ANYTHING
    return _Piece(needs=piece.needed, ends=piece.exact or _EMPTY)


def _class(inside: str) -> _Piece:
    if inside == "0-9":
        return _ESCAPES[r"\d"]
    if len(inside) > _LARGEST or inside[0] in "^[" or "\\" in inside or "-" in inside[1:-1]:
        return _ANYTHING
    return _Piece(exact=frozenset(inside.lower()))


def _few(exact: frozenset[str]) -> _Piece:
    return _Piece(exact=exact) if len(exact) <= _MOST else _Piece(needs=_Piece(exact=exact).needed)


def _either(pieces: Sequence[_Piece]) -> _Piece:
    exact = [piece.exact for piece in pieces if piece.exact is not None]
    if len(exact) == len(pieces):
        return _few(frozenset().union(*exact))
    needed = [piece.needed for piece in pieces]
    return _Piece(needs=(frozenset().union(*(each[0] for each in needed)),)) if all(needed) else _ANYTHING


def _joined(pieces: Iterable[_Piece]) -> _Piece:
    """One piece after the other: all that they match, or the rarest that they need."""
    run = _EMPTY
    found: list[frozenset[str]] = []
    for piece in pieces:
        if piece.exact is not None and len(run) * len(piece.exact) <= _MOST:
            run = frozenset(map("".join, product(run, piece.exact))) if run != _EMPTY else piece.exact
            continue
        found += [run, *(() if piece.exact is not None else piece.needs)]
        run = piece.ends if piece.exact is None else piece.exact
    if not found:
        return _Piece(exact=run)
    usable = [each for each in (*found, run) if all(map(_is_telling, each))]
    return _Piece(needs=tuple(sorted(usable, key=_chance)[:_SETS]))


def _is_telling(text: str) -> bool:
    return text.strip(_BLANKS) != ""


def _rendered(text: str) -> str:
    """The literal as it stands in plain text."""
    spaced = _SIGN.sub(_APART, text.replace(_EDGE, " "))
    start = " " if spaced[0] == " " else ""
    end = " " if spaced[-1] == " " else ""
    return f"{start}{' '.join(spaced.split())}{end}"


def _chance(texts: Iterable[str]) -> float:
    """How likely it is, roughly, to meet one of the texts."""
    return sum(map(_chance_of, texts))


@lru_cache(maxsize=20_000)
def _chance_of(text: str) -> float:
    """Long words are rare; a piece of a word is not as rare as a word."""
    words = text.replace(_EDGE, " ").split()
    cut = (text[0] not in _BLANKS) + (text[-1] not in _BLANKS)
    return prod((min(_SHORT, 0.5 ** len(word)) for word in words), start=_CUT**cut)
