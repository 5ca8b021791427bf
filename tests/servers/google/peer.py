"""The hands of a test on its Google: what it can do to the mailbox and the calendar from outside, and see of them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.servers.discovery import Json, api
from tests.servers.emulator import Upstream, User
from tests.servers.faults import Call, Faults
from tests.servers.google import accounts
from tests.servers.google.asked import Refused
from tests.servers.google.book import Book, Told
from tests.servers.google.calendars import Calendars, People
from tests.servers.google.drafts import Drafts
from tests.servers.google.events import Events
from tests.servers.google.gmail import Gmail
from tests.servers.google.ics import events_of
from tests.servers.google.listing import Listing
from tests.servers.google.mailroom import Draft, Mail, MailRoom, date_header
from tests.servers.google.switchboard import Switchboard, units
from tests.servers.proxy import Server

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

ARRIVED = ("INBOX", "UNREAD")


class GooglePeer:
    """One user's Google for one test. What's done here is in no log and meets no fault."""

    def __init__(self, port: int, user: User) -> None:
        self._upstream = Upstream(port, user)
        self.email, self.user_name = user.email, user.name
        self.accounts = accounts.Accounts(user)
        self.faults = Faults()
        self.people = People()
        self._room = MailRoom(self._upstream)
        self._gmail = Gmail(self._room)
        self._drafts = Drafts(self._gmail)
        self._calendars = Calendars(user.email, self.people)
        self._events = Events(self._calendars.book)
        self._listing = Listing(self._calendars.book)
        parts = (self._gmail, self._drafts, self._calendars, self._events, self._listing)
        handlers = {name: handler for part in parts for name, handler in part.handlers.items()}
        self._board = Switchboard(self.accounts, self.faults, handlers)
        self._board.upstream = self._upstream
        self._server = Server(self._board)
        self.url = self._server.url

    def stop(self) -> None:
        self._server.stop()
        self._upstream.close()

    # who and with what

    @property
    def client(self) -> Json:
        """A desktop application's client, as Google's console hands it out."""
        return accounts.installed_client(self.url)

    def service_account(self) -> Json:
        """A service account's file, with domain-wide delegation to this user."""
        return accounts.service_account(self.url)

    def token(self, scopes: Iterable[str] | None = None) -> Json:
        """A token as after a consent, as google-auth writes it; `scopes` None: for everything."""
        grant = self.accounts.new_grant(None if scopes is None else frozenset(scopes))
        return accounts.authorized_user(self.url, grant)

    def credentials(self, scopes: Iterable[str] | None = None) -> "Credentials":
        """The same, ready for a client."""
        from google.oauth2.credentials import Credentials

        info = self.token(scopes)
        return Credentials(  # type: ignore[no-untyped-call]
            token=info["token"],
            refresh_token=info["refresh_token"],
            token_uri=info["token_uri"],
            client_id=info["client_id"],
            client_secret=info["client_secret"],
            scopes=info["scopes"],
        )

    def consent(self, auth_url: str, granted: list[str] | None = None, *, deny: bool = False) -> int:
        """Does what the rep does in the browser; `granted`: the scopes that are left ticked."""
        return accounts.consent(auth_url, self.email, granted, self.accounts.granted, deny=deny)

    def service(self, name: str = "gmail", credentials: Any = None) -> Any:
        """A client of "gmail" or "calendar" with the documents' rootUrl moved: API and batch both come here."""
        from googleapiclient.discovery import build_from_document

        document = api({"gmail": "gmail.v1", "calendar": "calendar.v3"}[name]).document | {"rootUrl": f"{self.url}/"}
        return build_from_document(document, credentials=credentials or self.credentials())

    # what was asked

    @property
    def log(self) -> list[Call]:
        return self._board.log

    @property
    def violations(self) -> list[str]:
        """What didn't fit the discovery documents; the test fails at its end unless they're cleared."""
        return self._board.violations

    def calls(self, method: str) -> list[Call]:
        """The calls of the methods whose id matches, such as "gmail.users.drafts.create"."""
        return [call for call in self.log if re.fullmatch(method, call.id)]

    @property
    def units(self) -> int:
        """What all calls of Gmail in the log cost in quota units."""
        return sum(units(call.id) for call in self.log if call.id.startswith("gmail."))

    @property
    def now(self) -> datetime | None:
        """The server's own time, where a test has set one: of arrivals, drafts and changes."""
        return self._room.clock

    @now.setter
    def now(self, when: datetime | None) -> None:
        self._room.clock = when
        for book in self._calendars.all():
            book.clock = when

    # mail

    def deliver(self, raw: bytes, labels: Iterable[str] = ARRIVED, thread: str | None = None) -> str:
        """A message comes in (or lies in Sent, Spam …); its time is its Date's. Returns its id."""
        with self._board.lock:
            place = thread or self._room.thread_of_arrival(raw)
            date = date_header(raw)
            return self._room.store(raw, frozenset(labels), place, self._room.now() if date is None else date).id

    def deliver_many(self, mails: Iterable[tuple[bytes, Iterable[str]]]) -> list[str]:
        """Several of them, in order."""
        return [self.deliver(raw, labels) for raw, labels in mails]

    def messages(self) -> list[Mail]:
        """All messages, drafts too, as they came."""
        return list(self._room.mails.values())

    def find(self, message_id: str) -> list[Mail]:
        """Those with this Message-ID (without its brackets)."""
        return self._room.find(message_id)

    def relabel(self, mail_id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        with self._board.lock:
            self._room.relabel(mail_id, frozenset(add), frozenset(remove))

    def remove(self, mail_id: str) -> None:
        """For good, out of everything."""
        with self._board.lock:
            self._room.remove(mail_id)

    def add_label(self, name: str) -> str:
        """A label of the user's own; returns its id."""
        with self._board.lock:
            return str(self._room.ask("POST", "/gmail/v1/users/me/labels", {"name": name})["id"])

    def drafts(self) -> list[Draft]:
        """Newest first."""
        with self._board.lock:
            return self._drafts.all()

    def write_draft(self, raw: bytes, thread: str | None = None) -> Draft:
        """The rep begins a draft of their own; `thread`: as a reply in it."""
        with self._board.lock:
            return self._drafts.place(raw, thread or self._room.thread_of_arrival(raw))

    def edit_draft(self, draft_id: str, raw: bytes, *, new_id: bool = False) -> Draft:
        """The rep edits it on the web: the message in it is another one then, and with `new_id` the draft too."""
        with self._board.lock:
            return self._drafts.edit(draft_id, raw, new_id=new_id)

    def delete_draft(self, draft_id: str) -> None:
        with self._board.lock:
            self._drafts.delete(draft_id)

    def send_draft(self, draft_id: str) -> Mail:
        """The rep sends it by hand; it isn't among `sent`."""
        with self._board.lock:
            mail = self._drafts.send(draft_id)
            self._room.sent.pop()
            return mail

    def sent(self) -> list[bytes]:
        """What went out through the API."""
        return list(self._room.sent)

    @property
    def history_id(self) -> int:
        return self._room.history_id

    def forget_history(self) -> None:
        """Everything up to now is too old: 404 for what starts before."""
        with self._board.lock:
            self._room.history_id += 7
            self._room.floor = self._room.history_id

    def add_alias(self, email: str, name: str = "", signature: str = "", *, default: bool = False) -> None:
        """Another address that the user may send as."""
        self._gmail.aliases.append(
            {
                "sendAsEmail": email,
                "displayName": name,
                "replyToAddress": "",
                "signature": signature,
                "isDefault": default,
                "treatAsAlias": True,
                "verificationStatus": "accepted",
            }
        )

    # calendars

    def add_calendar(self, name: str, summary: str = "", time_zone: str = "Europe/Berlin", role: str = "owner") -> None:
        self._calendars.add(name, summary, time_zone, role).clock = self.now

    def _book(self, calendar: str) -> Book:
        return self._calendars.book(calendar)

    def put_event(self, event: Json, calendar: str = "primary") -> Json:
        """An event of the user or of somebody else (`organizer`), as Google would hold it; the same id replaces."""
        with self._board.lock:
            book = self._book(calendar)
            return dict(book.save(book.made(event, event.get("id", ""))))

    def put_ics(self, raw: bytes, calendar: str = "primary", name: str = "") -> list[Json]:
        """An iCalendar object; a later one of the same name takes its place."""
        with self._board.lock:
            book = self._book(calendar)
            events = events_of(raw, self.email, book.zone)
            return book.named(name or events[0]["id"], events)

    def remove_ics(self, name: str, calendar: str = "primary") -> None:
        with self._board.lock:
            book = self._book(calendar)
            for event_id in book.names.pop(name):
                if event_id in book.events and "recurringEventId" not in book.events[event_id]:
                    self._events.end(book, book.events[event_id])

    def change_event(self, event_id: str, calendar: str = "primary", **fields: Any) -> Json:
        """Somebody changes it by hand: nobody is told by the API."""
        with self._board.lock:
            book = self._book(calendar)
            return book.save(book.changed(book.get(event_id), fields, whole=False))

    def answer(self, event_id: str, email: str, status: str, calendar: str = "primary") -> Json:
        """A guest answers: "accepted", "declined" or "tentative"."""
        attendees = [dict(each) for each in self._book(calendar).get(event_id)["attendees"]]
        for each in attendees:
            if each["email"] == email:
                each["responseStatus"] = status
        return self.change_event(event_id, calendar, attendees=attendees)

    def remove_event(self, event_id: str, calendar: str = "primary") -> None:
        with self._board.lock:
            book = self._book(calendar)
            self._events.end(book, book.get(event_id))

    def events(self, calendar: str = "primary", *, cancelled: bool = False) -> list[Json]:
        """As they're kept: masters, exceptions and single ones."""
        found = list(self._book(calendar).events.values())
        return [event for event in found if cancelled or event["status"] != "cancelled"]

    def event(self, event_id: str, calendar: str = "primary") -> Json | None:
        try:
            return self._book(calendar).get(event_id)
        except Refused:
            return None

    def told(self) -> list[Told]:
        """Whom Google mailed about events through calls of the API, in order."""
        return [replace(each) for each in self._events.told]

    def forget_sync_tokens(self) -> None:
        """410 for every sync token and page token."""
        with self._board.lock:
            self._listing.forget_tokens()
