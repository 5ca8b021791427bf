"""The moves of a deal, over threads, meetings and what the rep told us; the rally."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from assistant.domain.calendar import Event
from assistant.domain.deal import Deal, Side, Spoken, Us
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import AutomaticKind, Intent, MirroredMessage, Reading
from assistant.engine.copies import CLOCK_SKEW, instants, once, refs
from assistant.engine.customers import Customers
from assistant.engine.invitations import as_mail_says
from assistant.engine.meetings import meetings, with_answers
from assistant.engine.threads import subject_key

_WAITING_FOLDER: Final = re.compile(
    r"(?:^|[/.\\])(?:outbox|scheduled|postausgang|geplant|bo[iî]te d'envoi|bandeja de salida)$", re.IGNORECASE
)
_WORTH_READING: Final = frozenset({Intent.NO, Intent.NOT_NOW, Intent.OBJECTION, Intent.QUESTION})
_SAID_WITHIN: Final = timedelta(days=3)
"""How long after a meeting's end a mail still speaks of it as missed, and not of another one."""
_SENT_BY_US: Final = frozenset({FolderRole.SENT, FolderRole.DRAFTS})
_VERDICT: Final = "authentication-results"
"""It's kept of a mail only where the sender's domain disowns it."""
OUR_KEY: Final = "x-nextmove-key"
RECALLED: Final = "They have recalled this mail: please look at it."


@dataclass(frozen=True, slots=True)
class Move:
    """One turn of a deal: a message, a meeting that was held (its end), or something the rep told us of."""

    side: Side
    at: datetime
    who: Address | None
    message: MirroredMessage | None = None
    reading: Reading | None = None
    event: Event | None = None
    spoken: Spoken | None = None

    @property
    def purposeful(self) -> bool | None:
        """Whether our move led somewhere; None where it's theirs or can't be told."""
        if self.event is not None:
            return True
        if self.spoken is not None:
            return self.spoken.day is not None
        return self.reading.purposeful if self.reading and self.side is Side.US else None

    @property
    def ref(self) -> str:
        """The Message-ID or the UID; "" for what was spoken."""
        if self.message is not None:
            return self.message.message.message_id
        return self.event.uid if self.event is not None else ""

    @property
    def sentence(self) -> str:
        """The words that show what the move does; "" where nothing was read."""
        if self.spoken is not None:
            return self.spoken.what
        if self.event is not None:
            return self.event.summary
        if self.reading is None:
            return ""
        if self.reading.kind_evidence is not None:
            return self.reading.kind_evidence.text
        if self.reading.intents:
            return self.reading.intents[0].evidence.text
        return self.reading.asks[0].text if self.reading.asks else ""

    @property
    def finished(self) -> bool:
        """Whether the move closes its matter and asks for nothing."""
        return self.reading is not None and self.reading.finished is not None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that happened in a deal, oldest first.

    `moves` are human moves between both sides; `automatic` are robots' mails (absences, bounces …); `ahead`, `held`
    and `cancelled` are meetings with a customer (a meeting that their side declined is among the cancelled ones), and
    `missed` those whose time came and that somebody didn't come to, each with the move that says so;
    `own_draft` is what the rep has begun to write, or has scheduled, in one of the threads; `rally` counts our
    turns in a row that led nowhere; `strangers` wrote in a thread, and nothing says that they belong to the customer.
    """

    moves: tuple[Move, ...]
    automatic: tuple[MirroredMessage, ...]
    ahead: tuple[Event, ...]
    held: tuple[Event, ...]
    cancelled: tuple[Event, ...]
    own_draft: MirroredMessage | None
    rally: int
    strangers: tuple[MirroredMessage, ...] = ()
    missed: tuple[tuple[Event, Move], ...] = ()

    @property
    def last(self) -> Move | None:
        return self.moves[-1] if self.moves else None

    def last_of(self, side: Side) -> Move | None:
        return next((m for m in reversed(self.moves) if m.side is side), None)


def timeline(
    deal: Deal,
    messages: Sequence[tuple[MirroredMessage, Reading | None]],
    events: Sequence[Event],
    spoken: Sequence[Spoken],
    us: Us,
    now: datetime,
) -> Timeline:
    """The deal's moves, oldest first, from all that belongs to it; the order of the arguments' items is no matter.

    A move is a human mail between us and them, a meeting that was held, or something spoken. Mail among us alone,
    robots' mail, drafts, what waits in an outbox, what bounced for everyone and what is forged are none.
    """
    customers = Customers.of(deal, us)
    mail = once(messages, us)
    sorted_mail = _sort_out(mail, instants([mirrored for mirrored, _ in mail], deal, now), customers)
    robots = [m for m in (_with_automatic(*pair) for pair in mail) if m.automatic is not None]
    met = meetings(with_answers(as_mail_says(events, robots, us), robots), customers, now)
    missed = tuple(_missed(met.held, sorted_mail.moves))
    held = tuple(event for event in met.held if not any(event is each for each, _ in missed))
    turns = [
        *sorted_mail.moves,
        *(Move(Side.US, event.end, event.organizer, event=event) for event in held),
        *(Move(Side.US, told.at, us.rep, spoken=told) for told in spoken if told.at <= now + CLOCK_SKEW),
    ]
    moves = tuple(sorted(turns, key=_order))
    return Timeline(
        moves=moves,
        automatic=sorted_mail.automatic,
        ahead=met.ahead,
        held=held,
        cancelled=met.cancelled,
        own_draft=_own_draft(sorted_mail.drafts, moves, us),
        rally=rally(moves),
        strangers=sorted_mail.strangers,
        missed=missed,
    )


def _missed(held: Sequence[Event], moves: Sequence[Move]) -> Iterator[tuple[Event, Move]]:
    """The meetings that a mail soon after says weren't held, each with the first that does."""
    for move in moves:
        if move.reading is not None and move.reading.missed is not None:
            before = [event for event in held if event.start <= move.at <= event.end + _SAID_WITHIN]
            if before:
                yield before[-1], move


