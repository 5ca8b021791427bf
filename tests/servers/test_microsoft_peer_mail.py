"""The Microsoft peer's mail: pages and deltas, replies, drafts, sending, properties, meeting messages."""

import base64
import time
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest

from tests.servers.microsoft import MicrosoftPeer
from tests.servers.microsoft.client import asking, letter, preferring

KEY = "String {6F2D3C1E-9A57-4B0E-8D64-5E1F7C2AB930} Name assistantKey"
DELTA = "/mailFolders/inbox/messages/delta"


@pytest.fixture
def graph(microsoft: MicrosoftPeer) -> Iterator[Any]:
    with asking(microsoft) as client:
        yield client


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in answer.json()["value"]]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# deltas


def test_a_delta_brings_everything_and_then_what_changed(microsoft: MicrosoftPeer, graph: Any) -> None:
    first, second = microsoft.deliver(letter(1)), microsoft.deliver(letter(2))
    start = graph.get(DELTA, params={"$select": "subject,isRead"}).json()
    assert [each["id"] for each in start["value"]] == [second, first]
    microsoft.change(first, isRead=True)
    microsoft.move(second, "archive")
    third = microsoft.deliver(letter(3))
    found = graph.get(start["@odata.deltaLink"]).json()
    told = {each.pop("id"): each for each in found["value"]}
    of_a_message = {"@odata.type": "#microsoft.graph.message"}
    assert told[first] == {**of_a_message, "@odata.etag": microsoft.messages()[0].etag, "isRead": True}
    assert told[second] == {**of_a_message, "@removed": {"reason": "changed"}}
    assert (told[third]["subject"], told[third]["isRead"]) == ("Counts 3", False)
    assert ids(graph.get("/mailFolders/archive/messages")) == [second]
    assert graph.get(found["@odata.deltaLink"]).json()["value"] == []


