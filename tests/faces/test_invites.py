"""Invites on the command line: in the queue, in the editor, at their approval, and in a run's account.

Harbour decides on 30 April 2026; the invite to the hands-on test on 31 March is due on the 24th.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.cli.show_run import run_report
from assistant.domain.draft import ItemState
from assistant.workflows.scheduling import Scheduled
from tests.faces.conftest import Face, Say
from tests.faces.test_showable import COMMANDS
from tests.workflows.meetings import calendar_mail, events, invites, planned, send_invites, walk
from tests.workflows.world import INES, NO, World, built, days

Planned = Callable[..., Face]


@pytest.fixture
def due(say: Say, tmp_path: Path) -> Iterator[Planned]:
    """Harbour's approved plan on the morning of the first invite, before the run."""
    with ExitStack() as stack:

        def build(*, extra: str = "", accounts: tuple[str, ...] = ("work",)) -> World:
            return stack.enter_context(contextmanager(built)(tmp_path / "world", extra=extra, accounts=accounts))

        def made(schedule: str = "invite", where: str = "https://meet.example/noor") -> Face:
            world = planned(build, schedule, where=where)
            walk(world, date(2026, 3, 23))
            world.now += days(1)
            return Face(world, say)

        yield made


@pytest.fixture
def waiting(due: Planned) -> Face:
    """The invite waits, because nobody said where they meet."""
    face = due(where="")
    face.world.run()
    return face


def number(face: Face) -> str:
    (item,) = invites(face.world, ItemState.OPEN)
    return str(item.id)


class TestARun:
    def test_it_tells_what_it_did_in_the_calendar(self, due: Planned) -> None:
        told = due()("run").out
        assert "harbour: invited Ines to the hands-on test, Tue 31 March 10:00.\n" in told
        assert "What lies in your Drafts leaves when you send it.\n" in told

    def test_of_a_hold_nobody_is_told(self, due: Planned) -> None:
        told = due("hold")("run").out
        assert "harbour: kept Tue 31 March 10:00 free for the hands-on test.\n" in told
        assert "Drafts" not in told

    def test_a_rehearsal_says_what_it_would_do_and_writes_nothing(self, due: Planned) -> None:
        face = due()
        before = face.world.dump(), face.world.files()
        told = face("run", "--dry-run").out
        assert "harbour: would invite Ines to the hands-on test, Tue 31 March 10:00.\n" in told
        assert (face.world.dump(), face.world.files()) == before

    def test_for_programs_it_names_the_meetings(self, due: Planned) -> None:
        (placed,) = due()("run", "--json").json["scheduled"]["placed"]
        assert (placed["deal_id"], placed["milestone"], placed["state"]) == ("harbour", "hands_on", "invited")

    def test_a_calendar_that_cannot_be_written_is_named(self, due: Planned, capsys: pytest.CaptureFixture[str]) -> None:
        report = due().world.run()
        why = "The disk is full. Make room."
        run_report(replace(report, scheduled=Scheduled((), (("harbour", why),))), dry_run=False)
        assert f"harbour: the calendar was left as it was: {why}" in capsys.readouterr().out


class TestTheQueue:
    def test_the_list_says_who_when_and_what_is_missing(self, waiting: Face) -> None:
        told = waiting("queue").out
        assert "Invite Ines to the hands-on test, Tue 31 March 10:00" in told
        assert "with Ines Okafor   Tue 31 Mar 10:00 to 11:00" in told
        assert "needs you: Where do you meet" in told

    def test_an_invite_is_one_of_the_day_s_few(self, waiting: Face) -> None:
        assert "in your Drafts folder" not in waiting("queue").out
        assert [entry["kind"] for entry in waiting("queue", "--json").json].count("invite") == 1

    def test_the_page_has_people_time_place_and_text(self, waiting: Face) -> None:
        told = waiting("queue", "show", number(waiting)).out
        for words in (
            "A meeting for your calendar and theirs",
            "Ines Okafor <ines@harbour.example>",
            "Tue 31 Mar 10:00 to 11:00 (Europe/Berlin), 60 minutes",
            "not known yet",
            "Hands-on test: Company harbour",
            "your team can judge it on its own data",
        ):
            assert words in told
        assert "queue approve" not in told

    def test_for_programs_it_has_the_meeting(self, waiting: Face) -> None:
        meeting = waiting("queue", "show", number(waiting), "--json").json["meeting"]
        assert (meeting["act"], meeting["start"]) == ("invite", "2026-03-31T10:00:00+02:00")

    def test_nothing_in_an_invite_commands_the_terminal(self, waiting: Face) -> None:
        told = waiting("queue", "edit", number(waiting), "--file", "-", stdin=_text("Room\x1b[2J\u202e 4"))
        assert told.code == 0
        for words in (["show", number(waiting)], []):
            assert not COMMANDS.search(waiting("queue", *words).out)

    def test_another_time_shows_the_one_until_now(self, due: Planned) -> None:
        face = declined(due)
        told = face("queue", "show", number(face)).out
        assert "Another time for a meeting" in told
        assert "Until now Tue 31 Mar 10:00 to 11:00" in told
        assert "Ines Okafor has declined the invite." in told
        assert "“Ines Okafor has declined" not in told

    def test_a_calling_off_shows_its_note_and_no_place(self, due: Planned) -> None:
        face = said_no(due)
        told = face("queue", "show", number(face)).out
        assert "Calls a meeting off" in told
        assert "Where" not in told