def rally(moves: Sequence[Move]) -> int:
    """How many turns of ours in a row led nowhere, up to the end; several mails of ours in a row are one turn."""
    count, in_turn = 0, False
    for move in reversed(moves):
        if move.side is Side.THEM:
            in_turn = False
        elif move.purposeful:
            break
        elif move.purposeful is False:
            count += not in_turn
            in_turn = True
    return count


@dataclass(frozen=True, slots=True)
class _Sorted:
    moves: tuple[Move, ...]
    automatic: tuple[MirroredMessage, ...]
    drafts: tuple[MirroredMessage, ...]
    strangers: tuple[MirroredMessage, ...]


def _order(move: Move) -> tuple[datetime, int, str]:
    return move.at, move.message.key if move.message else 0, move.ref


def _sort_out(
    mail: Sequence[tuple[MirroredMessage, Reading | None]],
    dated: Mapping[int, datetime],
    customers: Customers,
) -> _Sorted:
    us = customers.us
    ours = {m.message.message_id for m, _ in mail if us.side_of(m.message.sender) is Side.US}
    adopted = _adopted_threads([m for m, _ in mail], customers)
    human: list[tuple[MirroredMessage, Reading | None]] = []
    automatic, drafts, strangers = [], [], []
    for mirrored, reading in sorted(mail, key=lambda pair: (dated[pair[0].key], pair[0].key)):
        if _unsent(mirrored.message):
            drafts.append(mirrored)
        elif is_forged(mirrored.message, us):
            continue
        elif (robot := _robot(mirrored, reading, ours, customers)) is not None:
            if us.side_of(mirrored.message.sender) is Side.THEM or _is_bounce(robot):
                automatic.append(robot)
        else:
            human.append((mirrored, reading))
    automatic = [_with_recipient(robot, [m for m, _ in human], customers) for robot in automatic]
    bounced = _bounced(automatic, [m for m, _ in human], dated, customers)
    recalled = _recalled(automatic, [m for m, _ in human], dated)
    moves = []
    for mirrored, reading in human:
        side = us.side_of(mirrored.message.sender)
        if _between_us_and_them(mirrored, side, customers, adopted):
            if mirrored.key in recalled and reading is not None:
                reading = replace(reading, certain=False, reason=RECALLED)
            if mirrored.key not in bounced:
                moves.append(Move(side, dated[mirrored.key], mirrored.message.sender, mirrored, reading))
        elif side is Side.THEM:
            strangers.append(mirrored)
    return _Sorted(tuple(moves), tuple(automatic), tuple(drafts), tuple(strangers))


def _adopted_threads(mail: Sequence[MirroredMessage], customers: Customers) -> frozenset[str]:
    """Threads that the rep put here although nobody known is on them: everyone there who isn't us is the customer."""
    known = {m.thread for m in mail if customers.among((*m.message.people, *m.message.reply_to))}
    return frozenset(m.thread for m in mail) - known


def _unsent(message: Message) -> bool:
    thrown_away = message.role is FolderRole.TRASH and message.header(OUR_KEY) is not None
    return thrown_away or message.role is FolderRole.DRAFTS or _WAITING_FOLDER.search(message.folder) is not None


def is_forged(message: Message, us: Us) -> bool:
    """Whether its sender's own domain disowns it, and it came in as ours or lies in Junk: it's nobody's word."""
    came_in = message.role not in _SENT_BY_US and message.header(_VERDICT) is not None
    return came_in and (message.role is FolderRole.JUNK or us.side_of(message.sender) is Side.US)


