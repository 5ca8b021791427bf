"""Where quoted history begins: the words and header blocks that mail programs write above what they quote."""

import re
from typing import Final

_FROM: Final = (
    "from von de da van fra från lähettäjä remitente od expéditeur absender emisor mittente afzender avsender от"
)
_SENDERS: Final = frozenset(_FROM.split())
_OPENERS: Final = _SENDERS | {"sent", "date", "to", "subject", "gesendet", "an", "betreff", "wysłano", "datum"}
"""Fields with which a header block may open."""
_NAMES: Final = (
    "cc bcc reply-to importance kopie envoyé à objet enviado fecha para asunto inviato data a oggetto verzonden aan "
    "onderwerp assunto enviada sendt til emne skickat till ämne lähetetty vastaanottaja aihe kopia do temat author "
    "pour sujet destinataire empfänger wichtigkeit antwort destinatario copia importancia кому тема дата отправлено"
)
_FIELDS: Final = _OPENERS | frozenset(_NAMES.split()) | {"enviado el", "envoyé le", "gesendet am", "date d'envoi"}
_MESSAGE: Final = (
    r"(?:original (?:message|mail|e-?mail|appointment)|forwarded(?: message| mail| by.*)?|"
    r"ursprüngliche[rn]? (?:nachricht|mail|e-?mail|nachrichtentext)|weitergeleitete (?:nachricht|mail)|"
    r"original-?nachricht|(?:message|mail|courriel) (?:d'origine|transféré|original|transmis|initial)|"
    r"(?:mensaje|correo) (?:original|reenviado)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|"
    r"doorgestuurd bericht|mensagem (?:original|encaminhada)|ursprungligt meddelande|oprindelig meddelelse|"
    r"opprinnelig melding|alkuperäinen viesti|reply (?:message|separator)|copy of (?:the|your) message)"
)
_RULE_LINE: Final = re.compile(
    rf"(?i)^[\s>*]*(?:(?:-{{2,}}|_{{2,}}|={{2,}})\s*(?:{_MESSAGE}|[^-\n]{{1,80}} wrote:)"
    r"\s*(?:-{2,}|_{2,}|={2,})?|"
    rf"--+\s*[^-\n]{{0,40}}\b{_MESSAGE}\b[^-\n]{{0,50}}-*)[\s*]*$"
)
_BEGIN_FORWARD: Final = re.compile(
    r"(?i)^[\s>]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du message "
    r"(?:transféré|réexpédié)|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)"
    r"\s*:?\s*$"
)
_TITLE: Final = re.compile(rf"(?i)^[\s*]*{_MESSAGE}(?: processed by .{{1,20}})?[\s:*]*$")
"""The same words alone on a line: history only where a header follows."""
_TITLE_WORDS: Final = "message messages mail nachricht origine original initial transféré réexpédié reenviado"
_TITLE_ENDS: Final = tuple(_TITLE_WORDS.split())
_TITLE_LAST: Final = frozenset("elnstéo")
_GROUPWISE: Final = re.compile(r"^>>> ?[^>\n]{3,100}\d[^>\n]{0,20}>>>\s*$")
_WROTE: Final = re.compile(
    r"(?i)\b(?:wrote|writes|schrieb|schreibt|geschrieben|[ée]crit|escribi[óo]|escribe|scritto|scrive|schreef|escreveu|"
    r"skrev|kirjoitti|napisał\(a\)|napisał|пишет|написал)\b([^\n]{0,80}):\s*$"
)
_WROTE_START: Final = re.compile(
    r"(?i)^\s*(?:on|am|le|el|il|op|em|den|pe|ti|ke|to|ma|la|su|w dniu|\d{1,2}[./ -]|\d{4}[-年]|[^\s<]+@|[\"'<]|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|[A-ZÀ-Þ][\w.'-]+ )"
)
_INSTANT: Final = re.compile(r"@|\d{1,2}[:.h]\d{2}(?!\d|\.\d)")
"""An address or a time of day: what programs write there and people don't."""
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_LOWER_WORD: Final = re.compile(r"(?:^|\s)[a-zà-ÿ]{2,}")
_ATTRIBUTION: Final = re.compile(r"(?i)^\s*(?=[^\n]{0,160}(?:@|\d{1,2}[:.]\d{2}))[^\n]{6,200}(?:>|\)|\d)\s*[:：]\s*$")
_LOTUS: Final = re.compile(
    r"(?i)(?<=\S\S)\s\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[AP]\.?\s?M\.?)?\s*$"
)
_DATE_LINE: Final = re.compile(
    r"^[\s>]*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[APap]\.?\s?[Mm]\.?)?\s*$"
)
_NOTES_FIELD: Final = re.compile(
    r"(?i)^(?:to|cc|bcc|subject|an|kopie|thema|betreff|para|asunto|pour|objet)(?:\t|\s*$|\s{2,}|\s?:)"
)
_QUOTED: Final = re.compile(r"^\s{0,3}(?:>|\|\s(?!.*\|\s*$))")
"""A mark of quoting; a line between two bars is a row of a table."""
_FIELD_INITIALS: Final = frozenset("abcdefkoprstvABCDEFKOPRSTV")
_TIME_ENDS: Final = frozenset("0123456789mM.")
_RULE_SIGNS: Final = frozenset("-_=>*")


