"""What we write as iCalendar and iMIP: read back by our own reader, by icalendar, and line by line by the standards."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.domain.ports import OutgoingEvent
from assistant.errors import ProviderError
from providers import ics, mime
from providers.itip import in_words, mail_of, mailed, stored
from providers.outgoing import calendar_mail_to_bytes
from providers.written import Method, read
from tests.contracts.outbox import HOSTILE, cleared
from tests.contracts.scheduling import BERLIN, INES, JO, REP, STAMP, START, cancelled, hold, meeting

PRINTABLE = st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200)
LINES = st.lists(PRINTABLE, max_size=6).map("\n".join)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001
YEARS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def at(zone: str, *when: int, minutes: int = 45, fold: int = 0) -> OutgoingEvent:
    start = datetime(*when, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type, misc]
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    return meeting(start=start, end=end)


def read_back(raw: bytes) -> Event:
    found = ics.expand(raw, ics.Place("work", "calendar", "1.ics"), BERLIN, YEARS)
    assert found.problems == ()
    (event,) = found.events
    return event


def lines_of(raw: bytes) -> list[str]:
    """Its properties, unfolded."""
    return raw.replace(b"\r\n ", b"").decode().split("\r\n")


def component(raw: bytes) -> Any:
    """The event, read by icalendar; it keeps what it can't read as an error, and there must be none."""
    calendar = icalendar.Calendar.from_ical(raw)
    assert [one.errors for one in calendar.walk() if one.errors] == []
    (event,) = calendar.events
    return event


# --- Times


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Africa/Casablanca", "Europe/Dublin"]
DAYS = [
    (2026, 1, 14, 10, 15),
    (2026, 3, 7, 16, 0),
    (2026, 3, 29, 12, 0),
    (2026, 4, 5, 9, 30),
    (2026, 7, 20, 23, 30),
    (2026, 9, 27, 8, 0),
    (2026, 10, 24, 23, 45),
    (2026, 11, 1, 9, 0),
    (2026, 12, 31, 23, 30),
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", DAYS)
def test_the_times_are_read_back_in_winter_and_summer(zone: str, day: tuple[int, ...]) -> None:
    event = at(zone, *day)
    found = read_back(stored(event))
    assert (found.start, found.end) == (event.start, event.end)
    assert component(stored(event)).start.utcoffset() == event.start.utcoffset()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", DAYS)
def test_the_zone_it_brings_says_the_same_as_the_clock(zone: str, day: tuple[int, ...]) -> None:
    """Under a name that no reader knows only our VTIMEZONE is left to go by."""
    event = at(zone, *day)
    raw = stored(event).replace(zone.encode(), f"Nowhere/{zone}-{day[0]}-{day[1]}-{day[2]}".encode())
    found = read_back(raw)
    assert (found.start.astimezone(UTC), found.end.astimezone(UTC)) == (
        event.start.astimezone(UTC),
        event.end.astimezone(UTC),
    )


@given(MOMENTS, st.sampled_from(ZONES), st.integers(1, 2000))
def test_any_moment_is_read_back(moment: datetime, zone: str, minutes: int) -> None:
    start = moment.replace(tzinfo=UTC, second=0, microsecond=0).astimezone(ZoneInfo(zone))
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    found = read_back(stored(meeting(start=start, end=end)))
    assert found.start.astimezone(UTC) == start.astimezone(UTC)
    assert found.end.astimezone(UTC) == end.astimezone(UTC)


def test_a_time_has_its_zone_and_brings_its_rules() -> None:
    raw = mailed(meeting(), Method.REQUEST)
    assert "DTSTART;TZID=Europe/Berlin:20260310T100000" in lines_of(raw)
    assert lines_of(raw).count("BEGIN:VTIMEZONE") == 1
    assert len(raw) < 2000


def test_the_hour_that_comes_twice_is_written_in_utc_the_second_time() -> None:
    second = at("Europe/Berlin", 2026, 10, 25, 2, 30, fold=1)
    assert "DTSTART:20261025T013000Z" in lines_of(stored(second))
    assert read_back(stored(second)).start.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    first = at("Europe/Berlin", 2026, 10, 25, 2, 0, minutes=15)
    assert "DTSTART;TZID=Europe/Berlin:20261025T020000" in lines_of(stored(first))


def test_a_time_that_the_clock_leaves_out_is_the_one_after() -> None:
    assert "DTSTART;TZID=Europe/Berlin:20260329T033000" in lines_of(stored(at("Europe/Berlin", 2026, 3, 29, 2, 30)))


def test_an_end_in_another_zone_is_written_in_that_of_the_start() -> None:
    event = meeting(end=(START + timedelta(minutes=30)).astimezone(ZoneInfo("Asia/Kolkata")))
    assert "DTEND;TZID=Europe/Berlin:20260310T103000" in lines_of(stored(event))


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC"), timezone(timedelta(hours=1))])
def test_without_an_iana_name_it_is_written_in_utc(zone: timezone | ZoneInfo) -> None:
    event = meeting(start=START.astimezone(zone), end=START.astimezone(zone) + timedelta(hours=1))
    assert "DTSTART:20260310T090000Z" in lines_of(stored(event))
    assert "BEGIN:VTIMEZONE" not in lines_of(stored(event))


def test_a_meeting_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ProviderError, match="ends before it begins"):
        stored(meeting(end=START))