def _robot(
    mirrored: MirroredMessage, reading: Reading | None, ours: set[str], customers: Customers
) -> MirroredMessage | None:
    """The message with what makes it automatic; None where a person wrote it."""
    told = _with_automatic(mirrored, reading)
    automatic = told.automatic
    if automatic is None:
        return None
    commented = reading is not None and (
        bool(reading.asks) or any(found.intent in _WORTH_READING for found in reading.intents)
    )
    if automatic.kind is AutomaticKind.CALENDAR_REPLY and commented:
        return None
    sender = mirrored.message.sender
    through_a_group = automatic.kind is AutomaticKind.LIST and not ours.isdisjoint(refs(mirrored.message))
    if through_a_group and sender is not None and sender in customers:
        return None
    return told


def _is_bounce(robot: MirroredMessage) -> bool:
    """Also the mail server of our own company says that a customer's address doesn't exist."""
    return robot.automatic is not None and robot.automatic.kind is AutomaticKind.BOUNCE


def _with_recipient(robot: MirroredMessage, human: Sequence[MirroredMessage], customers: Customers) -> MirroredMessage:
    """A bounce that names an address behind the one that we wrote to, by the mail that it returns (RFC 3464)."""
    if robot.automatic is None or not _is_bounce(robot):
        return robot
    about = refs(robot.message)
    returned = [
        m.message for m in human if m.message.message_id in about and customers.us.side_of(m.message.sender) is Side.US
    ]
    meant = {a.email for message in returned for a in customers.among(message.recipients)}
    if len(meant) != 1 or not meant.isdisjoint(robot.automatic.failed):
        return robot
    return replace(robot, automatic=replace(robot.automatic, failed=(*robot.automatic.failed, *meant)))


def _with_automatic(mirrored: MirroredMessage, reading: Reading | None) -> MirroredMessage:
    """The message with what makes it automatic, whether its arrival or its reading showed it."""
    if mirrored.automatic is not None or reading is None or reading.automatic is None:
        return mirrored
    return replace(mirrored, automatic=reading.automatic)


def _between_us_and_them(mirrored: MirroredMessage, side: Side, customers: Customers, adopted: frozenset[str]) -> bool:
    message = mirrored.message
    if side is Side.US:
        others = [address for address in message.recipients if address not in customers.us]
        return bool(customers.among(others) or (others and mirrored.thread in adopted))
    return mirrored.thread in adopted or bool(customers.among((*message.people, *message.reply_to)))


def _bounced(
    automatic: Iterable[MirroredMessage],
    human: Sequence[MirroredMessage],
    dated: Mapping[int, datetime],
    customers: Customers,
) -> frozenset[int]:
    """Keys of our messages that came back from every customer they were written to."""
    failed: dict[int, set[str]] = {}
    sent = [m for m in human if customers.us.side_of(m.message.sender) is Side.US]
    for robot in automatic:
        if robot.automatic is None or not _is_bounce(robot):
            continue
        about = refs(robot.message)
        for email in robot.automatic.failed:
            to_them = [
                m
                for m in sent
                if dated[m.key] <= dated[robot.key] and any(address.email == email for address in m.message.recipients)
            ]
            named = [m for m in to_them if m.message.message_id in about]
            for m in named or to_them[-1:]:
                failed.setdefault(m.key, set()).add(email)
    by_key = {m.key: m.message for m in sent}
    return frozenset(
        key
        for key, emails in failed.items()
        if all(address.email in emails for address in customers.among(by_key[key].recipients))
    )


def _recalled(
    automatic: Iterable[MirroredMessage], human: Sequence[MirroredMessage], dated: Mapping[int, datetime]
) -> frozenset[int]:
    """Keys of the mails that their writers called back: whatever the word for it is, it ends in the mail's subject."""
    found: set[int] = set()
    for robot in automatic:
        if robot.automatic is None or robot.automatic.kind is not AutomaticKind.RECALL:
            continue
        subject = subject_key(robot.message.subject)
        meant = [
            m.key
            for m in human
            if m.message.sender == robot.message.sender
            and dated[m.key] <= dated[robot.key]
            and (meant_by := subject_key(m.message.subject))
            and subject.endswith(meant_by)
        ]
        found.update(meant[-1:])
    return frozenset(found)


def _own_draft(drafts: Sequence[MirroredMessage], moves: Sequence[Move], us: Us) -> MirroredMessage | None:
    """What the rep has begun since our last mail in that thread; not what we filed, nor a note to a colleague."""
    sent = {m.message.thread: m.at for m in moves if m.message and m.side is Side.US}

    def is_open(draft: MirroredMessage) -> bool:
        message, last = draft.message, sent.get(draft.thread)
        to_us_alone = bool(message.recipients) and all(address in us for address in message.recipients)
        sent_since = message.date is not None and last is not None and message.date < last
        return message.header(OUR_KEY) is None and not to_us_alone and not sent_since

    return next((draft for draft in reversed(drafts) if is_open(draft)), None)
