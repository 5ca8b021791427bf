"""Conversations by Message-ID, by people and by subject."""

from datetime import datetime

from assistant.domain.mail import Address
from assistant.store import Store, Transaction
from assistant.store.mirror import Likeness
from tests.store.making import ANNA, BODO, REP, days, incoming, sent


def similar(
    tx: Transaction,
    subject_key: str,
    people: set[str],
    since: datetime,
    *,
    until: datetime | None = None,
    enough: int = 2,
) -> str | None:
    return tx.mirror.similar_threads([Likeness(subject_key, people, since, until)], enough=enough)[0]


def test_an_id_that_was_only_referred_to_has_a_thread(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.name_threads({"never-seen@pine.example": "t1"})
        assert tx.mirror.threads_of(["never-seen@pine.example", "unknown@pine.example"]) == {
            "never-seen@pine.example": "t1"
        }


def test_a_later_name_of_a_thread_counts(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.name_threads({"a": "t1"})
        tx.mirror.name_threads({"a": "t2"})
        assert tx.mirror.threads_of(["a"]) == {"a": "t2"}


def test_merged_threads_are_one(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", date=days(1))])
        tx.mirror.merge_threads({"b@pine.example": "a@pine.example"})
        assert len(tx.mirror.messages(threads=["a@pine.example"])) == 2
        assert set(tx.mirror.threads_of(["a@pine.example", "b@pine.example"]).values()) == {"a@pine.example"}


def test_a_chain_of_merges_is_followed_in_any_order(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.name_threads({"a": "a", "b": "b", "c": "c"})
        tx.mirror.merge_threads({"b": "c", "a": "b"})
        assert set(tx.mirror.threads_of(["a", "b", "c"]).values()) == {"c"}


def test_a_message_keeps_the_thread_that_it_was_named_into(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a", thread="t1")])
        assert [each.thread for each in tx.mirror.messages(keys=[key])] == ["t1"]


def test_threads_are_found_by_address_in_any_field(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("from"),
                sent("to", date=days(1)),
                sent("cc", to=[BODO], cc=(ANNA,), date=days(2)),
                incoming("reply", sender=BODO, reply_to=(ANNA,), date=days(3)),
                incoming("none", sender=BODO, date=days(4)),
            ]
        )
        found = tx.mirror.threads_touching([ANNA.email.upper()])
    assert found == {f"{name}@pine.example" for name in ("from", "to", "cc", "reply")}


def test_a_domain_finds_its_subdomains_and_no_lookalikes(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("sub", sender=Address("x@eu.pine.example")),
                incoming("like", sender=Address("x@pine-example.test"), date=days(1)),
                incoming("before", sender=Address("x@alpine.example"), date=days(2)),
            ]
        )
        assert tx.mirror.threads_touching(domains=["Pine.example"]) == {"sub@pine.example"}


def test_the_same_subject_among_the_same_people_is_the_same_thread(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", date=days(3))])
        assert similar(tx, "the pump", {ANNA.email, REP.email}, days(-1)) == "b@pine.example"


def test_the_same_subject_among_other_people_is_another_thread(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        assert similar(tx, "the pump", {BODO.email, REP.email}, days(-1)) is None


def test_one_person_outside_is_enough_where_only_those_are_given(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([sent("a")])
        assert similar(tx, "the pump", {ANNA.email}, days(-1), enough=1) == "a@pine.example"


def test_a_similar_thread_lies_in_its_time(store: Store) -> None:
    people = {ANNA.email, REP.email}
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        assert similar(tx, "the pump", people, days(1)) is None
        assert similar(tx, "the pump", people, days(-9), until=days(-1)) is None


def test_many_are_asked_for_at_once_and_each_gets_its_own_answer(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", subject="The gate", subject_key="the gate", date=days(1))])
        asked = [
            Likeness(("the pump", "the gate", "the roof")[number % 3], {ANNA.email}, days(-1)) for number in range(250)
        ]
        answers = ["a@pine.example", "b@pine.example", None]
        assert tx.mirror.similar_threads(asked, enough=1) == [answers[number % 3] for number in range(250)]


def test_an_empty_subject_joins_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a", subject="", subject_key="")])
        assert similar(tx, "", {ANNA.email, REP.email}, days(-1)) is None
