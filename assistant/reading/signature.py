"""Signatures, device lines and legal footers at the end of a text."""

import re
from typing import Final

_DELIMITER: Final = re.compile(r"^\s{0,2}(?:--|—|–|__+|-{3,}|\*{3,}|={3,}|~{3,})\s*$")
_DEVICE: Final = re.compile(
    r"(?i)^\W{0,3}(?:sent (?:from|via|on|with|using|by)\b(?! (?:the|an?)\b.*\b(?:yesterday|today|tomorrow))|"
    r"get outlook for|"
    r"von meinem .{2,30} gesendet|gesendet (?:von|mit)|envoyé (?:de|depuis|à partir)|enviado desde|inviato da|"
    r"verzonden (?:vanaf|met|via)|verstuurd vanaf|enviado d[oe]|skickat från|sendt fra|lähetetty)\b.{0,80}$"
)
_CLOSING: Final = re.compile(
    r"(?i)^\W{0,2}(?:(?:with |my |our )?(?:best|kind|kindest|warm|warmest|many thanks|all the best|best wishes|cheers|"
    r"regards|rgds|brgds|br|kr|bw|yours|sincerely|respectfully|cordially|warmly|thanks|thank you|thx|ta|talk soon|"
    r"take care|love|mfg|vg|lg|mvh|hilsen|terveisin|groet|groeten|saludos|atentamente|cordialement|bien cordialement|"
    r"viele grüße|beste grüße|freundliche grüße|mit freundlichen grüßen|liebe grüße|schöne grüße|saluti|abraço|"
    r"un saludo|bien à vous|met vriendelijke groet|most sincerely|safe travels|have a (?:good|great|nice)))"
    r"(?:[ ,](?:regards|wishes|again|very much|so much|in advance|truly|faithfully|sincerely|then|all|and regards|"
    r"you|a lot|yourself|weekend|day|one|week|as ever|always))*\s*[,.!–-]{0,2}\s*$"
)
_LEGAL: Final = re.compile(
    r"(?i)^\W{0,3}(?:(?:confidential(?:ity)?|disclaimer|notice|privileged|avis|hinweis|legal)\b.{0,3}[:–-]|"
    r"(?:this|the|any) (?:e-?mail|message|communication|transmission|mail|electronic message|note)\b.{0,80}"
    r"\b(?:confidential|intended|privileged|addressee|named|copied|archived|monitored|recipient|attachments)|"
    r"the (?:contents?|information)\b.{0,40}\b(?:for|intended|confidential|e-?mail|message)|"
    r"(?:please )?(?:think of|consider) the environment|scanned by|if you (?:are|have) (?:not|received)\b.{0,60}"
    r"\b(?:recipient|error)|you (?:get|receive|are receiving|received) this (?:e-?mail|mail|message)\b|"
    r"unsubscribe at\b|to unsubscribe|.{0,60}\bprocesses personal data\b|diese e-?mail\b|ce (?:courriel|message)\b|"
    r"este (?:mensaje|correo|e-mail)\b|questa e-?mail\b|dit (?:bericht|e-?mail)|esta mensagem|den här e-?post|"
    r"calls (?:to|from|may)\b.{0,60}\brecorded|\[ticket ?#|intended solely|.{0,40}\breg(?:istered|\.) (?:in|no)\b|"
    r".{0,50}\bbusiness id\b|.{0,40}\borg\.? ?nr|orders are subject to|quotation subject to|messages? (?:peuvent|may) "
    r"|written quotations\b|we never ask for passwords|.{0,60}\bis (?:licensed|registered|authori[sz]ed and "
    r"regulated)\b|"
    r"do you yahoo|get your free|"
    r"join the world's largest|send free|prices (?:f\.o\.b|ex works|are)\b.{0,40}$|"
    r"registered (?:office|in|charity)|company (?:no|number|reg)\b|"
    r"amtsgericht|geschäftsführer|sitz der gesellschaft|handelsregister|hrb \d|siret|tva|vat (?:no|reg))"
)
_CONTACT: Final = re.compile(
    r"(?i)(?:https?://|www\.|\b[\w.+-]+@[\w-]+\.[\w.]+|\+?\(?\d{2,4}\)?[\s./-]\d{2,4}[\s./-]?\d{2,5}|\b555[ -]\d{4}\b|"
    r"\b(?:tel|phone|mobile|mob|fax|cell|ext|direct)\b\.?:?\s*[\d+(]|\s[|·•➜]\s|\b(?:ltd|inc|llc|gmbh|corp|oy|ab|as|bv|"
    r"plc|pty|co)\b\.?\s*(?:$|,)|\b[\w-]+\.[a-z]{2,8}/\S)"
)
_PROMOTION: Final = re.compile(
    r"(?i)^\W{0,3}(?:book (?:a|15|30|time|me)|grab (?:a |some )?time|find a time|pick a time|meet (?:me|us) "
    r"at|visit us|"
    r"my calendar|see (?:me|us) at|next live demo|demo days?|come say hi|.{0,40}\b(?:booth|stand|kiosk|"
    r"kiosque|expo|user "
    r"group|trade fair|fair)\b)"
)
_TITLE: Final = re.compile(
    r"(?i)\b(?:manager|mgr|director|engineer|sales|president|vp|ceo|cfo|cto|coo|ciso|officer|head of|lead|consultant|"
    r"analyst|architect|assistant|asst|coordinator|specialist|executive|account|buyer|procurement|purchasing|counsel|"
    r"partner|founder|owner|team|department|dept|solutions|software|systems|technologies|group|services|logistics|"
    r"consulting|industries|university|hospital|council|bank|chair|secretary|treasur\w+|inköp|innkjøp|einkauf|"
    r"vertrieb)\b"
)
_NAME: Final = re.compile(
    r"^\s*[/~–-]{0,2}\s*(?:(?:Mr|Ms|Mrs|Dr|Prof|Fr|Sr|Rev|Ing|"
    r"Dipl)\.?\s)?[A-ZÀ-ÞÅÄÖØÉ][\w.'’-]*(?:\s(?:[A-ZÀ-ÞÅÄÖØÉ]|de\b|van\b|von\b|da\b|der\b|al-)[\w.'’-]*){0,4}"
    r"(?:,\s?[A-Z]{2,5})?\s*$"
)
_SHORT_NAME: Final = re.compile(
    r"^\s*[/~–-]?\s*(?:t\.\s|br\s|rgds\s)?[A-ZÀ-Þa-z][\w'’-]{0,14}\.?(?:\s[A-ZÀ-Þ][\w'’-]{0,14}\.?)?\s*$"
)
_POSTSCRIPT: Final = re.compile(r"(?i)\W{0,3}p\.?\s?s\b")
_LONGEST: Final = 200
"""Characters beyond which a line is prose, not a part of a signature."""
_LONG_SIGNATURE: Final = 12
"""Lines of text below "-- " that are no signature any more."""
_DEEPEST: Final = 40
"""Paragraphs at the end among which signatures and footers are looked for."""


