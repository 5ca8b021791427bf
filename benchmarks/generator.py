"""A made-up Maildir with the sizes and shapes of real mail: threads, quotes, HTML, attachments, newsletters; seeded."""

import base64
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

_NOUNS: Final = (
    "crane",
    "dock",
    "pallet",
    "ledger",
    "invoice",
    "rota",
    "gate",
    "audit",
    "pilot",
    "contract",
    "label",
    "route",
    "shift",
)
_VERBS: Final = (
    "moves",
    "checks",
    "delays",
    "confirms",
    "counts",
    "replaces",
    "reviews",
    "signs",
    "books",
    "tests",
    "prints",
)
_ENDS: Final = ("before noon", "on Thursday", "for the second bay", "as agreed", "in the new hall", "by hand")
_NAMES: Final = ("ines", "joerg", "amara", "tomas", "li", "petra", "omar", "noor", "eva", "hugo", "sara", "milan")
_NEWSLETTER: Final = (
    "List-Id: News <news.bench.example>",
    "List-Unsubscribe: <mailto:off@bench.example>",
    "Precedence: bulk",
)
_CHARSETS: Final = ("utf-8", "iso-8859-1", "windows-1252")
_ME: Final = "mara.lindqvist@tallwood.example"
_END: Final = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Written:
    """What the generator made."""

    messages: int
    size: int


def write_maildir(root: Path, count: int, *, seed: int = 1) -> Written:
    """`count` messages in INBOX and Sent. Mean 8 to 9 kB, median 6 to 7 kB, the ninth decile about 16 kB."""
    for part in ("cur", "new", "tmp"):
        (root / part).mkdir(parents=True)
        (root / ".Sent" / part).mkdir(parents=True)
    size = 0
    for number, (raw, ours) in enumerate(messages(count, seed=seed)):
        folder = root / ".Sent" / "cur" if ours else root / "cur"
        (folder / f"{1700000000 + number}.M{number}P1.bench,S={len(raw)}:2,S").write_bytes(raw)
        size += len(raw)
    return Written(count, size)


def messages(count: int, *, seed: int) -> Iterator[tuple[bytes, bool]]:
    """Whole messages in threads, each with whether it's ours."""
    luck = random.Random(seed)
    pool = [_sentence(luck) for _ in range(6000)]
    made = 0
    while made < count:
        length = min(15, 1 + int(luck.expovariate(1 / 2.6)), count - made)
        other = f"{luck.choice(_NAMES)}.{luck.randrange(400)}@{luck.choice(_NOUNS)}{luck.randrange(300)}.example"
        subject = " ".join(luck.sample(_NOUNS, 3)).capitalize()
        start = _END - timedelta(minutes=luck.randrange(60 * 24 * 360))
        newsletter = length == 1 and luck.random() < 0.35
        ids: list[str] = []
        before = ""
        for turn in range(length):
            ours = not newsletter and turn % 2 == 1
            text = "\n\n".join(" ".join(luck.choices(pool, k=luck.randint(2, 6))) for _ in range(luck.randint(1, 5)))
            whole = text + (_quoted(luck, before, other) if before and luck.random() < 0.93 else "")
            when = start + timedelta(hours=7 * turn)
            message_id = f"{made}.{seed}@bench.example"
            sender, recipient = (_ME, other) if ours else (other, _ME)
            fields = [
                f"From: {sender.partition('.')[0].capitalize()} <{sender}>",
                f"To: <{recipient}>",
                f"Subject: {'Re: ' if ids else ''}{subject}",
                f"Date: {format_datetime(when)}",
                f"Message-ID: <{message_id}>",
                *_thread(ids),
                *(_NEWSLETTER if newsletter else ()),
            ]
            yield _head(luck, sender, when, fields) + _body(luck, whole), ours
            ids.append(message_id)
            before = (text + "\n" + before)[:9000]
            made += 1


def _thread(ids: list[str]) -> list[str]:
    return [f"In-Reply-To: <{ids[-1]}>", "References: " + "\r\n ".join(f"<{one}>" for one in ids)] if ids else []


def _sentence(luck: random.Random) -> str:
    words = [luck.choice(_NOUNS), luck.choice(_VERBS), "the", luck.choice(_NOUNS), luck.choice(_ENDS)]
    extra = luck.choices(_NOUNS, k=luck.randint(0, 6))
    return f"The {' '.join(words)} {'and the '.join(f'{word} ' for word in extra)}für alle.".replace("  ", " ")


def _quoted(luck: random.Random, before: str, other: str) -> str:
    lines = [line for text in before.split("\n") for line in _wrapped(text)][: luck.randint(20, 120)]
    if luck.random() < 0.6:
        return f"\n\nOn Mon, 2 Nov 2026 at 09:00, {other} wrote:\n" + "\n".join(f"> {line}" for line in lines)
    block = f"From: {other}\nSent: Monday, November 2, 2026 9:00 AM\nTo: {_ME}\nSubject: RE: it"
    return f"\n\n________________________________\n{block}\n\n" + "\n".join(lines)


def _wrapped(text: str, width: int = 72) -> Iterator[str]:
    for start in range(0, len(text), width):
        yield text[start : start + width]


def _head(luck: random.Random, sender: str, when: datetime, fields: list[str]) -> bytes:
    """The header with what servers add to it: most of its bytes."""
    received = [
        f"Received: from mx{hop}.relay.example (mx{hop}.relay.example [192.0.2.{hop}])\r\n\tby in{hop}.bench.example"
        f" with ESMTPS id {luck.randbytes(6).hex()};\r\n\t{format_datetime(when)}"
        for hop in range(luck.randint(3, 6))
    ]
    signed = [
        f"{name}: v=1; a=rsa-sha256; d=bench.example; s=s1;\r\n\tb="
        + "\r\n\t".join(_wrapped(base64.b64encode(luck.randbytes(192)).decode(), 70))
        for name in ("DKIM-Signature", "ARC-Seal")
    ]
    lines = [f"Return-Path: <{sender}>", *received, *signed, *fields, "MIME-Version: 1.0", ""]
    return "\r\n".join(lines).encode()


def _body(luck: random.Random, text: str) -> bytes:
    plain = _part(luck, "plain", text)
    rich = _part(
        luck, "html", "<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</body></html>"
    )
    kind = luck.random()
    whole = plain if kind < 0.2 else rich if kind < 0.3 else _multipart("alternative", [plain, rich])
    extra: list[bytes] = []
    if luck.random() < 0.07:
        size = min(120_000, int(luck.lognormvariate(9.3, 0.8)))
        content = base64.encodebytes(luck.randbytes(size)).replace(b"\n", b"\r\n")
        extra.append(
            b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n" + content
        )
    if luck.random() < 0.04:
        extra.append(b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    return _multipart("mixed", [whole, *extra]) if extra else whole


def _part(luck: random.Random, kind: str, text: str) -> bytes:
    charset = luck.choice(_CHARSETS)
    raw = text.encode(charset, errors="replace")
    encoding = luck.choice(("8bit", "quoted-printable", "base64"))
    if encoding == "quoted-printable":
        raw = quopri.encodestring(raw)
    elif encoding == "base64":
        raw = base64.encodebytes(raw)
    fields = f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return fields.encode() + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    edge = f"=_{kind}_{len(parts[0])}"
    joined = b"".join(f"\r\n--{edge}\r\n".encode() + part for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{edge}"\r\n\r\n'.encode() + joined + f"\r\n--{edge}--\r\n".encode()
    )
