"""E5.72, E5.75: an answer makes a meeting firm or weak, and each instance of a series stands for itself."""

from datetime import datetime, timedelta

import pytest

from assistant.domain.deal import Standing
from assistant.workflows.desk import DealView
from tests.edges.scene import AN_HOUR, INES_AT, LENA, Scene, calendar, first, in_march, until

TALK = in_march(12, 10)
NEXT = TALK + timedelta(days=7)
DECIDER = "ATTENDEE;PARTSTAT={}:mailto:lena@harbour.example"
DELEGATED = f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:lena@harbour.example":mailto:{INES_AT}'
STANDS_IN = f'ATTENDEE;PARTSTAT={{}};DELEGATED-FROM="mailto:{INES_AT}":mailto:lena@harbour.example'
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"


def firm(view: DealView) -> tuple[Standing, bool]:
    found = view.standings.first
    assert found is not None
    return found.standing, found.certain


def instance(start: datetime) -> str:
    return f"RECURRENCE-ID;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}"


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "TENTATIVE"])
def test_a_meeting_that_nobody_has_accepted_is_weak(scene: Scene, partstat: str) -> None:
    """E5.72"""
    scene.books(calendar(TALK, partstat=partstat))
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


def test_a_meeting_that_is_tentative_itself_is_weak(scene: Scene) -> None:
    """E5.72"""
    scene.books(calendar(TALK, partstat="ACCEPTED", more=["STATUS:TENTATIVE"]))
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


def test_a_meeting_that_one_of_theirs_declined_is_weak(scene: Scene) -> None:
    """E5.72"""
    scene.books(calendar(TALK, partstat="ACCEPTED", more=[DECIDER.format("DECLINED")]))
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


def test_a_decline_by_mail_makes_it_weak_too(scene: Scene) -> None:
    """E5.72"""
    scene.books(calendar(TALK, partstat="ACCEPTED", more=[DECIDER.format("NEEDS-ACTION")]))
    assert firm(scene.morning()) == (Standing.ADVANCING, True)
    declined = calendar(TALK, method="REPLY", partstat="ACCEPTED", more=[DECIDER.format("DECLINED")])
    scene.receives_calendar(declined, subject="Declined: Talk about the paper", sender=LENA)
    assert firm(scene.morning(AN_HOUR)) == (Standing.ADVANCING, False)


def test_a_meeting_to_which_only_optional_people_come_is_weak(scene: Scene) -> None:
    """E5.72"""
    optional = "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:lena@harbour.example"
    scene.books(calendar(TALK, more=[optional]))
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


def test_an_answer_to_the_old_time_does_not_make_the_new_one_firm(scene: Scene) -> None:
    """E5.72"""
    scene.books(calendar(NEXT, sequence=1))
    scene.receives_calendar(calendar(TALK, method="REPLY", partstat="ACCEPTED"), subject="Accepted: Talk")
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


def test_an_answer_of_a_stranger_makes_nothing_firm(scene: Scene) -> None:
    """E5.72"""
    scene.books(calendar(TALK))
    answer = calendar(TALK, method="REPLY", partstat="ACCEPTED")
    scene.receives_calendar(answer, subject="Accepted: Talk", sender="eve@elsewhere.example")
    assert firm(scene.morning()) == (Standing.ADVANCING, False)


@pytest.mark.parametrize(("partstat", "standing"), [("ACCEPTED", Standing.ADVANCING), ("DECLINED", Standing.LAPSED)])
def test_who_comes_in_her_place_answers_for_her(scene: Scene, partstat: str, standing: Standing) -> None:
    """E5.72"""
    scene.books(calendar(TALK))
    sent = calendar(TALK, method="REPLY").replace(f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{INES_AT}", DELEGATED)
    scene.receives_calendar(sent, subject="Delegated: Talk about the paper")
    assert firm(scene.morning()) == (Standing.ADVANCING, False)
    answer = calendar(TALK, method="REPLY", more=[STANDS_IN.format(partstat)])
    scene.receives_calendar(answer, subject=f"{partstat.capitalize()}: Talk about the paper", sender=LENA)
    assert first(scene.morning(AN_HOUR)) is standing


def series(scene: Scene, *more: str) -> None:
    """Four weekly talks that she called, the first on 12 March."""
    event = calendar(TALK, organizer=INES_AT, partstat="ACCEPTED", more=[WEEKLY, *more])
    scene.books(event)


def test_the_next_instance_of_a_series_counts(scene: Scene) -> None:
    """E5.75"""
    series(scene)
    assert until(scene.morning()) == "2026-03-12"


def test_an_instance_that_is_left_out_is_passed_over(scene: Scene) -> None:
    """E5.75"""
    series(scene, f"EXDATE;TZID=Europe/Berlin:{TALK:%Y%m%dT%H%M%S}")
    assert until(scene.morning()) == "2026-03-19"


def test_an_instance_that_was_moved_counts_on_its_new_day(scene: Scene) -> None:
    """E5.75"""
    whole = calendar(TALK, organizer=INES_AT, partstat="ACCEPTED", more=[WEEKLY])
    moved = calendar(in_march(13, 15), organizer=INES_AT, partstat="ACCEPTED", sequence=1, more=[instance(TALK)])
    event = moved.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    scene.books(whole.replace("END:VCALENDAR", f"BEGIN:VEVENT{event}END:VEVENT\r\nEND:VCALENDAR"))
    assert until(scene.morning()) == "2026-03-13"


def test_an_instance_that_is_cancelled_by_mail_leaves_the_others(scene: Scene) -> None:
    """E5.75"""
    series(scene)
    off = calendar(TALK, method="CANCEL", organizer=INES_AT, sequence=1, more=[instance(TALK)])
    scene.receives_calendar(off, subject="Cancelled: Talk about the paper")
    view = scene.morning()
    assert (first(view), until(view)) == (Standing.ADVANCING, "2026-03-19")


def test_an_instance_that_is_moved_by_mail_leaves_the_others(scene: Scene) -> None:
    """E5.75"""
    series(scene)
    moved = calendar(in_march(17, 15), method="REQUEST", organizer=INES_AT, sequence=1, more=[instance(TALK)])
    scene.receives_calendar(moved, subject="Updated: Talk about the paper")
    assert until(scene.morning()) == "2026-03-17"


def test_all_that_follow_are_cancelled_by_mail_and_the_earlier_ones_stay(scene: Scene) -> None:
    """E5.75"""
    series(scene)
    rest = instance(NEXT).replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE")
    off = calendar(NEXT, method="CANCEL", organizer=INES_AT, sequence=1, more=[rest])
    scene.receives_calendar(off, subject="Cancelled: Talk about the paper")
    assert until(scene.morning()) == "2026-03-12"
    assert first(scene.morning_of(2026, 3, 13)) is not Standing.ADVANCING


def test_an_answer_to_one_instance_makes_that_one_firm(scene: Scene) -> None:
    """E5.75"""
    scene.books(calendar(TALK, more=[WEEKLY]))
    answer = calendar(NEXT, method="REPLY", partstat="ACCEPTED", more=[instance(NEXT)])
    scene.receives_calendar(answer, subject="Accepted: Talk about the paper")
    view = scene.morning()
    assert (firm(view), until(view)) == ((Standing.ADVANCING, True), "2026-03-19")
