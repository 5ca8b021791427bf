"""The root command: its options, and the commands by the module that holds each."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from assistant.cli.environment import Environment

_COMMANDS: Final = {
    "run": ("assistant.cli.run", "run", "Pull mail and calendar, and lay out today's queue."),
    "queue": ("assistant.cli.queue", "queue", "Today's drafts and questions: look, approve, edit, set aside."),
    "deals": ("assistant.cli.deals", "deals", "The deals: list, show, add, edit, end, import, discover."),
    "plan": ("assistant.cli.plan", "plan", "A deal's plan, backward from their day: show, approve, tick off, explain."),
    "explain": ("assistant.cli.words", "explain", "How a message is read, line by line."),
    "lint": ("assistant.cli.lint", "lint", "What the guard says of a text."),
    "report": ("assistant.cli.report", "report", "How purposeful a week was, and what's next: page, mail, text."),
    "audit": ("assistant.cli.audit", "audit", "Where your own sent mail presses: how, when, and with examples."),
    "config": ("assistant.cli.settings", "config", "Write, check and show the configuration."),
    "login": ("assistant.cli.login", "login", "Sign in to Google or Microsoft 365; --list shows who is signed in."),
    "logout": ("assistant.cli.login", "logout", "Sign out, and take the permissions back."),
    "serve": ("assistant.cli.serve", "serve", "Let the days run by themselves."),
    "run-due": ("assistant.cli.serve", "run_due", "Do what is due now and end: for cron."),
    "pause": ("assistant.cli.pausing", "pause", "You're away: nothing goes out by itself until you're back."),
    "resume": ("assistant.cli.pausing", "resume", "You're back early."),
    "service": ("assistant.cli.service", "service", "Start `serve` with your session: install, status, uninstall."),
    "status": ("assistant.cli.status", "status", "What the store holds, what runs by itself, what couldn't be read."),
    "demo": ("assistant.cli.demo", "demo", "Try it all on a sample mailbox."),
    "completion": ("assistant.cli.completion", "completion", "Print the completion script for your shell."),
}

_YEARS: Final = (1990, 2100)


class _LazyGroup(click.Group):
    """Lists its commands without importing them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, _, short) in _COMMANDS.items()])


class _Instant(click.ParamType[datetime]):
    """A day or an instant in ISO 8601; without a zone it's in the zone of the configuration."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day or time; write it like 2026-11-23 or 2026-11-23T08:00", param, ctx)
        if not _YEARS[0] <= instant.year < _YEARS[1]:
            self.fail(f"{value!r} can't be meant; name a year from {_YEARS[0]} to {_YEARS[1] - 1}", param, ctx)
        return instant


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib import metadata  # 35 ms

        click.echo(f"nextmove {metadata.version('nextmove')}")
        ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "-c",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration file. Default: $NEXTMOVE_CONFIG, ./nextmove.toml, or the one in your own folder.",
)
@click.option("--now", type=_Instant(), help="Set the clock, to try a day: 2026-11-23 or 2026-11-23T08:00.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show it.")
@click.pass_context
def nextmove(ctx: click.Context, config_path: Path | None, now: datetime | None) -> None:
    """Every morning a short queue of follow-ups, each with a next step toward the customer's own date.

    Start with `nextmove demo`, or with `nextmove config init --mail PATH` for your own mail.
    """
    ctx.obj = Environment(config_path, now or datetime.now(UTC))
