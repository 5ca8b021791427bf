"""Whose turn it is: which of their moves expect something of us, and which are still unanswered."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from assistant.domain.calendar import Event
from assistant.domain.deal import Side
from assistant.domain.reading import DateRole, Days, Intent, MoveKind, Reading
from assistant.engine.endings import ending_in
from assistant.engine.found import Case
from assistant.engine.timeline import Move, Timeline

STALE_AFTER: Final = 20
"""Working days after which an unanswered mail of one person gives way to what came since with others."""

_WANT_AN_ANSWER: Final = frozenset({Intent.QUESTION, Intent.OBJECTION, Intent.REFERRAL, Intent.YES})
_EMPTY_INTENTS: Final = frozenset({Intent.THANKS_ONLY, Intent.OUT_OF_OFFICE, Intent.BOUNCE})
_REACTED: Final = re.compile(
    r"""(?m)^[^\w\n]*(?:[^\n:]{1,80}\ )?(?:
          reacted(?:\ (?:to\ your\ (?:message|e-?mail)|via\ \w+))?
        | hat\ (?:mit\ .{1,8}\ )?(?:auf\ (?:Ihre|deine)\ (?:Nachricht|E-Mail)\ )?reagiert
        | a\ réagi(?:\ à\ votre\ (?:message|e-?mail))? | ha\ reaccionado(?:\ a\ (?:tu|su)\ (?:mensaje|correo))?
        )\s*:?[^\w\n]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_SHORT: Final = 300