def test_a_round_has_pages_and_its_query_is_frozen(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.deliver_many([(letter(number), "inbox") for number in range(1, 8)])
    microsoft.empty_pages = 1
    link, seen = f"{DELTA}?$select=subject", []
    while link:
        page = graph.get(link, headers=preferring("odata.maxpagesize=3")).json()
        seen.append(page["value"])
        link = page.get("@odata.nextLink")
    assert [len(each) for each in seen] == [0, 3, 0, 3, 0, 1]
    assert all(set(item) == {"@odata.etag", "@odata.type", "id", "subject"} for each in seen for item in each)


def test_a_link_has_an_address_of_its_own(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.deliver(letter(1))
    link = graph.get(DELTA).json()["@odata.deltaLink"]
    assert link.startswith(f"{microsoft.url}/v1.0/me/mailfolders('inbox')/messages/delta?")
    assert graph.get(link).json()["value"] == []


def test_forgotten_links_are_410(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.deliver(letter(1))
    link = graph.get(DELTA).json()["@odata.deltaLink"]
    microsoft.forget_delta()
    assert code(graph.get(link)) == (410, "SyncStateNotFound")
    assert len(graph.get(DELTA).json()["value"]) == 1


def test_a_delta_takes_only_its_own_filter(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.deliver_many([(letter(number), "inbox") for number in (1, 2, 3)])
    since = {"$filter": "receivedDateTime ge 2026-03-02T08:02:00Z"}
    assert len(graph.get(DELTA, params=since).json()["value"]) == 2
    microsoft.delta_most = 1
    assert len(graph.get(DELTA, params=since).json()["value"]) == 1
    assert graph.get(DELTA, params={"$filter": "isRead eq false"}).status_code == 400
    assert graph.get(DELTA, params={"$search": "x"}).status_code == 400
    microsoft.violations.clear()


def test_a_deleted_message_is_told_once_and_for_good(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1))
    link = graph.get(DELTA).json()["@odata.deltaLink"]
    microsoft.remove(name)
    found = graph.get(link).json()
    (told,) = found["value"]
    assert (told["id"], told["@removed"]) == (name, {"reason": "deleted"})
    assert graph.get(found["@odata.deltaLink"]).json()["value"] == []


# reading


def test_pages_of_a_list_have_absolute_links(microsoft: MicrosoftPeer, graph: Any) -> None:
    names = microsoft.deliver_many([(letter(number), "inbox") for number in range(1, 6)])
    first = graph.get("/messages", params={"$top": 2, "$select": "id"}).json()
    assert first["@odata.nextLink"].startswith(microsoft.url)
    second = graph.get(first["@odata.nextLink"]).json()
    assert [each["id"] for each in first["value"] + second["value"]] == names[:0:-1]


def test_a_list_is_filtered_and_too_complex_an_order_refused(microsoft: MicrosoftPeer, graph: Any) -> None:
    names = microsoft.deliver_many([(letter(number), "inbox") for number in (1, 2)])
    wanted = {"$filter": "internetMessageId eq '<n1@harbour.example>'"}
    assert ids(graph.get("/messages", params=wanted)) == names[:1]
    people = {"$filter": "from/emailAddress/address eq 'ines@harbour.example' and isRead eq false"}
    assert len(ids(graph.get("/messages", params=people))) == 2
    order = {"$filter": "isRead eq false", "$orderby": "receivedDateTime desc"}
    assert code(graph.get("/messages", params=order)) == (400, "InefficientFilter")
    both = {"$filter": "receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq false", "$orderby": "receivedDateTime"}
    assert ids(graph.get("/messages", params=both)) == names


@pytest.mark.parametrize(
    "query",
    [
        {"$select": "id,thread_id"},
        {"$select": "meetingMessageType"},
        {"$filter": "sentBy eq 'x'"},
        {"$filter": "receivedDateTime ge 2026-01-01T00:00:00 02:00"},
        {"$top": "0"},
        {"maxResults": "5"},
    ],
)
def test_what_graph_does_not_know_fails_the_test(microsoft: MicrosoftPeer, graph: Any, query: dict[str, str]) -> None:
    assert graph.get("/messages", params=query).status_code == 400
    assert len(microsoft.violations) == 1
    microsoft.violations.clear()


def test_headers_come_only_when_selected_and_as_they_stand(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1, Subject="=?utf-8?q?Z=C3=A4hlung?="))
    assert "internetMessageHeaders" not in graph.get(f"/messages/{name}").json()
    found = graph.get(f"/messages/{name}", params={"$select": "subject,internetMessageHeaders"}).json()
    assert found["subject"] == "Zählung"
    assert {"name": "Subject", "value": "=?utf-8?q?Z=C3=A4hlung?="} in found["internetMessageHeaders"]
    mine = microsoft.deliver(letter(2), "sentitems")
    assert (
        not graph.get(f"/messages/{mine}", params={"$select": "internetMessageHeaders"})
        .json()
        .get("internetMessageHeaders")
    )


def test_a_text_comes_in_html_unless_text_is_preferred(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1, "One < two.\r\n> before"))
    html = graph.get(f"/messages/{name}").json()["body"]
    assert html["contentType"] == "html"
    assert "One &lt; two." in html["content"]
    wanted = preferring('outlook.body-content-type="text"')
    found = graph.get(f"/messages/{name}?$select=body,uniqueBody", headers=wanted)
    assert found.json()["body"] == {"contentType": "text", "content": "One < two.\r\n> before\r\n"}
    assert found.json()["uniqueBody"]["content"].strip() == "One < two."
    assert "IdType" in found.headers["preference-applied"]


def test_the_mime_is_what_came_in(microsoft: MicrosoftPeer, graph: Any) -> None:
    raw = letter(1)
    assert graph.get(f"/messages/{microsoft.deliver(raw)}/$value").content == raw


def test_attachments_and_inline_pictures(microsoft: MicrosoftPeer, graph: Any) -> None:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\nMessage-ID: <a@b.example>\r\n"
    page = '\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>See <img src="cid:one"></p>\r\n'
    part = "--b\r\nContent-Type: image/png\r\nContent-ID: <one>\r\nContent-Disposition: inline; filename=a.png\r\n"
    raw = f"{head}{page}{part}Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n".encode()
    name = microsoft.deliver(raw)
    (found,) = graph.get(f"/messages/{name}/attachments").json()["value"]
    assert (found["isInline"], found["contentId"], found["contentBytes"]) == (True, "one", "AAEC")
    assert graph.get(f"/messages/{name}/attachments/{found['id']}/$value").content == b"\0\1\2"
    assert graph.get(f"/messages/{name}").json()["hasAttachments"] is False


def test_what_is_no_message_is_one_without_fields(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(b"\x00 nothing of a message")
    found = graph.get(f"/messages/{name}").json()
    assert (found["subject"], found["toRecipients"], "from" in found) == ("", [], False)


def test_ids_without_the_preference_change_with_the_folder(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1))
    before = graph.get(f"/messages/{name}", headers={"Prefer": "return=minimal"}).json()["id"]
    microsoft.move(name, "archive")
    after = graph.get(f"/messages/{name}", headers={"Prefer": "return=minimal"}).json()["id"]
    assert len({name, before, after}) == 3
    assert code(graph.get(f"/messages/{before}")) == (404, "ErrorItemNotFound")
    assert code(graph.get("/messages/nonsense")) == (400, "ErrorInvalidIdMalformed")
    assert len(microsoft.violations) == 2
    microsoft.violations.clear()


def test_folders_below_folders(microsoft: MicrosoftPeer, graph: Any) -> None:
    deals = microsoft.add_folder("Deals")
    won = microsoft.add_folder("Won", deals)
    microsoft.localise({"inbox": "Posteingang"})
    shown = graph.get("/mailFolders", params={"$top": 100}).json()["value"]
    assert {"Posteingang", "Deals", "Drafts"} <= {each["displayName"] for each in shown}
    assert "Conversation History" not in {each["displayName"] for each in shown}
    assert ids(graph.get(f"/mailFolders/{deals}/childFolders")) == [won]
    link = graph.get("/mailFolders/delta", params={"$top": 100}).json()["@odata.deltaLink"]
    microsoft.rename_folder(won, "Lost")
    assert [each["displayName"] for each in graph.get(link).json()["value"]] == ["Lost"]
    assert graph.get("/mailFolders/inbox").json()["displayName"] == "Posteingang"
    assert graph.post("/mailFolders", json={"displayName": "Deals"}).status_code == 409


# drafts


def test_a_reply_is_threaded_and_has_the_history(microsoft: MicrosoftPeer, graph: Any) -> None:
    cc = {"Cc": "jo@harbour.example, rep@tallwood.example", "Reply_To": "sales@harbour.example"}
    name = microsoft.deliver(letter(1, "Could you send it?", To=f"{microsoft.email}, pat@x.example", **cc))
    made = graph.post(f"/messages/{name}/createReplyAll", json={}, headers=preferring('outlook.timezone="UTC"'))
    draft = made.json()
    assert (made.status_code, draft["subject"], draft["isDraft"]) == (201, "RE: Counts 1", True)
    assert [each["emailAddress"]["address"] for each in draft["toRecipients"]] == [
        "sales@harbour.example",
        "pat@x.example",
    ]
    assert draft["conversationId"] == microsoft.messages()[0].conversation
    assert "Could you send it?" in draft["body"]["content"]
    assert "<b>Sent:</b> Monday, March 2, 2026 8:01 AM" in draft["body"]["content"]
    mime = message_from_bytes(graph.get(f"/messages/{draft['id']}/$value").content)
    assert (mime["In-Reply-To"], mime["References"]) == ("<n1@harbour.example>",) * 2


def test_a_comment_stands_before_the_history_and_never_beside_a_body(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1))
    made = graph.post(f"/messages/{name}/createReply", json={"comment": "So < be it"}).json()["body"]["content"]
    assert 0 < made.index("So &lt; be it") < made.index("divRplyFwdMsg") < made.index("Hello.")
    body = {"contentType": "html", "content": "mine"}
    both = {"comment": "a", "message": {"body": body}}
    assert graph.post(f"/messages/{name}/createReply", json=both).status_code == 400
    microsoft.violations.clear()
    alone = graph.post(f"/messages/{name}/createReply", json={"message": {"body": body}}).json()
    assert "Hello." not in alone["body"]["content"]


