"""Drafts in Outlook that the rep has their hands on, and replies that were begun and not finished."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.mail import Address
from assistant.domain.ports import DraftChanged, FiledDraft, Withdrawal
from providers.microsoft.conversations import Place
from providers.microsoft.drafts import QUOTE_PROPERTY, found_draft, is_bare
from providers.microsoft.writing import headers_of, reply_patch
from providers.quoting import words_of
from tests.contracts.letters import letter
from tests.contracts.outbox import cleared, outgoing
from tests.contracts.sender import KNOWN
from tests.edges.microsoft_drafts import MicrosoftDrafts, key_of, seen_drafts
from tests.servers.microsoft import MicrosoftPeer

KEY = outgoing().key
CREATE = r"messages\.create(Reply|ReplyAll)?"


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    return MicrosoftDrafts(microsoft, monkeypatch)


@pytest.fixture
def answered(microsoft: MicrosoftPeer) -> str:
    """The message that `outgoing` answers."""
    return microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))


# what the rep does to it


def found_now(drafts: MicrosoftDrafts) -> FiledDraft:
    found = drafts.outbox().find(KEY)
    assert found is not None
    return found


def touched(drafts: MicrosoftDrafts, filed: FiledDraft) -> None:
    """It's the rep's, for good."""
    theirs = drafts.drafts()
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    with pytest.raises(DraftChanged):
        drafts.sender().send(KEY, filed, KNOWN)
    assert drafts.drafts() == theirs


def with_body(drafts: MicrosoftDrafts, old: str, new: str) -> None:
    item = drafts.draft(KEY)
    assert old in item.body
    drafts.peer.edit_draft(item.id, body=item.body.replace(old, new, 1))


def test_html_that_outlook_writes_anew_is_no_edit(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    with_body(drafts, "<body>", '<body lang="EN-US" style="word-wrap:break-word">\n<o:p></o:p>')
    with_body(
        drafts, '<div dir="ltr">Hi Ines,<br>', '<div class="elementToProof"><span>Hi&nbsp;Ines,</span></div><div>'
    )
    with_body(drafts, "ines@harbour.example", '<a href="mailto:ines@harbour.example">ines@harbour.example</a>')
    with_body(drafts, "<hr", '<a name="_MailOriginal"></a><hr')
    drafts.peer.change(drafts.draft(KEY).id, isRead=False, categories=["Blue"])
    assert found_now(drafts) == filed
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("counts", '<a href="https://other.example/offer">counts</a>'),
        ("counts", "<a href=https://other.example>counts</a>"),
        ("thank you", "<s>thank you</s>"),
        ("</div>", '<img src="https://other.example/chart.png"></div>'),
    ],
    ids=["a link", "a bare link", "struck out", "a picture"],
)
def test_what_changes_no_word_and_can_be_seen_is_an_edit(
    drafts: MicrosoftDrafts, answered: str, old: str, new: str
) -> None:
    filed = drafts.outbox().file(outgoing())
    with_body(drafts, old, new)
    touched(drafts, filed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The counts are attached.", "The counts are attached. No: they are not."),
        ("Ines Okafor", "Ines, dear"),
        ("thank you", "thanks"),
    ],
    ids=["in the history", "in its introduction", "in our text"],
)
def test_words_of_the_rep_are_an_edit_wherever_they_stand(
    drafts: MicrosoftDrafts, answered: str, old: str, new: str
) -> None:
    filed = drafts.outbox().file(outgoing())
    with_body(drafts, old, new)
    assert new in found_now(drafts).body
    touched(drafts, filed)


def test_a_history_taken_out_leaves_our_own_words_as_they_were(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    item = drafts.draft(KEY)
    drafts.peer.edit_draft(item.id, body=item.body[: item.body.index("<hr")] + "</body></html>")
    assert replace(found_now(drafts), etag=filed.etag) == filed
    touched(drafts, filed)


@pytest.mark.parametrize("field", ["toRecipients", "ccRecipients", "bccRecipients", "replyTo"])
def test_one_more_person_is_an_edit(drafts: MicrosoftDrafts, answered: str, field: str) -> None:
    filed = drafts.outbox().file(outgoing())
    item = drafts.draft(KEY)
    boss = {"emailAddress": {"name": "Boss", "address": "boss@harbour.example"}}
    drafts.peer.change(item.id, **{field: [*item.fields[field], boss]})
    touched(drafts, filed)


@pytest.mark.parametrize(
    "change",
    [
        {"importance": "high"},
        {"isReadReceiptRequested": True},
        {"hasAttachments": True},
        {"from": {"emailAddress": {"name": "Sales", "address": "sales@tallwood.example"}}},
    ],
    ids=str,
)
def test_another_sender_urgency_or_attachment_is_an_edit(
    drafts: MicrosoftDrafts, answered: str, change: dict[str, object]
) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.peer.change(drafts.draft(KEY).id, **change)
    touched(drafts, filed)


def test_a_draft_noted_before_its_digest_was_is_left_alone(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    assert drafts.outbox().withdraw(KEY, replace(filed, etag="")) is Withdrawal.EDITED


def test_a_draft_that_lost_its_key_was_written_anew_by_the_rep(drafts: MicrosoftDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.only_draft().properties.clear()
    assert drafts.outbox().find(KEY) is None
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


def test_a_draft_whose_history_is_not_marked_any_more_is_the_reps(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.draft(KEY).properties.pop(QUOTE_PROPERTY)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED


def test_a_draft_that_the_rep_sent_is_gone(drafts: MicrosoftDrafts, answered: str) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.send_draft(KEY)
    assert drafts.outbox().find(KEY) is None
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE
    assert len(drafts.copies()) == 1


@pytest.mark.parametrize("for_good", [False, True])
def test_a_draft_that_the_rep_threw_away_is_gone(drafts: MicrosoftDrafts, answered: str, *, for_good: bool) -> None:
    filed = drafts.outbox().file(outgoing())
    item = drafts.draft(KEY)
    if for_good:
        drafts.peer.remove(item.id)
    else:
        drafts.peer.move(item.id, "deleteditems")
    assert drafts.outbox().find(KEY) is None
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE


def test_what_was_withdrawn_lies_among_the_deleted_items(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.outbox().withdraw(KEY, filed)
    assert [key_of(each) for each in microsoft.messages("deleteditems")] == [KEY]
    assert drafts.outbox().file(outgoing()).remote_id != filed.remote_id


def test_drafts_of_the_rep_are_never_touched(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str) -> None:
    theirs = microsoft.write_draft(
        to=["ines@harbour.example"], subject="Re: Pallet counts 4", body="Hi Ines, wait", reply_to=answered
    )
    filed = drafts.outbox().file(outgoing())
    drafts.outbox().withdraw(KEY, filed)
    assert [each.id for each in microsoft.drafts()] == [theirs.id]


# a reply that was begun and not finished


def begin(drafts: MicrosoftDrafts, answered: str) -> str:
    """The draft that createReply makes."""
    made = drafts.graph().post(f"/messages/{answered}/createReplyAll", {})
    assert is_bare({**made, "hasAttachments": False})
    return str(made["id"])


def test_a_reply_without_a_word_is_finished_and_no_other_is_begun(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    begun = begin(drafts, answered)
    microsoft.log.clear()
    assert drafts.outbox().file(outgoing()).remote_id == begun
    assert microsoft.calls(CREATE) == []
    assert drafts.outbox().find(KEY) is not None


def test_a_reply_without_a_word_is_no_draft_of_the_reps_for_the_mailbox(drafts: MicrosoftDrafts, answered: str) -> None:
    begin(drafts, answered)
    assert seen_drafts(drafts) == []
    drafts.outbox().file(outgoing())
    assert len(seen_drafts(drafts)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("<hr", "Hi<hr"), ("The counts are attached.", "The counts are attached. Which?"), ("The counts are", "They're")],
    ids=["a word above", "a word below", "a word changed"],
)
def test_a_reply_with_a_word_of_the_reps_is_theirs(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str, old: str, new: str
) -> None:
    begun = begin(drafts, answered)
    item = microsoft.item(begun)
    assert item is not None
    microsoft.edit_draft(begun, body=item.body.replace(old, new, 1))
    drafts.outbox().file(outgoing())
    assert len(drafts.drafts()) == 2
    kept = microsoft.item(begun)
    assert kept is not None
    assert key_of(kept) == ""


def test_a_reply_that_was_saved_later_is_the_reps(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    microsoft.now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    begun = begin(drafts, answered)
    microsoft.now += timedelta(minutes=1)
    microsoft.change(begun, categories=["Later"])
    assert drafts.outbox().file(outgoing()).remote_id != begun


def test_a_reply_to_another_message_of_the_conversation_is_not_finished(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, answered: str
) -> None:
    raw = letter(4, reply_to=4, body="One more thing: the dock.", extra="Cc: jo@harbour.example\n")
    later = microsoft.deliver(raw.replace(b"<n4@contract.example>\nIn-Reply", b"<n5@contract.example>\nIn-Reply"))
    assert {each.conversation for each in microsoft.messages("inbox")} == {microsoft.messages("inbox")[0].conversation}
    begun = begin(drafts, later)
    assert drafts.outbox().file(outgoing()).remote_id != begun


# what is put in front, and told from the history again

WORDS = st.lists(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=60), max_size=6).map("\n".join)
HISTORIES = st.one_of(
    WORDS,
    st.sampled_from(
        [
            "",
            "<hr><p>Dock 4",
            "</body><body>twice",
            "<blockquote>a<blockquote>b",
            "<table><tr><td>1<td>2</table>",
            "<!-- <body> --><p>x",
            "<pre>  as it\n  stands</pre>",
        ]
    ),
)
INES = frozenset({*outgoing().to, *outgoing().cc})
PLACE = Place("AAk", "AAQ", INES, exact=True)


@given(WORDS, HISTORIES)
def test_whatever_is_written_comes_back_without_the_history(text: str, history: str) -> None:
    mail = replace(outgoing(), body=cleared(text))
    html = (
        f'<html><head></head><body dir="ltr"><hr><div id="divRplyFwdMsg"><b>From:</b> Ines</div>{history}</body></html>'
    )
    bare = {"id": "1", "isDraft": True, "body": {"contentType": "html", "content": html}}
    begun = found_draft(bare, "rep@tallwood.example")
    change = reply_patch(begun, mail, headers_of(mail), PLACE)
    found = found_draft({**bare, **change, "subject": "x"}, "rep@tallwood.example")
    assert words_of(found.body) == words_of(text)
    assert found.key == mail.key
    assert not found.bare
    assert words_of(found.text)[len(words_of(text)) :] == words_of(begun.text)


def test_a_history_in_plain_text_stays_too() -> None:
    below = "________________________________\nFrom: Ines <ines@harbour.example>\n\nThe counts are attached."
    bare = {"id": "1", "isDraft": True, "body": {"contentType": "text", "content": f"\r\n{below}\r\n"}}
    assert is_bare(bare)
    change = reply_patch(found_draft(bare, "rep@tallwood.example"), outgoing(), headers_of(outgoing()), PLACE)
    found = found_draft({**bare, **change, "subject": "x"}, "rep@tallwood.example")
    assert found.body == outgoing().body.strip()
    assert found.text.endswith("The counts are attached.")


@pytest.mark.parametrize(
    "change",
    [
        {"hasAttachments": True},
        {"singleValueExtendedProperties": [{"id": QUOTE_PROPERTY.lower(), "value": "0"}]},
        {"body": {"contentType": "html", "content": "<body>Hi<hr>From: Ines</body>"}},
        {"body": {"contentType": "html", "content": "<body>From: Ines</body>"}},
        {"body": {"contentType": "html", "content": "<body><hr></body>"}},
        {"body": None},
        {"lastModifiedDateTime": "2026-03-03T09:01:00Z"},
    ],
    ids=["an attachment", "ours", "a word", "no rule", "no history", "nothing", "saved since"],
)
def test_only_an_untouched_reply_is_bare(change: dict[str, object]) -> None:
    made = {
        "createdDateTime": "2026-03-03T09:00:00Z",
        "lastModifiedDateTime": "2026-03-03T09:00:01Z",
        "body": {"contentType": "html", "content": "<body><br><hr>From: Ines</body>"},
    }
    assert is_bare(made)
    assert not is_bare({**made, **change})


def test_people_are_read_as_they_are_written_elsewhere() -> None:
    """Exchange names who has no name by the address. People of the house by a path of its own are people too."""
    given = [
        {"emailAddress": {"name": "jo@harbour.example", "address": "Jo@Harbour.example"}},
        {"emailAddress": {"name": "Ines", "address": "ines@xn--hfen-loa.example"}},
        {"emailAddress": {"name": "Old", "address": "/o=Exchange/cn=Old"}},
        {"emailAddress": {}},
        None,
    ]
    found = found_draft({"id": "1", "toRecipients": given}, "rep@tallwood.example").recipients
    assert found == (Address("jo@harbour.example"), Address("ines@häfen.example"), Address("/o=exchange/cn=old"))
    assert [each.name for each in found] == [None, "Ines", "Old"]
