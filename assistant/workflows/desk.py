"""The desk: every deal with all that is known of it today, read from the store and judged by pure functions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.config import Config
from assistant.domain.calendar import Event
from assistant.domain.deal import Deal, DecisionDate, Evidence, Stage
from assistant.domain.draft import ItemState
from assistant.domain.invite import InviteState
from assistant.domain.mail import FolderRole, Message, Problem
from assistant.domain.plan import Plan, Process
from assistant.domain.reading import MirroredMessage, Reading
from assistant.domain.thread import ThreadFacts
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.cadence import Cadence
from assistant.engine.concerns import without_the_gone
from assistant.engine.decisions import decisions
from assistant.engine.found import Case
from assistant.engine.matching import Match, match, match_event
from assistant.engine.next_step import NextMove, next_move
from assistant.engine.planning import DEFAULT_PROCESS, held, plan
from assistant.engine.standing import Standings, stage_of, standings
from assistant.engine.timeline import Timeline, timeline
from assistant.reading import READER_VERSION, read
from assistant.store import PlacedInvite, Transaction
from assistant.workflows.hearing import hear, their_way, with_wishes_to_stop
from assistant.workflows.times import CALENDAR_AHEAD, CALENDAR_BACK

_SETTLED: Final = frozenset({ItemState.DISMISSED, ItemState.DELETED, ItemState.SENT})


@dataclass(frozen=True, slots=True)
class DealView:
    """One deal today. `deal` carries the stage, the decision date and the people that hold today, also where the
    ledger doesn't have them yet: `named` is a date that the customer named and the rep hasn't written down.
    `their_way` is what they said of how meetings with them are booked."""

    deal: Deal
    timeline: Timeline
    standings: Standings
    plan: Plan | None
    move: NextMove
    days: Workdays
    threads: tuple[str, ...]
    named: DecisionDate | None = None
    their_way: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """All deals today, and the threads that could belong to several of them."""

    views: tuple[DealView, ...]
    unsure: tuple[tuple[ThreadFacts, Match], ...] = ()

    def view(self, deal_id: str) -> DealView | None:
        return next((view for view in self.views if view.deal.id == deal_id), None)


def cadence_of(config: Config) -> Cadence:
    settings = config.cadence
    return Cadence(
        before_yes_days=settings.before_yes_days,
        after_yes_days=settings.after_yes_days,
        per_person_week=settings.per_person_week,
        quiet_touches=settings.quiet_touches,
    )


def process_of(config: Config) -> Process:
    return config.process or DEFAULT_PROCESS


def workdays_of(deal: Deal, config: Config) -> Workdays:
    """Days on which both sides work."""
    countries = tuple(dict.fromkeys(country for country in (config.country, deal.country) if country))
    return Workdays(countries, config.closed)


def hours_of(deal: Deal, config: Config) -> WorkingHours:
    """When the customer can be met: our hours of the day, in their zone where it's known, without our half days."""
    try:
        zone = ZoneInfo(deal.timezone) if deal.timezone else config.zone
    except (ZoneInfoNotFoundError, ValueError):
        zone = config.zone
    return replace(config.hours, zone=zone, half_days=frozenset())


def look(tx: Transaction, config: Config, now: datetime, only: Collection[str] | None = None) -> Desk:
    """Judge all deals (or `only` these) as of `now`. Readings that are new are kept for the next time, and messages
    that can't be read are noted, where the transaction writes."""
    now = now.astimezone(config.zone)
    deals = tx.ledger.deals()
    chosen = [deal for deal in deals if only is None or deal.id in only]
    threads, unsure = threads_of(tx, deals, config)
    unheard = unheard_of(tx.invites.latest())
    events = [
        event for event in tx.mirror.events(now - CALENDAR_BACK, now + CALENDAR_AHEAD) if event.uid not in unheard
    ]
    of_deal = _events_of(events, deals, config)
    views = tuple(
        _view(tx, deal, sorted(threads.get(deal.id, ())), of_deal.get(deal.id, []), config, now) for deal in chosen
    )
    return Desk(views, unsure)


def unheard_of(placed: Iterable[PlacedInvite]) -> frozenset[str]:
    """The UIDs of the meetings of ours that lead nowhere: nobody has been told of them yet, or they were taken out of
    the calendar, which the mirror doesn't show before the next pull."""
    return frozenset(
        invite.uid
        for invite in placed
        if (invite.state is InviteState.CANCELLED and invite.placed is None)
        or (invite.placed is not None and not invite.placed.told)
    )


def threads_of(
    tx: Transaction, deals: Sequence[Deal], config: Config
) -> tuple[Mapping[str, set[str]], tuple[tuple[ThreadFacts, Match], ...]]:
    """The threads of each deal, by its id; and those that could belong to several."""
    emails = {contact.address.email for deal in deals for contact in deal.contacts}
    domains = {domain for deal in deals for domain in deal.domains}
    touching = tx.mirror.threads_touching(emails, domains)
    chosen = tx.ledger.thread_choices()
    touching |= set(tx.mirror.threads_of(chosen).values())
    found: dict[str, set[str]] = defaultdict(set)
    unsure: list[tuple[ThreadFacts, Match]] = []
    for facts in tx.mirror.thread_facts(touching):
        matched = match(facts, deals, chosen, config.us)
        if matched.deal_id is not None:
            found[matched.deal_id].add(facts.thread)
        elif matched.candidates:
            unsure.append((facts, matched))
    return found, tuple(unsure)


