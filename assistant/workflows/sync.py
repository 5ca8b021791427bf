"""Pull: what is new in the mailboxes and calendars comes into the mirror; private mail never does."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from assistant.config import Config, Privacy
from assistant.domain.calendar import Event
from assistant.domain.deal import Us
from assistant.domain.mail import Address, Message, Problem
from assistant.domain.ports import CursorExpired, MailBatch
from assistant.domain.reading import Automatic
from assistant.engine.threads import ThreadLink, assign, subject_key
from assistant.engine.timeline import is_forged
from assistant.errors import ProviderError
from assistant.store import Incoming, Mirror, Store
from assistant.store.mirror import Likeness
from assistant.workflows.arrivals import kind_of, ours_among
from assistant.workflows.desk import unreadable
from assistant.workflows.sources import Progress, SourceAccount
from assistant.workflows.times import CALENDAR_AHEAD, CALENDAR_BACK

_BRAKE_FROM: Final = 20
_SIMILAR_WITHIN: Final = timedelta(days=45)
_FORGED: Final = "The domain of the address that it says it comes from disowns it: it counts for nothing. Look at it."
_REPORTED: Final = re.compile(r"^Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
"""The message that a delivery report is about, in the header that it carries (RFC 3464)."""

_MONTH: Final = timedelta(days=30.44)


@dataclass(slots=True)
class SyncReport:
    """What a pull brought. `failed` are accounts that were stopped, each with why and what to do."""

    read: int = 0
    new: int = 0
    gone: int = 0
    private: int = 0
    old: int = 0
    events: int = 0
    problems: list[Problem] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.new or self.gone or self.events)


def pull(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    progress: Progress | None = None,
    accept_vanished: bool = False,
    touched: set[str] | None = None,
    between: Callable[[], None] | None = None,
) -> SyncReport:
    """Bring every account's changes into the mirror. An account that fails is named; the others go on.

    The threads in which something came or went are added to `touched`. `between` is called after each batch of mail
    but the last, with the calendar there already.
    """
    report = SyncReport()
    for account in accounts:
        try:
            _MailPull(account, store, config, now, report, progress, accept_vanished, touched, between).run()
            _pull_events(account, store, config.privacy, now, report)
        except ProviderError as error:
            report.failed.append((account.name, str(error)))
    return report


@dataclass(slots=True)
class _MailPull:
    """The pull of one mailbox, a batch a transaction, so that a kill at any moment loses and doubles nothing."""

    account: SourceAccount
    store: Store
    config: Config
    now: datetime
    report: SyncReport
    progress: Progress | None
    accept_vanished: bool
    touched: set[str] | None = None
    between: Callable[[], None] | None = None

    def run(self) -> None:
        self._forget_what_became_private()
        with self.store.read() as tx:
            cursor = tx.mirror.cursor(self.account.name, "mail")
        try:
            self._take(cursor)
        except CursorExpired:
            with self.store.write() as tx:
                tx.mirror.drop(self.account.name)
            self._take(None)

    def _forget_what_became_private(self) -> None:
        """Where the privacy settings changed, the account's mirror goes and is pulled anew under the new ones."""
        name, settings = self.account.name, _fingerprint(self.config.privacy)
        with self.store.read() as tx:
            before = tx.mirror.cursor(name, "privacy")
        if before == settings:
            return
        with self.store.write() as tx:
            if before is not None:
                tx.mirror.drop(name)
            tx.mirror.set_cursor(name, "privacy", settings)

    def _take(self, cursor: str | None) -> None:
        done = 0
        if self.between:
            with suppress(ProviderError):  # it's said when the calendar's own turn comes
                _pull_events(self.account, self.store, self.config.privacy, self.now, self.report)
        for batch in self.account.mailbox.pull(cursor, self._known):
            self._check_vanished(batch)
            with self.store.write() as tx:
                self._keep(tx.mirror, batch)
            done += len(batch.messages) + len(batch.problems)
            if self.progress:
                self.progress(self.account.name, done, batch.total)
            if self.between and batch.total and done < batch.total:
                self.between()

    def _known(self, folder: str) -> dict[str, str]:
        with self.store.read() as tx:
            return tx.mirror.known(self.account.name, folder)

    def _check_vanished(self, batch: MailBatch) -> None:
        """A mailbox that loses more than half at once is more likely broken than tidied up."""
        if self.accept_vanished or len(batch.gone) <= _BRAKE_FROM:
            return
        held = sum(len(self._known(folder)) for folder in {folder for folder, _ in batch.gone})
        if len(batch.gone) * 2 > held:
            raise ProviderError(
                f"Account {self.account.name!r}: {len(batch.gone)} of {held} messages are gone all at once, so it "
                "was left as it was.",
                "If you did remove them, run again with --accept-vanished; if not, check that the mailbox is there.",
            )

    def _keep(self, mirror: Mirror, batch: MailBatch) -> None:
        name, report = self.account.name, self.report
        wanted, private, old = sift(map(_with_reported, batch.messages), self.config.privacy, self.now)
        links = [_link(message) for message in wanted]
        ids = {each for link in links for each in (link.message_id, *link.refs)}
        known = mirror.threads_of(ids)
        threads = assign(links, known, self._similar(mirror, links, known))
        mirror.merge_threads(threads.merged)
        mirror.name_threads({name: thread for name, thread in threads.of.items() if known.get(name) != thread})
        answered = ours_among(mirror, wanted, self.config)
        mirror.add(
            [
                Incoming(
                    message,
                    threads.of[message.message_id],
                    self._automatic(message, answered),
                    message.etag,
                    subject_key(message.subject),
                )
                for message in wanted
            ]
        )
        mirror.skip(name, [(message.folder, message.remote_id, message.etag) for message in (*private, *old)])
        left = mirror.remove(name, batch.gone)
        if self.touched is not None:
            self.touched |= left | set(mirror.threads_of(message.message_id for message in wanted).values())
        mirror.set_flags(name, batch.flagged)
        problems = [*batch.problems, *_problems_in(wanted), *_forged_in(wanted, self.config.us)]
        mirror.add_problems(problems)
        mirror.set_cursor(name, "mail", batch.cursor)
        report.read += len(batch.messages)
        report.new += len(wanted)
        report.private += len(private)
        report.old += len(old)
        report.gone += len(batch.gone)
        report.problems += problems

    def _automatic(self, message: Message, answered: Collection[str]) -> Automatic | None:
        try:
            return kind_of(message, self.config, answered)
        except Exception as error:  # a hostile message must not stop a run: it's reported instead
            self.report.problems.append(unreadable(message, error))
            return None

    def _similar(
        self, mirror: Mirror, links: Sequence[ThreadLink], known: Mapping[str, str]
    ) -> Callable[[ThreadLink], str | None]:
        """How mail without References finds its thread: the same subject, and a person outside in common.

        All that are likely to be asked for are looked up at once.
        """
        here = {link.message_id for link in links}
        loose = [link for link in links if link.date and not any(ref in known or ref in here for ref in link.refs)]
        found = dict(zip(loose, self._alike(mirror, loose), strict=True))

        def find(link: ThreadLink) -> str | None:
            if link.date is None:
                return None
            return found[link] if link in found else self._alike(mirror, [link])[0]

        return find

    def _alike(self, mirror: Mirror, links: Sequence[ThreadLink]) -> list[str | None]:
        likenesses = [
            Likeness(
                subject_key(link.subject),
                {email for email in link.people if Address(email) not in self.config.us},
                link.date - _SIMILAR_WITHIN,
                link.date + _SIMILAR_WITHIN,
            )
            for link in links
            if link.date
        ]
        return mirror.similar_threads(likenesses, enough=1)


