from dataclasses import replace

import pytest

from assistant.domain.deal import Source, Stage, Standing
from assistant.domain.reading import AutomaticKind, Intent, MoveKind
from assistant.engine.endings import WHOSE_NO, story
from assistant.engine.found import Heard, key_about
from assistant.engine.standing import stage_of, standings
from tests.engine.dossier import (
    BOB,
    DAYS,
    NOW,
    US,
    Mail,
    day,
    deal,
    line,
    meeting,
    ours,
    robot,
    span,
    spoke,
    stand,
    theirs,
)

NO = theirs(-3, Intent.NO, text="We have decided against it.")
NOT_NOW = theirs(-3, Intent.NOT_NOW, text="Not this year, please come back in a while.", resume=20)
NO_DAY = theirs(-3, Intent.NOT_NOW, text="Not now.")
EXIT = ours(-2, MoveKind.GRACEFUL_EXIT, "Thank you for telling us.")


def stage(*mail: Mail, of: Stage = Stage.BEFORE_YES) -> Stage:
    purchase = deal(stage=of)
    return stage_of(purchase, line(*mail, of=purchase))


def test_a_no_is_a_no() -> None:
    first = stand(ours(-4), NO).first
    assert first is not None
    assert (first.standing, first.certain) == (Standing.SAID_NO, True)


def test_the_evidence_of_a_no_is_their_sentence() -> None:
    first = stand(NO).first
    assert first is not None
    assert first.evidence[0].sentence == "We have decided against it."


def test_after_a_no_nothing_else_is_open() -> None:
    question = theirs(-5, Intent.QUESTION, asks=True, sender=BOB, thread="t2")
    assert [one.standing for one in stand(question, NO).found] == [Standing.SAID_NO]


def test_after_a_no_no_meeting_ahead_makes_it_advance() -> None:
    assert not stand(NO, events=[meeting(3)]).has(Standing.ADVANCING)


def test_after_a_no_a_bounce_is_still_told() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, failed=[NO[0].message.sender] if NO[0].message.sender else [])
    found = stand(NO, bounce)
    assert [one.standing for one in found.found] == [Standing.SAID_NO, Standing.UNREACHABLE]


@pytest.mark.parametrize("after", [EXIT, theirs(-1, Intent.THANKS_ONLY), theirs(-1, text="All the best.")])
def test_a_no_stays_a_no(after: Mail) -> None:
    assert stand(NO, after).has(Standing.SAID_NO)


def test_a_second_no_is_the_one_that_counts() -> None:
    later = theirs(-1, Intent.NO, text="Really, no.")
    first = stand(NO, later).first
    assert first is not None
    assert first.evidence[0].sentence == "Really, no."


@pytest.mark.parametrize("intent", [Intent.QUESTION, Intent.SCHEDULING, Intent.YES, Intent.OBJECTION])
def test_they_write_again_after_a_no(intent: Intent) -> None:
    first = stand(NO, EXIT, theirs(-1, intent)).first
    assert first is not None
    assert first.standing is Standing.OWES_REPLY


def test_a_meeting_left_in_the_calendar_after_a_no_changes_nothing() -> None:
    assert stand(NO, events=[meeting(-1)]).has(Standing.SAID_NO)


def test_a_talk_with_a_next_step_after_a_no_goes_on() -> None:
    first = stand(NO, spoken=[spoke(-1, next_day=3)]).first
    assert first is not None
    assert first.standing is Standing.ADVANCING


def test_an_ended_deal_stays_ended_when_they_write_again() -> None:
    first = stand(NO, theirs(-1, Intent.QUESTION, asks=True), of=deal(stage=Stage.SAID_NO)).first
    assert first is not None
    assert first.standing is Standing.SAID_NO


def test_that_they_write_again_to_an_ended_deal_is_a_question_to_the_rep() -> None:
    found = stand(NO, theirs(-1, Intent.QUESTION, asks=True), of=deal(stage=Stage.SAID_NO))
    assert [one.text for one in found.questions] == [
        "Anna Berg wrote again after their no. Do you want to reopen the deal?"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I'd say no, but it isn't my decision.",
        "Not for me, though it is not up to me.",
        "Personally, I would pass.",
        "I would leave it. The final say lies with Bob.",
    ],
)
def test_a_no_of_somebody_who_does_not_decide_is_not_final(text: str) -> None:
    first = stand(theirs(-1, Intent.NO, text=text)).first
    assert first is not None
    assert (first.standing, first.certain) == (Standing.SAID_NO, False)


