"""`plan`: the timeline on the terminal, as a picture and for programs; approving, ticking off, laying anew, explaining.

It's Wednesday, 4 March 2026; Ines asked for the security paper, so what they need is known.
"""

import io
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from assistant.cli import show_next
from assistant.cli.draw_plan import chart, picture
from assistant.workflows import seen_plan
from assistant.workflows.seen_plan import Planned
from tests.faces.conftest import Face, Told
from tests.workflows.world import NOW, TOMAS, days

SVG = "{http://www.w3.org/2000/svg}"
DECIDES = date(2026, 4, 30)


@pytest.fixture
def dated(ready: Face) -> Face:
    """They decide on 30 April, as Ines said on the phone."""
    ready("deals", "date", "harbour", "2026-04-30", "--evidence", "Ines on the phone")
    return ready


@pytest.fixture
def two(dated: Face) -> Face:
    """Another deal, whose people decide so soon that not all fits."""
    dated.world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
    dated("deals", "date", "quayside", "2026-03-12", "--evidence", "Tomas on the phone")
    return dated


def planned(face: Face) -> Planned:
    with face.world.store.write() as tx:
        return seen_plan.planned(tx, face.world.config, "harbour", face.world.now)


def late(face: Face, *args: str) -> Told:
    """Nine working days before they decide."""
    return face(*args, now=NOW + days(43))


class TestShowing:
    def test_the_decision_is_last_on_the_timeline_with_its_evidence(self, dated: Face) -> None:
        lines = dated("plan", "show", "harbour").out.splitlines()
        decision = next(n for n, line in enumerate(lines) if "They decide" in line)
        assert "Thu 30 Apr" in lines[decision]
        assert "Ines on the phone" in lines[decision + 1]
        assert not any("○" in line for line in lines[decision:])

    def test_every_milestone_has_its_day_purpose_owners_and_slack(self, dated: Face) -> None:
        told = dated("plan", "show", "harbour").out
        for part in (
            *("Tue 31 Mar", "Hands-on test", "so that your team can judge it on its own data"),
            *("Noor Haddad (rep) with their user", "working days to spare", "60 minutes"),
        ):
            assert part in told

    def test_what_is_next_is_said_first(self, dated: Face) -> None:
        assert dated("plan", "harbour").out.splitlines()[1].startswith("What's next: Hands-on test on ")

    def test_what_is_done_is_ticked(self, dated: Face) -> None:
        assert "✓" in dated("plan", "harbour").out
        dated("plan", "done", "harbour", "commercial")
        assert "Commercial walk-through  done, by your word" in dated("plan", "harbour").out

    def test_a_deal_alone_is_shown_also_after_an_option(self, dated: Face) -> None:
        shown = dated("plan", "show", "harbour").out
        assert dated("plan", "harbour").out == shown
        assert dated("plan", "--json", "harbour").json["deal"] == "harbour"

    def test_what_no_longer_fits_comes_with_options_and_never_with_another_date(self, dated: Face) -> None:
        told = late(dated, "plan", "harbour").out
        assert "No longer fits before Thu 30 Apr" in told
        assert "✗ Hands-on test" in told
        options = told.partition("You can")[2]
        assert "Leave out the hands-on test" in options
        assert "clarity question" in options
        assert "nextmove plan drop harbour hands_on" in options
        assert "nextmove plan merge harbour hands_on security_legal" in options

    def test_an_approved_day_that_had_to_move_is_named(self, dated: Face) -> None:
        dated("plan", "approve", "harbour")
        told = dated("plan", "harbour", now=NOW + timedelta(days=28)).out
        assert "1 day had to move since" in told
        told = " ".join(told.split())
        assert "It moved, you approved Tue 31 Mar; if it was held: nextmove plan done harbour hands_on" in told

    def test_without_a_date_it_says_so_and_what_to_do(self, ready: Face) -> None:
        told = ready("plan", "harbour")
        assert told.code == 0
        assert "Nobody knows yet on which day they decide" in told.out
        assert "nextmove deals date harbour" in told.out

    def test_a_no_leaves_one_sentence(self, dated: Face) -> None:
        dated("deals", "end", "harbour", "no")
        told = dated("plan", "harbour").out.splitlines()
        assert told[1:] == ["They said no, and a no sets the plan aside."]

    def test_a_deal_that_is_not_there_ends_with_7(self, ready: Face) -> None:
        assert ready("plan", "nowhere").code == 7

    def test_a_deal_that_is_called_like_a_command_is_named_after_it(self, dated: Face) -> None:
        for name in ("show", "next"):
            dated.world.deal(name, domains=(f"{name}.example",), contacts=(f"Ada <ada@{name}.example>",))
            assert dated("plan", "show", name).out.startswith(f"Company {name}  ")
        assert "plan show next" in dated("plan", "--help").out

    def test_looking_waits_for_nobody_who_writes(self, dated: Face) -> None:
        with dated.world.store.write():
            for words in (("plan",), ("plan", "harbour"), ("plan", "explain", "harbour")):
                assert dated(*words).code == 0

    def test_for_programs_it_is_json(self, dated: Face) -> None:
        told = dated("plan", "show", "harbour", "--json").json
        assert (told["decision"]["day"], told["next"]["id"]) == ("2026-04-30", "hands_on")
        days_ahead = [each["day"] for each in told["milestones"] if each["state"] == "ahead"]
        assert days_ahead == sorted(days_ahead)
        assert max(days_ahead) <= "2026-04-30"

    def test_for_programs_a_deal_without_a_plan_says_why(self, ready: Face) -> None:
        told = ready("plan", "show", "harbour", "--json").json
        assert (told["milestones"], told["next"], told["decision"]) == ([], None, None)
        assert told["why_none"]

    def test_the_deals_page_still_has_the_plan(self, dated: Face) -> None:
        assert "Plan, backward from that day" in dated("deals", "show", "harbour").out


