"""The morning's run: pull, judge every deal, propose its next move, and bring the queue up to date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.config import Config
from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.ports import Withdrawal
from assistant.errors import ProviderError
from assistant.store import Store
from assistant.workflows import filing, reconcile
from assistant.workflows.desk import Desk, look
from assistant.workflows.proposals import proposals
from assistant.workflows.reconcile import Changes
from assistant.workflows.sources import Progress, SourceAccount
from assistant.workflows.sync import SyncReport, pull


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. `settled` are filed drafts that the rep sent or deleted since."""

    sync: SyncReport
    changes: Changes
    deals: int
    settled: list[QueueItem] = field(default_factory=list)


def run(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> RunReport:
    """The whole way from the mailbox to the queue. Safe to repeat: a second run right after changes nothing."""
    report = pull(accounts, store, config, now, progress=progress, accept_vanished=accept_vanished)
    settled = filing.recover(store, accounts, now) + filing.track(store, accounts, config.us, now)
    desk, changes = refresh(accounts, store, config, now)
    return RunReport(report, changes, len(desk.views), settled)


def refresh(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    only: Collection[str] | None = None,
) -> tuple[Desk, Changes]:
    """Judge the deals (or `only` these) and bring their part of the queue up to date."""
    now = now.astimezone(config.zone)
    desk, changes = _pass(store, config, now, only)
    taken_out = [_take_out(store, accounts, item, now) for item in changes.stale]
    if any(taken_out):
        desk, again = _pass(store, config, now, only)
        changes.added += again.added
    changes.withdrawn += [item for item in taken_out if item]
    return desk, changes


def _pass(store: Store, config: Config, now: datetime, only: Collection[str] | None) -> tuple[Desk, Changes]:
    with store.write() as tx:
        desk = look(tx, config, now, only)
        wanted = proposals(tx, desk, config, now)
        deals = frozenset(view.deal.id for view in desk.views)
        return desk, reconcile.reconcile(tx, wanted, deals, now, config.ceiling)


def _take_out(store: Store, accounts: Sequence[SourceAccount], item: QueueItem, now: datetime) -> QueueItem | None:
    try:
        moved, outcome = filing.withdraw(
            store, accounts, item, now, to=ItemState.WITHDRAWN, note="Something newer happened in this deal."
        )
    except ProviderError:
        return None  # the next run that reaches the account takes it out
    return None if outcome is Withdrawal.EDITED else moved
