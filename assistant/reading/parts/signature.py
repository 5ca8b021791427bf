"""Signatures at the end of a text: closing words with a name, cards with contact details, what stands below "-- "."""

import re
from typing import Final

from assistant.reading.parts.closings import answers, closing_of, has_title, is_name, is_short_name
from assistant.reading.parts.footers import Footers, footers_of

_DELIMITER: Final = re.compile(r"^\s{0,2}(?:--|—|–|__+|-{3,}|\*{3,}|={3,}|~{3,})\s*$")
_DELIMITER_SIGNS: Final = frozenset("-—–_*=~")
_MAIL: Final = re.compile(r"[\w+-]@[\w-]+\.[\w.]+")
_NUMBER: Final = re.compile(
    r"(?i)\+?\(?\d{2,4}\)?[\s./-]\d{2,4}[\s./-]?\d{2,5}|\b555[ -]\d{4}\b|\b(?:tel|phone|mobile|mob|fax|cell|ext|direct|"
    r"durchwahl|telefon|tél|cel|switchboard|[ftmp])\b\.?:?\s*[\d+(]"
)
_BAR: Final = re.compile(r"\s[|·•➜]\s")
_PATH: Final = re.compile(r"(?i)\b[\w-]+\.[a-z]{2,8}/\S")
_COMPANY: Final = re.compile(
    r"(?i)\b(?:ltd|inc|llc|g?gmbh|corp|oy|ab|as|bv|plc|pty|co|ag|kg|se|sarl|sas|sa|ltda|llp)\b\.?\s*(?:$|,)"
)
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:Ltd|Inc|Co|Cie|Corp|Est|Mr|Mrs|Ms|Dr|Prof|Dept|Mgr|Jr|Sr|Ltda|Coop|S\.L|S\.A|C\.V|e\.V|Bros|Univ|Esq|Pty|"
    r"Eng|[A-ZÀ-Þ]))\.$"
)
_SLOGAN: Final = re.compile(r"^\s*[\"“„«»'‘].{2,70}[\"”“«»'’]\.?\s*$")
_MONTHS: Final = (
    r"(?:jan|feb|fév|febr|mar|mär|apr|avr|abr|may|mai|mayo|ene|jun|juin|jul|juil|aug|août|ago|sep|sept|oct|okt|nov|dec|"
    r"dez|déc|dic)[a-zà-ÿ]{0,7}"
)
_DATE: Final = re.compile(r"(?<![\d./+-])\d{1,2}[./-]\d{1,2}[./-](?:20)?\d{2}(?!\d|[./-]\d)|\b20\d\d-\d\d-\d\d\b")
_MOMENT: Final = re.compile(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|lundi|"
    r"mardi|mercredi|jeudi|vendredi|lunes|martes|miércoles|jueves|viernes|today|tomorrow|heute|demain|mañana|"
    rf"\d{{1,2}}(?::\d{{2}}|\s?[ap]\.?m\b|\s?uhr|\s?h\b)|\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?: of| de)? {_MONTHS}|"
    rf"{_MONTHS} \d{{1,2}})\b|{_DATE.pattern}"
)
_PROSE: Final = re.compile(
    r"(?<![\w@./:-])(?!tel|fax|mob|cell|phone|direct|ext|mail|www|http|und\b|and\b|or\b)[a-zà-ÿ]{2,}(?![\w@/]|[.-]\w)"
)
"""A word in small letters that is no label of a number or an address."""
_POSTSCRIPT: Final = re.compile(r"(?i)\W{0,3}p\.?\s?-?[sd]\b(?:\W|$)")
_LONGEST: Final = 200
"""Characters beyond which a line is prose, not a part of a signature."""
_LONG_SIGNATURE: Final = 12
"""Lines of text below a delimiter that are no signature any more."""
_DEEPEST: Final = 20
"""Paragraphs at the end among which signatures and footers are looked for."""
_LOWEST: Final = 16
"""Lines at the end among which closing words are looked for."""
_SLOGAN_WORDS: Final = 6


def without_footers(text: str) -> str:
    """The text without a delimited signature, device lines, legal paragraphs and blocks of contact details.

    Closing words and the name below them stay, and so do a postscript and any real sentence. Nothing is cut where
    only a signature would be left: the first paragraph always stays.
    """
    lines = text.split("\n")
    footers = footers_of(lines)
    lines = _without_delimited(lines, footers)
    if footers.devices and len(lines) > 1:
        lines = [line for line in lines if line not in footers.devices]
    paragraphs = _paragraphs(lines)
    end = _before_notices(lines, paragraphs, footers) if footers.notices else len(lines)
    paragraphs = [each for each in paragraphs if each[0] < end]
    while len(paragraphs) > 1 and _is_card(lines[slice(*paragraphs[-1])]):
        end = paragraphs.pop()[0]
        if closing_of(lines[end]) == "":
            end += 2
            break
    return "\n".join(lines[:end]).strip() or text.strip()


def without_signature(text: str) -> str:
    """The text up to its closing words; a postscript and any real sentence below them stay."""
    lines = _without_closing(text.split("\n"))
    paragraphs = _paragraphs(lines)
    end = len(lines)
    while len(paragraphs) > 1 and _is_block(lines[slice(*paragraphs[-1])]):
        if _only_greets(lines[: paragraphs[-1][0]]):
            break
        end = paragraphs.pop()[0]
    return "\n".join(lines[:end]).strip() or text.strip()


