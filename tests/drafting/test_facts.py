"""Every fact in a draft is known from a message, a meeting, the deal or the process, and says from which."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from assistant.domain.deal import Contact, Evidence, Side, Source, Spoken
from assistant.domain.plan import Milestone, Plan
from assistant.domain.reading import Commitment, DateRole, Days, Intent, MoveKind, NextStep, SaidDate
from assistant.drafting import facts
from assistant.engine.timeline import Move

from .desk import (
    ADA,
    BERLIN,
    JONAS,
    KICK_OFF,
    MARA,
    PRIYA,
    REVIEW,
    SIGN_OFF,
    TODAY,
    TOM,
    TWO_SLOTS,
    US,
    asks_about_sso,
    deal,
    meeting_held,
    message,
    move,
    planned_step,
    promise,
    reading,
    sent_notes,
    span,
    their_mail,
    timeline,
    with_offer,
)


def test_the_topic_is_theirs_and_says_where_it_was_written() -> None:
    fact = facts.topic(asks_about_sso("your single sign-on"))
    assert fact is not None
    assert fact.value == "our single sign-on"
    assert (fact.evidence.source, fact.evidence.ref) == (Source.MESSAGE, "m1@northmill.example")


def test_the_answered_mail_goes_before_a_later_one() -> None:
    asked = asks_about_sso()
    later = their_mail(Intent.THANKS_ONLY, "Thanks!", topic="the notes")
    assert facts.their_move(asked, timeline(asked, sent_notes(), later)) is asked


def test_a_recent_mail_with_a_topic_goes_before_the_latest_without() -> None:
    asked, thanks = asks_about_sso(), their_mail(Intent.THANKS_ONLY, "Thanks!")
    assert facts.their_move(None, timeline(asked, sent_notes(), thanks)) is asked


def test_what_we_sent_is_a_thing() -> None:
    ours = sent_notes("setup notes")
    fact = facts.sent(ours, timeline(ours))
    assert fact is not None
    assert fact.value == "the setup notes"


def test_an_answer_in_words_is_nothing_that_they_have() -> None:
    ours = sent_notes()
    assert ours.reading is not None
    answered = replace(ours, reading=replace(ours.reading, kind=MoveKind.ANSWERED_QUESTION))
    assert facts.sent(answered, timeline(answered)) is None


def test_a_colleague_who_sent_it_is_named() -> None:
    mail = message("m2@tallwood.example", date(2026, 11, 13), JONAS, [PRIYA])
    ours = move(mail, reading(Side.US, kind=MoveKind.SENT_INFO, topic="the notes"))
    assert facts.sender(ours, timeline(ours), US) == "Jonas"


def test_the_rep_who_sent_it_is_not() -> None:
    assert facts.sender(sent_notes(), timeline(sent_notes()), US) is None


@pytest.mark.parametrize(
    ("text", "requested"),
    [("Could you send us the security paper?", True), ("Does it work with our single sign-on?", False)],
)
def test_asking_for_a_thing_is_not_asking_about_it(text: str, requested: bool) -> None:
    assert facts.requested(their_mail(Intent.QUESTION, text, asks=(span(text),))) is requested


def test_few_short_questions_are_repeated() -> None:
    asked = their_mail(Intent.QUESTION, "", asks=(span("Who hosts it?"), span("Where is  it hosted?")))
    assert facts.asks(asked) == ("Who hosts it?", "Where is it hosted?")


def test_many_words_are_not_repeated() -> None:
    asked = their_mail(Intent.QUESTION, "", asks=(span("Could you " + "really " * 30 + "explain it?"),))
    assert facts.asks(asked) == ()


def test_a_decision_date_has_the_customers_evidence() -> None:
    fact = facts.decision(deal(), TODAY)
    assert fact is not None
    assert fact.value == "10 December"
    assert fact.evidence.ref == "m1@northmill.example"


def test_a_decision_date_that_went_by_is_not_spoken_of() -> None:
    assert facts.decision(deal(date(2026, 11, 20)), TODAY) is None


def test_what_a_step_is_good_for_is_not_said_twice() -> None:
    twice = replace(REVIEW, step="a session on its own data", purpose="your team sees it on its own data")
    assert facts.so_that(Milestone(twice, TODAY, 1)) is None


def test_a_step_is_followed_by_what_it_is_good_for() -> None:
    assert facts.so_that(Milestone(REVIEW, TODAY, 1)) == "their points come up in good time"


def test_the_person_in_the_right_role_is_named() -> None:
    fact = facts.owner(Milestone(REVIEW, TODAY, 1), deal(), timeline(), (PRIYA,))
    assert fact is not None
    assert fact.value == "Tom"


def test_who_is_addressed_already_is_not_named_beside() -> None:
    assert facts.owner(Milestone(REVIEW, TODAY, 1), deal(), timeline(), (PRIYA, TOM)) is None


def test_who_has_left_is_not_named() -> None:
    gone = replace(deal(), contacts=(Contact(TOM, "IT security", active=False),))
    assert facts.owner(Milestone(REVIEW, TODAY, 1), gone, timeline(), (PRIYA,)) is None


def test_the_later_milestones_come_after_the_times_offered() -> None:
    first, later = Milestone(SIGN_OFF, date(2026, 11, 26), 1), Milestone(KICK_OFF, date(2026, 12, 8), 1)
    plan = Plan(date(2026, 12, 10), (first, later, Milestone(REVIEW, date(2026, 11, 27), 1)))
    assert [f.value for f in facts.ahead(plan, first, TWO_SLOTS, TODAY, deal())] == ["the kick-off on 8 December"]


@pytest.mark.parametrize(
    ("what", "thing"),
    [
        ("I'll send you the data-processing agreement tomorrow.", "the data-processing agreement"),
        ("We will share two samples by Friday, as agreed.", "the two samples"),
        ("You'll have the revised offer on Monday.", "the revised offer"),
        ("Jonas will prepare your test access and I set it up.", "your test access"),
        ("I'll get back to you on Monday.", None),
        ("I'll check with our lawyers.", None),
    ],
)
def test_what_we_promised_is_a_thing(what: str, thing: str | None) -> None:
    ours = promise()
    assert ours.reading is not None
    said = Commitment(Side.US, what, None, span(what))
    fact = facts.promised(replace(ours, reading=replace(ours.reading, commitments=(said,))))
    assert (fact.value if fact else None) == thing


def test_the_promise_that_is_due_first_is_delivered_first() -> None:
    ours = promise()
    assert ours.reading is not None
    later = Commitment(Side.US, "I'll send the offer.", Days.of(date(2026, 12, 1)), span("I'll send the offer."))
    both = replace(ours, reading=replace(ours.reading, commitments=(later, *ours.reading.commitments)))
    fact = facts.promised(both)
    assert fact is not None
    assert fact.value == "the data-processing agreement"


def test_a_lapsed_step_is_called_what_the_mail_called_it() -> None:
    fact = facts.planned(planned_step())
    assert fact is not None
    assert fact.value == "our walk-through"


def test_a_lapsed_meeting_is_our_meeting() -> None:
    event = meeting_held()
    fact = facts.planned(Move(Side.US, event.end, MARA, event=event))
    assert fact is not None
    assert (fact.value, fact.evidence.source) == ("our meeting", Source.EVENT)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("Does a 30-minute call on Tuesday at 10:00 suit you?", "our call"),
        ("See you at the security review on Tuesday.", "our review"),
        ("Your team tries it until Tuesday.", None),
    ],
)
def test_a_lapsed_step_is_named_only_where_it_is_a_meeting(what: str, words: str | None) -> None:
    ours = planned_step()
    assert ours.reading is not None
    step = NextStep(what, "both", Days.of(TODAY), span(what))
    fact = facts.planned(replace(ours, reading=replace(ours.reading, next_step=step)))
    assert (fact.value if fact else None) == words


def test_a_talk_that_the_rep_told_of_is_a_talk() -> None:
    at = datetime(2026, 11, 23, 15, tzinfo=BERLIN)
    spoke = Move(Side.US, at, MARA, spoken=Spoken("northmill-planner", at, "We spoke about terms."))
    fact = facts.met(timeline(spoke), TODAY, None)
    assert fact is not None
    assert (fact.value, fact.evidence.source) == ("Monday, 23 November", Source.REP)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (Days.of(date(2027, 3, 3)), "on 3 March"),
        (Days(date(2027, 3, 1), date(2027, 4, 1)), "in March"),
        (Days(date(2027, 3, 1), date(2027, 3, 8)), "around 1 March"),
    ],
)
def test_the_time_to_come_back_is_said_as_closely_as_they_said_it(days: Days, words: str) -> None:
    said = SaidDate(days, DateRole.RESUME, Side.THEM, span("Come back then."))
    later = their_mail(Intent.NOT_NOW, "Come back then.", resume_on=said)
    fact = facts.resume(deal(), timeline(later), date(2027, 3, 1))
    assert fact is not None
    assert fact.value == words


def test_the_deals_own_day_to_come_back_serves_without_a_mail() -> None:
    fact = facts.resume(replace(deal(), resume_on=date(2026, 11, 24)), timeline(), TODAY)
    assert fact is not None
    assert (fact.value, fact.evidence) == (
        "around 24 November",
        Evidence(Source.DEAL, "northmill-planner", rule="resume_on", on=TODAY),
    )


def test_their_own_days_are_known_to_the_guard() -> None:
    said = SaidDate(Days.of(date(2026, 12, 3)), DateRole.OTHER, Side.THEM, span("The audit is on 3 December."))
    known = facts.own_dates(deal(), timeline(their_mail(Intent.QUESTION, "", dates=(said,))))
    assert known == {date(2026, 12, 10), date(2026, 12, 3)}


def test_a_day_that_we_named_is_not_theirs() -> None:
    assert date(2026, 11, 17) not in facts.own_dates(deal(), timeline(planned_step()))


def test_an_economic_buyer_is_found_by_the_role() -> None:
    fact = facts.owner(Milestone(SIGN_OFF, TODAY, 1), deal(), timeline(), (PRIYA,))
    assert fact is not None
    assert fact.value == ADA.name.split()[0] if ADA.name else False


def test_what_the_rep_offered_is_kept_for_the_draft() -> None:
    fact = facts.offered(None, timeline(asks_about_sso(), with_offer(sent_notes())), US)
    assert fact is not None
    assert fact.value == "walk your team through the import"
    assert "whenever it suits" in (fact.evidence.sentence or "")


def test_what_a_colleague_offered_is_not_the_reps() -> None:
    sent = with_offer(sent_notes())
    assert facts.offered(None, timeline(asks_about_sso(), replace(sent, who=JONAS)), US) is None
