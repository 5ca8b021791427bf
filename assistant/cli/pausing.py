"""`pause` and `resume`: days away, and back."""

from datetime import date, timedelta

import click

from assistant.cli.environment import Environment, with_environment
from assistant.cli.say import say
from assistant.cli.types import DAY


@click.command()
@click.option("--until", type=DAY, help="The day on which you're back (2026-12-07).")
@click.option("--for", "days", type=click.IntRange(1, 730), metavar="DAYS", help="So many days, today among them.")
@with_environment
def pause(environment: Environment, until: date | None, days: int | None) -> None:
    """You're away: until that day nothing goes out by itself, and there is no queue and no report.

    What customers write meanwhile still takes back the drafts that it has overtaken. On your return everything begins
    anew with what matters then, a few drafts a day; there is no backlog.
    """
    from assistant.workflows import pausing

    if (until is None) == (days is None):
        raise click.UsageError("Say --until DAY, the day on which you're back, or --for DAYS.")
    with environment.app(writing="pause") as app:
        now = environment.moment(app)
        back = until or now.date() + timedelta(days=days or 0)
        pausing.pause(app.store, app.config, back, now)
    say(f"Paused: you're back on {back:%A} {back.day} {back:%B %Y}. Until then nothing goes out by itself.")
    say("If you're back earlier: nextmove resume")


@click.command()
@with_environment
def resume(environment: Environment) -> None:
    """You're back before the day that you named: the days run by themselves again."""
    from assistant.workflows import pausing

    with environment.app(writing="resume") as app:
        there = pausing.resume(app.store, app.config, environment.moment(app))
    say("Back: what is due comes with the next look." if there else "There was no pause.")