# --- Properties


def test_a_request_has_what_the_standard_asks_for() -> None:
    found = lines_of(mailed(meeting(sequence=2), Method.REQUEST))
    for line in (
        "VERSION:2.0",
        "METHOD:REQUEST",
        f"UID:{meeting().uid}",
        "SEQUENCE:2",
        "DTSTAMP:20260303T083000Z",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        f"ORGANIZER;CN={REP.name}:mailto:{REP.email}".replace(str(REP.name), f'"{REP.name}"'),
    ):
        assert found.count(line) == 1, line
    attendees = {line.rpartition(":")[2]: set(line.split(":")[0].split(";")) for line in found if "ATTENDEE" in line}
    assert attendees[INES.email] >= {"CUTYPE=INDIVIDUAL", "ROLE=REQ-PARTICIPANT", "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE"}
    assert attendees[JO.email] >= {"ROLE=OPT-PARTICIPANT", "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE"}
    assert attendees[REP.email] >= {"PARTSTAT=ACCEPTED"}


def test_a_cancellation_asks_for_no_answer() -> None:
    raw = mailed(cancelled(), Method.CANCEL)
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1"} <= set(lines_of(raw))
    assert b"RSVP" not in raw
    assert read_back(raw).status is EventStatus.CANCELLED


def test_what_is_stored_has_no_method_and_what_is_mailed_no_agent() -> None:
    assert b"METHOD" not in stored(meeting())
    assert b"SCHEDULE-AGENT" not in mailed(meeting(), Method.REQUEST)


def test_nothing_in_it_is_ours_alone() -> None:
    raw = mailed(meeting(), Method.REQUEST)
    assert not re.search(rb"^X-", raw, re.MULTILINE)
    assert meeting().key.encode() not in raw


def test_a_hold_names_nobody() -> None:
    found = lines_of(stored(hold()))
    assert {"CLASS:PRIVATE", "TRANSP:OPAQUE", "STATUS:CONFIRMED"} <= set(found)
    assert not [line for line in found if line.startswith(("ORGANIZER", "ATTENDEE", "CREATED"))]


def test_a_person_named_twice_is_invited_once() -> None:
    event = meeting(required=(INES, REP, INES), optional=(INES, JO))
    assert [one.address for one in read_back(stored(event)).attendees] == [REP, INES, JO]
    assert mail_of(event, Method.REQUEST).to == (INES, JO)


