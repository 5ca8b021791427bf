"""What others did to our meetings: their changes are noted and stand, their wishes and refusals come into the queue."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import PartStat
from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.domain.ports import Interval
from assistant.drafting.invite_facts import Cause
from assistant.drafting.invites import their_change_title, topics
from assistant.engine.answers import (
    AllDeclined,
    Answered,
    AskedToCancel,
    CancelledByHand,
    Countered,
    Delegated,
    Finding,
    MovedByHand,
    Noted,
    OwnerDeclined,
    Retitled,
    Seen,
    TakenOut,
    became,
)
from assistant.engine.meeting_times import window_of
from assistant.engine.roles import in_role
from assistant.engine.slots import Slot
from assistant.errors import ProviderError
from assistant.store import PlacedInvite, Store, Transaction
from assistant.workflows.booking import Booking, Wanted, kind_of
from assistant.workflows.desk import DealView, Desk, days_of
from assistant.workflows.sources import SourceAccount
from assistant.workflows.times import CALENDAR_AHEAD, CALENDAR_BACK, collides

_SAID: Final = {
    AllDeclined: "All of them have declined the invite.",
    Answered: "{who} has declined the invite.",
    AskedToCancel: "{who} asks to call the meeting off.",
    Countered: "{who} asks for another time.",
}


def follow(tx: Transaction, desk: Desk, config: Config, now: datetime) -> tuple[bool, list[PlacedInvite]]:
    """Note what others changed: whether anything was, and the meetings that the calendar doesn't show any more."""
    changed = False
    missing: list[PlacedInvite] = []
    views = {view.deal.id: view for view in desk.views}
    for invite in tx.invites.latest():
        view = views.get(invite.deal_id)
        if view is None or not invite.state.alive:
            continue
        found = _became(tx, view, invite, config, now)
        if any(isinstance(one, TakenOut) for one in found):
            missing.append(invite)
        elif (after := _after(invite, found, now)) != invite:
            changed = True
            _note(tx, after, now)
    return changed, missing


def note_gone(store: Store, accounts: Sequence[SourceAccount], missing: Sequence[PlacedInvite], now: datetime) -> bool:
    """Note as taken out those that their own calendar doesn't have any more either; whether there are any."""
    gone = [invite for invite in missing if _is_gone(accounts, invite)]
    with store.write() as tx:
        for invite in gone:
            _note(tx, replace(invite, state=InviteState.GONE, placed=None, at=now), now)
    return bool(gone)


def _is_gone(accounts: Sequence[SourceAccount], invite: PlacedInvite) -> bool:
    account = next((each for each in accounts if each.name == invite.account), None)
    if account is None or account.scheduling is None:
        return False
    try:
        return account.scheduling.find(invite.uid) is None
    except ProviderError:
        return False


def _note(tx: Transaction, invite: PlacedInvite, now: datetime) -> None:
    tx.invites.note(invite)
    tx.audit.append(now, f"meeting {invite.state}", invite.deal_id, invite.uid)


def _became(
    tx: Transaction, view: DealView, invite: PlacedInvite, config: Config, now: datetime
) -> tuple[Finding, ...]:
    start, end = (at.astimezone(config.zone) for at in invite.content.times[0])
    event = tx.mirror.event(invite.uid)
    noted = Noted(
        uid=invite.uid,
        sequence=invite.sequence,
        start=start,
        end=end,
        title=invite.content.subject,
        organizer=config.us.rep,
        at=invite.at,
        required=invite.content.to,
        optional=invite.content.cc,
        owner=_owner(view, invite, config),
    )
    window = (now - CALENDAR_BACK, now + CALENDAR_AHEAD)
    seen = Seen((event,) if event else (), window, pulled=now)
    return became(noted, seen, view.timeline.automatic, config.us)


def _owner(view: DealView, invite: PlacedInvite, config: Config) -> Address | None:
    """The one of their people who has the milestone's role, where just one does."""
    roles = kind_of(invite.milestone, config).their_owner
    owners = [each.address for each in in_role(view.deal, roles) if each.address in invite.content.to]
    return owners[0] if len(owners) == 1 else None


