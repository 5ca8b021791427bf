"""Where quoted history begins: the words and header blocks that mail programs write above what they quote."""

import re
from typing import Final

_SENDERS: Final = frozenset({"from", "von", "de", "da", "van", "fra", "från", "lähettäjä", "remitente", "od"})
_OPENERS: Final = _SENDERS | {"sent", "date", "to", "subject", "gesendet", "an", "betreff", "wysłano", "datum"}
"""Fields with which a header block may open."""
_NAMES: Final = (
    "cc bcc reply-to importance kopie envoyé à objet enviado fecha para asunto inviato data a oggetto verzonden aan "
    "onderwerp assunto enviada sendt til emne skickat till ämne lähetetty vastaanottaja aihe kopia do temat author"
)
_FIELDS: Final = _OPENERS | frozenset(_NAMES.split()) | {"enviado el"}
_RULE_LINE: Final = re.compile(
    r"(?i)^[\s>*]*(?:-{2,}|_{2,}|={2,})\s*(?:original (?:message|appointment)|forwarded(?: message| by.*)?|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|originalnachricht|message (?:d'origine|transféré|original)|"
    r"mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht|"
    r"mensagem (?:original|encaminhada)|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    r"alkuperäinen viesti|reply (?:message|separator)|[^-\n]{1,80} wrote:)\s*(?:-{2,}|_{2,}|={2,})?[\s*]*$"
)
_BEGIN_FORWARD: Final = re.compile(
    r"(?i)^[\s>]*(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:transféré|"
    r"réexpédié)|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)\s*:?\s*$"
)
_WROTE: Final = re.compile(
    r"(?i)\b(?:wrote|writes|schrieb|écrit|a écrit|escribió|ha scritto|scrive|schreef|escreveu|skrev|kirjoitti|"
    r"napisał\(a\)|napisał|пишет|написал)\b[^\n]{0,80}:\s*$"
)
_WROTE_START: Final = re.compile(
    r"(?i)^\s*(?:on|am|le|el|il|op|em|den|pe|ti|ke|to|ma|la|su|w dniu|\d{1,2}[./ -]|\d{4}-|[^\s<]+@|[\"'<]|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|[A-ZÀ-Þ][\w.'-]+ )"
)
_ATTRIBUTION: Final = re.compile(r"(?i)^\s*(?=[^\n]{0,160}(?:@|\d{1,2}[:.]\d{2}))[^\n]{6,200}(?:>|\)|\d)\s*:\s*$")
_LOTUS: Final = re.compile(
    r"(?i)(?<=\S\S)\s\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[AP]\.?M\.?)?\s*$"
)
_DATE_LINE: Final = re.compile(
    r"^[\s>]*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[APap]\.?[Mm]\.?)?\s*$"
)
_NOTES_FIELD: Final = re.compile(r"(?i)^(?:to|cc|bcc|subject|an|kopie|thema|betreff)(?:\t|\s*$|\s{2,}|:)")
_QUOTED: Final = re.compile(r"^\s{0,3}(?:>|\|\s)")
_FIELD_INITIALS: Final = frozenset("abcdefkrstvABCDEFKRSTV")
_TIME_ENDS: Final = frozenset("0123456789mM.")


def is_quoted(line: str) -> bool:
    """Whether the line carries a mark of quoting."""
    return (">" in line or "|" in line) and _QUOTED.match(line) is not None


def field_of(line: str) -> str:
    """The name of the header field that the line is, as programs write them above history; "" for other lines."""
    name, colon, value = line.partition(":")
    name = name.strip(" \t>*_").lower()
    value = value.lstrip("*_")
    return name if colon and name in _FIELDS and (not value or value[0].isspace()) else ""


