"""E1.1 to E1.13: absences, departures, bounces and receipts are no replies, and the queue says what they mean."""

from email.message import EmailMessage

import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.reading import AutomaticKind
from tests.edges.scene import INES_AT, LENA, Scene, first, in_march, mailed, moves, until
from tests.workflows.world import INES, NOW, REP, days, known

AWAY = "Automatic reply: Harbour planning"
NAMED = "I am out of the office until 16 March 2026.\n\nInes\n"
AUTO = (("Auto-Submitted", "auto-replied"),)
DAEMON = "Mail Delivery System <mailer-daemon@relay.example>"


def test_an_absence_keeps_the_deal_quiet_until_the_day_after_the_return(scene: Scene) -> None:
    """E1.1"""
    scene.receives(NAMED, subject=AWAY, headers=AUTO)
    view = scene.morning()
    assert (first(view), until(view)) == (Standing.AWAY, "2026-03-17")
    assert scene.queue == []


def test_an_absence_is_told_with_its_last_day(scene: Scene) -> None:
    """E1.1"""
    scene.receives(NAMED, subject=AWAY, headers=AUTO)
    assert "not before 17 March 2026" in scene.morning().move.title


def test_an_absence_takes_down_the_draft_that_waited(scene: Scene) -> None:
    """E1.1"""
    scene.morning()
    (draft,) = scene.drafts
    scene.receives(NAMED, subject=AWAY, headers=AUTO)
    scene.morning()
    assert scene.world.item(draft.id).state is ItemState.WITHDRAWN


def test_after_the_return_the_deal_is_taken_up_again(scene: Scene) -> None:
    """E1.1"""
    scene.receives(NAMED, subject=AWAY, headers=AUTO)
    scene.morning_of(2026, 3, 16)
    assert scene.drafts == []
    scene.morning_of(2026, 3, 17)
    assert len(scene.drafts) == 1


def test_a_day_of_return_counts_from_the_day_of_the_notice(scene: Scene) -> None:
    """E1.1: "on Monday" in a notice of last Friday was the day before yesterday."""
    scene.receives("I am out of the office and back on Monday.\n", subject=AWAY, headers=AUTO, at=NOW - days(5))
    assert first(scene.morning()) is Standing.PASSIVE


@pytest.mark.parametrize("day", ["16 February 2026", "20 December 2026"])
def test_a_day_of_return_that_cannot_be_is_left_out(scene: Scene, day: str) -> None:
    """E1.1"""
    scene.receives(f"I am out of the office until {day}.\n", subject=AWAY, headers=AUTO)
    assert until(scene.morning()) == "2026-03-11"


def test_an_absence_without_a_day_lasts_a_week_and_is_told_as_an_assumption(scene: Scene) -> None:
    """E1.2"""
    scene.receives("I am out of the office at the moment.\n", subject=AWAY, headers=AUTO)
    view = scene.morning()
    assert (first(view), until(view)) == (Standing.AWAY, "2026-03-11")
    assert "seem to be away" in view.move.title


STAND_IN = "I am out of the office until 16 March 2026. Please contact ben@harbour.example in urgent cases.\n\nInes\n"


def test_a_stand_in_is_shown_beside_the_absence(scene: Scene) -> None:
    """E1.3"""
    scene.receives(STAND_IN, subject=AWAY, headers=AUTO)
    scene.morning()
    assert "ben@harbour.example" in str(scene.page()["standings"])


def test_a_stand_in_is_never_written_to_unasked(scene: Scene) -> None:
    """E1.3"""
    scene.receives(STAND_IN, subject=AWAY, headers=AUTO)
    scene.morning_of(2026, 3, 18)
    (draft,) = scene.drafts
    assert mailed(draft) == {INES_AT}


LEFT = "I have left the company. Please contact Lena Petersen, lena@harbour.example.\n"


def test_whom_a_departed_contact_names_is_shown_beside_the_notice(scene: Scene) -> None:
    """E1.4"""
    scene.receives(LEFT, subject=AWAY, headers=AUTO)
    scene.morning()
    assert "lena@harbour.example" in str(scene.page()["standings"])


