"""E1.14 to E1.19: calendar mail moves meetings and no deals; newsletters, portals and bills are nobody's reply."""

import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemState, Purpose
from assistant.workflows.dealbook import discover
from tests.edges.scene import AN_HOUR, INES_AT, LENA, Scene, calendar, first, in_march, moves, until
from tests.workflows.world import NOW

TALK = in_march(12, 10)
LATER = in_march(20, 10)
ASKS = "Hi Noor,\n\nCould you send us the prices?\n\nInes\n"


def answers(scene: Scene, partstat: str) -> None:
    """Our invitation lies in the calendar, and she answers it by mail."""
    scene.books(calendar(TALK))
    subject = f"{partstat.capitalize()}: Talk about the paper"
    scene.receives_calendar(calendar(TALK, method="REPLY", partstat=partstat), subject=subject)


def test_an_acceptance_makes_the_meeting_firm(scene: Scene) -> None:
    """E1.14"""
    answers(scene, "ACCEPTED")
    found = scene.morning().standings.first
    assert found is not None
    assert (found.standing, found.certain) == (Standing.ADVANCING, True)


def test_a_maybe_leaves_the_meeting_weak(scene: Scene) -> None:
    """E1.14"""
    answers(scene, "TENTATIVE")
    found = scene.morning().standings.first
    assert found is not None
    assert (found.standing, found.certain) == (Standing.ADVANCING, False)


def test_a_decline_is_a_meeting_to_set_anew(scene: Scene) -> None:
    """E1.14"""
    answers(scene, "DECLINED")
    assert first(scene.morning()) is Standing.LAPSED
    assert scene.purposes == [Purpose.RESET]


def test_another_time_that_they_propose_leaves_the_meeting_weak(scene: Scene) -> None:
    """E1.14"""
    scene.books(calendar(TALK))
    counter = calendar(LATER, method="COUNTER", partstat="TENTATIVE")
    scene.receives_calendar(counter, subject="New time proposed: Talk about the paper")
    found = scene.morning().standings.first
    assert found is not None
    assert (found.standing, found.certain) == (Standing.ADVANCING, False)


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_to_an_invitation_is_no_reply(scene: Scene, partstat: str) -> None:
    """E1.14"""
    before = moves(scene.morning())
    answers(scene, partstat)
    assert moves(scene.morning(AN_HOUR)) == before


def test_an_invitation_of_theirs_is_the_next_step_at_once(scene: Scene) -> None:
    """E1.15"""
    scene.morning()
    (draft,) = scene.drafts
    theirs = calendar(TALK, method="REQUEST", organizer=INES_AT, uid="theirs@harbour.example")
    scene.receives_calendar(theirs, subject="Invitation: Talk about the paper")
    assert first(scene.morning()) is Standing.ADVANCING
    assert scene.world.item(draft.id).state is ItemState.WITHDRAWN
    assert scene.queue == []


def theirs(scene: Scene) -> None:
    """A talk that she called lies in the calendar."""
    scene.books(calendar(TALK, organizer=INES_AT, partstat="ACCEPTED"))
    assert first(scene.morning()) is Standing.ADVANCING


def test_a_meeting_that_they_cancel_in_the_calendar_is_lost_the_same_day(scene: Scene) -> None:
    """E1.16"""
    theirs(scene)
    scene.books(calendar(TALK, organizer=INES_AT, sequence=1, more=["STATUS:CANCELLED"]))
    assert first(scene.morning(AN_HOUR)) is Standing.LAPSED
    assert scene.purposes == [Purpose.RESET]


def test_a_meeting_that_they_cancel_by_mail_is_lost_though_the_calendar_keeps_it(scene: Scene) -> None:
    """E1.16"""
    theirs(scene)
    cancelled = calendar(TALK, method="CANCEL", organizer=INES_AT, sequence=1)
    scene.receives_calendar(cancelled, subject="Cancelled: Talk about the paper")
    assert first(scene.morning(AN_HOUR)) is Standing.LAPSED
    assert scene.purposes == [Purpose.RESET]


def test_a_meeting_that_they_move_by_mail_is_ahead_at_its_new_time(scene: Scene) -> None:
    """E1.16"""
    theirs(scene)
    moved = calendar(LATER, method="REQUEST", organizer=INES_AT, sequence=1)
    scene.receives_calendar(moved, subject="Updated invitation: Talk about the paper")
    view = scene.morning_of(2026, 3, 13)
    assert (first(view), until(view)) == (Standing.ADVANCING, "2026-03-20")
    assert scene.queue == []


