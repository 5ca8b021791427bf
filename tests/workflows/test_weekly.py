"""The report of a week that was worked out by hand (see `weeks`), and the ways of the queue, the plan and the guard."""

from datetime import date, timedelta

import pytest

from assistant.domain.deal import Source, Stage, Standing
from assistant.errors import NotFoundError, RefusedError
from assistant.report.figure import Week
from assistant.report.values import Broke, MilestoneState, PromiseState, Risk
from assistant.workflows import dealbook, editing, review
from tests.workflows import meetings
from tests.workflows.conftest import Build
from tests.workflows.weeks import JUNO, WEEK, at, figure, numbers, report, worked
from tests.workflows.world import INES, QUESTION, REP, World, days


@pytest.fixture
def world(build: Build) -> World:
    made = worked(build)
    made.run()
    return made


def test_the_figures_are_those_worked_out_by_hand(world: World) -> None:
    assert numbers(report(world)) == {
        "open": 2,
        "standing.owes_reply": "1 of 2",
        "standing.passive": "1 of 2",
        "moves.purposeful": "3 of 6",
        "moves.passive": "3 of 6",
        "moves.colleagues": 1,
        "moves.meetings": 1,
        "moves.theirs": 5,
        "trend.2026-W09": "0 of 1",
        "trend.2026-W10": "3 of 6",
        "rally.harbour.1": 3,
        "next-steps": "0 of 2",
        "slack.harbour": 12,
        "days-left.harbour": 38,
        "dates.held": "1 of 1",
        "dates.named": 1,
        "dates.unknown": 1,
        "replies.passive.answered": "1 of 1",
        "replies.passive.hours": "None of 1",
        "exits": 1,
        "contact.harbour.1": "2 of 2",
        "contact.quayside.1": "2 of 2",
        "contact.mill.1": "1 of 2",
        "promises.kept": 1,
    }


def test_every_figure_that_counts_opens_as_much_evidence(world: World) -> None:
    for each in report(world).figures():
        if isinstance(each.value, int) and each.value and not each.id.startswith(("slack.", "days-left.")):
            assert len(each.evidence) == each.value, each.id
            assert all(one.ref and one.rule for one in each.evidence), each.id


def test_evidence_is_the_message_the_sentence_and_the_rule(world: World) -> None:
    (told,) = figure(report(world), "exits").evidence
    assert (told.source, told.who, told.on) == (Source.MESSAGE, "Noor Haddad", date(2026, 3, 6))
    assert "wish you all the best" in told.sentence
    assert told.rule == "exit-accept"


def test_there_is_no_figure_of_another_name(world: World) -> None:
    with pytest.raises(NotFoundError, match="no figure 'score'"):
        figure(report(world), "score")


def test_few_are_called_few(world: World) -> None:
    told = report(world)
    assert (told.moves.purposeful.part, told.moves.purposeful.small) == (0.5, False)
    assert (told.next_steps.covered.part, told.next_steps.covered.small) == (None, True)
    assert (told.replies.passive.hours.value, told.replies.passive.hours.small) == (None, True)


def test_a_colleagues_move_is_one_of_ours_and_nobody_is_ranked(world: World) -> None:
    """E10.131"""
    told = report(world)
    assert [one.who for one in told.moves.colleagues.evidence] == ["Juno Park"]
    assert JUNO.partition(" <")[0] not in {each.name for each in told.people}


def test_the_rally_goes_on_until_something_breaks_it(world: World) -> None:
    (rally,) = report(world).rallies
    assert (rally.since, rally.last, rally.broken) == (date(2026, 2, 24), date(2026, 3, 6), None)
    world.work.meet("talk-9@brightlane.example", at(9, 9), "ines@harbour.example", summary="Open points")
    world.run(days(1))
    (after,) = report(world, WEEK.back(-1)).rallies
    assert after.broken is not None
    assert (after.broken.how, after.broken.on, after.length.value) == (Broke.MEETING, date(2026, 3, 9), 3)


def test_whoever_waits_stands_before_whoever_does_not_where_the_plan_is_as_tight(world: World) -> None:
    told = report(world)
    assert {line.deal.id: line.risk for line in told.next} == {"harbour": Risk.WAITING, "quayside": Risk.PASSIVE}
    assert all(line.day == date(2026, 3, 9) for line in told.next)


