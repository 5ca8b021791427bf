"""`demo`: the main job on the sample mailbox, in a folder of its own."""

import shutil
import sys
from pathlib import Path

import click

from assistant.cli.environment import Environment, with_environment
from assistant.cli.say import say


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("nextmove-demo"),
    show_default=True,
    help="Where the sample is written.",
)
@click.option("--fresh", is_flag=True, help="Start anew: forget what you did to today's sample.")
@with_environment
def demo(environment: Environment, folder: Path, fresh: bool) -> None:
    """Write a sample rep's mailbox and calendar, run on it, and show the morning's queue.

    Once a day the sample is new; until then what you do to it stays.
    """
    from assistant import app as house
    from assistant.cli.show_queue import queue_list
    from assistant.cli.show_run import run_report
    from assistant.sample import found, write
    from assistant.workflows import deal_csv
    from assistant.workflows.daily import run
    from assistant.workflows.today import todays

    now = environment.now if environment.now.tzinfo else environment.now.astimezone()
    paths = (None if fresh else found(folder, now)) or write(folder, now)
    with house.opened(paths.config) as app, app.store.writer("demo"):
        moment = now.astimezone(app.config.zone)
        with app.store.write() as tx:
            deal_csv.take(tx, paths.deals, moment)
        report = run(app.accounts(), app.store, app.config, moment)
        say(f"A sample mailbox is in {folder}: Mara Lindqvist of Tallwood Software, and her customers.\n")
        run_report(report, dry_run=False)
        say()
        with app.store.read() as tx:
            shown = todays(tx, app.config, moment)
        queue_list(shown, moment)
    say(f"\nOpen it for review:  {_invoked()} -c {paths.config} queue review")


def _invoked() -> str:
    """How this program was called, so that the line can be pasted."""
    called = Path(sys.argv[0])
    return "nextmove" if shutil.which("nextmove") or called.name != "nextmove" else str(called)
