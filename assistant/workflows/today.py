"""Today's queue as it's shown: the few that matter most, and what stands behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from assistant.config import Config
from assistant.domain.deal import Deal, Evidence
from assistant.domain.draft import ItemKind, ItemState, QueueItem
from assistant.store import Transaction
from assistant.workflows.invite_words import SeenMeeting, meeting_entry, meetings_of

_FIRST: Final = frozenset({ItemState.OPEN})
_ALL: Final = frozenset({ItemState.OPEN, ItemState.SNOOZED, ItemState.APPROVED, ItemState.FILED})
NO_MEETINGS: Final[Mapping[int, SeenMeeting]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Today:
    """The items to show, in order; how many more wait beyond the day's few, and how many drafts lie in the mailbox;
    the deals by their id, and the meetings of those items that are invites by the item's."""

    items: tuple[QueueItem, ...]
    waiting: int
    filed: int
    deals: dict[str, Deal]
    meetings: Mapping[int, SeenMeeting] = field(default_factory=lambda: NO_MEETINGS)


def todays(tx: Transaction, config: Config, now: datetime, *, everything: bool = False) -> Today:
    """The day's few, or everything that is alive. A snoozed item whose day has come counts as open."""
    today = now.astimezone(config.zone).date()
    alive = tx.queue.items(_ALL)
    due = [item for item in alive if _is_due(item, today)]
    items = alive if everything else due[: config.queue_size]
    filed = sum(1 for item in alive if item.state is ItemState.FILED and item.kind is ItemKind.DRAFT)
    deals = {deal.id: deal for deal in tx.ledger.deals()}
    meetings = meetings_of(tx, items, config)
    return Today(tuple(items), max(0, len(due) - len(items)), filed, deals, meetings)


def _is_due(item: QueueItem, today: date) -> bool:
    if item.state is ItemState.SNOOZED:
        return item.until is not None and item.until <= today
    return item.state in _FIRST


def entries(items: Iterable[QueueItem], meetings: Mapping[int, SeenMeeting] = NO_MEETINGS) -> list[dict[str, Any]]:
    """The items for programs, as `queue --json` gives them; `meetings` are those of invites, by the item's id."""
    return [_entry(item, meetings.get(item.id)) for item in items]


def _entry(item: QueueItem, meeting: SeenMeeting | None) -> dict[str, Any]:
    content = item.content
    return {
        "id": item.id,
        "deal": item.deal_id,
        "kind": item.kind,
        "purpose": item.purpose,
        "title": item.title,
        "state": item.state,
        "to": [str(person) for person in content.to] if content else [],
        "cc": [str(person) for person in content.cc] if content else [],
        "subject": content.subject if content else None,
        "body": content.body if content else None,
        "in_reply_to": content.in_reply_to if content else None,
        "meeting": meeting_entry(meeting) if meeting else None,
        "reasons": [evidence_entry(reason) for reason in item.reasons],
        "facts": [{"value": fact.value, "from": evidence_entry(fact.evidence)} for fact in item.facts],
        "gaps": [{"marker": gap.marker, "ask": gap.ask} for gap in item.gaps],
        "rank": item.rank,
        "version": item.version,
    }


def evidence_entry(evidence: Evidence) -> dict[str, Any]:
    """Evidence for programs: `message_id` or `event_uid` where it's one, else its source."""
    key = {"message": "message_id", "event": "event_uid"}.get(evidence.source, "ref")
    return {
        "source": evidence.source,
        key: evidence.ref,
        "sentence": evidence.sentence,
        "rule": evidence.rule,
        "who": evidence.who,
        "on": evidence.on,
    }
