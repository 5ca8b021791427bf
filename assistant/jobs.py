"""The alarm clock: it wakes at the times at which something may be due, and asks what is.

What is due stands in the store; here is only when to look. The scheduler rings at the next times; between them we look
every minute as well, because a computer that slept, or whose clock was set, rings too late.
"""

import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Protocol

from assistant.app import App
from assistant.errors import BusyError, NextmoveError

if TYPE_CHECKING:
    from assistant.workflows.routines import Done, Tell

LOOK_S: Final = 60
"""How long nobody looks at the clock, at most."""

_SLICE_S: Final = 1 if sys.platform == "win32" else LOOK_S
"""How long we wait in one go: on Windows no signal ends a wait."""

_LONGEST_NAME: Final = 60

Clock = Callable[[], datetime]
Opened = Callable[[], AbstractContextManager[App]]


def now() -> datetime:
    return datetime.now(UTC)


def who() -> str:
    """This process, for claims in a store that several may use."""
    return f"{platform.node()[:_LONGEST_NAME]} {os.getpid()}"


def run_due(
    app: App, at: datetime, tell: "Tell", *, stop: Callable[[], bool] = lambda: False, clock: Clock | None = None
) -> "list[Done]":
    """Do what is due at this moment, each thing at most once."""
    from assistant.workflows import routines

    return routines.run_due(
        app.accounts(), app.store, app.config, at, who=who(), tell=tell, stop=stop, clock=clock or (lambda: at)
    )


class Bell(Protocol):
    """What wakes us. It may be rung from anywhere, also while it's being rung."""

    def set(self, times: Mapping[str, datetime]) -> None:
        """Ring at these times, and no longer at those that were set before."""
        ...

    def ring(self) -> None: ...

    def wait(self) -> None:
        """Until it rings, or it's time to look again."""
        ...


class AlarmClock:
    """The bell that APScheduler rings, in a thread of its own."""

    def __init__(self) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        self._rung: SimpleQueue[None] = SimpleQueue()  # the one that a signal handler may put into
        self._scheduler: Any = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._scheduler.start()

    def set(self, times: Mapping[str, datetime]) -> None:
        for job in self._scheduler.get_jobs():
            if job.id not in times:
                job.remove()
        for name, at in times.items():
            self._scheduler.add_job(self.ring, "date", run_date=at, id=name, replace_existing=True)

    def ring(self) -> None:
        self._rung.put(None)

    def wait(self) -> None:
        for _ in range(LOOK_S // _SLICE_S):
            if self._rings(_SLICE_S):
                return

    def _rings(self, seconds: int) -> bool:
        try:
            self._rung.get(timeout=seconds)
            while True:  # rung several times, it's still one thing to wake up for
                seconds = 0
                self._rung.get_nowait()
        except Empty:
            return seconds == 0

    def close(self) -> None:
        self._scheduler.shutdown(wait=False)


class Serving:
    """The days, until somebody says that it's enough."""

    def __init__(self, opened: Opened, bell: Bell, clock: Clock, tell: "Tell", trouble: Callable[[str], None]) -> None:
        self._opened = opened
        self._bell = bell
        self._clock = clock
        self._tell = tell
        self._trouble = trouble
        self._ending = False
        self._told: set[str] = set()

    @property
    def ending(self) -> bool:
        return self._ending

    def end(self) -> None:
        """End after what is being done; a pull ends after its batch."""
        self._ending = True
        self._bell.ring()

    def serve(self) -> None:
        """Do what is due whenever the bell rings. The configuration is read anew each time."""
        while not self._ending:
            self.look()
            if not self._ending:
                self._bell.wait()

    def look(self) -> None:
        """Do what is due now, and set the bell to the next times. What stands in the way is told once."""
        from assistant.workflows.reached import in_words
        from assistant.workflows.routines import Stopped, next_times

        told: set[str] = set()
        try:
            with self._opened() as app:
                run_due(app, self._clock(), self._once(told), stop=lambda: self._ending, clock=self._clock)
                with app.store.read() as tx:
                    rows = next_times(tx, app.config, self._clock())
                late = self._clock()
                ahead = {key: row.next_due for key, row in rows.items() if row.next_due and row.next_due > late}
                self._bell.set({f"{name} {of}": at for (name, of), at in ahead.items()})
        except Stopped:
            self._ending = True
        except NextmoveError as error:
            told.add(words := str(error))
            if words not in self._told and not isinstance(error, BusyError):
                self._trouble(words)
        except Exception as error:  # a full disk, a fault: what ends a command must not end the days
            told.add(words := f"{in_words(error)} It's tried again in a minute.")
            if words not in self._told:
                self._trouble(words)
        self._told = told

    def _once(self, told: set[str]) -> "Tell":
        """Tells what was done; that something must wait only where it wasn't told the last time."""

        def tell(done: "Done") -> None:
            if done.waits:
                told.add(done.words)
            if not done.waits or done.words not in self._told:
                self._tell(done)

        return tell


@contextmanager
def signals_end(serving: Serving) -> Iterator[None]:
    """While it's entered, the first signal to end ends calmly, and a second one at once."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def end(_number: int, _frame: FrameType | None) -> None:
        if serving.ending:
            raise KeyboardInterrupt
        serving.end()

    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]  # as nohup has it
    before = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(
    opened: Opened, begun: Callable[[App], None], tell: "Tell", trouble: Callable[[str], None], clock: Clock = now
) -> None:
    """Let the days run by themselves until a signal ends it. Raises BusyError where another process does already."""
    with opened() as app, app.store.looked_after("serve"):
        bell = AlarmClock()
        serving = Serving(opened, bell, clock, tell, trouble)
        try:
            with signals_end(serving):
                begun(app)
                serving.serve()
        finally:
            bell.close()
