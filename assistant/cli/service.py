"""`service`: let the operating system start `serve` with your session."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.environment import Environment, with_environment
from assistant.cli.say import say
from assistant.errors import ExitCode, InputError, RefusedError

if TYPE_CHECKING:
    from assistant.cli.service_files import Command, Service


@click.group()
def service() -> None:
    """Start `nextmove serve` with your session: by systemd, launchd or the Task Scheduler."""


@service.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--dry-run", is_flag=True, help="Show the file and the commands, and do nothing.")
@with_environment
def install(environment: Environment, yes: bool, dry_run: bool) -> None:
    """Show the file that it writes and the commands that it runs, ask, and do it."""
    found = _service(environment)
    before = _there(found)
    say(f"{found.path}:\n")
    say(found.text)
    if before not in (None, found.text.encode(found.encoding)):
        say("It takes the place of the file that is there, which says something else.\n")
    say("Then:")
    for command in (*found.before_install, *found.install):
        say(f"  {_shown(command)}")
    if dry_run:
        return
    if not yes and not click.confirm("Do it?", default=True):
        say("Nothing was done.")
        return
    _write(found, found.text.encode(found.encoding))
    try:
        for command in found.before_install:
            _try(command)
        for command in found.install:
            _run(command)
    except RefusedError as error:
        _put_back(found, before)
        left = "It was left as it was." if before is not None else "Nothing was installed."
        raise RefusedError(f"{error.fact} {left}", error.cure) from error
    say(f"Installed. {found.hint}")


@service.command()
@with_environment
def status(environment: Environment) -> None:
    """Say whether it's installed and runs. Ends with 1 if not."""
    found = _service(environment)
    if not found.path.is_file():
        say(f"Not installed: there is no {found.path}. Install it: nextmove service install")
        sys.exit(ExitCode.FAILURE)
    same = _there(found) == found.text.encode(found.encoding)
    say(f"Installed: {found.path}" + ("" if same else ", which differs from what would be written now"))
    if not _try(found.ask):
        say("It doesn't run. Start it: nextmove service install")
        sys.exit(ExitCode.FAILURE)
    say("It runs. What it did last: nextmove status")


@service.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed and run, and do nothing.")
@with_environment
def uninstall(environment: Environment, yes: bool, dry_run: bool) -> None:
    """End it and remove its file."""
    found = _service(environment)
    if not found.path.is_file():
        say(f"Not installed: there is no {found.path}.")
        return
    for command in found.uninstall:
        say(f"  {_shown(command)}")
    say(f"  remove {found.path}")
    for command in found.after_uninstall:
        say(f"  {_shown(command)}")
    if dry_run:
        return
    if not yes and not click.confirm("Do it?", default=True):
        say("Nothing was done.")
        return
    for command in found.uninstall:
        _try(command)
    found.path.unlink(missing_ok=True)
    for command in found.after_uninstall:
        _try(command)
    say("Uninstalled.")


def _service(environment: Environment) -> "Service":
    """The one of this computer, for the configuration in use, which must hold."""
    from assistant.cli import service_files
    from assistant.config import find, load

    path = find(environment.config_path).absolute()
    load(path)
    return service_files.service(sys.platform, path, Path.home())


def _there(found: "Service") -> bytes | None:
    """The file that is there already, if there is one."""
    try:
        return found.path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{found.path} can't be read: {error.strerror}.", "Look at what is there.") from None


def _put_back(found: "Service", before: bytes | None) -> None:
    if before is not None:
        _write(found, before)
    else:
        found.path.unlink(missing_ok=True)


def _write(found: "Service", content: bytes) -> None:
    try:
        found.path.parent.mkdir(parents=True, exist_ok=True)
        found.path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{found.path} can't be written: {error.strerror}.", "Give yourself the right.") from None


def _run(command: "Command") -> None:
    from assistant.cli import service_files

    service_files.run(command)


def _try(command: "Command") -> bool:
    """Whether it succeeded; it may not."""
    try:
        _run(command)
    except RefusedError:
        return False
    return True


def _shown(command: "Command") -> str:
    """As it could be typed."""
    import shlex

    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
