"""Every deal as it was at some moment: judged by what is dated before it, in one pass over the store.

Whose a mail is, who belongs to a deal and that there is one is taken from the book as it's today; stages, decision
dates, plans, talks and answers are those of that moment. What the calendar says now of others' meetings is all that
is known of them; calendar mail is judged by its date.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import Event
from assistant.domain.deal import Deal, DecisionDate, Side, Spoken, Stage
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.mail import Address, FolderRole
from assistant.domain.plan import Plan, PlanChoices, Process
from assistant.domain.reading import MirroredMessage, Reading
from assistant.domain.thread import ThreadFacts
from assistant.domain.workdays import Workdays
from assistant.engine.companies import mailbox_of, to_ascii
from assistant.engine.concerns import without_the_gone
from assistant.engine.copies import refs
from assistant.engine.decisions import decisions
from assistant.engine.found import NOTHING_MORE, Case
from assistant.engine.matching import match, match_event
from assistant.engine.next_step import next_move
from assistant.engine.planning import held, plan
from assistant.engine.standing import Standings, stage_of, standings
from assistant.engine.threads import subject_key
from assistant.engine.timeline import Move, Timeline, timeline
from assistant.report.deal_week import TREND, DealWeek
from assistant.report.figure import Week
from assistant.store import ApprovedPlan, PlacedInvite, Transaction
from assistant.store.history import Kept, Stages
from assistant.workflows.desk import (
    cadence_of,
    days_of,
    hours_of,
    process_of,
    unheard_of,
    with_readings,
    workdays_of,
)
from assistant.workflows.hearing import ANSWERED, listen, with_wishes_to_stop
from assistant.workflows.times import CALENDAR_AHEAD, CALENDAR_BACK

Mail = list[tuple[MirroredMessage, Reading | None]]
_OVER: Final = frozenset({Stage.WON, Stage.SAID_NO})
_SETTLED: Final = frozenset({ItemState.DISMISSED, ItemState.DELETED, ItemState.SENT})


@dataclass(slots=True)
class Past:
    """The store as of a moment: everything that was decided until then, of all deals."""

    config: Config
    week: Week
    as_of: datetime
    deals: list[Deal]
    stages: Mapping[str, Stages]
    items: Mapping[str, list[Kept]]
    dates: dict[str, list[DecisionDate]]
    done: Mapping[str, dict[str, date]]
    approvals: Mapping[str, list[tuple[int, ApprovedPlan | None]]]
    choices: Mapping[tuple[str, int], dict[str, tuple[str, str | None]]]
    invites: Mapping[str, list[PlacedInvite]]
    spoken: dict[str, list[Spoken]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, tx: Transaction, config: Config, week: Week, as_of: datetime) -> "Past":
        """Read it in one pass."""
        history, book = tx.history, tx.ledger.deals()
        over = as_of >= week.until(config.zone)
        until = as_of.date() if over else as_of.date() + timedelta(days=1)
        stages = history.stages(book)
        past = cls(
            config,
            week,
            as_of,
            [stages[deal.id].as_of(as_of) for deal in book],
            stages,
            history.items(as_of),
            history.decisions(until),
            history.milestones_done(until),
            history.approvals(),
            history.choices(as_of),
            history.invites(as_of),
        )
        written = history.decisions(date.max)
        for deal in past.deals:
            if deal.created >= as_of:  # it came into the book later, with its first date
                past.dates[deal.id] = written.get(deal.id, [])[:1]
        for told in tx.ledger.spoken():
            if told.at < as_of:
                past.spoken[told.deal_id].append(told)
        return past

    def approved(self, deal: Deal, until: datetime) -> Mapping[str, date]:
        """The days that had been approved for the milestones of the plan toward the date in force."""
        if deal.decision is None:
            return {}
        rows = self.approvals.get(deal.id, [])
        here = [each for seq, each in rows if each is not None and seq == deal.decision.seq and each.at < until]
        if not here or self.stages[deal.id].set_aside(here[-1].at, until):
            return {}
        return here[-1].days

    def kept(self, deal: Deal, until: datetime) -> dict[str, date]:
        """The days of the milestones by approval, and over it in the calendar."""
        placed = [
            before[-1]
            for noted in self.invites.values()
            if noted[0].deal_id == deal.id and (before := [each for each in noted if each.at < until])
        ]
        return {**self.approved(deal, until), **days_of(placed, self.config.zone)}

    def chosen(self, deal: Deal) -> PlanChoices:
        last = self.choices.get((deal.id, deal.decision.seq), {}) if deal.decision else {}
        return PlanChoices(
            frozenset(name for name, (choice, _) in last.items() if choice == "drop"),
            {name: into for name, (choice, into) in last.items() if choice == "merge" and into},
        )

    def answers(self, deal: Deal) -> tuple[frozenset[str], frozenset[str]]:
        """The keys of the questions that the rep had answered with yes, and with no."""
        answered = [
            item
            for item in self.items.get(deal.id, [])
            if item.kind is ItemKind.QUESTION and item.state is ItemState.DISMISSED
        ]
        yes = frozenset(item.key for item in answered if item.steps[-1].note == ANSWERED)
        return yes, frozenset(item.key for item in answered) - yes


def deals_then(tx: Transaction, past: Past) -> Iterator[DealWeek]:
    """Each deal that had begun by then, and that hadn't ended before the trend begins."""
    mail = _mail_of(tx, past)
    meetings = _events_of(tx, past)
    since = past.week.back(TREND - 1).since(past.config.zone)
    for deal in past.deals:
        letters = mail.get(deal.id, [])
        if (deal.created < past.as_of or letters) and not _long_over(deal, letters, since):
            yield _deal_then(past, deal, letters, meetings.get(deal.id, []))


