"""`config`: a first one, a check of all at once, the example and the process."""

import tomllib
from pathlib import Path

from assistant.config import parse
from tests.faces.conftest import Face, Say

WORDS = ("--name", "Noor Haddad", "--email", "noor@brightlane.example", "--timezone", "Europe/Berlin")


def init(say: Say, folder: Path, *more: str) -> Path:
    mail = folder / "mail"
    mail.mkdir(exist_ok=True)
    target = folder / "new" / "nextmove.toml"
    say("-c", str(target), "config", "init", "--mail", str(mail), *WORDS, *more)
    return target


def test_a_first_configuration_is_written_and_valid(say: Say, tmp_path: Path) -> None:
    target = init(say, tmp_path)
    config = parse(target.read_text(encoding="utf-8"), target)
    assert config.us.rep.email == "noor@brightlane.example"
    assert say("-c", str(target), "config", "check").code == 0


def test_a_first_configuration_is_the_rep_s_alone(say: Say, tmp_path: Path) -> None:
    assert init(say, tmp_path).stat().st_mode & 0o077 == 0


def test_a_configuration_that_is_there_is_left_as_it_is(say: Say, tmp_path: Path) -> None:
    target = init(say, tmp_path)
    target.write_text("# mine", encoding="utf-8")
    told = say("-c", str(target), "config", "init", "--mail", str(tmp_path / "mail"), *WORDS)
    assert told.code == 6
    assert target.read_text(encoding="utf-8") == "# mine"


def test_a_rehearsed_first_configuration_is_only_printed(say: Say, tmp_path: Path) -> None:
    assert not init(say, tmp_path, "--dry-run").exists()


def test_quotes_and_backslashes_in_a_name_survive(say: Say, tmp_path: Path) -> None:
    target = init(say, tmp_path, "--name", 'Noor "No" \\Haddad')
    assert tomllib.loads(target.read_text(encoding="utf-8"))["rep"]["name"] == 'Noor "No" \\Haddad'


def test_an_address_that_is_none_is_refused(say: Say, tmp_path: Path) -> None:
    assert not init(say, tmp_path, "--email", "noor").exists()


def test_a_freemail_domain_is_not_taken_for_the_team_s(say: Say, tmp_path: Path) -> None:
    target = init(say, tmp_path, "--email", "noor.haddad@gmail.com")
    assert parse(target.read_text(encoding="utf-8"), target).us.domains == frozenset()


def test_the_check_says_that_it_is_fine(face: Face) -> None:
    told = face("config", "check")
    assert (told.code, "is fine: 1 account, store at" in told.out) == (0, True)


def test_the_check_names_paths_that_are_not_there(face: Face) -> None:
    face.world.work.mail.rename(face.world.work.root / "elsewhere")
    face.world.work.calendar.rename(face.world.work.root / "elsewhen")
    told = face("config", "check")
    assert told.code == 3
    assert "there is no mail at" in told.err
    assert "there is no calendar at" in told.err


def test_the_check_of_a_broken_file_names_all_its_problems(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('[rep]\ntimezone = "Mars"\n[queue]\nsize = "many"\n[typo]\nx = 1\n', encoding="utf-8")
    told = say("-c", str(path), "config", "check")
    assert told.code == 3
    for part in ("rep.name is missing", "rep.email is missing", "rep.timezone", "queue.size", "[typo] is unknown"):
        assert part in told.err


def test_the_path_in_use_is_printed(face: Face) -> None:
    assert face("config", "path").out == f"{face.world.config.path}\n"


def test_the_example_is_valid_toml(say: Say) -> None:
    assert "rep" in tomllib.loads(say("config", "example").out)


def test_the_printed_process_is_a_valid_configuration_of_itself(face: Face) -> None:
    printed = face("config", "process").out
    base = face.world.config.path.read_text(encoding="utf-8")
    process = parse(f"{base}\n{printed}", face.world.config.path).process
    assert process is not None
    assert printed.count("\nnotice = 5\n") == len(process.milestones)
    face.world.config.path.write_text(f"{base}\n{printed}", encoding="utf-8")
    assert face("config", "process").out == printed
