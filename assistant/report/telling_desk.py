"""What went over the rep's desk in the week: replies, drafts, invites, promises, people, the guard, and what ended."""

from collections.abc import Sequence
from typing import Final

from assistant.report.anonymous import A_PROMISE
from assistant.report.figure import Figure, Week
from assistant.report.told import (
    Group,
    Line,
    Run,
    Section,
    Words,
    capital,
    day,
    listed,
    many,
    named,
    names_an_amount,
    number,
    part,
    quoted,
    sentences,
    share,
    spell,
    words,
)
from assistant.report.values import Exit, Paused, PromiseLine, PromiseState, ReplyTimes, Report

_MOST_PEOPLE: Final = 5
_PROMISES: Final = {
    PromiseState.KEPT: "kept; it was for",
    PromiseState.OPEN: "open until",
    PromiseState.LATE: "was for",
}


def desk_sections(report: Report) -> tuple[Section | None, ...]:
    """The brief ones, each None where nothing was."""
    return (
        endings(report),
        replies(report),
        drafts(report),
        invites(report),
        promises(report),
        people(report),
        guard(report),
    )


def endings(report: Report) -> Section | None:
    """What was won, what ended gracefully, and who rests until when: all three are good to know."""
    told = report.endings
    if not (told.won or told.exits or told.paused):
        return None
    lines = [_ended(each, "won", report.week) for each in told.won]
    lines += [_ended(each, "ended gracefully", report.week) for each in told.exits]
    lines += [_paused(each, report.week) for each in told.paused]
    said: list[Words] = []
    if told.won_figure.count:
        said.append(words("{} won", number(told.won_figure, spelled=True)))
    if told.exits_figure.count:
        said.append(words("{} ended gracefully, a good outcome too", number(told.exits_figure, spelled=True)))
    if told.paused_figure.count:
        verb = "rests until its" if told.paused_figure.count == 1 else "rest until their"
        said.append(words(f"{{}} {verb} day", number(told.paused_figure, spelled=True)))
    head = (*capital(listed(said, last="; ")), Run("."))
    return Section("endings", "Endings", head, (Group("", tuple(lines)),), brief=True)


def _ended(exit_: Exit, how: str, week: Week) -> Line:
    return Line(words(f"{how} on {day(exit_.on, week.last)}"), name=(named(exit_.deal),))


def _paused(paused: Paused, week: Week) -> Line:
    until = f"until {day(paused.until, week.last)}, as they asked" if paused.until else "until they write again"
    return Line(words(f"rests {until}"), name=(named(paused.deal),))


def replies(report: Report) -> Section | None:
    """How often and how soon customers answered, after both kinds of our moves."""
    purposeful, passive = report.replies.purposeful, report.replies.passive
    lines = [_answered(purposeful, "with a next step"), _answered(passive, "without one")]
    kept = tuple(each for each in lines if each is not None)
    if not kept:
        return None
    head = words("How customers answered over twelve weeks.")
    return Section("replies", "Replies", head, (Group("", kept),), brief=True)


def _answered(times: ReplyTimes, which: str) -> Line | None:
    if not times.answered.of:
        return None
    moves = "move" if times.answered.of == 1 else "moves"
    said = words(f"{{}} {moves} {which} answered", part(times.answered))
    if tenths := share(times.answered):
        said += words(", {}", tenths)
    elif times.answered.small:
        said += words(", which are few")
    if isinstance(times.hours.value, int | float):
        said += words(", half of them within {}", _hours(times.hours))
    return Line(capital(said))


def _hours(figure: Figure) -> Run:
    value = figure.value
    assert isinstance(value, int | float)  # the caller looked
    hours = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    text = "1 working hour" if value == 1 else f"{hours} working hours"
    return Run("less than a working hour" if value < 1 else text, figure.id)


