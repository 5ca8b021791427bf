"""A report from what is known: each part from its own facts, nothing looked up and nothing stored."""

from assistant.report.deal_week import Facts
from assistant.report.facts_deals import (
    dates_of,
    endings_of,
    lines_of,
    milestones_of,
    next_of,
    next_steps_of,
    open_of,
    opened_of,
    plans_of,
    standings_of,
)
from assistant.report.facts_moves import moves_of, people_of, rallies_of, replies_of, trend_of
from assistant.report.facts_queue import drafts_of, guard_of, invites_of, promises_of
from assistant.report.values import Report


def report_of(facts: Facts) -> Report:
    """The report of the week, as of the moment of the facts."""
    return Report(
        week=facts.week,
        as_of=facts.as_of,
        over=facts.as_of >= facts.week.until(facts.zone),
        working_days=facts.working_days(facts.week),
        open=open_of(facts),
        opened=opened_of(facts),
        deals=lines_of(facts),
        standings=standings_of(facts),
        moves=moves_of(facts),
        trend=trend_of(facts),
        rallies=rallies_of(facts),
        next_steps=next_steps_of(facts),
        plans=plans_of(facts),
        milestones=milestones_of(facts),
        dates=dates_of(facts),
        drafts=drafts_of(facts),
        replies=replies_of(facts),
        invites=invites_of(facts),
        guard=guard_of(facts),
        endings=endings_of(facts),
        people=people_of(facts),
        cap=facts.cap,
        promises=promises_of(facts),
        next=next_of(facts),
    )
