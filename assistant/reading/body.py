"""The new text of a message: what its sender wrote this time, without history, signature and legal footer."""

import re
from typing import Final

from assistant.reading.signature import without_signature

_FIELDS: Final = (
    r"from|sent|date|to|cc|bcc|subject|reply-to|importance|von|gesendet|datum|an|kopie|betreff|de|envoyé|date|à|"
    r"objet|enviado(?: el)?|fecha|para|asunto|da|inviato|data|a|oggetto|van|verzonden|aan|onderwerp|assunto|enviada|"
    r"fra|sendt|til|emne|från|skickat|till|ämne|lähettäjä|lähetetty|vastaanottaja|aihe|kopia"
)
_FIELD_LINE: Final = re.compile(rf"(?i)^[\s>]*[*_]{{0,2}}({_FIELDS})\s?:[*_]{{0,2}}(?:\s|$)")
_OPENING_FIELD: Final = re.compile(
    r"(?i)^[\s>]*[*_]{0,2}(from|sent|date|to|subject|von|gesendet|an|betreff|de|da|van|fra|från|lähettäjä|remitente)"
    r"\s?:[*_]{0,2}\s*\S"
)
_RULE_LINE: Final = re.compile(
    r"(?i)^[\s>*]*(?:-{2,}|_{2,}|={2,})\s*(?:original (?:message|appointment)|forwarded(?: message| by.*)?|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|originalnachricht|message (?:d'origine|transféré|original)|"
    r"mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht|"
    r"mensagem (?:original|encaminhada)|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    r"alkuperäinen viesti|reply message|[^-\n]{1,80} wrote:)\s*(?:-{2,}|_{2,}|={2,})?[\s*]*$"
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
    r"(?i)^[\s>]*[\w.,'@ /&-]{2,70}\s\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*"
    r"(?:[AP]\.?M\.?)?\s*$"
)
_DATE_LINE: Final = re.compile(
    r"^[\s>]*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[APap]\.?[Mm]\.?)?\s*$"
)
_NOTES_FIELD: Final = re.compile(r"(?i)^(?:to|cc|bcc|subject|an|kopie|thema|betreff)(?:\t|\s*$|\s{2,}|:)")
_QUOTED: Final = re.compile(r"^\s{0,3}(?:>|\|\s)")
_ARTEFACT: Final = re.compile(
    r"^\s*(?:\[(?:image|cid|inline image)[^\]\n]{0,120}\]|&nbsp;|=20|<image[^>\n]{0,80}>)\s*$", re.I
)
_EXTERNAL: Final = re.compile(
    r"(?i)^\W{0,6}(?:\[?(?:caution|external|warning|extern)\]?\b.{0,40}"
    r"\b(?:sender|e-?mail|organi[sz]ation|links?|external)|"
    r"you don't often get email from|sie erhalten nicht oft e-mails von)"
)
_BELOW: Final = re.compile(
    r"(?i)\b(?:see|answers?|comments?|notes?|replies|reply|mine)\b[^.\n]{0,40}"
    r"\b(?:below|in-?\s?line|in (?:red|blue|green|bold|caps))\b"
)
_LIBRARY_COST: Final = 400_000
"""The library's search for "On … wrote:" is cubic on hostile text: it's asked only below this product."""


def new_text(text: str, *, parent: str | None = None) -> str:
    """The lines that the sender wrote now, in their order; "" where there are none (a bare forward).

    Lines between quoted ones are answers and stay. `parent` is the whole text of the message answered, where it's
    held: its lines are taken out wherever they stand. Where every rule together would leave nothing although the
    message isn't a forward, the longest unquoted part is kept: the deciding sentence is never cut off.
    """
    lines = _cleaned(text).split("\n")
    kept = _without_history(lines)
    own = _without_parent(kept, parent) if parent else kept
    written = "\n".join(own).strip("\n")
    if not written.strip():
        return _after_history(lines, parent)
    return without_signature(_without_library_signature(written))


