"""`run`: the morning's run, with progress on a terminal and a short account of what it did."""

import sys

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.progress import Bar
from assistant.cli.say import say
from assistant.errors import ExitCode


@click.command()
@click.option("--dry-run", is_flag=True, help="Work on a copy of the store and change nothing, not even a draft.")
@click.option("--accept-vanished", is_flag=True, help="Go on although most messages of an account are gone.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def run(environment: Environment, dry_run: bool, accept_vanished: bool, json_: bool) -> None:
    """Pull mail and calendar, judge every deal, and lay out today's queue.

    Safe to repeat: a second run right after changes nothing. Ends with 5 if an account couldn't be read.
    """
    from assistant.cli.show_run import run_report
    from assistant.workflows.daily import run as run_all
    from assistant.workflows.editing import ReviewDesk
    from assistant.workflows.pausing import paused_until
    from assistant.workflows.review import stuck

    with environment.app(writing="run") as app, Bar() as progress:
        now = environment.moment(app)
        if dry_run:
            from assistant.workflows.rehearsal import rehearsed

            with rehearsed(app.store, app.accounts()) as (store, accounts):
                report = run_all(accounts, store, app.config, now, progress=progress, accept_vanished=accept_vanished)
                waits = stuck(ReviewDesk(accounts, store, app.config))
        else:
            report = run_all(
                app.accounts(),
                app.store,
                app.config,
                now,
                progress=progress,
                accept_vanished=accept_vanished,
                tell_early=progress.early,
            )
            waits = stuck(app.desk())
        with app.store.read() as tx:
            until = paused_until(tx.routines.pauses(), app.config.zone, now)
    if json_:
        click.echo(as_json(report))
    else:
        from assistant.workflows.invite_words import done_in_words

        done = [done_in_words(each, app.config, now.date(), dry_run=dry_run) for each in report.scheduled.placed]
        run_report(report, done, waits, dry_run=dry_run, in_drafts=app.invites_wait_in_drafts())
        if until is not None:
            away = f"You're away until {until:%A} {until.day} {until:%B %Y}, so no invite goes out."
            say(f"{away} Earlier: nextmove resume")
    if report.sync.failed:
        sys.exit(ExitCode.PROVIDER)
