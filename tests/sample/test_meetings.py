"""The calendar folder: iCalendar that a parser of its own reads back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from assistant.sample import SamplePaths
from assistant.sample.meetings import calendar
from assistant.sample.script import Answer, Meeting, Person, meetings, people
from assistant.sample.today import HOME, Today

ADA = Person("ada", "ada@mill.example", "Ada Brook")
NOON = Meeting(
    "noon",
    "Sacks; bags, and a very long title that has to be folded somewhere, wörtlich",
    datetime(2025, 11, 12, 12, 0, tzinfo=HOME),
    datetime(2025, 11, 12, 12, 45, tzinfo=HOME),
    organizer=ADA,
    attendees=(Answer(ADA),),
)


def parsed(text: str) -> Calendar:
    found = Calendar.from_ical(text)
    assert isinstance(found, Calendar)
    return found


def test_every_file_of_the_folder_parses(sample: SamplePaths) -> None:
    counts = [len(parsed(path.read_text("utf-8")).walk("VEVENT")) for path in sample.calendar.glob("*.ics")]
    assert set(counts) == {1}


def test_special_characters_come_back_as_written() -> None:
    assert str(parsed(calendar(NOON)).walk("VEVENT")[0]["SUMMARY"]) == NOON.summary


def test_lines_are_no_longer_than_75_octets() -> None:
    assert max(len(line.encode()) for line in calendar(NOON).split("\r\n")) <= 75


@pytest.mark.parametrize("zone", [HOME, UTC])
def test_the_instant_survives_in_any_zone(zone: object) -> None:
    start = NOON.start.astimezone(UTC if zone is UTC else HOME)
    event = parsed(calendar(Meeting("k", "s", start, start + timedelta(hours=1)))).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == NOON.start


def test_an_all_day_event_has_dates_only() -> None:
    day = datetime(2025, 11, 12, tzinfo=HOME)
    whole = Meeting("k", "s", day, day + timedelta(days=1), all_day=True)
    assert parsed(calendar(whole)).walk("VEVENT")[0].decoded("DTEND") == date(2025, 11, 13)


def test_a_reply_names_the_answering_attendee_only() -> None:
    bo = Answer(Person("bo", "bo@quay.example"), "DECLINED")
    text = calendar(NOON, method="REPLY", answer=bo)
    assert text.count("ATTENDEE") == 1


def test_the_meeting_after_today_lies_ahead(now: datetime) -> None:
    plan = meetings(people(), Today.at(now))
    assert plan["veldhuis-zwolle"].start > now


def test_the_meeting_to_recap_was_on_the_last_working_day(now: datetime) -> None:
    plan = meetings(people(), Today.at(now))
    assert plan["rannaveski-stacks"].end < now