class TestNext:
    def test_every_open_deal_is_there_by_its_day_with_owners_and_how_long_it_can_wait(self, two: Face) -> None:
        lines = two("plan").out.splitlines()
        assert [line.split()[0] for line in lines if line.startswith(("harbour", "quayside"))] == [
            "quayside",
            "harbour",
        ]
        told = " ".join(two("plan").out.split())
        for part in ("Tue 31 Mar", "Hands-on test", "Noor Haddad (rep)", "user", "Thu 16 Apr, 12 working", "to spare"):
            assert part in told

    def test_what_no_longer_fits_is_counted(self, two: Face) -> None:
        assert "no longer fit" in " ".join(two("plan").out.split())

    def test_a_deal_where_nothing_is_next_has_a_line_of_its_own_with_what_to_do(self, two: Face) -> None:
        two.world.deal("anchor", domains=("anchor.example",), contacts=("Ada <ada@anchor.example>",))
        told = two("plan").out.partition("Nothing is next in 1 deal\n")[2]
        assert told.split("anchor")[1].strip().startswith("nobody knows yet by when they decide: ask them")
        assert "nextmove deals date anchor" in told

    def test_without_a_deal_it_says_how_to_get_one(self, empty: Face) -> None:
        assert empty("plan").out.startswith("No open deal. Find some: nextmove deals discover")
        assert empty("plan", "--json").json == []

    def test_a_deal_that_ended_is_not_there(self, two: Face) -> None:
        two("deals", "end", "quayside", "no")
        assert "quayside" not in two("plan").out

    def test_for_programs_it_is_json(self, two: Face) -> None:
        told = two("plan", "--json").json
        assert told == two("plan", "next", "--json").json
        assert [each["deal"] for each in told] == ["quayside", "harbour"]
        assert told[1]["next"] == two("plan", "harbour", "--json").json["next"]
        assert told[0]["crowded"]

    def test_many_deals_with_long_names_fit_any_terminal(self, two: Face, monkeypatch: pytest.MonkeyPatch) -> None:
        """A narrow one has a deal in a few lines, a wide one in a row."""
        for number in range(30):
            name = f"a-company-with-a-name-that-is-quite-long-{number}"
            two.world.deal(name, domains=(f"c{number}.example",), contacts=(f"Ada <ada@c{number}.example>",))
            two("deals", "date", name, "2026-06-30", "--evidence", "Ada")
        with two.world.store.read() as tx:
            found = seen_plan.planned_all(tx, two.world.config, two.world.now)
        for width in (40, 71, 72, 100):
            page = Console(width=width, file=io.StringIO(), record=True)
            monkeypatch.setattr(show_next, "console", lambda page=page: page)
            show_next.next_page(found)
            told = page.export_text()
            assert max(map(len, told.splitlines())) <= width
            assert "".join(told.split()).count("quite-long-") == 30 or width == 72


