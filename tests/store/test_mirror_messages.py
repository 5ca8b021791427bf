"""Messages and readings out of the mirror."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.deal import Side
from assistant.domain.mail import Address, Attachment, FolderRole, Message
from assistant.domain.reading import (
    Automatic,
    AutomaticKind,
    Commitment,
    DateRole,
    Days,
    Intent,
    IntentFound,
    MoveKind,
    NextStep,
    Reading,
    SaidDate,
    Span,
)
from assistant.store import Incoming, Store
from tests.store.making import ANNA, BODO, REP, days, incoming, sent

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_TIMES = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31), timezones=_ZONES)  # noqa: DTZ001
_ADDRESSES = st.builds(
    Address,
    st.sampled_from(["a@pine.example", "b@pine.example", "rep@ours.test", "Ünï@pine.example".lower(), "nobody", ""]),
    st.none() | _WORDS,
)
_PEOPLE = st.lists(_ADDRESSES, max_size=3).map(tuple)
_IDS = st.lists(_WORDS, max_size=3).map(tuple)
_SPANS = st.builds(Span, st.integers(0, 99), st.integers(0, 99), _WORDS, _WORDS)
_DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))
_RANGES = st.builds(lambda day, length: Days(day, day + timedelta(days=length)), _DAYS, st.integers(1, 40))
_AUTOMATIC = st.builds(
    Automatic,
    st.sampled_from(AutomaticKind),
    _SPANS,
    st.none() | _DAYS,
    st.none() | _WORDS,
    _IDS,
    st.none() | _WORDS,
    st.none() | _WORDS,
)
_MESSAGES = st.builds(
    Message,
    account=st.just("work"),
    folder=_WORDS,
    remote_id=_WORDS,
    role=st.sampled_from(FolderRole),
    message_id=_WORDS,
    date=st.none() | _TIMES,
    sender=st.none() | _ADDRESSES,
    to=_PEOPLE,
    cc=_PEOPLE,
    bcc=_PEOPLE,
    reply_to=_PEOPLE,
    subject=_WORDS,
    in_reply_to=_IDS,
    references=_IDS,
    text=_WORDS,
    html=st.booleans(),
    opaque=st.booleans(),
    headers=st.lists(st.tuples(_WORDS, _WORDS), max_size=3).map(tuple),
    attachments=st.lists(st.builds(Attachment, st.none() | _WORDS, _WORDS, st.integers(0, 2**40)), max_size=2).map(
        tuple
    ),
    calendar=_IDS,
    flags=st.frozensets(_WORDS, max_size=3),
    etag=_WORDS,
    size=st.integers(0, 2**40),
    problems=_IDS,
)
_SAID = st.builds(SaidDate, _RANGES, st.sampled_from(DateRole), st.sampled_from(Side), _SPANS, st.booleans())
_READINGS = st.builds(
    Reading,
    side=st.sampled_from(Side),
    language=_WORDS,
    new_text=_WORDS,
    automatic=st.none() | _AUTOMATIC,
    kind=st.none() | st.sampled_from(MoveKind),
    kind_evidence=st.none() | _SPANS,
    next_step=st.none() | st.builds(NextStep, st.just("a walk"), st.just("Anna"), _RANGES, _SPANS),
    commitments=st.lists(
        st.builds(Commitment, st.sampled_from(Side), _WORDS, st.none() | _RANGES, _SPANS), max_size=2
    ).map(tuple),
    intents=st.lists(st.builds(IntentFound, st.sampled_from(Intent), _SPANS), max_size=2).map(tuple),
    dates=st.lists(_SAID, max_size=2).map(tuple),
    decision=st.none() | _SAID,
    resume_on=st.none() | _SAID,
    asks=st.lists(_SPANS, max_size=2).map(tuple),
    finished=st.none() | _SPANS,
    topic=st.none() | _WORDS,
    certain=st.booleans(),
    reason=_WORDS,
)
_RELAXED = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _names(addresses: tuple[Address, ...]) -> list[str | None]:
    return [address.name for address in addresses]


@_RELAXED
@given(_MESSAGES, st.none() | _AUTOMATIC)
def test_a_message_comes_back_as_it_went_in(store: Store, message: Message, automatic: Automatic | None) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([Incoming(message, "a-thread", automatic)])
        (found,) = tx.mirror.messages(keys=[key])
        tx.roll_back()
    assert (found.message, found.automatic, found.thread) == (message, automatic, "a-thread")
    assert _names(found.message.people) == _names(message.people)


@_RELAXED
@given(_READINGS)
def test_a_reading_comes_back_as_it_was_read(store: Store, reading: Reading) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a")])
        tx.mirror.keep_readings({key: reading}, version=3)
        assert tx.mirror.readings([key], version=3) == {key: reading}
        tx.roll_back()


def test_readings_of_another_version_of_the_reader_are_not_there(store: Store) -> None:
    reading = Reading(Side.THEM, "en", "Text of a")
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a")])
        tx.mirror.keep_readings({key: reading}, version=3)
        assert tx.mirror.readings([key], version=4) == {}
        tx.mirror.keep_readings({key: reading}, version=4)
        assert tx.mirror.readings([key], version=4) == {key: reading}


def test_messages_come_by_date_and_those_without_one_first(store: Store) -> None:
    thread = "late@pine.example"
    batch = [
        incoming("late", thread, date=days(2)),
        incoming("undated", thread, date=None),
        incoming("early", thread, date=days(-2)),
        incoming("same", thread, date=days(2), text="Same moment"),
    ]
    with store.write() as tx:
        tx.mirror.add(batch)
        names = [each.message.remote_id for each in tx.mirror.messages(threads=[thread])]
    assert names == ["undated", "early", "late", "same"]


def test_asking_in_several_ways_gives_each_message_once(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a")])
        found = tx.mirror.messages(keys=[key], threads=["a@pine.example"], message_ids=["a@pine.example"])
    assert [each.key for each in found] == [key]


def test_asking_for_nothing_gives_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        assert tx.mirror.messages() == []


def test_the_newest_of_our_own_mails_come_first(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([sent("one", date=days(1)), sent("two", date=days(2)), sent("three", date=days(3))])
        newest = tx.mirror.sent_by({REP.email}, limit=2)
    assert [each.message.remote_id for each in newest] == ["three", "two"]


def test_a_voice_is_not_learned_from_drafts_robots_or_other_people(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                sent("draft", folder="Drafts", role=FolderRole.DRAFTS),
                incoming("theirs"),
                sent("auto", text="I am away"),
                Incoming(
                    incoming("ooo", sender=REP, role=FolderRole.SENT, folder="Sent").message,
                    "ooo@pine.example",
                    Automatic(AutomaticKind.OUT_OF_OFFICE, Span(0, 1, "T", "a-rule")),
                ),
            ]
        )
        voices = tx.mirror.sent_by({REP.email}, limit=9)
    assert [each.message.remote_id for each in voices] == ["auto"]


def test_our_own_mails_of_a_time_come_oldest_first_without_its_end(store: Store) -> None:
    with store.write() as tx:
        keys = tx.mirror.add([sent(f"{day}", date=days(day)) for day in (3, 2, 1, 0)])
        found = tx.mirror.sent_between({REP.email.upper()}, days(1), days(3))
    assert found == [keys[2], keys[1]]


def test_mails_to_a_person_are_counted_since_a_day_from_sent_alone(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                sent("old", date=days(-9)),
                sent("new", date=days(-1)),
                sent("copied", to=[BODO], cc=(ANNA,), date=days(-2)),
                incoming("theirs", sender=BODO, to=(ANNA,), date=days(-1)),
                sent("unsent", folder="Drafts", role=FolderRole.DRAFTS, date=days(-1)),
            ]
        )
        assert tx.mirror.written_to([ANNA.email, "nobody@pine.example"], days(-7)) == {
            ANNA.email: 2,
            "nobody@pine.example": 0,
        }
        assert tx.mirror.person_last_written(BODO.email, days(-7)) == 1


def test_the_writers_of_messages_are_named(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", sender=BODO)])
        ids = ["a@pine.example", "b@pine.example", "c@pine.example"]
        assert sorted(tx.mirror.writers_of(ids)) == [("a@pine.example", ANNA), ("b@pine.example", BODO)]


def test_a_time_in_utc_comes_back_in_utc(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a")])
        (found,) = tx.mirror.messages(keys=[key])
    assert found.message.date is not None
    assert found.message.date.tzinfo is UTC
