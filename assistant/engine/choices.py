"""The rep's choices for the milestones of a plan: which of them hold, as far as the process and the order allow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.domain.deal import Stage
from assistant.domain.plan import MilestoneKind, PlanChoices, Process
from assistant.engine.leads import before

NO_CHOICES: Final = PlanChoices()


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of the stage's milestones, by their ids.

    `together` has the unmet ones that are held in the meeting of another, with that one; they are done when it is.
    """

    done: frozenset[str]
    dropped: frozenset[str]
    together: dict[str, str]

    def guests(self, process: Process, host: str) -> tuple[MilestoneKind, ...]:
        """What is held in this one's meeting, in the order of the process."""
        return tuple(kind for kind in process.milestones if self.together.get(kind.id) == host)


def settle(process: Process, stage: Stage, done: Collection[str], choices: PlanChoices) -> Settled:
    """The choices that hold: what is done stays done, and a choice that the process no longer allows counts for
    nothing, nor does one for the meeting of a milestone that is left out or held with another one itself."""
    ours = [kind.id for kind in process.milestones if kind.stage is stage]
    dropped = frozenset(choices.dropped).intersection(ours).difference(done)
    gone = {*done, *dropped}
    open_ = {
        guest: host
        for guest, host in choices.merged.items()
        if guest in ours and host in ours and guest not in gone and host not in {*dropped, *choices.merged}
    }
    met = {guest for guest, host in open_.items() if host in done}
    waiting = [kind_id for kind_id in ours if kind_id in open_ and kind_id not in met]
    together: dict[str, str] = {}
    while fits := [kind for kind in waiting if not between(process, stage, gone, together, kind, open_[kind])]:
        together[fits[0]] = open_[fits[0]]  # which may make room for one that had it between
        waiting.remove(fits[0])
    return Settled(frozenset({*done, *met}), dropped, together)


def between(
    process: Process, stage: Stage, settled: Collection[str], together: Mapping[str, str], one: str, other: str
) -> tuple[MilestoneKind, ...]:
    """The unmet milestones that must be held after the one and before the other, whichever of them comes first.

    Where there are any, the two can't be held in one meeting.
    """
    first = before(process, stage, settled, together)
    return tuple(
        kind
        for kind in process.milestones
        if kind.id in first
        and kind.id not in (one, other)
        and any(a in first[kind.id] and kind.id in first.get(b, ()) for a, b in ((one, other), (other, one)))
    )