class TestChoosing:
    def test_what_is_left_out_is_said_with_the_way_back(self, dated: Face) -> None:
        told = dated("plan", "drop", "harbour", "hands-on test").out
        assert told.startswith("harbour: Hands-on test is left out of the plan.\n")
        assert "Their decision stays on Thu 30 Apr 2026." in told
        assert "nextmove plan keep harbour hands_on" in told
        page = dated("plan", "harbour").out
        assert "Left out: Hands-on test" in page
        assert "○ Tue 31 Mar" not in page

    def test_what_is_held_with_another_is_shown_with_it(self, dated: Face) -> None:
        told = dated("plan", "merge", "harbour", "security_legal", "commercial").out
        assert "Security and legal review is held with Commercial walk-through, 75 minutes in all." in told
        page = dated("plan", "harbour").out
        assert "Security and legal review  with Commercial walk-through" in page
        assert "75 minutes" in page
        assert "You hold it with Commercial walk-through" in dated("plan", "explain", "harbour").out

    def test_keeping_it_takes_either_back(self, dated: Face) -> None:
        before = dated("plan", "harbour").out
        dated("plan", "drop", "harbour", "hands_on")
        assert "Hands-on test is planned by itself." in dated("plan", "keep", "harbour", "hands_on").out
        assert dated("plan", "harbour").out == before

    def test_choosing_it_twice_says_so(self, dated: Face) -> None:
        dated("plan", "drop", "harbour", "hands_on")
        assert "was chosen before" in dated("plan", "drop", "harbour", "hands_on").out

    def test_nonsense_is_refused_with_6(self, dated: Face) -> None:
        told = dated("plan", "merge", "harbour", "hands_on", "commercial")
        assert told.code == 6
        assert "must be held between" in told.err

    def test_undo_takes_a_choice_back(self, dated: Face) -> None:
        dated("plan", "drop", "harbour", "hands_on")
        assert "hands_on is planned as it was before" in dated("queue", "undo").out
        assert "Left out" not in dated("plan", "harbour").out

    def test_the_picture_names_what_is_left_out_and_what_is_held_together(self, dated: Face) -> None:
        dated("plan", "drop", "harbour", "hands_on")
        dated("plan", "merge", "harbour", "security_legal", "commercial")
        told = ET.fromstring(picture(planned(dated))).findtext(f"{SVG}desc") or ""
        assert "Left out: Hands-on test." in told
        assert "Commercial walk-through with Security and legal review on Mon 20 Apr 2026" in told


class TestSteering:
    def test_approving_names_the_days(self, dated: Face) -> None:
        told = dated("plan", "approve", "harbour")
        assert told.out.startswith("harbour: the plan toward Thu 30 Apr 2026 is approved.\n")
        assert "Tue 31 Mar  Hands-on test" in told.out
        assert "Approved on Wed 4 Mar 2026." in dated("plan", "harbour").out

    def test_approving_twice_says_that_it_stays(self, dated: Face) -> None:
        dated("plan", "approve", "harbour")
        assert "was approved before" in dated("plan", "approve", "harbour").out

    def test_a_plan_that_is_not_there_is_refused_with_6(self, ready: Face) -> None:
        told = ready("plan", "approve", "harbour")
        assert told.code == 6
        assert "Nobody knows yet" in told.err

    def test_ticking_off_says_what_and_when(self, dated: Face) -> None:
        told = dated("plan", "done", "harbour", "hands-on test", "--on", "2026-03-03")
        assert told.out == "harbour: Hands-on test is done, on Tue 3 Mar 2026.\n"
        again = dated("plan", "done", "harbour", "hands_on")
        assert again.out == "harbour: Hands-on test was ticked off before, as held on Tue 3 Mar 2026; that stays.\n"

    def test_an_unknown_milestone_ends_with_7_and_a_day_ahead_with_2(self, dated: Face) -> None:
        assert dated("plan", "done", "harbour", "hand_on").code == 7
        assert dated("plan", "done", "harbour", "hands_on", "--on", "2026-03-05").code == 2

    def test_laying_anew_says_what_moved_and_that_the_decision_stays(self, dated: Face) -> None:
        dated("deals", "date", "harbour", "2026-03-27", "--evidence", "Ines, by mail")
        dated("plan", "approve", "harbour")
        dated("plan", "done", "harbour", "hands_on")
        told = dated("plan", "re-plan", "harbour").out
        assert "Security and legal review: " in told
        assert "→" in told
        assert "Their decision stays on Fri 27 Mar 2026." in told
        assert "Not approved yet" in dated("plan", "harbour").out

    def test_laying_anew_what_nobody_approved_says_so(self, dated: Face) -> None:
        assert "no day is approved" in dated("plan", "re-plan", "harbour").out

    @pytest.mark.parametrize(
        "words",
        [
            ("approve", "harbour"),
            ("done", "harbour", "needs"),
            ("re-plan", "harbour"),
            ("drop", "harbour", "hands_on"),
            ("merge", "harbour", "hands_on", "security_legal"),
        ],
    )
    def test_a_rehearsal_changes_nothing(self, dated: Face, words: tuple[str, ...]) -> None:
        if words[0] == "re-plan":
            dated("plan", "approve", "harbour")
        before = dated.world.dump()
        told = dated("plan", *words, "--dry-run")
        assert "would be" in told.out
        assert dated.world.dump() == before

    def test_undo_takes_an_approval_back(self, dated: Face) -> None:
        dated("plan", "approve", "harbour")
        assert "isn't approved any more" in dated("queue", "undo").out


