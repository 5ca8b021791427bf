"""`explain` and `lint`: how a message is read, and what the guard says of a text."""

import sys
from pathlib import Path

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.errors import ExitCode, NotFoundError


def _text_of(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotFoundError(f"{source} can't be read: {error.strerror}.", "Name a text file, or - for input.") from None


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


@click.command()
@click.argument("message")
@click.option("--ours/--theirs", "ours", default=None, help="Whose message it is; told by the sender where not given.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def explain(environment: Environment, message: str, ours: bool | None, json_: bool) -> None:
    """Show how MESSAGE is read: a file (.eml), or the Message-ID of one that was pulled."""
    from assistant.app import read_message
    from assistant.domain.deal import Side
    from assistant.workflows.explaining import explain as explain_message
    from assistant.workflows.explaining import explain_pulled

    side = None if ours is None else (Side.US if ours else Side.THEM)
    with environment.app() as app:
        if _is_file(message):
            parsed = read_message(Path(message))
            told = explain_message(parsed, side or app.config.us.side_of(parsed.sender), app.config)
        else:
            with app.store.read() as tx:
                told = explain_pulled(tx, app.config, message.strip("<>"), side)
    if json_:
        click.echo(as_json(told))
        return
    from assistant.cli.show_words import reading

    reading(told)


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--subject", help="A subject line to judge with it.")
@click.option("--after-no", is_flag=True, help="Judge as a text to somebody who said no.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
def lint(files: tuple[str, ...], subject: str | None, after_no: bool, json_: bool) -> None:
    """Say what the guard would stop in FILES (- is standard input), where, why, and what to write instead.

    Ends with 1 if anything is blocked, else with 0.
    """
    from assistant.domain.draft import Severity
    from assistant.guard import lint as judge

    found = {
        name: (text, judge(text, subject=subject, after_no=after_no)) for name in files for text in [_text_of(name)]
    }
    if json_:
        click.echo(as_json({name: findings for name, (_, findings) in found.items()}))
    else:
        from assistant.cli.show_words import findings as show_findings

        for name, (text, findings) in found.items():
            show_findings(name, text, findings)
    if any(finding.severity is Severity.BLOCK for _, findings in found.values() for finding in findings):
        sys.exit(ExitCode.FAILURE)
