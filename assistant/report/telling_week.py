"""What the week was like: moves, next steps, rallies and plans."""

from collections.abc import Sequence
from typing import Final

from assistant.report.figure import Figure, Week
from assistant.report.told import (
    Group,
    Line,
    Run,
    Section,
    Words,
    capital,
    counted,
    day,
    listed,
    many,
    named,
    number,
    part,
    quoted,
    sentences,
    share,
    spell,
    words,
)
from assistant.report.values import Broke, DecisionDates, PlanHealth, Rally, Report

_BROKEN: Final = {
    Broke.MEETING: "a meeting",
    Broke.SPOKE: "a talk",
    Broke.PURPOSE: "a mail that led somewhere",
    Broke.ENDED: "the deal's end",
}
_SPELLED: Final = 10


def trend(report: Report) -> Section | None:
    """Our moves of the week, and the share of the purposeful ones over twelve weeks."""
    moves = report.moves
    if not any(each.figure.of for each in report.trend):
        return None
    if moves.purposeful.of:
        tenths = share(moves.purposeful)
        amount = words(", {}", tenths) if tenths else words(": few, so only a hint") if moves.purposeful.small else ()
        head = words("{}{}.", _of_yours(moves.purposeful, moves.passive), amount)
    else:
        head = words("No move of yours this week; the weeks before, for the whole picture.")
    lines = [
        _line(
            many(moves.passive, "move"), " answered or sent something, and left the next step open", moves.passive.count
        ),
        _line(many(moves.meetings, "meeting"), " held", moves.meetings.count),
        _line(many(moves.theirs, "mail"), " from customers", moves.theirs.count),
        _line(many(moves.colleagues, "move"), " by colleagues, counted as yours", moves.colleagues.count),
        _line(many(moves.untold, "mail"), " too short or unclear to count", moves.untold.count),
    ]
    return Section("moves", "Moves", head, _group(lines), picture="trend")


def led(purposeful: Figure, passive: Figure) -> Words:
    """What our moves did, both kinds described alike."""
    if purposeful.of == 1:
        told = "led somewhere" if purposeful.count else "left the next step open"
        return (Run("The one move", purposeful.id), Run(f" {told}"))
    if not purposeful.count:
        return capital((*many(passive, "move", spelled=True), Run(" left the next step open")))
    if not passive.count:
        return (part(purposeful, first=True), Run(" moves led somewhere"))
    first = capital((*many(purposeful, "move", spelled=True), Run(" led somewhere, ")))
    return (*first, number(passive, spelled=True), Run(" left the next step open"))


def _of_yours(purposeful: Figure, passive: Figure) -> Words:
    """As a part of all of ours."""
    whole, count = purposeful.of or 0, purposeful.count
    if whole == 1 or not count:
        return led(purposeful, passive)
    if count == whole:
        return words("{} of your moves led somewhere", part(purposeful, first=True))
    share_of = f"{spell(count) if whole <= _SPELLED else count} of your {spell(whole)} moves"
    return capital(words("{} led somewhere", Run(share_of, purposeful.id)))


def next_steps(report: Report) -> Section | None:
    """Which open deals have a next step, and those without one."""
    head, resting = covered(report.next_steps.covered), report.next_steps.resting
    if not head:
        return None
    note: Words = ()
    if resting.count:
        verb = "rests on purpose and isn't" if resting.count == 1 else "rest on purpose and aren't"
        note = capital(words(f"{{}} {verb} counted.", many(resting, "deal", spelled=True)))
    return Section("next-steps", "Steps", head, (), note, "coverage")


def covered(figure: Figure) -> Words:
    """How many of the open deals have a next step; where none has, what's open in them."""
    whole = figure.of or 0
    if not whole:
        return ()
    if not figure.count:
        deals = "the one open deal" if whole == 1 else f"all {spell(whole)} open deals"
        return words("The next step is open in {}.", Run(deals, figure.id))
    if whole == 1:
        return words("{} has a next step.", Run("The one open deal", figure.id))
    return words(f"{{}} open deals {'has' if figure.count == 1 else 'have'} a next step.", part(figure, first=True))


def rallies(report: Report) -> Section | None:
    """The longest ones, and what broke them."""
    if not report.rallies:
        return None
    longest = max(report.rallies, key=lambda each: each.length.count)
    broken = sum(each.broken is not None for each in report.rallies)
    head = words(
        f"The longest rally is {{}}, with {{}}{'; it is over' if longest.broken else ', and it goes on'}.",
        many(longest.length, "exchange", spelled=True),
        named(longest.deal),
    )
    if broken and len(report.rallies) > 1:
        many_ = "one was" if broken == 1 else f"{spell(broken)} were"
        head = sentences(head, capital(words(f"{many_} broken in the week.")))
    lines = [Line((*_rally(each), Run(", "), *_broke(each)), name=(named(each.deal),)) for each in report.rallies]
    return Section("rallies", "Rallies", head, _group(lines), picture="rallies", folded=True)