def _cleaned(text: str) -> str:
    """Line ends as \\n; remains of quoted-printable, entities and image marks gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    if "=20" in text:
        text = re.sub(r"=20$", "", text, flags=re.M)
    if "&" in text:
        text = text.replace("&nbsp;", " ").replace("&amp;", "&")
    return text


def _without_history(lines: list[str]) -> list[str]:
    """The lines before the history, and unquoted lines between quoted ones."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if _QUOTED.match(line):
            index = _past_quote(lines, index)
            continue
        skip = _history_at(lines, index)
        if skip:
            following = next(
                (n for n in range(index + skip, min(len(lines), index + skip + 4)) if lines[n].strip()), None
            )
            if following is not None and _QUOTED.match(lines[following]):
                index += skip
                continue
            return kept + (_unquoted_answers(lines[index + skip :]) if _mentions_below(kept) else [])
        if not (_ARTEFACT.match(line) or (index < 8 and _EXTERNAL.match(line))):
            kept.append(line)
        index += 1
    return kept


def _past_quote(lines: list[str], index: int) -> int:
    """The index after a run of quoted lines, with the wrapped rest of a long quoted line."""
    while index < len(lines) and _QUOTED.match(lines[index]):
        index += 1
    wrapped = (
        index < len(lines)
        and len(lines[index - 1]) > 66
        and 0 < len(lines[index].strip()) < 30
        and lines[index].strip()[0].islower()
        and index + 1 < len(lines)
        and _QUOTED.match(lines[index + 1]) is not None
    )
    return index + 1 if wrapped else index


def _history_at(lines: list[str], index: int) -> int:
    """How many lines the introduction of quoted history takes here; 0 where none begins."""
    line = lines[index]
    if not line.strip():
        return 0
    if _RULE_LINE.match(line) or _BEGIN_FORWARD.match(line):
        return 1
    if set(line.strip()) <= {"_", "-", "="} and len(line.strip()) >= 5:
        after = next((n for n in range(index + 1, min(len(lines), index + 4)) if lines[n].strip()), None)
        return 1 if after is not None and _is_header_block(lines, after) else 0
    if _is_header_block(lines, index):
        return _block_length(lines, index)
    return _notes_at(lines, index) or _attribution_at(lines, index)


def _notes_at(lines: list[str], index: int) -> int:
    """The header of HCL Notes: name, date and time on one line or two, then fields with or without a colon."""
    if _LOTUS.match(lines[index]):
        after = index + 1
    elif index + 1 < len(lines) and _DATE_LINE.match(lines[index + 1]):
        after = index + 2
    else:
        return 0
    fields = [line for line in lines[after : after + 8] if _NOTES_FIELD.match(line) or _FIELD_LINE.match(line)]
    return after - index if len(fields) >= (1 if after == index + 1 else 2) else 0


def _attribution_at(lines: list[str], index: int) -> int:
    """The words "On <date>, <name> wrote:", over one to three lines, or a date, name and address before a quote."""
    if len(lines[index]) > 300 or not _WROTE_START.match(lines[index]):
        return 0
    joined = ""
    for count in range(1, 4):
        if index + count > len(lines) or not lines[index + count - 1].strip():
            break
        joined = f"{joined} {lines[index + count - 1].strip()}".strip()
        if len(joined) > 400:
            break
        if _WROTE.search(joined) and (re.search(r"\d|@", joined) or joined.lower().startswith("on ")):
            return count
        if count == 1 and _ATTRIBUTION.match(joined) and _quote_follows(lines, index + 1):
            return 1
    return 0


def _quote_follows(lines: list[str], index: int) -> bool:
    return any(_QUOTED.match(line) for line in lines[index : index + 2])


