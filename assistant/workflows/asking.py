"""What others wish of our meetings, and what stands in their way: it comes into the queue, for the rep to decide."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import PartStat
from assistant.domain.deal import Evidence, Source, Stage, Standing
from assistant.domain.draft import Gap, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.domain.ports import Interval
from assistant.drafting.invite_facts import Cause
from assistant.drafting.invites import moment_in_words, their_change_title, topics
from assistant.engine.answers import (
    AllDeclined,
    Answered,
    AskedToCancel,
    Countered,
    Delegated,
    Finding,
    OwnerDeclined,
)
from assistant.engine.found import called
from assistant.engine.invitations import LONG_AGO
from assistant.engine.meeting_times import window_of
from assistant.engine.slots import Slot
from assistant.store import PlacedInvite
from assistant.workflows.booking import Booking, Wanted, kind_of, marked, slot_of
from assistant.workflows.desk import days_of, process_of
from assistant.workflows.following import became_of, may_come
from assistant.workflows.times import collides

_SAID: Final = {
    AllDeclined: "All of them have declined the invite.",
    Answered: "{who} has declined the invite.",
    AskedToCancel: "{who} asks to call the meeting off.",
    Countered: "{who} asks for another time.",
}


def asked_of(booking: Booking, invite: PlacedInvite) -> Iterator[QueueItem]:
    """What the rep is to decide about a meeting that is ahead: another time, calling it off, or just to know."""
    rep, view = booking.rep, booking.view
    event = rep.tx.mirror.event(invite.uid)
    if event is not None and event.organizer is not None and event.organizer not in booking.config.us:
        return  # they call the meeting by now: it's theirs to move
    if view.deal.stage is Stage.WON or view.standings.has(Standing.WON):
        return
    first: QueueItem | None = None
    for item in _asks(booking, invite, became_of(rep.tx, view, invite, booking.config, rep.now)):
        if not _is_settled(booking, item):
            yield item
            return
        rep.offered.pop(item.key, None)
        first = first or item
    if first is not None:
        yield first
    elif (late := _out_of_place(booking, invite)) is not None:
        yield late


def _asks(booking: Booking, invite: PlacedInvite, found: Sequence[Finding]) -> Iterator[QueueItem]:
    """What could be decided about the meeting, what counts most first. What the plan has no use for isn't moved."""
    told = _told(found)
    yield from (_as_they_asked(booking, invite, one) for one in told if isinstance(one, AskedToCancel))
    if (why := unneeded(booking, invite)) is not None:
        yield _not_needed(booking, invite, *why)
        return
    strangers = _strangers(booking, found)
    for one in told:
        if not isinstance(one, AskedToCancel):
            yield _moving(booking, invite, one, None, strangers)
    if (conflict := _conflict(booking, invite)) is not None:
        yield _moving(booking, invite, None, conflict, strangers)


def _told(found: Sequence[Finding]) -> list[AskedToCancel | Countered | Answered | AllDeclined]:
    """Their newest wish, and a refusal; one that came before the wish is answered with it."""
    wishes = [one for one in found if isinstance(one, AskedToCancel | Countered)]
    newest = max(wishes, key=lambda one: one.at or LONG_AGO, default=None)
    refusal = _refusal(found)
    if newest is None:
        return [refusal] if refusal else []
    later = refusal is not None and (refusal.at or LONG_AGO) > (newest.at or LONG_AGO)
    return [newest, refusal] if refusal and later else [newest]


def _is_settled(booking: Booking, item: QueueItem) -> bool:
    """Whether the rep has decided about it already: what came beside it has its turn then."""
    before = booking.rep.tx.queue.by_key(item.key)
    return before is not None and before.state in (ItemState.DISMISSED, ItemState.DELETED)


def _strangers(booking: Booking, found: Sequence[Finding]) -> list[Gap]:
    """Whom they send instead and nobody here knows: the rep says whether they're written to."""
    deal_id = booking.view.deal.id
    unknown = [one for one in found if isinstance(one, Delegated)]
    return [
        Gap(
            f"[{one.to.email}]",
            f"{one.to.email} is to come for {called(one.person)}, and is new to this deal; if you mean them: "
            f'nextmove deals edit {deal_id} --contact "{one.to}"; if not, edit the invite as you like it',
        )
        for one in unknown
        if not may_come(one.to, booking.view, booking.config)
    ]


