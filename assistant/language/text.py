"""Text as a reader sees it: normalised for matching, with every span traceable to the original characters."""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of the normalised text from `here` on, and the `length` characters of the original from `there`
    on that they came from. `copied`: one to one."""

    here: int
    there: int
    length: int
    copied: bool


@dataclass(frozen=True, slots=True)
class Normal:
    """Normalised text, and the way back to the original."""

    text: str
    original: str
    runs: tuple[_Run, ...] = ()
    """In order; empty where every character stayed in its place."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span [start, end) of the normalised text, in the original."""
        if not self.runs:
            return start, end
        first = self._origin(start)[0]
        return first, max(first, self._origin(end - 1)[1]) if end > start else first

    def _origin(self, position: int) -> tuple[int, int]:
        """Where the character at this position starts and ends in the original."""
        if position >= len(self.text):
            return len(self.original), len(self.original)
        run = self.runs[bisect_right(self.runs, position, key=lambda run: run.here) - 1]
        if run.copied:
            return run.there + position - run.here, run.there + position - run.here + 1
        return run.there, run.there + run.length


def normalise(text: str, *, undisguise: bool = False, unwrap: bool = True) -> Normal:
    """Quotes, dashes and spaces as in ASCII, invisible characters gone, compatibility forms and look-alike letters
    folded; a line break inside a paragraph becomes a space. Case, accents and paragraph breaks stay.

    `undisguise` also undoes what hides a word from rules but not from a reader: spaced letters ("q u o t a"),
    digits and signs for letters ("qu0ta"), stars inside a word, a hyphen at the end of a line; and it takes away HTML
    tags, entities and the signs of emphasis around words. Without `unwrap` the line breaks stay as they are.
    """
    normal = Normal(text, text)
    if not text.isascii() or _CONTROL.search(text):
        normal = _rewritten(normal, _folded_characters(text))
    if undisguise and any(sign in normal.text for sign in _MARKS) and _MARKUP.search(normal.text):
        normal = _rewritten(normal, _without_markup(normal.text))
    if undisguise and (_SPACED.search(normal.text) or _INSIDE.search(normal.text)):
        normal = _rewritten(normal, _plain_words(normal.text))
    if unwrap and "\n" in normal.text:
        normal = Normal(_SOFT_BREAK.sub(r"\1 ", normal.text), text, normal.runs)
    return normal


def fold(text: str) -> str:
    """The text without accents, of the same length, so that every span still holds."""
    return translated(text, _accents())


def translated(text: str, table: Mapping[int, str | int | None]) -> str:
    """`str.translate` for tables without ASCII: many times faster on mail, nearly all of which is ASCII."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda found: found[0].translate(table), text)


_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")

_SOFT_BREAK: Final = re.compile(r"([^\s][ \t]*)\n(?=[ \t]*[^\s])(?![ \t]*(?:[-*+|•]\s|>|\d{1,2}[.)]\s|[A-Za-z][.)]\s))")
"""A break between two lines of text, unless the second is a list item, a quote or a table's row."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_CLUSTER: Final = re.compile(
    r"[^\x00-\x7f][\u0300-\u036f\ufe00-\ufe0f]*|[A-Za-z][\u0300-\u036f]+|[\x00-\x08\x0b-\x1f\x7f]"
)
"""A character that may change: one beyond ASCII or a letter, with the marks that combine with it, or a control."""

_SIGNS: Final = {
    **dict.fromkeys("‘’‚‛′´`‹›ʼʹ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－⁃•▪◦‣●", "-"),
    **dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x1f\u0085", " "),
    "\u2028": "\n",
    "\u2029": "\n",
    "…": "...",
}

_KEPT: Final = frozenset("™®©°²³¹¼½¾ªº€")
"""Compatibility characters that mean something as they stand."""

_LOOK_ALIKES: Final = {
    alike: letter
    for letter, alikes in {
        "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙӀ", "J": "Ј", "K": "КΚ", "M": "МΜ",
        "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ",
        "a": "аαɑ", "c": "сϲ", "d": "ԁ", "e": "е", "g": "ɡ", "h": "һ", "i": "іιı", "j": "ј", "k": "κ", "l": "ӏ",
        "n": "ո", "o": "оοօ", "p": "рρ", "q": "ԛ", "s": "ѕ", "u": "υս", "v": "ѵν", "w": "ԝ", "x": "хχ", "y": "у",
    }.items()
    for alike in alikes
}  # fmt: skip
"""Cyrillic, Greek and other letters drawn like Latin ones (Unicode TR 39, the common ones)."""


def _folded_characters(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, replacement) of every character of the text that isn't what it looks like."""
    latin = _mostly_latin(text)
    for match in _CLUSTER.finditer(text):
        cluster = match[0]
        plain = _plain(cluster, latin=latin)
        if plain != cluster:
            yield match.start(), match.end(), plain


