"""`demo`: the main job on the sample, in a folder of its own, as often as one likes."""

from pathlib import Path

import pytest

from tests.faces.conftest import Say, Told

NOW = "2026-03-04T08:00:00+01:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def demo(say: Say, folder: Path, *more: str, now: str = NOW) -> Told:
    return say("--now", now, "demo", "--folder", str(folder), *more)


def test_it_ends_with_the_queue_and_the_line_that_opens_it(say: Say, folder: Path) -> None:
    told = demo(say, folder)
    assert told.code == 0
    assert "7 for today" in told.out
    assert told.out.rstrip().endswith(f"-c {folder / 'config.toml'} queue review")


def test_its_last_line_names_a_configuration_that_works(say: Say, folder: Path) -> None:
    demo(say, folder)
    config = str(folder / "config.toml")
    assert say("-c", config, "config", "check").code == 0
    assert len(say("-c", config, "--now", NOW, "queue", "--json").json) == 7


def test_a_second_time_on_the_same_day_keeps_what_was_done(say: Say, folder: Path) -> None:
    demo(say, folder)
    config = str(folder / "config.toml")
    (first, *_) = say("-c", config, "--now", NOW, "queue", "--json").json
    say("-c", config, "--now", NOW, "queue", "dismiss", str(first["id"]))
    told = demo(say, folder)
    assert "No new mail" in told.out
    assert "0 new, 0 renewed, 0 withdrawn" in told.out
    assert first["id"] not in [entry["id"] for entry in say("-c", config, "--now", NOW, "queue", "--json").json]


def test_on_another_day_the_sample_is_new(say: Say, folder: Path) -> None:
    demo(say, folder)
    told = demo(say, folder, now="2026-03-05T08:00:00+01:00")
    assert "Read 1" in told.out
    assert "Thursday 5 March 2026" in told.out


def test_fresh_forgets_what_was_done(say: Say, folder: Path) -> None:
    demo(say, folder)
    assert "No new mail" not in demo(say, folder, "--fresh").out


def test_a_folder_with_something_else_in_it_is_left_alone(say: Say, folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    told = demo(say, folder)
    assert told.code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["thesis.txt"]


def test_every_item_of_the_sample_can_be_looked_at(say: Say, folder: Path) -> None:
    demo(say, folder)
    config = str(folder / "config.toml")
    items = say("-c", config, "--now", NOW, "queue", "--all", "--json").json
    shown = [say("-c", config, "--now", NOW, "queue", "show", str(item["id"])) for item in items]
    assert [told.code for told in shown] == [0] * len(items)
    deals = say("-c", config, "--now", NOW, "deals", "list", "--json").json
    pages = [say("-c", config, "--now", NOW, "deals", "show", deal["id"]) for deal in deals]
    assert [told.code for told in pages] == [0] * len(deals)


def test_every_draft_of_the_sample_without_a_gap_can_be_approved(say: Say, folder: Path) -> None:
    demo(say, folder)
    config = str(folder / "config.toml")
    items = say("-c", config, "--now", NOW, "queue", "--all", "--json").json
    ready = [str(item["id"]) for item in items if item["kind"] == "draft" and not item["gaps"]]
    told = say("-c", config, "--now", NOW, "queue", "approve", *ready)
    assert told.err == ""
    assert told.out.count("in your Drafts folder") == len(ready)
    assert len(ready) >= 3
