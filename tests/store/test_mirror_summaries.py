"""Conversations summed up without their texts."""

from assistant.domain.deal import Us
from assistant.domain.mail import Address, FolderRole
from assistant.domain.reading import AutomaticKind
from assistant.domain.thread import Correspondent, ThreadFacts, ThreadSummary
from assistant.store import Store
from tests.store.making import ANNA, BODO, NOW, REP, days, incoming, sent

US = Us(REP, frozenset({REP.email}), frozenset({"ours.test"}))
MATE = Address("mate@ours.test")


def _summaries(store: Store) -> list[ThreadSummary]:
    with store.read() as tx:
        return list(tx.mirror.thread_summaries(None, US))


def test_a_thread_tells_who_wrote_how_much_to_whom(store: Store) -> None:
    """Anna asks, the rep answers both, a colleague adds a word to Anna, Bodo's robot says he is away."""
    thread = "ask@pine.example"
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("ask"),
                sent("answer", to=[ANNA, BODO], thread=thread, date=days(1), subject="Re: The pump"),
                incoming("mate", thread=thread, sender=MATE, to=(ANNA,), cc=(REP,), date=days(2)),
                incoming("away", thread=thread, automatic=AutomaticKind.OUT_OF_OFFICE, sender=BODO, date=days(3)),
            ]
        )
    assert _summaries(store) == [
        ThreadSummary(
            thread=thread,
            message_id=thread,
            subjects=("The pump", "Re: The pump"),
            correspondents=(Correspondent(ANNA, 1, 2, 0), Correspondent(BODO, 0, 1, 1)),
            first=NOW,
            last=days(3),
            count=4,
            automatic=1,
            listed=0,
        )
    ]


def test_mail_of_one_customer_to_another_counts_for_neither_as_sent(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a", sender=ANNA, to=(BODO, REP))])
    (summary,) = _summaries(store)
    assert summary.correspondents == (Correspondent(ANNA, 1, 0, 0), Correspondent(BODO, 0, 0, 0))


def test_newsletters_are_counted_as_listed(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("n", automatic=AutomaticKind.NEWSLETTER)])
    (summary,) = _summaries(store)
    assert (summary.automatic, summary.listed) == (1, 1)


def test_junk_drafts_and_undated_mail_are_left_out(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("junk", role=FolderRole.JUNK, folder="Junk"),
                sent("draft", role=FolderRole.DRAFTS, folder="Drafts"),
                incoming("undated", date=None),
            ]
        )
    assert _summaries(store) == []


def test_only_the_time_that_was_asked_for_is_summed_up(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("old", date=days(-9)), incoming("new"), incoming("ahead", date=days(9))])
        found = list(tx.mirror.thread_summaries(days(-1), US, until=days(1)))
    assert [summary.message_id for summary in found] == ["new@pine.example"]


def test_a_name_that_is_written_once_is_kept(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("a", thread="t", sender=Address(ANNA.email)),
                incoming("b", thread="t", sender=ANNA, date=days(1)),
            ]
        )
    (summary,) = _summaries(store)
    assert summary.correspondents[0].address.name == "Anna Ash"


def test_facts_of_a_thread_hold_its_people_subjects_and_every_id(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [
                incoming("a", thread="t", text="Once"),
                incoming("alias", thread="t", text="Once"),
                sent("b", thread="t", date=days(1), subject="Re: The pump"),
            ]
        )
        assert list(tx.mirror.thread_facts({"t", "unknown"})) == [
            ThreadFacts(
                "t",
                frozenset({"a@pine.example", "alias@pine.example", "b@pine.example"}),
                frozenset({ANNA, REP}),
                ("The pump", "Re: The pump"),
            )
        ]
