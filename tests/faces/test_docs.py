"""The documents say what the program has: every option, every command."""

import re
from pathlib import Path

import pytest

import assistant
from assistant.config import load, option_names
from assistant.errors import ExitCode
from tests.faces.test_help import ALL

ROOT = Path(assistant.__file__).parents[1]
EXAMPLE = ROOT / "config.example.toml"


def test_the_example_configuration_loads() -> None:
    assert load(EXAMPLE).us.rep.email


def test_the_example_configuration_loads_with_every_line_that_is_commented_out(tmp_path: Path) -> None:
    path = tmp_path / "all.toml"
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    option = [line.removeprefix("# ") if _is_option(line) else line for line in lines]
    path.write_text("\n".join(option), encoding="utf-8")
    assert load(path).process is not None


@pytest.mark.parametrize("name", option_names())
def test_the_example_configuration_names_every_option(name: str) -> None:
    table, _, key = name.partition(".")
    section = ""
    found = set()
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        bare = line.removeprefix("# ")
        if bare.startswith("["):
            section = bare.partition("]")[0].strip("[]")
        elif "=" in bare:
            found.add((section, bare.partition("=")[0].strip()))
    assert (table, key) in found


def test_every_option_of_the_example_has_a_word_about_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").partition("# The steps of your sales process")[0].splitlines()
    assert [line for line in lines if "=" in line and "#" not in line.removeprefix("# ")] == []


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_the_readme_names_every_command(words: tuple[str, ...]) -> None:
    named = re.compile(rf"(?:`|nextmove ){' '.join(words)}\b")
    assert named.search((ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_files_that_the_readme_links_to_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_exit_code_is_one_of_a_kind() -> None:
    assert len({int(code) for code in ExitCode}) == len(ExitCode)


def _is_option(line: str) -> bool:
    bare = line.removeprefix("# ")
    key = bare.partition("=")[0].strip()
    return line.startswith("# ") and (bare.startswith("[[") or ("=" in bare and key.isidentifier()))
