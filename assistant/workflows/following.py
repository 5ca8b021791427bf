"""What others did to our meetings: their changes are noted and stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from assistant.config import Config
from assistant.domain.invite import InviteState
from assistant.domain.mail import Address
from assistant.engine.answers import (
    CancelledByHand,
    Delegated,
    Finding,
    MovedByHand,
    NewPeople,
    Noted,
    Retitled,
    Seen,
    TakenOut,
    became,
)
from assistant.engine.customers import Customers
from assistant.engine.roles import in_role
from assistant.errors import ProviderError
from assistant.store import PlacedInvite, Store, Transaction
from assistant.workflows.booking import kind_of
from assistant.workflows.desk import DealView, Desk
from assistant.workflows.sources import SourceAccount
from assistant.workflows.times import CALENDAR_AHEAD, CALENDAR_BACK


def follow(tx: Transaction, desk: Desk, config: Config, now: datetime) -> tuple[bool, list[PlacedInvite]]:
    """Note what others changed: whether anything was, and the meetings that the calendar doesn't show any more."""
    changed = False
    missing: list[PlacedInvite] = []
    views = {view.deal.id: view for view in desk.views}
    for invite in tx.invites.latest():
        view = views.get(invite.deal_id)
        if view is None or not invite.state.alive:
            continue
        found = became_of(tx, view, invite, config, now)
        if any(isinstance(one, TakenOut) for one in found):
            missing.append(invite)
        elif (after := _left_as(tx, invite, _after(view, invite, found, config, now), now)) != invite:
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


def became_of(
    tx: Transaction, view: DealView, invite: PlacedInvite, config: Config, now: datetime
) -> tuple[Finding, ...]:
    """What has become of a meeting since it was noted."""
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


def _after(
    view: DealView, invite: PlacedInvite, found: Sequence[Finding], config: Config, now: datetime
) -> PlacedInvite:
    """The meeting as others have left it. Who sends somebody instead stays invited as well."""
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
            case Delegated() if may_come(one.to, view, config) and one.to not in (*content.to, *content.cc):
                to, cc = (_with(people, one.person, one.to) for people in (content.to, content.cc))
                after = replace(after, content=replace(content, to=to, cc=cc), at=now)
            case NewPeople() if invite.state is not InviteState.HELD:
                after = replace(after, content=replace(content, cc=(*content.cc, *one.people)), at=now)
            case _:
                pass
    return after


def _left_as(tx: Transaction, invite: PlacedInvite, after: PlacedInvite, now: datetime) -> PlacedInvite:
    """With the place that somebody has given it in the calendar."""
    event, meeting = tx.mirror.event(invite.uid), after.content.meeting
    where = " ".join(event.location.split()) if event and event.sequence >= invite.sequence else ""
    if not where or meeting is None or not after.state.alive or where == " ".join(meeting.where.split()):
        return after
    return replace(after, content=replace(after.content, meeting=replace(meeting, where=where)), at=now)


def _with(people: tuple[Address, ...], who: Address, instead: Address) -> tuple[Address, ...]:
    return tuple(each for person in people for each in ((person, instead) if person == who else (person,)))


def may_come(who: Address, view: DealView, config: Config) -> bool:
    """Whether somebody whom a mail names is of the deal's people or of ours: anybody may write a mail."""
    return who in config.us or who in Customers.of(view.deal, config.us)