@pytest.mark.parametrize(
    "text",
    [
        "We have decided against it.",
        "Our management decided to stay with what we have.",
        "It is not the right thing for us.",
        "I can't see us doing this.",
    ],
)
def test_a_plain_no_is_final(text: str) -> None:
    first = stand(theirs(-1, Intent.NO, text=text)).first
    assert first is not None
    assert first.certain


def test_a_no_that_is_not_final_asks_the_rep() -> None:
    found = stand(theirs(-1, Intent.NO, text="I'd say no, but it isn't my decision."))
    assert found.questions[0].text == "Anna Berg says no, and that others decide. Is it the customer's no?"


def test_a_not_now_pauses_until_the_day_that_they_named() -> None:
    first = stand(NOT_NOW).first
    assert first is not None
    assert (first.standing, first.until) == (Standing.PAUSED, day(20))


def test_the_evidence_of_a_pause_is_the_sentence_and_the_one_with_the_day() -> None:
    mail, reading = NOT_NOW
    assert reading is not None
    assert reading.resume_on is not None
    day_named = replace(reading.resume_on, evidence=span("Write to me in October."))
    first = stand((mail, replace(reading, resume_on=day_named))).first
    assert first is not None
    assert [one.sentence for one in first.evidence] == [
        "Not this year, please come back in a while.",
        "Write to me in October.",
    ]


def test_a_not_now_without_a_day_pauses_without_an_end() -> None:
    first = stand(NO_DAY).first
    assert first is not None
    assert (first.standing, first.until) == (Standing.PAUSED, None)


def test_the_day_in_the_deal_goes_before_the_one_in_the_mail() -> None:
    first = stand(NOT_NOW, of=deal(stage=Stage.PAUSED, resume_on=30)).first
    assert first is not None
    assert first.until == day(30)


def test_a_pause_lasts_on_its_day_until_we_write() -> None:
    assert stand(theirs(-30, Intent.NOT_NOW, resume=-1)).has(Standing.PAUSED)


def test_a_pause_ends_when_we_write_on_its_day() -> None:
    found = stand(theirs(-30, Intent.NOT_NOW, resume=-1), ours(-1, MoveKind.MEETING_PROPOSED, step=3))
    assert [one.standing for one in found.found] == [Standing.ADVANCING]


def test_a_pause_of_the_ledger_ends_when_we_write_on_its_day() -> None:
    paused = deal(stage=Stage.PAUSED, resume_on=-1, decision=40)
    assert not stand(ours(-1, MoveKind.MEETING_PROPOSED, step=3), of=paused).has(Standing.PAUSED)


def test_a_pause_is_not_ended_by_a_thank_you_of_ours_before_its_day() -> None:
    assert stand(NOT_NOW, ours(-2, MoveKind.THANKS)).has(Standing.PAUSED)


def test_they_end_a_pause_when_they_ask() -> None:
    first = stand(NOT_NOW, theirs(-1, Intent.QUESTION, asks=True)).first
    assert first is not None
    assert first.standing is Standing.OWES_REPLY


def test_a_stage_without_mail_is_told_by_the_deal() -> None:
    first = stand(of=deal(stage=Stage.SAID_NO)).first
    assert first is not None
    assert first.evidence[0].source is Source.DEAL


def test_a_won_deal_is_won_whatever_came_after() -> None:
    found = stand(theirs(-1, Intent.QUESTION, asks=True), of=deal(stage=Stage.WON))
    assert ([one.standing for one in found.found], found.questions) == ([Standing.WON], ())


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ([], Stage.BEFORE_YES),
        ([theirs(-1, Intent.YES)], Stage.AFTER_YES),
        ([theirs(-1, Intent.NO, text="No.")], Stage.SAID_NO),
        ([NOT_NOW], Stage.PAUSED),
        ([theirs(-5, Intent.YES), theirs(-1, Intent.NO, text="No.")], Stage.SAID_NO),
        ([theirs(-5, Intent.NO, text="No."), theirs(-1, Intent.YES)], Stage.AFTER_YES),
        ([theirs(-5, Intent.NO, text="No."), theirs(-1, Intent.QUESTION)], Stage.BEFORE_YES),
        ([theirs(-1, Intent.YES, certain=False)], Stage.BEFORE_YES),
        ([theirs(-1, Intent.NO, text="No, but it is not my decision.")], Stage.BEFORE_YES),
        ([theirs(-3, Intent.YES), theirs(-1, Intent.QUESTION)], Stage.AFTER_YES),
        (
            [theirs(-9, Intent.YES), theirs(-5, Intent.NO, text="No."), theirs(-1, Intent.QUESTION)],
            Stage.BEFORE_YES,
        ),
    ],
)
def test_the_stage_follows_their_words(mail: list[Mail], expected: Stage) -> None:
    assert stage(*mail) is expected


