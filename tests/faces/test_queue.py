"""`queue` and its words: look, approve, edit, set aside, take back."""

import os
import stat
from pathlib import Path

import pytest

from assistant.domain.draft import ItemState
from tests.faces.conftest import Face
from tests.workflows.world import QUESTION, days

PRESSING = """To: Ines Okafor <ines@harbour.example>
Cc:
Subject: Re: x

Hi Ines,

We need your signature before our quarter ends.
"""


def test_an_empty_queue_is_calm(empty: Face) -> None:
    told = empty("queue")
    assert told.code == 0
    assert "Nothing needs you today" in told.out
    assert "nextmove deals discover" in told.out


def test_an_empty_queue_for_programs_is_an_empty_list(empty: Face) -> None:
    assert empty("queue", "--json").json == []


def test_the_queue_names_deal_recipient_and_how_to_look_at_one(ready: Face) -> None:
    told = ready("queue").out
    for part in ("Company harbour", "Ines Okafor", "nextmove queue show 1"):
        assert part in told


def test_while_away_the_queue_says_that_it_is_from_before(ready: Face) -> None:
    assert "away" not in ready("queue").err
    assert ready("pause", "--for", "3").code == 0
    told = ready("queue")
    assert "You're away until" in told.err
    assert "nextmove resume" in told.err
    assert "nextmove queue show 1" in told.out


def test_the_queue_as_a_picture_goes_into_a_file_and_loads_nothing(ready: Face, tmp_path: Path) -> None:
    picture = tmp_path / "queue.svg"
    told = ready("queue", "--svg", str(picture))
    assert told.out == ""
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "url(" not in picture.read_text(encoding="utf-8").replace("url(#", "")


def test_the_queue_for_programs_has_what_was_promised(ready: Face) -> None:
    (entry,) = ready("queue", "--json").json
    promised = {"id", "deal", "kind", "purpose", "to", "cc", "subject", "body", "reasons", "gaps", "rank"}
    assert promised <= entry.keys()
    assert (entry["id"], entry["deal"], entry["kind"], entry["purpose"]) == (1, "harbour", "draft", "decision_process")


def test_a_huge_queue_shows_the_few_and_counts_the_rest(empty: Face) -> None:
    world = empty.world
    for n in range(12):
        world.deal(f"deal{n}", domains=(f"d{n}.example",), contacts=(f"Ida Holm <ida@d{n}.example>",))
        world.passive(f"Ida Holm <ida@d{n}.example>", subject=f"About {n}")
    world.run()
    told = empty("queue").out
    assert "7 for today" in told
    assert "5 more wait" in told
    assert len(empty("queue", "--all", "--json").json) == 12


def test_words_of_a_mail_in_brackets_are_shown_as_they_are(empty: Face) -> None:
    empty.world.deal()
    empty.world.passive(subject="[EXT] [/bold] [red]prices[/red] :smile:")
    empty.world.run()
    told = [empty("queue"), empty("queue", "show", "1"), empty("deals", "show", "harbour"), empty("deals", "list")]
    assert [each.code for each in told] == [0, 0, 0, 0]
    assert "[EXT] [/bold] [red]prices[/red] :smile:" in told[1].out


def test_showing_an_item_tells_why_and_what(ready: Face) -> None:
    told = ready("queue", "show", "1").out
    for part in ("Why", "work3@post.example", "Here is the security paper", "Hi Ines,", "nextmove queue approve 1"):
        assert part in told


def test_showing_an_item_for_programs_is_one_object(ready: Face) -> None:
    assert ready("queue", "show", "1", "--json").json["id"] == 1


def test_approving_files_the_draft(ready: Face) -> None:
    told = ready("queue", "approve", "1")
    assert told.code == 0
    assert "in your Drafts folder, to Ines Okafor" in told.out
    assert len(ready.world.work.draft_files()) == 1


def test_a_rehearsed_approval_changes_nothing(ready: Face) -> None:
    before = ready.world.dump(), ready.world.files()
    told = ready("queue", "approve", "--dry-run", "1")
    assert told.out == "1: could be approved.\n"
    assert (ready.world.dump(), ready.world.files()) == before


def test_a_rehearsed_approval_refuses_as_the_real_one_does_and_changes_nothing(ready: Face) -> None:
    ready.world.answer("work3@post.example", QUESTION)
    before = ready.world.dump(), ready.world.files()
    told = ready("queue", "approve", "--dry-run", "1")
    assert told.code == 6
    assert "Something newer happened" in told.err
    assert (ready.world.dump(), ready.world.files()) == before


def test_a_refused_approval_ends_with_6_and_a_cure(ready: Face) -> None:
    ready("queue", "approve", "1")
    told = ready("queue", "approve", "1")
    assert told.code == 6
    assert "nextmove queue show 1" in told.err


def test_approving_without_an_id_is_a_wrong_command_line(ready: Face) -> None:
    assert ready("queue", "approve").code == 2


def test_editing_from_a_file_keeps_the_text(ready: Face) -> None:
    body = ready.world.draft().content.body.replace("Best,", "Kind regards,")  # type: ignore[union-attr]
    text = f"To: Ines Okafor <ines@harbour.example>\nCc:\nSubject: Re: Harbour planning\n\n{body}"
    told = ready("queue", "edit", "1", "--file", "-", stdin=text)
    assert told.code == 0
    assert "1: kept." in told.out
    assert "Kind regards," in ready("queue", "show", "1").out


