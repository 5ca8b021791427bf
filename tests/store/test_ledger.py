"""The user's own work: deals, the date that is written once, and the rep's words."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Source, Spoken, Stage
from assistant.domain.mail import Address
from assistant.errors import NotFoundError, RefusedError
from assistant.store import ApprovedPlan, Store
from tests.store.making import NOW, days, deal, decision

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_EVIDENCE = st.builds(
    Evidence, st.sampled_from(Source), _WORDS, _WORDS, _WORDS, st.none() | _WORDS, st.none() | st.dates()
)
_DEALS = st.builds(
    Deal,
    id=st.text(st.sampled_from("abc-1"), min_size=1, max_size=9),
    name=_WORDS,
    company=_WORDS,
    created=st.datetimes(timezones=st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m)))),
    domains=st.lists(_WORDS, max_size=2).map(tuple),
    contacts=st.lists(
        st.builds(Contact, st.builds(Address, _WORDS, st.none() | _WORDS), st.none() | _WORDS, st.booleans()),
        max_size=2,
    ).map(tuple),
    stage=st.sampled_from(Stage),
    decision=st.none() | st.builds(DecisionDate, st.dates(), _EVIDENCE),
    country=st.none() | st.just("DE-BY"),
    timezone=st.none() | st.just("Europe/Berlin"),
    resume_on=st.none() | st.dates(),
    notes=_WORDS,
    extra=st.lists(st.tuples(_WORDS, _WORDS), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_DEALS)
def test_a_deal_comes_back_as_it_went_in(store: Store, one: Deal) -> None:
    with store.write() as tx:
        assert tx.ledger.add_deal(one) == one
        assert tx.ledger.deals() == [one]
        tx.roll_back()


def test_deals_come_by_id_each_with_the_date_in_force(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal("oak"))
        tx.ledger.add_deal(deal("ash", decision=decision(5)))
        tx.ledger.decide("ash", decision(9))
        assert [(one.id, one.decision and one.decision.seq) for one in tx.ledger.deals()] == [("ash", 2), ("oak", None)]


def test_an_unknown_deal_is_said_to_be_unknown(store: Store) -> None:
    with store.read() as tx, pytest.raises(NotFoundError, match="no deal 'nix'"):
        tx.ledger.deal("nix")


def test_an_id_is_given_once(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        with pytest.raises(RefusedError, match="already"):
            tx.ledger.add_deal(deal(name="Another"))


def test_an_edit_on_an_old_version_loses(store: Store) -> None:
    with store.write() as tx:
        first = tx.ledger.add_deal(deal())
        assert tx.ledger.update_deal(replace(first, stage=Stage.WON)).version == 2
        with pytest.raises(RefusedError, match="in the meantime"):
            tx.ledger.update_deal(replace(first, notes="late"))
        assert tx.ledger.deal("pine").stage is Stage.WON


def test_an_edit_does_not_carry_another_decision_date(store: Store) -> None:
    with store.write() as tx:
        first = tx.ledger.add_deal(deal(decision=decision(5)))
        with pytest.raises(RefusedError, match="written once"):
            tx.ledger.update_deal(replace(first, decision=decision(9)))


def test_the_customers_other_date_is_a_new_plan_and_the_old_one_stays(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        assert tx.ledger.decide("pine", decision(5)).seq == 1
        assert tx.ledger.decide("pine", decision(9, "Rather then.")).seq == 2
        assert tx.ledger.decision_dates("pine") == [decision(5), replace(decision(9, "Rather then."), seq=2)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision_date SET day = '2030-01-01'",
        "DELETE FROM decision_date",
        "INSERT OR REPLACE INTO decision_date SELECT deal_id, seq, '2030-01-01', evidence FROM decision_date",
        "INSERT INTO decision_date SELECT deal_id, 7, day, evidence FROM decision_date",
        "UPDATE deal SET id = 'other'",
        "DELETE FROM deal",
        "UPDATE thread_choice SET deal_id = NULL",
        "DELETE FROM thread_choice",
        'INSERT OR REPLACE INTO thread_choice SELECT id, message_id, NULL, "by", why, at FROM thread_choice',
    ],
)
def test_the_database_itself_refuses(store: Store, statement: str) -> None:
    """Whatever program opens the file: this one goes past the store."""
    with store.write() as tx:
        tx.ledger.add_deal(deal(decision=decision(5)))
        tx.ledger.choose_thread("a@pine.example", "pine", "rep", "said so", NOW)
    engine = create_engine(f"sqlite:///{store.path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_last_word_about_a_thread_counts(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.ledger.choose_thread("a", "pine", "rep", "asked", NOW)
        tx.ledger.choose_thread("b", None, "rep", "not a deal", NOW)
        tx.ledger.choose_thread("a", None, "rep", "not a deal", NOW)
        assert tx.ledger.thread_choices() == {"a": None, "b": None}


def test_a_thread_is_not_given_to_an_unknown_deal(store: Store) -> None:
    with store.write() as tx, pytest.raises(NotFoundError):
        tx.ledger.choose_thread("a", "nix", "rep", "asked", NOW)


def test_a_talk_is_kept_and_can_be_taken_back(store: Store) -> None:
    told = Spoken(
        "pine", datetime(2026, 3, 4, 10, tzinfo=timezone(timedelta(hours=1))), "They visit", "Anna", date(2026, 3, 9)
    )
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.ledger.add_deal(deal("oak"))
        kept = tx.ledger.add_spoken(told)
        tx.ledger.add_spoken(replace(told, deal_id="oak", who=None, day=None))
        assert tx.ledger.spoken("pine") == [replace(told, id=kept.id)]
        assert len(tx.ledger.spoken()) == 2
        tx.ledger.delete_spoken(kept.id)
        assert tx.ledger.spoken("pine") == []
        with pytest.raises(NotFoundError):
            tx.ledger.delete_spoken(kept.id)


def test_a_dismissed_proposal_stays_dismissed(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.dismiss_proposal("pine.example")
        tx.ledger.dismiss_proposal("pine.example")
        assert tx.ledger.dismissed_proposals() == {"pine.example"}


def test_the_first_word_of_a_milestone_stays(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.ledger.mark_milestone_done("pine", "test", days(2).date(), "rep")
        tx.ledger.mark_milestone_done("pine", "needs", days(1).date(), "calendar")
        tx.ledger.mark_milestone_done("pine", "test", days(9).date(), "rep")
        assert list(tx.ledger.milestones_done("pine").items()) == [
            ("needs", days(1).date()),
            ("test", days(2).date()),
        ]


class TestApprovedPlans:
    """A plan toward day 5, whose test lies on day 2."""

    DAYS: Final = {"test": days(2).date(), "walk": days(4).date()}

    @pytest.fixture
    def planned(self, store: Store) -> Store:
        with store.write() as tx:
            tx.ledger.add_deal(deal(decision=decision(5)))
            tx.ledger.approve_plan("pine", days(5).date(), self.DAYS, NOW)
        return store

    def test_an_approved_plan_comes_back_as_it_went_in(self, planned: Store) -> None:
        with planned.read() as tx:
            assert tx.ledger.plan_approved("pine") == ApprovedPlan(days(5).date(), self.DAYS, NOW, 1)

    def test_a_deal_whose_plan_was_never_approved_has_none(self, store: Store) -> None:
        with store.write() as tx:
            tx.ledger.add_deal(deal(decision=decision(5)))
            assert tx.ledger.plan_approved("pine") is None

    def test_the_last_approval_counts(self, planned: Store) -> None:
        with planned.write() as tx:
            tx.ledger.approve_plan("pine", days(5).date(), {"test": days(3).date()}, days(1))
            approved = tx.ledger.plan_approved("pine")
            assert approved is not None
            assert (approved.days, approved.at) == ({"test": days(3).date()}, days(1))

    def test_what_was_set_aside_counts_no_more_until_it_is_approved_again(self, planned: Store) -> None:
        with planned.write() as tx:
            tx.ledger.set_plan_aside("pine")
            assert tx.ledger.plan_approved("pine") is None
            tx.ledger.approve_plan("pine", days(5).date(), self.DAYS, days(1))
            assert tx.ledger.plan_approved("pine") is not None

    @pytest.mark.parametrize("day", [9, 5])
    def test_a_date_that_they_name_anew_sets_the_plan_aside(self, planned: Store, day: int) -> None:
        with planned.write() as tx:
            tx.ledger.decide("pine", decision(day, "Rather so."))
            assert tx.ledger.plan_approved("pine") is None

    @pytest.mark.parametrize("stage", [stage for stage in Stage if stage.ended])
    def test_a_deal_that_ended_has_no_approved_plan_also_when_it_is_opened_again(
        self, planned: Store, stage: Stage
    ) -> None:
        with planned.write() as tx:
            ended = tx.ledger.update_deal(replace(tx.ledger.deal("pine"), stage=stage))
            assert tx.ledger.plan_approved("pine") is None
            tx.ledger.update_deal(replace(ended, stage=Stage.BEFORE_YES))
            assert tx.ledger.plan_approved("pine") is None

    def test_a_deal_that_goes_on_keeps_its_approved_plan(self, planned: Store) -> None:
        with planned.write() as tx:
            tx.ledger.update_deal(replace(tx.ledger.deal("pine"), stage=Stage.AFTER_YES, notes="likes pumps"))
            assert tx.ledger.plan_approved("pine") is not None

    def test_a_plan_toward_another_day_is_not_approved(self, planned: Store) -> None:
        with planned.write() as tx, pytest.raises(RefusedError, match="isn't the decision date"):
            tx.ledger.approve_plan("pine", days(6).date(), self.DAYS, NOW)

    def test_a_plan_of_a_deal_that_ended_is_not_approved(self, planned: Store) -> None:
        with planned.write() as tx:
            tx.ledger.update_deal(replace(tx.ledger.deal("pine"), stage=Stage.SAID_NO))
            with pytest.raises(RefusedError, match="has ended"):
                tx.ledger.approve_plan("pine", days(5).date(), self.DAYS, NOW)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE plan_approval SET days = '{}'",
            "DELETE FROM plan_approval",
            "INSERT OR REPLACE INTO plan_approval SELECT id, deal_id, seq, '{}', at, schedule FROM plan_approval",
            "INSERT INTO plan_approval SELECT 9, deal_id, 7, days, at, schedule FROM plan_approval",
        ],
    )
    def test_the_database_itself_keeps_the_approvals(self, planned: Store, statement: str) -> None:
        engine = create_engine(f"sqlite:///{planned.path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            with pytest.raises(IntegrityError):
                connection.exec_driver_sql(statement)
        engine.dispose()
