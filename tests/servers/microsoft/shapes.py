"""The operations of Microsoft Graph v1.0 that we use, and their requests and answers as JSON schemas.

Written down from the reference pages (Microsoft Graph v1.0; the sections are named in the schemas' modules): an unknown
path, query option or property is a fault of the program that asks, or of the peer that answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import jsonschema

from tests.servers.microsoft.asked import Json
from tests.servers.microsoft.shapes_batch import BATCH
from tests.servers.microsoft.shapes_calendar import CALENDAR
from tests.servers.microsoft.shapes_mail import MAIL

ALL = {**MAIL, **CALENDAR, **BATCH}
READ = ("Mail.Read", "Mail.ReadWrite")
WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)
SEE = ("Calendars.Read", "Calendars.ReadWrite")
SETTINGS = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
BUSY = (*SEE, "Calendars.ReadBasic")
PLAN = ("Calendars.ReadWrite",)
LIST = ("$select", "$filter", "$top", "$orderby", "$expand", "$skip", "$skiptoken", "$count")
FOLDERS = (*LIST, "includeHiddenFolders")
ONE = ("$select", "$expand")
ROUND = ("$select", "$filter", "$top", "$orderby", "$expand", "$skiptoken", "$deltatoken", "changeType")
WINDOW = ("startDateTime", "endDateTime", "$select", "$filter", "$top", "$orderby", "$expand", "$skip", "$skiptoken")
VIEW_ROUND = ("startDateTime", "endDateTime", "$skiptoken", "$deltatoken")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `request` and `response` name schemas; "" is no body, "bytes" anything."""

    id: str
    http: str
    path: "re.Pattern[str]"
    scopes: tuple[str, ...]
    query: frozenset[str]
    request: str
    response: str
    status: int

    def query_faults(self, query: Mapping[str, Sequence[str]]) -> list[str]:
        found = [f"{self.id} has no query option {name!r}" for name in query if name not in self.query]
        return found + [f"{self.id} takes {name!r} once" for name, each in query.items() if len(each) > 1]

    def request_faults(self, body: object) -> list[str]:
        if not self.request:
            return [] if body in (None, {}) else [f"{self.id} takes no body"]
        return [f"{self.id} request {why}" for why in faults(self.request, {} if body is None else body)]

    def response_faults(self, body: object) -> list[str]:
        if self.response in ("", "bytes"):
            return [] if body is None or self.response == "bytes" else [f"{self.id} answers nothing"]
        return [f"{self.id} answer {why}" for why in faults(self.response, body)]


