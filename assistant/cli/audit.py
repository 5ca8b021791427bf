"""`audit`: where pressure creeps into the rep's own sent mail."""

from pathlib import Path

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.progress import Bar
from assistant.cli.say import say


@click.command()
@click.option("--months", type=click.IntRange(1, 240), default=12, show_default=True, help="How far back to look.")
@click.option(
    "--examples", type=click.IntRange(0, 1000), default=3, show_default=True, help="How many sentences to show."
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the weeks as a picture to a file.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def audit(environment: Environment, months: int, examples: int, svg: Path | None, json_: bool) -> None:
    """Say how much of your own sent mail presses: by family, by week, near a quarter's end, with examples.

    It reads what `nextmove run` has pulled, but for mail to colleagues alone. Nothing of it leaves this machine, and
    the picture has numbers only.
    """
    from assistant.workflows.auditing import entry
    from assistant.workflows.verdicts import audited

    with environment.app() as app, app.store.read() as tx, Bar() as progress:
        now = environment.moment(app)
        told = audited(tx, app.config, now, months=months, examples=examples, progress=progress)
    drawn = svg if told.all.mails else None
    if drawn is not None:
        from assistant.cli.draw_audit import picture
        from assistant.cli.picture import write

        write(picture(told), drawn)
    if json_:
        click.echo(as_json(entry(told)))
        return
    from assistant.cli.show_audit import audit_page

    audit_page(told)
    if drawn is not None:
        say(f"\nThe picture is in {drawn}.")
