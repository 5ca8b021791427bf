"""The deals at the week's end as figures: where they stand, their plans and dates, how they ended, and what's next."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from assistant.domain.deal import DecisionDate, Evidence, Stage, Standing
from assistant.domain.draft import ItemKind
from assistant.domain.plan import MilestoneKind
from assistant.domain.reading import MoveKind
from assistant.engine.reasons import spelled
from assistant.report.deal_week import DealWeek, Facts
from assistant.report.figure import Figure, counted
from assistant.report.values import (
    DealLine,
    DecisionDates,
    Endings,
    Exit,
    MilestoneMark,
    Milestones,
    MilestoneState,
    NextLine,
    NextSteps,
    Paused,
    PlanHealth,
    Risk,
    StandingCount,
)

_RESTING: Final = frozenset({Standing.PAUSED, Standing.AWAY})
_RISKS: Final = (
    (Standing.OWES_REPLY, Risk.WAITING),
    (None, Risk.CROWDED),
    (Standing.LAPSED, Risk.LAPSED),
    (Standing.PASSIVE, Risk.PASSIVE),
    (Standing.UNDATED, Risk.UNDATED),
)


def lines_of(facts: Facts) -> tuple[DealLine, ...]:
    """The open deals and those that rest, by their standing's precedence, then by name."""
    shown = [deal for deal in facts.deals if deal.is_open or deal.deal.stage is Stage.PAUSED]
    return tuple(_line(deal, facts) for deal in sorted(shown, key=_by_standing))


def _by_standing(deal: DealWeek) -> tuple[int, str, str]:
    first = standing_of(deal)
    return list(Standing).index(first) if first else len(Standing), deal.deal.name.casefold(), deal.deal.id


def standing_of(deal: DealWeek) -> Standing | None:
    return deal.standings.first.standing if deal.standings.first else None


def _line(deal: DealWeek, facts: Facts) -> DealLine:
    first = deal.standings.first
    evidence = first.evidence if first else ()
    return DealLine(deal.name, deal.deal.stage, standing_of(deal), evidence, opened=deal.began in facts.week)


def open_deals(facts: Facts) -> list[DealWeek]:
    return [deal for deal in facts.deals if deal.is_open]


def open_of(facts: Facts) -> Figure:
    return counted("open", tuple(_why(deal) for deal in open_deals(facts)))


def opened_of(facts: Facts) -> Figure:
    """Deals that began in the week, also those that ended in it."""
    began = [deal for deal in facts.deals if deal.began in facts.week]
    return counted("opened", tuple(_beginning(deal) for deal in began))


def _beginning(deal: DealWeek) -> Evidence:
    if deal.moves and deal.day_of(deal.moves[0]) == deal.began:
        return deal.case.evidence(deal.moves[0])
    return deal.told(f"{deal.deal.name} was put in the book.", "deal.added", deal.began)


def standings_of(facts: Facts) -> tuple[StandingCount, ...]:
    """How the open deals stand, in the order of precedence."""
    found: dict[Standing | None, list[DealWeek]] = defaultdict(list)
    for deal in sorted(open_deals(facts), key=_by_standing):
        found[standing_of(deal)].append(deal)
    whole = sum(map(len, found.values()))
    return tuple(
        StandingCount(
            standing,
            tuple(deal.name for deal in deals),
            counted(f"standing.{standing or 'none'}", tuple(_why(deal) for deal in deals), of=whole),
        )
        for standing, deals in found.items()
    )


def _why(deal: DealWeek) -> Evidence:
    """The first piece of evidence of where it stands."""
    first = deal.standings.first
    return first.evidence[0] if first and first.evidence else deal.told("Nothing is open.", "standing.none")


def next_steps_of(facts: Facts) -> NextSteps:
    """How many of the open deals that don't rest have a next step ahead of them."""
    awake = [deal for deal in open_deals(facts) if standing_of(deal) not in _RESTING]
    resting = [deal for deal in facts.deals if standing_of(deal) in _RESTING]
    ahead = [found for deal in awake if (found := deal.standings.of(Standing.ADVANCING)) is not None]
    without = [deal for deal in awake if not deal.standings.has(Standing.ADVANCING)]
    return NextSteps(
        counted("next-steps", tuple(found.evidence[0] for found in ahead if found.evidence), len(awake), len(ahead)),
        tuple(_line(deal, facts) for deal in sorted(without, key=_by_standing)),
        counted("resting", tuple(_why(deal) for deal in resting)),
    )


def plans_of(facts: Facts) -> tuple[PlanHealth, ...]:
    """The plans toward days that are still to come: those first that no longer fit, then the least slack."""
    today = facts.as_of.date()
    planned = (deal for deal in open_deals(facts) if deal.plan is not None and deal.plan.decision >= today)
    return tuple(sorted((_health(deal, facts) for deal in planned), key=_by_slack))


def _by_slack(plan: PlanHealth) -> tuple[int, int, date, str]:
    slack = plan.slack.value
    return -len(plan.crowded), slack if isinstance(slack, int) else 10_000, plan.decision, plan.deal.id


