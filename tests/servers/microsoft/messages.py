"""Messages, folders and attachments, as Graph shows and changes them (Microsoft Graph, message and mailFolder)."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.servers.microsoft import odata
from tests.servers.microsoft.asked import Asked, Json, Refused, Unfit
from tests.servers.microsoft.mailroom import Item, MailRoom, new_id
from tests.servers.microsoft.mime import FILE, mapi_of, stamp, written
from tests.servers.microsoft.pages import Links
from tests.servers.microsoft.shapes import properties_of
from tests.servers.microsoft.shapes_mail import MEETING
from tests.servers.microsoft.texts import document, new_part, shown
from tests.servers.proxy import Reply

KNOWN = properties_of("message") - frozenset(MEETING) - {"attachments", "singleValueExtendedProperties"}
DERIVED = frozenset(MEETING) - {"event"}
FILTERED = KNOWN | {"singleValueExtendedProperties"}
ONLY_SELECTED = frozenset({"internetMessageHeaders", "uniqueBody"})
ADDRESSED = frozenset({"from", "sender", "replyTo", "toRecipients", "ccRecipients", "bccRecipients"})
RECEIPTS = frozenset({"isDeliveryReceiptRequested", "isReadReceiptRequested"})
ONLY_DRAFTS = frozenset({"body", "subject", "internetMessageId"}) | ADDRESSED | RECEIPTS
EXPANDED = re.compile(r"singleValueExtendedProperties\s*\(\s*\$filter\s*=\s*(.+?)\)\s*$")
ATTACHMENTS = re.compile(r"attachments(?:\(\$select=([\w,]+)\))?")
TYPE = "#microsoft.graph.message"
REPLY_TO, REFERENCES = "String 0x1042", "String 0x1039"
DELTA_FILTER = re.compile(r"receivedDateTime\s+(ge|gt)\s+(\S+)")


class Messages:
    """What's asked about messages. `delta_most`: how many a delta with $filter brings at most."""

    def __init__(self, room: MailRoom, links: Links) -> None:
        self.room, self.links = room, links
        self.delta_most = 5_000
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "messages.list": self.all,
            "messages.get": self.get,
            "messages.delta": self.delta,
            "messages.create": self.create,
            "messages.update": self.update,
            "messages.delete": self.delete,
            "messages.permanentDelete": self.remove,
            "messages.value": self.value,
            "messages.move": self.move,
            "attachments.list": self.attachments,
            "attachments.get": self.attachment,
            "attachments.value": self.attachment_value,
            "attachments.create": self.attach,
            "attachments.delete": self.detach,
        }

    # shown

    def resource(self, item: Item, asked: Asked) -> Json:
        """All properties of the item, its body as preferred."""
        found: Json = {
            "@odata.etag": item.etag,
            "id": item.id if asked.prefer.immutable else item.other,
            **item.fields,
            "internetMessageHeaders": [{"name": name, "value": value} for name, value in kept_headers(item)],
        }
        if item.kind:
            found["@odata.type"] = item.kind
        select = asked.selected
        if not select or "body" in select or "uniqueBody" in select:
            found["body"] = shown(item.fields["body"], text=asked.prefer.text)
        if "uniqueBody" in select:
            found["uniqueBody"] = new_part(found["body"])
        return found

    def shown(self, item: Item, asked: Asked, *, always: tuple[str, ...] = ("id",)) -> Json:
        """As this call selects and expands it."""
        select = asked.selected
        found = odata.chosen(self.resource(item, asked), select, always)
        if not select:
            found = {name: value for name, value in found.items() if name not in ONLY_SELECTED}
        elif item.kind:
            found["@odata.type"] = item.kind
        return found | self._expanded(item, asked)

    def _expanded(self, item: Item, asked: Asked) -> Json:
        text = asked.one("$expand")
        found: Json = {}
        for part in re.split(r",(?![^(]*\))", text) if text else []:
            if match := EXPANDED.fullmatch(part.strip()):
                test, _ = odata.filtered(match[1], frozenset({"id", "value"}))
                if held := [each for each in properties(item) if test(each)]:
                    found["singleValueExtendedProperties"] = held
            elif attached := ATTACHMENTS.fullmatch(part.strip()):
                select = tuple(each.strip() for each in (attached[1] or "").split(",") if each.strip())
                found["attachments"] = [odata.chosen(each, select, ("id",)) for each in item.attachments]
            elif part.strip() in ("microsoft.graph.eventMessage/event", "Microsoft.Graph.EventMessage/Event"):
                if item.kind:
                    found["event"] = item.fields.get("event")
            else:
                raise Unfit(f"Parsing OData Select and Expand failed: $expand={part}", "RequestBroker--ParseUri")
        return found

    def check(self, asked: Asked) -> None:
        odata.check_select(asked.selected, KNOWN, DERIVED)

    # read

    def get(self, asked: Asked) -> Json:
        self.check(asked)
        return self.shown(self._item(asked), asked)

    def _item(self, asked: Asked) -> Item:
        item = self.room.get(asked.path["id"])
        if "folder" in asked.path and item.folder != self.room.folders.get(asked.path["folder"]).id:
            raise Refused(404)
        return item

    def value(self, asked: Asked) -> Reply:
        item = self._item(asked)
        return Reply(200, mime_of(item), {"Content-Type": "text/plain"})

    def all(self, asked: Asked) -> Json:
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        self.check(asked)
        if asked.one("$search"):
            raise Unfit("the peer doesn't search: filter instead")
        held = list(self.room.items.values())
        if "folder" in asked.path:
            held = self.room.within(self.room.folders.get(asked.path["folder"]).id)
        views = {item.id: filterable(item) for item in held}
        names: list[str] = []
        if text := asked.one("$filter"):
            test, names = odata.filtered(text, FILTERED)
            views = {name: view for name, view in views.items() if test(view)}
        order = asked.one("$orderby") or ("" if names else "receivedDateTime desc")
        found = odata.ordered(list(views.values()), order, names, KNOWN)
        start = int(asked.one("$skip", "0"))
        items = [self.shown(self.room.items[view["id"]], asked) for view in found[start:]]
        counted = {"@odata.count": len(found)} if asked.one("$count") == "true" else {}
        return counted | self.links.page(asked, items, odata.top(asked, 10), {})

    # delta

    def delta(self, asked: Asked) -> Json:
        """A round of a folder: everything at first, then what has changed (message: delta)."""
        folder = self.room.folders.get(asked.path["folder"]).id
        link = self.links.follow(asked)
        if link is not None and asked.one("$skiptoken"):
            return self.links.turn(_frozen(asked, link.query), link.state)
        if link is None:
            self._check_round(asked)
            found = sorted(
                self.room.within(folder), key=lambda item: str(item.fields["receivedDateTime"]), reverse=True
            )
            if text := asked.one("$filter"):
                test, _ = odata.filtered(text, frozenset({"receivedDateTime"}))
                found = [item for item in found if test(item.fields)][: self.delta_most]
            items = [self._told(item, asked) for item in found]
        else:
            asked = _frozen(asked, link.query)
            items = self._changed(asked, folder, int(link.state["since"]))
        state = {"since": self.room.number}
        last = {"@odata.deltaLink": self.links.make(asked, "$deltatoken", state)}
        return self.links.page(asked, items, odata.top(asked, 10), last)

    def _told(self, item: Item, asked: Asked) -> Json:
        return {"@odata.type": TYPE, **self.shown(item, asked)}

    def _check_round(self, asked: Asked) -> None:
        self.check(asked)
        text, order = asked.one("$filter"), asked.one("$orderby")
        if text and not DELTA_FILTER.fullmatch(text):
            raise Unfit(f"delta takes no such $filter: {text}")
        if order not in ("", "receivedDateTime desc"):
            raise Unfit(f"delta takes no such $orderby: {order}")
        if asked.one("changeType") not in ("", "created", "updated", "deleted"):
            raise Unfit("changeType is created, updated or deleted")

    def _changed(self, asked: Asked, folder: str, since: int) -> list[Json]:
        """What was new in full, what was changed with its changes only, what went with @removed."""
        kinds: dict[str, tuple[str, frozenset[str]]] = {}
        for change in self.room.changes.get(folder, []):
            if change.number > since or (change.kind in ("changed", "deleted") and change.number >= since + 1):
                before, names = kinds.pop(change.item, ("", frozenset()))
                kind = "created" if before == "created" and change.kind == "updated" else change.kind
                kinds[change.item] = (kind, names | change.names)
        wanted = asked.one("changeType")
        items = []
        for name, (kind, names) in kinds.items():
            item = self.room.items.get(name)
            if kind in ("deleted", "changed") or item is None or item.folder != folder:
                if wanted in ("", "deleted"):
                    removed = name if asked.prefer.immutable or item is None else item.other
                    why = {"reason": "deleted" if item is None else "changed"}
                    items.append({"@odata.type": TYPE, "id": removed, "@removed": why})
            elif wanted in ("", kind):
                whole = self._told(item, asked)
                items.append(whole if kind == "created" else _partly(whole, names))
        return items

    # changed

    def create(self, asked: Asked) -> Reply:
        """POST /messages makes a draft; it isn't in any conversation (message: create)."""
        folder = self.room.folders.get(asked.path.get("folder", "drafts")).id
        return Reply(201, self.shown(self.draft(asked.body, folder), asked))

    def draft(self, body: Json, folder: str, threading: Mapping[str, str] | None = None, **more: Any) -> Item:
        """A new draft of what a body says; `threading` are properties that Exchange sets by itself."""
        given = {name: value for name, value in body.items() if not name.startswith("@")}
        attachments = [self._checked(each) for each in given.pop("attachments", [])]
        headers = [(each["name"], each["value"]) for each in given.pop("internetMessageHeaders", [])]
        extended = given.pop("singleValueExtendedProperties", [])
        held = {odata.property_name(each["id"]): each["value"] for each in extended}
        me = {"emailAddress": {"name": self.room.name, "address": self.room.email}}
        fields = {"isDraft": True, "isRead": True, "from": me, "sender": me, **more, **_kept(given)}
        fields.setdefault("internetMessageId", f"<{new_id('DB9PR')[:30]}@EURP250.PROD.OUTLOOK.EXAMPLE>")
        item = self.room.store(folder, fields, headers, None, attachments)
        item.properties = {**mapi_of([], ""), **(threading or {}), **held}
        item.written_here = True
        return item

    def update(self, asked: Asked) -> Json:
        item = self._item(asked)
        asked.agreed(item.etag)
        given = dict(asked.body)
        if item.due is not None or (not item.is_draft and ONLY_DRAFTS & set(given)):
            raise Refused(400, "ErrorInvalidPropertySet", "The property can be set on a draft only.")
        for each in given.pop("singleValueExtendedProperties", []):
            item.properties[odata.property_name(each["id"])] = each["value"]
        self.room.change(item, _kept(given))
        return self.shown(item, asked)

    def delete(self, asked: Asked) -> None:
        """Into the deleted items, as Outlook's own delete does; from there for good."""
        item = self._item(asked)
        asked.agreed(item.etag)
        bin_ = self.room.folders.known["deleteditems"]
        if item.folder == bin_:
            self.room.remove(item)
        else:
            self.room.move(item, bin_)

    def remove(self, asked: Asked) -> Reply:
        """For good (message: permanentDelete)."""
        self.room.remove(self._item(asked))
        return Reply(204)

    def move(self, asked: Asked) -> Reply:
        item = self._item(asked)
        target = self.room.folders.get(asked.body["destinationId"]).id
        return Reply(201, self.shown(self.room.move(item, target), asked))

    # attachments

    def attachments(self, asked: Asked) -> Json:
        select = asked.selected
        items = [odata.chosen(each, select, ("id",)) for each in self._item(asked).attachments]
        return {"value": items}

    def _attachment(self, asked: Asked) -> Json:
        for each in self._item(asked).attachments:
            if each["id"] == asked.path["attachment"]:
                return each
        raise Refused(404)

    def attachment(self, asked: Asked) -> Json:
        return odata.chosen(self._attachment(asked), asked.selected, ("id",))

    def attachment_value(self, asked: Asked) -> Reply:
        found = self._attachment(asked)
        return Reply(200, base64.b64decode(found["contentBytes"]), {"Content-Type": found["contentType"]})

    def attach(self, asked: Asked) -> Reply:
        item = self._item(asked)
        made = self._checked(asked.body) | {"id": new_id("AAMkATT"), "lastModifiedDateTime": stamp(self.room.now())}
        item.attachments.append(made)
        item.raw = None
        self.room.touch(item, ["hasAttachments"])
        return Reply(201, made)

    def _checked(self, given: Json) -> Json:
        data = base64.b64decode(given["contentBytes"])
        if len(data) > 3_000_000:
            raise Refused(413, "ErrorMessageSizeExceeded", "Use an upload session for more than 3 MB.")
        filled = {"contentType": "application/octet-stream", "isInline": False, "contentId": None, **given}
        return filled | {"@odata.type": FILE, "size": len(data)}

    def detach(self, asked: Asked) -> None:
        found, item = self._attachment(asked), self._item(asked)
        item.attachments = [each for each in item.attachments if each is not found]
        self.room.touch(item, ["hasAttachments"])


