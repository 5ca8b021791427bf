"""Calendar instances in the mirror."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.mail import Address
from assistant.store import Store
from tests.store.making import ANNA, BODO, NOW, REP, days, event

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_ADDRESSES = st.builds(Address, st.sampled_from(["a@pine.example", "b@pine.example", ""]), st.none() | _WORDS)
_STARTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
_EVENTS = st.builds(
    Event,
    account=st.just("work"),
    calendar=_WORDS,
    remote_id=_WORDS,
    uid=_WORDS,
    start=_STARTS,
    end=_STARTS,
    recurrence_id=_WORDS,
    sequence=st.integers(0, 99),
    summary=_WORDS,
    description=_WORDS,
    location=_WORDS,
    all_day=st.booleans(),
    status=st.sampled_from(EventStatus),
    free=st.booleans(),
    organizer=st.none() | _ADDRESSES,
    attendees=st.lists(st.builds(Attendee, _ADDRESSES, st.sampled_from(PartStat), st.booleans()), max_size=3).map(
        tuple
    ),
)


def _put(store: Store, *events: Event) -> None:
    with store.write() as tx:
        tx.mirror.replace_events("work", [], events)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_EVENTS)
def test_an_event_comes_back_as_it_went_in(store: Store, given_event: Event) -> None:
    with store.write() as tx:
        tx.mirror.replace_events("work", [], [given_event])
        assert tx.mirror.event(given_event.uid) == given_event
        tx.roll_back()


def test_a_replaced_object_has_its_new_instances_alone(store: Store) -> None:
    series = [event("weekly", days(7 * n), recurrence_id=f"r{n}", remote_id="o") for n in range(3)]
    _put(store, *series)
    with store.write() as tx:
        tx.mirror.replace_events("work", [("main", "o")], [series[1]])
        assert tx.mirror.events(days(-1), days(99)) == [series[1]]


def test_an_object_that_is_gone_leaves_nothing(store: Store) -> None:
    _put(store, event("a"))
    with store.write() as tx:
        tx.mirror.replace_events("work", [("main", "a")], [])
        assert tx.mirror.event("a") is None
        assert tx.mirror.events_with([ANNA.email]) == []


def test_putting_the_same_events_again_doubles_nothing(store: Store) -> None:
    _put(store, event("a"))
    _put(store, event("a"))
    with store.read() as tx:
        assert tx.mirror.counts().events == 1


def test_events_of_a_time_are_those_that_overlap_it(store: Store) -> None:
    before, over, after = event("before", days(-1), 24), event("over", days(-1), 25), event("after", days(2))
    _put(store, before, over, after)
    with store.read() as tx:
        assert [each.uid for each in tx.mirror.events(NOW, days(2))] == ["over"]


def test_events_are_found_by_attendee_organizer_and_domain(store: Store) -> None:
    invited = event("invited")
    organised = event("organised", days(1), organizer=Address("x@eu.pine.example"), attendees=())
    other = event("other", days(2), attendees=(Attendee(Address("y@else.example")),))
    _put(store, invited, organised, other)
    with store.read() as tx:
        assert tx.mirror.events_with([ANNA.email]) == [invited]
        assert tx.mirror.events_with([], ["pine.example"]) == [invited, organised]


def test_of_a_private_event_only_its_time_is_stored(store: Store) -> None:
    _put(store, event("doctor", private=True, summary="Doctor", description="d", location="l"))
    with store.read() as tx:
        (kept,) = tx.mirror.events(days(-1), days(1))
        assert (kept.summary, kept.description, kept.location, kept.people) == ("", "", "", ())
        assert (kept.start, kept.private) == (NOW, True)
        assert tx.mirror.events_with([ANNA.email]) == []


def test_one_meeting_in_two_calendars_is_there_once_in_its_latest_form(store: Store) -> None:
    old = event("a", calendar="main", sequence=1, summary="Old")
    new = event("a", calendar="second", sequence=2, summary="New")
    _put(store, old, new)
    with store.read() as tx:
        assert [each.summary for each in tx.mirror.events(days(-1), days(1))] == ["New"]


def test_the_first_instance_speaks_for_a_series(store: Store) -> None:
    _put(store, *(event("s", days(7 * n), recurrence_id=f"r{n}", remote_id="o") for n in (2, 0, 1)))
    with store.read() as tx:
        first = tx.mirror.event("s")
    assert first is not None
    assert first.recurrence_id == "r0"


def test_an_all_day_event_keeps_the_midnights_of_its_zone(store: Store) -> None:
    zone = ZoneInfo("America/New_York")
    midnight = datetime(2026, 7, 1, tzinfo=zone)
    _put(store, event("day", midnight, 24, all_day=True))
    with store.read() as tx:
        kept = tx.mirror.event("day")
    assert kept is not None
    assert (kept.start.date(), kept.start.hour, kept.end.date()) == (date(2026, 7, 1), 0, date(2026, 7, 2))


def test_broken_characters_in_an_event_do_not_stop_the_batch(store: Store) -> None:
    _put(store, event("a", summary="caf\udce9", remote_id="\udce9"), event("b", organizer=BODO, attendees=()))
    with store.read() as tx:
        kept = tx.mirror.event("a")
        assert kept is not None
        assert (kept.summary, kept.remote_id) == ("caf\ufffd", "\udce9")
        assert tx.mirror.events_with([REP.email]) == [kept]
