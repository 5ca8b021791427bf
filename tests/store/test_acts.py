"""The rep's acts, for undo."""

from assistant.store import Act, Store
from tests.store.making import NOW, days, deal, draft


def test_the_newest_act_comes_first_and_then_the_one_before(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        item = tx.queue.put(draft())
        tx.acts.note(NOW, "snooze", "pine", item.id)
        tx.acts.note(days(1), "spoke", "pine", payload="7")
        last = tx.acts.last()
        assert last == Act(2, days(1), "spoke", "pine", None, "7")
        tx.acts.undone(last.id)
        assert tx.acts.last() == Act(1, NOW, "snooze", "pine", item.id)


def test_without_acts_there_is_nothing_to_take_back(store: Store) -> None:
    with store.read() as tx:
        assert tx.acts.last() is None
