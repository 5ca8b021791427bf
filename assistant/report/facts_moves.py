"""The week's moves as figures: how many led somewhere, the rallies, the replies, and who was written to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from assistant.domain.deal import Evidence, Side, Source
from assistant.domain.mail import Address
from assistant.domain.reading import MoveKind
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.found import called
from assistant.engine.timeline import Move
from assistant.report.deal_week import TREND, DealWeek, Facts
from assistant.report.figure import FEW, Figure, Week, counted
from assistant.report.values import Break, Broke, Contacted, Moves, Rally, Replies, ReplyTimes, TrendWeek

_LONGEST: Final = 8
"""Rallies that are shown."""
_MOST: Final = 8
"""People that are shown."""
_PATIENCE: Final = 5
"""Working days after which a mail without an answer counts as not answered."""

Turn = tuple[DealWeek, Move]


def moves_of(facts: Facts) -> Moves:
    """What the week's moves were: mails, meetings that were held, and talks that the rep told of."""
    ours: list[Turn] = []
    theirs: list[Turn] = []
    for turn in _turns(facts, facts.week):
        (ours if turn[1].side is Side.US else theirs).append(turn)
    told = [turn for turn in ours if turn[1].purposeful is not None]
    return Moves(
        purposeful=_count("moves.purposeful", [turn for turn in told if turn[1].purposeful], of=len(told)),
        passive=_count("moves.passive", [turn for turn in told if not turn[1].purposeful], of=len(told)),
        untold=_count("moves.untold", [turn for turn in ours if turn[1].purposeful is None]),
        colleagues=_count("moves.colleagues", [turn for turn in ours if _by_a_colleague(*turn)]),
        meetings=_count("moves.meetings", [turn for turn in ours if turn[1].event is not None]),
        theirs=_count("moves.theirs", theirs),
    )


def trend_of(facts: Facts) -> tuple[TrendWeek, ...]:
    """Twelve weeks, the report's own last."""
    found: dict[Week, list[Turn]] = defaultdict(list)
    first = facts.week.back(TREND - 1)
    for deal in facts.deals:
        for move in deal.moves:
            day = deal.day_of(move)
            if move.side is Side.US and first.start <= day < facts.week.end and move.purposeful is not None:
                found[Week.of(day)].append((deal, move))
    weeks = [facts.week.back(TREND - 1 - n) for n in range(TREND)]
    return tuple(
        TrendWeek(
            week,
            _count(f"trend.{week.name}", [turn for turn in found[week] if turn[1].purposeful], of=len(found[week])),
            facts.working_days(week),
        )
        for week in weeks
    )


def rallies_of(facts: Facts) -> tuple[Rally, ...]:
    """The longest that were broken in the week, or go on at its end in a deal that's open; of two exchanges or more."""
    found = [rally for deal in facts.deals for rally in _rallies(deal, facts)]
    longest = sorted(found, key=lambda each: (-each.length.count, each.since, each.deal.id))
    return tuple(longest[:_LONGEST])


def _rallies(deal: DealWeek, facts: Facts) -> Iterator[Rally]:
    passive: list[Move] = []
    """The last one of each of our turns that led nowhere."""
    turn_goes_on, number = False, 0
    for move in deal.moves:
        if move.side is Side.THEM:
            turn_goes_on = False
        elif move.purposeful:
            if len(passive) > 1 and deal.day_of(move) in facts.week:
                number += 1
                yield _rally(deal, number, passive, Break(_how(move), deal.day_of(move), deal.case.evidence(move)))
            passive, turn_goes_on = [], False
        elif move.purposeful is False:
            passive = [*(passive[:-1] if turn_goes_on else passive), move]
            turn_goes_on = True
    if len(passive) > 1 and deal.is_open:
        yield _rally(deal, number + 1, passive, None)
    elif len(passive) > 1 and (ended := _ended(deal, facts)) is not None:
        yield _rally(deal, number + 1, passive, ended)


def _ended(deal: DealWeek, facts: Facts) -> Break | None:
    """What ended the deal within the week: their word, or the rep's."""
    first = deal.standings.first
    if deal.reached:
        at, stage = deal.reached[-1]
        return Break(
            Broke.ENDED, facts.day(at), deal.told(f"The deal ended: {stage}.", f"stage.{stage}", facts.day(at))
        )
    if first is None or first.move is None or deal.day_of(first.move) not in facts.week:
        return None
    return Break(Broke.ENDED, deal.day_of(first.move), deal.case.evidence(first.move))


def _rally(deal: DealWeek, number: int, passive: Sequence[Move], broken: Break | None) -> Rally:
    evidence = tuple(deal.case.evidence(move) for move in passive)
    figure = Figure(f"rally.{deal.deal.id}.{number}", len(passive), evidence=evidence)
    return Rally(deal.name, figure, deal.day_of(passive[0]), deal.day_of(passive[-1]), broken)


