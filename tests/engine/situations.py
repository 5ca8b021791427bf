"""Moves, timelines and standings of one fictional deal, in as few words as a test can read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from assistant.domain.calendar import Event
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Side, Source, Spoken, Stage, Standing
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.plan import Plan
from assistant.domain.reading import Intent, IntentFound, MirroredMessage, MoveKind, Reading, Span
from assistant.domain.workdays import Workdays
from assistant.engine.cadence import Cadence
from assistant.engine.next_step import NextMove, next_move
from assistant.engine.planning import DEFAULT_PROCESS, plan
from assistant.engine.standing import Found, Question, Standings
from assistant.engine.timeline import Move, Timeline

MARA = Address("mara@tallwood.example", "Mara Lindqvist")
PETRA = Address("petra@northgate.example", "Petra Sandvik")
DAYS = Workdays()
CADENCE = Cadence()
TODAY = date(2026, 9, 16)
"""A Wednesday."""

UNDATED = Found(Standing.UNDATED, (Evidence(Source.DEAL, "northgate", "No decision date is known.", rule="undated"),))


def deal(decision: date | None = None, stage: Stage = Stage.BEFORE_YES, resume_on: date | None = None) -> Deal:
    said = Evidence(Source.MESSAGE, "m0@northgate.example", "We decide then.")
    return Deal(
        id="northgate",
        name="Northgate planner",
        company="Northgate",
        created=datetime(2026, 7, 1, tzinfo=UTC),
        contacts=(Contact(PETRA),),
        stage=stage,
        decision=DecisionDate(decision, said) if decision else None,
        resume_on=resume_on,
    )


def ours(day: date, kind: MoveKind = MoveKind.SENT_INFO, finished: bool = False) -> Move:
    return _mail(Side.US, MARA, day, 9, Reading(Side.US, "en", "text", kind=kind, finished=_span(finished)))


def theirs(day: date, *intents: Intent, finished: bool = False, topic: str | None = None) -> Move:
    found = tuple(IntentFound(intent, Span(0, 4, f"their {intent}", "rule")) for intent in intents)
    reading = Reading(Side.THEM, "en", "text", intents=found, finished=_span(finished), topic=topic)
    return _mail(Side.THEM, PETRA, day, 8, reading)


def met(day: date) -> Move:
    end = datetime.combine(day, time(15), UTC)
    event = Event("work", "c", "r", "uid-1", end - timedelta(hours=1), end, summary="Northgate walk-through")
    return Move(Side.US, end, MARA, event=event)


def spoke(day: date) -> Move:
    at = datetime.combine(day, time(15), UTC)
    return Move(Side.US, at, MARA, spoken=Spoken("northgate", at, "They test it this week"))


def told(*moves: Move, rally: int = 1, own_draft: bool = False) -> Timeline:
    draft = moves[-1].message if own_draft else None
    return Timeline(moves, (), (), (), (), draft, rally)


def found(standing: Standing, move: Move | None = None, until: date | None = None, certain: bool = True) -> Found:
    why = Evidence(Source.MESSAGE, move.ref if move else "", f"why it is {standing}", rule=standing.value)
    return Found(standing, (why,), until=until, move=move, certain=certain)


def asked(
    purchase: Deal,
    timeline: Timeline,
    *standings: Found,
    today: date = TODAY,
    questions: Sequence[Question] = (),
    settled: Sequence[str] = (),
    done: Sequence[str] = (),
) -> NextMove:
    """What is next for the deal, with the plan of the default process where a decision date is known."""
    laid = _plan(purchase, today, done)
    found_all = Standings(standings, tuple(questions))
    return next_move(purchase, timeline, found_all, laid, today, DAYS, CADENCE, settled)


def ago(working_days: int) -> date:
    return DAYS.add(TODAY, -working_days)


def on(move: Move, at: datetime) -> Move:
    return replace(move, at=at)


def _plan(purchase: Deal, today: date, done: Sequence[str]) -> Plan | None:
    if purchase.decision is None:
        return None
    return plan(DEFAULT_PROCESS, purchase.decision.day, purchase.stage, done, today, DAYS)


def _mail(side: Side, sender: Address, day: date, hour: int, reading: Reading) -> Move:
    at = datetime.combine(day, time(hour), UTC)
    message_id = f"{side}-{day}@{sender.domain}"
    message = Message("work", "INBOX", message_id, FolderRole.INBOX, message_id, at, sender)
    return Move(side, at, sender, MirroredMessage(1, message_id, message), reading)


def _span(there: bool) -> Span | None:
    return Span(0, 4, "text", "rule") if there else None


def question_about(ref: str) -> Question:
    return Question("It is written in German.", Evidence(Source.MESSAGE, ref, rule="language"))
