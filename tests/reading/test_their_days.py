"""Which of the days in a customer's message is the one on which they decide, or on which to come back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Side
from assistant.domain.reading import DateRole, Days, SaidDate
from assistant.language.packs import Rule, load
from assistant.reading.their_days import all_dates, decision_day, decision_day_of, resume_day, resume_day_of
from assistant.reading.view import View, pack_of, view

SENT = date(2026, 6, 3)
"""A Wednesday."""
DAYS = load("assistant.reading.packs", "days")


def seen(text: str, language: str = "en") -> View:
    return view(text, pack_of("replies", language), SENT)


def last(said: SaidDate | None) -> str | None:
    return said.days.last.isoformat() if said else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The board decides on 19 June.", "2026-06-19"),
        ("We choose between 15 and 19 June.", "2026-06-19"),
        ("Demos are on 15 June, the board decides on 19 June.", "2026-06-19"),
        ("Shortlist 15 June, final selection 19 June, work starts in July.", "2026-06-19"),
        ("The committee decides on the 15th and delivery is on 1 July.", "2026-06-15"),
        ("We meant to decide on the 15th, but it has moved to the 19th.", "2026-06-19"),
        ("The vote's not Monday, it's Thursday.", "2026-06-04"),
        ("The board decides on 15 June and tells you on 19 June.", "2026-06-15"),
        ("The board decides in June, on the 19th.", "2026-06-19"),
        ("We decide on the Monday after the audit, that's 15 June.", "2026-06-15"),
        ("Thanks for your offer of 5 June. The board decides on 19 June.", "2026-06-19"),
    ],
)
def test_the_day_of_the_choice_is_told_from_the_others(text: str, day: str) -> None:
    assert last(decision_day(seen(text), SENT)) == day


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("Vorführung am 15. Juni, Entscheidung am 19. Juni, Lieferung im Juli.", "de", "2026-06-19"),
        ("Eigentlich hätten wir am 15. entscheiden sollen, das rückt nun auf den 19. Juni.", "de", "2026-06-19"),
        ("Le 15 est férié, le comité tranche le 19.", "fr", "2026-06-19"),
        ("Soutenances semaine 25, choix du titulaire semaine 26.", "fr", "2026-06-26"),
        ("Tocaba resolver mañana, pero se corrió al 19 de junio.", "es", "2026-06-19"),
        ("El lunes viajo a Medellín, el jueves decide el comité.", "es", "2026-06-04"),
    ],
)
def test_the_day_of_the_choice_is_told_in_each_language(text: str, language: str, day: str) -> None:
    assert last(decision_day_of(seen(text, language), SENT, 0)) == day


@pytest.mark.parametrize(
    "text", ["We meet on 19 June.", "Do you ship on 19 June?", "There won't be a decision this week."]
)
def test_no_day_is_one_of_a_decision_without_its_word(text: str) -> None:
    assert decision_day(seen(text), SENT) is None


def test_a_feast_is_no_decision_date() -> None:
    assert decision_day(seen("The board decides after Easter."), SENT) is None


def test_a_decision_day_is_theirs_with_its_sentence() -> None:
    said = decision_day(seen("Thanks. The board decides on 19 June."), SENT)
    assert said is not None
    assert (said.days, said.role, said.whose) == (Days.of(date(2026, 6, 19)), DateRole.DECISION, Side.THEM)
    assert said.evidence.text == "The board decides on 19 June."


def test_a_month_is_kept_as_a_whole_and_is_uncertain() -> None:
    said = decision_day(seen("The board decides in September."), SENT)
    assert said is not None
    assert (said.days, said.certain) == (Days(date(2026, 9, 1), date(2026, 10, 1)), False)


def test_a_day_that_can_be_read_both_ways_is_uncertain() -> None:
    said = decision_day(seen("The board decides on 03/04/2027."), SENT)
    assert said is not None
    assert not said.certain


@pytest.mark.parametrize(
    ("text", "index", "day"),
    [
        ("White smoke on 19 June.", 0, "2026-06-19"),
        ("One of you gets it. That's on 19 June.", 0, "2026-06-19"),
        ("It's on 19 June. One of you gets it then.", 1, "2026-06-19"),
        ("A line. Another line. 19 June it is. A third. A last one.", 4, "2026-06-19"),
        ("The professor wants six weeks for it. Then we'll see.", 1, "2026-07-15"),
        ("Between now and 19 June we narrow it from three to one.", 0, "2026-06-19"),
        ("Nothing is said of a day.", 0, None),
    ],
)
def test_a_sentence_that_states_the_decision_has_its_day_near(text: str, index: int, day: str | None) -> None:
    assert last(decision_day_of(seen(text), SENT, index)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ring me on 1 September, the new head starts after the summer.", "2026-09-01"),
        ("Leave it until Tuesday 16 June? Actually make it Monday 15 June.", "2026-06-15"),
        ("Buried under an inspection this week. Call me on 15 June.", "2026-06-15"),
        ("Let it lie for three weeks, would you?", "2026-06-24"),
        ("Catch me on Friday, this week is awful.", "2026-06-05"),
        ("We would take it tomorrow, but everything is frozen.", None),
        ("The freeze came on Friday.", None),
    ],
)
def test_a_not_now_has_the_day_to_come_back_on(text: str, day: str | None) -> None:
    assert last(resume_day_of(seen(text), SENT, 0)) == day


def test_a_not_now_that_a_rule_found_has_the_day_in_its_sentence_or_beside() -> None:
    heard = seen("The project is on hold. Please come back to us on 8 September.")
    later = next(heard.having("not_now"))
    assert last(resume_day(heard, SENT, later.span("later"), None)) == "2026-09-08"


def test_without_a_not_now_there_is_no_day_to_come_back_on() -> None:
    assert resume_day(seen("Please call on 8 September."), SENT, None, None) is None


def test_every_day_has_what_it_is_for() -> None:
    heard = seen("The board decides on 19 June. Delivery is on 1 July.")
    decision = decision_day(heard, SENT)
    assert [said.role for said in all_dates(heard, decision, None, ())] == [DateRole.DECISION, DateRole.OTHER]


@pytest.mark.parametrize("rule", DAYS.rules, ids=lambda rule: rule.id)
def test_the_rules_for_days_find_their_examples_and_leave_the_others(rule: Rule) -> None:
    found = {text: {match.rule.id for match in DAYS.find(text)} for text in (*rule.bad, *rule.good)}
    assert [text for text in rule.bad if rule.id not in found[text]] == []
    assert [text for text in rule.good if rule.id in found[text]] == []


WORDS = st.sampled_from(
    [
        *("We decide on 5 June.", "not the 5th,", "the 12th", "and", "choose", "Friday,", "next week", "why?", "\n\n"),
        *("for six weeks", "call me", "in KW 27", "Ostern", "it's moved to", "24.6.", "today"),
    ]
)


@given(st.lists(WORDS, max_size=12), st.integers(-2, 6), st.none() | st.just(SENT))
def test_any_words_are_judged_without_an_error(words: list[str], index: int, sent: date | None) -> None:
    text = " ".join(words)
    heard = view(text, pack_of("replies", "en"), sent)
    later = next((each.span("x") for each in heard.sentences), None)
    decision = decision_day(heard, sent)
    said = [decision, decision_day_of(heard, sent, index), resume_day_of(heard, sent, index)]
    said.append(resume_day(heard, sent, later, decision))
    assert all(text[each.evidence.start : each.evidence.end] == each.evidence.text for each in said if each)
