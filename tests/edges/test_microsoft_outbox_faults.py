"""Drafts in Outlook when things go wrong: whatever is lost on the way, there is exactly one, or the error says why."""

from dataclasses import replace

import pytest

from assistant.domain.ports import OutgoingMail, Withdrawal
from assistant.errors import ProviderError, RefusedError
from providers.microsoft.drafts import QUOTE_PROPERTY
from providers.microsoft.graph import SignInNeeded, Unsure
from providers.microsoft.outbox import MicrosoftOutbox
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing, paged
from tests.edges.microsoft_drafts import MicrosoftDrafts, key_of, property_of, until_it_lives
from tests.edges.systems import BERLIN
from tests.servers.microsoft import Item, MicrosoftPeer

KEY = outgoing().key
REPLY, NEW, PATCH, DELETE = (f"messages.{verb} " for verb in ("createReplyAll", "create", "update", "delete"))
MAILS = {"a reply": outgoing(), "a first mail": replace(outgoing(), in_reply_to=None, references=()), "a page": paged()}


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return MicrosoftDrafts(microsoft, monkeypatch)


def breaking(microsoft: MicrosoftPeer, how: str, match: str, *, times: int = 1, after: bool = False) -> None:
    if how == "reset":
        microsoft.faults.reset(match, times=times, after=after)
    else:
        microsoft.fail(match, int(how), times=times, after=after)


def is_ours(item: Item) -> bool:
    """Whether it's complete, and so isn't the rep's."""
    return bool(property_of(item, QUOTE_PROPERTY))


def one_of_ours(drafts: MicrosoftDrafts, mail: OutgoingMail) -> None:
    """One draft lies there, and it's complete."""
    item = drafts.only_draft()
    assert key_of(item) == mail.key
    assert "thank you for the counts" in item.body or "Five deals" in item.body


# the process dies


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_filing_killed_anywhere_leaves_one_draft_after_the_next(
    drafts: MicrosoftDrafts, mail: OutgoingMail, *, after: bool
) -> None:
    deaths = 0
    for _ in until_it_lives(lambda graph: MicrosoftOutbox(graph, BERLIN).file(mail), drafts.settings, after=after):
        drafts.outbox().file(mail)
        one_of_ours(drafts, mail)
        drafts.delete_draft(mail.key)
        deaths += 1
    one_of_ours(drafts, mail)
    assert deaths >= 3


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_filing_killed_anywhere_is_found_or_was_not_made(drafts: MicrosoftDrafts, *, after: bool) -> None:
    """A reply without a word isn't found, and is taken out: it may never be filed again."""
    bare = 0
    for _ in until_it_lives(
        lambda graph: MicrosoftOutbox(graph, BERLIN).file(outgoing()), drafts.settings, after=after
    ):
        bare += sum(not is_ours(each) for each in drafts.peer.drafts())
        found = drafts.outbox().find(KEY)
        there = drafts.peer.drafts()
        assert [is_ours(each) for each in there] == ([True] if found else [])
        for each in there:
            drafts.peer.remove(each.id)
    assert bare


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_withdrawal_killed_anywhere_leaves_none_after_the_next(drafts: MicrosoftDrafts, *, after: bool) -> None:
    filed = [drafts.outbox().file(outgoing())]
    for _ in until_it_lives(
        lambda graph: MicrosoftOutbox(graph, BERLIN).withdraw(KEY, filed[-1]), drafts.settings, after=after
    ):
        assert drafts.outbox().withdraw(KEY, filed[-1]) in (Withdrawal.WITHDRAWN, Withdrawal.GONE)
        assert drafts.drafts() == []
        filed.append(drafts.outbox().file(outgoing()))
    assert drafts.drafts() == []


# the network and Microsoft fail