def _refusal(found: Sequence[Finding]) -> Answered | AllDeclined | None:
    """The refusal without which the meeting serves nothing: the owner's, else that of one who must come, where all
    have refused; in their own words where they said any."""
    owner = next((one.person for one in found if isinstance(one, OwnerDeclined)), None)
    everyone = next((one for one in found if isinstance(one, AllDeclined)), None)
    if owner is None and everyone is None:
        return None
    refused = [one for one in found if isinstance(one, Answered) and one.partstat is PartStat.DECLINED]
    first = [one for one in refused if one.person == owner] or [one for one in refused if not one.optional]
    return first[0] if first else everyone


def _as_they_asked(booking: Booking, invite: PlacedInvite, wish: AskedToCancel) -> QueueItem:
    wanted = _wanted(booking, invite, InviteAct.CANCEL, Cause.NOT_NEEDED, wish.person, _heard(wish, wish.person))
    return calling_off(booking, wanted, wish.message_id)


def _not_needed(booking: Booking, invite: PlacedInvite, cause: Cause, why: str) -> QueueItem:
    wanted = replace(
        _wanted(booking, invite, InviteAct.CANCEL, cause, None, None),
        kinds=(kind_of(invite.milestone, booking.config),),
    )
    return calling_off(booking, wanted, why, (booking.evidence(why, "plan.unneeded"),))


def calling_off(booking: Booking, wanted: Wanted, heard: str | None, notes: Sequence[Evidence] = ()) -> QueueItem:
    """The item that calls this meeting off, for this cause and after what was `heard`."""
    assert wanted.was is not None  # what isn't there can't be called off
    slot = slot_of(wanted.was.content.times[0], wanted.kinds[0].minutes)
    key = marked(f"{booking.view.deal.id}:cancel:{wanted.uid}", str(wanted.cause), heard)
    return booking.item(key, wanted, slot, notes)


def unneeded(booking: Booking, invite: PlacedInvite) -> tuple[Cause, str] | None:
    """Why the plan has no use for the meeting any more."""
    plan, stage, named = booking.view.plan, booking.view.deal.stage, invite.milestone
    if plan is None:
        return None
    host = next((m.kind for m in plan.milestones if any(kind.id == named for kind in m.with_)), None)
    if host is not None:
        placed = [p for p in booking.rep.placed if p.deal_id == invite.deal_id and p.milestone == host.id]
        booked = any(p.state.alive and p.state is not InviteState.HELD for p in placed)
        cause = Cause.ALREADY_BOOKED if booked else Cause.NOT_NEEDED
        return cause, f"You hold it in the same meeting as {topics((host,))}."
    if any(kind.id == named for kind in plan.dropped):
        return Cause.NOT_NEEDED, "You left it out of the plan."
    if any(m.done and m.kind.id == named for m in plan.milestones):
        return Cause.NOT_NEEDED, "It's done already."
    kind = next((kind for kind in process_of(booking.config).milestones if kind.id == named), None)
    if kind is not None and kind.stage is not stage:
        return Cause.NOT_NEEDED, "It belongs to another stage of the deal than the one it's in."
    return None


def _moving(
    booking: Booking,
    invite: PlacedInvite,
    told: Countered | Answered | AllDeclined | None,
    conflict: Cause | None,
    gaps: Sequence[Gap],
) -> QueueItem:
    """Another time before the same decision: the one that they propose where it fits, else the best that all have."""
    view, time = booking.view, invite.content.times[0]
    who = None if told is None or isinstance(told, AllDeclined) else told.person
    heard = _heard(told, who) if told else None
    cause = (Cause.THEY_ASKED if isinstance(told, Countered) else Cause.DECLINED) if told else conflict
    wanted = _wanted(booking, invite, InviteAct.MOVE, cause, who, heard)
    about = (
        (str(cause), told.message_id, who.email if who else "")
        if told
        else (str(cause), str(time[0].astimezone(booking.config.zone).date()))
    )
    key = marked(f"{view.deal.id}:move:{invite.uid}:{wanted.sequence}", *about)
    milestone = next((m for m in view.plan.milestones if m.kind.id == invite.milestone), None) if view.plan else None
    others = days_of([p for p in booking.rep.placed if p.deal_id == view.deal.id], booking.config.zone)
    window = window_of(view.plan, milestone, booking.rep.today, view.days, others) if view.plan and milestone else None
    lies = slot_of(time, milestone.minutes if milestone else wanted.kinds[0].minutes)
    minutes = max(1, round((lies.end.timestamp() - lies.start.timestamp()) / 60))
    proposed = _proposed(told, booking.config)
    if proposed and window and booking.fits(wanted, window, proposed, minutes):
        return booking.item(key, replace(wanted, cause=Cause.COUNTER), proposed, gaps=gaps)
    notes = (_does_not_fit(booking, proposed),) if proposed else ()
    slot = booking.slot(key, wanted, window, minutes, not_at=_whole_day(time, booking.config)) if window else None
    if slot is None:
        last = window.latest if window else view.plan.decision if view.plan else time[0].date()
        return booking.no_time(key, wanted, window, minutes, last)
    return booking.item(key, wanted, slot, notes, gaps)