def _after(invite: PlacedInvite, found: Sequence[Finding], now: datetime) -> PlacedInvite:
    """The meeting as others have left it."""
    after = invite
    for one in found:
        content = after.content
        match one:
            case CancelledByHand():
                return replace(invite, state=InviteState.CANCELLED, at=now)
            case MovedByHand():
                times = ((one.start, one.end),)
                after = replace(after, content=replace(content, times=times), sequence=one.sequence, at=now)
                after = after if invite.state is InviteState.HELD else replace(after, state=InviteState.THEIRS)
            case Retitled():
                after = replace(after, content=replace(content, subject=one.title), at=now)
            case Delegated():
                to, cc = (
                    tuple(one.to if p == one.person else p for p in people) for people in (content.to, content.cc)
                )
                after = replace(after, content=replace(content, to=to, cc=cc), at=now)
            case _:
                pass
    return after


def asked_of(booking: Booking, invite: PlacedInvite) -> Iterator[QueueItem]:
    """What the rep is to decide about a meeting that is ahead: another time, calling it off, or just to know."""
    rep, view = booking.rep, booking.view
    event = rep.tx.mirror.event(invite.uid)
    if event is not None and event.organizer is not None and event.organizer not in booking.config.us:
        return  # they call the meeting by now: it's theirs to move
    found = _became(rep.tx, view, invite, booking.config, rep.now)
    wish = next((one for one in found if isinstance(one, AskedToCancel | Countered)), None)
    refusal = _refusal(found)
    conflict = _conflict(booking, invite)
    if isinstance(wish, AskedToCancel):
        yield _as_they_asked(booking, invite, wish)
    elif wish is not None or refusal is not None or conflict is not None:
        yield _moving(booking, invite, wish or refusal, conflict)
    elif (late := _out_of_place(booking, invite)) is not None:
        yield late


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
    return booking.item(f"{booking.view.deal.id}:cancel:{invite.uid}", wanted, Slot(*invite.content.times[0]))


def _moving(
    booking: Booking, invite: PlacedInvite, told: Countered | Answered | AllDeclined | None, conflict: Cause | None
) -> QueueItem:
    """Another time before the same decision: the one that they propose where it fits, else the best that all have."""
    view, time = booking.view, invite.content.times[0]
    who = None if told is None or isinstance(told, AllDeclined) else told.person
    heard = _heard(told, who) if told else None
    cause = (Cause.THEY_ASKED if isinstance(told, Countered) else Cause.DECLINED) if told else conflict
    wanted = _wanted(booking, invite, InviteAct.MOVE, cause, who, heard)
    key = f"{view.deal.id}:move:{invite.uid}:{wanted.sequence}"
    milestone = next((m for m in view.plan.milestones if m.kind.id == invite.milestone), None) if view.plan else None
    others = days_of([p for p in booking.rep.placed if p.deal_id == view.deal.id], booking.config.zone)
    window = window_of(view.plan, milestone, booking.rep.today, view.days, others) if view.plan and milestone else None
    minutes = round((time[1] - time[0]).total_seconds() / 60)
    proposed = _proposed(told)
    if proposed and window and booking.fits(wanted, window, proposed):
        return booking.item(key, replace(wanted, cause=Cause.COUNTER), proposed)
    taken = "The time that they propose isn't free, or leaves too little for what follows."
    notes = (booking.evidence(taken, "invite.taken"),) if proposed else ()
    slot = booking.slot(key, wanted, window, minutes, not_at=_whole_day(time, booking.config)) if window else None
    if slot is None:
        last = window.latest if window else view.plan.decision if view.plan else time[0].date()
        return booking.no_time(key, wanted, window, minutes, last)
    return booking.item(key, wanted, slot, notes)


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


def _proposed(told: object) -> Slot | None:
    if isinstance(told, Countered) and told.start is not None and told.end is not None and told.end > told.start:
        return Slot(told.start, told.end)
    return None


def _conflict(booking: Booking, invite: PlacedInvite) -> Cause | None:
    """What has come in between since: a day of rest, or something else in the rep's calendar at that time."""
    time = invite.content.times[0]
    if time[0].astimezone(booking.config.zone).date() not in booking.view.days:
        return Cause.HOLIDAY
    return Cause.OUR_CONFLICT if collides([time], booking.rep.busy(frozenset({invite.uid}))) else None


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
