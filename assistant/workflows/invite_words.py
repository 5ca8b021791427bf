"""Invites as they're told: the meeting behind an item of the queue, and what was done in a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from assistant.config import Config
from assistant.domain.deal import Deal
from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.domain.mail import Address
from assistant.domain.ports import Interval
from assistant.drafting.invites import moment_in_words, people_called, topics
from assistant.store import PlacedInvite, Transaction
from assistant.workflows.booking import kind_of
from assistant.workflows.desk import DealView, hours_of
from assistant.workflows.rep import RepToday
from assistant.workflows.times import collides, still_named

_WAITING: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED})
_DONE: Final = {
    InviteState.HELD: "{did} {when} free for {what}",
    InviteState.INVITED: "{did} {who} to {what}, {when}",
    InviteState.CANCELLED: "{did} {what}, {when}",
}
_DID: Final = {
    InviteState.HELD: ("kept", "would keep"),
    InviteState.INVITED: ("invited", "would invite"),
    InviteState.CANCELLED: ("called off", "would call off"),
}
"""What was done, and what would be in a rehearsal."""


@dataclass(frozen=True, slots=True)
class SeenMeeting:
    """The meeting that an item is about. `time` and `was`, when it lies in the calendar until it's moved, are on the
    rep's clock; `theirs` is the time on the customer's, where that is another."""

    act: InviteAct
    milestone: str
    time: Interval
    theirs: Interval | None
    was: Interval | None
    where: str
    required: tuple[Address, ...]
    optional: tuple[Address, ...]


def meetings_of(tx: Transaction, items: Iterable[QueueItem], config: Config) -> dict[int, SeenMeeting]:
    """The meetings of those items that are invites, by the item's id."""
    found = ((item, _seen(tx, item, config)) for item in items)
    return {item.id: meeting for item, meeting in found if meeting}


def _seen(tx: Transaction, item: QueueItem, config: Config) -> SeenMeeting | None:
    content = item.content
    if content is None or content.meeting is None:
        return None
    meeting, time = content.meeting, _on(content.times[0], config)
    placed = tx.invites.history(meeting.uid) if meeting.act is InviteAct.MOVE and item.state in _WAITING else []
    was = _on(placed[-1].content.times[0], config) if placed else None
    deal = tx.ledger.deal(item.deal_id)
    theirs = _theirs(time, deal, config)
    return SeenMeeting(meeting.act, meeting.milestone, time, theirs, was, meeting.where, content.to, content.cc)


def _on(time: Interval, config: Config) -> Interval:
    return time[0].astimezone(config.zone), time[1].astimezone(config.zone)


def _theirs(time: Interval, deal: Deal, config: Config) -> Interval | None:
    zone = hours_of(deal, config).zone
    start, end = (at.astimezone(zone) for at in time)
    return (start, end) if start.utcoffset() != time[0].utcoffset() else None


def meeting_entry(meeting: SeenMeeting) -> dict[str, Any]:
    """The meeting for programs."""
    return {
        "act": meeting.act,
        "milestone": meeting.milestone,
        "start": meeting.time[0],
        "end": meeting.time[1],
        "was": meeting.was[0] if meeting.was else None,
        "where": meeting.where or None,
        "required": [str(person) for person in meeting.required],
        "optional": [str(person) for person in meeting.optional],
    }


def done_in_words(placed: PlacedInvite, config: Config, today: date, *, dry_run: bool) -> str:
    """What was done in the calendar: "harbour: invited Fiona to the security review, Tue 3 March 10:00." """
    start, _ = _on(placed.content.times[0], config)
    people, what = (*placed.content.to, *placed.content.cc), topics((kind_of(placed.milestone, config),))
    when = moment_in_words(start, today=today, country=config.country)
    if placed.state is InviteState.CANCELLED and not people:
        verb = "would let" if dry_run else "let"
        return f"{placed.deal_id}: {verb} {when} go, which was kept free for {what}."
    did = _DID[placed.state][dry_run]
    return f"{placed.deal_id}: {_DONE[placed.state].format(did=did, who=people_called(people), what=what, when=when)}."


def title_after(item: QueueItem, content: Content, config: Config, now: datetime) -> str:
    """The item's line in the queue with the people and the time that the content has now."""
    before, today = item.content, now.astimezone(config.zone).date()
    if before is None or before.meeting is None:
        return item.title
    was, is_ = (
        moment_in_words(_on(each.times[0], config)[0], today=today, country=config.country)
        for each in (before, content)
    )
    whom, invited = (f"Invite {people_called((*each.to, *each.cc))} to " for each in (before, content))
    title = item.title.replace(was, is_)
    return invited + title.removeprefix(whom) if title.startswith(whom) else title


def hints_on_time(
    tx: Transaction, view: DealView, before: Content, after: Content, config: Config, now: datetime
) -> list[str]:
    """What the rep may want to know of the time that they wrote into an invite."""
    if after.meeting is None or after.times == before.times or after.meeting.act is InviteAct.CANCEL:
        return []
    time, deal = _on(after.times[0], config), view.deal
    found = []
    if (theirs := _theirs(time, deal, config)) is not None:
        found.append(f"On their clock that is {theirs[0]:%H:%M} to {theirs[1]:%H:%M} ({theirs[0].tzinfo}).")
    if time[0].date() not in view.days:
        found.append(f"{time[0]:%A} {time[0].day} {time[0]:%B} is a day off for you or for them.")
    if deal.decision is not None and time[0].date() > deal.decision.day:
        found.append("That is after the day on which they decide.")
    if collides([time], RepToday(tx, config, now).busy(frozenset({after.meeting.uid}))):
        found.append("Your calendar has something at that time: as long as it has, the invite can't be approved.")
    zones = (config.zone, hours_of(deal, config).zone)
    if after.meeting.act is InviteAct.MOVE and still_named(before.times, after.body, zones):
        found.append("The text still names the time from before.")
    return found