def without_footers(text: str) -> str:
    """The text without a delimited signature, device lines, legal paragraphs and blocks of contact details.

    Closing words and the name below them stay, and so do a postscript and any real sentence. Nothing is cut where
    only a signature would be left: the first paragraph always stays.
    """
    lines = _without_delimited(text.split("\n"))
    lines = [line for line in lines if not _is_device(line)] if len(lines) > 1 else lines
    paragraphs = _paragraphs(lines)
    end = _before_legal(lines, paragraphs)
    paragraphs = [each for each in paragraphs if each[0] < end]
    while len(paragraphs) > 1 and _is_card(lines[slice(*paragraphs[-1])]):
        end = paragraphs.pop()[0]
        if _CLOSING.match(lines[end]):
            end += 2
            break
    return "\n".join(lines[:end]).strip() or text.strip()


def without_signature(text: str) -> str:
    """The text up to its closing words; a postscript and any real sentence below them stay."""
    lines = text.split("\n")
    count = len(lines)
    for index in range(max(1, count - 16), count):
        if len(lines[index]) < 80 and _CLOSING.match(lines[index]):
            rest = [line for line in lines[index + 1 :] if line.strip()]
            if len(rest) <= 10 and not any(_says(line) for line in rest):
                return "\n".join(lines[:index]).strip() or text.strip()
    paragraphs = _paragraphs(lines)
    end = count
    while len(paragraphs) > 1 and _is_block(lines[slice(*paragraphs[-1])]):
        end = paragraphs.pop()[0]
    return "\n".join(lines[:end]).strip() or text.strip()


