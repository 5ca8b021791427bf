"""The history below a reply as Gmail writes it, and the text above it as it's read back after an edit.

Of the message answered only its plain text is quoted, escaped: nothing of its markup, and nothing that it would load.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from assistant.domain.mail import Address, Message
from assistant.domain.ports import OutgoingMail
from providers.quoting import MARK_FIELD, above, letter, mark, shown, shown_lines, words_of

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST: Final = 100_000
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_STYLE: Final = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"


@dataclass(frozen=True, slots=True)
class Quote:
    """What stands below a reply, in both kinds of text; empty where nothing is quoted."""

    text: str = ""
    html: str = ""

    @property
    def marks(self) -> dict[str, str]:
        """The field by which it's told from the rep's own words later."""
        words = words_of(self.text)
        return {MARK_FIELD: mark(words)} if words else {}


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
        html=f'<br>\n<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{shown(wrote)}<br></div>\n'
        f'<blockquote class="gmail_quote" style="{_STYLE}">\n'
        f'<div dir="ltr">{shown_lines(lines)}</div></blockquote></div>\n',
    )


def as_html(mail: OutgoingMail, below: Quote) -> str:
    """The same mail as HTML: its text escaped and nothing else, and the quote."""
    return letter(str(mail.body)) + below.html


def above_quote(plain: str, markup: str | None, marked: str) -> str:
    """What stands above the quote: all of the text where the quote isn't there as we wrote it.

    Where plain text and HTML don't say the same, it's what the HTML says: that is what people will see.
    """
    return above(plain if markup is None or words_of(plain) == words_of(markup) else markup, marked)


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
