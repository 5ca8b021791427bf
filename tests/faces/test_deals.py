"""`deals`: the book by hand and by file, its dates, its threads, and what the mailbox proposes."""

from datetime import date
from pathlib import Path

import pytest

from assistant.domain.deal import Deal, Stage
from tests.faces.conftest import Face
from tests.workflows.world import NOW, REP, World, days


def held(world: World, deal_id: str = "harbour") -> Deal:
    with world.store.read() as tx:
        return tx.ledger.deal(deal_id)


def table(folder: Path, text: str) -> str:
    path = folder / "deals.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


class TestLooking:
    def test_an_empty_book_says_how_to_fill_it(self, empty: Face) -> None:
        told = empty("deals", "list")
        assert told.code == 0
        assert "nextmove deals discover" in told.out

    def test_an_empty_book_for_programs_is_an_empty_list(self, empty: Face) -> None:
        assert empty("deals", "list", "--json").json == []

    def test_the_list_has_each_deal_with_its_standing(self, ready: Face) -> None:
        told = ready("deals", "list").out
        for part in ("harbour", "passive", "undated"):
            assert part in told

    def test_the_list_for_programs_has_what_was_promised(self, ready: Face) -> None:
        (told,) = ready("deals", "list", "--json").json
        promised = {"id", "name", "company", "stage", "standing", "other_standings", "evidence", "decision_date"}
        assert promised | {"last_move"} <= told.keys()
        assert told["evidence"][0]["message_id"] == "work3@post.example"
        assert "security paper" in told["evidence"][0]["sentence"]

    def test_the_list_can_be_of_one_standing(self, ready: Face) -> None:
        assert len(ready("deals", "list", "--json", "--standing", "passive").json) == 1
        assert ready("deals", "list", "--json", "--standing", "won").json == []
        assert ready("deals", "list", "--standing", "won").out == "No deal is won.\n"

    def test_a_standing_that_is_none_is_a_wrong_command_line(self, ready: Face) -> None:
        assert ready("deals", "list", "--standing", "sleepy").code == 2

    def test_a_deal_is_shown_with_people_evidence_and_timeline(self, ready: Face) -> None:
        told = ready("deals", "show", "harbour").out
        for part in ("Company harbour", "Ines Okafor", "passive", "Here is the security paper", "Timeline"):
            assert part in told

    def test_a_deal_for_programs_is_one_object(self, ready: Face) -> None:
        assert ready("deals", "show", "harbour", "--json").json["timeline"][0]["side"] == "them"

    def test_a_deal_that_is_not_there_ends_with_7(self, empty: Face) -> None:
        assert empty("deals", "show", "nowhere").code == 7

    def test_three_hundred_deals_are_listed(self, empty: Face, tmp_path: Path) -> None:
        rows = "\n".join(f"Deal {n},d{n}.example" for n in range(300))
        empty("deals", "import", table(tmp_path, f"name,domains\n{rows}\n"))
        assert len(empty("deals", "list", "--json").json) == 300


