"""Replies in Outlook that were begun and never finished, and as which address a draft is written."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.draft import ItemState
from assistant.domain.mail import Address, FolderRole
from assistant.domain.ports import Withdrawal
from assistant.workflows import review
from providers.microsoft.drafts import KEY_PROPERTY, QUOTE_PROPERTY
from providers.microsoft.graph import Graph, RefusalError
from providers.microsoft.outbox import MicrosoftOutbox
from tests.contracts.letters import letter
from tests.contracts.outbox import cleared, outgoing
from tests.edges.microsoft_drafts import Killed, MicrosoftDrafts, Mortal, key_of, property_of, seen_drafts
from tests.edges.microsoft_world import microsoft_world, peer_of_noor
from tests.edges.systems import BERLIN
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.workflows.world import NO

KEY = outgoing().key
BEGIN = r"messages\.createReplyAll"


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return MicrosoftDrafts(microsoft, monkeypatch)


@pytest.fixture
def left(drafts: MicrosoftDrafts) -> MicrosoftDrafts:
    """Died between the making of a reply and its filling."""
    for at in range(1, 9):
        with pytest.raises(Killed):
            MicrosoftOutbox(Mortal(drafts.settings, at, after=True), BERLIN).file(outgoing())
        if drafts.drafts():
            assert property_of(drafts.only_draft(), QUOTE_PROPERTY) == ""
            return drafts
    raise AssertionError


def test_a_reply_is_ours_from_its_first_moment(left: MicrosoftDrafts) -> None:
    assert key_of(left.only_draft()) == KEY
    assert seen_drafts(left) == []


def test_what_a_crash_left_goes_when_it_is_looked_for(left: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    """A run looks for what was being filed: nobody may ever approve it again."""
    assert left.outbox().find(KEY) is None
    assert left.drafts() == []
    assert len(microsoft.messages("deleteditems")) == 1


def test_what_can_not_be_taken_out_is_finished_the_next_time(left: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    microsoft.fail("messages.delete ", 403, times=9)
    assert left.outbox().find(KEY) is None
    assert left.outbox().find("another") is None
    begun = left.only_draft().id
    assert left.outbox().file(replace(outgoing("edited"), body=cleared("Other words"))).remote_id == begun
    assert key_of(left.only_draft()) == "edited"


@pytest.mark.parametrize("word", ["Hi<hr", "<p>Dear Ines,</p><hr"])
def test_what_the_rep_has_written_into_it_is_theirs(left: MicrosoftDrafts, microsoft: MicrosoftPeer, word: str) -> None:
    theirs = left.only_draft().id
    microsoft.edit_draft(theirs, body=left.only_draft().body.replace("<hr", word, 1))
    assert left.outbox().find(KEY) is None
    (seen,) = seen_drafts(left)
    assert (seen.role, seen.header("x-nextmove-key")) == (FolderRole.DRAFTS, None)
    filed = left.outbox().file(outgoing())
    assert filed.remote_id != theirs
    assert left.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN
    assert [each.id for each in microsoft.drafts()] == [theirs]


def test_what_the_rep_wrote_into_it_and_sent_is_not_taken_for_the_draft(
    left: MicrosoftDrafts, microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = left.only_draft().id
    microsoft.edit_draft(theirs, body=left.only_draft().body.replace("<hr", "Hi<hr", 1))
    microsoft.send_draft(theirs)
    left.settings["send"] = True
    assert left.sender().find(KEY, left.outbox().file(outgoing())) is None


def test_where_a_reply_can_not_be_marked_at_once_it_is_made_all_the_same(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.fail(BEGIN, 400, code="ErrorInvalidProperty")
    outbox = drafts.outbox()
    outbox.file(outgoing())
    outbox.file(outgoing("another"))
    assert ["Extended" in str(call.body) for call in microsoft.calls(BEGIN)] == [True, False, False]
    assert {key_of(each) for each in microsoft.drafts()} == {KEY, "another"}


def test_where_the_mark_is_left_out_it_comes_with_the_words(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    microsoft.faults.call("messages.update ", lambda: drafts.only_draft().properties.pop(canonical(drafts)))
    assert drafts.outbox().file(outgoing()) == drafts.outbox().find(KEY)


def canonical(drafts: MicrosoftDrafts) -> str:
    return next(name for name in drafts.only_draft().properties if name.lower() == KEY_PROPERTY.lower())


def test_a_filing_that_was_killed_and_never_approved_again_leaves_nothing_in_outlook(
    emulators: Emulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What's newer has made the draft pointless meanwhile."""
    call = Graph._call

    def dies(graph: Graph, method: str, path: str, **how: Any) -> Any:
        answer = call(graph, method, path, **how)
        if "createReply" in path:
            raise Killed
        return answer

    with peer_of_noor(emulators) as peer, microsoft_world(tmp_path / "world", peer, monkeypatch) as world:
        world.deal()
        world.passive()
        world.run()
        with monkeypatch.context() as dying:
            dying.setattr(Graph, "_call", dies)
            with pytest.raises(Killed):
                review.approve(world.desk, world.draft().id, world.now)
        assert len(peer.drafts()) == 1
        world.answer("work2@post.example", NO)
        world.run()
        assert peer.drafts() == []
        assert ItemState.APPROVED not in world.states()