def _how(move: Move) -> Broke:
    if move.event is not None:
        return Broke.MEETING
    return Broke.SPOKE if move.spoken is not None else Broke.PURPOSE


def replies_of(facts: Facts) -> Replies:
    """How soon their answers came over twelve weeks: after mails of ours that led somewhere, and after the others.

    An answer belongs to the last mail of ours before it. A farewell waits for none; nor is a mail counted that has had
    less than five working days.
    """
    after: dict[bool, list[tuple[Evidence, float | None]]] = {True: [], False: []}
    first = facts.week.back(TREND - 1).start
    for deal in facts.deals:
        settled = deal.days.add(facts.as_of.date(), -_PATIENCE)
        for move, answer in _answered(deal.moves):
            day = deal.day_of(move)
            if move.purposeful is None or not first <= day < settled or _asks_nothing(move):
                continue
            hours = working_hours(move.at, answer.at, deal.hours, deal.days) if answer else None
            after[move.purposeful].append((deal.case.evidence(move), hours))
    return Replies(_reply_times("purposeful", after[True]), _reply_times("passive", after[False]))


def _answered(moves: Sequence[Move]) -> Iterator[tuple[Move, Move | None]]:
    """Each last mail of a turn of ours with their next move, where one followed."""
    for index, move in enumerate(moves):
        if move.side is not Side.US or move.message is None:
            continue
        following = moves[index + 1] if index + 1 < len(moves) else None
        if following is None or following.side is Side.THEM:
            yield move, following


def _asks_nothing(move: Move) -> bool:
    return move.finished or (move.reading is not None and move.reading.kind is MoveKind.GRACEFUL_EXIT)


def _reply_times(name: str, mails: Sequence[tuple[Evidence, float | None]]) -> ReplyTimes:
    came = [(evidence, hours) for evidence, hours in mails if hours is not None]
    few = len(came) < FEW
    middle = None if few else round(median(hours for _, hours in came), 1)
    evidence = tuple(each for each, _ in came)
    return ReplyTimes(
        counted(f"replies.{name}.answered", evidence, of=len(mails)),
        Figure(f"replies.{name}.hours", middle, len(came), few, evidence),
    )


def working_hours(start: datetime, end: datetime, hours: WorkingHours, days: Workdays) -> float:
    """Hours between the two moments that are working time: within the hours of working days."""
    first, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    found = 0.0
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if day in days:
            opens, closes = hours.on(day)
            since, until = max(opens.timestamp(), start.timestamp()), min(closes.timestamp(), end.timestamp())
            found += max(0.0, until - since)
    return found / 3600


def people_of(facts: Facts) -> tuple[Contacted, ...]:
    """Who got the most mails of ours in the week, against the cap."""
    mails: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    people: dict[str, Address] = {}
    for deal, move in _turns(facts, facts.week):
        if move.side is Side.THEM or move.message is None:
            continue
        for person in deal.case.customers.among(move.message.message.recipients):
            mails[deal.deal.id, person.email].append((deal, move))
            people[person.email] = _named(person, deal, people)
    most = sorted(mails.items(), key=lambda each: (-len(each[1]), each[0]))[:_MOST]
    numbers: dict[str, int] = defaultdict(int)
    found = []
    for (deal_id, email), turns in most:
        numbers[deal_id] += 1
        evidence = tuple(deal.case.evidence(move) for deal, move in turns)
        figure = Figure(f"contact.{deal_id}.{numbers[deal_id]}", len(turns), facts.cap, evidence=evidence)
        found.append(Contacted(called(people[email]), turns[0][0].name, figure, len(turns) > facts.cap))
    return tuple(found)


def _named(person: Address, deal: DealWeek, known: dict[str, Address]) -> Address:
    contact = deal.deal.contact(person.email)
    spellings = (contact.address if contact else None, known.get(person.email), person)
    return next((each for each in spellings if each is not None and each.name), person)


def _turns(facts: Facts, week: Week) -> Iterator[Turn]:
    for deal in facts.deals:
        for move in deal.moves:
            if deal.day_of(move) in week:
                yield deal, move


def _by_a_colleague(deal: DealWeek, move: Move) -> bool:
    """Whether one of us other than the rep wrote it, or called the meeting."""
    return (
        move.who is not None
        and move.spoken is None
        and move.who in deal.case.customers.us
        and not (deal.case.customers.us.is_rep(move.who))
    )


def _count(figure_id: str, turns: Sequence[Turn], of: int | None = None) -> Figure:
    return counted(figure_id, tuple(evidence_of(*turn) for turn in turns), of)


def evidence_of(deal: DealWeek, move: Move) -> Evidence:
    """What the move says, and by which rule; of one that can't be told, why."""
    told = deal.case.evidence(move)
    if move.reading is not None and move.side is Side.US and move.purposeful is None:
        return Evidence(Source.MESSAGE, move.ref, told.sentence, "move.untold", told.who, told.on)
    return told
