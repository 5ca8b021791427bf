from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from assistant.domain.calendar import Event
from assistant.domain.deal import Side, Spoken, Stage
from assistant.domain.plan import Plan, Process
from assistant.domain.workdays import Workdays
from assistant.engine.planning import DEFAULT_PROCESS, fitting, held, plan
from assistant.engine.timeline import Move, Timeline

from .situations import ours, theirs

DAYS = Workdays(("DE",))
MONDAY = date(2026, 9, 7)
DECISION = date(2026, 11, 13)


def laid(
    decision: date = DECISION,
    done: tuple[str, ...] = (),
    today: date = MONDAY,
    approved: Mapping[str, date] | None = None,
    days: Workdays = DAYS,
    process: Process = DEFAULT_PROCESS,
) -> Plan:
    return plan(process, decision, Stage.BEFORE_YES, done, today, days, approved or {})


def days_of(found: Plan) -> dict[str, date]:
    return {m.kind.id: m.day for m in found.milestones}


def after(**named: tuple[str, ...]) -> Process:
    """The default process, with other milestones to wait for."""
    return Process(tuple(replace(kind, after=named.get(kind.id, ())) for kind in DEFAULT_PROCESS.milestones))


def said(found: Plan) -> list[str]:
    return [option.text for option in found.options]


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
        "needs": 20, "hands_on": 14, "security_legal": 9, "commercial": 5, "decision": 1
    }  # fmt: skip


def test_a_milestone_that_begins_to_fit_pushes_no_other_nearer_to_the_decision() -> None:
    later, earlier = laid(today=date(2026, 11, 2)), laid(today=date(2026, 10, 30))
    assert leads(later) == {"security_legal": 8, "commercial": 5, "decision": 1}
    assert leads(earlier) == {"security_legal": 9, "commercial": 5, "decision": 1}


def test_a_plan_with_all_ideal_leads_is_in_time_and_one_with_less_is_late() -> None:
    assert (laid().late, laid(today=date(2026, 10, 15)).late) == (False, True)


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


def test_done_ones_stand_first_in_the_order_of_their_days() -> None:
    assert [m.done for m in laid(done=("commercial", "hands_on")).milestones] == [True, True, False, False, False]


def test_a_done_milestone_keeps_its_approved_day() -> None:
    held_on = date(2026, 9, 3)
    (first, *_) = laid(done=("needs",), approved={"needs": held_on}).milestones
    assert (first.day, first.done) == (held_on, True)


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


def test_what_waits_for_neither_of_two_can_lie_on_the_same_day() -> None:
    beside = after(security_legal=("needs",), commercial=("hands_on", "security_legal"))
    process = Process(tuple(replace(kind, ideal=5, least=0) for kind in beside.milestones))
    assert leads(laid(process=process)) == {
        "needs": 8, "hands_on": 7, "security_legal": 7, "commercial": 6, "decision": 5
    }  # fmt: skip


def test_what_waits_for_a_done_milestone_still_waits_for_those_before_it() -> None:
    process = Process(tuple(replace(kind, ideal=5, least=0) for kind in DEFAULT_PROCESS.milestones))
    found = laid(done=("hands_on", "security_legal"), process=process)
    assert {each: leads(found)[each] for each in ("needs", "commercial", "decision")} == {
        "needs": 7, "commercial": 6, "decision": 5
    }  # fmt: skip


def test_approved_days_stay() -> None:
    moved = {**days_of(laid()), "hands_on": date(2026, 10, 20), "commercial": date(2026, 11, 6)}
    assert days_of(laid(approved=moved)) == moved


def test_a_new_holiday_moves_only_what_lies_on_it() -> None:
    approved = days_of(laid())
    closed = Workdays(("DE",), frozenset({approved["hands_on"]}))
    found = days_of(laid(approved=approved, days=closed))
    assert {kind_id for kind_id, day in found.items() if day != approved[kind_id]} == {"hands_on"}


@pytest.mark.parametrize(
    ("kind_id", "day"),
    [
        ("needs", MONDAY),
        ("needs", date(2026, 9, 12)),
        ("needs", date(2026, 11, 3)),
        ("decision", date(2026, 11, 16)),
        ("decision", date(2026, 10, 1)),
    ],
    ids=["today", "on a Saturday", "under its least lead", "after the decision", "before what it waits for"],
)
def test_an_approved_day_that_can_not_be_kept_is_laid_anew(kind_id: str, day: date) -> None:
    approved = {**days_of(laid()), kind_id: day}
    found = days_of(laid(approved=approved))
    assert found[kind_id] != day
    assert {each: found[each] for each in found if each != kind_id} == {
        each: approved[each] for each in found if each != kind_id
    }


def test_of_days_without_room_for_what_lies_between_them_one_moves() -> None:
    """Needs on Thursday and the test on Friday, and now an early look is to come between them."""
    approved = {**days_of(laid()), "needs": date(2026, 10, 1), "hands_on": date(2026, 10, 2)}
    needs, *others = DEFAULT_PROCESS.milestones
    early = replace(needs, id="early", name="Early look", ideal=25, least=12)
    found = days_of(laid(approved=approved, process=Process((needs, early, *others))))
    assert [each for each in approved if approved[each] != found[each]] == ["needs"]
    assert found["needs"] < found["early"] < found["hands_on"]


def test_approved_days_of_other_milestones_mean_nothing() -> None:
    assert laid(approved={"kick_off": date(2026, 10, 1), "unknown": date(2026, 10, 1)}) == laid()


def test_what_no_longer_fits_comes_with_options_in_plain_words() -> None:
    assert said(laid(done=("needs",), today=date(2026, 11, 2))) == [
        "Leave out the hands-on test",
        "Hold the hands-on test and the security and legal review in one meeting",
        "Ask whether the day still suits them: the clarity question",
    ]


def test_the_options_name_the_milestones_that_they_are_about() -> None:
    found = laid(today=date(2026, 11, 2))
    assert [(option.kind, [kind.id for kind in option.milestones]) for option in found.options] == [
        ("drop", ["needs"]),
        ("drop", ["hands_on"]),
        ("merge", ["hands_on", "security_legal"]),
        ("ask", ["needs", "hands_on"]),
    ]


@pytest.mark.parametrize("today", [DECISION, date(2026, 11, 20)])
def test_once_the_day_is_there_only_asking_is_left(today: date) -> None:
    assert [option.kind for option in laid(today=today).options] == ["ask"]


def test_no_option_touches_the_decision_date() -> None:
    found = laid(today=date(2026, 11, 2))
    assert found.decision == DECISION
    assert not any("decision" in text.lower() or "later" in text.lower() for text in said(found))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IT check", "Leave out the IT check"),
        ("Hands-on test", "Leave out the hands-on test"),
        ("Needs", "Leave out Needs"),
        ("Pilot", "Leave out Pilot"),
    ],
)
def test_a_milestone_is_named_as_one_would_say_it(name: str, text: str) -> None:
    process = Process((replace(DEFAULT_PROCESS.milestones[0], name=name), *DEFAULT_PROCESS.milestones[1:]))
    assert said(laid(today=date(2026, 11, 2), process=process))[0] == text


def test_with_time_for_all_there_is_nothing_to_choose() -> None:
    assert laid().options == ()


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