# as whom


def as_alias(address: str = "sales@tallwood.example") -> Address:
    return Address(address, "Mara Lindqvist")


def test_a_draft_is_written_as_the_address_that_the_customer_wrote_to(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.aliases.append("sales@tallwood.example")
    for mail in (outgoing(), replace(outgoing("first"), in_reply_to=None, references=())):
        filed = drafts.outbox().file(replace(mail, sender=as_alias()))
        sender = drafts.draft(mail.key).fields["from"]["emailAddress"]
        assert sender == {"address": "sales@tallwood.example", "name": "Mara Lindqvist"}
        assert drafts.outbox().withdraw(mail.key, filed) is Withdrawal.WITHDRAWN


@pytest.mark.parametrize("address", ["mara@elsewhere.example", "x500@tallwood.example"])
def test_as_an_address_that_is_not_the_mailboxs_nothing_is_written(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, address: str
) -> None:
    """Exchange would refuse to send it."""
    drafts.outbox().file(replace(outgoing(), sender=as_alias(address)))
    assert drafts.only_draft().fields["from"]["emailAddress"]["address"] == microsoft.email


def test_where_the_addresses_are_not_told_it_writes_as_the_first(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.aliases.append("sales@tallwood.example")
    microsoft.fail("me.get ", 403)
    drafts.outbox().file(replace(outgoing(), sender=as_alias()))
    assert drafts.only_draft().fields["from"]["emailAddress"]["address"] == microsoft.email


def test_an_address_that_microsoft_refuses_after_all_is_left_out(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.aliases.append("sales@tallwood.example")
    for call, mail in (("update", outgoing()), ("create", replace(outgoing("new"), in_reply_to=None, references=()))):
        microsoft.fail(f"messages.{call} ", 403, code="ErrorSendAsDenied")
        drafts.outbox().file(replace(mail, sender=as_alias()))
        assert drafts.draft(mail.key).fields["from"]["emailAddress"]["address"] == microsoft.email


def test_for_the_first_address_nothing_is_asked(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    drafts.outbox().file(replace(outgoing(), sender=Address(microsoft.email.upper().lower())))
    assert microsoft.calls(r"me\.get") == []


def test_what_is_refused_for_another_reason_stays_refused(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    microsoft.aliases.append("sales@tallwood.example")
    microsoft.fail("messages.update ", 403, times=9, code="ErrorAccessDenied")
    with pytest.raises(RefusalError):
        drafts.outbox().file(replace(outgoing(), sender=as_alias()))