def test_the_mail_that_was_sent_is_answered_to_whom_it_went(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1, From=microsoft.email, To="ines@harbour.example"), "sentitems")
    made = graph.post(f"/messages/{name}/createReply", json={}).json()
    assert [each["emailAddress"]["address"] for each in made["toRecipients"]] == ["ines@harbour.example"]


def test_a_draft_is_found_by_its_property(microsoft: MicrosoftPeer, graph: Any) -> None:
    name = microsoft.deliver(letter(1))
    draft = graph.post(f"/messages/{name}/createReply", json={}).json()["id"]
    held = {"singleValueExtendedProperties": [{"id": KEY, "value": "k'1"}]}
    assert graph.patch(f"/messages/{draft}", json=held).status_code == 200
    any_ = "singleValueExtendedProperties/Any(ep: ep/id eq '{}' and ep/value eq 'k''1')"
    drafts = "/mailFolders/drafts/messages"
    assert ids(graph.get(drafts, params={"$filter": any_.format(KEY)})) == [draft]
    assert ids(graph.get(drafts, params={"$filter": any_.format(KEY.replace("assistantKey", "ASSISTANTKEY"))})) == []
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{KEY}')", "$select": "id"}
    (found,) = graph.get(f"/messages/{draft}", params=expand).json()["singleValueExtendedProperties"]
    assert (found["id"], found["value"]) == (
        KEY.replace("6F2D3C1E-9A57-4B0E-8D64-5E1F7C2AB930", "6f2d3c1e-9a57-4b0e-8d64-5e1f7c2ab930"),
        "k'1",
    )
    assert microsoft.properties(draft)[found["id"]] == "k'1"