def test_an_old_cancellation_does_not_touch_what_was_booked_since(scene: Scene) -> None:
    """E1.16"""
    cancelled = calendar(TALK, method="CANCEL", organizer=INES_AT, sequence=1)
    scene.receives_calendar(cancelled, subject="Cancelled: Talk about the paper")
    scene.books(calendar(LATER, organizer=INES_AT, partstat="ACCEPTED", sequence=2))
    assert until(scene.morning()) == "2026-03-20"


def test_a_stranger_cannot_cancel_a_meeting_by_mail(scene: Scene) -> None:
    """E1.16"""
    theirs(scene)
    cancelled = calendar(TALK, method="CANCEL", organizer=INES_AT, sequence=9)
    scene.receives_calendar(cancelled, subject="Cancelled: Talk about the paper", sender="eve@elsewhere.example")
    assert first(scene.morning(AN_HOUR)) is Standing.ADVANCING


def test_a_meeting_that_they_call_off_in_words_is_taken_up_the_same_day(scene: Scene) -> None:
    """E1.16"""
    theirs(scene)
    scene.receives("Hi Noor,\n\nI have to cancel our meeting on 12 March. Could we move it to 17 March?\n\nInes\n")
    assert first(scene.morning(AN_HOUR)) is Standing.OWES_REPLY
    assert len(scene.queue) == 1


@pytest.mark.parametrize(
    "headers",
    [
        [("List-Unsubscribe", "<mailto:leave@harbour.example>"), ("Precedence", "bulk")],
        [("List-Id", "<events.harbour.example>")],
        [("Auto-Submitted", "auto-generated")],
    ],
)
def test_a_newsletter_from_the_customers_domain_is_ignored(scene: Scene, headers: list[tuple[str, str]]) -> None:
    """E1.17"""
    before = moves(scene.morning())
    scene.receives(
        "Join our webinar on 12 March. Register now.\n",
        sender="Harbour News <news@harbour.example>",
        subject="Webinar: the quay of tomorrow",
        reply_to=None,
        headers=headers,
    )
    view = scene.morning(AN_HOUR)
    assert moves(view) == before
    assert first(view) is Standing.PASSIVE


def test_a_list_mail_that_a_colleague_of_theirs_wrote_is_ignored(scene: Scene) -> None:
    """E1.17"""
    scene.receives(
        "Dear all,\n\nWho has a spare crane?\n\nLena\n",
        sender=LENA,
        to="cranes@lists.example",
        subject="[cranes] Spare crane",
        reply_to=None,
        headers=[("List-Id", "<cranes.lists.example>"), ("Precedence", "list")],
    )
    assert first(scene.morning()) is Standing.PASSIVE


def test_newsletters_make_no_deal_of_a_company(scene: Scene) -> None:
    """E1.17"""
    for week in range(6):
        scene.receives(
            "Our offers of the week.\n",
            sender="Quay News <news@quayside.example>",
            subject=f"Offers of week {week}",
            at=NOW.replace(month=2, day=1 + week),
            reply_to=None,
            headers=[("List-Unsubscribe", "<mailto:leave@quayside.example>")],
        )
    scene.morning()
    with scene.world.store.read() as tx:
        assert discover(tx, scene.world.config, scene.world.now) == []


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("DocuSign <dse_na3@docusign.net>", "Completed: Order form", "All parties have completed Order form."),
        ("Harbour Portal <no-reply@harbour.example>", "Order 4711", "Order 4711 has been created."),
        ("Ines Okafor (Jira) <noreply@harbour.atlassian.example>", "[JIRA] QUAY-12", "Ines commented on QUAY-12."),
        ("Ariba <ordersender-prod@ansmtp.ariba.example>", "Your task", "A task was assigned to you."),
    ],
)
def test_a_robot_of_a_portal_is_no_person(scene: Scene, sender: str, subject: str, text: str) -> None:
    """E1.18"""
    before = moves(scene.morning())
    scene.receives(f"{text}\n", sender=sender, subject=subject, headers=[("Auto-Submitted", "auto-generated")])
    view = scene.morning(AN_HOUR)
    assert moves(view) == before
    assert view.standings.questions == ()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Invoice 2026-114", "Your invoice 2026-114 is attached."),
        ("Receipt for your payment", "We have received your payment."),
        ("Your order has been shipped", "Your parcel will be delivered tomorrow."),
    ],
)
def test_bills_and_parcels_are_ignored(scene: Scene, subject: str, text: str) -> None:
    """E1.19"""
    before = moves(scene.morning())
    scene.receives(
        f"Dear customer,\n\n{text} Please do not reply to this message.\n",
        sender="Harbour Shop <no-reply@harbour.example>",
        subject=subject,
        reply_to=None,
    )
    view = scene.morning(AN_HOUR)
    assert moves(view) == before
    assert first(view) is Standing.PASSIVE