def test_an_edit_with_pressure_is_kept_and_objected_to(ready: Face) -> None:
    told = ready("queue", "edit", "1", "--file", "-", stdin=PRESSING)
    assert "1: kept." in told.out
    assert "The guard:" in told.out
    assert "Rather:" in told.out


def test_approving_an_edit_with_pressure_ends_with_6_reason_and_rewrite(ready: Face) -> None:
    ready("queue", "edit", "1", "--file", "-", stdin=PRESSING)
    told = ready("queue", "approve", "1")
    assert told.code == 6
    assert "The guard stops draft 1" in told.err
    assert "Rather:" in told.err


def test_an_edit_that_changes_nothing_is_none(ready: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", _editor(tmp_path, "exit 0"))
    told = ready("queue", "edit", "1")
    assert told.out == "Left as it was.\n"
    assert ready.world.item(1).version == 1


def test_the_editor_of_the_rep_is_used(ready: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", _editor(tmp_path, 'sed -i "s/Best,/Kind regards,/" "$1"; touch -d "1 minute" "$1"'))
    assert "1: kept." in ready("queue", "edit", "1").out
    assert "Kind regards," in ready("queue", "show", "1").out


def test_a_text_without_a_head_is_refused_with_its_cure(ready: Face) -> None:
    told = ready("queue", "edit", "1", "--file", "-", stdin="Hello\n\nthere\n")
    assert told.code == 2
    assert "Keep these three lines at the top" in told.err


def test_snoozing_says_when_it_is_back(ready: Face) -> None:
    told = ready("queue", "snooze", "1", "2026-03-09")
    assert told.out == "1: back on Monday 9 March.\n"
    assert "Nothing needs you today" in ready("queue").out
    assert "snoozed until Mon 9 Mar" in ready("queue", "--all").out


def test_snoozing_until_the_past_is_refused(ready: Face) -> None:
    assert ready("queue", "snooze", "1", "2026-03-01").code == 2


def test_a_day_that_is_none_is_a_wrong_command_line(ready: Face) -> None:
    told = ready("queue", "snooze", "1", "monday")
    assert told.code == 2
    assert "Write it like 2026-12-18" in told.err


def test_dismissing_and_undoing_come_out_even(ready: Face) -> None:
    assert "Take it back with: nextmove queue undo" in ready("queue", "dismiss", "1").out
    assert ready("queue", "undo").out == "1: open again.\n"
    assert ready.world.item(1).state is ItemState.OPEN


def test_undoing_nothing_ends_with_6(ready: Face) -> None:
    assert ready("queue", "undo").code == 6


def test_a_next_step_whose_day_has_gone_by_is_refused(ready: Face) -> None:
    told = ready("queue", "spoke", "harbour", "--what", "test", "--who", "Ines", "--on", "2026-01-12")
    assert told.code == 2
    assert "2026-01-12 has gone by" in told.err


@pytest.mark.parametrize("which", ["1", "harbour"])
def test_having_spoken_quiets_the_deal(ready: Face, which: str) -> None:
    told = ready("queue", "spoke", which, "--what", "test on their data", "--who", "Ines", "--on", "2026-03-12")
    assert told.out == "harbour: noted. Quiet until 2026-03-12.\n"
    assert "Nothing needs you today" in ready("queue").out
    assert ready("deals", "list", "--json").json[0]["standing"] == "advancing"


def test_a_next_step_without_a_day_is_refused(ready: Face) -> None:
    told = ready("queue", "spoke", "1", "--what", "test", "--who", "Ines")
    assert told.code == 2
    assert "Give both --who and --on, or neither" in told.err


def test_letting_go_puts_up_a_graceful_exit(ready: Face) -> None:
    told = ready("queue", "letgo", "1")
    assert "harbour: let go" in told.out
    assert [entry["purpose"] for entry in ready("queue", "--json").json] == ["graceful_exit"]


def test_not_a_deal_is_remembered(ready: Face) -> None:
    assert ready("queue", "notadeal", "1").code == 0
    ready("run", now=ready.world.now + days(1))
    assert ready("queue", "--json").json == []


@pytest.mark.parametrize("words", [["show", "9"], ["dismiss", "9"], ["letgo", "9"], ["letgo", "nowhere"]])
def test_what_is_not_there_ends_with_7(ready: Face, words: list[str]) -> None:
    assert ready("queue", *words).code == 7


def test_the_walk_needs_a_terminal_and_says_what_else_there_is(ready: Face) -> None:
    told = ready("queue", "review")
    assert told.code == 2
    assert "Use queue show, approve" in told.err


def _editor(folder: Path, script: str) -> str:
    path = folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return os.fspath(path)


def test_no_reason_is_cut_off_in_a_pipe(ready: Face) -> None:
    shown = " ".join(ready("queue", "show", "1").out.split())
    with ready.world.store.read() as tx:
        reasons = tx.queue.item(1).reasons
    assert all(" ".join(reason.sentence.split()) in shown for reason in reasons)