def _rally(rally: Rally) -> Words:
    return (*many(rally.length, "exchange"), Run(f" since {day(rally.since)}"))


def _broke(rally: Rally) -> Words:
    if rally.broken is None:
        return words("goes on")
    return words(f"broken by {broken_by(rally.broken.how)} on {day(rally.broken.on)}")


def broken_by(how: Broke) -> str:
    return _BROKEN[how]


def plans(report: Report) -> Section | None:
    """Whether the plans still reach their decision dates, and what became of the week's milestones."""
    if not report.plans:
        return None
    tight = [each for each in report.plans if each.crowded]
    whole = len(report.plans)
    if not tight:
        head = words("The plan reaches its day." if whole == 1 else f"All {spell(whole)} plans reach their days.")
    elif whole == 1:
        head = words("The plan needs a look.")
    else:
        verb = "needs" if len(tight) == 1 else "need"
        fits = whole - len(tight)
        others = (
            f"; {'the other one reaches its day' if fits == 1 else f'{spell(fits)} reach their days'}" if fits else ""
        )
        head = capital(words(f"{spell(len(tight))} of {spell(whole)} plans {verb} a look{others}."))
    lines = [_plan_line(each, report.week) for each in report.plans]
    return Section(
        "plans", "Plans", head, _group(lines), sentences(_milestones(report), _dates(report)), "runway", folded=True
    )


def _plan_line(plan: PlanHealth, week: Week) -> Line:
    return Line(
        words(f"they decide on {day(plan.decision, week.last)}{{}}", _left(plan)),
        sentences(_following(plan, week), no_longer_fits(plan)),
        name=(named(plan.deal),),
    )


def _following(plan: PlanHealth, week: Week) -> Words:
    """What's next in it, as `nextmove plan` says it."""
    following = next((each for each in plan.milestones if each.id == plan.next), None)
    if following is None:
        return ()
    on = f" on {day(following.day, week.last)}" if following.day else ", whose day is open"
    return words(f"Next is {{}}{on}{{}}.", quoted(following.name), _slack(plan))


def no_longer_fits(plan: PlanHealth) -> Words:
    """Which milestones have no room any more."""
    if not plan.crowded:
        return ()
    verb = "no longer fits" if len(plan.crowded) == 1 else "no longer fit"
    return words(f"{{}} {verb} before their day.", listed([(quoted(each.name),) for each in plan.crowded]))


def _left(plan: PlanHealth) -> Words:
    left = plan.days_left
    if not isinstance(left.value, int | float) or left.count < 0:
        return ()
    return words(", in {}", many(left, "working day")) if left.count else ()


def _slack(plan: PlanHealth) -> Words:
    slack = plan.slack
    if not isinstance(slack.value, int | float):
        return ()
    if not slack.count:
        return words(", {}", Run("no day to spare", slack.id))
    return words(", {} to spare", Run(counted(slack.count, "working day"), slack.id))


def _milestones(report: Report) -> Words:
    told = report.milestones
    said: list[Words] = []
    if told.met.count:
        said.append(words("{} met", many(told.met, "milestone", spelled=True)))
    if told.moved.count:
        said.append(words("{} moved", number(told.moved, spelled=True)))
    if told.missed.count:
        days = "its day" if told.missed.count == 1 else "their days"
        said.append(words(f"{{}} not held on {days}", number(told.missed, spelled=True)))
    return (*capital(listed(said)), Run(".")) if said else ()


def _dates(report: Report) -> Words:
    dates = report.dates
    if not dates.held.of:
        return ()
    said = words("Decision dates held: {}; moved by us: {}, by customers: {}", *_three(dates))
    if dates.named.count:
        said += words("; named anew: {}", number(dates.named))
    if dates.unknown.count:
        said += words("; not known yet: {}", number(dates.unknown))
    return (*said, Run("."))


def _three(dates: DecisionDates) -> tuple[Run, Run, Run]:
    return part(dates.held), number(dates.moved_by_us), number(dates.moved_by_customers)


def _line(said: Words, rest: str, count: int) -> Line | None:
    return Line((*said, Run(rest))) if count else None


def _group(lines: Sequence[Line | None]) -> tuple[Group, ...]:
    kept = tuple(each for each in lines if each is not None)
    return (Group("", kept),) if kept else ()
