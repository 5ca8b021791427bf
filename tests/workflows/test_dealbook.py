"""The book of deals: people and domains in words, and what the mailbox proposes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.deal import Contact
from assistant.domain.mail import Address
from assistant.errors import InputError, RefusedError
from assistant.workflows import dealbook
from tests.workflows.conftest import Build
from tests.workflows.world import NOW, REP, World, days

NAMES = st.text(st.characters(codec="utf-8", exclude_characters=";<>()\r\n\t\"@'[]", exclude_categories=["C", "Z"]))


@pytest.mark.parametrize(
    ("text", "name", "email", "role"),
    [
        ("Ines Okafor <ines@harbour.example> (COO)", "Ines Okafor", "ines@harbour.example", "COO"),
        ("<ines@harbour.example>", None, "ines@harbour.example", None),
        ("ines@harbour.example", None, "ines@harbour.example", None),
        ("ines@harbour.example (COO)", None, "ines@harbour.example", "COO"),
        ('"Okafor, Ines" <INES@Harbour.example>', "Okafor, Ines", "ines@harbour.example", None),
        ("Ines (Ops) <ines@harbour.example> (COO (interim))", "Ines (Ops)", "ines@harbour.example", "COO (interim)"),
    ],
)
def test_a_contact_is_read_from_words(text: str, name: str | None, email: str, role: str | None) -> None:
    contact = dealbook.contact_of(text)
    assert (contact.address.name, contact.address.email, contact.role) == (name, email, role)


@pytest.mark.parametrize("text", ["Ines", "a@b@c.example", "<>", "Ines <ines>", "a b@c d"])
def test_what_is_no_contact_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="Write it as: Name"):
        dealbook.contact_of(text)


@given(name=NAMES, role=NAMES, active=st.booleans())
def test_a_contact_survives_its_words(name: str, role: str, active: bool) -> None:
    contact = Contact(Address("ines@harbour.example", name.strip() or None), role.strip() or None, active)
    again = dealbook.contact_of(dealbook.contact_text(contact))
    assert (str(again.address), again.role, again.active) == (str(contact.address), contact.role, contact.active)


def test_domains_come_apart_at_blanks_commas_and_semicolons() -> None:
    assert dealbook.domains_of("a.example, @B.example;c.example  a.example") == ("a.example", "b.example", "c.example")


@given(text=st.text(), taken=st.sets(st.sampled_from(["deal", "deal-2", "a", "a-2"])))
def test_a_slug_is_new_short_and_an_id(text: str, taken: set[str]) -> None:
    found = dealbook.slug(text, taken)
    assert found not in taken
    assert dealbook.check_id(found) == found


def test_a_slug_keeps_the_letters_under_accents() -> None:
    assert dealbook.slug("Möbel & Söhne, Straße 7", set()) == "mobel-sohne-strae-7"


def test_a_slug_of_digits_cannot_be_mistaken_for_a_queue_number() -> None:
    assert dealbook.slug("2026", set()) == "deal-2026"


def test_a_second_deal_of_the_same_id_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="already"):
        world.deal()


def test_a_contact_who_left_is_marked_and_kept(world: World) -> None:
    with world.store.read() as tx:
        deal = tx.ledger.deal("harbour")
    (contact,) = dealbook.with_contacts(deal, [], ["INES@harbour.example"]).contacts
    assert not contact.active


def test_a_contact_who_is_not_there_cannot_leave(world: World) -> None:
    with world.store.read() as tx, pytest.raises(InputError, match="is no contact of harbour"):
        dealbook.with_contacts(tx.ledger.deal("harbour"), [], ["otto@harbour.example"])


def test_a_contact_can_be_renamed(world: World) -> None:
    with world.store.read() as tx:
        deal = tx.ledger.deal("harbour")
    changed = dealbook.with_contacts(deal, [dealbook.contact_of("Ines Bello <ines@harbour.example> (CFO)")], [])
    assert [(str(each.address), each.role) for each in changed.contacts] == [
        ("Ines Bello <ines@harbour.example>", "CFO")
    ]


def _prospect(world: World) -> None:
    """A conversation of four mails with a company that isn't in the book."""
    who = "Petra Lund <petra@meadow.example>"
    last = world.work.deliver(who, REP, "Hi Noor,\n\nWhat does it cost?\n\nPetra\n", NOW - days(12), subject="Prices")
    for n, (sender, to) in enumerate([(REP, who), (who, REP), (REP, who)]):
        text = f"Hello,\n\nhere is part {n} of the prices for the project.\n"
        last = world.work.deliver(sender, to, text, NOW - days(10 - n), subject="Re: Prices", reply_to=last)


def test_a_conversation_with_a_company_is_proposed_as_a_deal(build: Build) -> None:
    world = build()
    _prospect(world)
    world.run()
    with world.store.read() as tx:
        (proposal,) = dealbook.discover(tx, world.config, NOW)
    assert proposal.domains == ("meadow.example",)
    assert [contact.address.email for contact in proposal.contacts] == ["petra@meadow.example"]
    assert proposal.why


def test_what_was_accepted_is_a_deal_and_not_proposed_again(build: Build) -> None:
    world = build()
    _prospect(world)
    world.run()
    with world.store.write() as tx:
        (proposal,) = dealbook.discover(tx, world.config, NOW)
        accepted = dealbook.accept(tx, proposal, NOW)
        assert dealbook.discover(tx, world.config, NOW) == []
    world.run(days(1))
    assert world.draft(accepted.id).content is not None


def test_what_was_dismissed_is_not_proposed_again(build: Build) -> None:
    world = build()
    _prospect(world)
    world.run()
    with world.store.write() as tx:
        (proposal,) = dealbook.discover(tx, world.config, NOW)
        tx.ledger.dismiss_proposal(proposal.key)
        assert dealbook.discover(tx, world.config, NOW) == []


def test_newsletters_and_colleagues_are_not_proposed(build: Build) -> None:
    world = build()
    unsubscribe = [("List-Unsubscribe", "<mailto:off@news.example>"), ("Precedence", "bulk")]
    for n in range(5):
        world.work.deliver(
            "News <news@news.example>", REP, "Offers!", NOW - days(n), subject=f"{n}", headers=unsubscribe
        )
        world.work.deliver("Boss <boss@brightlane.example>", REP, "Lunch?", NOW - days(n), subject=f"Lunch {n}")
        world.work.deliver(REP, "Boss <boss@brightlane.example>", "Yes.", NOW - days(n), subject=f"Re: Lunch {n}")
    world.run()
    with world.store.read() as tx:
        assert dealbook.discover(tx, world.config, NOW) == []