def _health(deal: DealWeek, facts: Facts) -> PlanHealth:
    assert deal.plan is not None  # the caller looked
    today, plan = facts.as_of.date(), deal.plan
    said = deal.deal.decision.evidence if deal.deal.decision else deal.told("", "decision.unknown")
    marks = tuple(sorted(_marks(deal, facts), key=lambda each: (each.day or plan.decision, each.id)))
    return PlanHealth(
        deal.name,
        plan.decision,
        Figure(f"slack.{deal.deal.id}", deal.slack, evidence=(said, *_plan_reasons(deal))),
        Figure(f"days-left.{deal.deal.id}", deal.days.between(today, plan.decision), evidence=(said,)),
        marks,
        plan.next.kind.id if plan.next else None,
    )


def _plan_reasons(deal: DealWeek) -> Iterator[Evidence]:
    plan = deal.plan
    if plan is not None and plan.next is not None:
        latest = f", on {spelled(plan.next.latest)} at the latest" if plan.next.latest else ""
        yield deal.told(f"{plan.next.kind.name} is next, on {spelled(plan.next.day)}{latest}.", "plan.next")
    for kind in plan.crowded if plan else ():
        yield deal.told(f"Too late for {kind.name}: it needs {kind.least} working days.", "plan.crowded")


def _marks(deal: DealWeek, facts: Facts) -> Iterator[MilestoneMark]:
    assert deal.plan is not None  # the caller looked
    for milestone in deal.plan.milestones:
        kind, agreed = milestone.kind, milestone.kind.id in deal.kept
        if milestone.done:
            yield MilestoneMark(kind.id, kind.name, _held_on(deal, kind.id), MilestoneState.MET, agreed=agreed)
        elif (was := _missed(deal, kind.id, facts)) is not None:
            yield MilestoneMark(kind.id, kind.name, milestone.day, MilestoneState.MISSED, was, agreed=False)
        elif (moved := _moved(deal, kind.id)) is not None:
            yield MilestoneMark(kind.id, kind.name, milestone.day, MilestoneState.MOVED, moved, agreed=agreed)
        else:
            yield MilestoneMark(kind.id, kind.name, milestone.day, MilestoneState.AHEAD, agreed=agreed)
    for kind in deal.plan.crowded:
        yield MilestoneMark(kind.id, kind.name, None, MilestoneState.CROWDED, _missed(deal, kind.id, facts))


def _held_on(deal: DealWeek, milestone: str) -> date | None:
    """The day on which it was held: by the rep's word, else by the move that showed it."""
    if milestone in deal.done:
        return deal.done[milestone]
    return deal.day_of(deal.shown[milestone]) if milestone in deal.shown else None


def _moved(deal: DealWeek, milestone: str) -> date | None:
    """The day that it had before the week, where it has another one now."""
    was, now = deal.kept_before.get(milestone), deal.kept.get(milestone)
    return was if was is not None and now is not None and was != now else None


def _missed(deal: DealWeek, milestone: str, facts: Facts) -> date | None:
    """Its day, where that went by in the week without it and nobody has given it another one."""
    now = deal.kept.get(milestone)
    return now if now is not None and now in facts.week and now < facts.as_of.date() else None


def milestones_of(facts: Facts) -> Milestones:
    """What became of milestones in the week, over all deals with a plan."""
    met = [each for deal in facts.deals for each in _met(deal, facts)]
    moved, missed = [], []
    for deal in open_deals(facts):
        for kind in _unmet(deal):
            if (day := _missed(deal, kind.id, facts)) is not None:
                missed.append(deal.told(f"{kind.name} was to be held on {spelled(day)}.", "milestone.missed", day))
            elif (was := _moved(deal, kind.id)) is not None:
                to = spelled(deal.kept[kind.id])
                moved.append(deal.told(f"{kind.name}: from {spelled(was)} to {to}.", "milestone.moved", was))
    return Milestones(
        counted("milestones.met", tuple(met)),
        counted("milestones.moved", tuple(moved)),
        counted("milestones.missed", tuple(missed)),
    )


def _unmet(deal: DealWeek) -> list[MilestoneKind]:
    plan = deal.plan
    return [*(each.kind for each in plan.milestones if not each.done), *plan.crowded] if plan else []


def _met(deal: DealWeek, facts: Facts) -> Iterator[Evidence]:
    names: Mapping[str, str] = {kind.id: kind.name for kind in deal.kinds}
    for milestone in {**deal.shown, **deal.done}:
        day = _held_on(deal, milestone)
        if day is None or day not in facts.week or milestone not in names:
            continue
        if milestone in deal.done:
            yield deal.told(f"{names[milestone]} was held on {spelled(day)}.", "milestone.done", day)
        else:
            yield deal.case.evidence(deal.shown[milestone], rule=f"milestone.{milestone}")