def _fingerprint(privacy: Privacy) -> str:
    parts = [sorted(privacy.senders), sorted(privacy.domains), sorted(privacy.folders), privacy.months]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def sift(
    messages: Iterable[Message], privacy: Privacy, now: datetime
) -> tuple[list[Message], list[Message], list[Message]]:
    """What is kept, what is private (never stored), and what is older than is kept."""
    oldest = oldest_kept(privacy, now)
    wanted: list[Message] = []
    private: list[Message] = []
    old: list[Message] = []
    for message in messages:
        if is_private(message, privacy):
            private.append(message)
        elif message.date is not None and message.date < oldest:
            old.append(message)
        else:
            wanted.append(message)
    return wanted, private, old


def oldest_kept(privacy: Privacy, now: datetime) -> datetime:
    """Older mail isn't kept."""
    return now - privacy.months * _MONTH


def is_private(message: Message, privacy: Privacy) -> bool:
    """Whether a private sender, domain or folder is concerned."""
    if message.folder.lower() in privacy.folders:
        return True
    if not (privacy.senders or privacy.domains):
        return False
    return _concerns((*message.people, *message.reply_to), privacy)


def _concerns(people: Iterable[Address], privacy: Privacy) -> bool:
    return any(
        person.email in privacy.senders
        or person.domain in privacy.domains
        or any(person.domain.endswith(f".{domain}") for domain in privacy.domains)
        for person in people
    )