def mime_of(item: Item) -> bytes:
    """As it came in, or as Exchange would write it now."""
    if item.raw is not None:
        return item.raw
    named = (("In-Reply-To", item.properties.get(REPLY_TO)), ("References", item.properties.get(REFERENCES)))
    return written(item.fields, [*((n, v) for n, v in named if v), *item.headers], item.attachments)


def kept_headers(item: Item) -> list[tuple[str, str]]:
    """Of what was written here Exchange keeps no header but what the program that made it gave it."""
    return [(name, value) for name, value in item.headers if not item.written_here or name.lower().startswith("x-")]


def properties(item: Item) -> list[Json]:
    return [{"id": name, "value": value} for name, value in item.properties.items()]


def filterable(item: Item) -> Json:
    return {**item.fields, "id": item.id, "singleValueExtendedProperties": properties(item)}


def _kept(given: Json) -> Json:
    """As Exchange keeps it: HTML as a document, types of bodies in lower case, addresses with names."""
    if "body" in given:
        kind = given["body"]["contentType"].casefold()
        content = given["body"]["content"]
        given = {**given, "body": {"contentType": kind, "content": document(content) if kind == "html" else content}}
    for name in ("toRecipients", "ccRecipients", "bccRecipients", "replyTo"):
        if name in given:
            given = {**given, name: [_named(each) for each in given[name]]}
    return given


def _named(who: Json) -> Json:
    address = who["emailAddress"]
    return {"emailAddress": {"name": address.get("name") or address["address"], "address": address["address"]}}


def _partly(whole: Json, names: frozenset[str]) -> Json:
    """An update as a delta may tell it: the id, and the properties that changed."""
    wanted = {*names, "id", "lastModifiedDateTime", "changeKey"} | ({"bodyPreview"} if "body" in names else set())
    return {name: value for name, value in whole.items() if name in wanted or name.startswith("@odata")}


def _frozen(asked: Asked, query: Mapping[str, Sequence[str]]) -> Asked:
    """The call with the query of its round's first call."""
    return replace(asked, query=query)