def test_answers_are_kept_where_they_are_given() -> None:
    raw = mailed(meeting(), Method.REQUEST, answers={INES.email: PartStat.ACCEPTED})
    assert read_back(raw).partstat_of(frozenset({INES.email})) is PartStat.ACCEPTED
    assert read_back(raw).partstat_of(frozenset({JO.email})) is PartStat.NEEDS_ACTION


# --- Texts


@given(PRINTABLE, LINES, PRINTABLE)
def test_texts_are_read_back(title: str, description: str, where: str) -> None:
    event = meeting(title=cleared(title), description=cleared(description), where=cleared(where))
    found = component(mailed(event, Method.REQUEST))
    assert (found["SUMMARY"], found.get("DESCRIPTION", ""), found.get("LOCATION", "")) == (title, description, where)


@given(PRINTABLE)
def test_names_are_read_back(name: str) -> None:
    """But for the signs that stand for others in a parameter (RFC 6868), or that readers take for such."""
    event = meeting(required=(Address("ines@harbour.example", name),))
    found = component(mailed(event, Method.REQUEST))["ATTENDEE"][1]
    assert found == "mailto:ines@harbour.example"
    assert str(found.params.get("CN", "")) == re.sub(r"[\"^\\]", "'", name).strip()


@given(PRINTABLE, LINES)
def test_no_line_is_longer_than_75_octets_and_each_ends_as_it_must(title: str, description: str) -> None:
    event = meeting(title=cleared(title), description=cleared(description))
    raw = stored(event)
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert not {b"\r", b"\n"} & set(re.findall(rb"[\r\n]", raw.replace(b"\r\n", b"")))
    raw.decode("utf-8")


@given(st.text(max_size=60))
def test_whatever_the_title_the_properties_are_the_same(title: str) -> None:
    def names(raw: bytes) -> list[str]:
        return [re.split("[;:]", line)[0] for line in lines_of(raw)]

    try:
        raw = mailed(meeting(title=cleared(title)), Method.REQUEST)
    except ProviderError:
        return
    assert names(raw) == names(mailed(meeting(), Method.REQUEST))


@pytest.mark.parametrize("value", [*HOSTILE, "a\u2028b", "a\x7fb", "a\x1bb"])
@pytest.mark.parametrize("part", ["title", "where", "uid", "name"])
def test_control_characters_are_refused(part: str, value: str) -> None:
    person = Address("ines@harbour.example", value)
    changed = meeting(required=(person,)) if part == "name" else meeting(**{part: cleared(value)})
    with pytest.raises(ProviderError):
        stored(changed)


def test_a_domain_with_an_umlaut_travels_as_ascii() -> None:
    raw = mailed(meeting(required=(Address("ines@häfen.example"),)), Method.REQUEST)
    assert "mailto:ines@xn--hfen-loa.example" in raw.replace(b"\r\n ", b"").decode()


def test_the_same_event_has_the_same_bytes() -> None:
    mail = calendar_mail_to_bytes(mail_of(meeting(), Method.REQUEST))
    assert calendar_mail_to_bytes(mail_of(meeting(), Method.REQUEST)) == mail
    assert stored(meeting()) == stored(meeting())


# --- The mail


def test_the_mail_says_it_in_words_and_in_a_calendar() -> None:
    raw = calendar_mail_to_bytes(mail_of(meeting(), Method.REQUEST))
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail.get_content_type() == "multipart/alternative"
    plain, calendar = mail.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().splitlines() == [
        *meeting().description.splitlines(),
        "",
        "Tuesday, 10 March 2026, 10:00–10:45 (Europe/Berlin, UTC+01:00)",
        "https://meet.example/harbour",
    ]
    assert (calendar.get_content_type(), calendar.get_param("method"), calendar.get_param("charset")) == (
        "text/calendar",
        "REQUEST",
        "UTF-8",
    )
    assert calendar.get_payload(decode=True) == mailed(meeting(), Method.REQUEST)


