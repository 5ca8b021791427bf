"""The history below a message, apart by writer: who wrote each part, on which day, and its text.

Only what an attribution line or a header block says of itself is taken; whose side a writer is on is told elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.reading.days.dates import mentions
from assistant.reading.parts.history import field_of, history_at, is_quoted

_MOST_LINES: Final = 1600
_DEEPEST: Final = 30
"""Parts within parts that are read; a message that is quoted more deeply is nobody's news."""
_MARK: Final = re.compile(r"^[ \t]{0,3}[>|] ?")
_EMAIL: Final = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_WROTE: Final = re.compile(
    r"(?i)\b(?:wrote|writes|said|schrieb|schreibt|a écrit|écrit|escribió|escribe|ha scritto|schreef|escreveu)\b"
)
_FROM: Final = frozenset({"from", "von", "de", "da", "van", "fra", "från", "od", "remitente", "author"})
_SENT: Final = frozenset({"sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha", "data"})
_NAME: Final = re.compile(r"[^\W\d_](?:[\w.’'-]*[^\W_])?\.?")
_SMALL_WORDS: Final = frozenset({"van", "von", "der", "den", "de", "da", "di", "del", "dos", "la", "le"})
_NO_NAMES: Final = frozenset(
    """
    on at um am uhr le à a las los el la den der um the wrote schrieb écrit escribió via mailto cet gmt utc pm
    mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday
    mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag so sonntag
    lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche
    lunes martes mié mie miércoles jue jueves vie viernes sáb sab sábado dom domingo
    jan january feb february march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december januar februar mär märz mai juni juli okt oktober dez dezember janv janvier févr février
    mars avr avril juin juil juillet août aout septembre octobre novembre déc décembre ene enero febrero marzo abr
    abril mayo junio julio ago agosto septiembre octubre noviembre dic diciembre
    """.split()  # noqa: SIM905 - prose, not a list
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """One part of the history. `email`, `name` and `day` are None where the words above it don't say them.

    `certain` is False where the day may be another one (03/04).
    """

    email: str | None
    name: str | None
    day: date | None
    text: str
    certain: bool = True


def quoted(text: str, sent: date | None) -> tuple[Quoted, ...]:
    """The parts of the history below the new text, the latest first, as they stand there.

    `sent` is the day of the message: what it quotes was written on that day or before.
    """
    lines = text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n")[:_MOST_LINES]
    parts = _parts(lines, Quoted(None, None, None, ""), sent, 0)
    return tuple(part for part, depth in parts if depth and part.text)


def _parts(lines: list[str], writer: Quoted, sent: date | None, depth: int) -> Iterator[tuple[Quoted, int]]:
    """What this writer wrote in these lines, then what they quoted."""
    own: list[str] = []
    within: list[tuple[list[str], Quoted]] = []
    index = 0
    while index < len(lines):
        head = _head_at(lines, index)
        if head:
            nested = _writer("\n".join(lines[index : index + head]), sent)
            index += head
            quote = _quote_at(lines, index)
            if not quote:
                within.append((lines[index:], nested))
                break
            within.append((_unmarked(lines[index : index + quote]), nested))
            index += quote
        elif quote := _quote_at(lines, index):
            within.append((_unmarked(lines[index : index + quote]), Quoted(None, None, None, "")))
            index += quote
        else:
            own.append(lines[index])
            index += 1
    yield Quoted(writer.email, writer.name, writer.day, "\n".join(own).strip(), writer.certain), depth
    if depth < _DEEPEST:
        for inner, nested in within:
            yield from _parts(inner, nested, sent, depth + 1)


def _head_at(lines: list[str], index: int) -> int:
    """Lines of the introduction of history that begins here, with a header block below its mark, and blanks."""
    end = index
    while end < len(lines) and not is_quoted(lines[end]) and (length := history_at(lines, end)):
        end += length
        while end < len(lines) and not lines[end].strip():
            end += 1
    return end - index


def _quote_at(lines: list[str], index: int) -> int:
    """Lines of the run of marked lines that begins here; blanks between marked lines belong to it."""
    end = last = index
    while end < len(lines) and (is_quoted(lines[end]) or not lines[end].strip()):
        end += 1
        if is_quoted(lines[end - 1]):
            last = end
    return last - index if index < len(lines) and is_quoted(lines[index]) else 0


def _unmarked(lines: list[str]) -> list[str]:
    """The lines without one level of marks."""
    return [_MARK.sub("", line, count=1) for line in lines]


def _writer(head: str, sent: date | None) -> Quoted:
    """Who wrote it, and when, by the words above it."""
    fields = {field: line.partition(":")[2] for line in head.split("\n") if (field := field_of(line))}
    from_field = next((value for field, value in fields.items() if field in _FROM), None)
    sent_field = next((value for field, value in fields.items() if field in _SENT), None)
    joined = " ".join(head.split())
    emails = _EMAIL.findall(joined if from_field is None else from_field)
    name = _name(joined) if from_field is None else _display_name(from_field)
    day, certain = _day(sent_field if sent_field is not None else joined, sent)
    return Quoted(emails[-1].lower() if emails else None, name, day, "", certain)


def _day(text: str, sent: date | None) -> tuple[date | None, bool]:
    """The day named in the words above; a day after the message itself is none of its history."""
    if sent is None:
        return None, True
    found = [mention for mention in mentions(text, sent) if not mention.vague and mention.days.start <= sent]
    return (found[0].days.start, found[0].certain) if found else (None, True)


def _display_name(field: str) -> str | None:
    """The name in a header field; "Okafor, Ines" is Ines Okafor."""
    bare = re.split(r"[<\[(]", _EMAIL.sub("", field))[0].strip(" \t*\"'“”„,;")
    last, comma, first = bare.partition(",")
    return (f"{first.strip()} {last.strip()}" if comma else bare) or None


def _name(text: str) -> str | None:
    """The longest run of words that can be a name: no day, no month, no verb."""
    bare = _WROTE.sub(" | ", _EMAIL.sub(" | ", text))
    runs: list[list[str]] = [[]]
    for word in re.split(r"[\s<>()\[\]\"“”„]+", bare):
        core = word.strip(",;:")
        if _is_of_a_name(core, begun=bool(runs[-1])):
            runs[-1].append(core)
        if not core or word != core or not _is_of_a_name(core, begun=True):
            runs.append([])
    longest = max(runs, key=len)
    return " ".join(longest) or None


def _is_of_a_name(word: str, *, begun: bool) -> bool:
    if not _NAME.fullmatch(word) or word.rstrip(".").lower() in _NO_NAMES - (_SMALL_WORDS if begun else frozenset()):
        return False
    return word[0].isupper() or (begun and word in _SMALL_WORDS)
