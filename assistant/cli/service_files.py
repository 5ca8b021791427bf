"""The file by which the operating system starts `serve` with the session, and the commands that make it do so."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from assistant.errors import InputError, RefusedError
from assistant.resources import template_folder

if TYPE_CHECKING:
    from jinja2 import Environment

Command = tuple[str, ...]

LABEL: Final = "nextmove.serve"
UNIT: Final = "nextmove.service"
TASK: Final = "Nextmove"


@dataclass(frozen=True, slots=True)
class Service:
    """How one operating system has it: the file with its text, and the commands to start, stop and ask.

    `before_install` may fail: there may be nothing yet that it could end.
    """

    system: str
    path: Path
    text: str
    encoding: str
    before_install: tuple[Command, ...]
    install: tuple[Command, ...]
    uninstall: tuple[Command, ...]
    after_uninstall: tuple[Command, ...]
    ask: Command
    hint: str = ""


def service(platform: str, config: Path, home: Path, python: str = sys.executable) -> Service:
    """The service for this platform (as `sys.platform` has it), which runs `serve` with this configuration.

    Raises `InputError` where a path can't be written in such a file.
    """
    words = (python, "-P", "-m", "assistant", "-c", str(config), "serve")
    for word in words:
        if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in word):
            raise InputError(f"The path {word!r} holds a control character.", "Rename that folder or file.")
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise InputError(f"The path {word!r} isn't text in UTF-8.", "Rename that folder or file.")
    if platform == "win32":
        return _task(words, home)
    return _agent(words, home) if platform == "darwin" else _unit(words, home)


def _unit(words: Command, home: Path) -> Service:
    """systemd.service(5): a unit of the user's own, which needs no rights of an administrator."""
    base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    systemctl = ("systemctl", "--user")
    return Service(
        "systemd",
        base / "systemd" / "user" / UNIT,
        _rendered("nextmove.service.j2", command=words),
        "utf-8",
        (),
        ((*systemctl, "daemon-reload"), (*systemctl, "enable", UNIT), (*systemctl, "restart", UNIT)),
        ((*systemctl, "disable", "--now", UNIT),),
        ((*systemctl, "daemon-reload"),),
        (*systemctl, "is-active", UNIT),
        "It runs while you're logged in; also without that after: loginctl enable-linger. "
        "Its lines: journalctl --user -u nextmove",
    )


def _agent(words: Command, home: Path) -> Service:
    """launchd.plist(5): an agent of the user's own."""
    path, log = home / "Library/LaunchAgents" / f"{LABEL}.plist", home / "Library/Logs/nextmove.log"
    session = f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
    gone = ("launchctl", "bootout", f"{session}/{LABEL}")
    return Service(
        "launchd",
        path,
        _rendered("nextmove.plist.j2", command=words, label=LABEL, log=str(log)),
        "utf-8",
        (gone,),
        (("launchctl", "bootstrap", session, str(path)),),
        (gone,),
        (),
        ("launchctl", "print", f"{session}/{LABEL}"),
        f"It runs while you're logged in. Its lines: {log}",
    )


def _task(words: Command, home: Path) -> Service:
    """Task Scheduler's schema 1.2; schtasks wants the file in UTF-16."""
    path = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local") / "nextmove" / "nextmove.xml"
    user = "\\".join(filter(None, (os.environ.get("USERDOMAIN"), os.environ.get("USERNAME")))) or home.name
    python = PurePath(words[0])
    quiet = python.with_name("pythonw.exe") if python.name.lower() == "python.exe" else python
    return Service(
        "Task Scheduler",
        path,
        _rendered("nextmove.xml.j2", command=(str(quiet), *words[1:]), user=user),
        "utf-16",
        (),
        (("schtasks", "/Create", "/TN", TASK, "/XML", str(path), "/F"), ("schtasks", "/Run", "/TN", TASK)),
        (("schtasks", "/End", "/TN", TASK), ("schtasks", "/Delete", "/TN", TASK, "/F")),
        (),
        ("schtasks", "/Query", "/TN", TASK, "/FO", "LIST"),
        "It starts when you log on, without a window. What it did last: nextmove status",
    )


def _rendered(name: str, **values: object) -> str:
    """The template with its values, which are escaped as its format asks."""
    return _environment().get_template(name).render(**values)


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(template_folder() / "service"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("plist.j2", "xml.j2"), (), default=False),
        keep_trailing_newline=True,
    )
    environment.filters |= {"systemd": systemd_line, "windows": windows_line}
    return environment


def systemd_line(words: Sequence[str]) -> str:
    """The words as the command line of a unit: quoted, without specifiers, and without variables, which are looked for
    in all but the program's own path (systemd.service(5))."""
    program, *rest = (word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") for word in words)
    return " ".join(f'"{word}"' for word in (program, *(word.replace("$", "$$") for word in rest)))


def windows_line(words: Sequence[str]) -> str:
    """The words as one command line, as programs on Windows take it apart again."""
    return subprocess.list2cmdline(words)


def run(command: Command) -> str:
    """What the command says. Raises `RefusedError` where it isn't there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RefusedError(f"{command[0]} can't be run here ({error}).", _CURE) from None
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split()) or f"it ended with {done.returncode}"
        raise RefusedError(f"{' '.join(command)} failed: {said}.", _CURE)
    return done.stdout


_CURE: Final = "Let `nextmove serve` run in a terminal, or let cron call `nextmove run-due` every ten minutes."