def _is_header_block(lines: list[str], index: int) -> bool:
    """A run of at least three header fields (two where the first is From), as Outlook writes above history."""
    first = _OPENING_FIELD.match(lines[index])
    if not first:
        return False
    fields = _fields_in(lines[index : index + 7])
    sender = first.group(1).lower() in {"from", "von", "de", "da", "van", "fra", "från", "lähettäjä", "remitente"}
    return fields >= (2 if sender else 3)


def _fields_in(lines: list[str]) -> int:
    """Different header fields in a run of lines; a blank line may stand between two of them."""
    names = set()
    for line in lines:
        found = _FIELD_LINE.match(line)
        if found:
            names.add(found.group(1).lower())
        elif line.strip() and not line.startswith((" ", "\t")) and len(names) == 0:
            break
    return len(names)


def _block_length(lines: list[str], index: int) -> int:
    """Lines of the header block that begins here."""
    length = 0
    for line in lines[index : index + 12]:
        if length and not line.strip():
            break
        if not _FIELD_LINE.match(line) and not line.startswith((" ", "\t")) and length > 5:
            break
        length += 1
    return max(length, 1)


def _mentions_below(kept: list[str]) -> bool:
    return len(kept) < 12 and _BELOW.search(" ".join(kept)) is not None


def _unquoted_answers(lines: list[str]) -> list[str]:
    """Answers written into the history, where a mark or a name tells them from it."""
    marked = re.compile(r"^\s*(?:\[[\w .'-]{1,25}\]|>>+|\*{2,}|[A-Z]{2,4}[:>]|[A-Z][\w'-]{1,15}:|->|=>|--?>)\s*(?=\S)")
    quoted = any(_QUOTED.match(line) for line in lines)
    answers = [line for line in lines if not _QUOTED.match(line) and not _FIELD_LINE.match(line)]
    return answers if quoted else [line for line in answers if marked.match(line)]


def _after_history(lines: list[str], parent: str | None) -> str:
    """For a message whose own text stands below what it quotes without a mark; "" for a forward."""
    start = next((n for n in range(len(lines)) if _history_at(lines, n)), None)
    if start is None:
        return ""
    line = lines[start]
    if _RULE_LINE.match(line) or _BEGIN_FORWARD.match(line) or _is_header_block(lines, start) or parent is None:
        return ""
    rest = [line for line in lines[start + _history_at(lines, start) :] if not _QUOTED.match(line)]
    return without_signature("\n".join(_without_parent(rest, parent)).strip())


def _without_parent(lines: list[str], parent: str) -> list[str]:
    """The lines that the parent doesn't have. Short lines ("Thanks!") may be said twice and stay."""
    held = {_bare(line) for line in _cleaned(parent).split("\n")}
    whole = " ".join(bare for bare in map(_bare, _cleaned(parent).split("\n")) if bare)
    return [line for line in lines if not _repeats(_bare(line), held, whole)]


def _repeats(bare: str, held: set[str], whole: str) -> bool:
    return (len(bare) >= 16 and bare in held) or (len(bare) >= 40 and len(whole) < 50_000 and bare in whole)


def _bare(line: str) -> str:
    """A line without quote marks and with single spaces."""
    return " ".join(line.lstrip("> \t").split())


def _without_library_signature(text: str) -> str:
    """What email-reply-parser leaves of it, unless it would hide a sentence that our own rules keep."""
    ons = text.count("On ") + text.count("On\n") + text.count("On\t") + 1
    if len(text) * ons * ons > _LIBRARY_COST:
        return text
    from email_reply_parser import EmailReplyParser

    reply: str = EmailReplyParser.read(text).reply
    hidden = len(text) - len(reply)
    return reply if reply.strip() and hidden < 400 and _nothing_said(text, reply) else text


def _nothing_said(text: str, reply: str) -> bool:
    """Whether all that was hidden are lines without a sentence."""
    left = set(reply.split("\n"))
    return not any(
        re.search(r"[.?!]\s*$", line) and len(line.split()) > 3 for line in text.split("\n") if line not in left
    )
