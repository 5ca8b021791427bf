"""How a message is read: its new text line by line, each with what was found there and by which rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from assistant.config import Config
from assistant.domain.deal import Side
from assistant.domain.mail import Message
from assistant.domain.reading import Automatic, Reading, Span
from assistant.errors import NotFoundError
from assistant.reading import automatic, read
from assistant.store import Transaction


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the new text, and what was found in it: what it shows, and the rule."""

    text: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A message and how it is read."""

    message_id: str
    subject: str
    sent: str
    reading: Reading
    lines: tuple[Line, ...]
    problems: tuple[str, ...]


def explain(message: Message, side: Side, zone: tzinfo) -> Explained:
    """Read the message as the run would, and lay the findings beside its lines."""
    return _explained(message, side, zone, automatic(message, zone))


def _explained(
    message: Message, side: Side, zone: tzinfo, robot: Automatic | None, parent: str | None = None
) -> Explained:
    told = read(message, side, parent=parent, automatic=robot, zone=zone)
    sent = message.date.isoformat() if message.date else "without a date"
    return Explained(message.message_id, message.subject, sent, told, tuple(_lines(told)), message.problems)


def explain_pulled(tx: Transaction, config: Config, message_id: str, side: Side | None) -> Explained:
    """A message of the mirror, by its Message-ID. Raises `NotFoundError`."""
    found = tx.mirror.messages(message_ids=[message_id])
    if not found:
        raise NotFoundError(
            f"There is no message {message_id!r} in the store.", "Name a file, or the Message-ID of a pulled message."
        )
    message = found[0].message
    above = tx.mirror.messages(message_ids=message.in_reply_to)
    parent = above[0].message.text if above else None
    return _explained(message, side or config.us.side_of(message.sender), config.zone, found[0].automatic, parent)


def _lines(told: Reading) -> Iterator[Line]:
    marks = list(_marks(told))
    start = 0
    for text in told.new_text.split("\n"):
        end = start + len(text)
        here = [(what, span.rule) for what, span in marks if span.start < end and span.end > start]
        yield Line(text, tuple(dict.fromkeys(here)))
        start = end + 1


def _marks(told: Reading) -> Iterator[tuple[str, Span]]:
    if told.automatic:
        yield f"automatic: {told.automatic.kind}", told.automatic.evidence
    if told.kind and told.kind_evidence:
        yield f"{'purposeful' if told.kind.purposeful else 'passive'}: {told.kind}", told.kind_evidence
    if told.next_step:
        step = told.next_step
        yield f"next step: {step.what}, {step.who}, {step.when.start}", step.evidence
    for found in told.intents:
        yield f"they: {found.intent}", found.evidence
    for promise in told.commitments:
        due = f" by {promise.due.last}" if promise.due else ""
        yield f"promise of {promise.by}: {promise.what}{due}", promise.evidence
    for said in told.dates:
        unsure = "" if said.certain else ", not certain"
        span = f"{said.days.start}" if said.days.start == said.days.last else f"{said.days.start} to {said.days.last}"
        yield f"date: {said.role}, {span}{unsure}", said.evidence
    for ask in told.asks:
        yield "asks", ask
    if told.finished:
        yield "finishes its matter", told.finished
