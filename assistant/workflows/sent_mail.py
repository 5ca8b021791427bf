"""The rep's own sent mail, as it lies in the store: each with what it answers and what the customer said before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Side
from assistant.domain.mail import Message
from assistant.domain.reading import Intent, MirroredMessage
from assistant.engine.threads import bare_subject
from assistant.reading import READER_VERSION
from assistant.store import Transaction
from assistant.workflows.desk import threads_of

_AT_ONCE: Final = 500
"""Mails that are read together."""


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail of the rep's. `subject` is "" where it answers; `parent` is the whole text that it answers, where
    that is here. `decisions` are the days that the customer named for the deal; `after_no`: their last word before it
    was a no. `among_us`: it went to our own people only."""

    on: date
    subject: str
    text: str
    parent: str | None = None
    decisions: frozenset[date] = frozenset()
    after_no: bool = False
    among_us: bool = False


def sent_mail(tx: Transaction, config: Config, keys: Sequence[int]) -> Iterator[SentMail]:
    """The mails with these keys of the mirror, a few at a time. Read them inside the transaction."""
    decisions = _decisions(tx, config)
    for first in range(0, len(keys), _AT_ONCE):
        mails = tx.mirror.messages(keys=keys[first : first + _AT_ONCE])
        parents = _texts(tx, {parent for each in mails for parent in _parents(each.message)})
        refused = _refused(tx, config, {each.thread for each in mails} & decisions.keys())
        for each in mails:
            yield SentMail(
                on=_day(each.message, config),
                subject=_own_subject(each.message),
                text=each.message.text,
                parent=next((parents[name] for name in _parents(each.message) if name in parents), None),
                decisions=decisions.get(each.thread, frozenset()),
                after_no=each.key in refused,
                among_us=_is_among_us(each.message, config),
            )


def _day(message: Message, config: Config) -> date:
    assert message.date is not None  # `sent_between` asks for dated ones
    return message.date.astimezone(config.zone).date()


def _own_subject(message: Message) -> str:
    """The subject, where the rep gave it: that of an answer or a forward was there before."""
    subject = " ".join(message.subject.split())
    return "" if message.in_reply_to or bare_subject(subject) != subject else subject


def _is_among_us(message: Message, config: Config) -> bool:
    return bool(message.recipients) and all(person in config.us for person in message.recipients)


def _parents(message: Message) -> tuple[str, ...]:
    """The Message-IDs of what it answers, the nearest first."""
    return (*message.in_reply_to, *message.references[-1:])


def _texts(tx: Transaction, message_ids: Collection[str]) -> dict[str, str]:
    return {each.message.message_id: each.message.text for each in tx.mirror.messages(message_ids=message_ids)}


def _decisions(tx: Transaction, config: Config) -> Mapping[str, frozenset[date]]:
    """By the thread of a deal, every decision date that was written down for it; none where there is none."""
    of_thread: dict[str, frozenset[date]] = {}
    for deal_id, threads in threads_of(tx, tx.ledger.deals(), config)[0].items():
        days = frozenset(decision.day for decision in tx.ledger.decision_dates(deal_id))
        of_thread |= dict.fromkeys(threads, days)
    return of_thread


def _refused(tx: Transaction, config: Config, threads: Collection[str]) -> frozenset[int]:
    """The keys of the mails in these threads before which the customer's last word there was a no, as it was read."""
    mails = tx.mirror.messages(threads=threads)
    readings = tx.mirror.readings([each.key for each in mails], READER_VERSION)
    said_no: set[str] = set()
    refused: set[int] = set()
    for each in mails:
        if _is_ours(each, config):
            refused |= {each.key} if each.thread in said_no else set()
        elif not each.automatic:
            said_no.discard(each.thread)
            reading = readings.get(each.key)
            said_no |= {each.thread} if reading and reading.certain and reading.has(Intent.NO) else set()
    return frozenset(refused)


def _is_ours(each: MirroredMessage, config: Config) -> bool:
    return config.us.side_of(each.message.sender) is Side.US
