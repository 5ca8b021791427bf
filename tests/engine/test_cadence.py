import inspect
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Source, Stage, Standing
from assistant.domain.reading import Intent
from assistant.engine import cadence as module
from assistant.engine.cadence import Cadence, capped, day_of, due, gap, touches
from assistant.engine.standing import Standings

from .situations import (
    CADENCE,
    DAYS,
    TODAY,
    UNDATED,
    ago,
    deal,
    found,
    met,
    on,
    ours,
    spoke,
    theirs,
    told,
)


def test_before_the_yes_three_working_days_pass_after_our_move() -> None:
    last = ours(date(2026, 9, 10))
    passive = Standings((found(Standing.PASSIVE, last),))
    assert due(deal(), told(last), passive, TODAY, DAYS, CADENCE) == date(2026, 9, 15)


def test_after_the_yes_the_next_working_day_is_due() -> None:
    last = ours(date(2026, 9, 11))
    passive = Standings((found(Standing.PASSIVE, last),))
    assert due(deal(stage=Stage.AFTER_YES), told(last), passive, TODAY, DAYS, CADENCE) == date(2026, 9, 14)


def test_somebody_who_waits_is_answered_the_same_day() -> None:
    question = theirs(TODAY, Intent.QUESTION)
    owed = Standings((found(Standing.OWES_REPLY, question),))
    assert due(deal(), told(question), owed, TODAY, DAYS, CADENCE) == TODAY


def test_a_question_of_the_weekend_is_due_on_monday() -> None:
    question = theirs(date(2026, 9, 12), Intent.QUESTION)
    owed = Standings((found(Standing.OWES_REPLY, question),))
    assert due(deal(), told(question), owed, TODAY, DAYS, CADENCE) == date(2026, 9, 14)


def test_a_recap_follows_the_meeting_at_once() -> None:
    meeting = met(ago(1))
    just_held = Standings((found(Standing.PASSIVE, meeting),))
    assert due(deal(), told(meeting), just_held, TODAY, DAYS, CADENCE) == ago(1)


def test_a_paused_deal_is_due_on_the_first_working_day_from_the_one_they_named() -> None:
    paused = Standings((found(Standing.PAUSED, until=date(2027, 3, 6)),))
    assert due(deal(), told(), paused, TODAY, DAYS, CADENCE) == date(2027, 3, 8)


def test_a_paused_deal_without_a_day_is_never_due() -> None:
    paused = Standings((found(Standing.PAUSED),))
    assert due(deal(stage=Stage.PAUSED), told(), paused, TODAY, DAYS, CADENCE) is None


def test_an_absence_is_over_on_the_day_of_return() -> None:
    away = Standings((found(Standing.AWAY, until=date(2026, 9, 21)),))
    assert due(deal(), told(), away, TODAY, DAYS, CADENCE) == date(2026, 9, 21)


def test_a_next_step_ahead_is_waited_for() -> None:
    ahead = Standings((found(Standing.ADVANCING, until=date(2026, 9, 18)),))
    assert due(deal(), told(), ahead, TODAY, DAYS, CADENCE) == date(2026, 9, 21)


def test_a_lapsed_step_is_due_the_working_day_after_it() -> None:
    lapsed = Standings((found(Standing.LAPSED, until=date(2026, 9, 11)),))
    assert due(deal(), told(), lapsed, TODAY, DAYS, CADENCE) == date(2026, 9, 14)


def test_a_won_deal_is_never_due() -> None:
    assert due(deal(), told(), Standings((found(Standing.WON),)), TODAY, DAYS, CADENCE) is None


def test_a_deal_without_a_move_is_due_today() -> None:
    assert due(deal(), told(), Standings((UNDATED,)), TODAY, DAYS, CADENCE) == TODAY


def test_two_weeks_before_their_decision_the_gap_is_the_usual_one() -> None:
    assert gap(deal(DAYS.add(TODAY, 10)), TODAY, DAYS, CADENCE) == 3


def test_a_week_before_their_decision_the_gap_is_smaller() -> None:
    assert gap(deal(DAYS.add(TODAY, 5)), TODAY, DAYS, CADENCE) == 2


def test_a_decision_date_that_has_passed_hurries_nobody() -> None:
    assert gap(deal(ago(3)), TODAY, DAYS, CADENCE) == CADENCE.before_yes_days


@given(st.integers(0, 40), st.integers(1, 10), st.integers(1, 30))
def test_the_gap_never_grows_as_the_decision_nears(left: int, usual: int, near: int) -> None:
    cadence = Cadence(before_yes_days=usual, near_days=near)
    far = gap(deal(DAYS.add(TODAY, left + 1)), TODAY, DAYS, cadence)
    nearer = gap(deal(DAYS.add(TODAY, left)), TODAY, DAYS, cadence)
    assert 1 <= nearer <= far <= usual


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(0, 40))
def test_the_cadence_is_the_same_at_every_time_of_the_year(start: date, left: int) -> None:
    monday = start - timedelta(days=start.weekday())
    reference = date(2026, 9, 14)
    there = gap(deal(DAYS.add(monday, left)), monday, DAYS, CADENCE)
    assert there == gap(deal(DAYS.add(reference, left)), reference, DAYS, CADENCE)


def test_no_calendar_of_ours_can_be_given() -> None:
    names = {name for function in (due, gap) for name in inspect.signature(function).parameters}
    assert names == {"deal", "timeline", "standings", "today", "days", "cadence"}
    assert not [name for name in vars(module) if "quarter" in name.lower() or "fiscal" in name.lower()]


def test_touches_are_counted_in_days_since_their_last_word() -> None:
    timeline = told(ours(ago(9)), theirs(ago(8)), ours(ago(6)), ours(ago(3)), on(ours(ago(3)), _at(ago(3), 17)))
    assert touches(timeline) == 2


def test_a_meeting_starts_the_touches_anew() -> None:
    assert touches(told(ours(ago(9)), met(ago(5)), ours(ago(3)))) == 1


def test_a_talk_starts_the_touches_anew() -> None:
    assert touches(told(ours(ago(9)), spoke(ago(5)))) == 0


def test_the_day_of_a_move_is_the_one_on_its_writers_clock() -> None:
    late = datetime(2026, 9, 10, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert day_of(on(ours(TODAY), late)) == date(2026, 9, 10)


def test_whoever_got_as_many_mails_as_allowed_this_week_gets_no_more() -> None:
    why = capped(["petra@northgate.example"], {"petra@northgate.example": 2}, CADENCE)
    assert why is not None
    assert (why.source, why.ref) == (Source.CONFIG, "cadence.per_person_week")
    assert why.sentence == "petra@northgate.example got 2 mails from us in seven days; 2 is the most."


@pytest.mark.parametrize("written", [{}, {"petra@northgate.example": 1}, {"other@northgate.example": 9}])
def test_under_the_cap_nobody_is_kept_from_writing(written: dict[str, int]) -> None:
    assert capped(["petra@northgate.example"], written, CADENCE) is None


def test_one_person_at_the_cap_is_enough() -> None:
    assert capped(["a@northgate.example", "b@northgate.example"], {"b@northgate.example": 3}, CADENCE) is not None


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
