"""Letters as bytes (RFC 5322, RFC 2045), the same for the same letter: nothing in them is random."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import format_datetime
from typing import Final

from assistant.sample.meetings import calendar
from assistant.sample.quoting import Body, document
from assistant.sample.script import Answer, Letter, Person

_POLICY: Final = default.clone(linesep="\n", cte_type="8bit", max_line_length=96)
_PROGRAMS: Final = {
    "apple": ("X-Mailer", "Apple Mail (2.3826.400.131.1.6)"),
    "iphone": ("X-Mailer", "iPhone Mail (22F76)"),
    "outlook": ("X-Mailer", "Microsoft Outlook 16.0"),
    "outlook-us": ("X-Mailer", "Microsoft Outlook 16.0"),
    "outlook-de": ("X-Mailer", "Microsoft Outlook 16.0"),
    "thunderbird": ("User-Agent", "Mozilla Thunderbird"),
    "thunderbird-de": ("User-Agent", "Mozilla Thunderbird"),
}
_FILES: Final = {
    "pdf": (
        "application",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n",
    ),
    "csv": ("text", b"item;place;quantity;at\n40118;07-03-2;2;06:14\n40225;07-03-4;1;06:15\n"),
}


def message_id(letter: Letter) -> str:
    """Its Message-ID without the angle brackets, in the manner of the program that sent it."""
    mark = _mark(letter)
    domain = letter.sender.domain
    if letter.client == "gmail":
        return f"CA+{mark[:30]}@mail.{domain}"
    if letter.client.startswith("outlook"):
        return f"{mark[:32].upper()}@{mark[32:36].upper()}.{domain}"
    return f"{mark[:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:32]}@{domain}"


def references(letter: Letter) -> tuple[str, ...]:
    """The Message-IDs of the letters above it, the oldest first."""
    return () if letter.parent is None else (*references(letter.parent), message_id(letter.parent))


def encode(letter: Letter, content: Body) -> bytes:
    """The letter as it lies in the mailbox."""
    message = EmailMessage(policy=_POLICY)
    for name, value in _envelope(letter):
        message[name] = value
    if letter.bounce_of is not None:
        _report(message, letter, letter.bounce_of)
    else:
        _content(message, letter, content)
    _boundaries(message, _mark(letter))
    return message.as_bytes()


def _mark(letter: Letter) -> str:
    return hashlib.sha256(f"{letter.key} {letter.sent.isoformat()}".encode()).hexdigest()


def _envelope(letter: Letter) -> list[tuple[str, object]]:
    fields: list[tuple[str, object]] = []
    if letter.sender.domain != "tallwood.example":
        host = f"mail.{letter.sender.domain}"
        number = int(_mark(letter)[:2], 16)
        hop = f"from {host} ({host} [192.0.2.{number}]) by mx.tallwood.example with ESMTPS"
        returned = "<>" if letter.bounce_of else f"<{letter.sender.email}>"
        fields.append(("Return-Path", returned))
        fields.append(("Received", f"{hop}; {format_datetime(letter.sent)}"))
    fields.append(("From", [_address(letter.sender)]))
    fields.append(("To", [_address(person) for person in letter.to]))
    if letter.cc:
        fields.append(("Cc", [_address(person) for person in letter.cc]))
    fields += [
        ("Subject", letter.subject),
        ("Date", format_datetime(letter.sent)),
        ("Message-ID", f"<{message_id(letter)}>"),
    ]
    if letter.parent is not None:
        fields.append(("In-Reply-To", f"<{message_id(letter.parent)}>"))
        fields.append(("References", " ".join(f"<{ref}>" for ref in references(letter))))
    if letter.client in _PROGRAMS:
        fields.append(_PROGRAMS[letter.client])
    return [*fields, *letter.headers]


def _content(message: EmailMessage, letter: Letter, content: Body) -> None:
    html = document(content.html)
    if letter.html == "only":
        message.set_content(html, subtype="html", cte="quoted-printable")
    else:
        _text(message, letter, content.text)
    if letter.html == "both":
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    if letter.meeting is not None:
        reply = letter.method == "REPLY"
        answer = Answer(letter.sender, letter.partstat) if reply else None
        part = calendar(letter.meeting, method=letter.method, answer=answer)
        message.add_alternative(part, subtype="calendar", params={"method": letter.method})
    for name in letter.attach:
        ending = name.rpartition(".")[2]
        kind, content_bytes = _FILES[ending]
        message.add_attachment(content_bytes, maintype=kind, subtype=ending, filename=name)


def _text(message: EmailMessage, letter: Letter, text: str) -> None:
    """Outlook writes its own code page where that suffices, everybody else UTF-8."""
    western = letter.client.startswith("outlook") and _fits(text)
    charset = "windows-1252" if western else "utf-8"
    message.set_content(f"{text}\n", charset=charset, cte="quoted-printable" if western else None)


def _fits(text: str) -> bool:
    try:
        text.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True


def _report(message: EmailMessage, letter: Letter, failed: Letter) -> None:
    """A delivery report (RFC 3464): the words, the status, and the header of what could not be delivered."""
    words, status, header = MIMEPart(policy=_POLICY), MIMEPart(policy=_POLICY), MIMEPart(policy=_POLICY)
    words.set_content(f"{letter.body}\n")
    status["Content-Type"] = "message/delivery-status"
    fields = EmailMessage(policy=_POLICY)
    fields["Reporting-MTA"] = f"dns; {letter.sender.domain}"
    recipient = EmailMessage(policy=_POLICY)
    recipient["Final-Recipient"] = f"rfc822; {failed.to[0].email}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown"
    status.set_payload([fields, recipient])
    header["Content-Type"] = "text/rfc822-headers"
    sent = EmailMessage(policy=_POLICY)
    for name, value in _envelope(failed):
        sent[name] = value
    header.set_payload(sent.as_string())
    message["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    message["MIME-Version"] = "1.0"
    message.set_payload([words, status, header])


def _boundaries(message: MIMEPart, mark: str) -> None:
    if message.get_content_maintype() == "multipart":
        message.set_boundary(f"_{mark[:24]}_")
        for number, part in enumerate(message.iter_parts()):
            _boundaries(part, f"{number}{mark}")


def _address(person: Person) -> Address:
    return Address(display_name=person.name or "", addr_spec=person.email)
