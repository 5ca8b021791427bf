"""`status`: what the store holds, what happens by itself, and what couldn't be read."""

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import say


@click.command()
@click.option("--problems", is_flag=True, help="List every message and event that couldn't be read, and why.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def status(environment: Environment, problems: bool, json_: bool) -> None:
    """Say how much mail is mirrored, what happens by itself and when, and what couldn't be read."""
    from assistant.cli.show_days import routine_entries, routines

    with environment.app() as app:
        now = environment.moment(app)
        with app.store.read() as tx:
            counts, unread = tx.mirror.counts(), tx.mirror.problems()
        if json_:
            click.echo(as_json({"counts": counts, "problems": unread, **routine_entries(app, now)}))
            return
        by_itself = routines(app, now)
    say(f"Store: {app.config.store}")
    say(
        f"{counts.messages} messages in {counts.threads} threads, {counts.automatic} of them automatic; "
        f"{counts.skipped} left out as private or old; {counts.events} calendar entries."
    )
    say(f"{len(unread)} could not be read in full." + ("" if problems or not unread else " See --problems."))
    for line in by_itself:
        say(line)
    if problems:
        for problem in unread:
            say(f"{problem.account}, {problem.where}: {problem.why}")
