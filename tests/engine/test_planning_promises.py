"""What every plan keeps, whatever the process, the days and the start."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.domain.deal import Stage
from assistant.domain.plan import MilestoneKind, Plan, PlanChoices, Process
from assistant.domain.workdays import Workdays
from assistant.engine.choices import NO_CHOICES, settle
from assistant.engine.leads import leads
from assistant.engine.planning import plan

WEEKENDS = (("DE",), ("AE",), ("DE", "IL"), ())
"""Saturday and Sunday, others, three days of rest a week, no country."""
START = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Case:
    process: Process
    decision: date
    today: date
    days: Workdays
    done: frozenset[str]
    choices: PlanChoices = NO_CHOICES

    def plan(self, approved: Mapping[str, date] | None = None) -> Plan:
        stage, days = Stage.BEFORE_YES, approved or {}
        return plan(self.process, self.decision, stage, self.done, self.today, self.days, days, self.choices)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """Up to seven milestones; some name those before them, which may leave others without order between them."""
    number = draw(st.integers(0, 7))
    kinds = []
    for n in range(number):
        earlier = st.lists(st.sampled_from([str(before) for before in range(n)]), unique=True) if n else st.just([])
        after = tuple(draw(earlier)) if draw(st.booleans()) else ()
        ideal, least = draw(st.integers(-2, 40)), draw(st.integers(-2, 25))
        kinds.append(MilestoneKind(str(n), "n", "p", "a step", "d", ideal=ideal, least=least, after=after))
    return Process(tuple(kinds))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    today = START + timedelta(days=draw(st.integers(0, 1000)))
    closed = draw(st.frozensets(st.integers(-5, 60), max_size=8))
    return Case(
        process=draw(processes()),
        decision=today + timedelta(days=draw(st.integers(-10, 90))),
        today=today,
        days=Workdays(draw(st.sampled_from(WEEKENDS)), frozenset(today + timedelta(days=n) for n in closed)),
        done=draw(st.frozensets(st.integers(0, 6).map(str), max_size=3)),
    )


def days_of(found: Plan) -> dict[str, date]:
    return {m.kind.id: m.day for m in found.milestones if not m.done}


def in_order(case: Case, laid: Mapping[str, date]) -> bool:
    unmet = leads(case.process, Stage.BEFORE_YES, case.done)
    return all(
        laid[first] < laid[lead.kind.id]
        for lead in unmet
        for first in lead.waits_for
        if first in laid and lead.kind.id in laid
    )


def can_be_kept(case: Case, laid: Mapping[str, date]) -> bool:
    """Whether all of these days are valid: in order, and in time for what waits for them."""
    last = case.days.last_until(case.decision)
    least = {lead.kind.id: lead.least for lead in leads(case.process, Stage.BEFORE_YES, case.done)}
    return in_order(case, laid) and all(
        day in case.days and case.today < day <= last and case.days.between(day, last) >= least[kind_id]
        for kind_id, day in laid.items()
    )


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_every_milestone_lies_on_a_working_day_after_today_and_not_after_the_decision(case: Case) -> None:
    found = case.plan()
    assert all(m.day in case.days for m in found.milestones)
    assert all(case.today < day <= case.decision for day in days_of(found).values())
    assert all(m.day <= case.today for m in found.milestones if m.done)


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_the_order_is_kept_and_nothing_is_lost(case: Case) -> None:
    found = case.plan()
    every = [kind.id for kind in case.process.milestones]
    assert in_order(case, days_of(found))
    assert sorted(every) == sorted([m.kind.id for m in found.milestones] + [kind.id for kind in found.crowded])
    assert {m.kind.id for m in found.milestones if m.done} == case.done & set(every)
    assert [m.day for m in found.milestones] == sorted(m.day for m in found.milestones)
    assert bool(found.options) == bool(found.crowded)


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_every_milestone_lies_between_its_least_lead_and_its_ideal(case: Case) -> None:
    last = case.days.last_until(case.decision)
    laid = days_of(case.plan())
    for lead in leads(case.process, Stage.BEFORE_YES, case.done):
        if lead.kind.id in laid:
            assert lead.least <= case.days.between(laid[lead.kind.id], last) <= lead.ideal


@settings(max_examples=300, deadline=None)
@given(case=cases(), sooner=st.integers(0, 20), later=st.integers(0, 20))
def test_more_time_never_makes_it_worse(case: Case, sooner: int, later: int) -> None:
    more = replace(case, today=case.today - timedelta(days=sooner), decision=case.decision + timedelta(days=later))
    less_time, more_time = case.plan(), more.plan()
    assert {kind.id for kind in more_time.crowded} <= {kind.id for kind in less_time.crowded}
    assert less_time.late or bool(less_time.crowded) or not more_time.late
    ends = case.days.last_until(case.decision), case.days.last_until(more.decision)
    found = {m.kind.id: m for m in more_time.milestones}
    for milestone in less_time.milestones:
        if not milestone.done:
            other = found[milestone.kind.id]
            assert other.slack >= milestone.slack
            assert case.days.between(other.day, ends[1]) >= case.days.between(milestone.day, ends[0])


@settings(max_examples=100, deadline=None)
@given(case=cases())
def test_the_same_input_is_the_same_plan(case: Case) -> None:
    assert case.plan() == case.plan()


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_planning_with_its_own_days_approved_changes_nothing(case: Case) -> None:
    found = case.plan()
    assert case.plan({m.kind.id: m.day for m in found.milestones}) == found


@st.composite
def approvals(draw: st.DrawFn) -> tuple[Case, dict[str, date]]:
    """A case, and approved days anywhere around today and the decision."""
    case = draw(cases())
    spread = max((case.decision - case.today).days, 0) + 3
    chosen = {kind.id: draw(st.integers(-1, spread)) for kind in case.process.milestones if draw(st.booleans())}
    return case, {kind_id: case.today + timedelta(days=n) for kind_id, n in chosen.items()}


@settings(max_examples=300, deadline=None)
@given(given_days=approvals())
def test_with_any_days_approved_the_plan_keeps_its_promises(given_days: tuple[Case, dict[str, date]]) -> None:
    case, approved = given_days
    found = case.plan(approved)
    assert can_be_kept(case, days_of(found))
    assert found.crowded == case.plan().crowded


@settings(max_examples=300, deadline=None)
@given(case=cases(), moves=st.lists(st.integers(-6, 6), min_size=7, max_size=7), some=st.sets(st.integers(0, 6)))
def test_approved_days_that_are_valid_never_move(case: Case, moves: list[int], some: set[int]) -> None:
    laid = days_of(case.plan())
    valid = {kind_id: day + timedelta(days=n) for (kind_id, day), n in zip(laid.items(), moves, strict=False)}
    assume(can_be_kept(case, valid))
    approved = {kind_id: day for n, (kind_id, day) in enumerate(valid.items()) if n in some}
    found = days_of(case.plan(approved))
    assert {kind_id: found[kind_id] for kind_id in approved} == approved
    assert days_of(case.plan(valid)) == valid


@settings(max_examples=300, deadline=None)
@given(case=cases(), which=st.integers(0, 6))
def test_a_day_that_closes_moves_no_other_where_its_milestone_finds_room(case: Case, which: int) -> None:
    laid = days_of(case.plan())
    assume(laid)
    gone = list(laid)[which % len(laid)]
    closing = replace(case, days=replace(case.days, closed=case.days.closed | {laid[gone]}))
    others = {kind_id: day for kind_id, day in laid.items() if kind_id != gone}
    room = (case.today + timedelta(days=n) for n in range(1, (case.decision - case.today).days + 1))
    assume(any(can_be_kept(closing, {**others, gone: day}) for day in room))
    moved = days_of(closing.plan(laid))
    assert {kind_id: moved[kind_id] for kind_id in others} == others


@st.composite
def choosing(draw: st.DrawFn) -> Case:
    """A case with choices, sensible ones and others."""
    case = draw(cases())
    some = st.integers(0, 7).map(str)
    choices = PlanChoices(draw(st.frozensets(some, max_size=3)), draw(st.dictionaries(some, some, max_size=4)))
    return replace(case, choices=choices)


def met_before(case: Case) -> dict[str, set[str]]:
    """For each unmet milestone those that must be held before it; two of one meeting are held in any order."""
    settled = settle(case.process, Stage.BEFORE_YES, case.done, case.choices)
    unmet = leads(case.process, Stage.BEFORE_YES, settled.done | settled.dropped)
    return {lead.kind.id: {*lead.waits_for} for lead in unmet}


def meetings(found: Plan) -> dict[str, date]:
    """The day of each unmet milestone, in its own meeting or in another's."""
    return {kind.id: m.day for m in found.milestones if not m.done for kind in (m.kind, *m.with_)}


