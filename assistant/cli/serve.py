"""`serve` and `run-due`: the days by themselves, as a process that stays or as one that cron calls."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import say
from assistant.errors import BusyError, ExitCode

if TYPE_CHECKING:
    from assistant.app import App
    from assistant.workflows.routines import Done


@click.command()
@with_environment
def serve(environment: Environment) -> None:
    """Let the days run by themselves: the queue in the morning, a look for answers through the day, the invites of
    approved plans, last week's report, and housekeeping.

    It stays until you end it (Ctrl-C), and writes one line for each thing done. What was missed while the computer
    slept is made up for once. It goes by the computer's clock. `nextmove service install` starts it with your session.
    """
    if click.get_current_context().find_root().params.get("now") is not None:
        raise click.UsageError("serve goes by the computer's clock. To try a moment: nextmove --now … run-due")
    from assistant import jobs
    from assistant.app import opened
    from assistant.cli.show_days import next_in_words

    with environment.app() as app:
        zone = app.config.zone

    def begun(app: "App") -> None:
        say(f"The days run by themselves from now on; Ctrl-C ends it. {next_in_words(app, jobs.now())}")

    def tell(done: "Done") -> None:
        say(_line(done, jobs.now().astimezone(zone)), err=not done.ok)

    def trouble(words: str) -> None:
        say(f"nextmove: {words}", err=True)

    try:
        jobs.serve(lambda: opened(environment.config_path), begun, tell, trouble)
    except BusyError as busy:
        say(f"{busy.fact} One is enough, so this one ends.")
        return
    say("Ended; what was finished is kept.")


@click.command("run-due")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def run_due(environment: Environment, json_: bool) -> None:
    """Do what is due now, each thing once, and end: `serve` for cron, every ten minutes or so.

    Says nothing where nothing was due. Ends with 5 if something couldn't be done.
    """
    from assistant import jobs

    with environment.app() as app:
        now = environment.moment(app)

        def tell(done: "Done") -> None:
            if not json_:
                say(_line(done, now), err=not done.ok)

        done = jobs.run_due(app, now, tell)
    if json_:
        click.echo(as_json(done))
    if not all(each.ok for each in done):
        sys.exit(ExitCode.PROVIDER)


def _line(done: "Done", at: datetime) -> str:
    """One thing that was done."""
    account = f" {done.account}" if done.account else ""
    waits = "waits: " if done.waits else ""
    return f"{at:%Y-%m-%d %H:%M} {done.name}{account}: {waits}{done.words}"
