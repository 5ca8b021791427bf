from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.calendar import Event
from assistant.domain.deal import Side, Spoken, Stage
from assistant.domain.plan import MilestoneKind, Plan, Process
from assistant.domain.workdays import Workdays
from assistant.engine.planning import DEFAULT_PROCESS, fitting, held, plan
from assistant.engine.timeline import Move, Timeline

from .situations import ours, theirs

DAYS = Workdays(("DE",))
MONDAY = date(2026, 9, 7)
DECISION = date(2026, 11, 13)


def laid(decision: date = DECISION, done: tuple[str, ...] = (), today: date = MONDAY) -> Plan:
    return plan(DEFAULT_PROCESS, decision, Stage.BEFORE_YES, done, today, DAYS)


def leads(found: Plan) -> dict[str, int]:
    last = DAYS.last_until(found.decision)
    return {m.kind.id: DAYS.between(m.day, last) for m in found.milestones}


def meeting(title: str) -> Event:
    start = datetime(2026, 9, 3, 9, tzinfo=UTC)
    return Event("a", "c", "r", "u", start, start + timedelta(hours=1), summary=title)


def told(*events: Event, moves: tuple[Move, ...] = ()) -> Timeline:
    return Timeline(moves, (), (), events, (), None, 0)


def test_with_time_for_all_each_milestone_has_its_ideal_lead() -> None:
    assert leads(laid()) == {"needs": 30, "hands_on": 22, "security_legal": 14, "commercial": 8, "decision": 1}


def test_a_late_start_moves_all_milestones_toward_their_least_lead() -> None:
    assert leads(laid(today=date(2026, 10, 15))) == {
        "needs": 20, "hands_on": 14, "security_legal": 9, "commercial": 4, "decision": 0
    }  # fmt: skip


def test_what_no_longer_fits_is_crowded_and_has_no_day() -> None:
    found = laid(today=date(2026, 11, 2))
    assert [kind.id for kind in found.crowded] == ["needs", "hands_on"]
    assert [m.kind.id for m in found.milestones] == ["security_legal", "commercial", "decision"]


def test_a_milestone_that_is_done_is_never_crowded() -> None:
    found = laid(today=date(2026, 11, 2), done=("needs",))
    assert [kind.id for kind in found.crowded] == ["hands_on"]


def test_a_milestone_that_is_done_out_of_order_is_accepted() -> None:
    found = laid(done=("commercial",))
    assert [m.kind.id for m in found.milestones if m.done] == ["commercial"]
    assert found.next is not None
    assert found.next.kind.id == "needs"


def test_a_done_milestone_lies_at_the_latest_today() -> None:
    assert all(m.day <= MONDAY for m in laid(done=("commercial", "decision")).milestones if m.done)


def test_slack_counts_to_the_last_day_on_which_it_can_be_held() -> None:
    first = laid().milestones[0]
    last_day = DAYS.add(DAYS.last_until(DECISION), -first.kind.least)
    assert first.slack == DAYS.between(MONDAY, last_day)


def test_a_decision_on_a_sunday_is_planned_toward_the_friday_before() -> None:
    found = laid(decision=date(2026, 11, 15))
    assert leads(found) == leads(laid())
    assert found.decision == date(2026, 11, 15)


def test_a_decision_date_that_has_passed_leaves_everything_crowded() -> None:
    found = laid(decision=date(2026, 9, 4))
    assert found.milestones == ()
    assert len(found.crowded) == 5


def test_nothing_is_planned_for_the_day_of_the_decision_when_that_is_today() -> None:
    assert laid(decision=MONDAY).milestones == ()


def test_after_the_yes_only_its_own_milestones_are_planned() -> None:
    found = plan(DEFAULT_PROCESS, DECISION, Stage.AFTER_YES, (), MONDAY, DAYS)
    assert [m.kind.id for m in found.milestones] == ["agreement", "sign_off", "kick_off"]


@pytest.mark.parametrize("stage", [Stage.SAID_NO, Stage.PAUSED, Stage.WON])
def test_an_ended_deal_has_no_milestones(stage: Stage) -> None:
    assert plan(DEFAULT_PROCESS, DECISION, stage, (), MONDAY, DAYS) == Plan(DECISION, ())


def test_a_meeting_held_is_known_by_the_words_of_its_milestone() -> None:
    assert "security_legal" in held(DEFAULT_PROCESS, told(meeting("Northgate: data protection and contract")))


def test_words_inside_other_words_show_nothing() -> None:
    assert "commercial" not in held(DEFAULT_PROCESS, told(meeting("Determination of stock levels")))


def test_any_meeting_held_counts_for_the_first_milestone() -> None:
    assert held(DEFAULT_PROCESS, told(meeting("Coffee in Bremen"))) == {"needs"}


def test_without_a_meeting_nothing_is_held() -> None:
    assert held(DEFAULT_PROCESS, told()) == set()