def test_own_headers_are_set_at_the_creation_only(microsoft: MicrosoftPeer, graph: Any) -> None:
    headers = [{"name": "X-Own", "value": "1"}]
    made = graph.post("/messages", json={"subject": "a", "internetMessageHeaders": headers})
    assert made.status_code == 201
    mime = message_from_bytes(graph.get(f"/messages/{made.json()['id']}/$value").content)
    assert mime["X-Own"] == "1"
    refused = graph.patch(f"/messages/{made.json()['id']}", json={"internetMessageHeaders": headers})
    assert refused.status_code == 400
    foreign = {"subject": "a", "internetMessageHeaders": [{"name": "Sender", "value": "1"}]}
    assert graph.post("/messages", json=foreign).status_code == 400
    microsoft.violations.clear()


def test_an_edit_by_hand_is_seen_by_the_etag(microsoft: MicrosoftPeer, graph: Any) -> None:
    draft = graph.post("/messages", json={"subject": "a"}).json()
    microsoft.edit_draft(draft["id"], body="<p>mine</p>")
    stale = {"If-Match": draft["@odata.etag"]}
    assert code(graph.patch(f"/messages/{draft['id']}", json={"subject": "b"}, headers=stale))[0] == 412
    assert graph.delete(f"/messages/{draft['id']}", headers=stale).status_code == 412
    now = {"If-Match": graph.get(f"/messages/{draft['id']}").json()["@odata.etag"]}
    assert graph.delete(f"/messages/{draft['id']}", headers=now).status_code == 204
    assert [item.folder for item in microsoft.messages()] == [microsoft.folder("deleteditems")]
    assert graph.post(f"/messages/{draft['id']}/permanentDelete").status_code == 204
    assert microsoft.messages() == []