def is_quoted(line: str) -> bool:
    """Whether the line carries a mark of quoting."""
    return (">" in line or "|" in line) and _QUOTED.match(line) is not None


def field_of(line: str) -> str:
    """The name of the header field that the line is, as programs write them above history; "" for other lines."""
    _, colon, value = line.partition(":")
    name = _name_of(line)
    value = value.lstrip("*_")
    return name if colon and name in _FIELDS and (not value or value[0].isspace()) else ""


def _name_of(line: str) -> str:
    """What stands before the colon, as the name of a field."""
    return line.partition(":")[0].strip(" \t>*_").lower()


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


def openings(lines: list[str]) -> set[int]:
    """The lines at which history may begin, told by what costs little: `history_at` says whether it does."""
    found: set[int] = set()
    for index, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        last = bare[-1]
        if last in ":：":
            found.update((index - 2, index - 1, index))
        elif last in _TIME_ENDS and (":" in bare or "." in bare):
            found.update((index - 1, index))
        elif last in _TITLE_LAST and len(bare) < 60 and bare.lower().endswith(_TITLE_ENDS):
            found.add(index)
        if bare[0] in _RULE_SIGNS or (":" in bare and _name_of(bare) in _OPENERS):
            found.add(index)
    return found


def history_at(lines: list[str], index: int) -> int:
    """How many lines the introduction of quoted history takes here; 0 where none begins."""
    bare = lines[index].strip()
    if not bare:
        return 0
    if is_marked(lines[index]):
        return 1
    ruled = len(bare) >= 5 and bare[0] in "_-=" and not bare.strip(bare[0])
    if ruled or (len(bare) < 60 and _TITLE.match(bare)):
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
    if line.startswith(">>>") and line.rstrip().endswith(">>>"):
        return _GROUPWISE.match(line) is not None
    return bare[:1].lower() in "abdimr" and len(line) < 60 and _BEGIN_FORWARD.match(line) is not None


def _notes_at(lines: list[str], index: int) -> int:
    """The header of HCL Notes: name, date and time on one line or two, then fields with or without a colon."""
    if _ends_in_time(lines[index]) and _LOTUS.search(lines[index]):
        after, needed = index + 1, 1
    elif index + 1 < len(lines) and _ends_in_time(lines[index + 1]) and _DATE_LINE.match(lines[index + 1]):
        after, needed = index + 2, 1 if "/" in lines[index] else 2
    else:
        return 0
    near = (line for line in lines[after : after + 8] if line.lstrip()[:1] in _FIELD_INITIALS)
    fields = [line for line in near if field_of(line) or _NOTES_FIELD.match(line)]
    return after - index if len(fields) >= needed else 0


def _ends_in_time(line: str) -> bool:
    bare = line.rstrip()
    return bare[-1:] in _TIME_ENDS and len(bare) < 120 and (":" in bare or "." in bare)


def _attribution_at(lines: list[str], index: int) -> int:
    """The words "On <date>, <name> wrote:", over one to three lines, or a date, name and address before a quote."""
    near = [line.strip() for line in lines[index : index + 3]]
    if len(lines[index]) > 300 or not any(line.endswith((":", "：")) for line in near):
        return 0
    if not _WROTE_START.match(lines[index]):
        return 0
    joined = ""
    for count, line in enumerate(near, 1):
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > 400:
            break
        if not line.endswith((":", "：")):
            continue
        if (wrote := _WROTE.search(joined)) and (_programs(joined, wrote[1]) or _quote_follows(lines, index + count)):
            return count
        if count == 1 and _ATTRIBUTION.match(joined) and _quote_follows(lines, index + 1):
            return 1
    return 0


def _programs(said: str, after: str) -> bool:
    """Whether a program wrote this "… wrote:", which names an address, a time or a date and then a name alone.

    "On 5 May the board wrote to us:" are words of a person, and what follows is theirs too.
    """
    return _INSTANT.search(said) is not None or (_DATED.search(said) is not None and not _LOWER_WORD.search(after))


def _quote_follows(lines: list[str], index: int) -> bool:
    return any(is_quoted(line) for line in lines[index : index + 3])


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
