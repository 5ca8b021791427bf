"""The audit trail: only added to, and discreet."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from assistant.store import Store
from tests.store.making import NOW, days


def test_the_newest_entries_come_first(store: Store) -> None:
    with store.write() as tx:
        for n in range(3):
            tx.audit.append(days(n), f"what {n}", "pine", "a@pine.example")
        assert [entry.what for entry in tx.audit.entries(2)] == ["what 2", "what 1"]


def test_addresses_are_masked_and_details_are_short(store: Store) -> None:
    with store.write() as tx:
        tx.audit.append(NOW, "sent", detail="to Anna <anna@pine.example>,\nand more " + "x" * 500)
        (entry,) = tx.audit.entries(1)
    assert entry.detail.startswith("to Anna <[address]>, and more x")
    assert len(entry.detail) == 200


@pytest.mark.parametrize("statement", ["UPDATE audit SET what = 'else'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_trail(store: Store, statement: str) -> None:
    with store.write() as tx:
        tx.audit.append(NOW, "sent")
    engine = create_engine(f"sqlite:///{store.path}")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(statement)
    engine.dispose()
