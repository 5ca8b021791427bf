"""The queue: legal moves, versions, decisions, one open draft a deal."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import LEGAL_MOVES, Content, Fact, Gap, ItemKind, ItemState, Purpose, QueueItem
from assistant.domain.mail import Address
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.store import Store
from tests.store.making import ANNA, NOW, days, deal, draft

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_PEOPLE = st.lists(st.builds(Address, _WORDS, st.none() | _WORDS), max_size=2).map(tuple)
_EVIDENCE = st.builds(
    Evidence, st.sampled_from(Source), _WORDS, _WORDS, _WORDS, st.none() | _WORDS, st.none() | st.dates()
)
_ITEMS = st.builds(
    QueueItem,
    key=_WORDS,
    deal_id=st.just("pine"),
    kind=st.sampled_from(ItemKind),
    title=_WORDS,
    created=st.just(NOW),
    purpose=st.none() | st.sampled_from(Purpose),
    content=st.none()
    | st.builds(Content, _PEOPLE, _PEOPLE, _WORDS, _WORDS, st.none() | _WORDS, st.lists(_WORDS, max_size=2).map(tuple)),
    gaps=st.lists(st.builds(Gap, _WORDS, _WORDS), max_size=2).map(tuple),
    reasons=st.lists(_EVIDENCE, max_size=2).map(tuple),
    facts=st.lists(st.builds(Fact, _WORDS, _EVIDENCE), max_size=2).map(tuple),
    rank=st.floats(allow_nan=False, allow_infinity=False),
    until=st.none() | st.dates(),
    note=_WORDS,
)


@pytest.fixture
def stocked(store: Store) -> Store:
    """Two deals to put items for."""
    with store.write() as tx:
        tx.ledger.add_deal(deal("pine"))
        tx.ledger.add_deal(deal("oak"))
    return store


def _put(store: Store, item: QueueItem) -> QueueItem:
    with store.write() as tx:
        return tx.queue.put(item)


def _move(store: Store, item: QueueItem, to: ItemState, until: date | None = None) -> QueueItem:
    with store.write() as tx:
        return tx.queue.move(item.id, to, now=days(1), by="rep", version=item.version, until=until)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ITEMS)
def test_an_item_comes_back_as_it_went_in(stocked: Store, item: QueueItem) -> None:
    with stocked.write() as tx:
        put = tx.queue.put(item)
        assert put == replace(item, id=put.id)
        assert tx.queue.by_key(item.key) == put
        tx.roll_back()


def test_the_same_situation_is_proposed_once_whatever_became_of_it(stocked: Store) -> None:
    first = _move(stocked, _put(stocked, draft()), ItemState.DISMISSED)
    assert _put(stocked, draft(title="Again")) == first


def test_items_come_by_rank_then_by_age(stocked: Store) -> None:
    with stocked.write() as tx:
        for key, rank in (("c", 2.0), ("a", 1.0), ("b", 1.0)):
            tx.queue.put(draft(key, kind=ItemKind.NOTICE, rank=rank))
        tx.queue.re_rank(tx.queue.items([ItemState.OPEN])[0].id, 3.0)
        assert [item.key for item in tx.queue.items([ItemState.OPEN])] == ["b", "c", "a"]


def test_only_items_in_the_states_asked_for_come(stocked: Store) -> None:
    _move(stocked, _put(stocked, draft()), ItemState.WITHDRAWN)
    with stocked.read() as tx:
        assert tx.queue.items({ItemState.OPEN, ItemState.FILED}) == []
        assert tx.queue.keys_of("pine") == {"pine:a": ItemState.WITHDRAWN}
        assert [item.key for item in tx.queue.items_of("pine")] == ["pine:a"]


def test_a_deal_has_one_open_draft(stocked: Store) -> None:
    first = _put(stocked, draft("pine:a"))
    with pytest.raises(RefusedError, match="open draft"):
        _put(stocked, draft("pine:b"))
    _put(stocked, draft("oak:a", "oak"))
    _put(stocked, draft("pine:question", kind=ItemKind.QUESTION))
    _move(stocked, first, ItemState.WITHDRAWN)
    _put(stocked, draft("pine:b"))
    with pytest.raises(RefusedError, match="open draft"):
        _move(stocked, replace(first, version=2), ItemState.OPEN)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE queue_item SET deal_id = 'pine'",
        "UPDATE queue_item SET state = 'approved', gaps = '[{}]'",
        "UPDATE queue_decision SET \"by\" = 'nobody'",
        "DELETE FROM queue_decision",
        "UPDATE queue_content SET content = NULL",
        "DELETE FROM queue_content",
        'INSERT OR REPLACE INTO queue_content SELECT item_id, version, NULL, gaps, "by", at FROM queue_content',
    ],
)
def test_the_database_itself_refuses(stocked: Store, statement: str) -> None:
    _put(stocked, draft("oak:a", "oak"))
    _move(stocked, _put(stocked, draft("pine:a")), ItemState.SNOOZED, days(3).date())
    engine = create_engine(f"sqlite:///{stocked.path}")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize("state", list(ItemState))
def test_only_legal_moves_are_made(stocked: Store, state: ItemState) -> None:
    item = _put(stocked, draft(state=state))
    for to in set(ItemState) - LEGAL_MOVES[state]:
        with pytest.raises(RefusedError, match="can't become"):
            _move(stocked, item, to, days(3).date() if to is ItemState.SNOOZED else None)


def test_a_move_on_an_old_version_loses(stocked: Store) -> None:
    item = _put(stocked, draft())
    _move(stocked, item, ItemState.APPROVED)
    with pytest.raises(RefusedError, match="in the meantime"):
        _move(stocked, item, ItemState.DISMISSED)


def test_a_draft_with_a_gap_is_not_approved(stocked: Store) -> None:
    item = _put(stocked, draft(gaps=(Gap("[price]", "What does it cost?"),)))
    with pytest.raises(RefusedError, match=r"\[price\]"):
        _move(stocked, item, ItemState.APPROVED)


def test_a_snooze_has_its_day_and_nothing_else_has(stocked: Store) -> None:
    item = _put(stocked, draft())
    with pytest.raises(InputError):
        _move(stocked, item, ItemState.SNOOZED)
    with pytest.raises(InputError):
        _move(stocked, item, ItemState.APPROVED, days(3).date())
    snoozed = _move(stocked, item, ItemState.SNOOZED, days(3).date())
    assert snoozed.until == days(3).date()
    assert _move(stocked, snoozed, ItemState.OPEN).until is None


def test_every_decision_is_written_down_with_what_was_before(stocked: Store) -> None:
    snoozed = _move(stocked, _put(stocked, draft()), ItemState.SNOOZED, days(3).date())
    _move(stocked, snoozed, ItemState.DISMISSED)
    with stocked.read() as tx:
        snooze, dismissal = tx.queue.decisions(snoozed.id)
    assert (snooze.before, snooze.after, snooze.until_after) == (ItemState.OPEN, ItemState.SNOOZED, days(3).date())
    assert (dismissal.before, dismissal.until_before, dismissal.version_before) == (
        ItemState.SNOOZED,
        days(3).date(),
        2,
    )
    assert (dismissal.by, dismissal.at, dismissal.edited) == ("rep", days(1), False)


def test_an_edit_keeps_the_earlier_texts(stocked: Store) -> None:
    item = _put(stocked, draft(gaps=(Gap("[when]", "When?"),)))
    new = Content((ANNA,), subject="Re: The pump", body="On Monday.")
    with stocked.write() as tx:
        edited = tx.queue.edit(item.id, new, gaps=(), now=days(1), by="rep", version=1)
        assert (edited.content, edited.gaps, edited.version) == (new, (), 2)
        assert [(each.version, each.content, each.by) for each in tx.queue.revisions(item.id)] == [
            (1, item.content, "nextmove"),
            (2, new, "rep"),
        ]
        assert tx.queue.revision_at(item.id, 1).gaps == item.gaps
        assert tx.queue.revision_at(item.id, 9).content == new
        with pytest.raises(NotFoundError):
            tx.queue.revision_at(item.id, 0)


def test_an_edit_takes_back_the_approval(stocked: Store) -> None:
    approved = _move(stocked, _put(stocked, draft()), ItemState.APPROVED)
    with stocked.write() as tx:
        edited = tx.queue.edit(approved.id, Content(body="Else."), gaps=(), now=NOW, by="rep", version=2)
        assert edited.state is ItemState.OPEN
        assert tx.queue.decisions(approved.id)[-1].edited


def test_an_edit_leaves_facts_and_reasons_unless_others_are_given(stocked: Store) -> None:
    item = _put(stocked, draft())
    fact = Fact("Anna", Evidence(Source.DEAL, "pine"))
    with stocked.write() as tx:
        kept = tx.queue.edit(item.id, Content(), gaps=(), now=NOW, by="rep", version=1)
        assert kept.reasons == item.reasons
        changed = tx.queue.edit(item.id, Content(), gaps=(), facts=(fact,), reasons=(), now=NOW, by="rep", version=2)
        assert (changed.facts, changed.reasons) == ((fact,), ())


def test_a_text_is_the_reps_own_until_the_program_writes_again(stocked: Store) -> None:
    item = _put(stocked, draft())
    with stocked.write() as tx:
        assert not tx.queue.edited_by_rep(item.id)
        tx.queue.edit(item.id, Content(), gaps=(), now=NOW, by="rep", version=1)
        assert tx.queue.edited_by_rep(item.id)
        tx.queue.edit(item.id, Content(), gaps=(), now=NOW, by="nextmove", version=2)
        assert not tx.queue.edited_by_rep(item.id)


@pytest.mark.parametrize("state", [ItemState.FILED, ItemState.SENT, ItemState.DISMISSED, ItemState.WITHDRAWN])
def test_what_is_no_longer_waiting_is_not_edited(stocked: Store, state: ItemState) -> None:
    item = _put(stocked, draft(state=state))
    with stocked.write() as tx, pytest.raises(RefusedError, match="can't be edited"):
        tx.queue.edit(item.id, Content(), gaps=(), now=NOW, by="rep", version=1)


def test_an_unknown_item_is_said_to_be_unknown(store: Store) -> None:
    with store.read() as tx, pytest.raises(NotFoundError, match="no item 7"):
        tx.queue.item(7)
