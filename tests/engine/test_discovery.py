from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.mail import Address
from assistant.domain.thread import Correspondent, ThreadSummary
from assistant.engine.discovery import Proposal, propose
from tests.engine.dossier import ANNA, BOB, FREDA, JONAS, NOW, US, deal


def thread(
    *people: Address,
    subject: str = "Re: Pricing for the pilot",
    received: int = 2,
    sent: int = 2,
    days_ago: int = 3,
    name: str = "t1",
    automatic: int = 0,
    listed: int = 0,
    robots: int = 0,
) -> ThreadSummary:
    last = NOW - timedelta(days=days_ago)
    everyone = tuple(Correspondent(person, received, sent, robots) for person in people)
    count = (received + sent) * len(people)
    return ThreadSummary(
        name, f"{name}@x", (subject,), everyone, last - timedelta(days=5), last, count, automatic, listed
    )


def proposed(*threads: ThreadSummary, dismissed: Sequence[str] = ()) -> list[Proposal]:
    return propose(threads, [], US, dismissed, NOW)


def test_a_company_with_which_we_speak_of_a_purchase_is_proposed() -> None:
    assert [one.key for one in proposed(thread(ANNA))] == ["northgate.example"]


def test_it_is_named_after_the_company_and_what_it_is_about() -> None:
    assert proposed(thread(ANNA))[0].name == "Northgate: Pricing for the pilot"


def test_a_company_of_two_words_reads_as_two_words() -> None:
    assert proposed(thread(Address("a@north-mill.example")))[0].company == "North Mill"


@pytest.mark.parametrize(
    ("domain", "subject", "company"),
    [
        ("marloweandfinch.example", "Offer for Marlowe and Finch", "Marlowe and Finch"),
        ("marlowefinch.example", "Pilot at Marlowe & Finch, Graz", "Marlowe & Finch"),
        ("dns-net.example", "Re: DNS:NET pilot", "DNS:NET"),
        ("northgate.example", "the northgate pilot", "Northgate"),
    ],
)
def test_it_is_called_as_the_subjects_write_it(domain: str, subject: str, company: str) -> None:
    assert proposed(thread(Address(f"a@{domain}"), subject=subject))[0].company == company


def test_its_contacts_are_the_people_who_write_the_most() -> None:
    busy = replace(thread(BOB, name="t2"), correspondents=(Correspondent(BOB, 6, 1, 0),))
    assert [contact.address for contact in proposed(thread(ANNA), busy)[0].contacts] == [BOB, ANNA]


def test_why_counts_the_mail_of_both_sides() -> None:
    assert proposed(thread(ANNA))[0].why == (
        "2 mails from them and 2 mails from you in 1 conversation, the last on 13 September 2026.",
        "The subject speaks of a purchase: “Pricing for the pilot”.",
    )


def test_conversations_of_one_company_are_one_proposal() -> None:
    found = proposed(thread(ANNA), thread(BOB, name="t2", days_ago=1))
    assert [one.threads for one in found] == [("t2", "t1")]


def test_a_long_exchange_needs_no_word_of_a_purchase() -> None:
    found = proposed(thread(ANNA, subject="Graz", received=5, sent=5), thread(ANNA, subject="Linz", name="t2"))
    assert len(found) == 1


@pytest.mark.parametrize(
    "summary",
    [
        thread(ANNA, received=0, sent=3),
        thread(ANNA, received=3, sent=0),
        thread(ANNA, subject="Graz", received=1, sent=1),
        thread(ANNA, received=20, sent=1),
        thread(ANNA, days_ago=120),
        thread(FREDA),
        thread(JONAS),
        thread(Address("no-reply@northgate.example"), sent=0),
        thread(ANNA, robots=2),
        thread(ANNA, automatic=4),
        thread(ANNA, listed=4),
        thread(ANNA, subject="Your order 123 and the invoice", received=4, sent=4),
        thread(ANNA, subject="Dinner on Friday", received=4, sent=4),
        thread(ANNA, subject="Job offer", received=4, sent=4),
    ],
    ids=[
        "no answer of theirs",
        "no answer of ours",
        "one exchange about anything",
        "notices",
        "long ago",
        "freemail",
        "a colleague",
        "a robot",
        "automatic mail",
        "a thread of robots",
        "a list",
        "a bill",
        "leisure",
        "a job",
    ],
)
def test_what_is_no_deal_is_not_proposed(summary: ThreadSummary) -> None:
    assert proposed(summary) == []


def test_a_company_to_which_we_only_reply_is_proposed_although_its_mail_is_gone() -> None:
    kept = [thread(ANNA, subject=f"Re: Introductions {n}", received=0, name=f"t{n}") for n in range(4)]
    assert [one.key for one in proposed(*kept)] == ["northgate.example"]


def test_one_reply_of_ours_alone_is_no_deal() -> None:
    assert proposed(thread(ANNA, subject="Re: Introductions", received=0)) == []


def test_a_round_mail_to_many_companies_is_not_proposed() -> None:
    assert proposed(thread(*(Address(f"a@company{n}.example") for n in range(5)))) == []


def test_a_dismissed_company_is_not_proposed_again() -> None:
    assert proposed(thread(ANNA), dismissed=["northgate.example"]) == []


def test_a_company_that_has_a_deal_is_not_proposed() -> None:
    assert propose([thread(BOB)], [deal()], US, (), NOW) == []


def test_a_company_whose_person_is_a_contact_elsewhere_is_not_proposed() -> None:
    known = deal(contacts=[ANNA], domains=("northgate-holding.example",))
    assert propose([thread(ANNA)], [known], US, (), NOW) == []


def test_the_liveliest_company_comes_first() -> None:
    other = Address("a@south.example")
    found = proposed(thread(ANNA), thread(other, received=6, sent=6, name="t2"))
    assert [one.key for one in found] == ["south.example", "northgate.example"]


def test_a_persons_name_is_kept_although_some_mail_leaves_it_out() -> None:
    bare = thread(Address(ANNA.email), name="t2")
    assert proposed(bare, thread(ANNA))[0].contacts[0].address.name == "Anna Berg"


def test_an_empty_mailbox_proposes_nothing() -> None:
    assert proposed() == []
