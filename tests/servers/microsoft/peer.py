"""The hands of a test on its Microsoft 365: what it can do to mailbox and calendar from outside, and see of them."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.servers.emulator import TENANT, Upstream, User
from tests.servers.faults import Call, Faults
from tests.servers.microsoft.accounts import Accounts
from tests.servers.microsoft.calendar_hands import CalendarHands
from tests.servers.microsoft.calendars import Calendars
from tests.servers.microsoft.events import Events
from tests.servers.microsoft.login_hands import LoginHands
from tests.servers.microsoft.mail_hands import MailHands
from tests.servers.microsoft.mailboxes import Mailboxes
from tests.servers.microsoft.mailroom import MailRoom
from tests.servers.microsoft.messages import Messages
from tests.servers.microsoft.pages import Links
from tests.servers.microsoft.replies import Replies
from tests.servers.microsoft.schedules import People, Schedules
from tests.servers.microsoft.switchboard import Switchboard
from tests.servers.proxy import Server


class MicrosoftPeer(LoginHands, MailHands, CalendarHands):
    """One user's Microsoft 365 for one test. What's done here is in no log and meets no fault."""

    def __init__(self, port: int, user: User) -> None:
        self._upstream = Upstream(port + 1, user)
        self.email, self.user_name, self.tenant = user.email, user.name, TENANT
        self.accounts = Accounts(user, TENANT)
        self.client_id, self.client_secret = self.accounts.client_id, self.accounts.client_secret
        self.faults = Faults()
        self.people = People()
        self._room = MailRoom(user.email, user.name)
        self._links = Links()
        self._messages = Messages(self._room, self._links)
        self._mailboxes = Mailboxes(self._room, self._links)
        self._calendars = Calendars(user.email, user.name, self._links)
        self._events = Events(self._calendars, self._mailboxes)
        self._schedules = Schedules(self._calendars, self._mailboxes, self.people)
        replies = Replies(self._room, self._messages)
        parts = (self._messages, self._mailboxes, self._calendars, self._events, self._schedules, replies)
        handlers = {name: handler for part in parts for name, handler in part.handlers.items()}
        self._board = Switchboard(self.accounts, self.faults, handlers, user.email)
        self._board.upstream = self._upstream
        self._board.before = self._room.settle
        self._server = Server(self._board)
        self.url = self._links.url = self._server.url

    def stop(self) -> None:
        self._server.stop()
        self._upstream.close()

    def settings(self, **more: Any) -> dict[str, Any]:
        """What an account of kind "microsoft" has in its configuration, plus these."""
        held = {"email": self.email, "client_id": self.client_id, "tenant": "common", "root_url": self.url}
        return held | more

    # what was asked

    @property
    def log(self) -> list[Call]:
        return self._board.log

    @property
    def violations(self) -> list[str]:
        """What didn't fit Graph's shapes; the test fails at its end unless they're cleared."""
        return self._board.violations

    def calls(self, operation: str) -> list[Call]:
        """The calls of the operations whose id matches, such as "messages.createReply"."""
        return [call for call in self.log if re.fullmatch(operation, call.id)]

    @property
    def most_at_once(self) -> int:
        """How many requests were under way at a time, at most."""
        return self._board.most_at_once

    @property
    def early(self) -> list[Call]:
        """The calls that came before a Retry-After had passed."""
        return self._board.early

    def properties(self, name: str) -> dict[str, str]:
        """The extended properties of a message or an event."""
        item = self.item(name)
        return dict(item.properties) if item else self.event_properties(name)

    # what goes wrong

    def fail(
        self,
        match: str,
        status: int,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        *,
        code: str = "",
        message: str = "",
        skip: int = 0,
        after: bool = False,
    ) -> None:
        """An error in place of the answer; `after`: the call is carried out all the same."""
        given = dict(headers or {})
        wait = given.pop("Retry-After", None)
        words = {"status": status, "reason": code, "times": times, "skip": skip}
        self.faults.add(match, **words, retry_after=wait, message=message, after=after)  # type: ignore[arg-type]
        self._board.fails[id(self.faults.waiting[-1])] = given

    def kill_points(self, match: str = "", *, most: int = 50) -> Iterator[tuple[str, int]]:
        """The connection is cut at one matching call after another: before it's carried out, and after it.

        Yields ("before" or "after", which call), for the caller to run once each time; ends when no call was left.
        """
        for when in ("before", "after"):
            for number in range(most):
                self.faults.clear()
                self.faults.reset(match, skip=number, after=when == "after")
                yield when, number
                if self.faults.waiting:
                    break
        self.faults.clear()

    @property
    def page_size(self) -> int | None:
        return self._links.cap

    @page_size.setter
    def page_size(self, most: int | None) -> None:
        """No page is longer; the rest is behind nextLinks."""
        self._links.cap = most

    @property
    def empty_pages(self) -> int:
        return self._links.empty

    @empty_pages.setter
    def empty_pages(self, number: int) -> None:
        """So many empty pages with a nextLink come before each real one."""
        self._links.empty = number

    def forget_delta(self, code: str = "SyncStateNotFound") -> None:
        """410 for every delta link and every nextLink."""
        with self._board.lock:
            self._links.forget(code)

    @property
    def delta_most(self) -> int:
        return self._messages.delta_most

    @delta_most.setter
    def delta_most(self, number: int) -> None:
        self._messages.delta_most = number

    @property
    def now(self) -> datetime | None:
        """The server's own time, where a test has set one: of arrivals, drafts and changes."""
        return self._room.clock

    @now.setter
    def now(self, when: datetime | None) -> None:
        self._room.clock = when
        for book in self._calendars.books.values():
            book.clock = when
