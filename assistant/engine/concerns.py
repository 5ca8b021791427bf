"""What is in the rep's hands: a mail that no draft of ours may answer, and people who are not to be written to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from assistant.domain.concern import Concern, ConcernKind
from assistant.domain.deal import Contact, Deal, Side
from assistant.domain.mail import Address
from assistant.engine.companies import mailbox_of
from assistant.engine.endings import CAME_BACK
from assistant.engine.found import NOTHING_MORE, Case, Heard, Question, Raised, called, key_about, name
from assistant.engine.timeline import Move, Timeline

STILL_NEWS: Final = 20
"""Working days for which the rep is told of it; it stops our drafts for as long as it stands."""

_SHORT: Final = 2
"""Letters of a name's part that is shared by too many ("de")."""

_NOTES: Final = {
    ConcernKind.STOP: "{who} asks not to be written to. Nothing goes to them any more: take them off your lists, too",
    ConcernKind.INCIDENT: "{who} reports a security incident. Nothing is drafted: tell your security people now",
    ConcernKind.LEGAL: "{who} speaks of legal steps. Nothing is drafted: show it to your legal people first",
    ConcernKind.PRIVACY: "{who} uses a right under data protection law. Nothing is drafted: hand it on today, it has a"
    " deadline",
    ConcernKind.COMPLAINT: "{who} complains. Nothing is drafted: read it in peace, and answer in your own words",
    ConcernKind.DISTRESS: "{who} goes through something hard. Nothing is drafted: write as a person, or give them time",
    ConcernKind.ANGER: "{who} is angry. Nothing is drafted: read it in peace, then call, or answer in your own words",
}
_WAITS: Final = {
    ConcernKind.STOP: "They asked not to be written to.",
    ConcernKind.DISTRESS: "They have something harder to think of: it's in your hands.",
}


def raised(case: Case) -> Raised | None:
    """The latest concern of theirs that nothing has settled: it stops whatever we would draft."""
    moves = case.timeline.moves
    for index in range(len(moves) - 1, -1, -1):
        concern = _halting(moves[index], case.heard)
        if concern is not None and not _settled(concern, moves[index + 1 :], case):
            return Raised(concern, moves[index], case.evidence(moves[index], concern.evidence))
    return None


def note_of(raised: Raised) -> str:
    """One calm sentence for the rep."""
    return _NOTES[raised.concern.kind].format(who=name(raised.move) or "Somebody") + "."


def wait_of(raised: Raised) -> str:
    """Why there is no draft."""
    return _WAITS.get(raised.concern.kind, "It's in your hands: nothing is drafted.")


def leaving(case: Case) -> Iterator[Question]:
    """Somebody of theirs leaves: who takes over is the rep's to find out."""
    for move in reversed(case.timeline.moves):
        if case.days.between(case.day_of(move), case.today) > STILL_NEWS:
            break
        for concern, who in _leavers(move, case.deal, case.heard):
            yield Question(
                f"{called(who)} leaves {case.deal.company}. Who looks after it from then on?",
                case.evidence(move, concern.evidence),
                about="leaving",
                first=True,
            )


def without_the_gone(deal: Deal, timeline: Timeline, today: date, heard: Heard = NOTHING_MORE) -> Deal:
    """The deal with whoever left, or asked not to be written to, marked as somebody whom nothing is sent to."""
    gone: dict[str, Address] = {}
    stopped: set[str] = set()
    for move in timeline.moves:
        if move.side is Side.US or move.who is None:
            continue
        mailbox = mailbox_of(move.who.email)
        if mailbox not in stopped or key_about(deal, move.ref, CAME_BACK) in heard.confirmed:
            gone.pop(mailbox, None)
            stopped.discard(mailbox)
        if _of(move, ConcernKind.STOP, heard):
            gone[mailbox] = move.who
            stopped.add(mailbox)
        for concern, who in _leavers(move, deal, heard):
            if _last_day(concern, move, who) < today:
                gone[mailbox_of(who.email)] = who
    return _with_inactive(deal, gone) if gone else deal


def _with_inactive(deal: Deal, gone: dict[str, Address]) -> Deal:
    known = {mailbox_of(contact.address.email) for contact in deal.contacts}
    contacts = [
        replace(contact, active=contact.active and mailbox_of(contact.address.email) not in gone)
        for contact in deal.contacts
    ]
    contacts += [Contact(who, active=False) for mailbox, who in gone.items() if mailbox not in known]
    return replace(deal, contacts=tuple(contacts))


def _of(move: Move, kind: ConcernKind, heard: Heard) -> Concern | None:
    return next((concern for concern in _concerns(move, heard) if concern.kind is kind), None)


def _halting(move: Move, heard: Heard) -> Concern | None:
    return next((concern for concern in _concerns(move, heard) if concern.kind.halts), None)


def _concerns(move: Move, heard: Heard) -> tuple[Concern, ...]:
    return heard.concerns.get(move.ref, ()) if move.side is Side.THEM and move.message is not None else ()


def _settled(concern: Concern, after: Sequence[Move], case: Case) -> bool:
    """Whether a talk with a next step followed; or they wrote on in peace after we had answered or met.

    A wish not to be written to ends by the rep's word alone.
    """
    if any(later.spoken is not None and later.spoken.day is not None for later in after):
        return True
    if concern.kind is ConcernKind.STOP:
        return any(key_about(case.deal, later.ref, CAME_BACK) in case.heard.confirmed for later in after)
    answered = False
    for later in after:
        if later.side is Side.US:
            answered = True
        elif answered and _halting(later, case.heard) is None:
            return True
    return False


def _leavers(move: Move, deal: Deal, heard: Heard) -> Iterator[tuple[Concern, Address]]:
    """Whoever wrote that they leave, and the contact of whom a mail says so."""
    leaves = _of(move, ConcernKind.LEAVING, heard)
    if leaves is not None and move.who is not None:
        yield leaves, move.who
    other = _of(move, ConcernKind.COLLEAGUE_LEAVES, heard)
    if other is not None:
        words = {word.strip(".,;:!()'’").casefold() for word in other.evidence.text.split()}
        named = [c.address for c in deal.contacts if c.address != move.who and words & _parts_of(c.address)]
        if len(named) == 1:
            yield other, named[0]


def _parts_of(who: Address) -> set[str]:
    return {part.casefold() for part in (who.name or "").split() if len(part) > _SHORT}


def _last_day(concern: Concern, move: Move, who: Address) -> date:
    """The day that stands in the sentence; else that of the mail."""
    said = move.reading.dates if move.reading and move.who == who else ()
    days = [each.days.last for each in said if each.evidence.start == concern.evidence.start]
    return max((*days, move.at.date()))