def _long_over(deal: Deal, letters: Mail, since: datetime) -> bool:
    return deal.stage in _OVER and not any(each.message.date and each.message.date >= since for each, _ in letters)


def _deal_then(past: Past, deal: Deal, letters: Mail, events: Sequence[Event]) -> DealWeek:
    config, as_of, today = past.config, past.as_of, past.as_of.date()
    written = tuple(past.dates.get(deal.id, ()))
    deal = replace(deal, decision=written[-1] if written else None)
    heard = NOTHING_MORE
    if deal.stage not in _OVER:  # of one that's over only the moves count
        heard = listen(deal, letters, config, lambda *_: None, *past.answers(deal))
    days = workdays_of(deal, config)
    spoken = past.spoken.get(deal.id, [])
    line = timeline(deal, with_wishes_to_stop(letters, heard.concerns), events, spoken, config.us, as_of)
    decided = decisions(deal, line, heard)
    there = without_the_gone(deal, line, today, heard)
    then = replace(there, stage=stage_of(deal, line, heard), decision=decided.in_force)
    found = Standings(()) if deal.stage in _OVER else standings(then, line, config.us, as_of, days, heard, decided)
    case = Case.of(then, line, config.us, as_of, days, heard)
    first = case.day_of(line.moves[0]) if line.moves else None
    began = min(filter(None, (first, case.day(min(deal.created, as_of)))))
    process = process_of(config)
    shown = _shown(process, line) if then.decision else {}
    done = past.done.get(deal.id, {})
    week = DealWeek(
        then,
        began,
        case,
        found,
        days,
        hours_of(deal, config),
        dates=written,
        named=decided.unwritten,
        done=done,
        shown=shown,
        kinds=process.milestones,
        reached=tuple(past.stages[deal.id].reached(past.week.since(config.zone), as_of)),
    )
    if deal.stage in _OVER:
        return week
    if then.stage.ended:  # a farewell may be due, or their day may have come
        settled = [item.key for item in past.items.get(deal.id, ()) if item.state in _SETTLED]
        return replace(week, next=next_move(then, line, found, None, today, days, cadence_of(config), settled))
    kept = past.kept(then, as_of)
    laid = _plan_then(past, then, {*done, *shown}, kept, days, process)
    settled = [item.key for item in past.items.get(deal.id, ()) if item.state in _SETTLED]
    return replace(
        week,
        plan=laid,
        slack=laid.next.spare(days) if laid and laid.next else None,
        kept=kept,
        kept_before=past.kept(then, past.week.since(config.zone)),
        next=next_move(then, line, found, laid, today, days, cadence_of(config), settled),
    )


def _plan_then(
    past: Past, deal: Deal, done: set[str], kept: Mapping[str, date], days: Workdays, process: Process
) -> Plan | None:
    if deal.decision is None:
        return None
    return plan(process, deal.decision.day, deal.stage, done, past.as_of.date(), days, kept, past.chosen(deal))


def _shown(process: Process, line: Timeline) -> dict[str, Move]:
    """By milestone, the first move by which it was seen to be held."""
    all_of_them = held(process, line)
    found: dict[str, Move] = {}
    for move in line.moves:
        if len(found) == len(all_of_them):
            break
        if move.side is Side.THEM or move.message is None:
            events = (move.event,) if move.event is not None else ()
            alone = Timeline((move,), (), (), events, (), None, 0)
            for milestone in held(process, alone) & all_of_them:
                found.setdefault(milestone, move)
    return found