def declined(due: Planned) -> Face:
    face = due()
    face.world.run()
    (event,) = events(face.world)
    calendar_mail(face.world, "REPLY", event, INES, partstat="DECLINED")
    face.world.run()
    return face


def said_no(due: Planned) -> Face:
    face = due()
    face.world.run()
    send_invites(face.world)
    face.world.run(days(0.1))
    face.world.work.deliver(INES, "noor@brightlane.example", NO, face.world.now)
    face.world.run(days(0.1))
    return face


def _text(where: str, when: str = "2026-03-31 10:00-11:00") -> str:
    head = f"To: {INES}\nCc:\nTitle: Hands-on test\nWhen: {when}\nWhere: {where}"
    return f"{head}\n\nAn hour together.\n\nWhere: [where]\n\nNoor\n"


class TestAnEdit:
    def test_it_is_kept_and_the_way_on_is_named(self, waiting: Face) -> None:
        told = waiting("queue", "edit", number(waiting), "--file", "-", stdin=_text("Room 4"))
        assert told.out == f"{number(waiting)}: kept.\nnextmove queue approve {number(waiting)}\n"

    def test_a_day_off_is_said_and_stands(self, waiting: Face) -> None:
        text = _text("Room 4", "2026-03-28 10:00")
        told = waiting("queue", "edit", number(waiting), "--file", "-", stdin=text)
        assert "Saturday 28 March is a day off for you or for them.\n" in told.out
        assert "Sat 28 Mar 10:00 to 11:00" in waiting("queue").out

    def test_a_time_that_has_passed_is_refused_by_its_line(self, waiting: Face) -> None:
        told = waiting("queue", "edit", number(waiting), "--file", "-", stdin=_text("Room 4", "2026-03-20 10:00"))
        assert told.code == 2
        assert "The line 'When: 2026-03-20 10:00' names a time that has passed." in told.err


class TestTheRepsWord:
    def approved(self, face: Face) -> str:
        return face("queue", "approve", number(face)).out

    def test_an_approved_invite_is_in_the_calendar(self, waiting: Face) -> None:
        waiting("queue", "edit", number(waiting), "--file", "-", stdin=_text("Room 4"))
        assert "in your calendar, with an invite to Ines Okafor." in self.approved(waiting)

    def test_an_approved_move_is_told(self, due: Planned) -> None:
        assert "moved in your calendar, with the new time to Ines Okafor." in self.approved(declined(due))

    def test_an_approved_calling_off_is_told(self, due: Planned) -> None:
        assert "called off in your calendar, with a note to Ines Okafor." in self.approved(said_no(due))

    def test_an_approval_can_be_rehearsed(self, due: Planned) -> None:
        face = declined(due)
        before = face.world.dump(), face.world.files()
        told = face("queue", "approve", number(face), "--dry-run")
        assert told.out == f"{number(face)}: could be approved.\n"
        assert (face.world.dump(), face.world.files()) == before

    def test_an_approved_invite_does_not_come_back_and_the_way_is_named(self, due: Planned) -> None:
        face = declined(due)
        self.approved(face)
        told = face("queue", "undo")
        assert told.code == 6
        assert "is in the calendars: it can't come back. Move the meeting in your calendar" in told.err