def drafts(report: Report) -> Section | None:
    """What the queue put up, and what the rep made of it."""
    told = report.drafts
    if not any(each.count for each in (told.proposed, told.approved, told.dismissed, told.withdrawn)):
        return None
    head = capital(
        (*many(told.proposed, "draft", spelled=True), Run(" proposed, "), number(told.approved, spelled=True))
    )
    head += words(" approved.")
    said: list[Words] = []
    if told.edited.count:
        said.append(words("{} approved with words of yours{}", part(told.edited, first=True), _changed(told.changed)))
    if told.dismissed.count:
        said.append(capital(words("{} dismissed", number(told.dismissed, spelled=True))))
    if told.withdrawn.count:
        verb = "was" if told.withdrawn.count == 1 else "were"
        newer = f"{{}} {verb} withdrawn, since something newer came"
        said.append(capital(words(newer, number(told.withdrawn, spelled=True))))
    return _brief("drafts", "Drafts", head, [Line(each) for each in said])


def _changed(figure: Figure) -> Words:
    if not isinstance(figure.value, int | float):
        return ()
    if figure.value <= 0:
        return ()
    each = round(1 / figure.value)
    amount = f"1 word in {each} or fewer" if each > 1 else "most of the words"
    return words("; half of them changed {}", Run(amount, figure.id))


def invites(report: Report) -> Section | None:
    """Our meetings: what went out in the week, and the answers that came in."""
    told = report.invites
    shown = (told.sent, told.accepted, told.declined, told.replanned, told.cancelled)
    if not any(each.count for each in shown):
        return None
    head = capital((*many(told.sent, "invite", spelled=True), Run(" sent.")))
    said = [
        words(f"{what}: {{}}", number(figure))
        for figure, what in (
            (told.accepted, "accepted"),
            (told.declined, "declined"),
            (told.replanned, "at a new time"),
            (told.cancelled, "taken back"),
        )
        if figure.count
    ]
    return _brief("invites", "Invites", head, [Line(capital(listed(said, last=", ")))] if said else [])


def promises(report: Report) -> Section | None:
    """Our own: a promise kept is a next step that happened."""
    told = report.promises
    if not (told.kept.count or told.open.count or told.late.count):
        return None
    said = [
        words(f"{{}} {what}", number(figure, spelled=True))
        for figure, what in (
            (told.kept, "kept"),
            (told.open, "open"),
            (told.late, f"past {'its' if told.late.count == 1 else 'their'} day"),
        )
        if figure.count
    ]
    head = (*capital(listed(said, last=", ")), Run("."))
    return _brief("promises", "Your promises", head, [_promise(each, report.week) for each in told.lines])


def _promise(line: PromiseLine, week: Week) -> Line:
    what = f"“{line.what.rstrip(' .!;,')}”" if not names_an_amount(line.what) else A_PROMISE
    said = words(f"{{}}, {_PROMISES[line.state]} {day(line.due, week.last)}", quoted(what))
    return Line(said, name=(named(line.deal),))


def people(report: Report) -> Section | None:
    """To whom we wrote most, against the cap."""
    if not report.people:
        return None
    over = sum(each.over for each in report.people)
    cap = f"{spell(report.cap)} {'mail' if report.cap == 1 else 'mails'} a week"
    if over:
        who = "One person" if over == 1 else f"{spell(over)} people"
        head = capital(words(f"{who} heard from us more often than {cap}, which is your cap."))
    else:
        head = words(f"Nobody heard from us more often than your cap, {cap}.")
    lines = [
        Line(words("{} ({}): {}", quoted(each.name), named(each.deal), many(each.figure, "mail")))
        for each in report.people[:_MOST_PEOPLE]
        if each.figure.count > 1
    ]
    return _brief("people", "People", head, lines)


def guard(report: Report) -> Section | None:
    """What stayed home."""
    if not report.guard:
        return None
    total = sum(each.figure.count for each in report.guard)
    head = capital(words(f"{spell(total)} {'sentence' if total == 1 else 'sentences'} stayed home."))
    lines = [Line((Run(f"{each.title}: "), number(each.figure))) for each in report.guard]
    return _brief("guard", "The guard", head, lines)


def _brief(name: str, label: str, head: Words, lines: Sequence[Line]) -> Section:
    return Section(name, label, sentences(head), (Group("", tuple(lines)),) if lines else (), brief=True)
