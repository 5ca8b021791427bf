"""Who at the customer is away, and until when; who has left or can't be reached at all."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from assistant.domain.deal import Deal, Evidence, Side, Source, Standing
from assistant.domain.mail import Address
from assistant.domain.reading import Automatic, AutomaticKind, DateRole, Intent, MirroredMessage
from assistant.engine.companies import mailbox_of
from assistant.engine.found import Case, Found
from assistant.engine.timeline import Move, Timeline

NO_DAY_NAMED: Final = 5
"""Working days that an absence without a day of return is taken to last."""

LONG_LEAVE: Final = 100
"""Days of absence from which on somebody counts as not there at all, and nobody waits for them."""

_BEGINNING: Final = 1000
"""Characters of an absence notice that are looked at."""

_LONG: Final = re.compile(
    r"""\b(?:maternity|paternity|parental|adoption|family\ care|long[- ]term\ sick)[ ]leave\b|\bsabbatical\b
      | \b(?:elternzeit|mutterschutz|elternkarenz|sabbatjahr)\b
      | \bcongé\ (?:de\ )?(?:maternité|paternité|parental|sabbatique)\b
      | \b(?:baja|permiso|licencia)\ (?:de\ |por\ )?(?:maternidad|paternidad|parental)\b|\baño\ sabático\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Leaves of which the day of return is unknown or far away, unless one is named."""


def gone(timeline: Timeline, today: date | None = None) -> dict[str, Evidence]:
    """Addresses that bounced, or whose owner has left or is on long leave, each with what says so.

    Who wrote since is there again; so is, on `today`, who was to be back by then.
    """
    found: dict[str, Evidence] = {}
    for mirrored in timeline.automatic:
        automatic, message = mirrored.automatic, mirrored.message
        if automatic is None:
            continue
        if automatic.kind is AutomaticKind.BOUNCE:
            emails = automatic.failed
        elif message.sender is not None and (
            automatic.kind is AutomaticKind.LEFT_COMPANY or _on_long_leave(mirrored, today)
        ):
            emails = (message.sender.email,)
        else:
            continue
        told = automatic.evidence
        on = message.date.date() if message.date else None
        for email in emails:
            if not _wrote_since(timeline, email, mirrored):
                found[email] = Evidence(Source.MESSAGE, message.message_id, told.text, told.rule, who=email, on=on)
    return found


def unreachable(case: Case) -> Found | None:
    """Nobody is left to write to: every contact, and everyone of theirs who wrote, bounced, left or is inactive."""
    lost = {mailbox_of(email): evidence for email, evidence in gone(case.timeline, case.today).items()}
    inactive = {mailbox_of(c.address.email) for c in case.deal.contacts if not c.active}
    people = _people(case.deal, case.timeline) or set(lost)
    if not people or people - lost.keys() - inactive:
        return None
    evidence = tuple(lost[box] for box in sorted(people & lost.keys()))
    evidence += _stand_ins(case, {told.ref for told in evidence})
    if not evidence:
        told = "No contact of this deal is active."
        evidence = (Evidence(Source.DEAL, case.deal.id, told, "contacts.inactive"),)
    return Found(Standing.UNREACHABLE, evidence, move=case.timeline.last)


def away(case: Case) -> Found | None:
    """Everyone whom the next move would address is away; the first day to write again is `until`."""
    last = next((m for m in reversed(case.timeline.moves) if m.message is not None), None)
    counterparts = _counterparts(last, case)
    if last is None or not counterparts:
        return None
    absences = [_absence(address, case) for address in counterparts]
    known = [absence for absence in absences if absence is not None]
    if len(known) < len(absences):
        return None
    until, evidence, certain = min(known, key=lambda absence: absence[0])
    told = (evidence, *_stand_ins(case, {evidence.ref}))
    return Found(Standing.AWAY, told, until=until, move=last, certain=certain)


def away_until(person: Address, case: Case) -> tuple[date, Evidence] | None:
    """The first day to write to this person again, and what says that they are away; None where they are there."""
    found = _absence(person, case)
    return found[:2] if found else None


_Absence = tuple[date, Evidence, bool]


def _people(deal: Deal, timeline: Timeline) -> set[str]:
    contacts = {mailbox_of(contact.address.email) for contact in deal.contacts}
    return contacts | {mailbox_of(m.who.email) for m in timeline.moves if m.side is Side.THEM and m.who}


def _stand_ins(case: Case, notices: Iterable[str]) -> tuple[Evidence, ...]:
    """Whom these notices name instead: for the rep to take up, and never written to unasked."""
    return tuple(
        Evidence(
            Source.MESSAGE,
            each.message.message_id,
            f"{each.automatic.stand_in} stands in: add them as a contact, and they can be written to.",
            "absence.stand-in",
            who=each.automatic.stand_in,
            on=case.day(each.message.date) if each.message.date else None,
        )
        for each in case.timeline.automatic
        if each.automatic is not None and each.automatic.stand_in and each.message.message_id in notices
    )


def _wrote_since(timeline: Timeline, email: str, mirrored: MirroredMessage) -> bool:
    at = mirrored.message.date
    return at is not None and any(
        m.side is Side.THEM and m.who is not None and m.who.email == email and m.at > at for m in timeline.moves
    )


def _counterparts(last: Move | None, case: Case) -> tuple[Address, ...]:
    if last is None or last.message is None:
        return ()
    if last.side is Side.THEM:
        return (last.who,) if last.who else ()
    message, lost = last.message.message, gone(case.timeline, case.today)
    people = case.customers.among(message.to) or case.customers.among(message.recipients)
    return tuple(address for address in people if address.email not in lost)


def _absence(address: Address, case: Case) -> _Absence | None:
    """The latest absence of this person that still lasts, as the first day to write again."""
    told = [a for m in case.timeline.automatic if (a := _automatic_absence(m, address, case)) is not None]
    latest = next((m for m in reversed(case.timeline.moves) if m.who == address and m.side is Side.THEM), None)
    if latest is not None and (own := _own_words(latest, case)) is not None:
        told.append(own)
    return told[-1] if told and case.today < told[-1][0] else None


def _automatic_absence(mirrored: MirroredMessage, address: Address, case: Case) -> _Absence | None:
    message, automatic = mirrored.message, mirrored.automatic
    if automatic is None or automatic.kind is not AutomaticKind.OUT_OF_OFFICE or message.date is None:
        return None
    same = message.sender is not None and mailbox_of(message.sender.email) == mailbox_of(address.email)
    if not same or _wrote_since(case.timeline, address.email, mirrored):
        return None
    sent, back = case.day(message.date), automatic.away_until
    if _is_long_leave(mirrored, automatic, sent):
        return None
    named = back is not None and back > sent
    until = case.days.add(back, 1) if back is not None and named else case.days.add(sent, NO_DAY_NAMED)
    span = automatic.evidence
    who = address.name or address.email
    evidence = Evidence(Source.MESSAGE, message.message_id, span.text, span.rule, who, sent)
    return until, evidence, named


def _on_long_leave(mirrored: MirroredMessage, today: date | None) -> bool:
    automatic, sent = mirrored.automatic, mirrored.message.date
    if automatic is None or automatic.kind is not AutomaticKind.OUT_OF_OFFICE or sent is None:
        return False
    back = automatic.away_until
    return _is_long_leave(mirrored, automatic, sent.date()) and (today is None or back is None or today < back)


def _is_long_leave(mirrored: MirroredMessage, automatic: Automatic, sent: date) -> bool:
    """By the day of return; where none is named, by the kind of leave."""
    if automatic.away_until is not None:
        return (automatic.away_until - sent).days > LONG_LEAVE
    return _LONG.search(f"{automatic.evidence.text}\n{mirrored.message.text[:_BEGINNING]}") is not None


def _own_words(latest: Move, case: Case) -> _Absence | None:
    """An absence that they told us of in their last mail; without a day of return it's taken to last as any other."""
    reading = latest.reading
    if reading is None or reading.asks:
        return None
    returns = [said for said in reading.dates if said.role is DateRole.RETURN and said.whose is Side.THEM]
    if not returns and reading.has(Intent.OUT_OF_OFFICE):
        told = case.evidence(latest, reading.evidence_of(Intent.OUT_OF_OFFICE))
        return case.days.add(case.day_of(latest), NO_DAY_NAMED), told, False
    if not returns:
        return None
    back = returns[-1]
    return case.days.add(back.days.start, 1), case.evidence(latest, back.evidence), back.certain