def test_the_only_contact_has_left_and_the_rep_is_told(scene: Scene) -> None:
    """E1.4"""
    scene.morning()
    (draft,) = scene.drafts
    scene.receives(LEFT, subject=AWAY, headers=AUTO)
    view = scene.morning()
    assert first(view) is Standing.UNREACHABLE
    assert scene.world.item(draft.id).state is ItemState.WITHDRAWN
    assert [item.kind for item in scene.queue] == [ItemKind.NOTICE]


def test_nobody_writes_to_a_contact_who_has_left_where_another_is_there(scene: Scene) -> None:
    """E1.4"""
    known(scene.world, "harbour", LENA)
    scene.sends("Hi both,\n\nHere is the price list.\n\nBest,\nNoor\n", to=f"{INES}, {LENA}", at=NOW - days(7))
    scene.receives(LEFT, subject=AWAY, headers=AUTO)
    scene.morning()
    (draft,) = scene.drafts
    assert mailed(draft) == {"lena@harbour.example"}


def test_the_one_on_parental_leave_is_not_written_to_until_they_write_again(scene: Scene) -> None:
    """E1.5"""
    scene.receives("I am on parental leave until 1 December 2026.\n", subject=AWAY, headers=AUTO)
    assert first(scene.morning()) is Standing.UNREACHABLE
    assert scene.drafts == []
    scene.receives("Hi Noor,\n\nI am back earlier. Could you send me the prices?\n\nInes\n", at=in_march(20, 7))
    assert first(scene.morning_of(2026, 3, 20)) is Standing.OWES_REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Abwesenheitsnotiz: Harbour planning", "Ich bin bis zum 16. März 2026 nicht im Büro."),
        ("Réponse automatique : Harbour planning", "Je suis absente jusqu'au 16 mars 2026."),
        ("Respuesta automática: Harbour planning", "Estoy fuera de la oficina hasta el 16 de marzo de 2026."),
        ("自動返信: Harbour planning", "2026年3月16日まで不在にしております。"),
    ],
)
def test_an_absence_in_another_language_without_headers_is_one(scene: Scene, subject: str, text: str) -> None:
    """E1.6"""
    scene.receives(f"{text}\n\nInes\n", subject=subject)
    assert first(scene.morning()) is Standing.AWAY
    assert scene.queue == []


def test_what_may_be_an_absence_in_an_unknown_language_is_asked_or_waited_for(scene: Scene) -> None:
    """E1.6"""
    scene.receives(
        "Hei Noor,\n\nOlen lomalla maaliskuun puoliväliin asti ja palaan asiaan sen jälkeen. Kiireellisissä asioissa "
        "voit kirjoittaa kollegalleni.\n\nYstävällisin terveisin\nInes\n"
    )
    view = scene.morning()
    assert scene.drafts == []
    assert scene.questions or first(view) is Standing.AWAY


@pytest.mark.parametrize("header", [("X-Auto-Response-Suppress", "All"), ("Auto-Submitted", "auto-forwarded")])
def test_a_header_that_a_persons_mail_may_carry_leaves_it_a_reply(scene: Scene, header: tuple[str, str]) -> None:
    """E1.7"""
    scene.receives("Hi Noor,\n\nCould you send us the prices?\n\nInes\n", headers=[header])
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_generated_mail_is_a_machines(scene: Scene) -> None:
    """E1.7"""
    scene.receives(
        "Your ticket 4711 was updated.\n", subject="Ticket 4711", headers=[("Auto-Submitted", "auto-generated")]
    )
    assert first(scene.morning()) is Standing.PASSIVE


def test_an_absence_through_a_mail_server_is_no_bounce(scene: Scene) -> None:
    """E1.7: Microsoft 365 sends it with an envelope of its own."""
    envelope = ("Return-Path", "<postmaster@harbour.example.outbound.protection.outlook.com>")
    scene.receives(NAMED, subject=AWAY, headers=[*AUTO, envelope])
    assert first(scene.morning()) is Standing.AWAY