def test_the_mail_has_the_fields_of_a_draft_of_ours() -> None:
    mail = message_from_bytes(calendar_mail_to_bytes(mail_of(meeting(), Method.REQUEST)), policy=policy.default)
    assert [one.addr_spec for one in mail["To"].addresses] == [INES.email, JO.email]
    assert (mail["Subject"], mail["X-Nextmove-Key"]) == (meeting().title, meeting().key)
    assert mail["Date"].datetime == STAMP
    assert mail["Message-ID"].endswith(".nextmove@tallwood.example>")
    assert "Cc" not in mail


def test_two_effects_have_two_message_ids() -> None:
    assert mail_of(meeting("a"), Method.REQUEST).message_id != mail_of(meeting("b"), Method.REQUEST).message_id


@pytest.mark.parametrize("linesep", ["\n", "\r\n"])
def test_whatever_the_line_ends_of_the_mail_the_calendars_are_the_same(linesep: str) -> None:
    event = meeting(title=cleared("Übergabe 🙂"))
    raw = calendar_mail_to_bytes(mail_of(event, Method.REQUEST), linesep=linesep)
    (part,) = [one for one in message_from_bytes(raw).walk() if one.get_content_type() == "text/calendar"]
    assert part.get_payload(decode=True) == mailed(event, Method.REQUEST)


def test_our_own_reader_finds_the_text_and_the_calendar() -> None:
    message = mime.parse(
        calendar_mail_to_bytes(mail_of(meeting(), Method.REQUEST)), account="work", folder="Drafts", remote_id="1"
    )
    assert message.text.startswith("We look at the pilot together.")
    assert message.problems == ()
    (part,) = message.calendar
    said = read(part, meeting().uid)
    assert said is not None
    assert (said.method, set(said.answers)) == ("REQUEST", {INES.email, JO.email})


def test_no_line_of_the_mail_is_longer_than_the_standard_allows() -> None:
    event = meeting(title=cleared("Ü" * 900), description=cleared("ü" * 5000), where=cleared("https://x.example/" * 60))
    raw = calendar_mail_to_bytes(mail_of(event, Method.REQUEST))
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_meeting_over_midnight_names_both_days() -> None:
    late = datetime(2026, 3, 10, 23, 30, tzinfo=BERLIN)
    said = in_words("", late, late + timedelta(minutes=45), "")
    assert "Tuesday, 10 March 2026, 23:30–Wednesday, 11 March 2026, 00:15 (Europe/Berlin" in said


def test_the_words_are_made_again_from_the_calendar() -> None:
    """By that a draft that the rep edited is told from one that nobody touched."""
    twice = at("Europe/Berlin", 2026, 10, 25, 2, 30, fold=1)
    for event in (meeting(), at("Pacific/Chatham", 2026, 9, 27, 10, 0), twice):
        event = replace(event, title=cleared("Übergabe 🙂"), description=cleared("Ünd,\n\n so; \\n weiter"))
        mail = mail_of(event, Method.REQUEST)
        said = read(mail.calendar)
        assert said is not None
        assert said.start is not None
        assert said.end is not None
        assert in_words(said.description, said.start, said.end, said.where).split() == mail.body.split()


# --- What others have made of it


def test_a_duration_is_an_end() -> None:
    raw = re.sub(rb"DTEND[^\r]*", b"DURATION:PT45M", stored(meeting()))
    said = read(raw, meeting().uid)
    assert said is not None
    assert said.is_at(meeting())


@pytest.mark.parametrize("raw", [b"", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe", b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n"])
def test_what_cannot_be_read_is_none(raw: bytes) -> None:
    assert read(raw, "y") is None


def test_a_zone_of_the_same_name_in_another_text_is_another_zone() -> None:
    for zone in ("Europe/Berlin", "America/New_York"):
        event = at(zone, 2026, 7, 20, 10, 0)
        said = read(stored(event).replace(zone.encode(), b"Customized Time Zone"), event.uid)
        assert said is not None
        assert said.is_at(event)