def _mail_of(tx: Transaction, past: Past) -> dict[str, Mail]:
    """By deal, its mail that had come by then, each with its reading."""
    deals, config = past.deals, past.config
    emails = {contact.address.email for deal in deals for contact in deal.contacts}
    chosen = tx.ledger.thread_choices()
    named = tx.mirror.threads_of(chosen)
    touching = tx.mirror.threads_touching(emails, {domain for deal in deals for domain in deal.domains})
    come = [
        each
        for each in tx.mirror.messages(threads=touching | set(named.values()), until=past.as_of)
        if _has_come(each, past.as_of)
    ]
    index = _Index.of(deals)
    of_deal: dict[int, str] = {}
    for together in _conversations(come):
        facts = _facts(together, named)
        matched = match(facts, index.candidates(facts, chosen), chosen, config.us)
        if matched.deal_id is not None:
            of_deal |= {each.key: matched.deal_id for each in together}
    found: dict[str, Mail] = defaultdict(list)
    for each, reading in with_readings(tx, [each for each in come if each.key in of_deal], config):
        found[of_deal[each.key]].append((each, reading))
    return found


def _has_come(each: MirroredMessage, as_of: datetime) -> bool:
    """Whether it was there by then; what has no date of its own counts from that of its first Received field. What
    lies among the drafts now tells nothing of that day."""
    message = each.message
    if message.role is FolderRole.DRAFTS:
        return False
    if message.date is not None:
        return message.date < as_of
    try:
        received = parsedate_to_datetime((message.header("received") or "").rpartition(";")[2])
    except ValueError:
        return False
    return received.tzinfo is not None and received < as_of


def _conversations(mail: Iterable[MirroredMessage]) -> Iterator[list[MirroredMessage]]:
    """The threads as they were: what only a later mail joined stands apart."""
    threads: dict[str, list[MirroredMessage]] = defaultdict(list)
    for each in mail:
        threads[each.thread].append(each)
    for together in threads.values():
        groups: list[tuple[set[str], list[MirroredMessage]]] = []
        for each in together:
            message = each.message
            marks = {message.message_id, *refs(message), f"\0{subject_key(message.subject)}"}
            joined = [group for group in groups if not group[0].isdisjoint(marks)]
            groups = [group for group in groups if group not in joined]
            names = marks.union(*(group[0] for group in joined))
            groups.append((names, [*(one for group in joined for one in group[1]), each]))
        yield from (letters for _, letters in groups)


def _facts(together: Sequence[MirroredMessage], named: Mapping[str, str]) -> ThreadFacts:
    thread = together[0].thread
    ids = {each.message.message_id for each in together}
    ids |= {message_id for message_id, name in named.items() if name == thread}
    people = {person for each in together for person in (*each.message.people, *each.message.reply_to)}
    subjects = dict.fromkeys(each.message.subject for each in together)
    return ThreadFacts(thread, frozenset(ids), frozenset(people), tuple(subjects))


@dataclass(frozen=True, slots=True)
class _Index:
    """The deals by the mailboxes of their people and by their domains: no other one can own a conversation."""

    deals: list[Deal]
    mailboxes: Mapping[str, set[str]]
    domains: Mapping[str, set[str]]

    @classmethod
    def of(cls, deals: list[Deal]) -> "_Index":
        mailboxes: dict[str, set[str]] = defaultdict(set)
        domains: dict[str, set[str]] = defaultdict(set)
        for deal in deals:
            for contact in deal.contacts:
                mailboxes[mailbox_of(contact.address.email)].add(deal.id)
            for domain in deal.domains:
                domains[to_ascii(domain)].add(deal.id)
        return cls(deals, mailboxes, domains)

    def candidates(self, facts: ThreadFacts, chosen: Mapping[str, str | None]) -> list[Deal]:
        if chosen and not chosen.keys().isdisjoint(facts.message_ids):
            return self.deals
        return self.of_people(facts.people)

    def of_people(self, people: Iterable[Address]) -> list[Deal]:
        found: set[str] = set()
        for person in people:
            found |= self.mailboxes.get(mailbox_of(person.email), set())
            labels = to_ascii(person.domain).split(".")
            for n in range(len(labels)):
                found |= self.domains.get(".".join(labels[n:]), set())
        return [deal for deal in self.deals if deal.id in found]


def _events_of(tx: Transaction, past: Past) -> dict[str, list[Event]]:
    """By deal, the meetings of the calendar, without those of ours that came later."""
    latest = [noted[-1] for noted in past.invites.values()]
    hidden = unheard_of(latest) | tx.history.later_uids(past.as_of)
    index = _Index.of(past.deals)
    found: dict[str, list[Event]] = defaultdict(list)
    for event in tx.mirror.events(past.as_of - CALENDAR_BACK, past.as_of + CALENDAR_AHEAD):
        if event.uid in hidden or event.private:
            continue
        matched = match_event(event, index.of_people(event.people), past.config.us)
        for deal_id in (matched.deal_id,) if matched.deal_id else matched.candidates:
            found[deal_id].append(event)
    return found