def test_a_picture_is_attached(microsoft: MicrosoftPeer, graph: Any) -> None:
    draft = graph.post("/messages", json={"subject": "a"}).json()["id"]
    data = base64.b64encode(b"png").decode()
    file = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.png", "contentBytes": data}
    shown = {**file, "contentId": "a", "isInline": True, "contentType": "image/png"}
    assert graph.post(f"/messages/{draft}/attachments", json=shown).status_code == 201
    mime = message_from_bytes(graph.get(f"/messages/{draft}/$value").content)
    assert [part["Content-ID"] for part in mime.walk() if part.get_content_type() == "image/png"] == ["<a>"]


# sending


def test_sending_answers_nothing_and_the_copy_comes_later(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.send_delay = 0.1
    to = [{"emailAddress": {"address": "ines@harbour.example"}}]
    draft = graph.post("/messages", json={"subject": "a", "toRecipients": to}).json()["id"]
    answer = graph.post(f"/messages/{draft}/send")
    assert (answer.status_code, answer.content) == (202, b"")
    assert graph.get(f"/messages/{draft}").json()["isDraft"] is True
    assert graph.post(f"/messages/{draft}/send").status_code == 404
    time.sleep(0.15)
    found = graph.get(f"/messages/{draft}").json()
    assert (found["isDraft"], found["parentFolderId"]) == (False, microsoft.folder("sentitems"))
    assert [item.id for item in microsoft.sent()] == [draft]
    refused = graph.patch(f"/messages/{draft}", json={"subject": "b"})
    assert refused.status_code == 400


def test_a_copy_may_be_missing_for_a_while_and_have_another_id(microsoft: MicrosoftPeer, graph: Any) -> None:
    microsoft.send_gap, microsoft.unstable_ids, microsoft.send_delay = "missing", True, 60
    to = [{"emailAddress": {"address": "ines@harbour.example"}}]
    draft = graph.post("/messages", json={"subject": "a", "toRecipients": to}).json()
    graph.post(f"/messages/{draft['id']}/send")
    assert graph.get(f"/messages/{draft['id']}").status_code == 404
    microsoft.settle()
    assert graph.get(f"/messages/{draft['id']}").status_code == 404
    wanted = {"$filter": f"internetMessageId eq '{draft['internetMessageId']}'"}
    assert ids(graph.get("/mailFolders/sentitems/messages", params=wanted)) == [microsoft.sent()[0].id]


def test_a_mail_to_nobody_is_refused(graph: Any) -> None:
    draft = graph.post("/messages", json={"subject": "a"}).json()["id"]
    assert code(graph.post(f"/messages/{draft}/send")) == (400, "ErrorInvalidRecipients")


# meeting messages


@pytest.mark.parametrize(
    ("method", "said", "kind", "meeting"),
    [
        ("REQUEST", "NEEDS-ACTION", "eventMessageRequest", "meetingRequest"),
        ("REPLY", "ACCEPTED", "eventMessageResponse", "meetingAccepted"),
        ("REPLY", "TENTATIVE", "eventMessageResponse", "meetingTenativelyAccepted"),
        ("COUNTER", "DECLINED", "eventMessageResponse", "meetingDeclined"),
        ("CANCEL", "ACCEPTED", "eventMessage", "meetingCancelled"),
    ],
)
def test_meeting_messages(
    microsoft: MicrosoftPeer, graph: Any, method: str, said: str, kind: str, meeting: str
) -> None:
    lines = [
        "BEGIN:VCALENDAR",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTART:20260310T090000Z",
        "DTEND:20260310T093000Z",
        f"ATTENDEE;PARTSTAT={said}:mailto:ines@harbour.example",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    raw = letter(1, "\r\n".join(lines), Content_Type=f"text/calendar; method={method}")
    name = microsoft.deliver(raw)
    select = {"$select": "subject,microsoft.graph.eventMessage/meetingMessageType"}
    found = graph.get(f"/messages/{name}", params=select).json()
    assert (found["@odata.type"], found["meetingMessageType"]) == (f"#microsoft.graph.{kind}", meeting)
    assert microsoft.properties(name)["String 0x1a"].startswith("IPM.Schedule.Meeting.")
    whole = graph.get(f"/messages/{name}").json()
    assert ("proposedNewTime" in whole) == (method == "COUNTER")
