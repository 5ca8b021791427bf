"""What is known of a deal beside its moves: concerns in their mails, days in quoted ones, and the rep's yes and no."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

from assistant.config import Config
from assistant.domain.concern import Concern, ConcernKind
from assistant.domain.deal import Deal, Evidence, Side
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import Intent, IntentFound, MirroredMessage, Reading, SaidDate
from assistant.engine.customers import Customers
from assistant.engine.found import Case, Heard, QuotedDate
from assistant.reading import read
from assistant.reading.concerns import concerns
from assistant.reading.parts.quoted import Quoted, quoted
from assistant.reading.telling import own_way
from assistant.store import Transaction

Mail = Sequence[tuple[MirroredMessage, Reading | None]]
Broken = Callable[[Message, Exception], None]

ANSWERED: Final = "Answered."
"""The note of a question to which the rep said yes."""

_DECIDING: Final = (
    *("decid", "decis", "entscheid", "beschlu", "beschlo", "décid", "board", "committee", "council", "panel"),
    *(
        "gremium",
        "vorstand",
        "ausschuss",
        "conseil",
        "comité",
        "consejo",
        "choice",
        "choose",
        "timeline",
        "award",
        "zuschlag",
    ),
    "freigabe",
)
"""Words of which one stands in nearly every text that says when they decide."""
_MAY_DECIDE: Final = re.compile("|".join(_DECIDING), re.IGNORECASE)
_SEVERAL: Final = 3
"""Words of a sentence below which it may be said by anybody."""


def hear(tx: Transaction, deal: Deal, mail: Mail, config: Config, broken: Broken) -> Heard:
    """All that is known beside the moves of this deal.

    A hostile message must not stop a run: `broken` is told which one, and the others are heard.
    """
    return listen(deal, mail, config, broken, *_answers(tx, deal))


def listen(
    deal: Deal, mail: Mail, config: Config, broken: Broken, confirmed: frozenset[str], denied: frozenset[str]
) -> Heard:
    """What `hear` finds, where the rep's yes and no are known already."""
    found: dict[str, tuple[Concern, ...]] = {}
    for mirrored, reading in mail:
        try:
            told = _concerns(mirrored, reading, config)
        except Exception as error:  # whatever a text may do to its reader
            broken(mirrored.message, error)
        else:
            found |= {mirrored.message.message_id: told} if told else {}
    return Heard(MappingProxyType(found), tuple(_quoted_dates(deal, mail, config, broken)), confirmed, denied)


def their_way(case: Case) -> Evidence | None:
    """The latest that they said of how meetings with them are booked."""
    for move in reversed(case.timeline.moves):
        if move.side is Side.THEM and move.reading is not None and move.message is not None:
            span = own_way(move.reading.new_text)
            if span is not None:
                return case.evidence(move, span)
    return None


def with_wishes_to_stop(mail: Mail, concerns_of: Mapping[str, tuple[Concern, ...]]) -> Mail:
    """The mail with every wish not to be written to read as the no that it is."""
    return [(mirrored, _stopped(mirrored, reading, concerns_of)) for mirrored, reading in mail]


def _stopped(
    mirrored: MirroredMessage, reading: Reading | None, concerns_of: Mapping[str, tuple[Concern, ...]]
) -> Reading | None:
    told = concerns_of.get(mirrored.message.message_id, ())
    stop = next((concern for concern in told if concern.kind is ConcernKind.STOP), None)
    if stop is None or reading is None:
        return reading
    no = reading.evidence_of(Intent.NO) or stop.evidence
    return replace(reading, intents=(IntentFound(Intent.NO, no),), resume_on=None, certain=True, reason="")


def _concerns(mirrored: MirroredMessage, reading: Reading | None, config: Config) -> tuple[Concern, ...]:
    if reading is None or mirrored.automatic or reading.automatic:
        return ()
    if config.us.side_of(mirrored.message.sender) is Side.US:
        return ()
    return concerns(reading.new_text, reading.language)


