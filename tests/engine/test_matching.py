from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.domain.deal import Contact, Deal, Stage
from assistant.domain.mail import Address
from assistant.domain.thread import ThreadFacts
from assistant.engine.matching import Match, match, match_event
from tests.engine.dossier import ANNA, BOB, FREDA, JONAS, MARA, PARTNER, US, deal, meeting

NORTHGATE = deal()
SECOND = replace(deal(contacts=[BOB]), id="northgate-labels", name="Northgate label printing")
FIRST = replace(NORTHGATE, name="Northgate warehouse planning")
ELSEWHERE = replace(deal(contacts=[PARTNER], domains=("helpful-consulting.example",)), id="helpful", company="Helpful")


def matched(
    people: Sequence[Address],
    *deals: Deal,
    choices: Mapping[str, str | None] | None = None,
    subjects: Sequence[str] = (),
    ids: Sequence[str] = ("m1@x",),
) -> Match:
    facts = ThreadFacts("t1", frozenset(ids), frozenset((MARA, *people)), tuple(subjects))
    return match(facts, deals, choices or {}, US)


def test_a_contact_on_the_thread_decides() -> None:
    assert matched([ANNA], ELSEWHERE, NORTHGATE).deal_id == "northgate"


def test_why_names_the_contact() -> None:
    assert matched([ANNA], NORTHGATE).why == "Anna Berg is a contact of this deal."


def test_a_colleague_of_a_contact_matches_by_domain() -> None:
    assert matched([Address("new@northgate.example")], NORTHGATE).deal_id == "northgate"


def test_a_subdomain_is_the_company() -> None:
    assert matched([Address("new@mail.northgate.example")], NORTHGATE).deal_id == "northgate"


def test_a_domain_that_only_ends_alike_is_another_company() -> None:
    assert matched([Address("new@greatnorthgate.example")], NORTHGATE).deal_id is None


def test_a_freemail_domain_never_matches_even_where_it_was_entered() -> None:
    private = deal(contacts=[FREDA], domains=("gmail.com",))
    assert matched([Address("another.fictional@gmail.com")], private).deal_id is None


def test_a_freemail_contact_matches_by_the_exact_mailbox() -> None:
    private = deal(contacts=[FREDA], domains=())
    assert matched([Address("freda.fictional@gmail.com")], private).deal_id == "northgate"


def test_a_plus_tag_and_dots_at_gmail_are_the_same_mailbox() -> None:
    private = deal(contacts=[FREDA], domains=())
    assert matched([Address("fredafictional+work@googlemail.com")], private).deal_id == "northgate"


def test_mail_among_us_alone_belongs_to_no_deal() -> None:
    assert matched([JONAS], NORTHGATE) == Match(None, "Only we are on it.")


def test_a_stranger_belongs_to_no_deal() -> None:
    assert matched([Address("x@stranger.example")], NORTHGATE) == Match(None, "Nobody on it belongs to a deal.")


def test_two_deals_at_one_company_are_told_apart_by_their_contacts() -> None:
    assert matched([BOB], FIRST, SECOND).deal_id == "northgate-labels"


def test_two_deals_at_one_company_are_told_apart_by_the_subject() -> None:
    found = matched([ANNA, BOB], FIRST, SECOND, subjects=["Re: prices for label printing"])
    assert found.deal_id == "northgate-labels"


def test_a_word_of_the_company_tells_no_deals_apart() -> None:
    assert matched([ANNA, BOB], FIRST, SECOND, subjects=["Northgate visit"]).deal_id is None


def test_what_fits_two_deals_is_asked() -> None:
    assert matched([ANNA, BOB], FIRST, SECOND).candidates == ("northgate", "northgate-labels")


def test_an_open_deal_goes_before_an_ended_one() -> None:
    won = replace(FIRST, contacts=(Contact(BOB),), stage=Stage.WON)
    assert matched([BOB], won, SECOND).deal_id == "northgate-labels"


def test_mail_on_an_ended_deal_still_belongs_to_it() -> None:
    assert matched([ANNA], replace(NORTHGATE, stage=Stage.SAID_NO)).deal_id == "northgate"


def test_the_deal_with_more_of_the_people_goes_before() -> None:
    both = replace(FIRST, contacts=(Contact(ANNA), Contact(BOB)))
    assert matched([ANNA, BOB], SECOND, both).deal_id == "northgate"


def test_a_contact_goes_before_a_domain() -> None:
    by_domain = replace(ELSEWHERE, contacts=())
    assert matched([PARTNER, ANNA], by_domain, NORTHGATE).deal_id == "northgate"


def test_what_the_rep_chose_goes_before_everything() -> None:
    assert matched([ANNA], NORTHGATE, ELSEWHERE, choices={"m1@x": "helpful"}).deal_id == "helpful"


def test_not_a_deal_is_remembered() -> None:
    found = matched([ANNA], NORTHGATE, choices={"m1@x": None})
    assert found == Match(None, "You said that this is not a deal.")


def test_a_choice_about_one_message_holds_for_its_thread() -> None:
    found = matched([ANNA], NORTHGATE, choices={"m1@x": "helpful"}, ids=["m1@x", "m2@x"])
    assert found.deal_id == "helpful"


def test_a_choice_about_another_thread_changes_nothing() -> None:
    assert matched([ANNA], NORTHGATE, choices={"other@x": None}).deal_id == "northgate"


def test_choices_that_differ_within_a_thread_are_asked_again() -> None:
    found = matched([ANNA], NORTHGATE, choices={"m1@x": "a", "m2@x": "b"}, ids=["m1@x", "m2@x"])
    assert found.candidates == ("a", "b")


def test_no_deals_match_nothing() -> None:
    assert matched([ANNA]).deal_id is None


def test_a_meeting_belongs_to_the_deal_of_its_guests() -> None:
    assert match_event(meeting(1), [ELSEWHERE, NORTHGATE], US).deal_id == "northgate"


def test_a_meeting_that_they_organise_belongs_to_their_deal() -> None:
    assert match_event(meeting(1, with_=[], organizer=ANNA), [NORTHGATE], US).deal_id == "northgate"


def test_a_private_event_belongs_to_no_deal() -> None:
    assert match_event(meeting(1, private=True), [NORTHGATE], US).deal_id is None
