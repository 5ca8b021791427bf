"""A filed draft that gets another text: it stays filed, and what it said before is kept."""

import pytest

from assistant.domain.draft import Content, ItemState, QueueItem
from assistant.errors import RefusedError
from assistant.store import Store
from tests.store.making import NOW, days, deal, draft

CHANGED = Content(subject="Re: Counts", body="Shall we count them together?\n")


@pytest.fixture
def filed(store: Store) -> QueueItem:
    with store.write() as tx:
        tx.ledger.add_deal(deal("pine"))
        item = tx.queue.put(draft("pine"))
        approved = tx.queue.move(item.id, ItemState.APPROVED, now=NOW, by="rep", version=item.version)
        return tx.queue.move(item.id, ItemState.FILED, now=NOW, by="rep", version=approved.version)


def test_it_stays_filed_with_the_new_text_and_the_old_one_is_kept(store: Store, filed: QueueItem) -> None:
    with store.write() as tx:
        now = tx.queue.refile(filed.id, CHANGED, now=days(1), by="rep", version=filed.version)
        assert (now.state, now.content, now.version) == (ItemState.FILED, CHANGED, filed.version + 1)
        assert tx.queue.revision_at(filed.id, filed.version).content == filed.content
        assert tx.queue.edited_by_rep(filed.id)
        last = tx.queue.decisions(filed.id)[-1]
    assert (last.before, last.after, last.edited) == (ItemState.FILED, ItemState.FILED, True)


def test_another_version_than_the_one_seen_is_refused(store: Store, filed: QueueItem) -> None:
    with store.write() as tx, pytest.raises(RefusedError):
        tx.queue.refile(filed.id, CHANGED, now=days(1), by="rep", version=filed.version - 1)


def test_what_is_not_filed_is_refused(store: Store, filed: QueueItem) -> None:
    with store.write() as tx:
        sent = tx.queue.move(filed.id, ItemState.SENT, now=NOW, by="rep", version=filed.version)
        with pytest.raises(RefusedError, match="not filed"):
            tx.queue.refile(filed.id, CHANGED, now=days(1), by="rep", version=sent.version)
