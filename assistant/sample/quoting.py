"""What a mail program makes of a reply: the words, the signature, and the history quoted as that program does."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from assistant.sample.script import Letter, Person
from assistant.sample.today import american, english, german, short, short_weekday

_WRAPPED = frozenset({"gmail", "thunderbird", "thunderbird-de"})
_PHONES = {"iphone": "Sent from my iPhone", "android": "Sent from my phone, please excuse typos"}
_BLOCKS = {
    "outlook": ("From", "Sent", "To", "Cc", "Subject"),
    "outlook-us": ("From", "Sent", "To", "Cc", "Subject"),
    "outlook-de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
}
_CLOCKS = {"outlook": english, "outlook-us": american, "outlook-de": german}


@dataclass(frozen=True, slots=True)
class Body:
    """The same content as text and as an HTML fragment."""

    text: str
    html: str


def body(letter: Letter, parent: Body | None) -> Body:
    """The whole content of the letter. `parent` is the content of the letter that it answers."""
    own = _own(letter)
    if letter.parent is None or parent is None or not letter.quote:
        return own
    text, html = _history(letter, letter.parent, parent)
    return Body(f"{own.text}\n\n{text}", f"{own.html}\n{html}")


def document(fragment: str) -> str:
    """The fragment as a whole HTML page."""
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f"<html>\n<head>{head}</head>\n<body>\n{fragment}\n</body>\n</html>\n"


def _own(letter: Letter) -> Body:
    words = letter.body
    if letter.client in _WRAPPED:
        words = "\n".join(_wrap(line) for line in words.split("\n"))
    parts = [words]
    if letter.client in _PHONES:
        parts.append(_PHONES[letter.client])
    elif letter.sign and letter.sender.signature:
        dashes = "-- \n" if letter.client in _WRAPPED else ""
        parts.append(dashes + letter.sender.signature)
    return Body("\n\n".join(parts), "\n".join((_paragraphs(letter.body), *map(_signature, parts[1:]))))


def _history(letter: Letter, parent: Letter, content: Body) -> tuple[str, str]:
    seen = parent.sent.astimezone(letter.sender.zone)
    if letter.client in _BLOCKS:
        lines = _block(letter.client, parent, seen)
        rule = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        head = "<br>\n".join(f"<b>{escape(name)}:</b> {escape(value)}" for name, value in lines)
        text = "\n".join(f"{name}: {value}" for name, value in lines)
        return (
            f"{text}\n\n{content.text}",
            f'<div style="{rule}"><p class="MsoNormal">{head}</p></div>\n{content.html}',
        )
    line = _attribution(letter.client, parent.sender, seen)
    quoted = "\n".join(f"> {row}".rstrip() if row[:1] != ">" else f">{row}" for row in content.text.split("\n"))
    gap = "\n\n" if letter.client in ("apple", "iphone", "gmail") else "\n"
    style = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
    return (
        f"{line}{gap}{quoted}",
        f'<div class="quote"><div dir="ltr">{escape(line)}<br></div>\n'
        f'<blockquote type="cite" style="{style}">\n{content.html}\n</blockquote></div>',
    )


def _block(client: str, parent: Letter, seen: datetime) -> list[tuple[str, str]]:
    names = _BLOCKS[client]
    values = (str(parent.sender), _CLOCKS[client](seen), _names(parent.to), _names(parent.cc), parent.subject)
    return [(name, value) for name, value in zip(names, values, strict=True) if value]


def _attribution(client: str, sender: Person, seen: datetime) -> str:
    if client == "thunderbird-de":
        return f"Am {seen:%d.%m.%Y} um {seen:%H:%M} schrieb {sender.name or sender.email}:"
    if client == "thunderbird":
        return f"On {seen:%d/%m/%Y} {seen:%H:%M}, {sender.name or sender.email} wrote:"
    if client == "gmail":
        line = f"On {short_weekday(seen)}, {short(seen)} at {seen:%H:%M}, {sender} wrote:"
        return line if len(line) < 80 else f"{line.removesuffix(' wrote:')}\nwrote:"
    return f"On {short(seen)}, at {seen:%H:%M}, {sender} wrote:"


def _names(people: Sequence[Person]) -> str:
    return "; ".join(map(str, people))


def _wrap(line: str) -> str:
    if line.startswith((">", "|")) or len(line) <= 74:
        return line
    return "\n".join(textwrap.wrap(line, 74, break_long_words=False, break_on_hyphens=False))


def _paragraphs(words: str) -> str:
    return "\n".join(f"<p>{_lines(part)}</p>" for part in words.split("\n\n"))


def _signature(words: str) -> str:
    return f'<p style="font-size:9.0pt;color:#666666">{_lines(words.removeprefix("-- "))}</p>'


def _lines(words: str) -> str:
    return "<br>\n".join(escape(line, quote=False) for line in words.strip().split("\n"))
