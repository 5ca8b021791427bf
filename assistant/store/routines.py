"""What happens by itself: rows that say when each is due, claimed by a conditional UPDATE; and the rep's pauses."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from assistant.store import tables
from assistant.store.values import Pause, Routine

_T = tables.routine


class Routines:
    """The routines and the pauses, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def routine(self, name: str, account: str = "") -> Routine:
        """The routine as it stands; one that nobody has seen yet is due at no time."""
        row = self._connection.execute(select(_T).where(_is(name, account))).mappings().first()
        return Routine(**row) if row is not None else Routine(name, account)

    def all(self) -> list[Routine]:
        """All that were ever due, by name and account."""
        rows = self._connection.execute(select(_T).order_by(_T.c.name, _T.c.account)).mappings()
        return [Routine(**row) for row in rows]

    def plan(self, name: str, account: str, rule: str, next_due: datetime | None) -> None:
        """It's due then, counted by this rule."""
        self._set(name, account, rule=rule, next_due=next_due)

    def claim(self, name: str, account: str, who: str, now: datetime, lease: timedelta) -> bool:
        """Whether it's due and now ours, until it ends or the lease does.

        Two who ask at once: one gets it. A claim whose lease is over is taken over, and so is one that reaches much
        further ahead than a lease (a clock that ran ahead wrote it), and our own that was never given back.
        """
        over = (_T.c.claimed_until <= now, _T.c.claimed_until > now + 2 * lease)
        free = or_(_T.c.claimed_by.is_(None), _T.c.claimed_by == who, *over)
        ours = {"claimed_by": who, "claimed_until": now + lease}
        taken = update(_T).where(_is(name, account), _T.c.next_due <= now, free).values(ours)
        return self._connection.execute(taken).rowcount == 1

    def renew(self, who: str, until: datetime) -> None:
        """What this one has claimed goes on until then."""
        self._connection.execute(update(_T).where(_T.c.claimed_by == who).values(claimed_until=until))

    def release(self, who: str) -> None:
        """What this one has claimed, and didn't end, is as due as before."""
        self._connection.execute(update(_T).where(_T.c.claimed_by == who).values(claimed_by=None, claimed_until=None))

    def release_dead(self, now: datetime) -> int:
        """Free what somebody claimed who never came back; how many."""
        over = and_(_T.c.claimed_by.is_not(None), _T.c.claimed_until <= now)
        return self._connection.execute(update(_T).where(over).values(claimed_by=None, claimed_until=None)).rowcount

    def done(
        self, name: str, account: str, who: str, now: datetime, next_due: datetime | None, remaining: int = 0
    ) -> None:
        """It was begun at `now` and done. Nothing changes where somebody else has taken it over meanwhile."""
        well = {"began": now, "ended": now, "failures": 0, "failing_since": None, "why": ""}
        self._end(name, account, who, next_due=next_due, remaining=remaining, **well)

    def failed(self, name: str, account: str, who: str, now: datetime, next_due: datetime | None, why: str) -> None:
        """It couldn't be done. Nothing changes where somebody else has taken it over meanwhile."""
        before = self.routine(name, account)
        self._end(
            name,
            account,
            who,
            began=now,
            next_due=next_due,
            failures=before.failures + 1,
            failing_since=before.failing_since or now,
            why=why,
        )

    def note(self, name: str, account: str, now: datetime, why: str | None) -> Routine:
        """Write down beside its turn that it was done (None), or why not; as it stands then.

        The same failure at the same moment counts once.
        """
        before = self.routine(name, account)
        if why is None:
            self._set(name, account, began=now, ended=now, failures=0, failing_since=None, why="")
        elif before.failures == 0 or before.began != now:
            since = before.failing_since or now
            self._set(name, account, began=now, failures=before.failures + 1, failing_since=since, why=why)
        return self.routine(name, account)

    def keep_only(self, accounts: Collection[str]) -> None:
        """Forget the routines of accounts that are no longer there."""
        self._connection.execute(delete(_T).where(_T.c.account != "", _T.c.account.not_in(accounts)))

    def pause(self, now: datetime, until: date | None) -> None:
        """Away until that day, or (None) back."""
        self._connection.execute(insert(tables.pause), {"at": now, "until": until})

    def pauses(self) -> list[Pause]:
        """All that was said of being away, the oldest first; the last word counts."""
        rows = self._connection.execute(select(tables.pause).order_by(tables.pause.c.id)).mappings()
        return [Pause(row["at"], row["until"]) for row in rows]

    def _set(self, name: str, account: str, **values: object) -> None:
        if self._connection.execute(update(_T).where(_is(name, account)).values(values)).rowcount == 0:
            new = {"name": name, "account": account, "rule": "", "failures": 0, "why": "", "remaining": 0}
            self._connection.execute(insert(_T), new | values)

    def _end(self, name: str, account: str, who: str, **values: object) -> None:
        free = {"claimed_by": None, "claimed_until": None}
        ours = update(_T).where(_is(name, account), _T.c.claimed_by == who)
        self._connection.execute(ours.values(values | free))


def _is(name: str, account: str) -> ColumnElement[bool]:
    return and_(_T.c.name == name, _T.c.account == account)