class TestWriting:
    def test_adding_a_deal(self, empty: Face) -> None:
        words = ["--company", "Meadow", "--domain", "meadow.example", "--contact", "Petra <petra@meadow.example> (CFO)"]
        told = empty("deals", "add", "Meadow pilot", *words, "--country", "se", "--timezone", "Europe/Stockholm")
        assert told.out == "Added meadow-pilot.\n"
        deal = held(empty.world, "meadow-pilot")
        assert (deal.company, deal.domains, deal.country) == ("Meadow", ("meadow.example",), "SE")
        assert (deal.contacts[0].address.email, deal.contacts[0].role) == ("petra@meadow.example", "CFO")

    def test_a_rehearsed_adding_changes_nothing(self, empty: Face) -> None:
        before = empty.world.dump()
        assert empty("deals", "add", "Meadow", "--dry-run").out == "Would add meadow.\n"
        assert empty.world.dump() == before

    @pytest.mark.parametrize(
        "words",
        [
            ["--contact", "nobody"],
            ["--domain", "nowhere"],
            ["--country", "Germany"],
            ["--timezone", "Mars/Olympus"],
            ["--stage", "won"],
        ],
    )
    def test_a_value_that_cannot_be_understood_ends_with_2(self, empty: Face, words: list[str]) -> None:
        assert empty("deals", "add", "Meadow", *words).code == 2

    def test_editing_changes_what_was_given_and_nothing_else(self, face: Face) -> None:
        before = held(face.world)
        assert face("deals", "edit", "harbour", "--notes", "likes boats").out == "harbour: changed.\n"
        after = held(face.world)
        assert (after.notes, after.contacts, after.domains) == ("likes boats", before.contacts, before.domains)

    def test_a_rehearsed_edit_changes_nothing(self, face: Face) -> None:
        before = face.world.dump()
        assert "would be changed" in face("deals", "edit", "harbour", "--notes", "x", "--dry-run").out
        assert face.world.dump() == before

    def test_an_edit_without_a_change_says_so(self, face: Face) -> None:
        assert face("deals", "edit", "harbour").out == "harbour: nothing to change.\n"

    def test_a_contact_who_left_is_never_written_to_again(self, face: Face) -> None:
        face("deals", "edit", "harbour", "--gone", "ines@harbour.example")
        face("run")
        assert [entry["kind"] for entry in face("queue", "--json").json if entry["to"]] == []

    @pytest.mark.parametrize(
        ("word", "stage"), [("won", Stage.WON), ("no", Stage.SAID_NO), ("after-yes", Stage.AFTER_YES)]
    )
    def test_ending_and_reopening(self, face: Face, word: str, stage: Stage) -> None:
        assert face("deals", "end", "harbour", word).code == 0
        assert held(face.world).stage is stage

    def test_a_pause_has_a_day(self, face: Face) -> None:
        assert face("deals", "end", "harbour", "paused").code == 2
        assert face("deals", "end", "harbour", "won", "--until", "2026-05-04").code == 2
        assert face("deals", "end", "harbour", "paused", "--until", "2026-05-04").code == 0
        assert held(face.world).resume_on == date(2026, 5, 4)

    def test_a_pause_until_a_day_that_has_gone_by_is_refused(self, face: Face) -> None:
        told = face("deals", "end", "harbour", "paused", "--until", "2020-05-04")
        assert told.code == 2
        assert "2020-05-04 isn't ahead" in told.err
        assert held(face.world).stage is Stage.BEFORE_YES


class TestDate:
    def test_a_date_is_written_with_its_evidence(self, face: Face) -> None:
        told = face("deals", "date", "harbour", "2026-04-30", "--evidence", "Ines on the phone")
        assert told.out == "harbour: they decide on 2026-04-30.\n"
        decision = held(face.world).decision
        assert decision is not None
        assert decision.evidence.sentence == "Ines on the phone"

    def test_a_day_that_has_gone_by_is_taken_for_a_slip(self, face: Face) -> None:
        told = face("deals", "date", "harbour", "2025-04-30", "--evidence", "Ines on the phone", "--dry-run")
        assert (told.code, face("deals", "date", "harbour", "2025-04-30", "--evidence", "Ines").code) == (2, 2)
        assert "2025-04-30 has gone by" in told.err
        assert held(face.world).decision is None

    def test_a_later_date_is_a_new_plan(self, face: Face) -> None:
        face("deals", "date", "harbour", "2026-04-30", "--evidence", "Ines on the phone")
        told = face("deals", "date", "harbour", "2026-05-30", "--evidence", "Ines, by mail")
        assert "This is plan 2; the earlier ones stay" in told.out

    def test_a_date_without_evidence_is_a_wrong_command_line(self, face: Face) -> None:
        assert face("deals", "date", "harbour", "2026-04-30").code == 2

    def test_a_rehearsed_date_is_not_written(self, face: Face) -> None:
        before = face.world.dump()
        told = face("deals", "date", "harbour", "2026-04-30", "--evidence", "x", "--dry-run")
        assert "it would be written that they decide on 2026-04-30" in told.out
        assert face.world.dump() == before

    def test_a_rehearsed_date_of_no_deal_ends_with_7(self, face: Face) -> None:
        assert face("deals", "date", "nowhere", "2026-04-30", "--evidence", "x", "--dry-run").code == 7


class TestThread:
    def test_a_thread_of_two_deals_is_asked_about_until_it_is_given_to_one(self, face: Face) -> None:
        face.world.deal("harbour-two")
        face("run")
        (question,) = face("queue", "--json").json
        message = question["reasons"][0]["message_id"]
        assert face("deals", "thread", "harbour-two", message).code == 0
        face("run")
        assert [(entry["kind"], entry["deal"]) for entry in face("queue", "--json").json] == [("draft", "harbour-two")]

    def test_a_thread_can_be_of_none(self, ready: Face) -> None:
        told = ready("deals", "thread", "harbour", "<work3@post.example>", "--none")
        assert "counts for no deal" in told.out
        ready("run")
        assert ready("queue", "--json").json == []

    def test_a_message_that_is_not_there_ends_with_7(self, ready: Face) -> None:
        assert ready("deals", "thread", "harbour", "nothing@post.example").code == 7


