"""How many working days before the decision each milestone lies: dependencies, late starts, approved days.

A lead of 0 is the last working day up to the decision; `room` is the lead of the first working day after today.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Final

from assistant.domain.deal import Stage
from assistant.domain.plan import MilestoneKind, Process

_WHOLE: Final = Fraction(1)
_APART: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Lead:
    """An unmet milestone with its lead times, made to fall by at least a day from each to those that wait for it.

    `waits_for` says of every unmet milestone that must be held first how many days earlier that is at the least.
    """

    kind: MilestoneKind
    ideal: int
    least: int
    waits_for: Mapping[str, int]


def leads(
    process: Process, stage: Stage, settled: Collection[str], together: Mapping[str, str] = _APART
) -> tuple[Lead, ...]:
    """The stage's unmet milestones, each after those that it waits for.

    What is settled, done or left out, holds nothing back: what waits for it still waits for those before it. Those
    that are held `together` with another one are no leads of their own; the meeting waits for what any of them waits
    for, and what waits for any of them waits for the meeting.
    """
    kinds = {kind.id: kind for kind in process.milestones}
    ways = before(process, stage, settled, together)
    found: list[Lead] = []
    for kind_id in reversed(ways):
        kind = kinds[kind_id]
        later = [lead for lead in found if kind_id in lead.waits_for]
        least = max((kind.least, 0, *(lead.least + 1 for lead in later)))
        ideal = max((kind.ideal, least, *(lead.ideal + 1 for lead in later)))
        found.append(Lead(kind, ideal, least, ways[kind_id]))
    return tuple(reversed(found))


def before(
    process: Process, stage: Stage, settled: Collection[str], together: Mapping[str, str] = _APART
) -> dict[str, dict[str, int]]:
    """For every unmet milestone of the stage all unmet ones that must be held before it, with the longest way from
    each, in an order that can be held; what is held `together` counts as the one milestone in whose meeting it is."""
    unmet = {kind.id for kind in process.milestones if kind.stage is stage and kind.id not in settled}
    direct = process.waits_for()
    first: dict[str, tuple[str, ...]] = {}
    for kind_id in TopologicalSorter(direct).static_order():
        near = direct.get(kind_id, ())
        first[kind_id] = tuple(dict.fromkeys(each for b in near for each in (*first[b], b) if each in unmet))
    found: dict[str, tuple[str, ...]] = {}
    for kind_id in (each for each in first if each in unmet):
        host = together.get(kind_id, kind_id)
        named = (*found.get(host, ()), *(together.get(each, each) for each in first[kind_id]))
        found[host] = tuple(dict.fromkeys(each for each in named if each != host))
    return _ways(found)


def _ways(first: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
    """For every milestone those before it, with the longest way from each, in an order that can be held."""
    found: dict[str, dict[str, int]] = {}
    for kind_id in TopologicalSorter(first).static_order():
        ways: dict[str, int] = {}
        for each in first[kind_id]:
            for start, way in ((each, 0), *found[each].items()):
                ways[start] = max(ways.get(start, 0), way + 1)
        found[kind_id] = ways
    return found


def lay(unmet: Sequence[Lead], room: int, approved: Mapping[str, int]) -> dict[str, int]:
    """The lead of each milestone for which there's still time.

    All lie at their ideal lead where there's room for that. Otherwise each gives up the same share of what lies
    between its ideal and its least; and none lies later than it would with less room, so that more time never makes
    it worse. Approved leads stay, where they can; the others go where those leave room.
    """
    fitting = [lead for lead in unmet if lead.least <= room]
    wanted = _compressed(unmet, room)
    kept = _kept(fitting, room, approved)
    laid = {}
    for lead in fitting:
        low, high = _bounds(lead, fitting, room, kept)
        laid[lead.kind.id] = kept.get(lead.kind.id, min(max(wanted[lead.kind.id], low), high))
    return laid


def _compressed(unmet: Sequence[Lead], room: int) -> dict[str, int]:
    """Each lead at its largest over all rooms up to this one.

    Between two least leads the share only grows; where one more milestone begins to fit, it can fall.
    """
    rooms = {room, *(lead.least - 1 for lead in unmet if lead.least <= room)}
    laid: dict[str, int] = {}
    for each in rooms:
        fitting = [lead for lead in unmet if lead.least <= each]
        share = min(
            (Fraction(each - lead.least, lead.ideal - lead.least) for lead in fitting if lead.ideal > each),
            default=_WHOLE,
        )
        for lead in fitting:  # rounded down: leads a day or more apart stay so
            compressed = lead.least + (lead.ideal - lead.least) * share.numerator // share.denominator
            laid[lead.kind.id] = max(laid.get(lead.kind.id, 0), compressed)
    return laid


def _kept(fitting: Sequence[Lead], room: int, approved: Mapping[str, int]) -> dict[str, int]:
    """The approved leads that can stay: within what each may have, and far enough apart from one another.

    Where some are too close, those go that are too close to the most others, so that few move.
    """
    kept: dict[str, int] = {}
    for lead in fitting:
        low, high = _bounds(lead, fitting, room, {})
        if low <= approved.get(lead.kind.id, -1) <= high:
            kept[lead.kind.id] = approved[lead.kind.id]
    while clashes := [
        (first, lead.kind.id)
        for lead in fitting
        for first, way in lead.waits_for.items()
        if first in kept and lead.kind.id in kept and kept[first] - kept[lead.kind.id] < way
    ]:
        ends = [kind_id for clash in clashes for kind_id in clash]
        del kept[max(ends, key=ends.count)]
    return kept


def _bounds(lead: Lead, fitting: Sequence[Lead], room: int, kept: Mapping[str, int]) -> tuple[int, int]:
    """The smallest and the largest lead that leave room for what comes after it and what comes before."""
    later = [kept[each.kind.id] + each.waits_for[lead.kind.id] for each in fitting
             if each.kind.id in kept and lead.kind.id in each.waits_for]  # fmt: skip
    earlier = [kept.get(each.kind.id, room) - lead.waits_for[each.kind.id] for each in fitting
               if each.kind.id in lead.waits_for]  # fmt: skip
    return max((lead.least, *later)), min((room, *earlier))