def report(
    of: str, *, failed: str = INES_AT, action: str = "failed", status: str = "5.1.1", sent_at: int = 3, to: str = REP
) -> bytes:
    """A delivery report (RFC 3464) in a thread of its own, marked as an answer of a machine."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = DAEMON, to, "Undeliverable: your message"
    mail["Date"] = in_march(sent_at, 22)
    mail["Message-ID"] = f"<report{status}{failed}>"
    mail["Auto-Submitted"] = "auto-replied"
    lines = [
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relay.example",
        "",
        f"Final-Recipient: rfc822; {failed}",
        f"Action: {action}",
        f"Status: {status}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{of}>",
        f"From: {REP}",
        "Subject: Re: Harbour planning",
        "--b--",
        "",
    ]
    return mail.as_bytes().rstrip() + b"\n" + "\n".join(lines).encode()


def test_a_report_that_is_marked_as_a_reply_is_a_bounce(scene: Scene) -> None:
    """E1.7"""
    scene.lands(report(scene.last))
    view = scene.morning()
    assert [m.automatic.kind for m in view.timeline.automatic if m.automatic] == [AutomaticKind.BOUNCE]


def test_a_hard_bounce_is_put_before_the_rep_and_no_draft_is_made(scene: Scene) -> None:
    """E1.8"""
    scene.lands(report(scene.last))
    assert first(scene.morning()) is Standing.UNREACHABLE
    assert [item.kind for item in scene.queue] == [ItemKind.NOTICE]


def test_what_bounced_was_never_said(scene: Scene) -> None:
    """E1.8"""
    scene.lands(report(scene.last))
    assert scene.last not in moves(scene.morning())


def test_the_header_of_a_bounce_names_the_address_where_no_report_does(scene: Scene) -> None:
    """E1.8"""
    scene.receives(
        "The following message was not delivered.\n",
        sender=DAEMON,
        subject="Delivery Status Notification (Failure)",
        headers=[("X-Failed-Recipients", INES_AT)],
    )
    assert first(scene.morning()) is Standing.UNREACHABLE


def test_a_delayed_mail_is_waited_for(scene: Scene) -> None:
    """E1.9"""
    sent = scene.sends(
        "Hi Ines,\n\nLet us meet on Tuesday, 10 March 2026 at 10:00 to walk through the paper.\n\nBest,\nNoor\n",
        at=in_march(3, 15),
    )
    scene.lands(report(sent, action="delayed", status="4.4.1"))
    assert first(scene.morning()) is Standing.ADVANCING
    assert scene.queue == []


def test_a_bounce_with_another_subject_and_no_references_finds_its_mail(scene: Scene) -> None:
    """E1.10"""
    other = scene.sends("Hi Ines,\n\nHere is the price list.\n", subject="Prices", reply_to=None, at=in_march(2, 9))
    scene.lands(report(other))
    ids = moves(scene.morning())
    assert other not in ids
    assert scene.last in ids


def test_a_bounce_of_an_address_behind_theirs_finds_its_mail(scene: Scene) -> None:
    """E1.10"""
    scene.lands(report(scene.last, failed="i.okafor@mail.harbour.example"))
    view = scene.morning()
    assert scene.last not in moves(view)
    assert first(view) is Standing.UNREACHABLE


def test_one_of_two_bounced_and_only_that_one_is_left_out(scene: Scene) -> None:
    """E1.11"""
    known(scene.world, "harbour", LENA)
    both = scene.sends("Hi both,\n\nHere is the price list.\n", to=f"{INES}, {LENA}", at=in_march(1, 9))
    scene.lands(report(both))
    view = scene.morning()
    assert both in moves(view)
    assert first(view) is Standing.PASSIVE
    scene.morning(days(7))
    (draft,) = scene.drafts
    assert mailed(draft) == {"lena@harbour.example"}


def test_a_mail_system_that_wants_a_person_is_put_before_the_rep(scene: Scene) -> None:
    """E1.12"""
    scene.receives(
        "Your message was not delivered yet.\nPlease verify that you are a human with the link below.\n",
        subject="Please confirm your message",
        headers=AUTO,
    )
    view = scene.morning()
    assert len(moves(view)) == 2
    assert [item.kind for item in scene.queue] == [ItemKind.QUESTION]


@pytest.mark.parametrize("kind", ["disposition-notification", "delivery-status"])
def test_a_receipt_changes_nothing(scene: Scene, kind: str) -> None:
    """E1.13"""
    scene.morning()
    (draft,) = scene.drafts
    mail = report(scene.last, action="delivered", status="2.0.0").replace(
        b"report-type=delivery-status", b"report-type=" + kind.encode()
    )
    scene.lands(mail)
    view = scene.morning(days(1) / 24)
    assert first(view) is Standing.PASSIVE
    assert [item.id for item in scene.drafts] == [draft.id]