def _without_delimited(lines: list[str]) -> list[str]:
    """Cut at "-- " where what follows is short, or at another line of signs where it says nothing."""
    delimiters = [n for n, line in enumerate(lines) if len(line) < 80 and _DELIMITER.match(line)]
    if not delimiters:
        return lines
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    said = next((n for n in range(len(lines) - 1, -1, -1) if _says(lines[n])), -1)
    written = [n for n, line in enumerate(lines) if line.strip()]
    short = written[-_LONG_SIGNATURE - 1] if len(written) > _LONG_SIGNATURE else -1
    for index in delimiters:
        if first < index and (index > said or (lines[index].rstrip() == "--" and index >= short)):
            return lines[:index] + [part for part in lines[index + 1 :] if _POSTSCRIPT.match(part)]
    return lines


def _before_legal(lines: list[str], paragraphs: list[tuple[int, int]]) -> int:
    """The line at which legal paragraphs at the end begin."""
    end = len(lines)
    for start, stop in reversed(paragraphs[1:]):
        first = next((n for n in range(start, stop) if _is_footer(lines[n])), None)
        if first is None:
            break
        end = first
        if first > start:
            break
    return end


def _is_card(paragraph: list[str]) -> bool:
    """A name, title, address and number: contact details, and no word of the letter itself."""
    return len(paragraph) > 1 and any(_CONTACT.search(line[:_LONGEST]) for line in paragraph) and _is_block(paragraph)


def _is_block(paragraph: list[str]) -> bool:
    """Whether the paragraph is a name, a title, an address: nothing that says something."""
    if len(paragraph) > 9 or any(_POSTSCRIPT.match(line) or len(line) > _LONGEST for line in paragraph):
        return False
    first, *rest = paragraph
    if _NAME.match(first) or (not rest and _SHORT_NAME.match(first)) or _CLOSING.match(first):
        return not any(_says(line) for line in rest)
    return all(_is_detail(line) for line in paragraph)


def _is_detail(line: str) -> bool:
    if _says(line):
        return False
    return bool(_CONTACT.search(line) or _PROMOTION.match(line) or ("," in line and _TITLE.search(line)))


def _is_footer(line: str) -> bool:
    head = line[:_LONGEST]
    return bool(_LEGAL.match(head) or _PROMOTION.match(head))


def _is_device(line: str) -> bool:
    return len(line) < 100 and _DEVICE.match(line) is not None


def _says(line: str) -> bool:
    """Whether the line is a sentence rather than a part of a signature."""
    bare = line.strip()
    if not bare.endswith((".", "?", "!")) or len(bare.split(None, 3)) < 3:
        return _POSTSCRIPT.match(bare) is not None
    return not (_is_footer(bare) or _is_device(bare)) and not (len(bare) < 70 and _CONTACT.search(bare))


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Ranges of lines between blank ones: the first paragraph and the last ones."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            start = index if start is None else start
        elif start is not None:
            found.append((start, index))
            start = None
    return found if len(found) <= _DEEPEST else [found[0], *found[-_DEEPEST:]]
