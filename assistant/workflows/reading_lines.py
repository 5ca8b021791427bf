"""Messages as JSON lines, and their readings as JSON lines: for measuring, and for other programs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any, Final

from assistant.domain.deal import Side
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import AutomaticKind, Commitment, Days, Intent, NextStep, Reading, SaidDate, Span
from assistant.errors import InputError
from assistant.reading import automatic, read

_ABSENT: Final = frozenset({AutomaticKind.OUT_OF_OFFICE, AutomaticKind.LEFT_COMPANY})
_UNDELIVERED: Final = frozenset({AutomaticKind.BOUNCE, AutomaticKind.DELAY})
_SIDES: Final = {"us": Side.US, "them": Side.THEM}
_NOON: Final = time(12)


def readings(lines: Iterable[str], name: str, zone: tzinfo) -> Iterator[dict[str, Any]]:
    """The reading of each line, as values for JSON; a line that can't be read gives its `error`, and the rest goes on.

    A line has `id` and `text`; optional are `direction` ("us" or "them"), `sent_date` (a day or an instant, ISO
    8601), `subject` and `headers` (a table of names and values). Without a direction it is read both ways.
    `name` is where the lines come from, for the errors.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row: Mapping[str, Any] = {}
        try:
            row = _row(line)
            yield _answer(row, zone)
        except InputError as error:
            yield {"id": row.get("id"), "error": f"{name}, line {number}: {error.fact} {error.cure}"}


def message_of(row: Mapping[str, Any], zone: tzinfo) -> Message:
    """The message that a line describes. Raises `InputError`."""
    text = row.get("text")
    if not isinstance(text, str):
        raise InputError("It has no text.", 'Give it as "text": "…".')
    headers = _headers(row.get("headers"))
    subject = row.get("subject")
    name = str(row.get("id", ""))
    return Message(
        account="",
        folder="",
        remote_id=name,
        role=FolderRole.OTHER,
        message_id=name,
        date=_moment(row.get("sent_date"), zone),
        sender=_sender(headers),
        subject=subject if isinstance(subject, str) else dict(headers).get("subject", ""),
        text=text,
        headers=headers,
        opaque=not text.strip(),
    )


def _row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"It isn't JSON ({error}).", "Write one object a line.") from error
    if not isinstance(row, dict):
        raise InputError("It isn't a JSON object.", 'Write one a line: {"id": "1", "text": "…"}.')
    return row


def _moment(value: object, zone: tzinfo) -> datetime | None:
    """When it was sent; a day alone is its noon."""
    if value in (None, ""):
        return None
    try:
        day = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"Its sent_date {value!r} is no day.", "Write it like 2026-03-02.") from error
    if len(str(value)) <= len("2026-03-02"):
        day = datetime.combine(day.date(), _NOON)
    return day if day.tzinfo else day.replace(tzinfo=zone)


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    """Name and value of each field, the names lower-cased."""
    if value is None:
        return ()
    if isinstance(value, dict):
        pairs = [(name, each) for name, held in value.items() for each in (held if isinstance(held, list) else [held])]
    elif isinstance(value, list) and all(isinstance(each, list) and len(each) == 2 for each in value):
        pairs = [(name, each) for name, each in value]
    else:
        raise InputError("Its headers aren't a table.", 'Write them as {"Auto-Submitted": "auto-replied"}.')
    return tuple((str(name).lower(), str(each)) for name, each in pairs)


def _sender(headers: Iterable[tuple[str, str]]) -> Address | None:
    from email.utils import parseaddr

    name, email = parseaddr(dict(headers).get("from", ""))
    return Address(email.lower(), name or None) if email else None


def _answer(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    message = message_of(row, zone)
    direction = row.get("direction")
    if direction is not None and direction not in _SIDES:
        raise InputError(f"Its direction is {direction!r}.", 'Write "us" or "them".')
    robot = automatic(message, zone)
    sides = (_SIDES[direction],) if direction else (Side.THEM, Side.US)
    answer: dict[str, Any] = {"id": row.get("id")}
    for side in reversed(sides):
        told = read(message, side, automatic=robot if side is Side.THEM else None, zone=zone)
        answer |= _of_ours(told) if side is Side.US else _of_theirs(told)
    return answer


def _of_ours(told: Reading) -> dict[str, Any]:
    evidence = {"kind": _span(told.kind_evidence)} if told.kind_evidence else {}
    return {
        "move": None if told.kind is None else "purposeful" if told.kind.purposeful else "passive",
        "kind": told.kind,
        "next_step": _step(told.next_step),
        **_of_any(told, evidence | ({"finished": _span(told.finished)} if told.finished else {})),
    }


def _of_theirs(told: Reading) -> dict[str, Any]:
    robot = told.automatic
    said = (told.guess,) if told.guess else told.intents
    intents = [found.intent for found in said]
    if robot and robot.kind in _ABSENT | _UNDELIVERED:
        intents = [Intent.OUT_OF_OFFICE if robot.kind in _ABSENT else Intent.BOUNCE]
    back = next((each.days.start for each in told.dates if each.role == "return_date"), None)
    evidence = {found.intent.value: _span(found.evidence) for found in said}
    if robot:
        evidence = {intent.value: _span(robot.evidence) for intent in intents}
    return {
        "intents": intents,
        "decision_date": _last_day(told.decision),
        "decision_range": _days(told.decision.days) if told.decision else None,
        "resume_date": _last_day(told.resume_on)
        if told.resume_on and told.resume_on.days.start == told.resume_on.days.last
        else None,
        "away_until": (robot.away_until if robot and robot.away_until else back),
        "automatic": robot.kind if robot else None,
        **_of_any(told, evidence),
    }


def _of_any(told: Reading, evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "commitments": [_commitment(each) for each in told.commitments],
        "dates": [_date(each) for each in told.dates],
        "evidence": evidence,
        "language": told.language,
        "certain": told.certain,
        "reason": told.reason,
    }


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text, "rule": span.rule}


def _days(days: Days) -> list[date]:
    return [days.start, days.last]


def _last_day(said: SaidDate | None) -> date | None:
    return said.days.last if said else None


def _date(said: SaidDate) -> dict[str, Any]:
    return {
        "date": said.days.last,
        "range": _days(said.days),
        "role": said.role,
        "whose": said.whose,
        "certain": said.certain,
        "evidence": _span(said.evidence),
    }


def _step(step: NextStep | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {"what": step.what, "who": step.who, "when": _days(step.when), "evidence": _span(step.evidence)}


def _commitment(promise: Commitment) -> dict[str, Any]:
    return {
        "by": promise.by,
        "what": promise.what,
        "due": _days(promise.due) if promise.due else None,
        "evidence": _span(promise.evidence),
    }
