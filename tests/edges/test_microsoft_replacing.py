"""A draft of Outlook's that gets another text: a reply keeps its place and its history, whatever is lost on the way."""

from dataclasses import replace

import pytest

from assistant.domain.ports import DraftChanged
from providers.html import text_of
from tests.contracts.letters import letter
from tests.contracts.outbox import KEY, outgoing, revised
from tests.edges.microsoft_drafts import MicrosoftDrafts, key_of
from tests.edges.test_microsoft_outbox_faults import PATCH, breaking
from tests.servers.microsoft import MicrosoftPeer


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return MicrosoftDrafts(microsoft, monkeypatch)


def test_a_reply_is_the_same_draft_with_the_same_history(drafts: MicrosoftDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    before = text_of(drafts.only_draft().body)
    now = drafts.outbox().replace(KEY, filed, revised())
    after = text_of(drafts.only_draft().body)
    assert (now.remote_id, now.thread) == (filed.remote_id, filed.thread)
    history = before.partition("The counts are attached.")
    assert history[1]
    assert "The counts are attached." in after
    assert "shall we count them together" in after
    assert "thank you for the counts" not in after
    assert after.split()[-5:] == before.split()[-5:]


def test_a_new_conversation_is_made_anew(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    first = replace(outgoing(), in_reply_to=None, references=())
    filed = drafts.outbox().file(first)
    drafts.outbox().replace(KEY, filed, replace(revised(), in_reply_to=None, references=()))
    assert len(drafts.drafts()) == 1


def test_an_edit_that_comes_first_is_left_as_it_is(drafts: MicrosoftDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.edit_draft(KEY, b"thank you for", b"many thanks for")
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    assert "many thanks" in text_of(drafts.only_draft().body)


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("how", ["500", "503", "504", "reset"])
def test_a_change_that_got_no_answer_is_looked_up(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, how: str, *, after: bool
) -> None:
    filed = drafts.outbox().file(outgoing())
    breaking(microsoft, how, PATCH, after=after)
    now = drafts.outbox().replace(KEY, filed, revised())
    assert key_of(drafts.only_draft()) == revised().key
    assert drafts.outbox().find(revised().key) == now


def test_an_edit_right_before_the_change_is_left_as_it_is(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.faults.call(PATCH, lambda: drafts.edit_draft(KEY, b"thank you for", b"many thanks for"))
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    assert "many thanks" in text_of(drafts.only_draft().body)


def test_a_draft_that_is_sent_right_before_the_change_is_gone(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    filed = drafts.outbox().file(outgoing())
    microsoft.faults.call(PATCH, lambda: drafts.send_draft(KEY))
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    assert drafts.drafts() == []
