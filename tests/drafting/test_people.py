"""Whom a draft goes to: everyone still on the thread, nobody new, nobody gone; and how they are called."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Contact, Deal, Side
from assistant.domain.mail import Address
from assistant.domain.reading import Automatic, AutomaticKind
from assistant.drafting.people import (
    display_name,
    first_name,
    greeted_before,
    greeting_names,
    recipients,
    strangers,
)
from assistant.drafting.voice import Salutation
from assistant.engine.timeline import Move

from .desk import (
    ADA,
    JONAS,
    MARA,
    PRIYA,
    TOM,
    US,
    asks_about_sso,
    deal,
    meeting_held,
    message,
    mirrored,
    move,
    reading,
    sent_notes,
    span,
    timeline,
)


def test_our_last_mail_is_followed_up_to_the_same_people() -> None:
    who = recipients(deal(), timeline(asks_about_sso(), sent_notes()), US)
    assert (who.to, who.cc) == ((PRIYA,), (TOM,))


def test_their_mail_is_answered_to_all() -> None:
    mail = message("m4@northmill.example", date(2026, 11, 20), TOM, [PRIYA, MARA], [ADA, JONAS])
    who = recipients(deal(), timeline(asks_about_sso(), move(mail, reading(Side.THEM))), US)
    assert (who.to, who.cc) == ((TOM,), (PRIYA, ADA, JONAS))


def test_the_rep_is_never_written_to() -> None:
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], [MARA, TOM])
    who = recipients(deal(), timeline(move(mail, reading(Side.THEM))), US)
    assert MARA not in (*who.to, *who.cc)


def test_a_colleague_who_wrote_stays_in_copy() -> None:
    mail = message("m4@tallwood.example", date(2026, 11, 20), JONAS, [PRIYA], [MARA])
    who = recipients(deal(), timeline(move(mail, reading(Side.US))), US)
    assert (who.to, who.cc) == ((PRIYA,), (JONAS,))


def test_a_colleague_who_was_not_on_the_thread_is_not_added() -> None:
    older = message("m3@tallwood.example", date(2026, 11, 2), JONAS, [PRIYA])
    who = recipients(deal(), timeline(move(older, reading(Side.US)), asks_about_sso()), US)
    assert JONAS not in (*who.to, *who.cc)


def test_reply_to_goes_before_the_sender() -> None:
    desk = Address("buying@northmill.example")
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], reply_to=(desk,))
    assert recipients(deal(), timeline(move(mail, reading(Side.THEM))), US).to == (desk,)


@pytest.mark.parametrize("elsewhere", ["priya.raman@northmi11.test", "boss@tallwood.example", "priya.raman@gmail.com"])
def test_a_reply_to_that_leads_away_from_the_customer_is_not_followed(elsewhere: str) -> None:
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], reply_to=(Address(elsewhere),))
    assert recipients(deal(), timeline(move(mail, reading(Side.THEM))), US).to == (PRIYA,)


def test_a_reply_to_at_the_senders_own_company_is_followed() -> None:
    adviser, desk = Address("lee@adviser.test"), Address("team@adviser.test")
    mail = message("m4@adviser.test", date(2026, 11, 20), adviser, [MARA], [PRIYA], reply_to=(desk,))
    assert recipients(deal(), timeline(move(mail, reading(Side.THEM))), US).to == (desk,)


def test_a_reply_to_whom_we_have_written_is_followed() -> None:
    private = Address("priya@freemail.test")
    ours = move(message("m3@tallwood.example", date(2026, 11, 18), MARA, [PRIYA, private]), reading(Side.US))
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], reply_to=(private,))
    assert recipients(deal(), timeline(ours, move(mail, reading(Side.THEM))), US).to == (private,)


def _strangers(*moves: Move, of: Deal | None = None) -> tuple[Address, ...]:
    line = timeline(*moves)
    return strangers(recipients(of or deal(), line, US), of or deal(), line, US)


LOOKALIKE = Address("priya.raman@northmi11.test", "Priya Raman")


def test_who_is_new_on_the_thread_is_a_stranger() -> None:
    mail = message("m4@northmi11.test", date(2026, 11, 20), LOOKALIKE, [MARA], [PRIYA, JONAS])
    assert _strangers(asks_about_sso(), move(mail, reading(Side.THEM))) == (LOOKALIKE,)


def test_who_was_brought_in_by_copy_is_a_stranger() -> None:
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA], [LOOKALIKE, TOM])
    assert _strangers(move(mail, reading(Side.THEM))) == (LOOKALIKE,)


def test_a_contact_of_the_deal_is_no_stranger() -> None:
    mail = message("m4@northmi11.test", date(2026, 11, 20), LOOKALIKE, [MARA], [PRIYA])
    known = replace(deal(), contacts=(*deal().contacts, Contact(LOOKALIKE)))
    assert _strangers(move(mail, reading(Side.THEM)), of=known) == ()


def test_to_whom_we_have_written_is_no_stranger() -> None:
    ours = move(message("m3@tallwood.example", date(2026, 11, 18), MARA, [PRIYA], [LOOKALIKE]), reading(Side.US))
    mail = message("m4@northmi11.test", date(2026, 11, 20), LOOKALIKE, [MARA], [PRIYA])
    assert _strangers(ours, move(mail, reading(Side.THEM))) == ()


def test_on_a_thread_that_the_rep_put_here_nobody_is_a_stranger() -> None:
    mail = message("m4@northmi11.test", date(2026, 11, 20), LOOKALIKE, [MARA])
    assert _strangers(move(mail, reading(Side.THEM))) == ()


def test_the_reply_to_of_a_list_is_not_followed() -> None:
    crew = Address("planners@lists.northmill.example")
    mail = message(
        "m4@northmill.example",
        date(2026, 11, 20),
        PRIYA,
        [MARA],
        reply_to=(crew,),
        headers=(("list-id", "<planners>"),),
    )
    assert recipients(deal(), timeline(move(mail, reading(Side.THEM))), US).to == (PRIYA,)


def test_who_is_inactive_is_left_out() -> None:
    gone = replace(deal(), contacts=(Contact(PRIYA), Contact(TOM, active=False)))
    assert recipients(gone, timeline(asks_about_sso(), sent_notes()), US).cc == ()


@pytest.mark.parametrize(
    "automatic",
    [
        Automatic(AutomaticKind.BOUNCE, span("550 unknown"), failed=("Tom.Okafor@northmill.example",)),
        Automatic(AutomaticKind.LEFT_COMPANY, span("I have left Northmill.")),
    ],
)
def test_who_bounced_or_left_is_left_out(automatic: Automatic) -> None:
    note = mirrored(message("a1@northmill.example", date(2026, 11, 13), TOM, [MARA]), automatic)
    who = recipients(deal(), timeline(asks_about_sso(), sent_notes(), automatic=[note]), US)
    assert (who.to, who.cc) == ((PRIYA,), ())


def test_an_absence_does_not_take_anybody_off_the_thread() -> None:
    away = Automatic(AutomaticKind.OUT_OF_OFFICE, span("Back on Monday."))
    note = mirrored(message("a1@northmill.example", date(2026, 11, 13), TOM, [MARA]), away)
    assert recipients(deal(), timeline(asks_about_sso(), sent_notes(), automatic=[note]), US).cc == (TOM,)


def test_who_has_written_since_the_bounce_is_back() -> None:
    bounce = Automatic(AutomaticKind.BOUNCE, span("mailbox full"), failed=(TOM.email,))
    note = mirrored(message("a1@northmill.example", date(2026, 11, 10), TOM, [MARA]), bounce)
    back = move(message("m4@northmill.example", date(2026, 11, 16), TOM, [MARA], [PRIYA]), reading(Side.THEM))
    assert recipients(deal(), timeline(asks_about_sso(), back, automatic=[note]), US).to == (TOM,)


def test_robots_on_the_thread_get_nothing() -> None:
    robot = Address("noreply@northmill.example")
    mail = message("m4@northmill.example", date(2026, 11, 20), PRIYA, [MARA, robot])
    assert recipients(deal(), timeline(move(mail, reading(Side.THEM))), US).cc == ()


def test_when_the_last_addressee_is_gone_an_earlier_mail_serves() -> None:
    gone = replace(deal(), contacts=(Contact(PRIYA), Contact(TOM, active=False)))
    to_tom = move(message("m4@tallwood.example", date(2026, 11, 18), MARA, [TOM]), reading(Side.US))
    assert recipients(gone, timeline(asks_about_sso(), to_tom), US).to == (PRIYA,)


def test_without_any_mail_the_guests_of_the_last_meeting_are_written_to() -> None:
    who = recipients(deal(), timeline(held=[meeting_held()]), US)
    assert (who.to, who.latest) == ((PRIYA, TOM), None)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Priya Raman", ("Priya", "Raman")),
        ("Raman, Priya", ("Priya", "Raman")),
        ("Dr. Priya Raman", ("Priya", "Raman")),
        ("PRIYA RAMAN", ("Priya", "Raman")),
        ("priya raman", ("Priya", "Raman")),
        ("Priya Raman (Northmill)", ("Priya", "Raman")),
        ("'Priya Raman'", ("Priya", "Raman")),
        ("Aoife O'Brien-Łoś", ("Aoife", "O'Brien-Łoś")),
        ("priya@northmill.example", ()),
        ("Northmill 24 Service", ()),
        (None, ()),
    ],
)
def test_a_display_name_is_read_in_spoken_order(written: str | None, parts: tuple[str, ...]) -> None:
    assert display_name(Address("priya.raman@northmill.example", written)) == parts


def test_people_are_called_as_they_sign() -> None:
    robert = Address("robert.hale@northmill.example", "Robert Hale")
    assert first_name(robert, ["Sounds good.\n\nCheers,\nBob"]) == "Bob"


def test_a_full_signature_gives_its_first_name() -> None:
    assert first_name(Address("p@northmill.example"), ["Fine.\n\nKind regards,\nPriya Raman"]) == "Priya"


def test_somebody_elses_signature_is_not_taken_over() -> None:
    assert first_name(PRIYA, ["Fine.\n\nRegards,\nTom Okafor"]) == "Priya"


def test_a_surname_alone_is_not_a_first_name() -> None:
    assert first_name(PRIYA, ["Fine.\n\nRegards,\nRaman"]) == "Priya"


@pytest.mark.parametrize(
    "address",
    [
        Address("procurement@northmill.example", "Procurement"),
        Address("info@northmill.example", "Northmill Info"),
        Address("p.raman@northmill.example"),
        Address("p.raman@northmill.example", "P. Raman"),
    ],
)
def test_without_a_known_first_name_there_is_none(address: Address) -> None:
    assert first_name(address) is None


@pytest.mark.parametrize(
    ("names", "greeted"),
    [
        (["Priya"], "Priya"),
        (["Priya", "Tom"], "Priya and Tom"),
        (["Priya", "Tom", "Ada"], "Priya, Tom and Ada"),
        (["Priya", "Tom", "Ada", "Uma"], "all"),
        (["Priya", None], "all"),
        ([None], None),
        ([], None),
    ],
)
def test_names_are_greeted_together(names: list[str | None], greeted: str | None) -> None:
    assert greeting_names(names) == greeted


def test_the_reps_own_way_of_greeting_somebody_is_kept() -> None:
    mail = message("m2@tallwood.example", date(2026, 11, 13), MARA, [PRIYA])
    ours = move(mail, reading(Side.US, "Dear Ms Raman,\n\nHere are the notes."))
    assert greeted_before(PRIYA, ("Priya", "Raman"), timeline(ours), US) == Salutation("Dear", "Ms Raman", ",")


def test_a_greeting_to_somebody_else_is_not_reused() -> None:
    mail = message("m2@tallwood.example", date(2026, 11, 13), MARA, [PRIYA, TOM])
    ours = move(mail, reading(Side.US, "Hi Tom,\n\nHere are the notes."))
    assert greeted_before(PRIYA, ("Priya", "Raman"), timeline(ours), US) is None


def test_a_colleagues_greeting_is_not_the_reps() -> None:
    mail = message("m2@tallwood.example", date(2026, 11, 13), JONAS, [PRIYA])
    ours = move(mail, reading(Side.US, "Dear Priya,\n\nHere are the notes."))
    assert greeted_before(PRIYA, ("Priya", "Raman"), timeline(ours), US) is None
