"""Gmail's search, as far as the program may use it; what isn't known here is a fault of the test, never a guess.

Days are midnight in Pacific time (Gmail API, Search and filter messages); seconds since 1970 are exact.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import getaddresses

from tests.servers.google.mailroom import Mail, MailRoom

PACIFIC = timezone(timedelta(hours=-8))
TOKEN = re.compile(r'-?(?:[\w]+:)?(?:"[^"]*"|[^\s(){}"]+)|[(){}]|-(?=[({])')
PLACES = {
    "inbox": "INBOX",
    "sent": "SENT",
    "draft": "DRAFT",
    "drafts": "DRAFT",
    "spam": "SPAM",
    "trash": "TRASH",
    "chats": "CHAT",
    "scheduled": "SCHEDULED",
    "unread": "UNREAD",
    "starred": "STARRED",
    "important": "IMPORTANT",
    "chat": "CHAT",
}
UNITS = {"h": 3_600, "d": 86_400, "m": 30 * 86_400, "y": 365 * 86_400}
Test = Callable[[Mail], bool]


class UnknownTerm(Exception):  # noqa: N818 - a gap of the peer, found by a test
    """A term that the peer can't judge as Gmail does."""


def matches(room: MailRoom, query: str, labels: list[str], *, everywhere: bool) -> list[Mail]:
    """The messages found, newest first. Spam and Trash only `everywhere` or where the query names them."""
    words = TOKEN.findall(query)
    test = _Reader(room, words).all()
    if not everywhere and not re.search(r"(?<!-)\b(in|label):(anywhere|spam|trash)\b", query, re.IGNORECASE):
        inner = test
        test = lambda mail: not mail.labels & {"SPAM", "TRASH"} and inner(mail)  # noqa: E731
    found = [mail for mail in room.mails.values() if mail.labels.issuperset(labels) and test(mail)]
    return sorted(found, key=lambda mail: (mail.internal_date, mail.history_id), reverse=True)


class _Reader:
    """Reads a query from left to right: words beside each other must all hold, OR and {} ask for one of them."""

    def __init__(self, room: MailRoom, words: list[str]) -> None:
        self._room = room
        self._words = list(reversed(words))

    def all(self, until: str = "") -> Test:
        groups: list[list[Test]] = []
        joined = False
        while self._words and self._words[-1] != until:
            if self._words[-1] == "OR" and groups:
                self._words.pop()
                joined = True
                continue
            test = self._one()
            if joined:
                groups[-1].append(test)
            else:
                groups.append([test])
            joined = False
        if until and self._words:
            self._words.pop()
        return lambda mail: all(any(test(mail) for test in group) for group in groups)

    def _one(self) -> Test:
        word = self._words.pop()
        if word == "-":
            inner = self._one()
            return lambda mail: not inner(mail)
        if word == "(":
            return self.all(")")
        if word == "{":
            tests = []
            while self._words and self._words[-1] != "}":
                tests.append(self._one())
            if self._words:
                self._words.pop()
            return lambda mail: any(test(mail) for test in tests)
        if word.startswith("-"):
            negated = self._term(word[1:])
            return lambda mail: not negated(mail)
        return self._term(word)

    def _term(self, word: str) -> Test:
        name, colon, value = word.partition(":")
        value = value.strip('"').casefold()
        if not colon:
            return _text(word.strip('"').casefold())
        reader = getattr(self, f"_is_{name.casefold()}", None)
        if reader is None:
            raise UnknownTerm(f"the peer doesn't know what Gmail does with {word!r}: add it to queries.py")
        found: Test = reader(value)
        return found

    def _is_after(self, value: str) -> Test:
        start = _moment(value)
        return lambda mail: mail.internal_date >= start

    def _is_before(self, value: str) -> Test:
        end = _moment(value)
        return lambda mail: mail.internal_date < end

    _is_newer, _is_older = _is_after, _is_before

    def _is_newer_than(self, value: str) -> Test:
        start = self._ago(value)
        return lambda mail: mail.internal_date >= start

    def _is_older_than(self, value: str) -> Test:
        end = self._ago(value)
        return lambda mail: mail.internal_date < end

    def _ago(self, value: str) -> int:
        return self._room.now() - int(value[:-1]) * UNITS[value[-1]] * 1000

    def _is_from(self, value: str) -> Test:
        return self._people(value, "From")

    def _is_to(self, value: str) -> Test:
        return self._people(value, "To", "Cc", "Bcc")

    def _is_cc(self, value: str) -> Test:
        return self._people(value, "Cc")

    def _people(self, value: str, *names: str) -> Test:
        wanted = self._room.email if value == "me" else value

        def test(mail: Mail) -> bool:
            given = [str(each) for name in names for each in mail.headers.get_all(name, [])]
            return any(wanted in f"{who} {email}".casefold() for who, email in getaddresses(given))

        return test

    def _is_subject(self, value: str) -> Test:
        return lambda mail: value in str(mail.headers.get("Subject", "")).casefold()

    def _is_rfc822msgid(self, value: str) -> Test:
        wanted = value.strip("<>")
        return lambda mail: mail.message_id.casefold() == wanted

    def _is_in(self, value: str) -> Test:
        if value in ("anywhere", "all"):
            return lambda mail: True
        if value not in PLACES:
            return self._is_label(value)
        return lambda mail: PLACES[value] in mail.labels

    def _is_is(self, value: str) -> Test:
        if value == "read":
            return lambda mail: "UNREAD" not in mail.labels
        if value not in PLACES:
            raise UnknownTerm(f"the peer doesn't know is:{value}")
        return lambda mail: PLACES[value] in mail.labels

    def _is_label(self, value: str) -> Test:
        def plain(name: str) -> str:
            return re.sub(r"[\s/]", "-", name.casefold())

        wanted = {each for each, name in self._room.label_names().items() if plain(name) == plain(value)}
        return lambda mail: bool(mail.labels & (wanted | {PLACES.get(value, "")}))

    def _is_larger(self, value: str) -> Test:
        size = int(value[:-1]) * {"k": 1024, "m": 1024**2}[value[-1]]
        return lambda mail: len(mail.raw) > size

    def _is_has(self, value: str) -> Test:
        if value != "attachment":
            raise UnknownTerm(f"the peer doesn't know has:{value}")
        return lambda mail: b"content-disposition: attachment" in mail.raw.lower()


def _text(word: str) -> Test:
    return lambda mail: word in mail.raw.decode("utf-8", "replace").casefold()


def _moment(value: str) -> int:
    """In milliseconds."""
    if value.isdigit() and len(value) > 8:
        return int(value) * 1000
    year, month, day = map(int, re.split(r"[/-]", value))
    return int(datetime(year, month, day, tzinfo=PACIFIC).timestamp() * 1000)
