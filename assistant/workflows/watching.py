"""Through the day: their answers are seen soon, and invites go out in time. Only what changed is judged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.config import Config
from assistant.domain.draft import QueueItem
from assistant.store import Store, Transaction
from assistant.workflows.daily import refresh, send_out, settle
from assistant.workflows.desk import threads_of
from assistant.workflows.judged import note, unjudged
from assistant.workflows.reconcile import Changes
from assistant.workflows.scheduling import Scheduled
from assistant.workflows.sources import Progress, SourceAccount
from assistant.workflows.sync import SyncReport, pull


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look at some accounts brought. `settled` are filed drafts that were sent or deleted since."""

    sync: SyncReport
    changes: Changes = field(default_factory=Changes)
    settled: list[QueueItem] = field(default_factory=list)
    scheduled: Scheduled = field(default_factory=Scheduled)


def watch(
    accounts: Sequence[SourceAccount],
    looked_at: Collection[str],
    store: Store,
    config: Config,
    now: datetime,
    progress: Progress | None = None,
    *,
    most: int | None = None,
    away: bool = False,
) -> Watched:
    """Pull these accounts, and judge the deals in which something came or went: what their answer has made stale is
    withdrawn, also from the Drafts. Where nothing changed, that's all it does.

    Where every deal is judged, no more new drafts are put up than make `most` open ones. While the rep is `away` there
    is none.
    """
    touched: set[str] = set()
    chosen = [account for account in accounts if account.name in looked_at]
    report = pull(chosen, store, config, now, progress=progress, touched=touched)
    with store.read() as tx:
        new, seen = unjudged(tx), tx.mirror.newest_keys()
        touched |= new.threads
        deals = None if new.all_deals or report.events else concerned(tx, touched, config) if touched else set()
    settled = settle(accounts, store, config, now) if touched or deals is None else []
    changes = Changes()
    if deals is None or deals:
        few = 0 if away else most if deals is None else None
        _, changes = refresh(accounts, store, config, now, only=deals, most=few)
    if touched or deals is None:
        note(store, seen)
    return Watched(report, changes, settled)


def concerned(tx: Transaction, threads: Collection[str], config: Config) -> set[str]:
    """The deals to which one of these threads belongs, or could belong."""
    found, unsure = threads_of(tx, tx.ledger.deals(), config)
    certain = {deal_id for deal_id, of_deal in found.items() if not of_deal.isdisjoint(threads)}
    return certain | {each for facts, match in unsure if facts.thread in threads for each in match.candidates}


def invite(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    progress: Progress | None = None,
    *,
    most: int | None = None,
) -> Watched:
    """Place what of the approved plans may go by itself by now. Nothing is read where no such plan is approved, and
    nothing goes out where an account can't be read."""
    with store.read() as tx:
        planned = {deal.id for deal in tx.ledger.deals() if _schedules_itself(tx, deal.id)}
    if not planned:
        return Watched(SyncReport())
    report = pull(accounts, store, config, now, progress=progress)
    if report.failed:
        return Watched(report)
    desk, changes = refresh(accounts, store, config, now, only=planned, most=most)
    return Watched(report, changes, scheduled=send_out(accounts, store, desk, changes, config, now))


def _schedules_itself(tx: Transaction, deal_id: str) -> bool:
    approved = tx.ledger.plan_approved(deal_id)
    return approved is not None and approved.schedule != "off"
