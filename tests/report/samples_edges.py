"""Reports to draw at their edges: an empty week, a week off, and a huge one with long names."""

from dataclasses import replace
from datetime import timedelta

from assistant.domain.deal import Stage, Standing
from assistant.report.figure import DealName, Figure, counted
from assistant.report.values import (
    Contacted,
    DealLine,
    DecisionDates,
    Drafts,
    Endings,
    GuardStop,
    Invites,
    Milestones,
    Moves,
    NextSteps,
    Promises,
    Replies,
    ReplyTimes,
    Report,
    StandingCount,
    TrendWeek,
)
from tests.report.samples import count, measure, ordinary, some, trend

_LONG = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz-Beratung GmbH & Co. KG",
    "Großhandelsgenossenschaft für Landmaschinen und Erntetechnik Nordwestmecklenburg eG",
    "Stadtwerke Süd",
    "Kraftfahrzeughaftpflichtversicherungsverein auf Gegenseitigkeit",
    "Bäckerei Weiß",
)


def empty() -> Report:
    """A working week in which nothing happened, of somebody who has just begun: no deals either."""
    nothing = {each.id: replace(each, value=0, of=None, small=False, evidence=()) for each in ordinary().figures()}
    one = ReplyTimes(
        Figure("replies.purposeful.answered", 0, 0, small=True), Figure("replies.purposeful.hours", None, 0, small=True)
    )
    other = ReplyTimes(
        Figure("replies.passive.answered", 0, 0, small=True), Figure("replies.passive.hours", None, 0, small=True)
    )
    return replace(
        ordinary(),
        open=nothing["open"],
        opened=nothing["opened"],
        deals=(),
        standings=(),
        moves=Moves(
            Figure("moves.purposeful", 0, 0, small=True),
            Figure("moves.passive", 0, 0, small=True),
            nothing["moves.untold"],
            nothing["moves.colleagues"],
            nothing["moves.meetings"],
            nothing["moves.theirs"],
        ),
        trend=trend([(0, 0, 5)] * 12),
        rallies=(),
        next_steps=NextSteps(Figure("next-steps", 0, 0, small=True), (), nothing["resting"]),
        plans=(),
        milestones=Milestones(nothing["milestones.met"], nothing["milestones.moved"], nothing["milestones.missed"]),
        dates=DecisionDates(
            Figure("dates.held", 0, 0, small=True),
            nothing["dates.moved-by-us"],
            nothing["dates.moved-by-customers"],
            nothing["dates.named"],
            nothing["dates.unknown"],
        ),
        drafts=Drafts(
            nothing["drafts.proposed"],
            nothing["drafts.approved"],
            Figure("drafts.edited", 0, 0, small=True),
            nothing["drafts.dismissed"],
            Figure("drafts.changed", None, 0, small=True),
            nothing["drafts.withdrawn"],
        ),
        replies=Replies(one, other),
        invites=Invites(
            *(nothing[f"invites.{each}"] for each in ("sent", "accepted", "declined", "replanned", "cancelled"))
        ),
        guard=(),
        endings=Endings((), (), (), nothing["won"], nothing["exits"], nothing["paused"]),
        people=(),
        promises=Promises(nothing["promises.kept"], nothing["promises.open"], nothing["promises.late"], ()),
        next=(),
    )


def off() -> Report:
    """A week off: the deals stand as they did, and nothing was done."""
    told = ordinary()
    quiet = empty()
    return replace(
        told,
        working_days=0,
        opened=quiet.opened,
        moves=quiet.moves,
        trend=(*told.trend[:-1], TrendWeek(told.week, Figure(f"trend.{told.week.name}", 0, 0, small=True), 0)),
        rallies=told.rallies[:1],
        drafts=quiet.drafts,
        invites=quiet.invites,
        guard=(),
        people=(),
        endings=replace(told.endings, exits=(), exits_figure=quiet.endings.exits_figure),
    )


def huge() -> Report:
    """Sixty deals with long names, long rallies, many promises."""
    told = ordinary()
    standings = [Standing.OWES_REPLY, Standing.ADVANCING, Standing.LAPSED, Standing.PASSIVE, Standing.UNDATED]
    deals = tuple(DealName(f"deal-{n}", f"{_LONG[n % 6]}: Erneuerung {n}", _LONG[(n + 1) % 6]) for n in range(1, 61))
    lines = tuple(
        DealLine(deal, Stage.BEFORE_YES, standings[n % 5], some(deal.id, 2), opened=n % 20 == 0)
        for n, deal in enumerate(deals)
    )
    without = tuple(line for line in lines if line.standing is not Standing.ADVANCING)
    plans = tuple(
        replace(
            told.plans[n % 3],
            deal=deal,
            decision=told.plans[n % 3].decision + timedelta(days=7 * (n % 9)),
            slack=measure(f"slack.{deal.id}", max(0, n % 14 - 3), evidence=1),
            days_left=measure(f"days-left.{deal.id}", 12 + n, evidence=1),
        )
        for n, deal in enumerate(deals[:40])
    )
    return replace(
        told,
        open=count("open", 60),
        opened=count("opened", 3),
        deals=lines,
        standings=tuple(
            StandingCount(
                standing,
                tuple(line.deal for line in lines if line.standing is standing),
                counted(f"standing.{standing}", some(f"s-{standing}", 12), of=60),
            )
            for standing in standings
        ),
        moves=Moves(
            count("moves.purposeful", 118, of=240),
            count("moves.passive", 122, of=240),
            count("moves.untold", 31),
            count("moves.colleagues", 44),
            count("moves.meetings", 37),
            count("moves.theirs", 312),
        ),
        trend=trend([(60 + 5 * n, 200 + 3 * n, 5) for n in range(12)]),
        rallies=tuple(
            replace(told.rallies[n % 3], deal=deal, length=count(f"rally.{deal.id}.1", 14 - n))
            for n, deal in enumerate(deals[:10])
        ),
        next_steps=NextSteps(count("next-steps", 12, of=60), without, count("resting", 7)),
        plans=plans,
        people=tuple(
            Contacted(
                f"Prof. Dr. Maximiliane von und zu Hohenstein-Wolkenburg {n}",
                deal,
                count(f"contact.{deal.id}.1", 5 - n // 3, of=2),
                over=5 - n // 3 > 2,
            )
            for n, deal in enumerate(deals[:10])
        ),
        promises=replace(
            told.promises,
            open=count("promises.open", 30),
            late=count("promises.late", 12),
            lines=tuple(replace(told.promises.lines[n % 2], deal=deal) for n, deal in enumerate(deals[:42])),
        ),
        next=tuple(
            replace(told.next[n % 4], deal=deal, title=f"{told.next[n % 4].title} ({deal.name})")
            for n, deal in enumerate(deals)
        ),
        guard=tuple(GuardStop(each, f"family {each}", count(f"guard.{each}", 3)) for each in "ABCDEFGH"),
    )