def _does_not_fit(booking: Booking, proposed: Slot) -> Evidence:
    when = moment_in_words(proposed.start, today=booking.rep.today, country=booking.config.country)
    said = "isn't free or outside your hours, is much longer, or leaves too little for what follows."
    return booking.evidence(f"The time that they propose, {when}, {said}", "invite.taken")


def _whole_day(time: Interval, config: Config) -> Interval:
    """Who can't come at ten seldom means that they can at eleven."""
    midnight = time[0].astimezone(config.zone).replace(hour=0, minute=0)
    return midnight, midnight + timedelta(days=1)


def _wanted(
    booking: Booking,
    invite: PlacedInvite,
    act: InviteAct,
    cause: Cause | None,
    who: Address | None,
    heard: Evidence | None,
) -> Wanted:
    return Wanted(
        act,
        _kinds(booking, invite),
        invite.uid,
        invite.sequence + 1,
        invite.content.to,
        invite.content.cc,
        cause=cause,
        who=who,
        heard=heard,
        was=invite,
    )


def _kinds(booking: Booking, invite: PlacedInvite) -> tuple[MilestoneKind, ...]:
    """What the meeting is for: its milestone, and those that the rep holds in the same meeting."""
    milestones = booking.view.plan.milestones if booking.view.plan else ()
    planned = next((each for each in milestones if each.kind.id == invite.milestone), None)
    return (planned.kind, *planned.with_) if planned else (kind_of(invite.milestone, booking.config),)


def _proposed(told: object, config: Config) -> Slot | None:
    """The time that they name, on the rep's clock; what others write may be no time at all."""
    if not isinstance(told, Countered) or told.start is None or told.end is None:
        return None
    try:
        return Slot(*(at.astimezone(UTC).astimezone(config.zone) for at in (told.start, told.end)))
    except (ValueError, OverflowError):
        return None


def _conflict(booking: Booking, invite: PlacedInvite) -> Cause | None:
    """What has come in between since: a day of rest, or something else in the rep's calendar at that time."""
    time = invite.content.times[0]
    if time[0].astimezone(booking.config.zone).date() not in booking.view.days:
        return Cause.HOLIDAY
    lies = slot_of(time, kind_of(invite.milestone, booking.config).minutes)
    taken = booking.rep.busy(frozenset({invite.uid}))
    return Cause.OUR_CONFLICT if collides([(lies.start, lies.end)], taken) else None


def _out_of_place(booking: Booking, invite: PlacedInvite) -> QueueItem | None:
    """They moved it past the day on which they decide: theirs stands, and the rep should know."""
    plan, start = booking.view.plan, invite.content.times[0][0].astimezone(booking.config.zone)
    if invite.state is not InviteState.THEIRS or plan is None or start.date() <= plan.decision:
        return None
    kinds = (kind_of(invite.milestone, booking.config),)
    title = their_change_title(kinds, start, today=booking.rep.today, country=booking.config.country)
    said = f"It's after the day on which they decide: ask what {topics(kinds)} is still to settle before."
    key = f"{booking.view.deal.id}:after-decision:{invite.uid}:{invite.sequence}"
    return booking.notice(key, title, (booking.evidence(said, "plan.late", on=start.date()),))


def _heard(one: Finding, who: Address | None) -> Evidence:
    said = _SAID[type(one)].format(who=who.name or who.email if who else "One of them")
    comment = getattr(one, "comment", "")
    sentence = f"{said} {comment}".strip()
    source = Source.MESSAGE if one.message_id else Source.EVENT
    on = one.at.date() if one.at else None
    return Evidence(source, one.message_id or "calendar", sentence, "invite.answer", who.email if who else None, on)
