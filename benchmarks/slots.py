"""How long it takes to find times and to read calendars, beside the limits and the library: python -m benchmarks.slots.

The calendar holds 200 repeating events of eight kinds in the customary zones, a third of them with exceptions, and is
expanded over 90 days. The peer is `recurring-ical-events` alone: it parses the same text and gives its components,
where ours also gives events. All are timed in every round, one after the other, after a round that isn't counted.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from assistant.domain.ports import Interval
from assistant.domain.workdays import Workdays, WorkingHours
from assistant.engine.meeting_times import Person, Window, meeting_times
from assistant.engine.slots import free
from providers.ics import Place, expand
from providers.local.calendar import LocalCalendar

LIMIT: Final = 5.0
"""Milliseconds that slots for five people over 14 days may take, and a calendar in which nothing changed."""
SHARE: Final = 1.1
"""How long a first expansion may take, as a multiple of what the library takes."""
BERLIN: Final = ZoneInfo("Europe/Berlin")
NOW: Final = datetime(2026, 9, 1, 8, 30, tzinfo=BERLIN)
WINDOW: Final = (NOW.replace(hour=0, minute=0), NOW.replace(hour=0, minute=0) + timedelta(days=90))
DAYS: Final = Workdays(("DE-BY", "US"))
ZONES: Final = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata")
RULES: Final = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=YEARLY",
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="the median is shown, and the slowest")
    options = parser.parse_args(arguments)
    raw = calendar()
    print(f"{'':44}{'ms':>8}{'slowest':>10}{'of the limit':>15}")
    for name, measure in _meetings().items():
        (taken,) = _taken([measure], 5 * options.rounds)
        _say(name, taken, LIMIT)
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in _pulls(Path(folder), raw).items():
            (taken,) = _taken([measure], 5 * options.rounds)
            _say(name, taken, LIMIT)
    ours, library = _taken([lambda: expand(raw, Place("", "", ""), BERLIN, WINDOW), _library(raw)], options.rounds)
    _say("200 repeating events, first expansion", ours, SHARE * statistics.median(library))
    _say("the same, recurring-ical-events alone", library, SHARE * statistics.median(library))


def calendar() -> bytes:
    """200 repeating events that began in 2025, the same ones every time."""
    chance = random.Random(5)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//benchmark//EN"]
    for number in range(200):
        start = datetime(2025, 1, 1) + timedelta(days=chance.randrange(365), minutes=30 * chance.randrange(14, 36))  # noqa: DTZ001
        zone = chance.choice(ZONES)
        lines += _event(number, start, zone, RULES[number % len(RULES)])
        if chance.random() < 0.3:
            lines.insert(-1, f"EXDATE;TZID={zone}:{start + timedelta(weeks=chance.randrange(90)):%Y%m%dT%H%M%S}")
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _event(number: int, start: datetime, zone: str, rule: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{number}@benchmark.example",
        "DTSTAMP:20250101T000000Z",
        f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{start + timedelta(minutes=30):%Y%m%dT%H%M%S}",
        f"RRULE:{rule}",
        f"SUMMARY:Meeting {number}",
        "END:VEVENT",
    ]


def _meetings() -> dict[str, Callable[[], object]]:
    """Five people in three zones with 200 short meetings each, all of them within those days."""
    zones = ("Europe/Berlin", "Europe/Berlin", "Europe/London", "Europe/London", "Asia/Kolkata")
    people = [
        Person(str(n), WorkingHours(ZoneInfo(zone), half_days=frozenset({date(2026, 9, 4)})), _busy(n))
        for n, zone in enumerate(zones)
    ]
    hours = [person.hours for person in people]
    busy = [each for person in people for each in person.busy]
    first, last = date(2026, 9, 2), date(2026, 9, 15)
    window = Window(date(2026, 9, 8), first, last)
    return {
        "slots for five people over 14 days": lambda: free(busy, hours, 30, NOW, DAYS, horizon_days=14),
        "a milestone's times, the same people": lambda: meeting_times(window, people, DAYS, 30, count=3, spread=True),
    }


def _busy(seed: int) -> tuple[Interval, ...]:
    chance = random.Random(seed)
    starts = [NOW + timedelta(minutes=5 * chance.randrange(14 * 24 * 12)) for _ in range(200)]
    return tuple((start, start + timedelta(minutes=5)) for start in starts)


def _pulls(folder: Path, raw: bytes) -> dict[str, Callable[[], object]]:
    """A second pull of the calendar as one file, and of one file an event."""
    whole, parts = folder / "whole", folder / "parts"
    whole.mkdir()
    parts.mkdir()
    (whole / "calendar.ics").write_bytes(raw)
    begin, end = "BEGIN:VEVENT", "END:VCALENDAR"
    head, *events = raw.decode().partition(end)[0].split(begin)
    for n, event in enumerate(events):
        (parts / f"{n}.ics").write_text(f"{head}{begin}{event}{end}\n")
    return {"200 events in a file, nothing new": _again(whole), "in 200 files, nothing new": _again(parts)}


def _again(folder: Path) -> Callable[[], object]:
    for path in folder.iterdir():  # written long enough ago for its time to be trusted
        os.utime(path, (path.stat().st_atime - 3600, path.stat().st_mtime - 3600))
    source = LocalCalendar("work", folder, BERLIN)
    cursor = [batch.cursor for batch in source.pull(None, WINDOW)][-1]
    return lambda: list(source.pull(cursor, WINDOW))


def _library(raw: bytes) -> Callable[[], object]:
    import icalendar
    import recurring_ical_events

    return lambda: recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(*WINDOW)


def _taken(timed: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Milliseconds of the processor for each in every round, so that what else runs counts less."""
    taken: list[list[float]] = [[] for _ in timed]
    for _ in range(rounds + 1):
        for times, measure in zip(taken, timed, strict=True):
            began = time.process_time()
            measure()
            times.append((time.process_time() - began) * 1000)
    return [times[1:] for times in taken]


def _say(name: str, taken: Sequence[float], limit: float) -> None:
    median = statistics.median(taken)
    print(f"{name:44}{median:8.1f}{max(taken):10.1f}{median / limit:15.0%}")


if __name__ == "__main__":
    main()
