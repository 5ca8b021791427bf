"""A report as words: what's next first, then what the week was like. Described as it was, never judged."""

from typing import Final

from assistant.report.anonymous import without_subject
from assistant.report.figure import Week
from assistant.report.telling_desk import desk_sections
from assistant.report.telling_week import covered, led, next_steps, no_longer_fits, plans, rallies, trend
from assistant.report.told import (
    Group,
    Line,
    Run,
    Section,
    Told,
    Words,
    capital,
    listed,
    many,
    named,
    names_an_amount,
    number,
    quoted,
    sentences,
    spell,
    words,
)
from assistant.report.values import NextLine, PlanHealth, Report, Risk, StandingCount

_GROUPS: Final = {
    Risk.WAITING: "They wait for you",
    Risk.DUE: "The day that they named is here",
    Risk.FAREWELL: "They said no: thank them, and leave well",
    Risk.UNREACHABLE: "Mail doesn't reach them",
    Risk.CROWDED: "The plan needs a look",
    Risk.LAPSED: "A next step went by",
    Risk.PASSIVE: "The next step is open",
    Risk.UNDATED: "Their decision date isn't known yet",
    Risk.NONE: "On their way",
    Risk.RESTING: "They rest for now",
}
_CALM: Final = (Risk.NONE, Risk.RESTING)
_STANDINGS: Final = {
    "won": ("won", "won"),
    "said_no": ("ended gracefully", "ended gracefully"),
    "unreachable": ("can't be reached by mail", "can't be reached by mail"),
    "paused": ("rests until a day that they named", "rest until a day that they named"),
    "away": ("is away", "are away"),
    "owes_reply": ("waits for you", "wait for you"),
    "advancing": ("is on its way", "are on their way"),
    "lapsed": ("had a next step that went by", "had a next step that went by"),
    "passive": ("had a mail of ours last, with the next step open", "had a mail of ours last, with the next step open"),
    "undated": ("has no decision date yet", "have no decision date yet"),
    "none": ("has nothing open", "have nothing open"),
}
_COUNTING: Final = (
    "A move led somewhere when it proposed or confirmed a next step (what, who and when), showed the dated steps, "
    "asked the one question that decides the way forward, or ended gracefully. A rally counts exchanges in a row "
    "without such a move. Days and hours are working time. Fewer than five of anything are few: neither a share nor a "
    "median is made of them."
)


def tell(report: Report) -> Told:
    """The whole report in words. What there is nothing to say of is left out."""
    sections = [
        whats_next(report),
        trend(report),
        next_steps(report),
        rallies(report),
        plans(report),
        standing(report),
        *desk_sections(report),
    ]
    told = tuple(each for each in sections if each is not None)
    return Told(
        week=report.week.name,
        when=when(report.week),
        title=_title(report),
        lead=_lead(report),
        sections=told,
        counting=words(_COUNTING) if told else (),
    )


def when(week: Week) -> str:
    """The week's days: 16 to 22 November 2026."""
    first, last = week.start, week.last
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%B}{year}" if (first.year, first.month) != (last.year, last.month) else ""
    return f"{first.day}{month} to {last.day} {last:%B %Y}"


def _title(report: Report) -> Words:
    moves = report.moves
    if report.off:
        return words("A week away.")
    if report.empty:
        return words("A quiet week.")
    if not moves.purposeful.of:
        return words("A week of reading.") if moves.theirs.count else words("A quiet week.")
    return words("{}.", led(moves.purposeful, moves.passive))


def _lead(report: Report) -> Words:
    said: list[Words] = []
    if not report.over:
        said.append(words("The week goes on still; this is how it stands today."))
    if report.off:
        said.append(words("You weren't at work, and nothing here counts the days."))
    elif report.empty:
        said.append(words("No mail went either way between you and a customer."))
    elif not report.moves.purposeful.of:
        said.append(words("No mail of yours went to a customer; {} came from them.", number(report.moves.theirs)))
    said.append(covered(report.next_steps.covered))
    waiting = sum(line.risk is Risk.WAITING for line in report.next)
    if waiting:
        said.append(capital(words(f"{spell(waiting)} {'deal waits' if waiting == 1 else 'deals wait'} for you.")))
    said.append(_ended(report))
    return sentences(*said)


def _ended(report: Report) -> Words:
    won, exits = report.endings.won_figure, report.endings.exits_figure
    said: list[Words] = []
    if won.count:
        said.append((*many(won, "deal", spelled=True), Run(" won")))
    if exits.count:
        noun = "deal" if not won.count else ""
        said.append(
            (*(many(exits, noun, spelled=True) if noun else (number(exits, spelled=True),)), Run(" ended gracefully"))
        )
    return (*capital(listed(said)), Run(".")) if said else ()


def whats_next(report: Report) -> Section | None:
    """One line a deal, in the order of risk."""
    if not report.next:
        return None
    plans = {plan.deal.id: plan for plan in report.plans}
    of_risk = {
        risk: [_next_line(each, plans.get(each.deal.id)) for each in report.next if each.risk is risk]
        for risk in _GROUPS
    }
    groups = tuple(Group(_GROUPS[risk], tuple(lines)) for risk, lines in of_risk.items() if lines)
    asking = [each for risk in _GROUPS for each in report.next if each.risk is risk and risk not in _CALM]
    if not asking:
        head = words("Every deal is on its way. Nothing waits for you.")
    else:
        head = words("Begin with {}.", named(asking[0].deal))
        if more := len(asking) - 1:
            head = sentences(head, capital(words(f"{spell(more)} more {'asks' if more == 1 else 'ask'} for a step.")))
    return Section("next", "What's next", head, groups, stacked=True)


def _next_line(line: NextLine, plan: PlanHealth | None) -> Line:
    more: Words = ()
    if line.risk is Risk.CROWDED:
        more = no_longer_fits(plan) if plan else words("The day on which they meant to decide went by.")
    title = without_subject(line) if names_an_amount(line.title) else line.title
    title = title if line.kind is not None or line.risk not in _CALM else title.rstrip(".")
    return Line((quoted(title),), more, name=(named(line.deal),))


def standing(report: Report) -> Section | None:
    """How many deals stand where; which ones, what's next says."""
    shown = [each for each in report.standings if each.figure.count]
    if not shown:
        return None
    head = capital((*many(report.open, "deal", spelled=True), Run(" open at the week's end.")))
    if report.opened.count:
        head = (*head, Run(" "), *capital((number(report.opened, spelled=True), Run(" new this week."))))
    return Section("deals", "Deals", head, (Group("", tuple(map(_standing_line, shown))),), brief=True)


def _standing_line(counted_: StandingCount) -> Line:
    one, more = _STANDINGS[str(counted_.standing) if counted_.standing else "none"]
    return Line((number(counted_.figure), Run(f" {one if counted_.figure.count == 1 else more}")))
