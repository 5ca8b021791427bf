from datetime import UTC, datetime, timedelta

from assistant.domain.calendar import Attendee, Event, PartStat
from assistant.domain.mail import Address

MARA = Address("mara@tallwood.example")
PETRA = Address("petra@northgate.example")
START = datetime(2026, 9, 16, 9, tzinfo=UTC)


def event(organizer: Address | None = None, *attendees: Attendee) -> Event:
    end = START + timedelta(hours=1)
    return Event("work", "main", "1", "uid-1", START, end, organizer=organizer, attendees=attendees)


def test_people_are_the_organizer_and_the_attendees_each_once() -> None:
    assert event(MARA, Attendee(PETRA), Attendee(MARA)).people == (MARA, PETRA)


def test_an_event_without_an_organizer_has_its_attendees() -> None:
    assert event(None, Attendee(PETRA)).people == (PETRA,)


def test_an_appointment_of_ones_own_has_no_people() -> None:
    assert event().people == ()


def test_the_answer_is_that_of_the_first_address_invited() -> None:
    invited = event(PETRA, Attendee(PETRA, PartStat.ACCEPTED), Attendee(MARA, PartStat.DECLINED))
    assert invited.partstat_of(frozenset({MARA.email, "m.lindqvist@tallwood.example"})) is PartStat.DECLINED


def test_who_is_not_invited_has_not_answered() -> None:
    assert event(PETRA, Attendee(PETRA)).partstat_of(frozenset({MARA.email})) is None