def test_a_week_that_goes_on_is_judged_by_now(world: World) -> None:
    world.now = at(4, 8)
    told = report(world)
    assert (told.over, told.as_of) == (False, world.now)
    assert numbers(told)["moves.passive"] == "1 of 2"


def test_the_last_week_that_is_over_is_told_of_where_none_is_named(world: World) -> None:
    assert report(world, None).week == WEEK


def test_a_week_before_everything_is_empty_and_calm(world: World) -> None:
    told = report(world, Week.named("2025-W20"))
    assert told.empty
    assert numbers(told) == {}


def test_a_week_without_a_move_keeps_where_the_deals_stand(world: World) -> None:
    """E10.131"""
    world.now += days(7)
    told = report(world, None)
    assert (told.empty, told.off, told.working_days) == (True, False, 5)
    assert told.open.value == 2
    assert numbers(told)["trend.2026-W10"] == "3 of 6"


def test_a_vacation_has_no_working_days(world: World) -> None:
    """E10.131"""
    with world.store.write() as tx:
        tx.routines.pause(world.now, date(2026, 3, 23))
    world.now += days(7)
    told = report(world, None)
    assert (told.off, told.working_days) == (True, 0)
    assert [each.working_days for each in told.trend[-2:]] == [5, 0]


def test_a_deal_that_begins_midweek_is_new_in_that_week_alone(world: World) -> None:
    """E10.131"""
    world.deal("anchor", domains=("anchor.example",), contacts=("Al Amin <al@anchor.example>",))
    with world.store.write() as tx:
        tx.ledger.add_deal(dealbook.edited(tx.ledger.deal("anchor"), id="late", created=at(11, 9), domains=()))
    world.now += days(7)
    assert [line.deal.id for line in report(world, None).deals if line.opened] == ["late"]
    assert report(world).opened.value == 0


def test_a_deal_that_the_rep_ends_later_was_open_in_the_week(world: World) -> None:
    """E10.131"""
    before = report(world)
    world.now += timedelta(hours=1)
    review.end(world.desk, "quayside", Stage.WON, world.now)
    assert report(world) == before
    world.now += days(7)
    after = report(world, None)
    assert [each.deal.id for each in after.endings.won] == ["quayside"]
    assert "quayside" not in {line.deal.id for line in after.deals}


def test_a_pause_shows_the_day_that_was_asked_for(world: World) -> None:
    review.end(world.desk, "quayside", Stage.PAUSED, world.now, resume_on=date(2026, 9, 1))
    world.now += days(7)
    (paused,) = report(world, None).endings.paused
    assert (paused.deal.id, paused.until) == ("quayside", date(2026, 9, 1))
    assert figure(report(world, None), "resting").value == 1


