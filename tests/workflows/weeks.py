"""A week to report on, worked out by hand. It's W10 of 2026, from Monday 2 to Sunday 8 March, in Berlin.

Harbour    Tue 24 Feb  Noor answers a question of Ines and leaves the next step open (W09)
           Mon 2       Ines asks again
           Tue 3       Noor answers and leaves the next step open
           Wed 4       Ines asks again
           Fri 6       Juno, a colleague, answers and leaves the next step open
           Sun 8       Ines: "Our board decides on 30 April."
Quayside   Mon 2       Tomas asks (his first mail)
           Mon 2       Noor promises the figures by Friday (a next step)
           Wed 4       Noor sends the figures, which keeps the promise and leads nowhere
           Thu 5       a meeting is held
Mill       Thu 5       Petra says no (her deal began in January)
           Fri 6       Noor thanks her and leaves gracefully
"""

from datetime import datetime

from assistant.report.evidence import figure_of
from assistant.report.figure import Figure, Week
from assistant.report.values import Report
from assistant.workflows import weekly
from tests.workflows.conftest import Build
from tests.workflows.world import BERLIN, INES, NO, PASSIVE, QUESTION, REP, TOMAS, World

WEEK = Week.named("2026-W10")
PETRA = "Petra Lang <petra@mill.example>"
JUNO = "Juno Park <juno@brightlane.example>"
PROMISE = "Hi Tomas,\n\nI'll send you the updated figures by Friday.\n\nBest,\nNoor\n"
KEPT = "Hi Tomas,\n\nHere are the updated figures.\n\nBest,\nNoor\n"
FAREWELL = (
    "Hi Petra,\n\nThank you for telling me. I have taken our meetings out of the calendar, and wish you all the"
    " best.\n\nBest,\nNoor\n"
)
DECIDES = "Hi Noor,\n\nOur board decides on 30 April.\n\nBest,\nInes\n"


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


MONDAY = at(9, 8)
"""The morning after the week."""


def worked(build: Build, *, extra: str = "") -> World:
    """The world with that week in it, on the Monday after it; nothing has run yet."""
    world = build(extra=extra)
    world.deal("harbour")
    world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
    world.deal("mill", domains=("mill.example",), contacts=(PETRA,))
    _harbour(world)
    _quayside(world)
    refused = world.work.deliver(PETRA, REP, NO.replace("Ines", "Petra"), at(5, 9), subject="Mill")
    world.work.deliver(REP, PETRA, FAREWELL, at(6, 10), subject="Re: Mill", reply_to=refused)
    world.now = MONDAY
    return world


def _harbour(world: World) -> None:
    post, subject = world.work.deliver, "Re: Harbour planning"
    last = world.passive()
    last = post(INES, REP, QUESTION, at(2, 10), subject=subject, reply_to=last)
    last = post(REP, INES, PASSIVE, at(3, 11), subject=subject, reply_to=last)
    last = post(INES, REP, QUESTION, at(4, 12), subject=subject, reply_to=last)
    last = post(JUNO, INES, PASSIVE, at(6, 9), subject=subject, reply_to=last, cc=REP)
    post(INES, REP, DECIDES, at(8, 23, 30), subject=subject, reply_to=last)


def _quayside(world: World) -> None:
    post = world.work.deliver
    asked = post(TOMAS, REP, QUESTION.replace("Ines", "Tomas"), at(2, 9), subject="Quays")
    promised = post(REP, TOMAS, PROMISE, at(2, 15), subject="Re: Quays", reply_to=asked)
    post(REP, TOMAS, KEPT, at(4, 10), subject="Re: Quays", reply_to=promised)
    world.work.meet("talk-5@brightlane.example", at(5, 14), "tomas@quayside.example")


def report(world: World, week: Week | None = WEEK) -> Report:
    """The report as the rep would ask for it now."""
    return weekly.report(world.store, world.config, week, world.now)


def figure(told: Report, figure_id: str) -> Figure:
    return figure_of(told, figure_id)


def numbers(told: Report) -> dict[str, object]:
    """The figures that aren't nothing, by their ids: 2, or "2 of 3"."""
    return {
        each.id: each.value if each.of is None else f"{each.value} of {each.of}"
        for each in told.figures()
        if each.value or each.of
    }
