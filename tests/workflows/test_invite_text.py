"""An invite as the rep edits it: what stands in the text, what is taken from it, and what is refused by name.

It's Wednesday, 4 March 2026, 8:00 in Berlin.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.draft import Content
from assistant.domain.invite import InviteAct, Meeting
from assistant.domain.mail import Address
from assistant.errors import InputError
from assistant.workflows.invite_text import as_text, parse
from tests.workflows.world import BERLIN, NOW

INES = Address("ines@harbour.example", "Ines Okafor")
BIRK = Address("birk@harbour.example", "Birk Lund")
START = datetime(2026, 3, 10, 10, tzinfo=BERLIN)
TEN = (START, START.replace(minute=30))
BODY = "Half an hour together.\n\nWhere: [where]\n\nNoor\n"


def content(act: InviteAct = InviteAct.INVITE, where: str = "") -> Content:
    return Content(
        to=(INES,),
        cc=(BIRK,),
        subject="Hands-on test",
        body=BODY.replace("[where]", where or "[where]"),
        times=(TEN,),
        meeting=Meeting(act, "hands_on", "u1", where=where),
    )


def edited(old: str, new: str, before: Content | None = None) -> Content:
    before = before or content()
    assert before.meeting is not None
    text = as_text(before, before.meeting, BERLIN)
    assert old in text
    return parse(text.replace(old, new, 1), before, before.meeting, BERLIN, NOW)


def where(after: Content) -> str:
    assert after.meeting is not None
    return after.meeting.where


def test_the_text_has_who_when_and_where_on_top() -> None:
    before = content()
    assert before.meeting is not None
    assert as_text(before, before.meeting, BERLIN).splitlines()[:6] == [
        "To: Ines Okafor <ines@harbour.example>",
        "Cc: Birk Lund <birk@harbour.example>",
        "Title: Hands-on test",
        "When: 2026-03-10 10:00-10:30",
        "Where: ",
        "",
    ]


def test_an_unchanged_text_changes_nothing() -> None:
    assert edited("To:", "To:") == content()


def test_the_time_is_shown_and_read_on_the_rep_s_clock() -> None:
    before = replace(content(), times=(tuple(at.astimezone(ZoneInfo("America/New_York")) for at in TEN),))  # type: ignore[arg-type]
    after = edited("10:00-10:30", "11:00-11:30", before)
    assert [at.isoformat() for at in after.times[0]] == ["2026-03-10T11:00:00+01:00", "2026-03-10T11:30:00+01:00"]


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026-03-12 14:00-14:45", "12T14:00", "12T14:45"),
        ("2026-03-12 14:00 to 14:45", "12T14:00", "12T14:45"),
        ("2026-03-12 14:00 – 14:45", "12T14:00", "12T14:45"),
        ("2026-03-12 9:00", "12T09:00", "12T09:30"),
        ("2026-03-14 10:00", "14T10:00", "14T10:30"),  # a Saturday: the rep knows
    ],
)
def test_a_time_may_be_written_in_a_few_ways(written: str, start: str, end: str) -> None:
    times = edited("2026-03-10 10:00-10:30", written).times[0]
    assert [f"{at:%dT%H:%M}" for at in times] == [start, end]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2026-03-10 10:00-10:30", "Tuesday at ten", "'When: Tuesday at ten' names no time"),
        ("2026-03-10 10:00-10:30", "", "'When: ' names no time"),
        ("2026-03-10", "2026-02-30", "doesn't exist"),
        ("10:00-10:30", "25:00", "doesn't exist"),
        ("2026-03-10 10:00-10:30", "2026-03-29 02:30", "doesn't exist"),
        ("10:00-10:30", "10:30-10:00", "ends before it begins"),
        ("2026-03-10", "2026-03-03", "has passed"),
        ("Title: Hands-on test", "Title:", "'Title:' is empty"),
        ("To: Ines Okafor <ines@harbour.example>", "To:", "invites nobody"),
        ("To: Ines Okafor <ines@harbour.example>", "To: Ines", "no address"),
        ("Where: ", "Room: ", "'Room: ' isn't To:, Cc:, Title:, When: or Where:"),
        ("Where: ", "Title: ", "there twice"),
        (BODY, "", "Nothing stands below"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        edited(old, new)
    assert told in str(refused.value)


def test_subject_is_another_word_for_title() -> None:
    assert edited("Title: Hands-on test", "Subject: Trying it").subject == "Trying it"


def test_a_line_that_is_left_out_stays_as_it_was() -> None:
    assert edited("When: 2026-03-10 10:00-10:30\nWhere: \n", "").times == (TEN,)


class TestThePlace:
    def test_the_line_fills_the_gap_in_the_description(self) -> None:
        after = edited("Where: \n", "Where: Room 4\n")
        assert (where(after), "Where: Room 4\n" in after.body, "[where]" in after.body) == ("Room 4", True, False)

    def test_the_gap_in_the_description_fills_the_line(self) -> None:
        after = edited("[where]", "Room 4")
        assert where(after) == "Room 4"

    def test_another_place_is_changed_in_the_description_too(self) -> None:
        after = edited("Where: Room 4", "Where: Room 5", content(where="Room 4"))
        assert (where(after), "Where: Room 5\n" in after.body, "Room 4" in after.body) == ("Room 5", True, False)

    def test_a_place_that_is_taken_out_is_a_gap_again(self) -> None:
        after = edited("Where: Room 4", "Where:", content(where="Room 4"))
        assert (where(after), "Where: [where]\n" in after.body) == ("", True)


class TestAMove:
    def test_its_time_can_be_changed(self) -> None:
        assert edited("10:00-10:30", "15:00", content(InviteAct.MOVE)).times[0][0].hour == 15

    def test_whoever_was_invited_must_hear_of_it(self) -> None:
        with pytest.raises(InputError, match="would not hear of the new time"):
            edited("Cc: Birk Lund <birk@harbour.example>", "Cc:", content(InviteAct.MOVE))

    def test_somebody_can_be_added(self) -> None:
        after = edited("Cc: ", "Cc: Ada Moss <ada@harbour.example>, ", content(InviteAct.MOVE))
        assert [person.email for person in after.cc] == ["ada@harbour.example", "birk@harbour.example"]


class TestACancellation:
    def test_it_shows_no_time_and_no_place(self) -> None:
        before = content(InviteAct.CANCEL)
        assert before.meeting is not None
        assert "When:" not in as_text(before, before.meeting, BERLIN)

    def test_its_note_can_be_edited(self) -> None:
        after = edited("Half an hour together.", "Thank you for everything.", content(InviteAct.CANCEL))
        assert after.body.startswith("Thank you for everything.")
        assert after.times == (TEN,)

    def test_its_people_and_title_stay(self) -> None:
        with pytest.raises(InputError, match="must hear that it's called off"):
            edited("Title: Hands-on test", "Title: Another", content(InviteAct.CANCEL))

    def test_it_takes_no_time(self) -> None:
        with pytest.raises(InputError, match="isn't To:, Cc: or Title:"):
            edited("Title:", "When: 2026-03-11 10:00\nTitle:", content(InviteAct.CANCEL))
