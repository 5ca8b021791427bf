"""Header fields: nothing that a mail can hold makes them fail."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from providers import fields
from providers.addresses import addresses

MOMENTS = st.datetimes(min_value=datetime(1971, 1, 2), max_value=datetime(2099, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(MOMENTS, OFFSETS)
def test_a_date_as_the_standard_writes_it_is_read_back(moment: datetime, offset: timezone) -> None:
    written = moment.replace(tzinfo=offset)
    assert fields.date(format_datetime(written), UTC) == written


@given(st.text())
def test_no_text_makes_a_date_fail(value: str) -> None:
    found = fields.date(value, UTC)
    assert found is None or found.utcoffset() is not None


@given(st.binary(max_size=400))
def test_no_bytes_make_a_header_fail(raw: bytes) -> None:
    head, body = fields.split(raw)
    fields.parse(head, {"from", "to", "subject"})
    assert len(body) <= len(raw)


@given(st.text())
def test_no_text_makes_words_fail_and_none_keeps_a_line_break(value: str) -> None:
    assert "\n" not in fields.words(f"=?utf-8?q?{value}?= {value}")


@given(st.text())
def test_no_text_makes_addresses_fail_and_all_are_lower_case(value: str) -> None:
    assert all(address.email == address.email.lower() for address in addresses(value))


@given(st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True), unique=True, max_size=8))
def test_a_list_of_addresses_is_read_back_in_order(emails: list[str]) -> None:
    value = ", ".join(f'"Doe, {n}" <{email}>' for n, email in enumerate(emails))
    assert [address.email for address in addresses(value)] == emails


def test_of_a_very_long_thread_the_last_ids_are_kept() -> None:
    found = fields.ids([" ".join(f"<{n}@x.example>" for n in range(1000))])
    assert (len(found), found[-1]) == (200, "999@x.example")


def test_an_offset_that_is_nowhere_on_earth_is_read_as_utc() -> None:
    assert fields.date("Tue, 3 Mar 2026 10:15:00 +9959", UTC) == datetime(2026, 3, 3, 10, 15, tzinfo=UTC)
