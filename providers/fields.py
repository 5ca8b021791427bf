"""Header fields of a message (RFC 5322), read from the bytes as they stand: values, words, ids and dates.

Nothing here raises on broken input: what can't be read is left out, or kept as it is written.
"""

import binascii
import quopri
import re
from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

Fields = dict[str, list[str]]
"""Lower-cased field names in order of first appearance, each with all its values, unfolded."""

_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)")
_WELL_FORMED: Final = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z))+\Z")
_KNOWN: Final = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|mime-version|content-[a-z-]+|return-path|reply-to|sender"
    rb"|in-reply-to|references)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_WORD: Final = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?\n]*)\?=")
_WORD_GAP: Final = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_ID: Final = re.compile(r"<([^<>]*)>")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE: Final = re.compile(
    rf"\s*(?:[a-z]{{3}},\s*)?(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})"
    r"\s+(\d\d):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)([0-5]\d)\s*(?:\(.*\))?\s*$",
    re.IGNORECASE,
)
_UNZONED: Final = re.compile(r"\d:\d\d\s*(?:\(.*\))?\s*\Z")
_YEARS: Final = range(1971, 2100)
_WIDEST_OFFSET: Final = 15 * 3600
_WESTERN: Final = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"})
"""Charsets that programs name out of habit. Prose in them is never UTF-8 by chance."""
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
}
"""Charsets that stand on mail which really uses the larger one around them."""
_MOST_IDS: Final = 200
_LONGEST_HEADER: Final = 1_000_000
_LONGEST_FIELD: Final = 200_000
_LONGEST_DATE: Final = 500


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The header with LF line ends, and the body as it stands. The first line "From …" of an mbox is dropped.

    Where the empty line between them is missing, the body begins at the first line that can't be a field,
    unless known fields come after it: then that line is the damage, and is left out.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # line ends of the first Macintosh
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.lstrip(b"\r\n")
    head, gap, body = _parted(raw)
    if b"\r" in head or b"\0" in head:
        head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"")
    if _WELL_FORMED.match(head):
        return head, body
    lines = head.split(b"\n")
    kept: list[bytes] = []
    last = max((n for n, line in enumerate(lines) if _KNOWN.match(line)), default=-1)
    for n, line in enumerate(lines):
        if _FIELD.match(line) or (line[:1] in (b" ", b"\t") and kept):
            kept.append(line)
        elif line and n > last:
            return b"\n".join(kept), b"\n".join(lines[n:]) + gap + body
    return b"\n".join(kept), body


def _parted(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """At the first empty line, whatever its line ends."""
    end, gap = min(len(raw), _LONGEST_HEADER), b""
    for line_ends in (b"\r\n\r\n", b"\n\n", b"\n\r\n"):
        at = raw.find(line_ends, 0, end)
        if at >= 0:
            end, gap = at, line_ends
    return (raw[:end], gap, raw[end + len(gap) :]) if gap else (raw, b"", b"")


def parse(head: bytes, wanted: Container[str]) -> Fields:
    """The wanted fields of a header with LF line ends; 8-bit values are UTF-8, or else Windows-1252. Of a field without
    end the beginning is read.

    Of Received only the first counts, which the last server wrote: there are many, and they are long.
    """
    fields: Fields = {}
    for written, raw in _FIELD.findall(head):
        name = _name(written)
        if name not in wanted:
            continue
        values = fields.get(name)
        if values is None:
            values = fields[name] = []
        elif name == "received":
            continue
        text = decode_8bit(raw[:_LONGEST_FIELD].strip())
        values.append(" ".join(line.strip(" \t") for line in text.split("\n")) if "\n" in text else text)
    return fields


@lru_cache(maxsize=4096)
def _name(written: bytes) -> str:
    return written.decode("ascii").lower()


def decode_8bit(raw: bytes) -> str:
    """Text in an unnamed charset: UTF-8 where it is that, else Windows-1252, where nearly every byte has a meaning."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def decode(raw: bytes, charset: str) -> str:
    """Text in a named charset; an unknown name, or one that hides UTF-8, is treated as no name."""
    if charset.lower() in _WESTERN and not raw.isascii():
        return decode_8bit(raw)
    try:
        return raw.decode(_WIDER.get(charset.lower(), charset) or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return decode_8bit(raw)


def words(value: str) -> str:
    """The value with its encoded words (RFC 2047) decoded, white space folded, control characters gone."""
    if "=?" in value:
        value = _decode_words(_WORD_GAP.sub("", value))
    return " ".join((value if value.isprintable() else _CONTROL.sub(" ", value)).split())


def _decode_words(value: str) -> str:
    """Neighbouring words of one charset are decoded as one, since a character may be cut between them."""
    out: list[str] = []
    pending, charset, last = b"", "", 0
    for found in _WORD.finditer(value):
        if found.start() != last or found[1].lower() != charset:
            out += [decode(pending, charset), value[last : found.start()]]
            pending, charset = b"", found[1].lower()
        pending += _word_bytes(found[2], found[3])
        last = found.end()
    return "".join([*out, decode(pending, charset), value[last:]])


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", errors="replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw


def ids(values: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs in these values, without angle brackets, each once, in order; at most the last 200."""
    found: dict[str, None] = {}
    for value in values:
        bracketed = [
            part if part.isprintable() and " " not in part else "".join(part.split()) for part in _ID.findall(value)
        ]
        plain = [] if bracketed else [part for part in value.split() if "@" in part]
        found.update(dict.fromkeys(part for part in (*bracketed, *plain) if part))
    return tuple(found)[-_MOST_IDS:]


def date(value: str, zone: tzinfo) -> datetime | None:
    """The Date field as an aware instant; without an offset it's the wall clock of `zone`.

    None where it can't be read or lies outside 1971 to 2099: a clock that was never set says nothing.
    """
    value = value[:_LONGEST_DATE]
    found = _DATE.match(value)
    try:
        moment = _moment(found) if found else _lenient(value, zone)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment and moment.year in _YEARS else None


def _moment(found: re.Match[str]) -> datetime:
    seconds = int(found[8]) * 3600 + int(found[9]) * 60
    return datetime(
        int(found[3]),
        _MONTHS.index(found[2].lower()) + 1,
        int(found[1]),
        int(found[4]),
        int(found[5]),
        min(int(found[6] or 0), 59),  # a leap second
        tzinfo=_offset(-seconds if found[7] == "-" else seconds),
    )


@lru_cache(maxsize=128)
def _offset(seconds: int) -> timezone:
    """The zone of an offset; one that can't be on earth is read as UTC."""
    if abs(seconds) > _WIDEST_OFFSET or seconds == 0:
        return UTC
    return timezone(timedelta(seconds=seconds))


def _lenient(value: str, zone: tzinfo) -> datetime | None:
    from email.utils import parsedate_tz

    parts = parsedate_tz(value)
    if parts is None:
        moment = datetime.fromisoformat(value.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    where = zone if _UNZONED.search(value) else _offset(parts[9] or 0)
    year, month, day, hour, minute, second = parts[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=where)