def _plain(cluster: str, *, latin: bool) -> str:
    head = cluster[0]
    if head in _SIGNS:
        return _SIGNS[head]
    if head in _KEPT:
        return head
    if latin and head in _LOOK_ALIKES:
        return _LOOK_ALIKES[head]
    category = unicodedata.category(head)
    if category in ("Cf", "Cc", "Mn"):
        return ""
    if category == "Zs":
        return " "
    composed = unicodedata.normalize("NFKC", cluster)
    return composed if len(composed) == 1 else "".join(c for c in composed if not unicodedata.combining(c))


def _mostly_latin(text: str) -> bool:
    """Whether the letters beyond ASCII that look like Latin ones are strangers here: not so in Russian or Greek."""
    strangers = sum(1 for char in text if "\u0370" <= char <= "\u052f")
    return strangers == 0 or 3 * strangers < sum(1 for char in text if char.isascii() and char.isalpha())


_MARKUP: Final = re.compile(
    r"(?i)(?P<gone><!--.{0,2000}?-->|</?(?:a|abbr|b|big|center|code|em|font|i|img|ins|del|mark|s|small|span|strike|strong|"
    r"sub|sup|tt|u)(?:\s[^<>]{0,2000})?/?>)"
    r"|(?P<break></?(?:br|p|div|li|ul|ol|h[1-6]|hr|table|tbody|tr|td|th|blockquote|pre|html|body|head|title)"
    r"(?:\s[^<>]{0,2000})?/?>)"
    r"|(?P<entity>&(?:#\d{1,6}|#x[0-9a-f]{1,5}|nbsp|amp|quot|apos|lt|gt|[lr]squo|[lr]dquo|shy|zwnj|zwj|hellip|[mn]dash);)"
    r"|(?P<emphasis>(?<![\w*_~])[*_~]{1,3}(?=[^\s*_~])|(?<=[^\W_])[*_~]{1,3}(?![\w*_~])|(?<=[.,!?])[*_~]{1,3}(?![\w*_~]))"
)
_MARKS: Final = "<&*_~"
"""Each piece of markup has one of them."""
_INVISIBLE: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


def _without_markup(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, replacement) of what a reader of the page wouldn't see as it stands."""
    for match in _MARKUP.finditer(text):
        if match["entity"]:
            shown = html.unescape(match[0])
            yield match.start(), match.end(), "" if shown in _INVISIBLE else _plain(shown, latin=True)
        else:
            yield match.start(), match.end(), "\n" if match["break"] else ""


_SPACED: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:([ .*_\-])[A-Za-z])(?:\1[A-Za-z]){2,}(?![A-Za-z0-9])")
_INSIDE: Final = re.compile(
    r"(?<=[A-Za-z])(?:[*_~|]{1,2}(?=[A-Za-z]{2})|[0134578@$!](?=[A-Za-z]{2})|(?<=[a-z]{2})-[ \t]*\n[ \t]*(?=[a-z]{2}))"
)

_LETTER_FOR: Final = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i",
}  # fmt: skip


def _plain_words(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, replacement) of everything that hides a word."""
    edits = [
        (match.start() + n, match.start() + n + 1, "")
        for match in _SPACED.finditer(text)
        for n in range(1, len(match[0]), 2)
    ]
    edits += [(m.start(), m.end(), _LETTER_FOR.get(m[0], "")) for m in _INSIDE.finditer(text)]
    last = 0
    for start, end, plain in sorted(edits):
        if start >= last:
            yield start, end, plain
            last = end


def _rewritten(normal: Normal, edits: Iterator[tuple[int, int, str]]) -> Normal:
    """The normal text after these edits, in order, still traceable to its original."""
    parts: list[str] = []
    runs: list[_Run] = []
    done = here = 0
    for start, end, plain in edits:
        if start > done:
            parts.append(normal.text[done:start])
            runs.extend(_copied(normal, here, done, start))
            here += start - done
        if plain:
            there, until = normal.span(start, end)
            parts.append(plain)
            runs.append(_Run(here, there, until - there, False))
            here += len(plain)
        done = end
    if done == 0:
        return normal
    parts.append(normal.text[done:])
    runs.extend(_copied(normal, here, done, len(normal.text)))
    return Normal("".join(parts), normal.original, tuple(runs))


def _copied(normal: Normal, here: int, start: int, end: int) -> Iterator[_Run]:
    """The runs of normal.text[start:end), moved to `here`."""
    if not normal.runs:
        yield _Run(here, start, end - start, True)
        return
    first = max(bisect_right(normal.runs, start, key=lambda run: run.here) - 1, 0)
    for index in range(first, len(normal.runs)):
        run = normal.runs[index]
        until = normal.runs[index + 1].here if index + 1 < len(normal.runs) else len(normal.text)
        low, high = max(run.here, start), min(until, end)
        if low >= end:
            return
        if high > low:
            there = run.there + low - run.here if run.copied else run.there
            yield _Run(here + low - start, there, high - low if run.copied else run.length, run.copied)


@cache
def _accents() -> dict[int, str]:
    """Latin letters with accents, each with the plain letter that it is drawn on."""
    letters = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    plain = {ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in letters}
    plain.update(zip(map(ord, "ßøØłŁđĐœŒæÆ"), "soOlLdDoOaA", strict=True))
    return {code: letter for code, letter in plain.items() if letter != chr(code)}