def _paths(text: str) -> "re.Pattern[str]":
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", text.replace("$", r"\$").replace("(", "(?:")))


FOLDER = "(/mailFolders/{folder}|)/messages"
CAL = "(/calendars/{calendar}|/calendar|)"


def _operations() -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...], str, str, int]]:
    message, event = FOLDER + "/{id}", CAL + "/events/{id}"
    return [
        ("me.get", "GET", "", ("User.Read",), ONE, "", "user", 200),
        ("mailboxSettings.get", "GET", "/mailboxSettings", SETTINGS, ONE, "", "mailboxSettings", 200),
        ("mailFolders.delta", "GET", "/mailFolders/delta", READ, ROUND, "", "folderDelta", 200),
        ("mailFolders.list", "GET", "/mailFolders", READ, FOLDERS, "", "folders", 200),
        ("mailFolders.create", "POST", "/mailFolders", WRITE, (), "newFolder", "folder", 201),
        ("mailFolders.childFolders", "GET", "/mailFolders/{folder}/childFolders", READ, FOLDERS, "", "folders", 200),
        ("mailFolders.get", "GET", "/mailFolders/{folder}", READ, ONE, "", "folder", 200),
        ("messages.delta", "GET", "/mailFolders/{folder}/messages/delta", READ, ROUND, "", "messageDelta", 200),
        ("messages.list", "GET", FOLDER, READ, (*LIST, "$search"), "", "messages", 200),
        ("messages.create", "POST", FOLDER, WRITE, (), "newMessage", "message", 201),
        ("messages.get", "GET", message, READ, ONE, "", "message", 200),
        ("messages.update", "PATCH", message, WRITE, (), "messagePatch", "message", 200),
        ("messages.delete", "DELETE", message, WRITE, (), "", "", 204),
        ("messages.permanentDelete", "POST", message + "/permanentDelete", WRITE, (), "", "", 204),
        ("messages.value", "GET", message + "/$value", READ, (), "", "bytes", 200),
        ("messages.send", "POST", message + "/send", SEND, (), "", "", 202),
        ("messages.move", "POST", message + "/move", WRITE, (), "destination", "message", 201),
        ("messages.createReply", "POST", message + "/createReply", WRITE, (), "reply", "message", 201),
        ("messages.createReplyAll", "POST", message + "/createReplyAll", WRITE, (), "reply", "message", 201),
        ("attachments.list", "GET", message + "/attachments", READ, LIST, "", "attachments", 200),
        ("attachments.create", "POST", message + "/attachments", WRITE, (), "newAttachment", "attachment", 201),
        ("attachments.get", "GET", message + "/attachments/{attachment}", READ, ONE, "", "attachment", 200),
        ("attachments.value", "GET", message + "/attachments/{attachment}/$value", READ, (), "", "bytes", 200),
        ("attachments.delete", "DELETE", message + "/attachments/{attachment}", WRITE, (), "", "", 204),
        ("sendMail", "POST", "/sendMail", SEND, (), "sendMail", "", 202),
        ("calendars.list", "GET", "/calendars", SEE, LIST, "", "calendars", 200),
        ("calendar.get", "GET", "/calendar", SEE, ONE, "", "calendar", 200),
        ("calendars.get", "GET", "/calendars/{calendar}", SEE, ONE, "", "calendar", 200),
        ("calendar.getSchedule", "POST", "/calendar/getSchedule", BUSY, (), "getSchedule", "schedules", 200),
        ("calendarView.delta", "GET", CAL + "/calendarView/delta", SEE, VIEW_ROUND, "", "eventDelta", 200),
        ("calendarView.list", "GET", CAL + "/calendarView", SEE, WINDOW, "", "events", 200),
        ("events.list", "GET", CAL + "/events", SEE, LIST, "", "events", 200),
        ("events.create", "POST", CAL + "/events", PLAN, (), "newEvent", "event", 201),
        ("events.get", "GET", event, SEE, ONE, "", "event", 200),
        ("events.update", "PATCH", event, PLAN, (), "eventPatch", "event", 200),
        ("events.delete", "DELETE", event, PLAN, (), "", "", 204),
        ("events.cancel", "POST", event + "/cancel", PLAN, (), "cancel", "", 202),
        ("events.accept", "POST", event + "/accept", PLAN, (), "answer", "", 202),
        ("events.tentativelyAccept", "POST", event + "/tentativelyAccept", PLAN, (), "proposal", "", 202),
        ("events.decline", "POST", event + "/decline", PLAN, (), "proposal", "", 202),
        ("events.instances", "GET", event + "/instances", SEE, WINDOW, "", "events", 200),
    ]  # fmt: skip


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(name, http, _paths(path), scopes, frozenset(query), request, response, status)
        for name, http, path, scopes, query, request, response, status in _operations()
    )


def operation_for(http: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that is called below /me or /users/x, and the (still quoted) parameters in its path."""
    for operation in operations():
        if operation.http == http and (match := operation.path.fullmatch(path)):
            return operation, {name: value for name, value in match.groupdict().items() if value}
    return None


def faults(schema: str, body: object) -> list[str]:
    """What's wrong with a body, in a sentence each."""
    found = sorted(_validator(schema).iter_errors(body), key=lambda error: list(map(str, error.absolute_path)))
    return [f"{'/'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:300]}" for error in found]


@cache
def _validator(schema: str) -> "jsonschema.Draft202012Validator":
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": ALL})


def properties_of(schema: str) -> frozenset[str]:
    """The properties that can be selected of a resource."""
    found: Json = ALL[schema]["properties"]
    return frozenset(name for name in found if not name.startswith("@"))
