"""`config`: write a first configuration, check one, show where it is, print the process."""

import os
import re
from pathlib import Path

import click

from assistant.cli.environment import Environment, with_environment
from assistant.cli.say import say
from assistant.errors import ConfigurationError, RefusedError


@click.group()
def config() -> None:
    """Write, check and show the configuration."""


@config.command()
@with_environment
def check(environment: Environment) -> None:
    """Check the configuration and say all its problems at once, each with its line."""
    from assistant.app import provider_kinds
    from assistant.config import find, load
    from assistant.domain.workdays import holidays_known
    from assistant.workflows.plan_words import counted

    path = find(environment.config_path)
    checked = load(path)
    missing = [
        f"  account {account.name!r}: no provider {account.provider!r}; there is: {', '.join(provider_kinds())}"
        for account in checked.accounts
        if account.provider not in provider_kinds()
    ]
    if checked.country and not holidays_known(checked.country):
        missing.append(f"  rep.country: the public holidays of {checked.country!r} aren't known; check the code")
    missing += [
        f"  account {account.name!r}: there is no {key} at {account.settings[key]}"
        for account in checked.accounts
        for key in ("mail", "calendar", "client", "service_account")
        if account.settings.get(key) is not None and not account.settings[key].exists()
    ]
    if missing:
        listed = "\n".join(missing)
        raise ConfigurationError(f"{path} is well-formed, but:\n{listed}\n", "Mend these, then check again.")
    say(f"{path} is fine: {counted(len(checked.accounts), 'account')}, store at {checked.store}")


@config.command()
@with_environment
def path(environment: Environment) -> None:
    """Print which file is used."""
    from assistant.config import find

    say(find(environment.config_path))


@config.command()
@click.option("--mail", required=True, type=click.Path(exists=True, path_type=Path), help="Maildir, mbox or folder.")
@click.option("--calendar", type=click.Path(exists=True, path_type=Path), help="An .ics file or a folder of them.")
@click.option("--name", prompt="Your name, as under your mails", help="Your name.")
@click.option("--email", prompt="The address you write from", help="Your address.")
@click.option("--timezone", default=None, help="IANA name. Default: this computer's.")
@click.option("--dry-run", is_flag=True, help="Print it instead of writing it.")
@with_environment
def init(
    environment: Environment,
    mail: Path,
    calendar: Path | None,
    name: str,
    email: str,
    timezone: str | None,
    dry_run: bool,
) -> None:
    """Write a first configuration for mail in files."""
    from assistant.config import parse, user_path

    target = environment.config_path or user_path()
    text = _first(mail, calendar, name, email, timezone or _zone_here())
    parse(text, target)
    if dry_run:
        say(text)
        return
    if target.exists():
        raise RefusedError(f"{target} is there already and was left as it is.", "Edit it, or name another with -c.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    target.chmod(0o600)
    say(f"Wrote {target}. Next: nextmove run, then nextmove deals discover")


def _first(mail: Path, calendar: Path | None, name: str, email: str, zone: str) -> str:
    from assistant.domain.mail import Address
    from assistant.engine.matching import company_domain

    team = [email.rpartition("@")[2]] if company_domain(Address(email.lower())) else []
    lines = [
        "# Every option there is: config.example.toml, or nextmove config example",
        "[rep]",
        f"name = {_quoted(name)}",
        f"email = {_quoted(email)}",
        f"timezone = {_quoted(zone)}",
        "",
        "[team]",
        f"domains = [{', '.join(map(_quoted, team))}]    # everyone at these domains is one of us",
        "",
        "[[account]]",
        'name = "work"',
        'provider = "local"',
        f"mail = {_quoted(str(mail.absolute()))}",
    ]
    if calendar:
        lines.append(f"calendar = {_quoted(str(calendar.absolute()))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


def _zone_here() -> str:
    """This computer's IANA zone: from $TZ or the link that the system keeps; UTC where neither tells."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if "/" in named:
        return named
    link = Path("/etc/localtime")
    _, found, zone = str(link.resolve()).partition("zoneinfo/") if link.exists() else ("", "", "")
    return zone if found else "UTC"


@config.command()
def example() -> None:
    """Print an example that names every option."""
    from assistant.resources import example_config

    click.echo(example_config(), nl=False)


@config.command()
@with_environment
def process(environment: Environment) -> None:
    """Print the sales process in force, in the form in which the configuration takes it."""
    from assistant.config import find, load
    from assistant.workflows.desk import process_of

    for kind in process_of(load(find(environment.config_path))).milestones:
        say("[[process]]")
        for key in ("id", "name", "purpose", "step", "done_when", "our_owner", "their_owner"):
            say(f"{key} = {_quoted(getattr(kind, key))}")
        say(f"stage = {_quoted(kind.stage.value)}")
        for key in ("minutes", "ideal", "least", "notice"):
            say(f"{key} = {getattr(kind, key)}")
        for key in ("words", "after", "attendees"):
            say(f"{key} = [{', '.join(map(_quoted, getattr(kind, key)))}]")
        say("")
