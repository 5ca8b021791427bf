from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Contact, Deal, Side, Stage, Standing, Us
from assistant.domain.mail import Address

MARA = Address("mara@tallwood.example", "Mara Lindqvist")
PETRA = Address("petra@northgate.example", "Petra Sandvik")
US = Us(
    rep=MARA,
    own=frozenset({"mara@tallwood.example", "m.lindqvist@tallwood.example"}),
    domains=frozenset({"tallwood.example"}),
    colleagues=frozenset({"ida@freelance.example"}),
)
DEAL = Deal("northgate", "Planner", "Northgate", datetime(2026, 9, 1, tzinfo=UTC), contacts=(Contact(PETRA),))


def test_a_contact_is_found_by_email() -> None:
    assert DEAL.contact("petra@northgate.example") == Contact(PETRA)


def test_a_stranger_is_no_contact() -> None:
    assert DEAL.contact("tom@northgate.example") is None


def test_a_deal_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        DEAL.resume_on = date(2026, 10, 1)  # type: ignore[misc]


def test_a_changed_deal_is_another_value() -> None:
    assert replace(DEAL, stage=Stage.AFTER_YES) != DEAL


@pytest.mark.parametrize("stage", [Stage.WON, Stage.SAID_NO, Stage.PAUSED])
def test_won_said_no_and_paused_deals_have_ended(stage: Stage) -> None:
    assert stage.ended


@pytest.mark.parametrize("stage", [Stage.BEFORE_YES, Stage.AFTER_YES])
def test_a_deal_before_and_after_the_yes_is_going_on(stage: Stage) -> None:
    assert not stage.ended


def test_standings_are_listed_in_the_order_of_precedence() -> None:
    assert [standing.value for standing in Standing] == [
        "won",
        "said_no",
        "unreachable",
        "paused",
        "away",
        "owes_reply",
        "advancing",
        "lapsed",
        "passive",
        "undated",
    ]


@pytest.mark.parametrize(
    "email",
    ["mara@tallwood.example", "jonas@tallwood.example", "jonas@sales.tallwood.example", "ida@freelance.example"],
)
def test_the_rep_colleagues_and_their_subdomains_are_us(email: str) -> None:
    assert Address(email) in US


@pytest.mark.parametrize("email", ["petra@northgate.example", "x@nottallwood.example", "tom@freelance.example"])
def test_everybody_else_is_not_us(email: str) -> None:
    assert Address(email) not in US


def test_an_alias_of_the_rep_is_the_rep() -> None:
    assert US.is_rep(Address("m.lindqvist@tallwood.example"))


def test_a_colleague_is_not_the_rep() -> None:
    assert not US.is_rep(Address("jonas@tallwood.example"))


def test_our_address_is_on_our_side() -> None:
    assert US.side_of(MARA) is Side.US


def test_an_unknown_sender_is_on_their_side() -> None:
    assert US.side_of(None) is Side.THEM


@given(st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True))
def test_a_domain_that_only_ends_like_ours_is_not_ours(prefix: str) -> None:
    address = Address(f"x@{prefix}tallwood.example")
    assert (address in US) == prefix.endswith(".")