def test_what_the_rep_says_of_a_talk_counts_like_a_meeting() -> None:
    spoken = Spoken("northgate", datetime(2026, 9, 3, 9, tzinfo=UTC), "Went through pricing on the phone")
    move = Move(Side.US, spoken.at, None, spoken=spoken)
    assert held(DEFAULT_PROCESS, told(moves=(move,))) == {"needs", "commercial"}


def test_a_mail_of_theirs_about_a_later_milestone_shows_the_first_one_done() -> None:
    assert held(DEFAULT_PROCESS, told(moves=(theirs(MONDAY, topic="the price of two sites"),))) == {"needs"}


def test_a_mail_of_ours_shows_nothing_done() -> None:
    paper = ours(MONDAY)
    assert held(DEFAULT_PROCESS, told(moves=(paper,))) == set()


def test_the_milestone_that_they_speak_of_is_the_one_that_fits() -> None:
    step = fitting(laid(), "Could our legal team look at it?")
    assert step is not None
    assert step.kind.id == "security_legal"


def test_without_a_hint_the_next_milestone_fits() -> None:
    assert fitting(laid(), "the loading bays") == laid().next


def test_a_milestone_that_is_done_never_fits() -> None:
    assert fitting(laid(done=("security_legal",)), "the security paper") == laid(done=("security_legal",)).next


def test_ideal_and_least_lead_times_of_the_default_process_fall_along_it() -> None:
    for stage in (Stage.BEFORE_YES, Stage.AFTER_YES):
        kinds = [kind for kind in DEFAULT_PROCESS.milestones if kind.stage is stage]
        assert all(a.ideal > b.ideal and a.least > b.least for a, b in pairwise(kinds))


def test_every_step_of_the_default_process_reads_on_after_i_suggest() -> None:
    assert all(kind.step.startswith("a ") for kind in DEFAULT_PROCESS.milestones)


_KINDS = st.builds(
    MilestoneKind,
    id=st.just(""), name=st.just("n"), purpose=st.just("p"), step=st.just("a step"), done_when=st.just("d"),
    ideal=st.integers(-2, 40), least=st.integers(-2, 25),
)  # fmt: skip


@st.composite
def _processes(draw: st.DrawFn) -> Process:
    kinds = draw(st.lists(_KINDS, max_size=7))
    return Process(
        tuple(MilestoneKind(str(n), k.name, k.purpose, k.step, k.done_when, ideal=k.ideal, least=k.least)
              for n, k in enumerate(kinds))
    )  # fmt: skip


_TODAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@settings(max_examples=150, deadline=None)
@given(process=_processes(), today=_TODAYS, left=st.integers(-10, 90), done=st.sets(st.integers(0, 6).map(str)))
def test_a_plan_keeps_its_promises(process: Process, today: date, left: int, done: set[str]) -> None:
    decision = today + timedelta(days=left)
    found = plan(process, decision, Stage.BEFORE_YES, done, today, DAYS)
    unmet = [m for m in found.milestones if not m.done]
    order = [kind.id for kind in process.milestones]
    assert all(today < m.day <= decision for m in unmet)
    assert all(m.day in DAYS for m in found.milestones)
    assert all(a.day < b.day for a, b in pairwise(unmet))
    assert all(m.slack >= DAYS.between(today, m.day) for m in unmet)
    assert [m.kind.id for m in found.milestones] == [i for i in order if i in {m.kind.id for m in found.milestones}]
    assert sorted(order) == sorted([m.kind.id for m in found.milestones] + [k.id for k in found.crowded])
    assert {m.kind.id for m in found.milestones if m.done} == done & set(order)


@settings(max_examples=100, deadline=None)
@given(process=_processes(), today=_TODAYS, left=st.integers(0, 60), more=st.integers(1, 20))
def test_starting_earlier_never_crowds_more_out(process: Process, today: date, left: int, more: int) -> None:
    decision = today + timedelta(days=left)
    late = plan(process, decision, Stage.BEFORE_YES, (), today, DAYS)
    early = plan(process, decision, Stage.BEFORE_YES, (), today - timedelta(days=more), DAYS)
    assert {k.id for k in early.crowded} <= {k.id for k in late.crowded}


def wrote(text: str) -> Timeline:
    move = theirs(MONDAY)
    assert move.reading is not None
    return told(moves=(replace(move, reading=replace(move.reading, new_text=text)),))


@pytest.mark.parametrize(
    "text",
    [
        "Our security team has finished its review.",
        "The security review is done.",
        "Legal has signed off.",
        "Thanks. We have completed the security checks on our side.",
    ],
)
def test_what_they_say_that_they_have_finished_is_done(text: str) -> None:
    assert "security_legal" in held(DEFAULT_PROCESS, wrote(text))


@pytest.mark.parametrize(
    "text",
    [
        "Our security team has not finished its review.",
        "Once the security review is done, we can go on.",
        "The security review should be done by Friday.",
        "Is the security review done?",
        "We have finished reading the security paper.",
    ],
)
def test_what_they_have_not_finished_is_not_done(text: str) -> None:
    assert held(DEFAULT_PROCESS, wrote(text)) == set()
