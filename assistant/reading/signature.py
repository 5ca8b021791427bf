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
    r"prices (?:f\.o\.b|ex works|are)\b.{0,40}$|registered (?:office|in|charity)|company (?:no|number|reg)\b|"
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
_SENTENCE: Final = re.compile(r"(?i)[a-z]{2,}\s+\S+\s+\S+.*[.?!]\s*$|^\W*p\.?\s?s\b")


def without_signature(text: str) -> str:
    """The text up to its closing words; a postscript and any real sentence below them stay.

    Nothing is cut where only a signature would be left: the first paragraph always stays.
    """
    lines = text.split("\n")
    lines = _without_delimited(lines)
    lines = [line for line in lines if not _DEVICE.match(line)] if len(lines) > 1 else lines
    lines = _without_footers(lines)
    lines = _without_block(lines)
    return "\n".join(lines).strip() or text.strip()


def _without_delimited(lines: list[str]) -> list[str]:
    """Cut at "-- " where what follows is short or says nothing."""
    for index, line in enumerate(lines):
        if index and _DELIMITER.match(line) and any(part.strip() for part in lines[:index]):
            rest = [part for part in lines[index + 1 :] if part.strip()]
            if line.rstrip("\n") in ("-- ", "--") or not any(_says(part) for part in rest):
                postscript = [part for part in rest if re.match(r"(?i)\W*p\.?\s?s\b", part)]
                return lines[:index] + postscript
    return lines


def _without_footers(lines: list[str]) -> list[str]:
    """Drop legal paragraphs from the end."""
    paragraphs = _paragraphs(lines)
    while len(paragraphs) > 1 and any(
        _LEGAL.match(lines[n]) or _PROMOTION.match(lines[n]) for n in range(*paragraphs[-1])
    ):
        start, end = paragraphs[-1]
        first = next(n for n in range(start, end) if _LEGAL.match(lines[n]) or _PROMOTION.match(lines[n]))
        lines = lines[:first]
        if first > start:
            break
        paragraphs = paragraphs[:-1]
    return lines


def _without_block(lines: list[str]) -> list[str]:
    """Drop the closing words' name block, or a last paragraph that is a name and its titles."""
    count = len(lines)
    for index in range(max(1, count - 16), count):
        if _CLOSING.match(lines[index]):
            rest = [line for line in lines[index + 1 :] if line.strip()]
            if len(rest) <= 10 and not any(_says(line) for line in rest):
                return lines[:index]
    paragraphs = _paragraphs(lines)
    while len(paragraphs) > 1 and _is_block([lines[n] for n in range(*paragraphs[-1])]):
        lines = lines[: paragraphs[-1][0]]
        paragraphs = paragraphs[:-1]
    return lines


def _is_block(paragraph: list[str]) -> bool:
    """Whether the paragraph is a name, a title, an address: nothing that says something."""
    if len(paragraph) > 9 or any(re.match(r"(?i)\W*p\.?\s?s\b", line) for line in paragraph):
        return False
    first, *rest = paragraph
    if _NAME.match(first) or (not rest and _SHORT_NAME.match(first)) or _CLOSING.match(first):
        return not any(_says(line) for line in rest)
    return all(_is_detail(line) for line in paragraph)


def _is_detail(line: str) -> bool:
    if _says(line):
        return False
    return bool(_CONTACT.search(line) or _PROMOTION.match(line) or (_TITLE.search(line) and "," in line))


def _says(line: str) -> bool:
    """Whether the line is a sentence rather than a part of a signature."""
    bare = line.strip()
    if _LEGAL.match(bare) or _PROMOTION.match(bare) or _DEVICE.match(bare):
        return False
    return bool(_SENTENCE.search(bare)) and not (_CONTACT.search(bare) and len(bare) < 70)


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Ranges of lines between blank ones."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            start = index if start is None else start
        elif start is not None:
            found.append((start, index))
            start = None
    return found
