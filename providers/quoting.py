"""A letter as HTML, and its words told from the history below it, whoever breaks the lines anew.

How many words of a draft's end are the quote, and their digest, lie beside the draft as a mark.
"""

import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

MARK_FIELD: Final = "X-Nextmove-Quote"
"""The field that carries the mark where drafts are kept as they were written."""

_MARK: Final = re.compile(r"(\d{1,7}) ([0-9a-f]{32})")
_WORD: Final = re.compile(r"\S+")
_QUOTED: Final = re.compile(r"[>\s]*")


def mark(words: Sequence[str]) -> str:
    """The mark of a quote of these words."""
    return f"{len(words)} {_digest(words)}"


def above(shown: str, marked: str) -> str:
    """What stands above the quote: all of the text where the quote isn't there as it was marked."""
    found = _MARK.fullmatch(marked.strip())
    if found is None:
        return shown
    words = list(_placed(shown))
    count = int(found[1])
    if not 0 < count <= len(words) or _digest([word for word, _ in words[-count:]]) != found[2]:
        return shown
    return shown[: words[-count][1]].rstrip()


def words_of(text: str) -> list[str]:
    """The words alone: mail programs break lines anew, and quote anew."""
    return [word for word, _ in _placed(text)]


def letter(text: str) -> str:
    """The text as HTML: escaped, and nothing else."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return f'<div dir="ltr">{shown_lines(lines)}</div>\n'


def shown_lines(lines: Sequence[str]) -> str:
    return "<br>\n".join(map(shown, lines))


def shown(line: str) -> str:
    """Escaped, with its spaces kept."""
    escaped = html.escape(line, quote=False).replace("  ", "&nbsp; ")
    return f"&nbsp;{escaped[1:]}" if escaped.startswith(" ") else escaped


def _placed(text: str) -> Iterator[tuple[str, int]]:
    """Each word with its place; the marks of a quoted line aren't words."""
    place = 0
    for line in text.split("\n"):
        begin = _QUOTED.match(line)
        for found in _WORD.finditer(line, begin.end() if begin else 0):
            yield found[0], place + found.start()
        place += len(line) + 1


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()[:32]
