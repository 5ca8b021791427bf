"""The morning's run: pull, judge every deal, propose its next move, and bring the queue up to date."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from assistant.config import Config
from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.ports import Withdrawal
from assistant.errors import ProviderError
from assistant.store import PlacedInvite, Store
from assistant.workflows import early, filing, judged, placing, reached, reconcile, sending, untold
from assistant.workflows.booking import Taken
from assistant.workflows.desk import Desk, look
from assistant.workflows.following import follow, note_gone
from assistant.workflows.pausing import paused_until
from assistant.workflows.proposals import proposals
from assistant.workflows.reconcile import Changes
from assistant.workflows.scheduling import Scheduled, others_busy, schedule
from assistant.workflows.sources import Progress, SourceAccount
from assistant.workflows.sync import SyncReport, pull


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. `settled` are filed drafts that were sent or deleted since, `scheduled` what of the approved
    plans was placed in a calendar."""

    sync: SyncReport
    changes: Changes
    deals: int
    settled: list[QueueItem] = field(default_factory=list)
    scheduled: Scheduled = field(default_factory=Scheduled)


def run(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    progress: Progress | None = None,
    accept_vanished: bool = False,
    most: int | None = None,
    tell_early: Callable[[int], None] | None = None,
) -> RunReport:
    """The whole way from the mailbox to the queue. Safe to repeat: a second run right after changes nothing.

    With `most`, no more new drafts are put up than make so many open ones; the others have their turn later.
    `tell_early` is told how many items wait already while the first mail ever still comes; nobody can approve them
    before the run is over, which has looked again then.
    """
    looks = early.looks(store, lambda: refresh(accounts, store, config, now, most=most)[1], tell_early)
    report = pull(accounts, store, config, now, progress=progress, accept_vanished=accept_vanished, between=looks)
    reached.note(store, config, [account.name for account in accounts], report.failed, now)
    settled = settle(accounts, store, config, now)
    with store.read() as tx:
        seen = tx.mirror.newest_keys()
    desk, changes = refresh(accounts, store, config, now, most=most)
    changes = looks.followed_by(changes) if looks else changes
    judged.note(store, seen)
    deals, scheduled = len(desk.views), Scheduled()
    if not report.failed:  # a reply may lie where nobody could look
        scheduled = send_out(accounts, store, desk, changes, config, now)
    return RunReport(report, changes, deals, settled, scheduled)


def settle(accounts: Sequence[SourceAccount], store: Store, config: Config, now: datetime) -> list[QueueItem]:
    """See what became of what was filed, sent and placed: the drafts that were sent or deleted since."""
    settled = filing.recover(store, accounts, now) + sending.recover(store, accounts, now)
    settled += filing.track(store, accounts, config.us, now)
    placing.recover(store, accounts, config, now)
    if untold.track(accounts, store, config, now):
        pull(accounts, store, config, now)
    return settled


def send_out(
    accounts: Sequence[SourceAccount], store: Store, desk: Desk, changes: Changes, config: Config, now: datetime
) -> Scheduled:
    """Place what of the approved plans may go by itself; what follows from it is added to the changes.

    Nothing does while the rep is away: they couldn't stand by it.
    """
    with store.read() as tx:
        if paused_until(tx.routines.pauses(), config.zone, now) is not None:
            return Scheduled()
    afresh = partial(_afresh, accounts, store, config, now)
    scheduled = schedule(accounts, store, desk, config, now, afresh)
    if scheduled.placed:
        pull(accounts, store, config, now)
        _, again = refresh(accounts, store, config, now, only={each.deal_id for each in scheduled.placed})
        changes.follow(again)
    return scheduled


def _afresh(
    accounts: Sequence[SourceAccount], store: Store, config: Config, now: datetime, deal_id: str
) -> Desk | None:
    """The deal after a new look at mail and calendar; None where an account can't be read."""
    report = pull(accounts, store, config, now)
    return None if report.failed else refresh(accounts, store, config, now, only={deal_id})[0]


def refresh(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    only: Collection[str] | None = None,
    most: int | None = None,
) -> tuple[Desk, Changes]:
    """Judge the deals (or `only` these) and bring their part of the queue up to date."""
    now = now.astimezone(config.zone)
    with store.read() as tx:
        taken = others_busy(accounts, tx.ledger.deals(), config, now)
    desk, changes, missing = _pass(store, config, now, only, taken, most)
    if missing and note_gone(store, accounts, missing, now):
        desk, again, _ = _pass(store, config, now, only, taken, most)
        changes.follow(again)
    if untold.take_back(accounts, store, desk, config, now):
        desk, again, _ = _pass(store, config, now, only, taken, most)
        changes.follow(again)
    taken_out = [_take_out(store, accounts, item, now) for item in changes.stale]
    if any(taken_out):
        desk, again, _ = _pass(store, config, now, only, taken, most)
        changes.added += again.added
    changes.withdrawn += [item for item in taken_out if item]
    return desk, changes


def _pass(
    store: Store,
    config: Config,
    now: datetime,
    only: Collection[str] | None,
    taken: Taken,
    most: int | None,
) -> tuple[Desk, Changes, list[PlacedInvite]]:
    """The desk, what changed in the queue, and the meetings of ours that the calendar doesn't show any more."""
    with store.write() as tx:
        desk = look(tx, config, now, only)
        changed, missing = follow(tx, desk, config, now)
        if changed:
            desk = look(tx, config, now, only)
        wanted = proposals(tx, desk, config, now, taken)
        deals = frozenset(view.deal.id for view in desk.views)
        return desk, reconcile.reconcile(tx, wanted, deals, now, config.ceiling, most), missing


def _take_out(store: Store, accounts: Sequence[SourceAccount], item: QueueItem, now: datetime) -> QueueItem | None:
    try:
        moved, outcome = filing.withdraw(
            store, accounts, item, now, to=ItemState.WITHDRAWN, note="Something newer happened in this deal."
        )
    except ProviderError:
        return None  # the next run that reaches the account takes it out
    return None if outcome is Withdrawal.EDITED else moved