def dates_of(facts: Facts) -> DecisionDates:
    """The decision dates in force, and what became of them in the week. None is ever moved by us: the store refuses
    to change one, and another one is the customer's own word."""
    dated = [(deal.deal.id, said.evidence) for deal in open_deals(facts) if (said := deal.deal.decision) is not None]
    moved = [said for deal in facts.deals for said in _moved_dates(deal, facts)]
    changed = {deal.deal.id for deal in facts.deals if any(True for _ in _moved_dates(deal, facts))}
    held = [evidence for deal_id, evidence in dated if deal_id not in changed]
    named = [said.evidence for deal in facts.deals for said in _all_dates(deal)[:1] if _said_in(said, facts)]
    unknown = [deal.told("No decision date is known.", "decision.unknown") for deal in open_deals(facts)
               if deal.deal.decision is None]  # fmt: skip
    return DecisionDates(
        counted("dates.held", tuple(held), of=len(dated)),
        counted("dates.moved-by-us", ()),
        counted("dates.moved-by-customers", tuple(moved)),
        counted("dates.named", tuple(named)),
        counted("dates.unknown", tuple(unknown)),
    )


def _moved_dates(deal: DealWeek, facts: Facts) -> Iterator[Evidence]:
    """Where the customer named another day in the week, whether or not it has been written down."""
    for before, after in pairwise(_all_dates(deal)):
        if before.day != after.day and _said_in(after, facts):
            yield after.evidence


def _all_dates(deal: DealWeek) -> tuple[DecisionDate, ...]:
    return deal.dates if deal.named is None else (*deal.dates, deal.named)


def _said_in(decision: DecisionDate, facts: Facts) -> bool:
    return decision.evidence.on is not None and decision.evidence.on in facts.week


def endings_of(facts: Facts) -> Endings:
    """What ended in the week, and what rests at its end. Leaving gracefully is a good outcome."""
    won = tuple(
        Exit(deal.name, facts.day(at), (deal.told("The deal is won.", "stage.won", facts.day(at)),))
        for deal in facts.deals
        for at, stage in deal.reached[-1:]
        if stage is Stage.WON
    )
    exits = tuple(exit_ for deal in facts.deals if (exit_ := _exit(deal, facts)) is not None)
    paused = tuple(
        Paused(deal.name, found.until or deal.deal.resume_on, found.evidence)
        for deal in facts.deals
        if (found := deal.standings.first) is not None and found.standing is Standing.PAUSED
    )
    by_day = sorted(paused, key=lambda each: (each.until or date.max, each.deal.id))
    return Endings(
        won,
        exits,
        tuple(by_day),
        counted("won", tuple(each.evidence[0] for each in won)),
        counted("exits", tuple(each.evidence[0] for each in exits)),
        counted("paused", tuple(each.evidence[0] for each in by_day if each.evidence), value=len(by_day)),
    )


def _exit(deal: DealWeek, facts: Facts) -> Exit | None:
    """Our farewell of the week; they may rest instead, or have come back since."""
    if deal.deal.stage is not Stage.SAID_NO:
        return None
    for move in reversed(deal.moves):
        farewell = move.reading is not None and move.reading.kind is MoveKind.GRACEFUL_EXIT
        if farewell and deal.day_of(move) in facts.week:
            return Exit(deal.name, deal.day_of(move), (deal.case.evidence(move),))
    return None


def next_of(facts: Facts) -> tuple[NextLine, ...]:
    """What's next for each open deal, what is most at risk first as in the queue; those that rest last. Of those that
    ended or rest by the customer's word, where a farewell is due or the day has come that they named."""
    found = [(deal, deal.next) for deal in facts.deals if deal.next is not None and (deal.is_open or deal.next.kind)]
    ordered = sorted(found, key=lambda each: (risk_of(each[0], facts) is Risk.RESTING, each[1].rank, each[0].deal.id))
    return tuple(_next_line(deal, facts) for deal, _ in ordered)


def _next_line(deal: DealWeek, facts: Facts) -> NextLine:
    move = deal.next
    assert move is not None  # the caller looked
    step = deal.plan.next if deal.plan else None
    today = deal.days.first_from(facts.as_of.date())
    day = move.wait_until if move.kind is None else today
    return NextLine(
        deal.name,
        move.title,
        move.kind,
        move.purpose,
        day,
        risk_of(deal, facts),
        deal.slack,
        step.kind.name if step else None,
        step.day if step else None,
        move.why,
    )


def risk_of(deal: DealWeek, facts: Facts) -> Risk:
    """The gravest that holds; nothing where they rest, by their own wish, and no answer where no mail arrives."""
    if not deal.is_open:
        if deal.next is None or deal.next.kind is not ItemKind.DRAFT:
            return Risk.RESTING
        return Risk.FAREWELL if deal.deal.stage is Stage.SAID_NO else Risk.DUE
    if standing_of(deal) in _RESTING:
        return Risk.RESTING
    if standing_of(deal) is Standing.UNREACHABLE:
        return Risk.UNREACHABLE
    passed = deal.deal.decision is not None and deal.deal.decision.day < facts.as_of.date()
    crowded = passed or bool(deal.plan and deal.plan.crowded)
    held = {found.standing for found in deal.standings.found}
    holds = (risk for standing, risk in _RISKS if (crowded if standing is None else standing in held))
    return next(holds, Risk.NONE)
