"""Gmail at the peer, asked by the real client: messages, threads, history, search, drafts."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import pytest

from tests.servers.google import GooglePeer
from tests.servers.test_google_peer import letter, refused


@pytest.fixture
def me(google: GooglePeer) -> Iterator[Any]:
    with google.service() as service:
        yield service.users()


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def reply(number: int, **headers: str) -> bytes:
    """Ours, to the letter of this number."""
    words = {"Subject": f"Re: Counts {number}", "Message_ID": f"<r{number}@nextmove.example>"}
    links = {"In_Reply_To": f"<n{number}@harbour.example>", "References": f"<n{number}@harbour.example>"}
    return letter(number, **{**words, **links, "X_Nextmove_Key": f"key-{number}", **headers})


def history(me: Any, start: int, **words: Any) -> list[Any]:
    found = me.history().list(userId="me", startHistoryId=str(start), **words).execute()
    return list(found.get("history", []))


def kinds(records: list[Any]) -> list[str]:
    return [name for record in records for name in record if name not in ("id", "messages")]


def test_the_bytes_come_back_as_they_came(google: GooglePeer, me: Any) -> None:
    raw = letter(1, X_Odd="  two  spaces") + b"\xc3\xa9 caf\xe9\r\n"
    found = me.messages().get(userId="me", id=google.deliver(raw), format="raw").execute()
    assert base64.urlsafe_b64decode(found["raw"] + "==") == raw
    assert found["internalDate"] == str(int(datetime(2026, 3, 2, 8, 1, tzinfo=UTC).timestamp() * 1000))


def test_headers_are_complete_and_named_in_any_case(google: GooglePeer, me: Any) -> None:
    mail_id = google.deliver(reply(1))
    words = {"userId": "me", "id": mail_id, "format": "metadata"}
    found = me.messages().get(**words, metadataHeaders=["x-nextmove-key"]).execute()
    assert found["payload"]["headers"] == [{"name": "X-Nextmove-Key", "value": "key-1"}]
    assert len(me.messages().get(**words).execute()["payload"]["headers"]) == 8


def test_a_list_has_pages_newest_first(google: GooglePeer, me: Any) -> None:
    ids = [google.deliver(letter(number)) for number in range(5)]
    first = me.messages().list(userId="me", maxResults=3).execute()
    rest = me.messages().list(userId="me", maxResults=3, pageToken=first["nextPageToken"]).execute()
    assert [each["id"] for each in first["messages"] + rest["messages"]] == ids[::-1]
    assert "nextPageToken" not in rest


def test_an_empty_list_has_no_messages_field(me: Any) -> None:
    assert "messages" not in me.messages().list(userId="me").execute()


def test_search_knows_what_the_program_asks(google: GooglePeer, me: Any) -> None:
    one = google.deliver(letter(1))
    spam = google.deliver(letter(2), ["SPAM"])
    chat = google.deliver(letter(3), ["CHAT"])
    old = google.deliver(letter(4, Date="Mon, 02 Mar 2020 09:00:00 +0000"))

    def found(q: str, **words: Any) -> set[str]:
        answer = me.messages().list(userId="me", q=q, **words).execute()
        return {each["id"] for each in answer.get("messages", [])}

    assert found("after:2026/01/01 -in:chats") == {one}
    assert found("rfc822msgid:<n1@harbour.example>") == {one}
    assert found("rfc822msgid:n2@harbour.example in:anywhere") == {spam}
    assert found("in:spam from:ines@harbour.example") == {spam}
    assert found("{rfc822msgid:n1@harbour.example rfc822msgid:n4@harbour.example}") == {one, old}
    assert found("rfc822msgid:n1@harbour.example OR in:chats") == {one, chat}
    assert found("before:1600000000") == {old}
    assert found("older_than:3y") == {old}
    assert found("", includeSpamTrash=True, labelIds=["SPAM"]) == {spam}


def test_a_term_that_the_peer_does_not_know_is_no_guess(google: GooglePeer, me: Any) -> None:
    assert refused(me.messages().list(userId="me", q="filename:paper.pdf")).status_code == 400
    assert "filename:paper.pdf" in google.violations[0]
    google.violations.clear()


# history


def test_the_history_tells_each_change_in_order(google: GooglePeer, me: Any) -> None:
    start = int(me.getProfile(userId="me").execute()["historyId"])
    mail_id = google.deliver(letter(1))
    google.relabel(mail_id, remove=["UNREAD"])
    me.messages().modify(userId="me", id=mail_id, body={"addLabelIds": ["STARRED"]}).execute()
    google.remove(mail_id)
    records = history(me, start)
    assert kinds(records) == ["messagesAdded", "labelsRemoved", "labelsAdded", "messagesDeleted"]
    ids = [int(record["id"]) for record in records]
    assert ids == sorted(set(ids))
    assert min(ids) > start
    assert history(me, ids[1]) == records[2:]
    assert kinds(history(me, start, historyTypes=["messageAdded", "messageDeleted"])) == [
        "messagesAdded",
        "messagesDeleted",
    ]


def test_a_history_that_is_too_old_is_not_found(google: GooglePeer, me: Any) -> None:
    start = google.history_id
    google.forget_history()
    assert refused(me.history().list(userId="me", startHistoryId=str(start))).status_code == 404
    assert history(me, google.history_id) == []


def test_the_history_has_pages(google: GooglePeer, me: Any) -> None:
    start = google.history_id
    for number in range(5):
        google.deliver(letter(number))
    first = me.history().list(userId="me", startHistoryId=str(start), maxResults=4).execute()
    rest = me.history().list(userId="me", startHistoryId=str(start), pageToken=first["nextPageToken"]).execute()
    assert len(first["history"]) + len(rest["history"]) == 5
    assert int(first["historyId"]) == google.history_id


# threads and drafts


def test_an_answer_comes_into_its_thread_only_with_its_subject(google: GooglePeer, me: Any) -> None:
    first = google.deliver(letter(1))
    second = google.deliver(reply(1))
    other = google.deliver(reply(1, Subject="Another matter", Message_ID="<o@harbour.example>"))
    threads = {mail.id: mail.thread_id for mail in google.messages()}
    assert threads[first] == threads[second] != threads[other]
    found = me.threads().get(userId="me", id=threads[first], format="metadata").execute()
    assert [each["id"] for each in found["messages"]] == [first, second]
    assert len(me.threads().list(userId="me").execute()["threads"]) == 2


def draft(me: Any, raw: bytes, thread: str | None = None) -> Any:
    body = {"message": {"raw": coded(raw), **({"threadId": thread} if thread else {})}}
    return me.drafts().create(userId="me", body=body).execute(num_retries=0)


def thread_of(google: GooglePeer, mail_id: str) -> str:
    return next(mail.thread_id for mail in google.messages() if mail.id == mail_id)


def test_a_draft_needs_thread_references_and_subject_to_be_in_the_thread(google: GooglePeer, me: Any) -> None:
    thread = thread_of(google, google.deliver(letter(1)))
    assert draft(me, reply(1), thread)["message"]["threadId"] == thread
    assert draft(me, reply(1))["message"]["threadId"] != thread
    assert (
        draft(me, reply(1, References="<x@y.example>", In_Reply_To="<x@y.example>"), thread)["message"]["threadId"]
        != thread
    )
    assert draft(me, reply(1, Subject="Something else"), thread)["message"]["threadId"] != thread
    body = {"message": {"raw": coded(reply(1)), "threadId": "ffffffffffffffff"}}
    assert refused(me.drafts().create(userId="me", body=body)).status_code == 404


def test_an_updated_draft_keeps_its_id_and_has_another_message(google: GooglePeer, me: Any) -> None:
    thread = thread_of(google, google.deliver(letter(1)))
    made = draft(me, reply(1), thread)
    start = google.history_id
    body = {"message": {"raw": coded(reply(1, X_Other="b")), "threadId": thread}}
    now = me.drafts().update(userId="me", id=made["id"], body=body).execute()
    assert now["id"] == made["id"]
    assert now["message"]["id"] != made["message"]["id"]
    assert kinds(history(me, start)) == ["messagesAdded", "messagesDeleted"]
    found = me.drafts().get(userId="me", id=made["id"], format="raw").execute()
    assert message_from_bytes(base64.urlsafe_b64decode(found["message"]["raw"] + "=="))["X-Other"] == "b"
    assert found["message"]["threadId"] == thread


def test_drafts_are_found_by_a_search(google: GooglePeer, me: Any) -> None:
    made = [draft(me, reply(number)) for number in range(3)]
    found = me.drafts().list(userId="me", q="rfc822msgid:r1@nextmove.example").execute()
    assert [each["id"] for each in found["drafts"]] == [made[1]["id"]]
    assert len(me.drafts().list(userId="me").execute()["drafts"]) == 3


def test_a_sent_draft_is_another_message_in_sent(google: GooglePeer, me: Any) -> None:
    thread = thread_of(google, google.deliver(letter(1)))
    made = draft(me, reply(1), thread)
    sent = me.drafts().send(userId="me", body={"id": made["id"]}).execute()
    assert (sent["threadId"], sent["labelIds"]) == (thread, ["SENT"])
    assert sent["id"] != made["message"]["id"]
    assert google.drafts() == []
    assert google.sent() == [reply(1)]
    assert refused(me.drafts().get(userId="me", id=made["id"])).status_code == 404


def test_the_rep_edits_deletes_and_sends_drafts_by_hand(google: GooglePeer, me: Any) -> None:
    first, second, third = (draft(me, reply(number)) for number in range(3))
    edited = google.edit_draft(first["id"], reply(0, X_Other="b"), new_id=True)
    assert edited.id != first["id"]
    assert edited.mail.thread_id == first["message"]["threadId"]
    google.delete_draft(second["id"])
    google.send_draft(third["id"])
    assert [each.id for each in google.drafts()] == [edited.id]
    assert google.sent() == []
    assert len(google.find("r2@nextmove.example")) == 1


def test_a_message_is_sent_only_with_recipients(google: GooglePeer, me: Any) -> None:
    assert refused(me.messages().send(userId="me", body={"raw": coded(b"Subject: a\r\n\r\nb")})).status_code == 400
    me.messages().send(userId="me", body={"raw": coded(letter(1))}).execute()
    assert google.sent() == [letter(1)]


def test_aliases_and_labels(google: GooglePeer, me: Any) -> None:
    google.add_alias("mara@tallwood.test", "Mara")
    found = me.settings().sendAs().list(userId="me").execute()["sendAs"]
    assert [each["sendAsEmail"] for each in found] == [google.email, "mara@tallwood.test"]
    made = me.labels().create(userId="me", body={"name": "Nextmove/Drafted"}).execute()
    assert refused(me.labels().create(userId="me", body={"name": "nextmove/drafted"})).status_code == 409
    mail_id = google.deliver(letter(1))
    me.messages().modify(userId="me", id=mail_id, body={"addLabelIds": [made["id"]]}).execute()
    assert len(me.messages().list(userId="me", q="label:nextmove-drafted").execute()["messages"]) == 1


def test_no_message_of_another_test_is_here(google: GooglePeer, me: Any) -> None:
    assert google.messages() == []
    assert me.getProfile(userId="me").execute()["messagesTotal"] == 0


def test_an_attachment_is_fetched_by_itself(google: GooglePeer, me: Any) -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ines@harbour.example", google.email, "Paper"
    message.set_content("See the paper.")
    message.add_attachment(b"%PDF-paper", maintype="application", subtype="pdf", filename="paper.pdf")
    mail_id = google.deliver(message.as_bytes())
    parts = me.messages().get(userId="me", id=mail_id).execute()["payload"]["parts"]
    (part,) = (each for each in parts if each["filename"] == "paper.pdf")
    words = {"userId": "me", "messageId": mail_id, "id": part["body"]["attachmentId"]}
    assert base64.urlsafe_b64decode(me.messages().attachments().get(**words).execute()["data"] + "==") == b"%PDF-paper"
