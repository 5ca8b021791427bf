"""A report to draw, of an ordinary week."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from assistant.domain.deal import Evidence, Source, Stage, Standing
from assistant.domain.draft import ItemKind, Purpose
from assistant.report.figure import DealName, Figure, Week, counted
from assistant.report.values import (
    Break,
    Broke,
    Contacted,
    DealLine,
    DecisionDates,
    Drafts,
    Endings,
    Exit,
    GuardStop,
    Invites,
    MilestoneMark,
    Milestones,
    MilestoneState,
    Moves,
    NextLine,
    NextSteps,
    Paused,
    PlanHealth,
    PromiseLine,
    Promises,
    PromiseState,
    Rally,
    Replies,
    ReplyTimes,
    Report,
    Risk,
    StandingCount,
    TrendWeek,
)

WEEK = Week.named("2026-W47")
HARBOUR = DealName("harbour", "Harbour Analytics", "Harbour Ltd")
KESTREL = DealName("kestrel", "Kestrel pilot", "Kestrel Foods")
LARK = DealName("lark", "Lark renewal of the warehouse", "Lark & Sons")
MERIDIAN = DealName("meridian", "Meridian rollout", "Meridian AG")
OSPREY = DealName("osprey", "Osprey", "Osprey Clinics")
_STEPS = (
    ("needs", "Needs agreed"),
    ("demo", "Walk-through"),
    ("security", "Security review"),
    ("business-case", "Business case"),
    ("decision", "Decision meeting"),
)


def said(ref: str, sentence: str, day: date, who: str = "Ines Calder", rule: str = "ours.proposes-time") -> Evidence:
    return Evidence(Source.MESSAGE, f"{ref}@harbour.example", sentence, rule, who, day)


def some(ref: str, count: int, day: date = WEEK.start) -> tuple[Evidence, ...]:
    """So many pieces of evidence, a day each from that day on."""
    sentences = ("Shall we walk through it on Thursday at 10:00?", "Here is the paper.", "Could you send the figures?")
    return tuple(said(f"{ref}-{n}", sentences[n % 3], day + timedelta(days=n % 5)) for n in range(count))


def measure(figure_id: str, value: float | date | None, of: int | None = None, evidence: int = 0) -> Figure:
    return Figure(figure_id, value, of, of is not None and of < 5, some(figure_id, evidence))


def count(figure_id: str, value: int, of: int | None = None) -> Figure:
    return counted(figure_id, some(figure_id, value), of)


def trend(parts: Sequence[tuple[int, int, int]], week: Week = WEEK) -> tuple[TrendWeek, ...]:
    """From (purposeful, all, working days) of each week, the oldest first."""
    weeks = [week.back(len(parts) - 1 - n) for n in range(len(parts))]
    return tuple(
        TrendWeek(each, count(f"trend.{each.name}", good, of), days)
        for each, (good, of, days) in zip(weeks, parts, strict=True)
    )


def plan(
    deal: DealName, decision: date, states: Sequence[MilestoneState], slack: int, days: Sequence[date | None]
) -> PlanHealth:
    marks = tuple(
        MilestoneMark(
            f"{name}",
            title,
            day,
            state,
            was=day - timedelta(days=6) if day and state in (MilestoneState.MOVED, MilestoneState.MISSED) else None,
            agreed=state is not MilestoneState.AHEAD,
        )
        for (name, title), state, day in zip(_STEPS, states, days, strict=False)
    )
    ahead = (each.id for each in marks if each.state in (MilestoneState.AHEAD, MilestoneState.MOVED))
    return PlanHealth(
        deal,
        decision,
        measure(f"slack.{deal.id}", slack, evidence=1),
        measure(f"days-left.{deal.id}", 5 * (decision - WEEK.end).days // 7, evidence=1),
        marks,
        next(ahead, None),
    )


def ordinary() -> Report:
    """Five open deals in the third week of November."""
    met, ahead, moved = MilestoneState.MET, MilestoneState.AHEAD, MilestoneState.MOVED
    lines = (
        DealLine(HARBOUR, Stage.AFTER_YES, Standing.ADVANCING, some("harbour", 1)),
        DealLine(KESTREL, Stage.BEFORE_YES, Standing.PASSIVE, some("kestrel", 1)),
        DealLine(LARK, Stage.BEFORE_YES, Standing.OWES_REPLY, some("lark", 2)),
        DealLine(MERIDIAN, Stage.BEFORE_YES, Standing.LAPSED, some("meridian", 1), opened=True),
        DealLine(OSPREY, Stage.PAUSED, Standing.PAUSED, some("osprey", 1)),
    )
    shares = ((2, 9, 5), (3, 8, 5), (4, 11, 5), (1, 3, 2), (0, 0, 0), (5, 12, 5), (6, 12, 5), (4, 9, 4), (7, 13, 5))
    promises = (
        PromiseLine(LARK, "send the updated figures", date(2026, 11, 19), PromiseState.LATE, some("p1", 1)),
        PromiseLine(HARBOUR, "ask our lawyer about clause 7", date(2026, 11, 25), PromiseState.OPEN, some("p2", 1)),
        PromiseLine(KESTREL, "send the paper", date(2026, 11, 17), PromiseState.KEPT, some("p3", 2)),
    )
    steps = (
        NextLine(
            LARK,
            "Answer Tom Adeyemi: the export format",
            ItemKind.DRAFT,
            Purpose.ANSWER,
            date(2026, 11, 23),
            Risk.WAITING,
            3,
            "Business case",
            date(2026, 12, 1),
            some("n1", 2),
        ),
        NextLine(
            MERIDIAN,
            "Set the next step with Jana Vogt anew",
            ItemKind.DRAFT,
            Purpose.RESET,
            date(2026, 11, 23),
            Risk.LAPSED,
            0,
            "Security review",
            date(2026, 11, 26),
            some("n2", 1),
        ),
        NextLine(
            KESTREL,
            "Ask Noor Rahimi how and by when they mean to decide",
            ItemKind.DRAFT,
            Purpose.DECISION_PROCESS,
            date(2026, 11, 24),
            Risk.PASSIVE,
            evidence=some("n3", 1),
        ),
        NextLine(
            HARBOUR,
            "Nothing is to be done before 26 November 2026.",
            None,
            None,
            date(2026, 11, 26),
            Risk.NONE,
            6,
            "Decision meeting",
            date(2026, 12, 9),
            some("n4", 1),
        ),
    )
    return Report(
        week=WEEK,
        as_of=datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
        over=True,
        working_days=5,
        open=count("open", 4),
        opened=count("opened", 1),
        deals=lines,
        standings=tuple(
            StandingCount(each.standing, (each.deal,), counted(f"standing.{each.standing}", each.evidence[:1], of=5))
            for each in sorted(lines, key=lambda line: list(Standing).index(line.standing or Standing.UNDATED))
        ),
        moves=Moves(
            count("moves.purposeful", 8, of=14),
            count("moves.passive", 6, of=14),
            count("moves.untold", 1),
            count("moves.colleagues", 2),
            count("moves.meetings", 2),
            count("moves.theirs", 9),
        ),
        trend=trend((*shares, (6, 11, 5), (7, 12, 5), (8, 14, 5))),
        rallies=(
            Rally(KESTREL, count("rally.kestrel.1", 5), date(2026, 10, 28), date(2026, 11, 20)),
            Rally(
                HARBOUR,
                count("rally.harbour.1", 4),
                date(2026, 11, 4),
                date(2026, 11, 16),
                Break(Broke.PURPOSE, date(2026, 11, 17), some("broke", 1)[0]),
            ),
            Rally(
                LARK,
                count("rally.lark.1", 2),
                date(2026, 11, 12),
                date(2026, 11, 17),
                Break(Broke.MEETING, date(2026, 11, 18), some("met", 1)[0]),
            ),
        ),
        next_steps=NextSteps(count("next-steps", 1, of=4), lines[1:4], count("resting", 1)),
        plans=(
            plan(
                HARBOUR,
                date(2026, 12, 11),
                (met, met, met, moved, ahead),
                6,
                [date(2026, 10, 20), date(2026, 11, 5), date(2026, 11, 18), date(2026, 11, 30), date(2026, 12, 9)],
            ),
            plan(
                LARK,
                date(2026, 12, 18),
                (met, met, ahead, ahead, ahead),
                3,
                [None, date(2026, 11, 12), date(2026, 11, 26), date(2026, 12, 1), date(2026, 12, 16)],
            ),
            plan(
                MERIDIAN,
                date(2026, 12, 4),
                (met, MilestoneState.MISSED, ahead, MilestoneState.CROWDED, ahead),
                0,
                [date(2026, 11, 3), date(2026, 11, 19), date(2026, 11, 26), None, date(2026, 12, 3)],
            ),
        ),
        milestones=Milestones(count("milestones.met", 1), count("milestones.moved", 1), count("milestones.missed", 1)),
        dates=DecisionDates(
            count("dates.held", 3, of=3),
            count("dates.moved-by-us", 0),
            count("dates.moved-by-customers", 0),
            count("dates.named", 1),
            count("dates.unknown", 1),
        ),
        drafts=Drafts(
            count("drafts.proposed", 9),
            count("drafts.approved", 6),
            count("drafts.edited", 5, of=6),
            count("drafts.dismissed", 2),
            measure("drafts.changed", 0.12, of=5, evidence=5),
            count("drafts.withdrawn", 1),
        ),
        replies=Replies(
            ReplyTimes(
                count("replies.purposeful.answered", 31, of=44),
                measure("replies.purposeful.hours", 5.5, of=31, evidence=31),
            ),
            ReplyTimes(
                count("replies.passive.answered", 3, of=12), measure("replies.passive.hours", None, of=3, evidence=3)
            ),
        ),
        invites=Invites(
            count("invites.sent", 3),
            count("invites.accepted", 2, of=3),
            count("invites.declined", 0, of=3),
            count("invites.replanned", 1),
            count("invites.cancelled", 0),
        ),
        guard=(
            GuardStop("A", "our own targets and periods", count("guard.A", 2)),
            GuardStop("E", "bare check-ins", count("guard.E", 1)),
        ),
        endings=Endings(
            (),
            (Exit(DealName("tern", "Tern", "Tern Press"), date(2026, 11, 19), some("exit", 1)),),
            (Paused(OSPREY, date(2027, 3, 1), some("paused", 1)),),
            count("won", 0),
            count("exits", 1),
            count("paused", 1),
        ),
        people=(
            Contacted("Ines Calder", HARBOUR, count("contact.harbour.1", 3, of=2), over=True),
            Contacted("Tom Adeyemi", LARK, count("contact.lark.1", 2, of=2)),
            Contacted("Noor Rahimi", KESTREL, count("contact.kestrel.1", 1, of=2)),
        ),
        cap=2,
        promises=Promises(count("promises.kept", 1), count("promises.open", 1), count("promises.late", 1), promises),
        next=steps,
    )
