"""The weekly report: what one week was like and what's next, from what is stored and dated before its end."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher

from assistant.config import Config
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.workdays import Workdays
from assistant.guard import families
from assistant.report.deal_week import Decided, Facts, Noted, Proposed
from assistant.report.facts import report_of
from assistant.report.figure import Week
from assistant.report.values import Report
from assistant.store import PlacedInvite, Store, Transaction
from assistant.store.history import GUARD_STOPPED, Kept
from assistant.store.queue import BY_PROGRAM
from assistant.workflows.past import Past, deals_then
from assistant.workflows.pausing import days_away
from assistant.workflows.stopping import stopped


def last_week(config: Config, now: datetime) -> Week:
    """The last one that's over, on the rep's clock."""
    return Week.of(now.astimezone(config.zone).date()).back(1)


def report(source: Store | Transaction, config: Config, week: Week | None, now: datetime) -> Report:
    """The report of that week, or of the last one that's over.

    Everything is judged by what is dated before the week's end, or before `now` where it goes on still: later mail
    changes nothing in it. A week to come is as `now` sees it: nothing has happened in it yet.
    """
    if isinstance(source, Store):
        with source.read() as tx:
            return report(tx, config, week, now)
    with _nothing_thrown_away():
        return report_of(facts(source, config, week or last_week(config, now), now))


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Without looking for garbage: a year of mail is loaded and kept, and the search would take half of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def facts(tx: Transaction, config: Config, week: Week, now: datetime) -> Facts:
    """All that the report is made of, in one pass over the store."""
    as_of = min(week.until(config.zone), now.astimezone(config.zone))
    past = Past.of(tx, config, week, as_of)
    items = [item for of_deal in past.items.values() for item in of_deal]
    return Facts(
        week=week,
        as_of=as_of,
        zone=config.zone,
        deals=tuple(deals_then(tx, past)),
        proposed=tuple(_proposed(tx, items, week.since(config.zone), as_of)),
        noted={uid: tuple(map(_noted, history)) for uid, history in past.invites.items()},
        stopped=tuple(stopped(line) for line in tx.history.audited((GUARD_STOPPED,)) if line.at < as_of),
        titles={family.code: family.title for family in families()},
        own_days=Workdays((config.country,) if config.country else (), config.closed),
        away=frozenset(_days_away(tx, config)),
        cap=config.cadence.per_person_week,
    )


def _days_away(tx: Transaction, config: Config) -> Iterator[date]:
    for start, end in days_away(tx, config.zone):
        yield from (start + timedelta(days=n) for n in range((end - start).days))


def _proposed(tx: Transaction, items: list[Kept], since: datetime, as_of: datetime) -> Iterator[Proposed]:
    """The items with anything of the week in them, a draft by the subject that it had then; the approved drafts with
    how much of their text was changed."""
    alive = [item for item in items if item.created >= since or any(step.at >= since for step in item.steps)]
    approved = {
        item.id: step.at
        for item in alive
        for step in item.steps
        if item.kind is ItemKind.DRAFT and step.after is ItemState.APPROVED and step.at >= since
    }
    texts = tx.history.texts({item.id for item in alive if item.kind is ItemKind.DRAFT})
    for item in alive:
        steps = tuple(Decided(step.at, step.by, step.after, step.edited) for step in item.steps)
        title = next((text.partition("\n")[0] for _, at, text in reversed(texts.get(item.id, ())) if at < as_of), "")
        kept = Proposed(item.id, item.deal_id, item.kind, title or item.title, item.created, item.purpose, steps)
        yield replace(kept, changed=_changed(texts, item.id, approved[item.id])) if item.id in approved else kept


def _changed(texts: Mapping[int, list[tuple[str, datetime, str]]], item_id: int, approved: datetime) -> float | None:
    """The share of the words that the rep changed of our last text before theirs, until they approved it."""
    before = [(by, text) for by, at, text in texts.get(item_id, ()) if at <= approved]
    own = next((n for n, (by, _) in enumerate(before) if by != BY_PROGRAM), None)
    if not own:
        return 0.0 if before else None
    ours, theirs = before[own - 1][1].split(), before[-1][1].split()
    return round(1 - SequenceMatcher(None, ours, theirs, autojunk=False).ratio(), 4)


def _noted(invite: PlacedInvite) -> Noted:
    times = invite.content.times
    return Noted(
        invite.deal_id,
        invite.milestone,
        invite.uid,
        invite.content.subject,
        invite.state,
        times[0][0] if times else invite.at,
        invite.at,
        told=invite.placed is None or invite.placed.told,
    )