def test_another_day_of_theirs_is_their_move_and_never_ours(world: World) -> None:
    decided = dealbook.decision_by_rep("harbour", date(2026, 4, 30), "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decided, world.now)
    world.now += days(1)
    later = dealbook.decision_by_rep("harbour", date(2026, 5, 15), "Ines: their board meets later", None, world.now)
    review.decide(world.desk, "harbour", later, world.now)
    world.now += days(7)
    dates = report(world, None).dates
    assert (dates.moved_by_customers.value, dates.moved_by_us.value) == (1, 0)
    assert (dates.held.value, dates.held.of) == (0, 1)
    assert report(world).dates.moved_by_customers.value == 0


def test_a_promise_is_open_until_its_day_and_late_after_it(build: Build) -> None:
    world = build()
    world.deal()
    asked = world.work.deliver(INES, REP, QUESTION, at(5, 9))
    text = "Hi Ines,\n\nI'll send you the security paper by Wednesday.\n\nBest,\nNoor\n"
    world.work.deliver(REP, INES, text, at(5, 11), reply_to=asked, subject="Re: Harbour planning")
    world.run(days(12))
    assert [(line.state, line.due) for line in report(world).promises.lines] == [(PromiseState.OPEN, date(2026, 3, 11))]
    assert [line.state for line in report(world, WEEK.back(-1)).promises.lines] == [PromiseState.LATE]


def test_drafts_are_counted_by_what_the_rep_decided(world: World) -> None:
    world.now += timedelta(minutes=1)
    review.dismiss(world.desk, world.draft("harbour").id, world.now)
    world.now += timedelta(minutes=1)
    drafts = report(world, WEEK.back(-1)).drafts
    assert (drafts.proposed.value, drafts.approved.value, drafts.dismissed.value) == (1, 0, 1)
    assert report(world).drafts.proposed.value == 0


def test_what_the_guard_stops_is_counted_by_family_and_once(world: World) -> None:
    draft = world.draft("harbour")
    text = (
        f"To: {INES}\nSubject: x\n\nHi Ines,\n\nWe need this signed before our quarter ends on Friday.\n\nBest,\nNoor\n"
    )
    edited, findings = editing.edit(world.desk, draft.id, text, draft.version, world.now)
    assert findings
    with pytest.raises(RefusedError):
        review.approve(world.desk, edited.id, world.now)
    world.now += timedelta(minutes=1)
    stops = report(world, WEEK.back(-1)).guard
    assert stops
    assert all(stop.figure.value == 1 and stop.title for stop in stops)
    assert not any("quarter" in one.sentence for stop in stops for one in stop.figure.evidence)
    assert report(world).guard == ()


def test_a_meeting_is_sent_accepted_and_planned_anew(build: Build) -> None:
    world = meetings.planned(build)
    meetings.walk(world, date(2026, 3, 31))
    (event, *_) = meetings.events(world)
    meetings.calendar_mail(world, "REPLY", event, INES, partstat="ACCEPTED")
    world.run(timedelta(hours=1))
    told = report(world, Week.of(world.now.date())).invites
    assert told.accepted.value == 1
    assert [one.who for one in told.accepted.evidence] == ["Ines Okafor"]
    sent = sum(int(report(world, WEEK.back(-n)).invites.sent.count) for n in range(-1, 5))
    assert sent == len(meetings.events(world))


def test_a_milestone_that_is_held_is_met_in_its_week(build: Build) -> None:
    world = meetings.planned(build, schedule="off")
    world.work.meet("demo@brightlane.example", at(12, 10), "ines@harbour.example", summary="Hands-on test")
    world.now = at(16, 8)
    world.run()
    told = report(world, None)
    assert [one.on for one in told.milestones.met.evidence] == [date(2026, 3, 12)]
    (plan,) = told.plans
    assert {mark.id: mark.state for mark in plan.milestones}["hands_on"] is MilestoneState.MET


def test_a_milestone_whose_agreed_day_goes_by_is_missed_in_that_week_alone(build: Build) -> None:
    world = meetings.planned(build, schedule="off")
    with world.store.read() as tx:
        approved = tx.ledger.plan_approved("harbour")
    assert approved is not None
    first = min(approved.days.values())
    week = Week.of(first)
    world.now = week.back(-2).since(world.config.zone) + timedelta(hours=8)
    assert [one.on for one in report(world, week).milestones.missed.evidence] == [first]
    assert first not in {one.on for one in report(world, week.back(-1)).milestones.missed.evidence}


def test_the_standing_has_the_evidence_of_the_desk(world: World) -> None:
    lines = {line.deal.id: line for line in report(world).deals}
    assert lines["harbour"].standing is Standing.OWES_REPLY
    assert any("30 April" in one.sentence or "security paper" in one.sentence for one in lines["harbour"].evidence)


def test_a_filed_draft_counts_as_approved_and_one_with_words_of_the_reps_as_edited(build: Build) -> None:
    world = build()
    world.deal()
    world.passive()
    world.run()
    draft = world.draft()
    assert draft.content is not None
    body = draft.content.body.replace("Best,", "Juno joins us.\n\nBest,")
    text = f"To: {INES}\nSubject: {draft.content.subject}\n\n{body}"
    editing.edit(world.desk, draft.id, text, draft.version, world.now + timedelta(minutes=1))
    world.now += timedelta(minutes=2)
    review.approve(world.desk, draft.id, world.now)
    world.now += timedelta(minutes=1)
    drafts = report(world, Week.of(world.now.date())).drafts
    assert (drafts.approved.value, drafts.edited.value, drafts.edited.of) == (1, 1, 1)
    assert (drafts.changed.value, drafts.changed.small) == (None, True)
    (told,) = drafts.changed.evidence
    assert 0 < int(told.sentence.partition(" words in")[0].rpartition(" ")[2]) < 30
