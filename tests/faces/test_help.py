"""Help, completion and version: complete, instant, and for everybody."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata

import click
import pytest

from assistant.cli.root import nextmove
from tests.faces.conftest import Say

HEAVY = (
    "sqlalchemy",
    "alembic",
    "apscheduler",
    "flask",
    "googleapiclient",
    "google",
    "google_auth_oauthlib",
    "keyring",
    "msal",
    "dateparser",
    "rich",
    "jinja2",
    "icalendar",
    "holidays",
    "re2",
    "msgspec",
    "providers",
)


def commands(
    group: click.Group = nextmove, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and subcommand, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))


ALL = dict(commands())


def loaded(*args: str) -> set[str]:
    """The modules that a process has imported after the command."""
    code = (
        "import sys\nfrom assistant.cli import main\n"
        f"sys.argv = ['nextmove', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.splitlines())


@pytest.mark.parametrize(
    "args",
    [
        ("--help",),
        ("--version",),
        ("queue", "--help"),
        ("deals", "--help"),
        ("run", "-h"),
        ("login", "-h"),
        ("serve", "-h"),
    ],
)
def test_help_imports_nothing_heavy(args: tuple[str, ...]) -> None:
    assert loaded(*args) & set(HEAVY) == set()


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_a_help_text_that_says_what_it_does(say: Say, words: tuple[str, ...]) -> None:
    told = say(*words, "--help")
    assert told.code == 0
    assert f"Usage: nextmove {' '.join(words)}" in told.out
    assert ALL[words].help


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_option_of_every_command_has_a_help_text(words: tuple[str, ...]) -> None:
    options = [each for each in ALL[words].params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_root_names_every_command_with_its_own_short_text(say: Say) -> None:
    told = say("--help").out
    for words in ALL:
        assert words[0] in told


def test_without_a_command_the_help_is_shown(say: Say) -> None:
    assert "Usage: nextmove" in (said := say()).out + said.err


def test_the_version_is_the_installed_one(say: Say) -> None:
    assert say("--version").out == f"nextmove {metadata.version('nextmove')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_each_shell_names_the_program(say: Say, shell: str) -> None:
    told = say("completion", shell)
    assert told.code == 0
    assert "_NEXTMOVE_COMPLETE" in told.out
    assert "nextmove" in told.out


def test_an_unknown_shell_is_a_wrong_command_line(say: Say) -> None:
    assert say("completion", "tcsh").code == 2


def test_the_shell_completes_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"_NEXTMOVE_COMPLETE": "bash_complete", "COMP_WORDS": "nextmove que", "COMP_CWORD": "1"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run([sys.executable, "-m", "assistant"], capture_output=True, text=True, timeout=60, check=False)
    assert "plain,queue" in done.stdout


def test_an_unknown_command_is_a_wrong_command_line(say: Say) -> None:
    told = say("qeue")
    assert told.code == 2
    assert "qeue" in told.err
