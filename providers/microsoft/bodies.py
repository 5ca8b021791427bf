"""The words of an event of ours in its body, beside what Exchange puts there: how to join an online meeting.

The body of an online meeting that is replaced loses that part, and with it the way in (Microsoft Graph, Update event).
So our words lie in a part of their own, and only that one changes.
"""

import re
from html import escape
from typing import Final

_MARK: Final = "nextmove"
_OURS: Final = re.compile(
    rf'(?P<open><div\b[^<>]*\bid="?(?:x_)*{_MARK}"?[^<>]*>)(?P<words>(?:(?!</?div\b).)*)(?P<close></div>)',
    re.IGNORECASE | re.DOTALL,
)
"""No “<” in the tag itself, so that a body full of tags without an end costs no more than its length."""
_RULED_OFF: Final = re.compile(r"_{60,}")
_BODY: Final = re.compile(r"<body[^>]*>", re.IGNORECASE)
_OPENING: Final = re.compile(r"<(?:div|p|br|hr|span|table|font)\b[^<>]*>", re.IGNORECASE)
_LINK: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]']")


def written(text: str) -> str:
    """Our words as HTML; read back, they're the same lines."""
    return f'<div id="{_MARK}">{_paragraphs(text)}</div>' if text.strip() else ""


def marked(html: str) -> bool:
    """Whether a part of ours is in it."""
    return _OURS.search(html) is not None


def rewritten(html: str, text: str, *, online: bool) -> str:
    """The body with our words in the place of those before; of an online meeting, all the rest stays."""
    if found := _OURS.search(html):
        inside = _paragraphs(text) if text.strip() else ""
        return html[: found.start("words")] + inside + html[found.end("words") :]
    if not online:
        return written(text)
    begun = _BODY.search(html)
    first = begun.end() if begun else 0
    return html[:first] + written(text) + html[_joining(html, first) :]


def _joining(html: str, first: int) -> int:
    """Where the part on how to join begins, with the tags that open it; where that isn't seen, everything stays."""
    ruled = _RULED_OFF.search(html, first)
    if ruled is None:
        return first
    at = ruled.start()
    while True:
        end = at
        while end > first and html[end - 1].isspace():
            end -= 1
        opened = html.rfind("<", first, end)
        if opened < 0 or not _OPENING.fullmatch(html, opened, end):
            return at
        at = opened


def _paragraphs(text: str) -> str:
    parts = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n"))
    return "".join(f"<p>{'<br>'.join(map(_line, part.split(chr(10))))}</p>" for part in parts)


def _line(line: str) -> str:
    """With the addresses of pages in it as links: not every mail program makes them."""
    pieces, last = [], 0
    for found in _LINK.finditer(line):
        link = escape(found[0])
        pieces += [escape(line[last : found.start()], quote=False), f'<a href="{link}">{link}</a>']
        last = found.end()
    return "".join([*pieces, escape(line[last:], quote=False)])