def _answers(tx: Transaction, deal: Deal) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of the questions that the rep answered with yes, and with no."""
    if ItemState.DISMISSED not in tx.queue.keys_of(deal.id).values():
        return frozenset(), frozenset()
    items = tx.queue.items_of(deal.id)
    answered = [item for item in items if item.kind is ItemKind.QUESTION and item.state is ItemState.DISMISSED]
    yes = frozenset(item.key for item in answered if item.note == ANSWERED)
    return yes, frozenset(item.key for item in answered) - yes


def _quoted_dates(deal: Deal, mail: Mail, config: Config, broken: Broken) -> Iterator[QuotedDate]:
    """The decision dates in quoted mails of the customer's whose originals aren't in the mailbox, each once."""
    people = _customers_people(deal, mail, config)
    said_here = frozenset(_bare(line) for _, reading in mail if reading for line in reading.new_text.split("\n"))
    found: set[tuple[Address, date, str]] = set()
    for mirrored, reading in mail:
        message = mirrored.message
        if message.date is None or reading is None or mirrored.automatic or not _has_news(message.text, said_here):
            continue
        try:
            told = [each for each in _dates_in(message, people, config) if not _is_said_here(each.said, mail)]
        except Exception as error:  # whatever a text may do to its reader
            broken(message, error)
            continue
        for each in told:
            key = (each.who, each.on, _words(each.said.evidence.text))
            if key not in found:
                found.add(key)
                yield each


def _dates_in(message: Message, people: Sequence[Address], config: Config) -> Iterator[QuotedDate]:
    """Those that the history below one message names."""
    assert message.date is not None  # the caller looked
    sent = message.date.astimezone(config.zone).date()
    for part in quoted(message.text, sent):
        who = _writer(part, people)
        said = _decision(part, who, message, sent, config) if who is not None else None
        if who is not None and said is not None:
            yield QuotedDate(who, part.day or sent, said, message.message_id)


def _has_news(text: str, said_here: frozenset[str]) -> bool:
    """Whether a line speaks of deciding that stands in the new text of no message here: a quote of a mail that is
    missing, or a line that was wrapped anew. Only such a history is taken apart."""
    lowered = text.lower()
    if not any(word in lowered for word in _DECIDING):  # ten times as fast as the pattern, in long histories
        return False
    return any(_MAY_DECIDE.search(line) and _bare(line) not in said_here for line in text.split("\n"))


def _bare(line: str) -> str:
    return line.lstrip("> |\t").strip()


def _customers_people(deal: Deal, mail: Mail, config: Config) -> list[Address]:
    """The customer's people that are known by name or address, each once."""
    customers = Customers.of(deal, config.us)
    met = (who for mirrored, _ in mail for who in mirrored.message.people if who in customers)
    found: dict[str, Address] = {}
    for who in (*(contact.address for contact in deal.contacts), *met):
        if who.email not in found or (who.name and not found[who.email].name):
            found[who.email] = who
    return list(found.values())


def _writer(part: Quoted, people: Sequence[Address]) -> Address | None:
    """Which of the customer's people wrote the part; None where it's one of us, or nobody known."""
    if part.email is not None:
        return next((who for who in people if who.email == part.email), None)
    name = (part.name or "").casefold()
    named = [who for who in people if who.name and who.name.casefold() == name]
    return named[0] if len(named) == 1 else None


def _is_said_here(said: SaidDate, mail: Mail) -> bool:
    """Whether a message of the mailbox says it itself, theirs or ours; or it's too little to tell whose words it is."""
    words = _words(said.evidence.text)
    texts = (reading.new_text for _, reading in mail if reading is not None)
    return len(words.split()) < _SEVERAL or any(words in _words(text) for text in texts)


def _decision(part: Quoted, who: Address, by: Message, sent: date, config: Config) -> SaidDate | None:
    """The decision date in the part, counted from its own day; where that isn't certain, neither is the date."""
    if not _MAY_DECIDE.search(part.text):
        return None
    on = part.day or sent
    told = Message(
        account=by.account,
        folder=by.folder,
        remote_id=by.remote_id,
        role=FolderRole.OTHER,
        message_id=by.message_id,
        date=datetime.combine(on, time(12), config.zone),
        sender=who,
        text=part.text,
    )
    said = read(told, Side.THEM, zone=config.zone).decision
    if said is None:
        return None
    return replace(said, certain=said.certain and part.certain and part.day is not None)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
