"""`service`: the file as each system wants it, every path quoted; shown before it's written; undone as it was done."""

import plistlib
import shlex
import stat
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

import pytest

from assistant.cli import service_files
from assistant.errors import InputError
from tests.faces.conftest import Face

AWKWARD: Final = (
    "/home/Mara Lindqvist/My Mail/nextmove.toml",
    '/home/mara/100% "mine"/it\'s $HOME/a&b <c>/nextmove.toml',
    "/home/mara/back\\slash/é ü 木.toml",
)
PYTHON: Final = "/opt/My Tools/venv/bin/python"
TASKS: Final = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def words(config: str, python: str = PYTHON) -> list[str]:
    return [python, "-P", "-m", "assistant", "-c", str(Path(config)), "serve"]


def made(platform: str, config: str, python: str = PYTHON) -> service_files.Service:
    return service_files.service(platform, Path(config), Path("/home/mara"), python)


def unquoted(line: str) -> list[str]:
    """The words of ExecStart as systemd.service(5) takes them apart: quotes, then specifiers and variables."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]


@pytest.mark.parametrize("config", AWKWARD)
def test_a_unit_starts_the_program_with_this_very_path(config: str) -> None:
    (line,) = (line for line in made("linux", config).text.splitlines() if line.startswith("ExecStart="))
    assert unquoted(line.removeprefix("ExecStart=")) == words(config)


@pytest.mark.skipif(not Path("/usr/bin/systemd-analyze").exists(), reason="systemd isn't here")
def test_systemd_itself_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    folder = tmp_path / "My 100% $HOME"
    folder.mkdir()
    python = folder / "python"
    python.symlink_to(sys.executable)
    unit = tmp_path / "nextmove.service"
    unit.write_text(made("linux", str(folder / "nextmove.toml"), str(python)).text, encoding="utf-8")
    done = subprocess.run(
        ["/usr/bin/systemd-analyze", "verify", "--user", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert "nextmove.service" not in done.stderr


@pytest.mark.parametrize("config", AWKWARD)
def test_an_agent_starts_the_program_with_this_very_path(config: str) -> None:
    agent = plistlib.loads(made("darwin", config).text.encode())
    assert agent["ProgramArguments"] == words(config)
    assert (agent["Label"], agent["RunAtLoad"], agent["KeepAlive"]) == (
        "nextmove.serve",
        True,
        {"SuccessfulExit": False},
    )


@pytest.mark.parametrize("config", AWKWARD[:2])
def test_a_task_starts_the_program_with_this_very_path(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERDOMAIN", "HARBOUR")
    monkeypatch.setenv("USERNAME", "mara & co")
    found = made("win32", config, "C:/My Tools/python.exe")
    task = ElementTree.fromstring(found.text.encode("utf-16"))
    command = task.findtext(f".//{TASKS}Command")
    arguments = task.findtext(f".//{TASKS}Arguments")
    assert (command or "").replace("\\", "/") == "C:/My Tools/pythonw.exe"
    assert arguments == subprocess.list2cmdline(words(config)[1:])
    assert {each.text for each in task.iter(f"{TASKS}UserId")} == {"HARBOUR\\mara & co"}
    assert found.encoding == "utf-16"


def test_a_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(InputError, match="control character"):
        made("linux", "/home/mara/a\nExecStartPre=x/nextmove.toml")


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_can_be_asked_and_undone(platform: str) -> None:
    found = made(platform, AWKWARD[0])
    assert found.install
    assert found.uninstall
    assert found.ask


@pytest.fixture
def machine(face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer whose systemctl writes down what it was told; its home."""
    home = tmp_path / "home"
    programs = tmp_path / "programs"
    home.mkdir()
    programs.mkdir()
    program = programs / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{home}/told"\n[ ! -f "{home}/refuses" ]\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return home


def told(home: Path) -> list[str]:
    return (home / "told").read_text().splitlines() if (home / "told").exists() else []


def unit(home: Path) -> Path:
    return home / ".config/systemd/user/nextmove.service"


def test_install_shows_the_file_and_the_commands_and_asks(face: Face, machine: Path) -> None:
    said = face("service", "install", stdin="n\n")
    assert "ExecStart=" in said.out
    assert "systemctl --user enable nextmove.service" in said.out
    assert "Do it?" in said.out
    assert "Nothing was done." in said.out
    assert (unit(machine).exists(), told(machine)) == (False, [])


def test_a_dry_run_writes_nothing(face: Face, machine: Path) -> None:
    assert face("service", "install", "--dry-run").code == 0
    assert (unit(machine).exists(), told(machine)) == (False, [])


