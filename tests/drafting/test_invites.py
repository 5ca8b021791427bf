"""Every invite is short, calm, clean before the guard, shows its gaps, and says nothing of what is only the rep's."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.domain.draft import ClearedText, Gap, Severity
from assistant.domain.invite import InviteAct
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.drafting.invite_facts import Cause, our_company
from assistant.drafting.invites import (
    MOST_WORDS,
    ComposedInvite,
    compose_invite,
    no_time_title,
    nobody_title,
    their_change_title,
    title_of_item,
)
from assistant.engine.planning import DEFAULT_PROCESS
from assistant.guard import clear

from .desk import ADA, BERLIN, JONAS, PRIYA, TODAY, TOM, US, VOICE
from .meetings import KINDS, MEET, OWN, THURSDAY, TUESDAY, Case, all_cases, brief_of, invite

PRIVATE = re.compile(
    r"\b(?:milestones?|deals?|stages?|probabilit\w+|quota|forecast|pipeline|plan(?:s|ned)?|deadline|due|decide by"
    r"|close|closing|discount|urgent\w*|asap|last chance|reminder|economic buyer|champion|slack|exit criteri\w+|roi"
    r"|but you said|as agreed)\b|10 December|December 10",
    re.IGNORECASE,
)
UNTIDY = re.compile(r"\{|\}|None|Macro|  |\n\n\n| [,.;:?]|\.\.|,,|\w\.[A-Z]|\( |\?\?|, \.|True|False")
REVIEW = KINDS["security_legal"]
Made = list[tuple[Case, ComposedInvite]]


@pytest.fixture(scope="module")
def every() -> Made:
    """An invite for every milestone and pair, in every act and cause; what is known varies along."""
    return [(case, invite(case)) for case in all_cases()]


def test_no_description_has_more_than_90_words(every: Made) -> None:
    assert [made.description for _, made in every if made.words > MOST_WORDS] == []


def test_the_guard_finds_nothing(every: Made) -> None:
    assert {(f.rule, f.text) for _, made in every for f in made.findings} == set()


def test_the_guard_clears_title_and_description_for_leaving(every: Made) -> None:
    for case, made in every:
        after_no = case.act is InviteAct.CANCEL
        assert isinstance(clear(made.title, title=True, after_no=after_no), ClearedText)
        assert isinstance(clear(made.description, after_no=after_no), ClearedText)


def test_nothing_shows_of_the_plan_the_stage_or_the_decision_date(every: Made) -> None:
    texts = [f"{made.title}\n{made.description}" for _, made in every]
    assert {found.group() for text in texts for found in PRIVATE.finditer(text)} == set()


def test_the_texts_are_tidy(every: Made) -> None:
    texts = [text for _, made in every for text in (made.title, made.description)]
    assert {found.group() for text in texts for found in UNTIDY.finditer(text)} == set()
    assert all("\n" not in made.title for _, made in every)


def test_the_place_is_the_only_gap_and_it_is_listed_with_its_ask(every: Made) -> None:
    for case, made in every:
        asked = not case.where and case.act in (InviteAct.INVITE, InviteAct.MOVE)
        assert [gap.marker for gap in made.gaps] == (["[where]"] if asked else [])
        assert set(re.findall(r"\[[^\]]*\]", made.description + made.title)) == {gap.marker for gap in made.gaps}
        assert all(gap.ask for gap in made.gaps)


def test_facts_stand_in_the_texts_and_have_evidence(every: Made) -> None:
    for _, made in every:
        assert all(fact.value in made.title + made.description and fact.evidence.ref for fact in made.facts)


def test_an_invite_says_what_for_what_about_what_comes_of_it_where_and_how_to_change_it(every: Made) -> None:
    for case, made in every:
        if case.act is not InviteAct.INVITE:
            continue
        if len(case.kinds) == 1:
            assert case.kinds[0].purpose in made.description
        assert 2 <= made.description.count("\n- ") <= 4
        assert "\nAt the end, " in made.description
        assert f"\nWhere: {case.where or '[where]'}\n" in made.description
        assert US.rep.email in made.description
        assert made.description.endswith("\nMara\n")


def test_a_title_names_the_topic_and_both_companies() -> None:
    assert invite(Case()).title == "Security and legal review: Northmill Foods and Tallwood Software"


def test_the_rep_stands_for_a_company_that_no_signature_names() -> None:
    assert invite(Case(signature=())).title == "Security and legal review: Northmill Foods and Mara Lindqvist"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Tallwood Software", "Tallwood Software"),
        ("Tallwood Software GmbH · Berlin", "Tallwood Software GmbH"),
        ("Account Manager | Tallwood", "Tallwood"),
        ("https://tallwood.example", None),
        ("mara.lindqvist@tallwood.example", None),
        ("tallwood.example", None),
        ("Berlin", None),
    ],
)
def test_our_company_is_the_part_of_the_signature_that_begins_like_our_domain(line: str, found: str | None) -> None:
    fact = our_company(US, [line])
    assert (fact.value if fact else None) == found


@pytest.mark.parametrize("kind", DEFAULT_PROCESS.milestones, ids=lambda kind: kind.id)
def test_a_title_is_known_for_its_own_milestone_and_no_other(kind: MilestoneKind) -> None:
    title = invite(Case(kinds=(kind,), signature=())).title
    named = [k.id for k in DEFAULT_PROCESS.milestones if any(re.search(rf"\b{w}\b", title, re.I) for w in k.words)]
    assert named == [kind.id]


def test_a_name_that_the_configuration_gives_stands_in_the_title() -> None:
    assert invite(Case(kinds=(replace(KINDS["needs"], name="First talk"),))).title.startswith("First talk: ")


def test_a_hold_is_told_from_a_meeting_by_its_title() -> None:
    assert invite(Case(InviteAct.HOLD)).title == "Hold: Northmill Foods, security and legal review"


def test_two_milestones_in_one_meeting_have_both_agendas() -> None:
    made = invite(Case(kinds=(KINDS["hands_on"], REVIEW)))
    assert made.title.startswith("Hands-on test, and security and legal review: ")
    assert "- your team tries it on its own data" in made.description
    assert "- your questions on security and data protection" in made.description


def test_the_guest_with_the_role_that_is_needed_is_named() -> None:
    assert "Tom could bring the questions known so far." in invite(Case()).description


def test_the_only_guest_is_you() -> None:
    for guest in (TOM, PRIYA):
        assert "you could bring the questions known so far." in invite(Case(people=(guest,))).description


def test_somebody_who_is_not_invited_is_not_named() -> None:
    made = invite(Case(people=(PRIYA, ADA)))
    assert "Tom" not in made.description
    assert "your side could bring" in made.description


def test_colleagues_who_join_are_named() -> None:
    assert "Jonas joins from our side." in invite(Case(people=(PRIYA, TOM, JONAS))).description


def test_an_invite_names_no_time_so_that_another_one_can_be_chosen() -> None:
    assert not re.search(r"\d\d:\d\d|December", invite(Case()).description)


MOVED = Case(InviteAct.MOVE, before=TUESDAY)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (replace(MOVED, cause=Cause.COUNTER, who=TOM), "Thursday, 3 December, at 14:00 (CET) it is, as Tom suggested."),
        (
            replace(MOVED, cause=Cause.DECLINED, who=PRIYA),
            "Priya can't make Tuesday, 1 December, so I suggest Thursday, 3 December, at 14:00 (CET) instead.",
        ),
        (
            replace(MOVED, cause=Cause.DECLINED, who=PRIYA, people=(PRIYA,)),
            "As Tuesday, 1 December, isn't good for you, I suggest Thursday, 3 December, at 14:00 (CET) instead.",
        ),
        (
            replace(MOVED, cause=Cause.DECLINED, who=Address("x@northmill.example")),
            "Not everyone can make Tuesday, 1 December, so I suggest Thursday, 3 December, at 14:00 (CET) instead.",
        ),
        (
            replace(MOVED, cause=Cause.THEY_ASKED),
            "Here is another time, as asked: Thursday, 3 December, at 14:00 (CET).",
        ),
        (
            replace(MOVED, cause=Cause.OUR_CONFLICT, before=THURSDAY.replace(hour=9)),
            "I'm sorry, something has come up on my side for 09:00. I suggest Thursday, 3 December, at 14:00 (CET)",
        ),
        (
            replace(MOVED, cause=Cause.HOLIDAY, far=True),
            "I had overlooked a public holiday on Tuesday, December 1, so I suggest Thursday, December 3, at 7:00 am",
        ),
    ],
)
def test_a_move_begins_with_its_reason_and_the_new_time(case: Case, said: str) -> None:
    assert invite(case).description.startswith(said)


def test_a_move_still_says_what_the_meeting_is_about() -> None:
    made = invite(replace(MOVED, cause=Cause.HOLIDAY))
    assert REVIEW.purpose in made.description
    assert "- your questions on security and data protection" in made.description


def test_who_asked_is_known_from_their_reply() -> None:
    made = invite(replace(MOVED, cause=Cause.DECLINED, who=TOM))
    assert next(fact.evidence.ref for fact in made.facts if fact.value == "Tom") == "reply@northmill.example"


@pytest.mark.parametrize("act", [InviteAct.MOVE, InviteAct.CANCEL])
def test_the_title_that_a_meeting_has_is_kept(act: InviteAct) -> None:
    brief = replace(brief_of(Case(act, cause=Cause.SAID_NO)), title="Security talk (booked)")
    assert compose_invite(brief, VOICE).title == "Security talk (booked)"


@pytest.mark.parametrize("cause", [Cause.SAID_NO, Cause.NOT_NOW, Cause.NOT_NEEDED, Cause.ALREADY_BOOKED, None])
def test_the_note_of_a_cancellation_asks_and_expects_nothing(cause: Cause | None) -> None:
    note = invite(Case(InviteAct.CANCEL, cause=cause)).description
    assert "?" not in note
    assert len(re.findall(r"[.!]", note)) <= 3
    assert re.search(r"out of the calendars|taken this one out|taken it out", note)
    assert not re.search(r"\b(?:if|unless|should|still|door|reconsider|whenever|happy|hope)\b", note)


def test_after_a_not_now_the_day_is_named_that_they_named() -> None:
    case = Case(InviteAct.CANCEL, cause=Cause.NOT_NOW)
    assert "in March, as you asked" in invite(replace(case, named_day=True)).description
    assert "March" not in invite(case).description
    assert "as you asked" not in invite(case).description


def test_the_configurations_words_are_left_out_where_the_guard_objects_to_them() -> None:
    pushy = replace(OWN, purpose="we can still make our quarter", step="a call to close this before the offer expires")
    made = invite(Case(kinds=(pushy,)))
    assert "quarter" not in made.description
    assert [f for f in made.findings if f.severity is Severity.BLOCK] == []
    assert made.description.startswith("Two hours together:\n- ")


def test_the_companies_are_left_out_of_a_title_where_the_guard_objects_to_them() -> None:
    brief = brief_of(Case())
    pushy = replace(brief.company, value="Last Chance to Sign Today")
    assert compose_invite(replace(brief, company=pushy), VOICE).title == "Security and legal review"


def test_a_template_of_the_reps_own_comes_first_and_need_not_say_everything(tmp_path: Path) -> None:
    (tmp_path / "site_visit.txt.j2").write_text("{% macro agenda() %}\nthe mill at work\n{% endmacro %}\n", "utf-8")
    made = compose_invite(brief_of(Case(kinds=(OWN,))), VOICE, folders=[tmp_path])
    assert "- the mill at work" in made.description
    assert "At the end, whatever is still open has a name and a day." in made.description


@pytest.mark.parametrize("ident", ["_cancel", "../drafts/answer", "meeting"])
def test_the_id_of_a_milestone_opens_no_other_template(ident: str) -> None:
    assert "- what matters to you in this" in invite(Case(kinds=(replace(OWN, id=ident),))).description


def test_names_and_places_may_have_any_letters() -> None:
    guest = Address("z@northmill.example", "Zoë Çelik")
    made = invite(Case(kinds=(REVIEW,), people=(guest, PRIYA), where="Büro Łódź, 東京", cause=Cause.DECLINED))
    assert "Where: Büro Łódź, 東京" in made.description
    moved = invite(replace(MOVED, people=(guest, PRIYA), cause=Cause.DECLINED, who=guest))
    assert moved.description.startswith("Zoë can't make ")


def test_the_same_brief_gives_the_same_texts() -> None:
    assert invite(Case()) == invite(Case())


def test_the_gap_says_where_the_place_is_set_for_good() -> None:
    [gap] = invite(Case(where=" ")).gaps
    assert isinstance(gap, Gap)
    assert "[plan]" in gap.ask


def item(act: InviteAct, *people: Address | str, cause: Cause | None = None, who: Address | None = None) -> str:
    return title_of_item(act, [REVIEW], people, TUESDAY, today=TODAY, cause=cause, who=who)


def test_the_queue_names_act_people_topic_and_time() -> None:
    assert item(InviteAct.INVITE, PRIYA, TOM) == (
        "Invite Priya and Tom to the security and legal review, Tue 1 December 10:00"
    )
    assert item(InviteAct.HOLD) == "Keep Tue 1 December 10:00 free for the security and legal review"
    assert item(InviteAct.MOVE, cause=Cause.DECLINED, who=TOM) == (
        "Move the security and legal review to Tue 1 December 10:00: Tom can't make the first time"
    )
    assert item(InviteAct.MOVE, cause=Cause.COUNTER) == (
        "Move the security and legal review to Tue 1 December 10:00, as one of them suggests"
    )
    assert item(InviteAct.CANCEL, cause=Cause.SAID_NO) == (
        "Call off the security and legal review, Tue 1 December 10:00, with a kind note"
    )


def test_many_people_are_counted_in_the_queue() -> None:
    assert item(InviteAct.INVITE, PRIYA, TOM, ADA, "it@x.example").startswith("Invite Priya, Tom and 2 more to ")
    assert item(InviteAct.INVITE).startswith("Invite them to ")


def test_a_milestone_of_one_word_is_called_a_meeting_in_the_queue() -> None:
    next_year = datetime(2027, 1, 4, 14, tzinfo=BERLIN)
    said = title_of_item(InviteAct.INVITE, [KINDS["kick_off"]], [PRIYA], next_year, today=TODAY, country="US")
    assert said == "Invite Priya to the kick-off meeting, Mon January 4 2027 2:00 pm"


def test_notices_say_what_is_wrong_in_one_line() -> None:
    last = date(2026, 12, 4)
    assert no_time_title([REVIEW], last, today=TODAY) == (
        "No time that everyone has is left for the security and legal review, up to Fri 4 December"
    )
    assert nobody_title([REVIEW], "security or legal") == (
        "Who should come to the security and legal review? Nobody is known for security or legal on their side"
    )
    assert their_change_title([REVIEW], THURSDAY, today=TODAY) == (
        "They have moved the security and legal review to Thu 3 December 14:00"
    )
    assert their_change_title([REVIEW], None, today=TODAY) == "They have called off the security and legal review"


def test_an_invite_serves_at_least_one_milestone() -> None:
    with pytest.raises(ValueError, match="at least one"):
        replace(brief_of(Case(where=MEET)), kinds=())
