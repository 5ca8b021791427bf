"""What a report says: what's next first, described and never judged, in words that the guard lets pass."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.guard import lint
from assistant.report.figure import FEW, Week
from assistant.report.telling import tell, when
from assistant.report.told import Told, plain
from assistant.report.values import Risk
from tests.report.samples import ordinary
from tests.report.samples_edges import empty, huge, off
from tests.report.varied import SAMPLES, named, varied

NEVER = re.compile(
    r"\b(quotas?|forecasts?|pipeline|revenue|amounts?|rank(?:ed|ing)s?|leaderboards?|scores?|grades?|top performers?|"
    r"fail(?:ed|ure)s?|bad|poor|worse|worst|unfortunately|only \d|should have|must|overdue|deadlines?|targets?)\b"
    r"|[€$£%]",
    re.IGNORECASE,
)

SEEDS = st.integers(0, 10**6)


def section(told: Told, name: str) -> str:
    """Everything that the section of this id says."""
    (found,) = (each for each in told.sections if each.id == name)
    lines = [plain(found.head)]
    for group in found.groups:
        lines += [group.title, *(f"{line.day} {plain(line.whole)} {plain(line.more)}".strip() for line in group.lines)]
    return "\n".join([*lines, plain(found.note)])


@pytest.mark.parametrize("name", SAMPLES)
def test_the_guard_finds_nothing_in_our_own_words(name: str) -> None:
    assert lint(tell(SAMPLES[name]()).own(), leaving=True) == []


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_guard_finds_nothing_in_our_own_words_whatever_the_figures(seed: int) -> None:
    assert lint(tell(varied(seed)).own(), leaving=True) == []


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_no_word_of_ours_measures_people_or_money_or_scolds(seed: int) -> None:
    report = replace(varied(seed), guard=())  # its families are called what they object to
    said = " ".join(run.text for run in tell(report).runs() if not run.theirs)
    assert NEVER.findall(said) == []


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_every_sentence_begins_with_a_capital_and_has_no_hole(seed: int) -> None:
    told = tell(varied(seed))
    for said in (told.title, told.lead, *(each.head for each in told.sections)):
        text = plain(said)
        assert "{" not in text
        assert "  " not in text
        for sentence in re.split(r"(?<=[.]) ", text):
            assert not sentence or not sentence[0].islower(), text


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_one_of_anything_is_one(seed: int) -> None:
    said = "\n".join(plain(each) for each in tell(varied(seed)).sentences())
    assert not re.search(
        r"\b(?:1|one) (?:mails|moves|meetings|drafts|invites|deals|exchanges|working days|milestones)\b", said, re.I
    )
    assert not re.search(
        r"\b(?:0|[2-9]|\d\d) (?:mail|move|meeting|draft|invite|deal|exchange|working day|milestone)\b", said
    )


def test_what_is_next_comes_first() -> None:
    assert tell(ordinary()).sections[0].id == "next"


def test_what_is_next_stands_in_the_order_of_risk() -> None:
    report = huge()
    (groups,) = (each.groups for each in tell(report).sections if each.id == "next")
    assert [group.title for group in groups] == [
        "They wait for you",
        "A next step went by",
        "The next step is open",
        "On their way",
    ]
    assert sum(len(group.lines) for group in groups) == len(report.next)


def test_whats_next_is_a_line_a_deal_and_its_plan_says_how_long_it_can_wait() -> None:
    told = tell(ordinary())
    assert "Lark renewal of the warehouse: Answer Tom Adeyemi: the export format" in section(told, "next")
    assert "to spare" not in section(told, "next")
    assert "3 working days to spare" in section(told, "plans")


def test_a_week_with_everything_on_its_way_asks_for_nothing() -> None:
    report = ordinary()
    calm = replace(report, next=tuple(replace(each, risk=Risk.NONE) for each in report.next))
    assert "Nothing waits for you." in section(tell(calm), "next")


def test_an_empty_week_is_a_quiet_one_and_short() -> None:
    told = tell(empty())
    assert plain(told.title) == "A quiet week."
    assert told.sections == ()


def test_a_week_off_is_a_week_away_and_judges_nothing() -> None:
    told = tell(off())
    assert plain(told.title) == "A week away."
    assert "0 of" not in plain(told.title) + plain(told.lead)


def test_a_week_that_goes_on_says_so() -> None:
    assert "goes on still" in plain(tell(replace(ordinary(), over=False)).lead)


def test_few_moves_are_called_few_and_have_no_share() -> None:
    report = ordinary()
    few = replace(report.moves.purposeful, value=2, of=3, small=True)
    told = tell(replace(report, moves=replace(report.moves, purposeful=few)))
    assert "Two of your three moves led somewhere: few, so only a hint." in section(told, "moves")
    assert "in 10" not in section(told, "moves")


@pytest.mark.parametrize(
    ("led", "open_", "title", "head"),
    [
        (3, 6, "Three moves led somewhere, six left the next step open.", "Three of your nine moves led somewhere."),
        (9, 0, "All nine moves led somewhere.", "All nine of your moves led somewhere."),
        (0, 9, "Nine moves left the next step open.", "Nine moves left the next step open."),
        (1, 1, "One move led somewhere, one left the next step open.", "One of your two moves led somewhere"),
        (1, 0, "The one move led somewhere.", "The one move led somewhere"),
        (0, 1, "The one move left the next step open.", "The one move left the next step open"),
        (118, 122, "118 moves led somewhere, 122 left the next step open.", "118 of your 240 moves led somewhere"),
    ],
)
def test_both_kinds_of_moves_are_described_and_neither_is_held_against_anybody(
    led: int, open_: int, title: str, head: str
) -> None:
    report = ordinary()
    moves = replace(
        report.moves,
        purposeful=replace(report.moves.purposeful, value=led, of=led + open_, small=led + open_ < FEW),
        passive=replace(report.moves.passive, value=open_),
    )
    told = tell(replace(report, moves=moves))
    assert plain(told.title) == title
    assert head in section(told, "moves")
    assert not re.search(r"\b(?:none|only \w+|no) of\b|\b0 of\b", plain(told.title))


def test_a_graceful_exit_is_a_good_outcome() -> None:
    said = section(tell(ordinary()), "endings")
    assert "ended gracefully, a good outcome too" in said
    assert "Osprey: rests until Mon 1 Mar 2027, as they asked" in said


def test_passive_moves_are_described() -> None:
    assert "6 moves answered or sent something, and left the next step open" in section(tell(ordinary()), "moves")


def test_a_name_is_never_ours() -> None:
    told = tell(named(ordinary(), "Q4 quota push, sign today"))
    assert "quota" not in told.own()
    assert lint(told.own(), leaving=True) == []


def test_what_cannot_be_seen_is_taken_out_of_a_name() -> None:
    told = tell(named(ordinary(), "A\u202eB\x07\n C\ud800"))
    assert {run.text for run in told.sections[0].groups[0].lines[0].name} == {"AB C"}


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (Week.of(date(2026, 11, 18)), "16 to 22 November 2026"),
        (Week.of(date(2026, 12, 30)), "28 December 2026 to 3 January 2027"),
        (Week.of(date(2026, 10, 1)), "28 September to 4 October 2026"),
    ],
)
def test_the_days_of_a_week_are_written_out(week: Week, said: str) -> None:
    assert when(week) == said


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [
        (0, 18, "The next step is open in all 18 open deals."),
        (0, 1, "The next step is open in the one open deal."),
        (1, 1, "The one open deal has a next step."),
        (1, 4, "One of four open deals has a next step."),
        (7, 7, "All seven open deals have a next step."),
        (0, 0, ""),
    ],
)
def test_the_open_deals_are_described(count: int, of: int, said: str) -> None:
    report = ordinary()
    steps = replace(report.next_steps, covered=replace(report.next_steps.covered, value=count, of=of))
    told = tell(replace(report, next_steps=steps))
    assert plain(told.lead).startswith(said)
    assert said in section(told, "next-steps") if said else "next-steps" not in {each.id for each in told.sections}
