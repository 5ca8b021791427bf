"""What we promised and haven't delivered."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.reading import Commitment, DateRole, MoveKind, Reading
from assistant.engine.endings import ended_at
from assistant.engine.found import Case
from assistant.engine.timeline import Move

UNDATED_DUE: Final = 1
"""Working days after which a promise of ours without a day is due: before any draft would follow up."""

FORGOTTEN_AFTER: Final = 20
"""Working days after its day at which a promise no longer decides the standing."""

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_SAYS_LITTLE: Final = frozenset(
    """
    about afternoon again along also back before check come could email everything find follow forward from give
    have here know later look mail make monday tuesday wednesday thursday friday saturday sunday more morning next
    once over please prepare provide reply send share some soon team thank thanks that them then there these they
    this today tomorrow update want week well what when will with write would your
    """.split()  # noqa: SIM905 - prose, not a list
)
_TALK: Final = re.compile(r"\b(?:call|ring|phone|meet|show|demo|walk|talk|speak|present)", re.IGNORECASE)
_OFFERS: Final = re.compile(r"\W*(?:if|in case|should you|falls|wenn|si|s['’]il)\b", re.IGNORECASE)
_DELIVERS: Final = frozenset({MoveKind.SENT_INFO, MoveKind.ANSWERED_QUESTION})


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of ours that is still open. `due` is its last day; `named` says that we named one."""

    commitment: Commitment
    move: Move
    due: date
    named: bool


def open_promises(case: Case) -> list[Promise]:
    """Our promises with no sign that we kept them, the earliest due first. What we promised before a no of theirs, or
    a not-now, is void: if they come back, nothing refers to it."""
    moves = case.timeline.moves
    ended = ended_at(case)
    found = [
        promise
        for index, move in enumerate(moves)
        for promise in (_of(move, case) if ended is None or move.at > ended else ())
        if not _settled(promise, moves[index + 1 :]) and case.days.between(promise.due, case.today) <= FORGOTTEN_AFTER
    ]
    return sorted(found, key=lambda promise: (promise.due, promise.move.at))


def kept_promises(case: Case, since: date) -> list[tuple[Promise, Move]]:
    """Our promises that a move on that day or later kept, each with it, in the order in which they were kept; not those
    that were forgotten by then."""
    moves = case.timeline.moves
    first = next((n for n, move in enumerate(moves) if case.day_of(move) >= since), len(moves))
    found: list[tuple[int, Promise]] = []
    for index, move in enumerate(moves):
        for promise in _of(move, case):
            forgotten = (since - promise.due).days > 2 * FORGOTTEN_AFTER
            if first == len(moves) or forgotten or _settled(promise, moves[index + 1 : first]):
                continue
            later = range(max(first, index + 1), len(moves))
            kept = next((n for n in later if _settled(promise, moves[n : n + 1])), None)
            if kept is not None:
                found.append((kept, promise))
    return [(promise, moves[n]) for n, promise in sorted(found, key=lambda each: (each[0], each[1].due))]


def promises_in(reading: Reading) -> list[Commitment]:
    """What a mail of ours promises to do by ourselves; to be at a meeting on its day is a next step instead.

    A farewell promises nothing, and an offer under a condition ("if you like, I'll …") without a day isn't one either.
    """
    if reading.kind is MoveKind.GRACEFUL_EXIT:
        return []
    meetings = [said.days for said in reading.dates if said.role is DateRole.MEETING]
    ours = [c for c in reading.commitments if c.by is Side.US and c.due not in meetings]
    return [c for c in ours if c.due is not None or not _OFFERS.match(c.what)]


def _of(move: Move, case: Case) -> Iterator[Promise]:
    if move.side is not Side.US or move.reading is None:
        return
    for commitment in promises_in(move.reading):
        if commitment.due is not None:
            yield Promise(commitment, move, commitment.due.last, named=True)
        else:
            yield Promise(commitment, move, case.days.add(case.day_of(move), UNDATED_DUE), named=False)


def _settled(promise: Promise, after: Sequence[Move]) -> bool:
    """Kept, in whatever thread and by whoever of us; or promised anew, and then the newer one counts."""
    what = _words(promise.commitment.what)
    for move in after:
        if move.message is None:
            if move.spoken is not None or _TALK.search(promise.commitment.what):
                return True
        elif move.side is Side.US and (_shares(move, what) or _sends(move)):
            return True
    return False


def _shares(move: Move, what: set[str]) -> bool:
    """Whether our mail speaks of the thing, in its text or the name of an attachment."""
    if move.message is None:
        return False
    message = move.message.message
    text = move.reading.new_text if move.reading else ""
    names = " ".join(attachment.name or "" for attachment in message.attachments)
    return not what.isdisjoint(_words(f"{text} {names}"))


def _sends(move: Move) -> bool:
    attached = move.message is not None and bool(move.message.message.attachments)
    return attached or (move.reading is not None and move.reading.kind in _DELIVERS)


def _words(text: str) -> set[str]:
    return {word.lower().rstrip("s") for word in _WORD.findall(text)} - _SAYS_LITTLE
