"""Roles are found in the words in which people write them down."""

from datetime import UTC, datetime

import pytest

from assistant.domain.deal import Contact, Deal
from assistant.domain.mail import Address
from assistant.engine.roles import in_role


def found(role: str, asked: str) -> bool:
    fiona = Contact(Address("fiona@aldermoor.example", "Fiona"), role)
    deal = Deal("d", "Kegs", "Aldermoor", datetime(2026, 3, 4, tzinfo=UTC), (), (fiona,))
    return in_role(deal, asked) == [fiona]


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("champion", "champion"),
        ("decides", "economic buyer"),
        ("Owner, decides alone", "economic buyer"),
        ("VP operations", "economic buyer"),
        ("VP operations", "user"),
        ("IT security", "security or legal"),
        ("General Counsel", "security or legal"),
        ("warehouse manager", "user"),
        ("works council", "works council"),
    ],
)
def test_the_role_is_known_by_other_words(role: str, asked: str) -> None:
    assert found(role, asked)


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("purchasing", "economic buyer"),
        ("shipowner liaison", "economic buyer"),
        ("champion", "user"),
        ("", "champion"),
        ("champion", ""),
        ("buyer", "economic buyer"),
    ],
)
def test_another_role_is_another(role: str, asked: str) -> None:
    assert not found(role, asked)
