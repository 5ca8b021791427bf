"""`explain`: how a message is read."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.environment import Environment, as_json, bytes_of, lines_of, with_environment
from assistant.errors import ExitCode, InputError

if TYPE_CHECKING:
    from assistant.domain.deal import Side
    from assistant.domain.mail import Message


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


@click.command()
@click.argument("message", required=False)
@click.option("--ours/--theirs", "ours", default=None, help="Whose message it is; told by the sender where not given.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@click.option(
    "--jsonl",
    "lines",
    metavar="FILE",
    help="Read many: a JSON object a line (id, text; direction us or them, sent_date, subject, headers), - for input.",
)
@with_environment
def explain(environment: Environment, message: str | None, ours: bool | None, json_: bool, lines: str | None) -> None:
    """Show how MESSAGE is read: a file (.eml or plain text), - for standard input, or the Message-ID of one that was
    pulled. With --ours or --theirs a file needs no configuration.

    With --jsonl a line of JSON is written for each line that is read, and no configuration is needed; a line that
    can't be read gets an "error", and the command then ends with 1.
    """
    if (message is None) == (lines is None):
        raise click.UsageError("Name one message, or --jsonl FILE.")
    if lines is not None:
        _explain_lines(environment, lines)
    elif message is not None:
        _explain_one(environment, message, ours, json_)


def _explain_lines(environment: Environment, source: str) -> None:
    from assistant.cli.environment import as_json_line
    from assistant.workflows.reading_lines import readings

    failed = False
    for told in readings(lines_of(source), source, environment.zone()):
        failed = failed or "error" in told
        click.echo(as_json_line(told))
    if failed:
        sys.exit(ExitCode.FAILURE)


def _explain_one(environment: Environment, message: str, ours: bool | None, json_: bool) -> None:
    from assistant.app import message_in
    from assistant.domain.deal import Side
    from assistant.workflows.explaining import explain as explain_message
    from assistant.workflows.explaining import explain_pulled

    side = None if ours is None else (Side.US if ours else Side.THEM)
    if message == "-" or _is_file(message):
        zone = environment.zone()
        parsed = message_in(bytes_of(message), message, environment.now.astimezone(zone))
        told = explain_message(parsed, side or _side_of(environment, parsed), zone)
    else:
        with environment.app() as app, app.store.read() as tx:
            told = explain_pulled(tx, app.config, message.strip("<>"), side)
    if json_:
        click.echo(as_json(told))
        return
    from assistant.cli.show_words import reading

    reading(told)


def _side_of(environment: Environment, message: "Message") -> "Side":
    """Whose message it is, by its sender. Raises `InputError` where it names none."""
    if message.sender is None:
        raise InputError(f"{message.remote_id} doesn't say who wrote it.", "Say whose it is: --ours or --theirs.")
    with environment.app() as app:
        return app.config.us.side_of(message.sender)