def test_with_a_yes_it_is_installed(face: Face, machine: Path) -> None:
    said = face("service", "install", stdin="y\n")
    assert said.code == 0
    assert str(face.world.config.path) in unit(machine).read_text(encoding="utf-8")
    assert told(machine) == [
        f"--user {each}" for each in ("daemon-reload", "enable nextmove.service", "restart nextmove.service")
    ]


def test_installed_twice_it_is_there_once(face: Face, machine: Path) -> None:
    face("service", "install", "--yes")
    before = unit(machine).read_text(encoding="utf-8")
    assert face("service", "install", "--yes").code == 0
    assert unit(machine).read_text(encoding="utf-8") == before


def test_a_file_that_says_something_else_is_named_before_it_goes(face: Face, machine: Path) -> None:
    face("service", "install", "--yes")
    assert "takes the place" not in face("service", "install", "--dry-run").out
    unit(machine).write_text("[Service]\n", encoding="utf-8")
    assert "It takes the place of the file that is there" in face("service", "install", "--dry-run").out


@pytest.mark.parametrize("older", [None, "[Service]\n# mine\n"])
def test_where_a_command_fails_everything_is_as_it_was(face: Face, machine: Path, older: str | None) -> None:
    if older is not None:
        unit(machine).parent.mkdir(parents=True)
        unit(machine).write_text(older, encoding="utf-8")
    (machine / "refuses").touch()
    said = face("service", "install", "--yes")
    assert said.code == 6
    assert ("Nothing was installed." if older is None else "It was left as it was.") in said.err
    assert (unit(machine).read_text(encoding="utf-8") if unit(machine).exists() else None) == older


def test_without_systemctl_nothing_is_left_behind(face: Face, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine))
    said = face("service", "install", "--yes")
    assert said.code == 6
    assert "systemctl can't be run here" in said.err
    assert "Traceback" not in said.err
    assert not unit(machine).exists()


@pytest.mark.parametrize("command", ["install", "status"])
def test_a_folder_in_the_file_s_place_is_told(face: Face, machine: Path, command: str) -> None:
    unit(machine).mkdir(parents=True)
    said = face("service", command, *(["--yes"] if command == "install" else []))
    assert said.code in (1, 2)
    assert str(unit(machine)) in said.out + said.err


def test_a_path_that_is_no_text_is_refused() -> None:
    with pytest.raises(InputError, match="isn't text"):
        made("linux", "/home/mara/\udcff/nextmove.toml")


def test_a_system_that_refuses_is_quoted_with_the_other_ways(face: Face, machine: Path) -> None:
    (machine / "refuses").touch()
    said = face("service", "install", "--yes")
    assert said.code == 6
    assert "daemon-reload failed" in said.err
    assert "nextmove run-due" in said.err


def test_the_status_says_whether_it_is_there_and_runs(face: Face, machine: Path) -> None:
    said = face("service", "status")
    assert (said.code, "Not installed" in said.out) == (1, True)
    face("service", "install", "--yes")
    said = face("service", "status")
    assert (said.code, "It runs." in said.out) == (0, True)
    (machine / "refuses").touch()
    said = face("service", "status")
    assert (said.code, "It doesn't run." in said.out) == (1, True)


def test_the_status_says_where_the_file_is_another_one(face: Face, machine: Path) -> None:
    face("service", "install", "--yes")
    unit(machine).write_text("[Service]\n", encoding="utf-8")
    assert "differs from what would be written now" in face("service", "status").out


def test_uninstall_ends_it_and_removes_the_file(face: Face, machine: Path) -> None:
    face("service", "install", "--yes")
    (machine / "told").unlink()
    assert face("service", "uninstall", "--dry-run").code == 0
    assert unit(machine).exists()
    said = face("service", "uninstall", stdin="y\n")
    assert f"remove {unit(machine)}" in said.out
    assert not unit(machine).exists()
    assert told(machine) == ["--user disable --now nextmove.service", "--user daemon-reload"]


def test_uninstall_of_nothing_is_calm(face: Face, machine: Path) -> None:
    said = face("service", "uninstall", "--yes")
    assert (said.code, "Not installed" in said.out, told(machine)) == (0, True, [])


def test_a_configuration_that_does_not_hold_is_not_installed(face: Face, machine: Path) -> None:
    face.world.config.path.write_text("[rep]\n", encoding="utf-8")
    assert face("service", "install", "--yes").code == 3
    assert not unit(machine).exists()
