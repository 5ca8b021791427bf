"""Calendar parts of mail are read as their senders meant them, and a broken one takes nothing else with it."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import PartStat
from assistant.domain.itip import ItipEvent, ItipPart, Method
from assistant.domain.mail import Address
from assistant.language.itip import read_part

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 3, 10, 10, tzinfo=BERLIN)
FIELDS = (
    "UID:talk@orchardmill.example",
    "DTSTAMP:20260303T120000Z",
    "SEQUENCE:2",
    "DTSTART;TZID=Europe/Berlin:20260310T100000",
    "DTEND;TZID=Europe/Berlin:20260310T104500",
    "ORGANIZER;CN=Noor Vale:mailto:noor@brightlane.example",
    'ATTENDEE;CN="Marlowe, Ines";PARTSTAT=ACCEPTED:mailto:Ines@OrchardMill.example',
    "SUMMARY:The pilot\\, week one",
    "COMMENT:See you then",
)


def part(*fields: str, method: str = "REPLY", zones: tuple[str, ...] = (), newline: str = "\r\n") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *zones, "BEGIN:VEVENT", *fields]
    return newline.join([*lines, "END:VEVENT", "END:VCALENDAR", ""])


def zone(name: str, offset: str) -> tuple[str, ...]:
    clock = ("BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}")
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", *clock, "END:STANDARD", "END:VTIMEZONE")


def one(*fields: str, method: str = "REPLY", zones: tuple[str, ...] = ()) -> ItipEvent:
    """The event with these fields, and a UID."""
    found = read_part(part("UID:talk@orchardmill.example", *fields, method=method, zones=zones), BERLIN)
    assert found.problems == ()
    return found.events[0]


def test_a_reply_says_who_answers_what_to_which_version() -> None:
    found = read_part(part(*FIELDS), BERLIN).events[0]
    assert (found.method, found.uid, found.sequence) == (Method.REPLY, "talk@orchardmill.example", 2)
    assert (found.start, found.end) == (TEN, TEN + timedelta(minutes=45))
    assert (found.stamp, found.summary) == (datetime(2026, 3, 3, 12, tzinfo=UTC), "The pilot, week one")
    assert found.organizer == Address("noor@brightlane.example")
    (ines,) = found.attendees
    assert (ines.address.email, ines.address.name) == ("ines@orchardmill.example", "Marlowe, Ines")
    assert (ines.partstat, found.comment) == (PartStat.ACCEPTED, "See you then")


@pytest.mark.parametrize("method", list(Method))
def test_every_method_of_the_standard_is_known(method: Method) -> None:
    assert one(method=method.lower()).method is method


def test_a_method_that_no_standard_knows_is_a_problem() -> None:
    found = read_part(part(*FIELDS, method="DANCE"), BERLIN)
    assert (found.events, len(found.problems)) == ((), 1)
    assert "DANCE" in found.problems[0]


def test_who_delegates_names_the_one_who_comes() -> None:
    said = one(
        'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:hugo@orchardmill.example":mailto:ines@orchardmill.example'
    )
    assert said.attendees[0].delegated_to == (Address("hugo@orchardmill.example"),)


def test_who_comes_instead_names_whom_they_come_for() -> None:
    said = one('ATTENDEE;DELEGATED-FROM="mailto:ines@orchardmill.example":mailto:hugo@orchardmill.example')
    assert said.attendees[0].delegated_from == (Address("ines@orchardmill.example"),)


def test_an_assistant_who_answers_is_named() -> None:
    said = one('ATTENDEE;SENT-BY="mailto:desk@orchardmill.example":mailto:ines@orchardmill.example')
    assert said.attendees[0].sent_by == Address("desk@orchardmill.example")


def test_a_room_does_not_answer_for_anybody() -> None:
    assert one("ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:hall@orchardmill.example").attendees == ()


@pytest.mark.parametrize(
    "address",
    [
        "ATTENDEE:MAILTO:Ines@orchardmill.example",
        "ATTENDEE:ines@orchardmill.example",
        "ATTENDEE;EMAIL=ines@orchardmill.example:urn:uuid:1",
        "ATTENDEE:mailto:<ines@orchardmill.example>",
    ],
)
def test_an_address_is_read_however_it_is_written(address: str) -> None:
    assert [person.address.email for person in one(address).attendees] == ["ines@orchardmill.example"]


@pytest.mark.parametrize(
    ("field", "zones"),
    [
        ("DTSTART:20260310T090000Z", ()),
        ("DTSTART:20260310T100000", ()),
        ("DTSTART;TZID=W. Europe Standard Time:20260310T100000", ()),
        ("DTSTART;TZID=Somewhere of Our Own:20260310T100000", ()),
        ("DTSTART;TZID=Custom:20260310T130000", zone("Custom", "+0400")),
        ('DTSTART;TZID="Custom":20260310T130000', zone("Custom", "+0400")),
        ("DTSTART;TZID=Europe/Berlin:20260310T100000", zone("Europe/Berlin", "nonsense")),
    ],
)
def test_a_time_is_the_one_that_was_meant(field: str, zones: tuple[str, ...]) -> None:
    assert one(field, zones=zones).start == TEN


def test_a_zone_that_one_mail_defines_is_not_the_next_mails() -> None:
    field = "DTSTART;TZID=Customized Time Zone:20260310T130000"
    found = [one(field, zones=zone("Customized Time Zone", offset)).start for offset in ("+0400", "+0200")]
    assert found == [TEN, TEN + timedelta(hours=2)]


def test_a_zone_whose_clock_changes_every_second_is_not_followed() -> None:
    rule = "RRULE:FREQ=SECONDLY"
    endless = tuple(line if line != "END:STANDARD" else f"{rule}\r\n{line}" for line in zone("Custom", "+0400"))
    assert one("DTSTART;TZID=Custom:20260310T100000", zones=endless).start == TEN


def test_a_zone_with_summer_time_is_followed() -> None:
    summer = (*zone("Custom", "+0100")[:-1], "BEGIN:DAYLIGHT", "DTSTART:16010325T020000")
    summer += ("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0400", "END:DAYLIGHT")
    said = one("DTSTART;TZID=Custom:20260710T100000", zones=(*summer, "END:VTIMEZONE"))
    assert said.start == datetime(2026, 7, 10, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VEVENT\n" + "BEGIN:A\n" * 100_000 + "END:B\n" * 100_000,
        "BEGIN:VEVENT\nUID:x\n" + "ATTENDEE:mailto:a@orchardmill.example\n" * 40_000 + "END:VEVENT\n",
        "BEGIN:VEVENT\nUID:x\nATTENDEE:" + "a" * 1_000_000 + "\nEND:VEVENT\n",
        "BEGIN:VEVENT\nUID:x\nATTENDEE" + ';A="' * 400_000 + ":mailto:x@y\nEND:VEVENT\n",
        "BEGIN:VEVENT\nUID:x\nSUMMARY:" + "a\n " * 400_000 + "\nEND:VEVENT\n",
    ],
)
def test_a_part_that_was_made_to_take_long_does_not(text: str) -> None:
    before = perf_counter()
    read_part(text, BERLIN)
    assert perf_counter() - before < 5


def test_a_day_runs_from_midnight() -> None:
    said = one("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260311")
    assert said.all_day
    assert (said.start, said.end) == (TEN.replace(hour=0), TEN.replace(day=11, hour=0))


def test_a_length_gives_the_end() -> None:
    assert one("DTSTART;TZID=Europe/Berlin:20260310T100000", "DURATION:PT30M").end == TEN + timedelta(minutes=30)


def test_an_end_before_the_start_is_none() -> None:
    assert one("DTSTART:20260310T090000Z", "DTEND:20260309T090000Z").end is None


def test_an_instance_of_a_series_is_named_by_its_time_or_day() -> None:
    assert one("RECURRENCE-ID:20260310T090000Z").instance == TEN
    assert one("RECURRENCE-ID;VALUE=DATE:20260310").instance == date(2026, 3, 10)
    assert one("RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T090000Z").this_and_future


def test_an_instance_that_cannot_be_read_is_not_taken_for_the_whole_series() -> None:
    found = read_part(part(*FIELDS, "RECURRENCE-ID:soon", method="CANCEL"), BERLIN)
    assert found == ItipPart((), ("an event of it can't be read: its RECURRENCE-ID can't be read",))


@pytest.mark.parametrize(
    "value", ["00010101T000000Z", "16010101T000000", "99991231T235959Z", "soon", "20261301T100000"]
)
def test_a_time_that_is_none_is_not_known(value: str) -> None:
    assert one(f"DTSTART:{value}").start is None


@pytest.mark.parametrize("value", ["", "-1", "two", "1.5", "9" * 40])
def test_a_sequence_that_is_none_is_not_known(value: str) -> None:
    assert one(f"SEQUENCE:{value}").sequence is None


def test_a_folded_uid_is_read_whole() -> None:
    uid = "040000008200E00074C5B7101A82E008" * 4
    folded = f"UID:{uid[:60]}\r\n {uid[60:120]}\r\n\t{uid[120:]}"
    assert read_part(part(folded), BERLIN).events[0].uid == uid


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_lines_end_as_they_like(newline: str) -> None:
    assert read_part(part(*FIELDS, newline=newline), BERLIN) == read_part(part(*FIELDS), BERLIN)


def test_what_is_not_needed_cannot_be_in_the_way() -> None:
    odd = ("DESCRIPTION:a line", "that was never folded", "ATTACH;ENCODING=BASE64:%%%", "X-ODD;=:1", "GEO:here")
    alarm = ("BEGIN:VALARM", "UID:alarm", "TRIGGER:never", "COMMENT:wake up", "END:VALARM")
    assert read_part(part(*odd, *alarm, *FIELDS), BERLIN) == read_part(part(*FIELDS), BERLIN)


def test_a_broken_event_beside_a_good_one_is_reported() -> None:
    good = "\r\n".join(["END:VEVENT", "BEGIN:VEVENT", *FIELDS])
    found = read_part(part("SUMMARY:No UID", good), BERLIN)
    assert [event.uid for event in found.events] == ["talk@orchardmill.example"]
    assert found.problems == ("an event of it can't be read: its UID is missing",)


def test_an_event_that_is_cut_off_is_reported() -> None:
    assert read_part(part(*FIELDS).partition("COMMENT")[0], BERLIN) == ItipPart((), ("an event of it is cut off",))


def test_each_calendar_of_a_part_has_its_own_method() -> None:
    both = part(*FIELDS, method="CANCEL") + part(*FIELDS, method="REQUEST")
    assert [event.method for event in read_part(both, BERLIN).events] == [Method.CANCEL, Method.REQUEST]


def test_a_task_is_no_meeting_and_is_reported() -> None:
    found = read_part(part(*FIELDS).replace("VEVENT", "VTODO"), BERLIN)
    assert found == ItipPart((), ("it speaks of no meeting (VTODO)",))


@pytest.mark.parametrize("text", ["", "Hello", "BEGIN:VCALENDAR", "END:VEVENT", "\ufeff\0\r\r\n"])
def test_what_is_no_calendar_is_a_problem(text: str) -> None:
    assert read_part(text, BERLIN) == ItipPart((), ("it speaks of no meeting",))


def test_a_part_without_end_is_not_read() -> None:
    assert read_part("X" * 2_000_001, BERLIN).problems == ("the calendar part is too long",)


@given(st.binary())
def test_no_bytes_raise(raw: bytes) -> None:
    found = read_part(raw.decode("utf-8", errors="replace"), BERLIN)
    assert found.events or found.problems


WORDS = st.sampled_from(
    [
        *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:Europe/Berlin"),
        *(
            "\r\n",
            "\r\n ",
            ":",
            ";",
            '"',
            "=",
            ",",
            "\\",
            "TZID=",
            "RRULE:FREQ=SECONDLY",
            "DTSTART:",
            "20260310T250000",
        ),
        *("RECURRENCE-ID;RANGE=THISANDFUTURE:", "DURATION:-P9999999W", "ATTENDEE;DELEGATED-TO=:", "VALUE=PERIOD"),
    ]
)


@given(st.data())
def test_no_change_of_a_good_part_raises(data: st.DataObject) -> None:
    text = part(*FIELDS, zones=zone("Custom", "+0400"))
    for _ in range(data.draw(st.integers(1, 6))):
        at, gone = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 40))
        text = text[:at] + data.draw(WORDS | st.text(max_size=8)) + text[at + gone :]
    found = read_part(text, BERLIN)
    assert found.events or found.problems
