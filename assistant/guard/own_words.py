"""What of a text is the writer's own of today: quoted history is blanked, every other character stays."""

import re
from typing import Final

_QUOTED_LINE: Final = re.compile(r"(?m)^[ \t]{0,3}[>|].*$")
_BREAKS: Final = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
"""Characters that begin a new line for a reader, and so end a quoted one."""
_OWN_LINE: Final = re.compile(r"(?m)^[ \t]*[^>|\s].*$")

_ATTRIBUTION: Final = re.compile(
    r"(?im)^[ \t>*_]*(?:on|am|le|el|il|op)\b[^\n]{4,150}(?:\n[^\n]{0,80})?"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b[^\n]{0,80}:[ \t]*$"
)
"""The line (or two) above a quotation: "On Tue, 2 June 2026, Anna wrote:"."""

_HISTORY: Final = re.compile(
    r"(?im)^[ \t]*(?:-{2,}[ \t]*(?:original message|forwarded message|forwarded by|ursprüngliche nachricht|"
    r"message d'origine|mensaje original)\b"
    r"|_{8,}[ \t]*\n[ \t*]*(?:from|von|de)[ \t*]*:"
    r"|[*]?(?:from|von|de)[*]?:[* \t][^\n]+\n(?:[^\n]*\n){0,2}?[ \t*]*(?:sent|date|gesendet|datum|envoyé|enviado|to)"
    r"[ \t*]*:"
    r"|[^\n]{3,60}\n\d{1,2}[/.]\d{1,2}[/.]\d{2,4} \d{1,2}:\d\d[^\n]*\n\s*to[\t :]"
    r")"
)
"""Where a mail program begins the whole earlier message; everything from here on is history."""


_PREFIXES: Final = re.compile(
    r"(?i)^\s*(?:(?:\[(?:ext|extern|external)\]"
    r"|(?:re|r[eé]f?|fwd?|fw|aw|wg|antw|antwort|sv|vs|tr|rv|rif|res|enc|odp|vb|i)\s*(?:\[\d+\]|\(\d+\))?\s*:)\s*)+"
)


def own_words(text: str) -> str:
    """The text with its quoted history as spaces, of the same length, so that every span still holds."""
    text = text.replace("\r\n", " \n")
    lines = text.translate(_BREAKS)
    own = _own_lines(lines)
    if lines == text:
        return own
    return "".join(there if line == "\n" else here for there, line, here in zip(text, lines, own, strict=True))


def _own_lines(text: str) -> str:
    if head := _HISTORY.search(text):
        text = text[: head.start()] + _blank(text[head.start() :])
    if attribution := _attribution(text):
        text = text[: attribution.start()] + _blank(text[attribution.start() :])
    return _QUOTED_LINE.sub(lambda match: " " * len(match[0]), text)


def bare_subject(subject: str) -> str:
    """The subject without "Re:", "AW:", "Fwd:" and their like, white space folded."""
    return " ".join(_PREFIXES.sub("", subject).split())


def _attribution(text: str) -> re.Match[str] | None:
    """The line above a quotation after which nothing but quoted and blank lines come."""
    last = 0
    for line in _OWN_LINE.finditer(text):
        last = line.end()
    return next((match for match in _ATTRIBUTION.finditer(text) if match.end() >= last), None)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
