"""The journal: an effect is written down before it's made, and made once."""

import pytest

from assistant.errors import NotFoundError
from assistant.store import Effect, EffectState, Store
from tests.store.making import NOW, days, deal, draft


def _intend(store: Store, key: str = "k", *, on: float = 0) -> bool:
    with store.write() as tx:
        return tx.effects.intend(key, "file_draft", "work", None, "print", "{}", days(on))


def test_an_effect_is_intended_once(store: Store) -> None:
    assert _intend(store)
    assert not _intend(store)


def test_what_was_begun_is_unfinished_until_it_ends(store: Store) -> None:
    _intend(store, "b", on=1)
    _intend(store, "a", on=2)
    with store.write() as tx:
        assert [effect.key for effect in tx.effects.unfinished()] == ["b", "a"]
        tx.effects.done("b", "ref-1", days(3))
        tx.effects.failed("a", "No room.", days(3))
        assert tx.effects.unfinished() == []


def test_what_is_done_is_not_made_again(store: Store) -> None:
    _intend(store)
    with store.write() as tx:
        tx.effects.done("k", "ref-1", days(1))
    assert not _intend(store)
    with store.read() as tx:
        assert tx.effects.effect("k") == Effect(
            "k", "file_draft", "work", None, "print", "{}", EffectState.DONE, NOW, days(1), "ref-1"
        )


def test_what_is_known_to_have_failed_may_be_intended_anew(store: Store) -> None:
    _intend(store)
    with store.write() as tx:
        tx.effects.failed("k", "No room.", days(1))
    assert _intend(store, on=2)
    with store.read() as tx:
        effect = tx.effects.effect("k")
    assert effect is not None
    assert (effect.state, effect.intended, effect.ended, effect.why) == (EffectState.INTENDED, days(2), None, "")


def test_an_effect_knows_its_item(store: Store) -> None:
    with store.write() as tx:
        tx.ledger.add_deal(deal())
        item = tx.queue.put(draft())
        tx.effects.intend("k", "file_draft", "work", item.id, "print", "{}", NOW)
        effect = tx.effects.effect("k")
    assert effect is not None
    assert effect.item_id == item.id


def test_an_effect_that_nobody_intended_does_not_end(store: Store) -> None:
    with store.write() as tx, pytest.raises(NotFoundError):
        tx.effects.done("nix", None, NOW)
