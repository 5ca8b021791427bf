"""The arithmetic of free time: what several ranges share, what others take from them, and whether a time fits.

A range is a pair of POSIX timestamps, its start included and its end excluded: what is compared and cut is always the
instant, never the wall clock. A list of them is in order and without overlaps.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import itemgetter
from typing import Final

from assistant.domain.ports import Interval

Range = tuple[float, float]
_AROUND: Final = 3
"""Days: dates differ by two at most around the world, and a buffer may reach into the next."""
_start: Final = itemgetter(0)


def instants(interval: Interval) -> Range:
    return interval[0].timestamp(), interval[1].timestamp()


def near(busy: Iterable[Interval], first: date, last: date) -> Iterator[Interval]:
    """Those that may lie within a day of the two or between them, wherever on earth days are counted.

    Days tell that much and are cheap to compare, and instants aren't.
    """
    begin, end = first.toordinal() - _AROUND, last.toordinal() + _AROUND
    return (each for each in busy if each[0].toordinal() <= end and each[1].toordinal() >= begin)


def merged(busy: Iterable[Interval], buffer: timedelta) -> list[Range]:
    """The busy times with the buffer around them."""
    margin = buffer.total_seconds()
    found: list[Range] = []
    for start, end in sorted(map(instants, busy)):
        if end <= start:
            continue
        if found and start - margin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end + margin)
        else:
            found.append((start - margin, end + margin))
    return found


def shared(ranges: list[Range], others: list[Range]) -> list[Range]:
    """What lies in both."""
    found: list[Range] = []
    n = m = 0
    while n < len(ranges) and m < len(others):
        start, end = max(ranges[n][0], others[m][0]), min(ranges[n][1], others[m][1])
        if start < end:
            found.append((start, end))
        if ranges[n][1] < others[m][1]:
            n += 1
        else:
            m += 1
    return found


def without(ranges: list[Range], taken: list[Range]) -> list[Range]:
    """What lies in `ranges` and not in `taken`."""
    if not ranges:
        return []
    edges = [ranges[0][0], *(edge for interval in taken for edge in interval), ranges[-1][1]]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return shared(ranges, [gap for gap in gaps if gap[0] < gap[1]])


def fits(start: float, end: float, room: list[Range]) -> bool:
    n = bisect_right(room, start, key=_start)
    return n > 0 and end <= room[n - 1][1]
