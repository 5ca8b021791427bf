"""The rep's choices for a plan: what is left out holds nothing back, what is held together has one day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Stage
from assistant.domain.plan import Milestone, Plan, PlanChoices, Process
from assistant.domain.workdays import Workdays
from assistant.engine.choices import between, settle
from assistant.engine.leads import before
from assistant.engine.planning import DEFAULT_PROCESS, fitting, plan

DAYS = Workdays(("DE",))
MONDAY = date(2026, 9, 7)
LATE = date(2026, 11, 2)
DECISION = date(2026, 11, 13)


def chosen(*dropped: str, **merged: str) -> PlanChoices:
    return PlanChoices(frozenset(dropped), merged)


def laid(
    choices: PlanChoices,
    done: tuple[str, ...] = (),
    today: date = MONDAY,
    approved: Mapping[str, date] | None = None,
    process: Process = DEFAULT_PROCESS,
) -> Plan:
    return plan(process, DECISION, Stage.BEFORE_YES, done, today, DAYS, approved or {}, choices)


def unmet(found: Plan) -> list[str]:
    return [m.kind.id for m in found.milestones if not m.done]


def only(found: Plan, milestone: str) -> Milestone:
    (one,) = (m for m in found.milestones if m.kind.id == milestone)
    return one


def names(milestone: Milestone) -> list[str]:
    return [kind.id for kind in milestone.with_]


def test_what_is_left_out_is_not_planned_and_the_others_stay() -> None:
    found, whole = laid(chosen("hands_on")), laid(chosen())
    assert unmet(found) == ["needs", "security_legal", "commercial", "decision"]
    assert [kind.id for kind in found.dropped] == ["hands_on"]
    assert {m.kind.id: m.day for m in found.milestones}.items() <= {m.kind.id: m.day for m in whole.milestones}.items()


def test_what_waits_for_one_that_is_left_out_waits_for_those_before_it() -> None:
    process = Process(tuple(replace(kind, ideal=5, least=0) for kind in DEFAULT_PROCESS.milestones))
    found = laid(chosen("hands_on", "security_legal"), process=process)
    assert [DAYS.between(m.day, DECISION) for m in found.milestones] == [7, 6, 5]


def test_what_is_left_out_is_not_crowded_either() -> None:
    found = laid(chosen("needs", "hands_on"), today=LATE)
    assert (found.crowded, found.options) == ((), ())


def test_leaving_out_what_stood_in_the_way_makes_room() -> None:
    first = replace(DEFAULT_PROCESS.milestones[0], ideal=1, least=1)
    process = Process((first, *DEFAULT_PROCESS.milestones[1:]))
    assert "needs" in [kind.id for kind in laid(chosen(), today=LATE, process=process).crowded]
    assert "needs" in unmet(laid(chosen("hands_on"), today=LATE, process=process))


def test_what_is_held_with_another_has_no_day_of_its_own() -> None:
    found = laid(chosen(hands_on="security_legal"))
    assert unmet(found) == ["needs", "security_legal", "commercial", "decision"]
    assert names(only(found, "security_legal")) == ["hands_on"]
    assert found.dropped == ()


def test_a_meeting_for_several_lasts_as_long_as_all_but_not_unbearably() -> None:
    two = only(laid(chosen(security_legal="commercial")), "commercial")
    three = only(laid(chosen(security_legal="commercial", hands_on="commercial")), "commercial")
    assert (two.minutes, three.minutes) == (75, 90)


def test_one_that_lasts_longer_by_itself_stays_as_long() -> None:
    process = Process(tuple(replace(kind, minutes=120) for kind in DEFAULT_PROCESS.milestones))
    assert only(laid(chosen(security_legal="commercial"), process=process), "commercial").minutes == 120


def test_what_no_longer_fits_can_be_held_with_what_does() -> None:
    found = laid(chosen(hands_on="security_legal"), done=("needs",), today=LATE)
    assert found.crowded == ()
    assert only(found, "security_legal").day == only(laid(chosen("hands_on"), ("needs",), LATE), "security_legal").day


def test_it_is_done_when_the_other_one_is() -> None:
    found = laid(chosen(hands_on="security_legal"), done=("needs", "security_legal"))
    assert [m.kind.id for m in found.milestones if m.done] == ["needs", "hands_on", "security_legal"]


def test_done_before_the_meeting_it_is_not_in_it_any_more() -> None:
    found = laid(chosen(hands_on="security_legal"), done=("hands_on",))
    assert names(only(found, "security_legal")) == []
    assert only(found, "hands_on").done


def test_where_the_meeting_no_longer_fits_neither_does_what_was_to_be_held_in_it() -> None:
    found = laid(chosen(needs="hands_on"), today=LATE)
    assert [kind.id for kind in found.crowded] == ["hands_on", "needs"]


def test_the_meeting_waits_for_what_any_of_them_waits_for() -> None:
    """The review waits for the needs alone, and the test is to be held in it."""
    kinds = {kind.id: kind for kind in DEFAULT_PROCESS.milestones}
    early = replace(kinds["hands_on"], id="early", after=("needs",))
    process = Process(
        (
            kinds["needs"],
            early,
            kinds["hands_on"],
            replace(kinds["security_legal"], after=("needs",)),
            kinds["decision"],
        )
    )
    first = before(process, Stage.BEFORE_YES, (), {"hands_on": "security_legal"})
    assert set(first["security_legal"]) == {"needs", "early"}
    assert "hands_on" not in first


@pytest.mark.parametrize(
    ("choices", "dropped", "together"),
    [
        (chosen("unknown", unknown="needs", needs="unknown"), set(), {}),
        (chosen("kick_off", sign_off="kick_off", needs="kick_off"), set(), {}),
        (chosen(needs="needs"), set(), {}),
        (chosen("hands_on", needs="hands_on"), {"hands_on"}, {}),
        (chosen(needs="hands_on", hands_on="security_legal"), set(), {"hands_on": "security_legal"}),
        (chosen(needs="security_legal"), set(), {}),
        (chosen("hands_on", needs="security_legal"), {"hands_on"}, {"needs": "security_legal"}),
        (
            chosen(needs="security_legal", hands_on="security_legal"),
            set(),
            {"hands_on": "security_legal", "needs": "security_legal"},
        ),
    ],
    ids=["unknown", "after the yes", "itself", "left out", "itself held", "past another", "past none", "both"],
)
def test_a_choice_counts_only_as_far_as_the_order_allows(
    choices: PlanChoices, dropped: set[str], together: dict[str, str]
) -> None:
    found = settle(DEFAULT_PROCESS, Stage.BEFORE_YES, (), choices)
    assert (set(found.dropped), found.together) == (dropped, together)


def test_what_lies_between_two_is_named_from_either_side() -> None:
    for one, other in (("needs", "commercial"), ("commercial", "needs")):
        found = between(DEFAULT_PROCESS, Stage.BEFORE_YES, ("hands_on",), {}, one, other)
        assert [kind.id for kind in found] == ["security_legal"]


def test_a_talk_about_what_is_held_with_another_goes_on_in_that_meeting() -> None:
    found = fitting(laid(chosen(hands_on="security_legal")), "Could we try a pilot?")
    assert found is not None
    assert found.kind.id == "security_legal"


def test_approved_days_stay_when_another_is_left_out() -> None:
    days = {m.kind.id: m.day for m in laid(chosen(), today=date(2026, 10, 12)).milestones}
    found = laid(chosen("security_legal"), today=date(2026, 10, 12), approved=days)
    assert {m.kind.id: m.day for m in found.milestones}.items() <= days.items()
