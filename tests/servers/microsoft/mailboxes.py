"""Folders, settings and the user themselves (Microsoft Graph: mailFolder, mailboxSettings, user)."""

import uuid
from collections.abc import Callable

from tests.servers.microsoft import odata
from tests.servers.microsoft.asked import Asked, Json, Refused
from tests.servers.microsoft.folders import Folder
from tests.servers.microsoft.mailroom import MailRoom
from tests.servers.microsoft.pages import Links
from tests.servers.microsoft.shapes import properties_of
from tests.servers.proxy import Reply

FOLDER, USER, SETTINGS = properties_of("folder"), properties_of("user"), properties_of("mailboxSettings")
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]


class Mailboxes:
    """What's asked about a mailbox as a whole."""

    def __init__(self, room: MailRoom, links: Links) -> None:
        self.room, self.links = room, links
        self.zone = "W. Europe Standard Time"
        self.working_hours: Json | None = None
        self.addresses: list[str] = []
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "me.get": self.me,
            "mailboxSettings.get": self.settings,
            "mailFolders.list": self.folders,
            "mailFolders.childFolders": self.folders,
            "mailFolders.get": self.folder,
            "mailFolders.create": self.create,
            "mailFolders.delta": self.delta,
        }

    def me(self, asked: Asked) -> Json:
        odata.check_select(asked.selected, USER)
        given, _, family = self.room.name.partition(" ")
        user: Json = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, self.room.email)),
            "displayName": self.room.name,
            "givenName": given,
            "surname": family or None,
            "mail": self.room.email,
            "userPrincipalName": self.room.email,
            "jobTitle": None,
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": None,
            "businessPhones": [],
        }
        if {"proxyAddresses", "otherMails"} & set(asked.selected):
            addresses = [f"SMTP:{self.room.email}", *(f"smtp:{each}" for each in self.addresses)]
            user |= {"proxyAddresses": addresses, "otherMails": []}
        return odata.chosen(user, asked.selected, ())

    def hours(self) -> Json:
        return self.working_hours or {
            "daysOfWeek": WEEK,
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": self.zone},
        }

    def settings(self, asked: Asked) -> Json:
        odata.check_select(asked.selected, SETTINGS)
        held: Json = {
            "timeZone": self.zone,
            "dateFormat": "dd.MM.yyyy",
            "timeFormat": "HH:mm",
            "userPurpose": "user",
            "language": {"locale": "en-US", "displayName": "English (United States)"},
            "automaticRepliesSetting": {"status": "disabled"},
            "workingHours": self.hours(),
        }
        return odata.chosen(held, asked.selected, ())

    def _shown(self, folder: Folder) -> Json:
        held = self.room.within(folder.id)
        return self.room.folders.shown(folder, len(held), sum(not item.fields["isRead"] for item in held))

    def folders(self, asked: Asked) -> Json:
        if link := self.links.follow(asked):
            return self.links.turn(asked, link.state)
        odata.check_select(asked.selected, FOLDER)
        parent = self.room.folders.root
        if "folder" in asked.path and asked.path["folder"] != "msgfolderroot":
            parent = self.room.folders.get(asked.path["folder"]).id
        hidden = asked.one("includeHiddenFolders") == "true"
        found = [self._shown(each) for each in self.room.folders.below(parent) if hidden or not each.hidden]
        if text := asked.one("$filter"):
            test, _ = odata.filtered(text, FOLDER)
            found = [each for each in found if test(each)]
        items = [odata.chosen(each, asked.selected) for each in found]
        return self.links.page(asked, items, odata.top(asked, 10), {})

    def folder(self, asked: Asked) -> Json:
        odata.check_select(asked.selected, FOLDER)
        return odata.chosen(self._shown(self.room.folders.get(asked.path["folder"])), asked.selected)

    def create(self, asked: Asked) -> Reply:
        name = asked.body["displayName"]
        if any(each.name.casefold() == name.casefold() for each in self.room.folders.below(self.room.folders.root)):
            raise Refused(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        made = self.room.folders.add(name, hidden=bool(asked.body.get("isHidden")))
        return Reply(201, self._shown(self.room.folders.get(made)))

    def delta(self, asked: Asked) -> Json:
        """All folders at any depth at first, then those that are new, changed or gone."""
        link = self.links.follow(asked)
        if link is not None and asked.one("$skiptoken"):
            return self.links.turn(asked, link.state)
        before = link.state["folders"] if link else {}
        now = {each.id: (each.name, each.parent) for each in self.room.folders.all.values() if not each.hidden}
        items = [self._shown(self.room.folders.get(name)) for name, each in now.items() if before.get(name) != each]
        items += [{"id": name, "@removed": {"reason": "deleted"}} for name in before if name not in now]
        last = {"@odata.deltaLink": self.links.make(asked, "$deltatoken", {"folders": now})}
        return self.links.page(asked, items, odata.top(asked, 10), last)