def _events_of(events: Iterable[Event], deals: Sequence[Deal], config: Config) -> Mapping[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        matched = match_event(event, deals, config.us)
        for deal_id in (matched.deal_id,) if matched.deal_id else matched.candidates:
            found[deal_id].append(event)
    return found


def _view(
    tx: Transaction, deal: Deal, threads: list[str], events: list[Event], config: Config, now: datetime
) -> DealView:
    messages = [each for each in tx.mirror.messages(threads=threads) if _has_come(each, now)]
    mail = with_readings(tx, messages, config)
    heard = hear(tx, deal, mail, config, lambda broken, error: _report(tx, unreadable(broken, error)))
    pairs = with_wishes_to_stop(mail, heard.concerns)
    days = workdays_of(deal, config)
    line = timeline(deal, pairs, events, tx.ledger.spoken(deal.id), config.us, now)
    decided = decisions(deal, line, heard)
    local = now.astimezone(config.zone).date()
    there = without_the_gone(deal, line, local, heard)
    today = replace(there, stage=stage_of(deal, line, heard), decision=decided.in_force)
    found = standings(today, line, config.us, now, days, heard, decided)
    laid = _plan_of(tx, today, line, config, now, days)
    settled = [key for key, state in tx.queue.keys_of(deal.id).items() if state in _SETTLED]
    move = next_move(today, line, found, laid, local, days, cadence_of(config), settled)
    way = their_way(Case.of(today, line, config.us, now, days, heard))
    return DealView(today, line, found, laid, move, days, tuple(threads), decided.unwritten, way)


def _has_come(message: MirroredMessage, now: datetime) -> bool:
    """Whether the message was there at `now`: the clock can be set to a day in the past. What waits to be sent later
    is there already."""
    mail = message.message
    return mail.role is FolderRole.DRAFTS or mail.date is None or mail.date <= now + timedelta(hours=12)


def _plan_of(tx: Transaction, deal: Deal, line: Timeline, config: Config, now: datetime, days: Workdays) -> Plan | None:
    if deal.decision is None or deal.stage not in (Stage.BEFORE_YES, Stage.AFTER_YES):
        return None
    process = process_of(config)
    done = set(tx.ledger.milestones_done(deal.id)) | held(process, line)
    approved = tx.ledger.plan_approved(deal.id)
    kept = approved.days if approved is not None and approved.seq == deal.decision.seq else {}
    kept = {**kept, **days_of(tx.invites.latest(deal.id), config.zone)}
    choices = tx.ledger.plan_choices(deal.id, deal.decision.seq)
    return plan(process, deal.decision.day, deal.stage, done, now.date(), days, kept, choices)


def days_of(placed: Iterable[PlacedInvite], zone: tzinfo) -> dict[str, date]:
    """By milestone, the day of the meeting to which they're invited."""
    there = (invite for invite in placed if invite.state.alive and invite.state is not InviteState.HELD)
    return {invite.milestone: invite.content.times[0][0].astimezone(zone).date() for invite in there}


def with_readings(
    tx: Transaction, messages: Sequence[MirroredMessage], config: Config
) -> list[tuple[MirroredMessage, Reading | None]]:
    """Each message with its reading; those that nobody read yet are read now and kept."""
    kept = tx.mirror.readings([message.key for message in messages], READER_VERSION)
    by_id = {message.message.message_id: message.message.text for message in messages}
    fresh: dict[int, Reading] = {}
    for each in messages:
        if each.key not in kept:
            try:
                fresh[each.key] = _read(each, by_id, config)
            except Exception as error:  # a hostile message must not stop a run: it's reported instead
                _report(tx, unreadable(each.message, error))
    if fresh and tx.writes:
        tx.mirror.keep_readings(fresh, READER_VERSION)
    return [(each, kept.get(each.key) or fresh.get(each.key)) for each in messages]


def _report(tx: Transaction, problem: Problem) -> None:
    if tx.writes:
        tx.mirror.add_problems([problem])


def unreadable(message: Message, error: Exception) -> Problem:
    """A message whose text broke the reader: named, with the kind of failure and none of its content."""
    where = f"{message.folder}/{message.remote_id}"
    return Problem(message.account, where, f"Its text can't be judged ({type(error).__name__}): please look at it.")


def _read(each: MirroredMessage, texts: Mapping[str, str], config: Config) -> Reading:
    message = each.message
    parents = (*message.in_reply_to, *reversed(message.references))
    parent = next((texts[parent] for parent in parents if parent in texts), None)
    side = config.us.side_of(message.sender)
    return read(message, side, parent=parent, automatic=each.automatic, zone=config.zone)