@pytest.mark.parametrize("call", [REPLY, PATCH])
@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["500", "503", "504", "reset"])
def test_a_reply_whose_making_got_no_answer_is_made_once(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, how: str, call: str, *, done: bool
) -> None:
    breaking(microsoft, how, call, after=done)
    filed = drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())
    assert drafts.outbox().find(KEY) == filed
    made = microsoft.calls(r"messages\.createReplyAll")
    assert len(made) == (2 if call == REPLY and not done else 1)


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["500", "503", "reset"])
@pytest.mark.parametrize("kind", ["a first mail", "a page"])
def test_a_mail_whose_making_got_no_answer_is_made_once(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, kind: str, how: str, *, done: bool
) -> None:
    breaking(microsoft, how, NEW, after=done)
    filed = drafts.outbox().file(MAILS[kind])
    one_of_ours(drafts, MAILS[kind])
    assert drafts.outbox().find(MAILS[kind].key) == filed
    assert len(microsoft.calls(r"messages\.create")) == (1 if done else 2)


def test_a_reply_that_appears_after_we_stopped_waiting_is_not_left_twice(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    """The first one appears only when the second is on its way: the rep sees one of them."""
    breaking(microsoft, "503", REPLY)
    (answered,) = microsoft.find("n4@contract.example")

    def late() -> None:
        drafts.graph().post(f"/messages/{answered.id}/createReplyAll", {})

    microsoft.faults.call(PATCH, late)
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


def test_a_first_mail_that_appears_after_we_stopped_waiting_is_not_left_twice(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    mail = MAILS["a first mail"]
    breaking(microsoft, "503", NEW)
    microsoft.faults.call(NEW, lambda: drafts.graph().post("/messages", microsoft.calls(r"messages\.create")[0].body))
    drafts.outbox().file(mail)
    one_of_ours(drafts, mail)


def test_an_empty_reply_of_the_reps_is_not_tidied_away(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    """It lay there before, so that it's finished: nothing is made beside it, and nothing taken out."""
    (answered,) = microsoft.find("n4@contract.example")
    drafts.graph().post(f"/messages/{answered.id}/createReplyAll", {})
    breaking(microsoft, "reset", PATCH)
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())
    assert microsoft.messages("deleteditems") == []


@pytest.mark.parametrize("how", ["500", "503", "reset"])
@pytest.mark.parametrize("call", [REPLY, PATCH])
def test_what_fails_again_and_again_is_told_and_finished_the_next_time(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, how: str, call: str
) -> None:
    breaking(microsoft, how, call, times=99)
    with pytest.raises(Unsure, match="work"):
        drafts.outbox().file(outgoing())
    assert drafts.outbox().find(KEY) is None
    assert len(microsoft.calls(f"messages.{call.partition('.')[2].strip()}")) == 3
    microsoft.faults.clear()
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


def test_a_draft_made_while_nothing_can_be_looked_up_is_found_the_next_time(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    breaking(microsoft, "503", PATCH, after=True)
    microsoft.faults.reset("messages.get ", times=30)
    with pytest.raises(ProviderError):
        drafts.outbox().file(outgoing())
    microsoft.faults.clear()
    assert drafts.outbox().file(outgoing()) == drafts.outbox().find(KEY)
    one_of_ours(drafts, outgoing())


@pytest.mark.parametrize("call", ["list", "get", "createReplyAll", "update"])
def test_what_is_too_fast_is_done_a_little_later(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, call: str) -> None:
    microsoft.fail(f"messages.{call} ", 429, times=2, headers={"Retry-After": "1"})
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


@pytest.mark.parametrize("how", ["500", "503", "reset"])
@pytest.mark.parametrize("call", ["list", "get"])
def test_a_read_that_fails_is_read_again(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, how: str, call: str
) -> None:
    breaking(microsoft, how, f"messages.{call} ", times=2)
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


def test_what_can_not_be_looked_up_is_not_made(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    drafts.outbox().file(outgoing())
    breaking(microsoft, "500", "messages.list ", times=99)
    with pytest.raises(ProviderError):
        drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 1


def test_an_access_token_that_expires_on_the_way_is_said(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    """The one in the environment can't be renewed here: the reply that was begun is finished the next time."""
    microsoft.faults.call(PATCH, microsoft.accounts.expire)
    with pytest.raises(SignInNeeded, match="work"):
        drafts.outbox().file(outgoing())


def test_without_the_permission_nothing_is_filed(microsoft: MicrosoftPeer, drafts: MicrosoftDrafts) -> None:
    microsoft.accounts.scopes = {"Mail.Read"}
    with pytest.raises(ProviderError, match="work"):
        drafts.outbox().file(outgoing())
    assert drafts.drafts() == []


# others are at work at the same time


def test_a_reply_that_the_rep_takes_over_while_it_is_begun_is_theirs(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    def write() -> None:
        (item,) = microsoft.drafts()
        microsoft.edit_draft(item.id, body=item.body.replace("<hr", "Hi Ines<hr", 1))

    microsoft.faults.call(PATCH, write)
    drafts.outbox().file(outgoing())
    theirs, ours = sorted(microsoft.drafts(), key=is_ours)
    assert not is_ours(theirs)
    assert "Hi Ines<hr" in theirs.body
    assert key_of(ours) == KEY


def test_a_reply_that_exchange_itself_touches_is_finished(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    microsoft.faults.call(PATCH, lambda: microsoft.change(drafts.only_draft().id, categories=["Blue"]))
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


def test_a_reply_that_the_rep_deletes_while_it_is_begun_is_begun_anew(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.faults.call(PATCH, lambda: microsoft.remove(drafts.only_draft().id))
    drafts.outbox().file(outgoing())
    one_of_ours(drafts, outgoing())


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["503", "reset"])
def test_a_deletion_that_got_no_answer_is_looked_up(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, how: str, *, done: bool
) -> None:
    filed = drafts.outbox().file(outgoing())
    breaking(microsoft, how, DELETE, after=done)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN
    assert drafts.drafts() == []
    assert len(microsoft.calls(r"messages\.delete")) == (1 if done else 2)
    assert len(microsoft.messages("deleteditems")) == 1


def test_a_draft_that_the_rep_edits_in_the_last_moment_is_theirs(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.faults.call(DELETE, lambda: drafts.edit_draft(KEY, b"thank you for", b"many thanks for"))
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


def test_a_draft_that_is_touched_in_the_last_moment_and_not_edited_goes(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.faults.call(DELETE, lambda: microsoft.change(drafts.draft(KEY).id, categories=["Blue"]))
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN


def test_a_draft_that_the_rep_sends_before_its_deletion_is_gone(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.faults.call(DELETE, lambda: drafts.send_draft(KEY))
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE
    assert len(drafts.copies()) == 1


def test_a_draft_that_vanishes_right_after_it_was_made_is_told(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    microsoft.faults.call(PATCH, lambda: microsoft.faults.call("messages.get ", lambda: drafts.delete_draft(KEY)))
    with pytest.raises(ProviderError, match="not there any more"):
        drafts.outbox().file(outgoing())


# it can't send


@pytest.mark.parametrize("send", [False, True])
def test_nothing_that_an_outbox_does_is_a_sending(
    microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch, *, send: bool
) -> None:
    system = MicrosoftDrafts(microsoft, monkeypatch, send=send)
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    for mail in MAILS.values():
        filed = system.outbox().file(mail)
        system.outbox().find(mail.key)
        system.outbox().withdraw(mail.key, filed)
    assert microsoft.calls(r".*[sS]end.*") == []
    assert microsoft.sent() == []


@pytest.mark.parametrize("path", ["/messages/{}/send", "/sendMail", "/messages/{}/reply", "/messages/{}/forward"])
def test_without_the_option_no_sending_reaches_microsoft(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, path: str
) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.log.clear()
    with pytest.raises(RefusedError):
        drafts.graph().post(path.format(filed.remote_id), {})
    assert microsoft.log == []