@pytest.mark.parametrize("ended", [Stage.WON, Stage.SAID_NO, Stage.PAUSED])
def test_an_ended_stage_is_changed_by_nobodys_mail(ended: Stage) -> None:
    assert stage(theirs(-1, Intent.YES), of=ended) is ended


def test_after_the_yes_it_stays_after_the_yes() -> None:
    assert stage(theirs(-1, Intent.QUESTION), of=Stage.AFTER_YES) is Stage.AFTER_YES


def confirmed(mail: Mail, about: str) -> Heard:
    return Heard(confirmed=frozenset({key_about(deal(), mail[0].message.message_id, about)}))


NOT_MINE = theirs(-1, Intent.NO, text="I'd say no, but it isn't my decision.")


@pytest.mark.parametrize(
    "text",
    [
        "Für mich ist es ein Nein, aber das entscheide nicht ich.",
        "Eher nein, doch die Entscheidung liegt bei Frau Stein.",
        "Pour moi c'est non, mais ce n'est pas à moi de décider.",
        "C'est plutôt non, la décision revient à ma directrice.",
        "Por mi parte no, pero no depende de mí.",
        "Diría que no, pero la decisión no es mía.",
    ],
)
def test_a_no_of_somebody_who_does_not_decide_is_not_final_in_any_language(text: str) -> None:
    first = stand(theirs(-1, Intent.NO, text=text)).first
    assert first is not None
    assert not first.certain


@pytest.mark.parametrize(
    "text",
    [
        "Wir haben uns dagegen entschieden, die Entscheidung fällt uns schwer.",
        "Die Entscheidung liegt bei uns, und sie lautet nein.",
        "Nous avons décidé de ne pas donner suite.",
        "La decisión es firme: no seguiremos.",
    ],
)
def test_a_plain_no_is_final_in_any_language(text: str) -> None:
    first = stand(theirs(-1, Intent.NO, text=text)).first
    assert first is not None
    assert first.certain


def test_a_no_that_the_rep_confirms_is_final() -> None:
    purchase = deal()
    moves = line(NOT_MINE, of=purchase)
    assert stage_of(purchase, moves) is Stage.BEFORE_YES
    assert stage_of(purchase, moves, confirmed(NOT_MINE, WHOSE_NO)) is Stage.SAID_NO


def test_a_confirmed_no_is_asked_about_no_more() -> None:
    purchase = deal(decision=40)
    found = standings(purchase, line(NOT_MINE), US, NOW, DAYS, confirmed(NOT_MINE, WHOSE_NO))
    assert (found.questions, found.first and found.first.certain) == ((), True)


def test_after_a_no_what_we_had_promised_is_void() -> None:
    promise = ours(-5, MoveKind.ACKNOWLEDGED, "I'll send the paper.", promise="send the paper", due=-4)
    found = stand(promise, NO, theirs(-1, Intent.DECISION_DATE_STATED, decides=20))
    assert "I'll send the paper." not in [one.sentence for each in found.found for one in each.evidence]


def test_after_a_no_a_step_that_was_set_before_is_not_to_be_set_anew() -> None:
    step = ours(-8, MoveKind.MEETING_PROPOSED, "Shall we meet?", step=-6)
    assert not stand(step, NO, theirs(-2, Intent.QUESTION, asks=True), ours(-1)).has(Standing.LAPSED)


def test_our_mail_on_the_day_that_they_named_is_the_one_that_was_agreed() -> None:
    resumed = story(deal(), line(theirs(-30, Intent.NOT_NOW, resume=-1), ours(-1)))
    assert (resumed.ending, resumed.resumed) == (None, True)


def test_once_they_have_answered_it_goes_on() -> None:
    mail = (theirs(-30, Intent.NOT_NOW, resume=-2), ours(-2), theirs(-1, Intent.QUESTION, asks=True))
    assert not story(deal(), line(*mail)).resumed
