"""Where the sentences of a text begin and end; spans count its characters, starts included and ends excluded."""

import re
from typing import Final

from assistant.language.memory import remembered

_SHORTENED: Final = (
    "mr mrs ms mme dr prof st sr jr no nr nos ca approx etc e.g i.e vs inc ltd llc co corp dept est fig vol ext "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed weds thu thur thurs fri sat sun "
    "a.m p.m am pm z.b d.h u.a bzw usw evtl ggf inkl zzgl abs str hr fr tel ref attn asst mgr gov rev p pp "
    "jän märz dez okt janv févr avr juil déc sig sra ud"
)
_ABBREVIATIONS: Final = frozenset(_SHORTENED.split())
"""Words whose full stop doesn't end a sentence."""

_GREETING: Final = re.compile(
    r"(?i)^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|greetings|all|team|"
    r"hallo|guten (?:tag|morgen)|liebe[rs]?|sehr geehrte[rs]?|moin|bonjour|salut|chère?s?|madame|monsieur|"
    r"hola|buen[oa]s (?:d[ií]as|tardes)|estimad[oa]s?|ciao|buongiorno|gentile|beste|geachte|dag|olá|prezad[oa]s?)"
    r"\b[^.!?\n]{0,45}[,:;!–-]*\s*$"
)
_CLOSING: Final = re.compile(
    r"(?i)^\W*(?:(?:best|kind|warm|many|with best|with kind|yours|sincerely|respectfully|cordially|cheers|thanks|"
    r"thank you|thx|regards|warmly|rgds|br|kr|lg|vg|mfg|viele|freundliche|beste|liebe|mit|cordialement|bien|saludos|"
    r"atentamente|un saludo|saluti|cordiali|groet|groeten|met vriendelijke|atenciosamente)\b[^.!?\n]{0,30})[,!.]?\s*$"
)
_BULLET: Final = re.compile(r"^\s*(?:[-*•·–▪◦>]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_STOP: Final = re.compile(r"[.!?…]+[\"')\]”’»*]*(?=\s)|[.!?…]+[\"')\]”’»*]*$")
_WORD_BEFORE: Final = re.compile(r"([^\W_][\w.’'-]*)$")
_SHORT_LINE: Final = 52
_AFTER_ORDINAL: Final = re.compile(
    r"(?:jan|jän|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zä]*\b|(?:kw|kalenderwoche|quartal|halbjahr|woche|stock)\b",
    re.I,
)
"""What makes a number with a full stop an ordinal, as German writes dates: "am 23. April"."""


def sentences(text: str, *, joined: bool = False) -> list[tuple[int, int]]:
    """Spans of the sentences, in order, without surrounding white space; empty ones are left out.

    A blank line, a bullet, a greeting line and a line that was meant to be short end a sentence; a line break
    inside a paragraph doesn't. A question or exclamation mark always ends one, a full stop unless it belongs
    to an abbreviation, an initial, a number or a list mark. `joined`: a short line ends one only where it ends
    like a sentence, so that no phrase hides behind a break.
    """
    return list(_joined(text) if joined else _as_typed(text))


@remembered
def _as_typed(text: str) -> list[tuple[int, int]]:
    return [span for block in _blocks(text, joined=False) for span in _inside(text, *block)]


@remembered
def _joined(text: str) -> list[tuple[int, int]]:
    return [span for block in _blocks(text, joined=True) for span in _inside(text, *block)]


def _blocks(text: str, *, joined: bool) -> list[tuple[int, int]]:
    """Runs of lines that belong together."""
    blocks: list[tuple[int, int]] = []
    start = position = 0
    previous = ""
    for line in text.splitlines(keepends=True):
        if previous and _breaks(previous, line, joined=joined):
            blocks.append((start, position))
            start = position
        previous = line
        position += len(line)
    blocks.append((start, len(text)))
    return blocks


def _breaks(before: str, after: str, *, joined: bool) -> bool:
    """Whether the end of the line before is the end of what it says."""
    left, right = before.strip(), after.strip()
    if not left or not right:
        return True
    if _BULLET.match(after) or left.endswith((":", ";")):
        return True
    if len(left) <= 60 and (_GREETING.match(left) or _CLOSING.match(left)):
        return True
    if joined:
        return left.endswith((".", "!", "?"))
    return len(left) < _SHORT_LINE and not left.endswith((",", "-")) and not right[0].islower()


def _inside(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of one block."""
    spans: list[tuple[int, int]] = []
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, begin, stop, end):
            _add(spans, text, begin, stop.end())
            begin = stop.end()
    _add(spans, text, begin, end)
    return spans


def _ends(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Whether this punctuation ends the sentence that began at `begin`."""
    mark = stop.group()
    if mark[0] in "!?":
        return True
    after = text[stop.end() : min(end, stop.end() + 40)].lstrip()
    if not after:
        return True
    word_match = _WORD_BEFORE.search(text[max(begin, stop.start() - 24) : stop.start()])
    word = word_match.group(1) if word_match else ""
    if mark.startswith(("..", "…")):
        return not after[0].islower()
    if word.lower().rstrip(".") in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "I"):
        return False
    if word.isdigit():
        if len(word) <= 2 and _AFTER_ORDINAL.match(after):
            return False
        return len(text[begin : stop.start()].strip()) > len(word) and not after[0].islower()
    return len(word) > 2 or not after[0].islower()


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))