def _taken_only(event: Event) -> Event:
    """A meeting with private people is busy time, and nothing else of it is kept."""
    return replace(event, private=True)


def _problems_in(messages: Iterable[Message]) -> list[Problem]:
    """What couldn't be read in messages that otherwise could."""
    return [
        Problem(message.account, f"{message.folder}/{message.remote_id}", why)
        for message in messages
        for why in message.problems
    ]


def _forged_in(messages: Iterable[Message], us: Us) -> list[Problem]:
    """Mail under our own names, or in Junk, that the domain of its sender disowns: it counts for nothing."""
    return [
        Problem(message.account, f"{message.folder}/{message.remote_id}", _FORGED)
        for message in messages
        if is_forged(message, us)
    ]


def _with_reported(message: Message) -> Message:
    """A delivery report refers to the message that it's about, also where no field of its own says so."""
    reported = _REPORTED.findall(message.report) if message.report else []
    if not reported:
        return message
    return replace(message, references=tuple(dict.fromkeys((*message.references, *reported))))


def _link(message: Message) -> ThreadLink:
    sender = (message.sender,) if message.sender else ()
    return ThreadLink(
        message.message_id,
        tuple(dict.fromkeys((*message.references, *message.in_reply_to))),
        message.subject,
        frozenset(each.email for each in (*sender, *message.to, *message.cc, *message.bcc)),
        message.date,
    )


def _pull_events(account: SourceAccount, store: Store, privacy: Privacy, now: datetime, report: SyncReport) -> None:
    if account.calendar is None:
        return
    with store.read() as tx:
        cursor = tx.mirror.cursor(account.name, "calendar")
    window = (now - CALENDAR_BACK, now + CALENDAR_AHEAD)
    try:
        _take_events(account, store, privacy, cursor, window, report)
    except CursorExpired:
        with store.write() as tx:
            tx.mirror.drop_events(account.name)
        _take_events(account, store, privacy, None, window, report)


def _take_events(
    account: SourceAccount,
    store: Store,
    privacy: Privacy,
    cursor: str | None,
    window: tuple[datetime, datetime],
    report: SyncReport,
) -> None:
    assert account.calendar is not None  # the caller looked
    for batch in account.calendar.pull(cursor, window):
        with store.write() as tx:
            events = [_taken_only(event) if _concerns(event.people, privacy) else event for event in batch.events]
            tx.mirror.replace_events(account.name, batch.replaced, events)
            tx.mirror.add_problems(batch.problems)
            tx.mirror.set_cursor(account.name, "calendar", batch.cursor)
        report.events += len(batch.replaced)
        report.problems += batch.problems
