"""What kind of mail arrives: a machine's, or a person's, also where it comes through a list or group."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from assistant.config import Config
from assistant.domain.deal import Side
from assistant.domain.mail import Message
from assistant.domain.reading import Automatic, AutomaticKind
from assistant.reading import automatic
from assistant.store import Mirror

_OF_A_LIST: Final = frozenset({"list-id", "list-post", "list-help", "list-unsubscribe", "mailing-list", "precedence"})
"""What a list or group adds to whatever passes through it."""


def kind_of(message: Message, config: Config, answered: Collection[str]) -> Automatic | None:
    """What makes the message automatic; None for a person's mail. May raise what the reader raises.

    Mail through a group of our own ("sales@") is judged as if it had come directly, and so is a direct answer to a
    mail of ours: `answered` are the Message-IDs that we wrote.
    """
    found = automatic(message, config.zone)
    if found is None or found.kind is not AutomaticKind.LIST or config.us.side_of(message.sender) is Side.US:
        return found
    if _is_our_group(message, config) or not set(message.in_reply_to).isdisjoint(answered):
        direct = tuple(field for field in message.headers if field[0] not in _OF_A_LIST)
        return automatic(replace(message, headers=direct), config.zone)
    return found


def ours_among(mirror: Mirror, messages: Iterable[Message], config: Config) -> set[str]:
    """Of the messages that these answer through a list, those that we wrote, by Message-ID."""
    through_lists = [message for message in messages if message.header("list-id") or message.header("list-post")]
    asked = {message_id for message in through_lists for message_id in message.in_reply_to}
    if not asked:
        return set()
    here = {message.message_id for message in messages if config.us.side_of(message.sender) is Side.US}
    return (asked & here) | {
        message_id for message_id, sender in mirror.writers_of(asked - here) if sender in config.us
    }


def _is_our_group(message: Message, config: Config) -> bool:
    """Whether List-Id (RFC 2919) names a domain of ours: "<sales.brightlane.example>"."""
    name = (message.header("list-id") or "").rpartition("<")[2].strip("<> ").lower()
    return any(name.endswith(f".{domain}") for domain in config.us.domains)
