"""By when they decide: today is Wednesday, 16 September 2026, and days count from it in working days."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Deal, DecisionDate, Evidence, Side, Source, Stage
from assistant.domain.mail import Address
from assistant.domain.reading import DateRole, Days, Intent, SaidDate
from assistant.engine.decisions import Decisions, decisions
from assistant.engine.found import Heard, QuotedDate, date_key, question_key
from tests.engine.dossier import ANNA, BOB, Mail, day, deal, line, ours, span, spoke, theirs

NO = theirs(-6, Intent.NO, text="We have decided against it.")
BACK = theirs(-4, Intent.QUESTION, asks=True)


def named(
    offset: int, on: int, sender: Address = ANNA, *, until: int | None = None, sure: bool = True, hour: int = 12
) -> Mail:
    """Their mail, which names the day by which they decide; with `until`, a range of days."""
    mail, reading = theirs(
        offset,
        Intent.DECISION_DATE_STATED,
        text=f"We decide, {on}.",
        decides=on,
        sender=sender,
        certain=sure,
        hour=hour,
    )
    assert reading is not None
    assert reading.decision is not None
    if until is not None:
        said = replace(reading.decision, days=Days(day(on), day(until)), certain=False)
        reading = replace(reading, decision=said)
    return mail, reading


def decide(*mail: Mail, of: Deal | None = None, heard: Heard | None = None) -> Decisions:
    purchase = of or deal()
    return decisions(purchase, line(*mail, of=purchase), heard or Heard())


def asked(told: Decisions) -> list[str]:
    return [question.text for question in told.questions]


def quote(
    on: int, decides: int, who: Address = BOB, *, sure: bool = True, ref: str = "forward@northgate.example"
) -> Heard:
    said = SaidDate(Days.of(day(decides)), DateRole.DECISION, Side.THEM, span("We decide then."), sure)
    return Heard(quoted=(QuotedDate(who, day(on), said, ref),))


def in_force(told: Decisions) -> date | None:
    return told.in_force.day if told.in_force else None


def test_a_day_that_they_named_is_in_force_and_not_written_yet() -> None:
    told = decide(named(-2, 20))
    assert (in_force(told), told.unwritten, told.questions) == (day(20), told.in_force, ())


def test_its_evidence_is_their_sentence_with_its_writer_and_day() -> None:
    told = decide(named(-2, 20)).in_force
    assert told is not None
    assert (told.evidence.sentence, told.evidence.who, told.evidence.on) == ("We decide, 20.", "Anna Berg", day(-2))


def test_a_day_that_we_named_is_none_of_theirs() -> None:
    mail, reading = named(-2, 20)
    sent = replace(mail, message=replace(mail.message, sender=Address("mara@tallwood.example"), to=(BOB,)))
    assert decide((sent, reading)) == Decisions(None)


def test_without_a_day_none_is_in_force() -> None:
    assert decide(ours(-3), theirs(-2)) == Decisions(None)


def test_a_day_that_may_be_another_is_asked_about_and_not_in_force() -> None:
    told = decide(ours(-3), named(-2, 20, sure=False))
    assert in_force(told) is None
    assert asked(told) == ["By which day does Anna Berg mean to decide? It may be 14 October 2026."]


def test_a_range_is_asked_about_with_its_first_and_last_day() -> None:
    told = decide(named(-2, 20, until=30))
    assert asked(told) == [
        "By which day does Anna Berg mean to decide? It may be any day from 14 October 2026 to 27 October 2026."
    ]


def test_a_yes_to_an_unclear_day_writes_it_down() -> None:
    (question,) = decide(named(-2, 20, sure=False)).questions
    assert question.decides is not None
    assert (question.decides.day, question.decides.seq) == (day(20), 1)


def test_after_a_no_to_an_unclear_day_it_is_not_asked_again() -> None:
    mail = named(-2, 20, sure=False)
    key = question_key(deal(), decide(mail).questions[0])
    assert decide(mail, heard=Heard(denied=frozenset({key}))) == Decisions(None)


def test_a_day_to_which_the_rep_said_no_is_not_in_force() -> None:
    mail = named(-2, 20)
    first = decide(mail).unwritten
    assert first is not None
    assert decide(mail, heard=Heard(denied=frozenset({date_key(deal(), first)}))) == Decisions(None)


def test_two_contacts_with_two_days_are_a_conflict_and_neither_is_in_force() -> None:
    told = decide(named(-4, 20), named(-2, 30, BOB))
    assert (told.in_force, told.unwritten) == (None, None)
    assert asked(told) == [
        "Anna Berg names 14 October 2026 for the decision and Bob Stone 28 October 2026. Which one holds?"
    ]


def test_a_conflict_shows_both_sentences() -> None:
    (question,) = decide(named(-4, 20), named(-2, 30, BOB)).questions
    assert [each.who for each in (question.evidence, *question.also)] == ["Bob Stone", "Anna Berg"]
    assert [each.sentence for each in (question.evidence, *question.also)] == ["We decide, 30.", "We decide, 20."]


def test_a_yes_to_a_conflict_writes_nothing_down() -> None:
    assert decide(named(-4, 20), named(-2, 30, BOB)).questions[0].decides is None


def test_two_contacts_with_the_same_day_agree() -> None:
    assert in_force(decide(named(-4, 20), named(-2, 20, BOB))) == day(20)


def test_a_day_inside_what_another_contact_left_open_is_no_conflict() -> None:
    told = decide(named(-4, 15, until=30), named(-2, 20, BOB))
    assert (in_force(told), told.questions) == (day(20), ())


def test_a_day_outside_what_another_contact_left_open_is_one() -> None:
    assert len(asked(decide(named(-4, 15, until=19), named(-2, 20, BOB)))) == 1


def test_a_day_that_had_gone_by_when_another_contact_named_a_new_one_is_no_conflict() -> None:
    told = decide(named(-30, -10), named(-2, 30, BOB))
    assert (in_force(told), told.questions) == (day(30), ())


def test_one_contact_who_changes_the_day_is_no_conflict() -> None:
    told = decide(named(-4, 20), named(-2, 30))
    assert (in_force(told), told.questions) == (day(30), ())


def test_one_contact_under_two_spellings_is_one() -> None:
    alias = Address("Anna+sales@northgate.example".lower(), "Berg, Anna")
    assert in_force(decide(named(-4, 20), named(-2, 30, alias))) == day(30)


def test_a_vague_word_after_a_clear_one_is_asked_about() -> None:
    told = decide(named(-4, 20), named(-2, 30, until=60))
    assert in_force(told) is None
    assert len(told.questions) == 1


def test_the_day_of_the_deal_stays_in_force_while_nobody_names_another() -> None:
    told = decide(ours(-3), named(-2, 20), of=deal(decision=20))
    assert (in_force(told), told.unwritten, told.questions) == (day(20), None, ())


def test_a_day_from_before_the_one_in_the_deal_changes_nothing() -> None:
    assert in_force(decide(named(-60, 30), ours(-2), of=deal(decision=20))) == day(20)


def test_a_new_day_on_a_deal_that_has_one_may_be_a_new_plan() -> None:
    told = decide(ours(-3), named(-2, 30), of=deal(decision=20))
    assert asked(told) == [
        "Anna Berg now names 28 October 2026 for the decision; the deal has 14 October 2026. Is it a new plan?"
    ]


def test_their_new_day_is_in_force_at_once_as_the_next_plan() -> None:
    told = decide(named(-2, 30), of=deal(decision=20))
    assert told.in_force is not None
    assert (told.in_force.day, told.in_force.seq, told.unwritten) == (day(30), 2, told.in_force)


def test_a_new_day_to_which_the_rep_said_no_leaves_the_old_one() -> None:
    purchase, mail = deal(decision=20), named(-2, 30)
    key = question_key(purchase, decide(mail, of=purchase).questions[0])
    told = decide(mail, of=purchase, heard=Heard(denied=frozenset({key})))
    assert (in_force(told), told.questions) == (day(20), ())


def test_a_vague_new_day_sets_the_old_one_aside_until_the_rep_has_said() -> None:
    told = decide(named(-2, 30, until=60), of=deal(decision=20))
    assert in_force(told) is None
    assert told.questions[0].decides is not None
    assert told.questions[0].decides.seq == 2


def test_another_contact_than_the_one_on_whom_the_day_rests_is_a_conflict() -> None:
    purchase = replace(deal(), decision=_of_anna(20))
    told = decide(named(-2, 30, BOB), of=purchase)
    assert in_force(told) is None
    assert asked(told) == [
        "Bob Stone names 28 October 2026 for the decision; the deal has 14 October 2026 from Anna Berg. "
        "Which one holds?"
    ]


def test_where_the_day_of_the_deal_has_gone_by_another_contacts_day_is_a_new_plan() -> None:
    told = decide(named(-2, 30, BOB), of=replace(deal(), decision=_of_anna(-10)))
    assert in_force(told) == day(30)
    assert asked(told)[0].endswith("Is it a new plan?")


def test_the_same_day_from_another_contact_is_none() -> None:
    purchase = replace(deal(), decision=_of_anna(20))
    assert in_force(decide(named(-2, 20, BOB), of=purchase)) == day(20)


def test_a_later_mail_of_the_same_day_counts_as_later() -> None:
    first, second = named(-2, 20, hour=9), named(-2, 30, hour=15)
    evidence = Evidence(Source.MESSAGE, first[0].message.message_id, "We decide, 20.", who="Anna Berg", on=day(-2))
    purchase = replace(deal(), decision=DecisionDate(day(20), evidence))
    assert in_force(decide(first, second, of=purchase)) == day(30)


@pytest.mark.parametrize("ending", [NO, theirs(-6, Intent.NOT_NOW, text="Not now.")])
def test_what_was_named_before_a_no_is_set_aside_when_they_come_back(ending: Mail) -> None:
    assert decide(named(-9, 20), ending, BACK) == Decisions(None)


def test_the_day_of_the_deal_is_set_aside_when_they_come_back_after_a_no() -> None:
    assert decide(NO, BACK, of=deal(decision=20)) == Decisions(None)


def test_what_they_name_after_a_no_is_the_next_plan() -> None:
    told = decide(NO, BACK, named(-2, 30), of=deal(decision=20))
    assert told.in_force is not None
    assert (told.in_force.day, told.in_force.seq, told.questions) == (day(30), 2, ())


def test_a_talk_that_reopens_after_a_no_sets_the_day_aside_too() -> None:
    purchase = deal(decision=20)
    told = decisions(purchase, line(NO, spoken=[spoke(-1, next_day=3)], of=purchase))
    assert told == Decisions(None)


def test_a_no_that_is_not_final_sets_nothing_aside() -> None:
    doubtful = theirs(-6, Intent.NO, text="I'd say no, but it isn't my decision.")
    assert in_force(decide(named(-9, 20), doubtful)) == day(20)


@pytest.mark.parametrize("stage", [Stage.SAID_NO, Stage.PAUSED, Stage.WON])
def test_of_a_deal_that_has_ended_nothing_is_asked(stage: Stage) -> None:
    told = decide(named(-2, 30), of=deal(decision=20, stage=stage))
    assert (in_force(told), told.questions) == (day(20), ())


def test_a_quoted_day_is_credited_to_its_writer_and_day() -> None:
    told = decide(ours(-1), heard=quote(-9, 20)).in_force
    assert told is not None
    assert (told.day, told.evidence.who, told.evidence.on) == (day(20), "Bob Stone", day(-9))


def test_a_quoted_day_is_older_than_what_its_writer_said_since() -> None:
    assert in_force(decide(named(-2, 30, BOB), heard=quote(-9, 20))) == day(30)


def test_a_quoted_day_of_another_contact_is_a_conflict() -> None:
    assert len(decide(named(-2, 30), heard=quote(-9, 20)).questions) == 1


def test_a_quoted_day_that_was_written_down_is_not_asked_about_again() -> None:
    heard = quote(-9, 20)
    first = decide(ours(-1), heard=heard).in_force
    told = decide(ours(-1), of=replace(deal(), decision=first), heard=heard)
    assert (in_force(told), told.questions) == (day(20), ())


def _of_anna(offset: int) -> DecisionDate:
    return DecisionDate(day(offset), Evidence(Source.MESSAGE, "m0", "We decide then.", who="Anna Berg", on=day(-40)))
