"""What happens by itself: `run_due` does whatever is due, once, whoever calls it: the alarm clock, cron, a test."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from assistant.config import Config
from assistant.errors import BusyError
from assistant.store import Routine, Store, Transaction
from assistant.workflows import daily, housekeeping, reached, watching
from assistant.workflows.due import DAILY, HOUSEKEEPING, INVITES, WATCH, WEEKLY, Rule, again, rules, workdays
from assistant.workflows.pausing import paused_until, there_since
from assistant.workflows.reconcile import Changes
from assistant.workflows.sources import SourceAccount
from assistant.workflows.steady import steadied

LEASE: Final = timedelta(minutes=30)
"""How long a claim holds that isn't renewed; who is still at work renews it."""

_RENEWED: Final = timedelta(minutes=1)
_SET_BACK: Final = timedelta(minutes=1)
_WRONG_CLOCK: Final = timedelta(days=1)
_OFF: Final = 2
"""So many working days without a run, and the first one after them puts up a short list."""

Key = tuple[str, str]


class Stopped(Exception):  # noqa: N818 - it was asked for
    """The process is to end: what was begun is given back, and is done at the next start."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, or couldn't be (`ok`), in words without addresses and without what mails say.

    `waits`: somebody else is writing just now, and it's still due.
    """

    name: str
    account: str
    words: str
    ok: bool = True
    waits: bool = False


Tell = Callable[[Done], None]


def run_due(
    accounts: Sequence[SourceAccount],
    store: Store,
    config: Config,
    now: datetime,
    *,
    who: str,
    tell: Tell = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] | None = None,
) -> list[Done]:
    """Do what is due at `now`, each thing at most once; `tell` hears of each as soon as it's done.

    `who` names this process: of two that ask at once, one does it. Where `stop` says so, nothing new is begun, and a
    pull ends after its batch. `clock` is asked how late it is while something takes long. Raises `NextmoveError` where
    the store can't be used.
    """
    now = now.astimezone(UTC)
    working = _Working(steadied(accounts), store, config, now, who, tell, stop, clock or (lambda: now))
    tried: set[str] = set()
    while not stop() and (name := next((name for name, _ in due(store, config, now) if name not in tried), None)):
        tried.add(name)
        working.do(name)
    return working.done


def due(store: Store, config: Config, now: datetime) -> list[Key]:
    """What is due, in the order in which it's done; times that don't hold any more are counted anew first."""
    with store.read() as tx:
        known, wrong = _rules(tx, config), _misplaced(tx, config, now)
    if wrong:
        with store.write() as tx:
            for (name, account), when in _misplaced(tx, config, now).items():
                tx.routines.plan(name, account, known[name, account].words, when)
    with store.read() as tx:
        rows = [tx.routines.routine(*key) for key in known]
    return [(row.name, row.account) for row in rows if row.next_due is not None and row.next_due <= now]


def next_times(tx: Transaction, config: Config, now: datetime) -> dict[Key, Routine]:
    """All that happens by itself, as it stands at `now`, with its next time. Changes nothing."""
    now = now.astimezone(UTC)
    wrong = _misplaced(tx, config, now)
    found: dict[Key, Routine] = {}
    for key in _rules(tx, config):
        row = tx.routines.routine(*key)
        found[key] = replace(row, next_due=wrong[key]) if key in wrong else row
    return found


def _rules(tx: Transaction, config: Config) -> dict[Key, Rule]:
    return rules(config, there_since(tx.routines.pauses(), config.zone))


def _misplaced(tx: Transaction, config: Config, now: datetime) -> dict[Key, datetime | None]:
    """The routines whose next time must be counted anew, with that: nobody has counted it yet, the configuration or a
    pause has changed it, the clock was set back, or what was missed isn't made up for now."""
    found: dict[Key, datetime | None] = {}
    known = _rules(tx, config)
    workday = now.astimezone(config.zone).date() in workdays(config)
    for key, rule in known.items():
        row = tx.routines.routine(*key)
        when = _placed(row, rule, now, made_up=workday if row.failures else rule.holds(now))
        if when != row.next_due or row.rule != rule.words:
            found[key] = when
    return found


