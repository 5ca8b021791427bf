"""What the guard says of a text, and what it can't be talked out of."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.draft import ClearedText, Finding, Part, Severity
from assistant.guard import Allowed, clear, lint

GOOD = (
    "Hi Nora,\n\nThank you for the note about the depot test. Your depot council votes on 14 May, so the second run is "
    "the next step.\n\nWould Thursday, 7 May, 10:00 or Friday, 8 May, 14:00 suit you and Pete? Ole brings two "
    "handhelds, and your drivers scan ten of their own pallets.\n\nBest,\nMara"
)


def blocked(text: str, *, after_no: bool = False, allow: Sequence[Allowed] = ()) -> set[str]:
    found = lint(text, after_no=after_no, allow=allow)
    return {finding.family for finding in found if finding.severity is Severity.BLOCK}


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1
    return findings[0]


def test_a_purposeful_mail_passes() -> None:
    assert lint(GOOD) == []


def test_a_finding_says_where_why_and_what_instead() -> None:
    text = "The file is corrected. I need this to reach my quota. Ole tests it on Monday."
    found = only(lint(text))
    assert text[found.start : found.end] == found.text
    assert found.text in "I need this to reach my quota."
    assert found.family == "1_quota_own_interest"
    assert found.reason
    assert found.rewrite


@pytest.mark.parametrize(
    "text",
    [
        "It would help me reach my QUOTA.",
        "It would help me reach my\nquota.",
        "It would help me reach my q\u200bu\u200bo\u200bt\u200ba.",
        "It would help me reach my q\u00aduota.",
        "It would help me reach my quоtа.",
        "It would help me reach my q u o t a.",
        "It would help me reach my qu0ta.",
        "It would help me reach my qu*ota.",
        "It would help me reach my 𝗾𝘂𝗼𝘁𝗮.",
        "It would help me reach my ｑｕｏｔａ.",
        "It would help me reach my\u00a0quota.",
    ],
)
def test_a_disguise_does_not_help(text: str) -> None:
    found = [f for f in lint(text) if f.family == "1_quota_own_interest"]
    assert found
    assert text[found[0].start : found[0].end] == found[0].text


STRAY = [1, 0x80, 0x82, *range(0x91, 0x98), 0x99]
HIDING = sorted({*range(0x20), *range(0x7F, 0xA0)} - {*STRAY, 9, 0xA})
HIDING += [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xE0001, 0xE0041, 0xE007F]


@pytest.mark.parametrize("code", HIDING, ids=hex)
def test_a_character_that_hides_what_is_written_is_blocked(code: int) -> None:
    text = f"{GOOD}\n\nWe meet{chr(code)} there."
    found = only(lint(text))
    assert (found.rule, found.severity, found.text) == ("hidden-characters", Severity.BLOCK, chr(code))
    assert text[found.start : found.end] == found.text
    assert lint(GOOD, subject=f"Our{chr(code)} visit")[0].part is Part.SUBJECT


@pytest.mark.parametrize("code", STRAY, ids=hex)
def test_a_character_that_old_programs_leave_is_only_warned_of(code: int) -> None:
    found = only(lint(f"{GOOD}\n\nWe meet{chr(code)} there."))
    assert (found.rule, found.severity, found.text) == ("stray-characters", Severity.WARN, chr(code))


@pytest.mark.parametrize("code", STRAY, ids=hex)
def test_a_stray_character_hides_no_pressure(code: int) -> None:
    assert "1_quota_own_interest" in {finding.family for finding in lint(f"It would help my qu{chr(code)}ota.")}


@pytest.mark.parametrize("char", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u00a0", "\t", "\n", "\r\n"])
def test_a_character_of_no_width_and_white_space_hide_nothing(char: str) -> None:
    assert lint(f"{GOOD}\n\nWe meet{char} there.") == []


def test_hidden_characters_are_reported_once_in_a_line() -> None:
    text = "Hi \u202eNora\u202c, see \u2066you\u2069.\nOle \u200ebrings two handhelds on Thursday."
    assert [finding.text for finding in lint(text)] == ["\u202e", "\u200e"]


def test_hidden_characters_and_words_are_both_reported_in_order() -> None:
    text = "It helps my quota.\nWe meet\u202e there.\nThe quote expires on Friday."
    starts = [finding.start for finding in lint(text)]
    assert len(starts) == 3
    assert starts == sorted(starts)


def test_hidden_characters_in_quoted_history_are_not_ours() -> None:
    assert lint(f"{GOOD}\n\nOn Tue, 2 Jun 2026, Nora wrote:\n> \u202bshalom\u202c") == []


@pytest.mark.parametrize("char", ["\r", "\x0b", "\x85", "\u2028"])
def test_a_line_that_only_looks_quoted_is_judged(char: str) -> None:
    assert "1_quota_own_interest" in blocked(f"{GOOD}\n\n> You wrote this.{char}It helps my quota.")


def test_an_allowed_phrase_may_hold_hidden_characters() -> None:
    name = "Shalom\u200f"
    assert lint(f"{name} meets us on Thursday at ten.", allow=[Allowed(name)]) == []


PUSHY = "Q4 discount - act now"


@pytest.mark.parametrize("ours", [PUSHY, f"Re: {PUSHY}", f"AW: Re[2]:  {PUSHY}", "Re: Q4  discount - act now "])
@pytest.mark.parametrize("theirs", [PUSHY, f"RE: {PUSHY}", f"[EXTERNAL] Re: {PUSHY}"])
def test_a_subject_that_the_customer_gave_is_not_ours(ours: str, theirs: str) -> None:  # E7.103
    assert isinstance(clear(ours, title=True), list)
    assert isinstance(clear(ours, title=True, quoted_subject=theirs), ClearedText)
    assert lint(GOOD, subject=ours, quoted_subject=theirs) == []


@pytest.mark.parametrize("ours", [f"{PUSHY}!", f"{PUSHY}: last chance", PUSHY.upper(), "Last chance to lock your rate"])
def test_any_other_subject_is_ours(ours: str) -> None:
    assert isinstance(clear(ours, title=True, quoted_subject=PUSHY), list)


def test_the_subject_that_the_customer_gave_excuses_no_text() -> None:
    assert isinstance(clear(f"{PUSHY}!", quoted_subject=f"{PUSHY}!"), list)


def test_curly_apostrophes_and_missing_ones_are_the_same() -> None:
    assert blocked("We can’t hold the price.") == blocked("We cant hold the price.") != set()


def test_an_alarm_sign_is_urgency() -> None:
    assert blocked("⏰ Two steps to your new planner") == {"2_vendor_deadline_false_urgency"}


def test_a_postscript_is_judged() -> None:
    assert blocked(GOOD + "\n\nP.S. The quote expires on Friday.") == {"2_vendor_deadline_false_urgency"}


def test_a_signature_banner_is_judged() -> None:
    assert blocked(GOOD + "\n\nMara Lind | Example Ltd\nLast chance: 20% off until midnight!") >= {"3_discount_bait"}


def test_quoted_history_is_not_judged() -> None:
    assert lint(GOOD + "\n\nOn Tue, 2 Jun 2026, Nora wrote:\n> our quarter ends, what will it take?") == []


def test_the_subject_is_judged_apart() -> None:
    found = only(lint(GOOD, subject="Last chance to lock your rate"))
    assert found.part is Part.SUBJECT
    assert "Last chance to lock your rate"[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    [
        "Your fiscal year ends in March, so the export is tested on 2 March.",
        "The quarterly review of your stock is on the 9th.",
        "Your deadline for the tender is 12 June; our answers are in by the 5th.",
        "Your purchasing asked how the rebate of your group contract applies: clause 7, from unit 50.",
        "Your mailbox quota grows to 20 GB.",
    ],
)
def test_the_customers_own_interest_passes(text: str) -> None:
    assert blocked(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Do you really need to decide this year?",
        "Could this wait until next year?",
        "Why can't it wait until next year?",
        "If you left it for a season, who would miss it?",
        "Would next spring be a better time for the kitchen?",
        "What would change for your team if this waited until spring?",
        "We've covered a lot of ground. Do you need to make a decision right now?",
        "Suppose you did nothing. Who would notice first?",
    ],
)
def test_the_clarity_question_always_passes(text: str) -> None:
    assert lint(text) == []


def test_a_clarity_question_with_a_threat_beside_it_is_blocked() -> None:
    assert blocked("Could this wait until next year? The price goes up in January.")


def test_a_day_that_the_customer_named_is_no_deadline_of_ours() -> None:
    text = "We need the signed form by 14 May."
    assert blocked(text) == {"2_vendor_deadline_false_urgency"}
    assert lint(text, own_dates=frozenset({date(2026, 5, 14)})) == []


AFTER_NO = [
    "Would a smaller scope change it?",
    "I'll call you on Monday anyway.",
    "The plan shows what you'd lose.",
    "You said it was urgent.",
    "The ROI sheet still stands.",
    "My director will call you.",
]


@pytest.mark.parametrize("text", AFTER_NO)
def test_after_a_no_every_attempt_to_reopen_is_blocked(text: str) -> None:
    assert blocked(text, after_no=True)


def test_a_no_in_the_text_itself_is_enough() -> None:
    assert "9_push_after_no" in blocked("I hear you on the no. Would a smaller scope change it?")


def test_a_graceful_exit_passes_after_a_no() -> None:
    text = (
        "Hi Nora,\n\nThank you for saying it plainly. The Thursday meeting is cancelled and your sample files "
        "are wiped. Good luck with the opening!\n\nMara"
    )
    assert lint(text, after_no=True) == []


def test_paperwork_after_a_yes_is_not_an_assumption() -> None:
    assert "8_manipulation_fomo_assumptive" in blocked("Which entity should the invoices name?")
    assert blocked("Since your committee accepted it on Monday: which entity should the invoices name?") == set()


def test_an_allowed_name_passes_and_nothing_else_does() -> None:
    text = "My Quota GmbH visit is on the 9th."
    assert blocked(text) == {"1_quota_own_interest"}
    assert lint(text, allow=[Allowed("Quota GmbH", "a company")]) == []
    assert blocked(text + " It helps my quota.", allow=[Allowed("Quota GmbH")])


def test_a_phrase_can_be_allowed_for_one_rule() -> None:
    text = "The quote expires on Friday."
    rule = lint(text)[0].rule
    assert lint(text, allow=[Allowed("quote expires", "legal needs it", rule)]) == []
    assert lint(text, allow=[Allowed("quote expires", "legal needs it", "gift")]) != []


def test_two_families_in_one_sentence_are_both_reported() -> None:
    assert blocked("Sign before our quarter ends and you get 10% off.") >= {
        "1_quota_own_interest",
        "3_discount_bait",
    }


def test_what_is_clear_is_cleared_text() -> None:
    cleared = clear(GOOD)
    assert isinstance(cleared, ClearedText)
    assert cleared == GOOD


def test_what_is_blocked_comes_back_as_findings() -> None:
    assert isinstance(clear("Just checking in."), list)


def test_a_warning_does_not_block() -> None:
    text = "Here is the security paper. Let me know what you think."
    assert [finding.severity for finding in lint(text)] == [Severity.WARN, Severity.WARN]
    assert isinstance(clear(text), ClearedText)


def test_an_empty_text_has_nothing_to_object_to() -> None:
    assert lint("") == []


@given(st.text(max_size=300))
def test_any_text_is_judged_and_every_span_fits(text: str) -> None:
    for finding in lint(text):
        assert text[finding.start : finding.end] == finding.text


@given(st.sampled_from(["  ", "\n", "\u00a0", " \n "]))
def test_white_space_between_the_words_does_not_matter(gap: str) -> None:
    assert blocked("Last chance to lock your rate.".replace(" ", gap)) == {"2_vendor_deadline_false_urgency"}


@pytest.mark.parametrize(
    "hidden", ["> {}", "| {}", "-- Original Message --\n{}", "On Tue, 2 Jun 2026, Nora wrote:\n> {}"]
)
def test_what_leaves_cannot_hide_as_a_quotation(hidden: str) -> None:
    body = f"{GOOD}\n\n{hidden.format('It would help me reach my quota.')}"
    assert lint(body) == []
    assert isinstance(clear(body), list)


def test_a_courtesy_is_no_refusal_of_theirs() -> None:
    assert lint("Thanks for the quick reply. Shall we meet on Tuesday at 14:00, you, Priya and I?") == []


def test_a_text_that_says_the_same_thing_a_thousand_times_is_judged() -> None:
    assert lint("Thank you. " * 5_000) is not None
