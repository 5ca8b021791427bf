"""The report without customers' names: nothing of who they are or of what they wrote, and every figure as it was."""

import json
from collections.abc import Callable

import pytest

from assistant.report.anonymous import anonymous
from assistant.report.entry import entry
from assistant.report.values import Report
from tests.report.samples import ordinary
from tests.report.samples_edges import empty, huge, off

SAMPLES = pytest.mark.parametrize("sample", [ordinary, empty, off, huge], ids=lambda each: each.__name__)
Sample = Callable[[], Report]


@SAMPLES
def test_no_customer_is_named(sample: Sample) -> None:
    """E10.131"""
    told = sample()
    text = json.dumps(entry(anonymous(told)), ensure_ascii=False)
    for deal in {line.deal for line in told.deals} | {line.deal for line in told.next}:
        assert deal.name not in text
        assert deal.company not in text
        assert f'"{deal.id}"' not in text
        assert f".{deal.id}" not in text
    assert "@" not in text
    assert not [person.name for person in told.people if person.name in text]
    assert not [one.sentence for each in told.figures() for one in each.evidence if one.sentence in text]


@SAMPLES
def test_the_figures_stay_as_they_were(sample: Sample) -> None:
    before, after = list(sample().figures()), list(anonymous(sample()).figures())
    assert [(each.value, each.of, each.small, len(each.evidence)) for each in after] == [
        (each.value, each.of, each.small, len(each.evidence)) for each in before
    ]
    assert len({each.id for each in after}) == len({each.id for each in before})


def test_a_customer_has_the_same_letter_everywhere() -> None:
    told = anonymous(ordinary())
    assert told.anonymous
    harbour = told.deals[0].deal
    assert (harbour.id, harbour.company) == ("customer-a", "Customer A")
    assert told.plans[0].deal == harbour
    assert told.figure("slack.customer-a") == told.plans[0].slack
    assert told.next[-1].deal == harbour


def test_the_twenty_seventh_customer_has_two_letters() -> None:
    names = {line.deal.company for line in anonymous(huge()).deals}
    assert {"Customer Z", "Customer AA", "Customer BH"} <= names


def test_what_is_next_is_told_by_its_purpose() -> None:
    assert [line.title for line in anonymous(ordinary()).next] == [
        "Answer them",
        "Set the next step anew",
        "Ask how and by when they mean to decide",
        "Wait",
    ]


@SAMPLES
def test_programs_get_every_figure_as_json(sample: Sample) -> None:
    told = sample()
    text = json.dumps(entry(told))
    assert json.loads(text)["week"] == told.week.name
    assert all(f'"id": "{each.id}"' in text for each in told.figures())


def test_a_figure_for_programs_has_its_share_and_its_evidence() -> None:
    told = entry(ordinary())["moves"]["purposeful"]
    assert (told["value"], told["of"], told["part"]) == (8, 14, 0.5714)
    assert told["evidence"][0]["on"] == "2026-11-16"