def _placed(row: Routine, rule: Rule, now: datetime, *, made_up: bool) -> datetime | None:
    """Its next time; one that lies behind stays only where it may be `made_up` for now. What failed may be tried again
    on the whole of a working day."""
    if row.began is not None and row.began > now + _SET_BACK:
        when = rule.count(now, row.began if row.began <= now + _WRONG_CLOCK else None)
    elif row.rule != rule.words:
        when = rule.count(now, row.began)
    else:
        when = row.next_due
    return rule.after(now) if when is not None and when <= now and not made_up else when


@dataclass(slots=True)
class _Working:
    """One call of `run_due`."""

    accounts: Sequence[SourceAccount]
    store: Store
    config: Config
    now: datetime
    who: str
    tell: Tell
    stop: Callable[[], bool]
    clock: Callable[[], datetime]
    done: list[Done] = field(default_factory=list)
    renewed: datetime | None = None

    def do(self, name: str) -> None:
        """Do all of that name that is due, unless somebody else has it or writes just now."""
        acts: dict[str, Callable[[Routine], tuple[str, int]]] = {
            DAILY: self._daily,
            INVITES: self._invites,
            WEEKLY: self._weekly,
            HOUSEKEEPING: self._housekeeping,
        }
        try:
            with self.store.writer("the day's run by itself" if name == DAILY else f"{name} by itself", brief=True):
                if name == WATCH:
                    self._watch()
                else:
                    self._alone(name, acts[name])
        except BusyError as busy:
            self._say(name, "", busy.fact, waits=True)

    def _alone(self, name: str, act: Callable[[Routine], tuple[str, int]]) -> None:
        before = self._claim(name, "")
        if before is None:
            return
        with _given_back(self.store, self.who):
            rule = self._rule(name)
            try:
                words, remaining = act(before)
            except Stopped:
                raise
            except Exception as error:  # one routine that fails must not stop the days
                self._failed(before, error)
                return
            with self.store.write() as tx:
                tx.routines.done(name, "", self.who, self.now, rule.after(self.now), remaining)
        if words:
            self._say(name, "", words)

    def _claim(self, name: str, account: str) -> Routine | None:
        """The routine as it stood, now ours; None where it's somebody else's, or no longer due."""
        with self.store.write() as tx:
            before = tx.routines.routine(name, account)
            return before if tx.routines.claim(name, account, self.who, self.now, LEASE) else None

    def _failed(self, before: Routine, error: Exception) -> None:
        why = reached.in_words(error)
        when = again(self.now, before.failures + 1, self.config.serve.watch if before.name == WATCH else 0)
        with self.store.write() as tx:
            tx.routines.failed(before.name, before.account, self.who, self.now, when, why)
        self._say(before.name, before.account, f"{why} It's tried again at {self._clock(when)}.", ok=False)

    def _daily(self, before: Routine) -> tuple[str, int]:
        run = partial(daily.run, self.accounts, self.store, self.config, self.now, progress=self._progress)
        off = self._was_off(before)
        report = run(most=self.config.queue_size if off else None)
        for name, _ in report.sync.failed:
            self._say_unreached(name)
        unseen = int(off and bool(report.sync.failed))  # what lies there may be as much
        words = _words(report.sync.new, report.changes, len(report.scheduled.placed))
        return words, max(report.changes.held_back, unseen)

    def _was_off(self, before: Routine) -> bool:
        """Whether this is a return after days off, or the days after one."""
        if before.remaining or before.ended is None:
            return before.remaining > 0
        days = workdays(self.config)
        last, today = (each.astimezone(self.config.zone).date() for each in (before.ended, self.now))
        return days.between(last, today) - (last in days) >= _OFF

    def _watch(self) -> None:
        """Look at every account whose turn it is; one that fails doesn't hold up the others."""
        names = [account for name, account in due(self.store, self.config, self.now) if name == WATCH]
        before = {name: row for name in names if (row := self._claim(WATCH, name)) is not None}
        if not before:
            return
        with _given_back(self.store, self.who):
            try:
                seen = self._look(before)
            except Stopped:
                raise
            except Exception as error:
                for row in before.values():
                    self._failed(row, error)
                return
            reached.note(self.store, self.config, before, seen.sync.failed, self.now)
            failed = {name for name, _ in seen.sync.failed}
            if any(row.failures and name not in failed for name, row in before.items()):
                self._make_up_for_the_morning()
        for name in sorted(failed):
            self._say_unreached(name)
        if seen.sync.new or seen.changes:
            self._say(WATCH, ", ".join(sorted(before.keys() - failed)), _words(seen.sync.new, seen.changes))

    def _look(self, looked_at: Collection[str]) -> watching.Watched:
        with self.store.read() as tx:
            away = paused_until(tx.routines.pauses(), self.config.zone, self.now) is not None
        named = (self.accounts, looked_at, self.store, self.config, self.now, self._progress)
        return watching.watch(*named, most=self._short(), away=away)

    def _short(self) -> int | None:
        """How many drafts may be open in the days after a return, until what was held back is through."""
        with self.store.read() as tx:
            return self.config.queue_size if tx.routines.routine(DAILY).remaining else None

    def _make_up_for_the_morning(self) -> None:
        """An account that can be read again may hold what the morning's run should have known."""
        rule = self._rule(DAILY)
        with self.store.write() as tx:
            if rule.holds(self.now) and tx.routines.routine(DAILY).ended is not None:
                tx.routines.plan(DAILY, "", rule.words, self.now)

    def _invites(self, _before: Routine) -> tuple[str, int]:
        named = (self.accounts, self.store, self.config, self.now, self._progress)
        seen = watching.invite(*named, most=self._short())
        placed = len(seen.scheduled.placed)
        return _words(seen.sync.new, seen.changes, placed) if placed or seen.changes else "", 0

    def _weekly(self, _before: Routine) -> tuple[str, int]:
        from assistant.workflows.weekly_mail import deliver

        came = deliver(self.accounts, self.store, self.config, self.now)
        if came is None or not came.new:
            return "", 0
        where = "was sent to you" if came.sent else f"lies in the Drafts of {came.account!r}"
        return f"the report of {came.week.name} {where}", 0

    def _housekeeping(self, _before: Routine) -> tuple[str, int]:
        return housekeeping.keep_house(self.store, self.config, self.now), 0

    def _progress(self, _account: str, _done: int, _total: int | None) -> None:
        """Between two batches of a pull: whether to end, and that we're still at it."""
        if self.stop():
            raise Stopped
        late = self.clock().astimezone(UTC)
        if self.renewed is None or not timedelta(0) <= late - self.renewed < _RENEWED:
            self.renewed = late
            with self.store.write() as tx:
                tx.routines.renew(self.who, late + LEASE)

    def _rule(self, name: str) -> Rule:
        with self.store.read() as tx:
            return _rules(tx, self.config)[name, ""]

    def _say_unreached(self, name: str) -> None:
        with self.store.read() as tx:
            row = tx.routines.routine(WATCH, name)
        when = f" It's tried again at {self._clock(row.next_due)}." if row.next_due else ""
        self._say(WATCH, name, f"{row.why}{when}", ok=False)

    def _clock(self, at: datetime) -> str:
        local, today = at.astimezone(self.config.zone), self.now.astimezone(self.config.zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M} on {local:%A}"

    def _say(self, name: str, account: str, words: str, *, ok: bool = True, waits: bool = False) -> None:
        self.done.append(Done(name, account, words, ok, waits))
        self.tell(self.done[-1])


@contextmanager
def _given_back(store: Store, who: str) -> Iterator[None]:
    """What was claimed and not ended is free again afterwards, however it ends."""
    try:
        yield
    finally:
        with store.write() as tx:
            tx.routines.release(who)


def _words(new: int, changes: Changes, placed: int = 0) -> str:
    parts = [f"{new} new message{'' if new == 1 else 's'}" if new else "no new mail"]
    parts.append(f"queue: {len(changes.added)} new, {len(changes.updated)} renewed, {len(changes.withdrawn)} withdrawn")
    parts += [f"{placed} placed in the calendar"] if placed else []
    parts += [f"{changes.held_back} more drafts wait for the days to come"] if changes.held_back else []
    parts += [changes.brake] if changes.brake else []
    return "; ".join(parts)
