"""Every draft is short, has one ask, is clean before the guard, shows its gaps, and is never said twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import Fact, Gap, Purpose
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.domain.reading import Intent
from assistant.drafting import Composed, Voice, brief, compose, unfilled, words_of
from assistant.drafting.compose import FEWEST_WORDS, MOST_WORDS
from assistant.drafting.context import Brief
from assistant.drafting.phrases import skeletons
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.guard import clear, lint
from assistant.resources import template_folder

from .desk import (
    TODAY,
    TWO_SLOTS,
    US,
    VOICE,
    Options,
    all_options,
    deal,
    draft,
    intent,
    next_move,
    sent_notes,
    situation,
    span,
    their_mail,
    timeline,
)

PUSHY = re.compile(
    r"let me know|check(?:ing)? in|touch(?:ing)? base|circl(?:e|ing) back|just |follow(?:ing)? up|any (?:news|update)"
    r"|don't hesitate|feel free|asap|quick (?:call|question)|hop on|gentle|reminder|as discussed|per my",
    re.I,
)
UNTIDY = re.compile(r"\{|\}|None|  | [,.;:?]|\.\.|,,|\w\.[A-Z]|\( |\?\?|, \.")


def mails(body: str) -> str:
    """The body without what the customer wrote."""
    return "\n".join(line for line in body.splitlines() if not line.startswith(">"))


def sentences(body: str) -> list[str]:
    return re.findall(r"[^.!?:\n]+[.!?:]", body)


def drafts(purpose: Purpose) -> Iterator[Composed]:
    for n, options in enumerate(all_options()):
        yield compose(replace(situation(purpose, options), seed=f"seed {n}"), VOICE)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_one_time_is_not_spoken_of_as_two(purpose: Purpose) -> None:
    for n, options in enumerate(all_options()):
        told = replace(situation(purpose, options), seed=f"seed {n}", slots=TWO_SLOTS[:1])
        body = compose(told, VOICE).content.body
        assert not re.search(r"whichever you choose|pick one|neither fits", body, re.I), body


@pytest.fixture(scope="module", params=list(Purpose), ids=lambda purpose: purpose.value)
def every(request: pytest.FixtureRequest) -> list[Composed]:
    """A draft of one purpose in every combination of what is known, each with a seed of its own."""
    return list(drafts(request.param))


def test_a_draft_has_40_to_120_words(every: list[Composed]) -> None:
    assert [d.words for d in every if not FEWEST_WORDS <= d.words <= MOST_WORDS] == []


def test_the_guard_finds_nothing(every: list[Composed]) -> None:
    assert {(f.rule, f.text) for d in every for f in d.findings} == set()


def test_a_draft_asks_at_most_once(every: list[Composed]) -> None:
    assert max(mails(d.content.body).count("?") for d in every) <= 1


def test_no_draft_pushes_or_mumbles(every: list[Composed]) -> None:
    assert {found.group() for d in every for found in PUSHY.finditer(mails(d.content.body))} == set()


def test_the_text_is_tidy(every: list[Composed]) -> None:
    assert {found.group() for d in every for found in UNTIDY.finditer(mails(d.content.body))} == set()


def test_square_brackets_are_gaps_and_gaps_have_a_question(every: list[Composed]) -> None:
    for made in every:
        assert set(re.findall(r"\[[^\]]+\]", made.content.body)) == {gap.marker for gap in made.gaps}
        assert all(gap.ask for gap in made.gaps)


def test_facts_stand_in_the_text_and_have_evidence(every: list[Composed]) -> None:
    for made in every:
        assert all(fact.value in made.content.body and fact.evidence.ref for fact in made.facts)


def test_paragraphs_begin_with_a_capital(every: list[Composed]) -> None:
    starts = {line[0] for made in every for line in made.content.body.splitlines() if line and line[0].isalpha()}
    assert all(start.isupper() for start in starts)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.GRACEFUL_EXIT])
def test_a_draft_asks_once(purpose: Purpose) -> None:
    assert mails(draft(purpose).content.body).count("?") == 1


@pytest.mark.parametrize("purpose", [p for p in Purpose if p not in (Purpose.GRACEFUL_EXIT, Purpose.CLARITY)])
def test_a_draft_offers_two_times_with_their_zone(purpose: Purpose) -> None:
    offered = "Thursday, 26 November, at 10:00 or Friday, 27 November, at 14:00 (CET)"
    assert offered in draft(purpose).content.body


@pytest.mark.parametrize(
    "purpose",
    [Purpose.FOLLOW_UP, Purpose.MILESTONE, Purpose.QUALIFY, Purpose.CLARITY, Purpose.ANSWER, Purpose.DELIVER],
)
def test_a_draft_is_tied_to_their_decision_date(purpose: Purpose) -> None:
    ties = {
        "10 December" in made.content.body
        for made in (compose(replace(situation(purpose), seed=s), VOICE) for s in "abcd")
    }
    assert True in ties


@pytest.mark.parametrize("purpose", [Purpose.FOLLOW_UP, Purpose.DECISION_PROCESS, Purpose.QUALIFY, Purpose.MILESTONE])
def test_a_draft_opens_with_something_of_theirs(purpose: Purpose) -> None:
    opening = draft(purpose).content.body.split("\n\n")[1]
    assert "single sign-on" in opening


def test_a_farewell_has_three_sentences_and_no_hook() -> None:
    body = draft(Purpose.GRACEFUL_EXIT).content.body
    text = "\n\n".join(body.split("\n\n")[1:-1])
    assert len(re.findall(r"[.!?](?:\s|$)", text)) == 3
    assert "?" not in text


def test_a_farewell_is_clean_after_a_no() -> None:
    made = draft(Purpose.GRACEFUL_EXIT)
    assert not lint(made.content.body, subject=made.content.subject, after_no=True)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p not in (Purpose.ANSWER, Purpose.RECAP, Purpose.DELIVER)])
def test_a_draft_that_needs_nothing_of_the_rep_has_no_gap(purpose: Purpose) -> None:
    assert draft(purpose).gaps == ()


def test_the_decision_process_is_asked_in_writing_where_no_times_are_known() -> None:
    made = draft(Purpose.DECISION_PROCESS, Options(slots=False))
    assert made.gaps == ()
    assert "By when would you like to have decided" in made.content.body


def test_times_that_are_not_known_are_a_gap() -> None:
    assert [gap.marker for gap in draft(Purpose.FOLLOW_UP, Options(slots=False)).gaps] == ["[two times that suit you]"]


def test_an_answer_is_the_reps_to_write() -> None:
    made = draft(Purpose.ANSWER)
    assert made.gaps == (
        Gap("[your answer: single sign-on]", "They ask: “Does it work with our single sign-on?” What do you answer?"),
    )


def answer(intent: Intent, text: str, **said: object) -> Composed:
    theirs = their_mail(intent, text, TODAY, **said)
    made = brief(
        next_move(Purpose.ANSWER, theirs), deal(), timeline(sent_notes(), theirs), None, TWO_SLOTS, US, today=TODAY
    )
    return compose(made, VOICE)


def test_several_questions_are_answered_one_by_one() -> None:
    questions = (span("Who hosts it?"), span("Is there a test system?"))
    made = answer(Intent.QUESTION, "", topic="hosting", asks=questions)
    assert "> Who hosts it?\n\n[your answer 1]" in made.content.body
    assert "> Is there a test system?\n\n[your answer 2]" in made.content.body


def test_a_time_that_they_propose_is_confirmed_and_not_topped() -> None:
    made = answer(Intent.SCHEDULING, "Could we do Wednesday at two?")
    assert "26 November" not in made.content.body
    assert made.gaps[0].marker == "[the time you confirm]"


def test_a_referral_is_met_together() -> None:
    made = answer(Intent.REFERRAL, "Please talk to Uma in purchasing.", topic="the terms")
    assert made.gaps == ()
    assert made.content.to == (deal().contacts[0].address,)


def test_a_date_that_they_named_is_thanked_for_and_needs_no_answer() -> None:
    made = answer(Intent.DECISION_DATE_STATED, "We decide on 10 December.")
    assert made.gaps == ()


def test_an_objection_is_taken_as_one() -> None:
    made = answer(Intent.OBJECTION, "The price worries us.", topic="the price")
    assert "the price" in made.content.body.split("\n\n")[1]


def test_the_draft_is_the_same_each_time() -> None:
    assert draft(Purpose.FOLLOW_UP) == draft(Purpose.FOLLOW_UP)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_second_draft_to_the_customer_shares_no_sentence_with_the_first(purpose: Purpose) -> None:
    first = draft(purpose).content.body
    own = "\n\n".join(part for part in first.split("\n\n")[1:] if not part.startswith(("[", "- ")))
    shared = skeletons(own) & skeletons(compose(replace(situation(purpose), earlier=(first,)), VOICE).content.body)
    assert {sentence for sentence in shared if not sentence.startswith("that way")} == set()


def test_words_of_theirs_that_the_guard_blocks_are_left_out() -> None:
    made = situation(Purpose.FOLLOW_UP)
    evidence = Evidence(Source.MESSAGE, "m1@northmill.example")
    pushy = replace(made, theirs=Fact("the last chance for our end of quarter discount", evidence))
    assert not lint(compose(pushy, VOICE).content.body)


def test_times_after_the_decision_are_not_said_to_be_before_it() -> None:
    late = situation(Purpose.FOLLOW_UP)
    late = replace(late, decision_day=date(2026, 11, 26), decision=replace(late.decision, value="26 November"))  # type: ignore[type-var]
    for n in range(6):
        body = compose(replace(late, seed=str(n)), VOICE).content.body
        assert not re.search(r"(?:before|ahead of|working back from|counting back from) your decision", body, re.I)


def test_a_customer_elsewhere_reads_times_in_their_own_way() -> None:
    body = draft(Purpose.FOLLOW_UP, Options(far=True)).content.body
    assert "Thursday, November 26, at 9:00 am or Friday, November 27, at 10:00 am (CST, your time)" in body


def test_the_rep_greets_and_signs_as_ever() -> None:
    voice = Voice("Mara L.", "Hello", ",", sign_off="Cheers,", signature=("Tallwood Software", "+49 30 5550100"))
    body = compose(replace(situation(Purpose.FOLLOW_UP), salutation=None), voice).content.body
    assert body.startswith("Hello Priya,\n\n")
    assert body.endswith("\n\nCheers,\nMara L.\nTallwood Software\n+49 30 5550100\n")


def test_a_formal_rep_uses_full_names() -> None:
    voice = Voice("Mara Lindqvist", "Dear", ",", surname=True)
    body = compose(replace(situation(Purpose.FOLLOW_UP), salutation=None), voice).content.body
    assert body.startswith("Dear Priya Raman,\n\n")


def test_another_language_is_a_gap_that_the_rep_sees_first() -> None:
    made = compose(replace(situation(Purpose.FOLLOW_UP), language="de"), VOICE)
    assert made.content.body.startswith("[put this into German]\n\n")
    assert made.gaps


def test_a_draft_to_nobody_has_a_gap() -> None:
    made = compose(replace(situation(Purpose.FOLLOW_UP), to=(), cc=()), VOICE)
    assert "[to whom?]" in {gap.marker for gap in made.gaps}


def test_a_stranger_among_the_recipients_is_a_gap_that_the_rep_sees_first() -> None:
    stranger = Address("priya.raman@northmi11.test", "Priya Raman")
    made = compose(replace(situation(Purpose.FOLLOW_UP), strangers=(stranger,)), VOICE)
    assert made.content.body.startswith("[may priya.raman@northmi11.test read this?]\n\n")
    assert "[may priya.raman@northmi11.test read this?]" in {gap.marker for gap in made.gaps}


def test_many_strangers_are_counted() -> None:
    crowd = tuple(Address(f"p{n}@elsewhere.test") for n in range(5))
    made = compose(replace(situation(Purpose.FOLLOW_UP), strangers=crowd), VOICE)
    assert "[may 2 more read this?]" in {gap.marker for gap in made.gaps}


def test_a_draft_to_a_crowd_is_asked_about_first() -> None:
    crowd = tuple(Address(f"p{n}@northmill.example") for n in range(30))
    made = compose(replace(situation(Purpose.FOLLOW_UP), to=crowd[:1], cc=crowd[1:]), VOICE)
    assert "[to all 30?]" in {gap.marker for gap in made.gaps}


def test_a_filled_gap_is_closed() -> None:
    gaps = (Gap("[a]", "What?"), Gap("[b]", "What?"))
    assert unfilled("one [b]", gaps) == (gaps[1],)


def test_quoted_lines_are_not_counted() -> None:
    assert words_of("Hi Priya,\n> Does it work?\nYes.") == 3


def test_a_set_off_signature_is_not_counted() -> None:
    assert words_of("Hi Priya,\nYes.\n\n-- \nTallwood Software") == 3


def test_the_reps_own_template_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "clarity.txt.j2").write_text("Is {{ company }} sure?\n", encoding="utf-8")
    assert "Is Northmill Foods sure?" in compose(situation(Purpose.CLARITY), VOICE, folders=[tmp_path]).content.body


def test_every_purpose_has_a_template() -> None:
    here = {path.name.removesuffix(".txt.j2") for path in (template_folder() / "drafts").glob("[a-z]*.txt.j2")}
    assert here == {purpose.value for purpose in Purpose}


@pytest.mark.parametrize("kind", DEFAULT_PROCESS.milestones, ids=lambda kind: kind.id)
def test_every_step_of_the_shipped_process_reads_within_the_limits(kind: MilestoneKind) -> None:
    for purpose in (Purpose.FOLLOW_UP, Purpose.MILESTONE, Purpose.ANSWER, Purpose.AFTER_YES, Purpose.DELIVER):
        made = compose(with_step(situation(purpose), kind), VOICE)
        assert FEWEST_WORDS <= made.words <= MOST_WORDS
        assert not made.findings


def with_step(made: Brief, kind: MilestoneKind) -> Brief:
    evidence = Evidence(Source.CONFIG, f"process.{kind.id}")
    return replace(made, step=Fact(kind.step, evidence), so_that=kind.purpose, minutes=kind.minutes)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(Purpose)), st.text(min_size=1, max_size=12), st.sampled_from(list(all_options())))
def test_every_phrasing_keeps_to_the_rules(purpose: Purpose, seed: str, options: Options) -> None:
    made = compose(replace(situation(purpose, options), seed=seed), VOICE)
    assert FEWEST_WORDS <= made.words <= MOST_WORDS
    assert isinstance(clear(mails(made.content.body), after_no=purpose is Purpose.GRACEFUL_EXIT), str)


def test_a_question_beside_a_proposed_time_gets_both_gaps_and_no_times_of_ours() -> None:
    both = (*intent(Intent.SCHEDULING, "Tuesday at two?"), *intent(Intent.QUESTION, "Who hosts it?"))
    made = answer(Intent.QUESTION, "", topic="hosting", intents=both, asks=(span("Who hosts it?"),))
    assert [gap.marker for gap in made.gaps] == ["[your answer: hosting]", "[the time you confirm]"]
    assert made.content.times == ()


def test_the_times_in_the_text_are_the_times_of_the_draft() -> None:
    assert draft(Purpose.FOLLOW_UP).content.times == tuple((slot.start, slot.end) for slot in TWO_SLOTS)


def test_what_the_guard_lets_pass_keeps_its_milestone() -> None:
    assert "45-minute review" in draft(Purpose.FOLLOW_UP).content.body