@settings(max_examples=300, deadline=None)
@given(case=choosing())
def test_with_any_choices_the_plan_keeps_its_promises(case: Case) -> None:
    found = case.plan()
    together = settle(case.process, Stage.BEFORE_YES, case.done, case.choices).together
    held = meetings(found)
    assert all(m.day in case.days for m in found.milestones)
    assert all(case.today < day <= case.decision for day in held.values())
    for kind_id, earlier in met_before(case).items():
        for first in earlier & held.keys() if kind_id in held else ():
            same = together.get(first, first) == together.get(kind_id, kind_id)
            assert held[first] == held[kind_id] if same else held[first] < held[kind_id]


@settings(max_examples=300, deadline=None)
@given(case=choosing())
def test_with_any_choices_nothing_is_lost_and_nothing_is_there_twice(case: Case) -> None:
    found = case.plan()
    told = [kind.id for m in found.milestones for kind in (m.kind, *m.with_)]
    told += [kind.id for kind in (*found.crowded, *found.dropped)]
    assert sorted(told) == sorted(kind.id for kind in case.process.milestones)
    assert case.plan() == found


@settings(max_examples=300, deadline=None)
@given(case=choosing(), which=st.integers(0, 6).map(str))
def test_leaving_one_out_makes_nothing_else_worse(case: Case, which: str) -> None:
    case = replace(case, choices=replace(case.choices, merged={}))
    less = replace(case, choices=replace(case.choices, dropped=case.choices.dropped | {which}))
    before, after = case.plan(), less.plan()
    assert {kind.id for kind in after.crowded} <= {kind.id for kind in before.crowded}
    slack = {m.kind.id: m.slack for m in after.milestones}
    assert all(slack[m.kind.id] >= m.slack for m in before.milestones if m.kind.id in slack)