def _without_closing(lines: list[str]) -> list[str]:
    """The lines without closing words and the names below them, where nothing or a postscript follows."""
    count = len(lines)
    for index in range(max(1, count - _LOWEST), count):
        name = closing_of(lines[index])
        if name is None or (name and not (is_name(name) or is_short_name(name))):
            continue
        below = next((n for n in range(index + 1, count) if _says(lines[n])), count)
        if below < count and not _POSTSCRIPT.match(lines[below]):
            continue
        if sum(1 for line in lines[index + 1 : below] if line.strip()) <= 10 and not _only_greets(lines[:index]):
            return lines[:index] + lines[below:]
    return lines


def _only_greets(lines: list[str]) -> bool:
    """Whether nothing but a greeting stands there, so that the next words are what the letter says."""
    written = [line.strip() for line in lines if line.strip()]
    return len(written) < 2 and all(len(line.split()) <= 6 and line[-1] in ",:!" for line in written)


def _without_delimited(lines: list[str], footers: Footers) -> list[str]:
    """Cut at "-- " where what follows is short, or at another line of signs where it says nothing."""
    delimiters = [
        n
        for n, line in enumerate(lines)
        if line and line.lstrip()[:1] in _DELIMITER_SIGNS and len(line) < 80 and _DELIMITER.match(line)
    ]
    if not delimiters:
        return lines
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    said = next((n for n in range(len(lines) - 1, -1, -1) if lines[n] not in footers and _says(lines[n])), -1)
    written = [n for n, line in enumerate(lines) if line.strip()]
    short = written[-_LONG_SIGNATURE - 1] if len(written) > _LONG_SIGNATURE else -1
    for index in delimiters:
        if first < index and index >= short and (index > said or lines[index].rstrip() == "--"):
            return lines[:index] + [part for part in lines[index + 1 :] if _POSTSCRIPT.match(part)]
    return lines


def _before_notices(lines: list[str], paragraphs: list[tuple[int, int]], footers: Footers) -> int:
    """The line at which legal paragraphs at the end begin."""
    end = len(lines)
    for start, stop in reversed(paragraphs[1:]):
        first = next((n for n in range(start, stop) if lines[n] in footers.notices), None)
        if first is None or _POSTSCRIPT.match(lines[start]):
            break
        end = first
        if first > start:
            break
    return end


def _is_card(paragraph: list[str]) -> bool:
    """A name, title, address and number: contact details, and no word of the letter itself."""
    return len(paragraph) > 1 and any(map(_is_contact, paragraph)) and _is_block(paragraph)


def _is_block(paragraph: list[str]) -> bool:
    """Whether the paragraph is a name, a title, an address, a slogan below them: nothing that says something."""
    if (
        len(paragraph) > 9
        or len(paragraph[0]) > 90
        or any(_POSTSCRIPT.match(line) or len(line) > _LONGEST for line in paragraph)
    ):
        return False
    first, *rest = paragraph
    if rest and len(rest) > 1 and _is_slogan(rest[-1]):
        rest = rest[:-1]
    named = is_name(first) or (not rest and is_short_name(first)) or (rest and _is_office(first))
    if named or closing_of(first) == "":
        return not any(_says(line) for line in rest)
    return all(_is_detail(line) for line in paragraph)


def _is_office(line: str) -> bool:
    return len(line.split()) <= 6 and line.rstrip()[-1:] not in ".?!:," and has_title(line) and not answers(line)


def _is_slogan(line: str) -> bool:
    """The last line of a block: a few words that sound well and name no day, no figure and no question."""
    return (
        len(line.split()) <= _SLOGAN_WORDS
        and "?" not in line
        and not any(char.isdigit() for char in line)
        and not (answers(line) or _MOMENT.search(line))
    )


def _is_detail(line: str) -> bool:
    if _says(line):
        return False
    return _is_contact(line) or ("," in line and has_title(line))


def _is_contact(line: str) -> bool:
    """Whether the line is an address or a number rather than a sentence that names one."""
    bare = line[:_LONGEST]
    return _has_contact(bare) and len(_PROSE.findall(bare)) < 3 and not answers(bare)


def _has_contact(line: str) -> bool:
    if "www." in line or "://" in line or ("@" in line and _MAIL.search(line)):
        return True
    if ("/" in line and _PATH.search(line)) or _BAR.search(line) or _COMPANY.search(line):
        return True
    return any(map(str.isdigit, line)) and _NUMBER.search(_DATE.sub(" ", line)) is not None


def _says(line: str) -> bool:
    """Whether the line says something rather than being a part of a signature: a sentence, an answer, a day."""
    bare = line.strip()
    if not bare:
        return False
    if _POSTSCRIPT.match(bare):
        return True
    if len(bare) < 80 and (_is_contact(bare) or _SLOGAN.match(bare)):
        return False
    words = len(bare.split(None, 3))
    if bare[-1] == "?" or _MOMENT.search(bare) or (words < 4 and answers(bare) and not is_name(bare)):
        return True
    return bare[-1] in ".!" and words >= 3 and not _ABBREVIATED.search(bare)


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Ranges of lines between blank ones: the last ones; what stands before them counts as one."""
    found: list[tuple[int, int]] = []
    stop = 0
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].strip():
            stop = stop or index + 1
        elif stop:
            found.append((index + 1, stop))
            stop = 0
            if len(found) == _DEEPEST:
                return [(0, found[-1][0]), *reversed(found)]
    return [*([(0, stop)] if stop else []), *reversed(found)]
