"""Meetings of ours are noted, each change a row; choices for a plan's milestones belong to its decision date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from assistant.domain.deal import DecisionDate, Evidence, Source
from assistant.domain.draft import Content
from assistant.domain.invite import InviteAct, InviteState, Meeting
from assistant.domain.mail import Address
from assistant.domain.ports import PlacedEvent
from assistant.errors import RefusedError
from assistant.store import PlacedInvite, PlanChoices, Store
from assistant.store.tables import invite as table
from tests.store.making import deal

NOW = datetime(2026, 5, 11, 9, tzinfo=UTC)
BOOKED = PlacedInvite(
    deal_id="aldermoor",
    milestone="needs",
    uid="one@tallwood.example",
    state=InviteState.INVITED,
    sequence=0,
    account="work",
    content=Content(
        to=(Address("fiona@aldermoor.example", "Fiona Garside"),),
        subject="What matters most to you",
        times=((NOW, NOW + timedelta(minutes=30)),),
        meeting=Meeting(InviteAct.INVITE, "needs", "one@tallwood.example", where="Room 4"),
    ),
    placed=PlacedEvent("work", "one.ics", "one@tallwood.example", 0, "e1"),
    at=NOW,
)


@pytest.fixture
def noted(store: Store) -> Store:
    with store.write() as tx:
        tx.ledger.add_deal(deal(id="aldermoor"))
        tx.invites.note(BOOKED)
    return store


def test_the_last_row_of_a_meeting_counts(noted: Store) -> None:
    moved = replace(BOOKED, sequence=1, state=InviteState.THEIRS, placed=None, at=NOW + timedelta(days=1))
    other = replace(BOOKED, uid="two@tallwood.example")
    with noted.write() as tx:
        tx.invites.note(other)
        tx.invites.note(moved)
        assert tx.invites.latest() == [other, moved]
        assert tx.invites.latest("aldermoor") == [other, moved]
        assert tx.invites.latest("nobody") == []
        assert tx.invites.history(BOOKED.uid) == [BOOKED, moved]
        assert tx.invites.since(NOW + timedelta(hours=1)) == [moved]


def test_what_was_placed_can_not_be_rewritten(noted: Store) -> None:
    with pytest.raises(IntegrityError, match="stays in the history"), noted.write() as tx:
        tx.invites._connection.execute(table.update().values(state=InviteState.GONE))


def test_choices_belong_to_the_plan_in_force(noted: Store) -> None:
    said = Evidence(Source.REP, "", "Fiona told me.", "rep")
    with noted.write() as tx:
        with pytest.raises(RefusedError, match="No decision date"):
            tx.ledger.choose_milestone("aldermoor", "needs", "drop", NOW)
        tx.ledger.decide("aldermoor", DecisionDate(date(2026, 6, 30), said))
        tx.ledger.choose_milestone("aldermoor", "needs", "drop", NOW)
        tx.ledger.choose_milestone("aldermoor", "security_legal", "merge", NOW, into="commercial")
        chosen = tx.ledger.plan_choices("aldermoor")
        assert chosen == PlanChoices(frozenset({"needs"}), {"security_legal": "commercial"})
        tx.ledger.choose_milestone("aldermoor", "needs", "keep", NOW)
        assert tx.ledger.plan_choices("aldermoor").dropped == frozenset()
        tx.ledger.decide("aldermoor", DecisionDate(date(2026, 7, 30), said))
        assert tx.ledger.plan_choices("aldermoor").merged == {}
