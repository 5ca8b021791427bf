"""The user's own work as it was: the stage of a deal, its dates, and what was proposed and decided."""

from dataclasses import replace
from datetime import date

from assistant.domain.deal import DecisionDate, Evidence, Source, Stage
from assistant.domain.draft import ItemState
from assistant.store import Store, Transaction
from tests.store.making import NOW, days, deal, draft


def stage(store: Store, day: float) -> Stage:
    with store.read() as tx:
        (stages,) = tx.history.stages(tx.ledger.deals()).values()
        return stages.as_of(days(day)).stage


def ends(tx: Transaction, stage: Stage, day: float) -> None:
    """As the rep's word on a stage writes it."""
    before = tx.ledger.deal("pine")
    tx.ledger.update_deal(replace(before, stage=stage))
    tx.acts.note(days(day), "end", "pine", payload=f"{before.stage}  ")
    tx.audit.append(days(day), f"stage {stage}", "pine")


def test_a_deal_had_the_stage_that_it_had_until_the_rep_said_otherwise(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        ends(tx, Stage.AFTER_YES, 2)
        ends(tx, Stage.WON, 5)
    assert [stage(store, day) for day in (1, 2, 2.5, 5, 5.5)] == [
        Stage.BEFORE_YES,
        Stage.BEFORE_YES,
        Stage.AFTER_YES,
        Stage.AFTER_YES,
        Stage.WON,
    ]


def test_what_was_taken_back_later_held_until_then(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        ends(tx, Stage.WON, 2)
        tx.ledger.update_deal(replace(tx.ledger.deal("pine"), stage=Stage.BEFORE_YES))
        tx.audit.append(days(4), "undo end", "pine")
    assert [stage(store, day) for day in (1, 3, 5)] == [Stage.BEFORE_YES, Stage.WON, Stage.BEFORE_YES]


def test_a_stage_that_was_edited_or_imported_names_the_one_before(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.ledger.update_deal(replace(tx.ledger.deal("pine"), stage=Stage.WON))
        tx.audit.append(days(3), "deal edited", "pine", detail=str(Stage.BEFORE_YES))
        tx.audit.append(days(4), "deal edited", "pine")
    assert [stage(store, day) for day in (2, 5)] == [Stage.BEFORE_YES, Stage.WON]


def test_the_stages_named_in_a_span_are_those_not_taken_back_in_it(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        ends(tx, Stage.WON, 1)
        tx.audit.append(days(2), "undo end", "pine")
        ends(tx, Stage.SAID_NO, 3)
        (stages,) = tx.history.stages(tx.ledger.deals()).values()
    assert stages.reached(NOW, days(4)) == [(days(3), Stage.SAID_NO)]
    assert stages.reached(NOW, days(2)) == [(days(1), Stage.WON)]


def test_an_item_had_the_state_of_its_last_decision_then(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        item = tx.queue.put(draft())
        item = tx.queue.move(item.id, ItemState.APPROVED, now=days(2), by="rep", version=item.version)
        tx.queue.move(item.id, ItemState.FILED, now=days(4), by="rep", version=item.version)
    with store.read() as tx:
        states = [[each.state for each in tx.history.items(days(day)).get("pine", ())] for day in (1, 3, 5)]
    assert states == [[ItemState.OPEN], [ItemState.APPROVED], [ItemState.FILED]]


def test_a_date_that_was_named_later_was_not_known_then(store: Store) -> None:
    def named(day: date, on: date | None) -> DecisionDate:
        return DecisionDate(day, Evidence(Source.REP, "pine", on=on))

    with store.write() as tx:
        tx.ledger.add_deal(deal())
        tx.ledger.decide("pine", named(date(2027, 1, 15), date(2026, 5, 4)))
        tx.ledger.decide("pine", named(date(2027, 2, 15), date(2026, 5, 11)))
        known = [[each.day for each in tx.history.decisions(until).get("pine", ())] for until in
                 (date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 12))]  # fmt: skip
    assert known == [[], [date(2027, 1, 15)], [date(2027, 1, 15), date(2027, 2, 15)]]