class TestFile:
    def test_an_import_tells_what_came(self, empty: Face, tmp_path: Path) -> None:
        told = empty("deals", "import", table(tmp_path, "name,company\nPilot,Harbour\n"))
        assert (told.code, told.out) == (0, "1 added, 0 updated, 0 as they were.\n")

    def test_bad_rows_are_named_on_the_other_stream_and_end_with_1(self, empty: Face, tmp_path: Path) -> None:
        told = empty("deals", "import", table(tmp_path, "name,stage\nPilot,maybe\nOther,\n"))
        assert told.code == 1
        assert "1 added" in told.out
        assert "line 2: 'maybe' is no stage" in told.err

    def test_a_rehearsed_import_changes_nothing(self, empty: Face, tmp_path: Path) -> None:
        before = empty.world.dump()
        told = empty("deals", "import", table(tmp_path, "name\nPilot\n"), "--dry-run")
        assert told.out == "1 would be added, 0 would be updated, 0 as they were.\n"
        assert empty.world.dump() == before

    def test_an_import_for_programs_is_json(self, empty: Face, tmp_path: Path) -> None:
        told = empty("deals", "import", table(tmp_path, "name,stage\nPilot,maybe\nOther,\n"), "--json")
        assert told.json["added"] == ["other"]
        assert told.json["bad"][0][0] == 2

    def test_a_file_that_is_not_there_ends_with_7(self, empty: Face) -> None:
        assert empty("deals", "import", "nowhere.csv").code == 7

    def test_an_export_imports_again_as_the_same(self, face: Face, tmp_path: Path) -> None:
        file = str(tmp_path / "out.csv")
        assert face("deals", "export", file).code == 0
        assert face("deals", "import", file).out == "0 added, 0 updated, 1 as they were.\n"

    def test_an_export_goes_to_standard_output(self, face: Face) -> None:
        assert face("deals", "export").out.startswith("id,name,company,domains,contacts,stage,decision_date")

    def test_an_export_into_a_folder_that_is_not_there_is_named(self, face: Face, tmp_path: Path) -> None:
        told = face("deals", "export", str(tmp_path / "nowhere" / "out.csv"))
        assert told.code == 2
        assert "Traceback" not in told.err


class TestDiscover:
    @pytest.fixture
    def prospect(self, empty: Face) -> Face:
        who = "Petra Lund <petra@meadow.example>"
        last = empty.world.work.deliver(who, REP, "Hi Noor,\n\nWhat does it cost?\n", NOW - days(12), subject="Prices")
        for n, (sender, to) in enumerate([(REP, who), (who, REP), (REP, who)]):
            text = f"Hello,\n\nhere is part {n} of the prices.\n"
            last = empty.world.work.deliver(sender, to, text, NOW - days(10 - n), subject="Re: Prices", reply_to=last)
        empty.world.run()
        return empty

    def test_it_proposes_with_its_reasons_and_changes_nothing_without_a_terminal(self, prospect: Face) -> None:
        before = prospect.world.dump()
        told = prospect("deals", "discover")
        assert "meadow.example" in told.out
        assert prospect.world.dump() == before

    def test_for_programs_it_is_json(self, prospect: Face) -> None:
        (told,) = prospect("deals", "discover", "--json").json
        assert told["domains"] == ["meadow.example"]
        assert told["why"]

    def test_yes_adds_them_all(self, prospect: Face) -> None:
        assert "Added" in prospect("deals", "discover", "--yes").out
        assert prospect("deals", "discover", "--json").json == []

    def test_where_there_is_nothing_it_says_so(self, empty: Face) -> None:
        told = empty("deals", "discover").out
        assert "Nothing in the mailbox looks like a deal" in told
        assert "nextmove deals add NAME --contact ADDRESS" in told

    def test_a_deal_that_is_not_there_names_the_command_that_lists_them(self, empty: Face) -> None:
        assert "nextmove deals list" in empty("deals", "show", "nowhere").err

    def test_an_id_stands_on_one_line_of_the_list(self, empty: Face) -> None:
        empty("deals", "add", "The small parts store in Olten")
        assert "the-small-parts-store-in-olten" in empty("deals", "list").out