"""Characters beyond which nobody only nods."""
_LINK: Final = re.compile(r"<?https?://\S+>?")
_CALLS_OFF: Final = re.compile(
    r"""\b(?:cancel(?:s|l?ed|l?ing)?|call(?:ed|ing)?\ (?:it\ |this\ |our\ \w+\ |the\ \w+\ )?off|postpon(?:e|ed|ing)
      | re-?schedul(?:e|ed|ing)|(?:can['’]?t|cannot|can\ not|won['’]?t\ be\ able\ to|unable\ to|not\ able\ to)
        \ (?:make|attend|join|be\ there)|(?:move|push|shift|put)\ (?:it|our|the|this|that)\b
      | abs(?:agen|age)|abgesagt|sage\ .{0,40}\bab\b|verschieb(?:en|e)|verschoben|verlegen
      | annuler|annul(?:e|é|ons)|reporter|reportons|décaler|déplacer
      | cancelar|cancel(?:o|amos)|aplazar|posponer|cambiar\ (?:la|el|nuestra)\ (?:reunión|cita|llamada))\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that say that what stands in the calendar won't take place as it does."""
_PROPOSALS: Final = frozenset({MoveKind.MEETING_PROPOSED, MoveKind.NEXT_STEP_WITH_DATE, MoveKind.MUTUAL_PLAN})


def says_something(move: Move) -> bool:
    """Whether a move of theirs has substance: a bare thank-you hasn't, nor has "we'll see" without a day."""
    if is_reaction(move):
        return False
    reading = move.reading
    if reading is None or not reading.certain:
        return True
    if reading.finished or reading.asks or _promises(reading, dated=True):
        return True
    intents = {found.intent for found in reading.intents}
    return not intents <= _EMPTY_INTENTS if intents else not _promises(reading, dated=False)


def is_reaction(move: Move) -> bool:
    """Whether it's only a sign that they have seen ours: an emoji, or what mail programs send for a like."""
    text = move.reading.new_text.strip() if move.reading else ""
    if not text or len(text) > _SHORT or "?" in _LINK.sub("", text):
        return False
    return not any(map(str.isalnum, _REACTED.sub("", _LINK.sub("", text))))


def unanswered(case: Case) -> list[Move]:
    """Their moves that expect something of us and got nothing yet, the latest first."""
    moves = case.timeline.moves
    waiting = [
        move
        for index, move in enumerate(moves)
        if move.side is Side.THEM and expects(move, moves[:index], case) and not _answered(move, moves[index + 1 :])
    ]
    return [move for move in reversed(waiting) if not _overtaken(move, case)]


def expects(move: Move, before: Sequence[Move], case: Case) -> bool:
    """Whether their move asks or expects something. What can't be read may."""
    reading = move.reading
    if is_reaction(move):
        return False
    if reading is None or not reading.certain:
        return ending_in(move) is None
    if reading.finished or _only_missed(reading, case.day_of(move)):
        return False
    if reading.has(Intent.SCHEDULING) and not any(map(reading.has, _WANT_AN_ANSWER)):
        return not _booked(reading, case) and agreed_days(move, before) is None
    if reading.asks or reading.has(Intent.QUESTION) or reading.has(Intent.OBJECTION):
        return True
    if any(promise.by is Side.THEM for promise in reading.commitments):
        return False
    if any(map(reading.has, _WANT_AN_ANSWER)) or reading.has(Intent.DECISION_DATE_STATED):
        return True
    return says_something(move) and not reading.intents and _our_turn_after(before)


def _only_missed(reading: Reading, sent: date) -> bool:
    """Whether it says no more than that they couldn't come: a new time is ours to offer, and no answer."""
    names_another = any(said.days.start > sent for said in reading.dates)
    return reading.missed is not None and not reading.asks and not names_another


def agreed_days(move: Move, before: Sequence[Move]) -> Days | None:
    """The days of the meeting that their move accepts, of those that we proposed; None where it accepts none."""
    reading = move.reading
    if reading is None or reading.asks or not reading.has(Intent.SCHEDULING) or _CALLS_OFF.search(reading.new_text):
        return None
    offer = _last_offer(before)
    if offer is None:
        return None
    named = [said.days for said in reading.dates if said.role in (DateRole.MEETING, DateRole.OTHER)]
    if not named:
        return offer[0] if len(offer) == 1 else None
    return next((day for day in named if any(day.start < o.end and o.start < day.end for o in offer)), None)


def last_of_substance(timeline: Timeline) -> Move | None:
    """The last move that counts: their bare thanks, and news that ask for nothing, leave ours the last."""
    for move in reversed(timeline.moves):
        if move.side is Side.US or move.finished or (says_something(move) and _carries(move)):
            return move
    return timeline.last


def _carries(move: Move) -> bool:
    reading = move.reading
    if reading is None or not reading.certain:
        return True
    return bool(reading.intents or reading.asks) or _promises(reading, dated=True)


def _promises(reading: Reading, *, dated: bool) -> bool:
    return any(p.by is Side.THEM and (p.due is not None) is dated for p in reading.commitments)


def _booked(reading: Reading, case: Case) -> bool:
    """Whether a meeting is in the calendar for what they want to arrange; it isn't where they call one off."""
    if _CALLS_OFF.search(reading.new_text):
        return False
    named = [said.days for said in reading.dates if said.role is DateRole.MEETING]
    return any(not named or _on(event, named, case) for event in case.timeline.ahead)


def _on(event: Event, named: Sequence[Days], case: Case) -> bool:
    return any(case.day(event.start) in days for days in named)


def _last_offer(before: Sequence[Move]) -> list[Days] | None:
    """The days that our last message proposed, where it proposed a meeting or a step."""
    ours = next((m for m in reversed(before) if m.side is Side.US and m.message is not None), None)
    if ours is None or ours.reading is None:
        return None
    reading = ours.reading
    if reading.next_step is None and reading.kind not in _PROPOSALS:
        return None
    offered = [said.days for said in reading.dates if said.role is DateRole.MEETING]
    if reading.next_step is not None:
        offered.insert(0, reading.next_step.when)
    return list(dict.fromkeys(offered)) or None


def _our_turn_after(before: Sequence[Move]) -> bool:
    """Whether news of theirs answer what we asked for, or open the conversation."""
    ours = next((m for m in reversed(before) if m.side is Side.US), None)
    return ours is None or (ours.event is None and ours.purposeful is True)


def _answered(move: Move, after: Sequence[Move]) -> bool:
    """By anyone of us: in the thread, to the person, or in a meeting or a talk since; or they closed it themselves."""
    for later in after:
        if later.side is Side.US and (later.message is None or _reaches(later, move)):
            return True
        if later.side is Side.THEM and later.finished and _same_thread(later, move):
            return True
    return False


def _reaches(ours: Move, theirs: Move) -> bool:
    return _same_thread(ours, theirs) or (
        ours.message is not None and theirs.who is not None and theirs.who in ours.message.message.recipients
    )


def _same_thread(one: Move, other: Move) -> bool:
    return one.message is not None and other.message is not None and one.message.thread == other.message.thread


def _overtaken(move: Move, case: Case) -> bool:
    """Whether it's old, and we have written to them since."""
    old = case.days.between(case.day_of(move), case.today) > STALE_AFTER
    return old and any(m.side is Side.US and m.at > move.at for m in case.timeline.moves)
