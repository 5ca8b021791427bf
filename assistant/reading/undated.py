"""A message whose day of sending isn't known: of the days that it names only those stay that need no such day."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from assistant.domain.reading import Days, Reading, SaidDate
from assistant.reading.days.dates import mentions
from assistant.reading.text import matchable
from assistant.reading.view import SOME_DAY

_ANOTHER_DAY: Final = date(2031, 10, 15)
"""No weekday, month or year in common with the other: what both resolve alike is dated by itself."""
_REASON: Final = "It names a day, and on which day it was sent isn't known: please look at it."


def undated(told: Reading) -> Reading:
    """The reading without the days that depend on the day of sending; a step that lacks its day is none."""
    if not (told.decision or told.resume_on or told.next_step or told.dates or told.commitments):
        return told
    plain = matchable(told.new_text)
    fixed = {each.days for each in mentions(plain, SOME_DAY)} & {each.days for each in mentions(plain, _ANOTHER_DAY)}
    decision, resume_on = _fixed(told.decision, fixed), _fixed(told.resume_on, fixed)
    step = told.next_step if told.next_step and told.next_step.when in fixed else None
    lost = (decision, resume_on, step) != (told.decision, told.resume_on, told.next_step)
    return replace(
        told,
        decision=decision,
        resume_on=resume_on,
        next_step=step,
        dates=tuple(said for said in told.dates if said.days in fixed),
        commitments=tuple(each if each.due in fixed else replace(each, due=None) for each in told.commitments),
        certain=told.certain and not lost,
        reason=told.reason or (_REASON if lost else ""),
    )


def _fixed(said: SaidDate | None, fixed: Collection[Days]) -> SaidDate | None:
    return said if said is not None and said.days in fixed else None
