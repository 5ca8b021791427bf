"""The mail of a deal: each letter once, however many copies of it came, and when it was written."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from assistant.domain.deal import Deal, Side, Us
from assistant.domain.mail import FolderRole, Message
from assistant.domain.reading import MirroredMessage, Reading

CLOCK_SKEW: Final = timedelta(days=1)
"""A message dated further ahead than this was dated by a wrong clock."""

_TELLING: Final = 40
"""Characters with which no two people begin a mail alike."""

Mail = tuple[MirroredMessage, Reading | None]


def once(messages: Iterable[Mail], us: Us) -> list[Mail]:
    """Each message one time, by key, although it lies in several folders or came back through a list or group."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for mirrored, reading in sorted(messages, key=lambda pair: pair[0].key):
        message = mirrored.message
        by_id = (message.message_id, message.text)
        by_content = (message.sender, message.date, message.subject, message.text)
        if by_id in seen or (message.date is not None and by_content in seen):
            continue
        seen |= {by_id, by_content}
        kept.append((mirrored, reading))
    return _without_echoes(kept, us)


def instants(mail: Sequence[MirroredMessage], deal: Deal, now: datetime) -> dict[int, datetime]:
    """When each message was written, by key: an impossible date is now, a missing one just after what it answers."""
    dated = {m.key: min(m.message.date, now) for m in mail if m.message.date and m.message.date > now + CLOCK_SKEW}
    dated |= {m.key: m.message.date for m in mail if m.message.date and m.key not in dated}
    by_id = {m.message.message_id: m for m in mail}
    for mirrored in mail:
        if mirrored.key in dated:
            continue
        answered = [by_id[ref].key for ref in refs(mirrored.message) if ref in by_id]
        before = [m.key for m in mail if m.thread == mirrored.thread and m.key < mirrored.key]
        known = [dated[key] for key in (answered or before) if key in dated]
        dated[mirrored.key] = max(known, default=min(deal.created, now))
    return dated


def refs(message: Message) -> tuple[str, ...]:
    """The Message-IDs that the message names."""
    return (*message.in_reply_to, *message.references)


def left_from_here(message: Message) -> bool:
    """Whether the rep's own program put it there; what came in under the rep's name may be anybody's words."""
    return message.role is FolderRole.SENT or message.header("received") is None


def _without_echoes(mail: Sequence[Mail], us: Us) -> list[Mail]:
    """Without our own mails that came back under the address of a list or group, perhaps with its footer."""
    ours: dict[str, list[Message]] = {}
    for mirrored, _ in mail:
        if us.side_of(mirrored.message.sender) is Side.US and (start := _beginning(mirrored.message)):
            ours.setdefault(start, []).append(mirrored.message)

    def is_echo(message: Message) -> bool:
        if us.side_of(message.sender) is Side.US:
            return False
        said = ours.get(_beginning(message) or "", ())
        return any(_near(message, own) and _words(message).startswith(_words(own)) for own in said)

    return [(mirrored, reading) for mirrored, reading in mail if not is_echo(mirrored.message)]


def _beginning(message: Message) -> str | None:
    """How the mail begins, white space folded; None for the short ones, which anybody may have written."""
    start = " ".join(message.text[: 4 * _TELLING].split())[:_TELLING]
    return start if len(start) == _TELLING else None


def _words(message: Message) -> str:
    return " ".join(message.text.split())


def _near(one: Message, other: Message) -> bool:
    return one.date is not None and other.date is not None and abs(one.date - other.date) <= CLOCK_SKEW
