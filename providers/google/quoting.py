"""The history below a reply as Gmail writes it, and the text above it as it's read back after an edit.

Of the message answered only its plain text is quoted, escaped: nothing of its markup, and nothing that it would load.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from assistant.domain.mail import Address, Message
from assistant.domain.ports import OutgoingMail

MARK_FIELD: Final = "X-Nextmove-Quote"
"""How many words of a draft's end are the quote, and their digest: whoever wraps the lines anew leaves the words."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST: Final = 100_000
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MARK: Final = re.compile(r"(\d{1,7}) ([0-9a-f]{32})")
_WORD: Final = re.compile(r"\S+")
_QUOTED: Final = re.compile(r"[>\s]*")
_STYLE: Final = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"


@dataclass(frozen=True, slots=True)
class Quote:
    """What stands below a reply, in both kinds of text; empty where nothing is quoted."""

    text: str = ""
    html: str = ""

    @property
    def marks(self) -> dict[str, str]:
        """The field by which it's told from the rep's own words later."""
        words = [word for word, _ in _words(self.text)]
        return {MARK_FIELD: f"{len(words)} {_digest(words)}"} if words else {}


def quote(mail: OutgoingMail, answered: Message | None, zone: tzinfo) -> Quote:
    """The message answered, for those who have it already: nobody gets to read here what wasn't sent to them."""
    if answered is None or answered.opaque or answered.date is None or answered.sender is None:
        return Quote()
    if not {*mail.to, *mail.cc} <= {*answered.people, *answered.reply_to}:
        return Quote()
    lines = _tidy(answered.text).split("\n")
    if not any(line.strip() for line in lines):
        return Quote()
    wrote = _wrote(answered.date.astimezone(zone), answered.sender)
    return Quote(
        text="\n".join([wrote, "", *map(_deeper, lines)]) + "\n",
        html=f'<br>\n<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_shown(wrote)}<br></div>\n'
        f'<blockquote class="gmail_quote" style="{_STYLE}">\n'
        f'<div dir="ltr">{_shown_lines(lines)}</div></blockquote></div>\n',
    )


def as_html(mail: OutgoingMail, below: Quote) -> str:
    """The same mail as HTML: its text escaped and nothing else, and the quote."""
    lines = str(mail.body).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return f'<div dir="ltr">{_shown_lines(lines)}</div>\n{below.html}'


def above_quote(plain: str, markup: str | None, mark: str) -> str:
    """What stands above the quote: all of the text where the quote isn't there as we wrote it.

    Where plain text and HTML don't say the same, it's what the HTML says: that is what people will see.
    """
    shown = plain if markup is None or words_of(plain) == words_of(markup) else markup
    found = _MARK.fullmatch(mark.strip())
    if found is None:
        return shown
    words = list(_words(shown))
    count = int(found[1])
    if not 0 < count <= len(words) or _digest([word for word, _ in words[-count:]]) != found[2]:
        return shown
    return shown[: words[-count][1]].rstrip()


def words_of(text: str) -> list[str]:
    """The words alone: mail programs break lines anew, and quote anew."""
    return [word for word, _ in _words(text)]


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Each word with its place; the marks of a quoted line aren't words."""
    place = 0
    for line in text.split("\n"):
        begin = _QUOTED.match(line)
        for found in _WORD.finditer(line, begin.end() if begin else 0):
            yield found[0], place + found.start()
        place += len(line) + 1


def _digest(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()[:32]


def _wrote(when: datetime, who: Address) -> str:
    """As Gmail introduces a quote; days and months in English whatever the system's language is."""
    day = f"{_DAYS[when.weekday()]}, {_MONTHS[when.month - 1]} {when.day}, {when.year}"
    time = f"{when.hour % 12 or 12}:{when.minute:02d} {'AM' if when.hour < 12 else 'PM'}"
    name = " ".join(_tidy(who.name or "").split())
    email = "".join(_tidy(who.email).split())
    return f"On {day} at {time} {f'{name} ' if name else ''}<{email}> wrote:"


def _deeper(line: str) -> str:
    if not line.strip():
        return ">"
    return f">{line}" if line.startswith(">") else f"> {line}"


def _tidy(text: str) -> str:
    """Without what can't travel or isn't seen, and not without end."""
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNSEEN.sub("", text).replace("\t", " ")
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition("\n")[0] or text[:_LONGEST]
    return text.strip("\n")


def _shown_lines(lines: list[str]) -> str:
    return "<br>\n".join(map(_shown, lines))


def _shown(line: str) -> str:
    """Escaped, with its spaces kept."""
    escaped = html.escape(line, quote=False).replace("  ", "&nbsp; ")
    return f"&nbsp;{escaped[1:]}" if escaped.startswith(" ") else escaped