class TestExplaining:
    def test_each_milestone_has_its_reasons(self, dated: Face) -> None:
        told = dated("plan", "explain", "harbour").out
        assert "the day on which they decide: that one never moves" in told
        assert "22 working days before their decision, as is ideal." in told

    def test_a_late_start_says_by_what_share(self, dated: Face) -> None:
        assert "% of the way to the least" in dated("plan", "explain", "harbour", now=NOW + days(30)).out

    def test_for_programs_each_milestone_has_its_why(self, dated: Face) -> None:
        told = dated("plan", "explain", "harbour", "--json").json
        assert all(each["why"] for each in told["milestones"])
        assert told["frame"]

    def test_without_a_plan_it_says_why(self, ready: Face) -> None:
        assert "Nobody knows yet" in ready("plan", "explain", "harbour").out


class TestPicture:
    def test_it_is_a_file_that_says_in_words_what_it_shows(self, dated: Face, tmp_path: Path) -> None:
        path = tmp_path / "plan.svg"
        assert "plan.svg" in dated("plan", "harbour", "--svg", str(path)).out.replace("\n", "")
        root = ET.parse(path).getroot()
        assert "30 Apr 2026" in (root.findtext(f"{SVG}title") or "")
        told = root.findtext(f"{SVG}desc") or ""
        for part in ("Hands-on test on Tue 31 Mar 2026", "Done: Needs"):
            assert part in told

    def test_it_loads_nothing(self, dated: Face) -> None:
        drawn = picture(planned(dated))
        assert "url(" not in drawn
        assert "href" not in drawn

    def test_names_stay_names(self, dated: Face) -> None:
        dated("deals", "edit", "harbour", "--company", "A <b>&\x1b[31m & Söhne")
        assert "A <b>&[31m & Söhne" in (ET.fromstring(picture(planned(dated))).findtext(f"{SVG}title") or "")

    @pytest.mark.parametrize("after", [0, 20, 43, 50, 56, 57])
    @pytest.mark.parametrize("company", ["Harbour", "A company with a very long name " * 8])
    def test_everything_lies_in_the_picture_and_the_decision_at_its_right(
        self, dated: Face, after: int, company: str
    ) -> None:
        dated("deals", "edit", "harbour", "--company", company)
        dated.world.now = NOW + timedelta(days=after)
        found = planned(dated)
        laid, root = chart(found), ET.fromstring(picture(found))
        wide, high = (float(each) for each in (root.get("viewBox") or "").split()[2:])
        for row in laid.rows:
            assert laid.frame.left < row.x <= row.x + row.slack <= laid.frame.right + 0.1
        for text in root.iter(f"{SVG}text"):
            x, y, length = float(text.get("x", "0")), float(text.get("y", "0")), 6.8 * len(text.text or "")
            start = {"end": x - length, "middle": x - length / 2}.get(text.get("text-anchor", ""), x)
            assert -1 <= start <= start + length <= wide
            assert 0 <= y <= high

    def test_without_a_plan_no_picture_is_drawn(self, ready: Face, tmp_path: Path) -> None:
        path = tmp_path / "plan.svg"
        assert ready("plan", "harbour", "--svg", str(path)).code == 0
        assert not path.exists()

    def test_a_picture_that_cannot_be_written_is_a_sentence(self, dated: Face, tmp_path: Path) -> None:
        told = dated("plan", "harbour", "--svg", str(tmp_path / "nowhere" / "plan.svg"))
        assert told.code == 2
        assert "can't be written" in told.err