@settings(max_examples=300, deadline=None)
@given(case=choosing(), which=st.integers(0, 6).map(str))
def test_leaving_one_out_moves_no_approved_day(case: Case, which: str) -> None:
    case = replace(case, choices=replace(case.choices, merged={}))
    approved = days_of(case.plan())
    less = replace(case, choices=replace(case.choices, dropped=case.choices.dropped | {which}))
    after = days_of(less.plan(approved))
    fits_again = after.keys() - approved.keys()
    assume(not fits_again)
    assert after == {kind_id: day for kind_id, day in approved.items() if kind_id != which or which in case.done}


@settings(max_examples=300, deadline=None)
@given(case=choosing(), sooner=st.integers(0, 20), later=st.integers(0, 20))
def test_more_time_makes_no_choice_worse(case: Case, sooner: int, later: int) -> None:
    more = replace(case, today=case.today - timedelta(days=sooner), decision=case.decision + timedelta(days=later))
    less_time, more_time = case.plan(), more.plan()
    assert {kind.id for kind in more_time.crowded} <= {kind.id for kind in less_time.crowded}
    assert more_time.dropped == less_time.dropped
    slack = {m.kind.id: m.slack for m in more_time.milestones}
    assert all(slack[m.kind.id] >= m.slack for m in less_time.milestones if not m.done)


@settings(max_examples=300, deadline=None)
@given(case=cases())
def test_every_way_out_that_the_plan_shows_helps_the_one_that_it_is_about(case: Case) -> None:
    found = case.plan()
    for option in found.options:
        first, *others = (kind.id for kind in option.milestones)
        if option.kind == "drop":
            choices = PlanChoices(frozenset({first}))
        elif option.kind == "merge":
            choices = PlanChoices(merged={first: others[0]})
        else:
            continue
        after = replace(case, choices=choices).plan()
        assert first not in {kind.id for kind in after.crowded}
        assert len(after.crowded) < len(found.crowded)