def past_quote(lines: list[str], index: int) -> int:
    """The index after a run of quoted lines, with the wrapped rest of a long quoted line."""
    while index < len(lines) and is_quoted(lines[index]):
        index += 1
    wrapped = (
        index < len(lines)
        and len(lines[index - 1]) > 66
        and 0 < len(lines[index].strip()) < 30
        and lines[index].strip()[0].islower()
        and index + 1 < len(lines)
        and is_quoted(lines[index + 1])
    )
    return index + 1 if wrapped else index


def history_at(lines: list[str], index: int) -> int:
    """How many lines the introduction of quoted history takes here; 0 where none begins."""
    bare = lines[index].strip()
    if not bare:
        return 0
    if is_marked(lines[index]):
        return 1
    if len(bare) >= 5 and bare[0] in "_-=" and not bare.strip(bare[0]):
        after = next((n for n in range(index + 1, min(len(lines), index + 4)) if lines[n].strip()), None)
        return 1 if after is not None and is_header_block(lines, after) else 0
    if is_header_block(lines, index):
        return _block_length(lines, index)
    return _notes_at(lines, index) or _attribution_at(lines, index)


def is_marked(line: str) -> bool:
    """A line that announces history: "-----Original Message-----", "Begin forwarded message:"."""
    bare = line.lstrip(" \t>*")
    if bare[:2] in ("--", "__", "=="):
        return len(line) < 300 and _RULE_LINE.match(line) is not None
    return bare[:1].lower() in "abdimr" and len(line) < 60 and _BEGIN_FORWARD.match(line) is not None


def _notes_at(lines: list[str], index: int) -> int:
    """The header of HCL Notes: name, date and time on one line or two, then fields with or without a colon."""
    if _ends_in_time(lines[index]) and _LOTUS.search(lines[index]):
        after = index + 1
    elif index + 1 < len(lines) and _ends_in_time(lines[index + 1]) and _DATE_LINE.match(lines[index + 1]):
        after = index + 2
    else:
        return 0
    near = (line for line in lines[after : after + 8] if line.lstrip()[:1] in _FIELD_INITIALS)
    fields = [line for line in near if field_of(line) or _NOTES_FIELD.match(line)]
    return after - index if len(fields) >= (1 if after == index + 1 else 2) else 0


def _ends_in_time(line: str) -> bool:
    bare = line.rstrip()
    return bare[-1:] in _TIME_ENDS and len(bare) < 120 and (":" in bare or "." in bare)


def _attribution_at(lines: list[str], index: int) -> int:
    """The words "On <date>, <name> wrote:", over one to three lines, or a date, name and address before a quote."""
    near = [line.strip() for line in lines[index : index + 3]]
    if not any(line.endswith(":") for line in near):
        return 0
    if len(lines[index]) > 300 or not _WROTE_START.match(lines[index]):
        return 0
    joined = ""
    for count, line in enumerate(near, 1):
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > 400:
            break
        if not line.endswith(":"):
            continue
        if _WROTE.search(joined) and (re.search(r"\d|@", joined) or joined.lower().startswith("on ")):
            return count
        if count == 1 and _ATTRIBUTION.match(joined) and _quote_follows(lines, index + 1):
            return 1
    return 0


def _quote_follows(lines: list[str], index: int) -> bool:
    return any(is_quoted(line) for line in lines[index : index + 2])


def is_header_block(lines: list[str], index: int) -> bool:
    """A run of at least three header fields (two where the first is From), as Outlook writes above history.

    Blank and wrapped lines may stand between them.
    """
    opening = field_of(lines[index])
    if opening not in _OPENERS or not lines[index].partition(":")[2].strip("*_ \t"):
        return False
    names = {name for line in lines[index : index + 7] if (name := field_of(line))}
    return len(names) >= (2 if opening in _SENDERS else 3)


def _block_length(lines: list[str], index: int) -> int:
    """Lines of the header block that begins here."""
    length = 0
    for line in lines[index : index + 12]:
        if length and not line.strip():
            break
        if not field_of(line) and not line.startswith((" ", "\t")) and length > 5:
            break
        length += 1
    return max(length, 1)
