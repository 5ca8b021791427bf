"""The new text of a message: what its sender wrote this time, without history, signature and legal footer."""

import re
from typing import Final

from assistant.reading.parts.history import (
    field_of,
    history_at,
    is_header_block,
    is_marked,
    is_quoted,
    openings,
    past_quote,
)
from assistant.reading.parts.markup import unmarked
from assistant.reading.parts.signature import without_footers, without_signature

_ARTEFACT: Final = re.compile(
    r"^\s*(?:\[(?:image|cid|inline image|bild|imagen?)[^\]\n]{0,120}\]|=20|<image[^>\n]{0,80}>)\s*$", re.I
)
_TOP: Final = 5
"""Lines at the top among which a gateway puts its warning."""
_EXTERNAL: Final = re.compile(
    r"(?i)^\W{0,6}(?:\[?(?:caution|external|warning|extern)\]?\b.{0,60}"
    r"\b(?:sender|e-?mail|organi[sz]ation|links?|external)|"
    r"(?:achtung|vorsicht|attention|atención|externe?r?|externo|warnung)\b.{0,60}\b(?:extern\w*|external|outside|außerhalb|"
    r"extérieur|absender|expéditeur externe)|"
    r"you don't often get email from|sie erhalten nicht (?:oft|häufig) e-mails von|"
    r"vous n'obtenez pas souvent d'e-mail|no suele recibir correos? (?:electrónicos? )?de)"
)
_BELOW: Final = re.compile(
    r"(?i)\b(?:see|answers?|comments?|notes?|replies|reply|mine|antworten?|réponses?|respuestas?|kommentare?)\b[^.\n]{0,40}"
    r"\b(?:below|in-?\s?line|in (?:red|blue|green|bold|caps|rot|blau|grün)|unten|im text|ci-dessous|en rouge|en bleu|"
    r"abajo|en rojo|en azul)\b"
)
_MOST_LINES: Final = 1600
"""Lines that are read of one message: of more, the first 1200 and the last of them."""
_MOST_HELD: Final = 20_000
"""Characters of the parent in which a line that was wrapped anew is looked for."""
_BLANKS: Final = re.compile(r"[^\S\n]{12,}")
"""A run of blanks that no writer means: it would only cost time."""


def new_text(text: str, *, parent: str | None = None) -> str:
    """The lines that the sender wrote now, in their order; "" where there are none (a bare forward).

    Lines between quoted ones are answers and stay. `parent` is the whole text of the message answered, where it's
    held: its lines are taken out wherever they stand. Closing words and the name below them stay, a delimited
    signature, contact details and legal footers go. Markup that was left in the text counts as what it means.
    """
    lines = _readable(_cleaned(text).split("\n"))
    kept = _without_history(lines)
    own = _without_parent(kept, parent) if parent else kept
    written = "\n".join(own).strip("\n")
    if not written.strip():
        return _after_history(lines, parent)
    return without_footers(written)


def unquoted(text: str) -> str:
    """The text without its history, but with all that stands below it: signatures, addresses, footers."""
    return "\n".join(_without_history(_readable(_cleaned(text).split("\n")))).strip("\n")


def said(text: str, *, parent: str | None = None) -> str:
    """The new text up to its closing words: what there is to read, without "Best regards" and a name."""
    return without_signature(new_text(text, parent=parent))


def _cleaned(text: str) -> str:
    """Line ends as \\n; markup as what it means; remains of quoted-printable gone."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unmarked(text)
    if not text.isascii():
        text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", "")
    if "=09" in text:
        text = text.replace("=09", "\t")
    if "=20" in text:
        text = re.sub(r"=20$", "", text, flags=re.M)
    return _BLANKS.sub("  ", text) if "      " in text or "\t" in text else text


def _readable(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _MOST_LINES else [*lines[:1200], *lines[1200 - _MOST_LINES :]]


def _without_history(lines: list[str]) -> list[str]:
    """The lines before the history, and unquoted lines between quoted ones."""
    kept: list[str] = []
    may_open = openings(lines)
    index = 0
    while index < len(lines):
        line = lines[index]
        if (">" in line or "|" in line) and is_quoted(line) and not is_marked(line):
            index = past_quote(lines, index)
            continue
        skip = history_at(lines, index) if index in may_open else 0
        if skip:
            following = next(
                (n for n in range(index + skip, min(len(lines), index + skip + 4)) if lines[n].strip()), None
            )
            if following is not None and is_quoted(lines[following]):
                index += skip
                continue
            return kept + (_unquoted_answers(lines[index + skip :]) if _mentions_below(kept) else [])
        if not (_is_artefact(line) or (index < _TOP and _EXTERNAL.match(line))):
            kept.append(line)
        index += 1
    return kept


def _is_artefact(line: str) -> bool:
    return ("[" in line or "=" in line or "<" in line) and _ARTEFACT.match(line) is not None


def _mentions_below(kept: list[str]) -> bool:
    return len(kept) < 12 and _BELOW.search(" ".join(kept)) is not None


def _unquoted_answers(lines: list[str]) -> list[str]:
    """Answers written into the history, where a mark or a name tells them from it."""
    marked = re.compile(r"^\s*(?:\[[\w .'-]{1,25}\]|>>+|\*{2,}|[A-Z]{2,4}[:>]|[A-Z][\w'-]{1,15}:|->|=>|--?>)\s*(?=\S)")
    quoted = any(is_quoted(line) for line in lines)
    answers = [line for line in lines if not is_quoted(line) and not field_of(line)]
    return answers if quoted else [line for line in answers if marked.match(line)]


def _after_history(lines: list[str], parent: str | None) -> str:
    """For a message whose own text stands below what it quotes without a mark; "" for a forward."""
    start = next((n for n in range(len(lines)) if history_at(lines, n)), None)
    if start is None:
        return ""
    line = lines[start]
    if is_marked(line) or is_header_block(lines, start) or parent is None:
        return ""
    rest = [line for line in lines[start + history_at(lines, start) :] if not is_quoted(line)]
    return without_footers("\n".join(_without_parent(rest, parent)).strip())


def _without_parent(lines: list[str], parent: str) -> list[str]:
    """The lines that the parent doesn't have. Short lines ("Thanks!") may be said twice and stay."""
    said = [bare for bare in map(_bare, _readable(_cleaned(parent).split("\n"))) if bare]
    held = set(said)
    whole = " ".join(said)[:_MOST_HELD]
    return [line for line in lines if not _repeats(_bare(line), held, whole)]


def _repeats(bare: str, held: set[str], whole: str) -> bool:
    return (len(bare) >= 16 and bare in held) or (len(bare) >= 40 and bare in whole)


def _bare(line: str) -> str:
    """A line without quote marks and with single spaces."""
    return " ".join(line.lstrip("> \t").split())
