"""What is told of the deals: for programs and for the pages of the terminal, from the same values."""

from datetime import datetime
from typing import Any

from assistant.config import Config
from assistant.domain.deal import Contact, DecisionDate
from assistant.domain.plan import Plan
from assistant.engine.standing import Found
from assistant.engine.timeline import Move
from assistant.store import Store, Transaction
from assistant.workflows.desk import DealView, look
from assistant.workflows.today import evidence_entry


def tell_all(store: Store, config: Config, now: datetime) -> list[dict[str, Any]]:
    """All deals, as `deals list --json` gives them."""
    with store.read() as tx:
        return [_summary(view) for view in look(tx, config, now).views]


def tell_one(store: Store, config: Config, deal_id: str, now: datetime) -> dict[str, Any]:
    """One deal with its people, plan, timeline and history. Raises `NotFoundError`."""
    with store.read() as tx:
        tx.ledger.deal(deal_id)
        view = look(tx, config, now, {deal_id}).view(deal_id)
        assert view is not None  # the ledger has it
        return _page(tx, view, now)


def _summary(view: DealView) -> dict[str, Any]:
    first = view.standings.first
    return {
        "id": view.deal.id,
        "name": view.deal.name,
        "company": view.deal.company,
        "stage": view.deal.stage,
        "standing": first.standing if first else None,
        "other_standings": [found.standing for found in view.standings.others],
        "evidence": [evidence_entry(evidence) for evidence in first.evidence] if first else [],
        "until": first.until if first else None,
        "decision_date": view.deal.decision.day if view.deal.decision else None,
        "decision_date_written": view.named is None and view.deal.decision is not None,
        "last_move": _move(view.timeline.last) if view.timeline.last else None,
        "rally": view.timeline.rally,
        "next": view.move.title,
    }


def _page(tx: Transaction, view: DealView, now: datetime) -> dict[str, Any]:
    deal = view.deal
    return _summary(view) | {
        "domains": deal.domains,
        "contacts": [_contact(contact) for contact in deal.contacts],
        "country": deal.country,
        "timezone": deal.timezone,
        "notes": deal.notes,
        "extra": dict(deal.extra),
        "standings": [_found(found) for found in view.standings.found],
        "questions": [
            {
                "text": question.text,
                "evidence": evidence_entry(question.evidence),
                "also": [evidence_entry(evidence) for evidence in question.also],
            }
            for question in view.standings.questions
        ],
        "decision": _decision(deal.decision) if deal.decision else None,
        "decision_history": [_decision(each) for each in tx.ledger.decision_dates(deal.id)],
        "plan": _plan(view.plan) if view.plan else None,
        "ahead": [
            {"event_uid": event.uid, "summary": event.summary, "start": event.start} for event in view.timeline.ahead
        ],
        "timeline": [_move(move) for move in view.timeline.moves],
        "threads": view.threads,
        "as_of": now,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.address.name,
        "email": contact.address.email,
        "role": contact.role,
        "active": contact.active,
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "standing": found.standing,
        "certain": found.certain,
        "until": found.until,
        "evidence": [evidence_entry(evidence) for evidence in found.evidence],
    }


def _decision(decision: DecisionDate) -> dict[str, Any]:
    return {"day": decision.day, "seq": decision.seq, "evidence": evidence_entry(decision.evidence)}


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "decision": plan.decision,
        "milestones": [
            {
                "id": each.kind.id,
                "name": each.kind.name,
                "day": each.day,
                "slack": each.slack,
                "latest": each.latest,
                "with": [kind.id for kind in each.with_],
                "done": each.done,
            }
            for each in plan.milestones
        ],
        "crowded": [kind.id for kind in plan.crowded],
        "dropped": [kind.id for kind in plan.dropped],
    }


def _move(move: Move) -> dict[str, Any]:
    reading = move.reading
    message = move.message.message if move.message else None
    return {
        "side": move.side,
        "at": move.at,
        "who": str(move.who) if move.who else None,
        "what": "message" if message else "meeting" if move.event else "spoken",
        "message_id": message.message_id if message else None,
        "event_uid": move.event.uid if move.event else None,
        "subject": message.subject if message else move.event.summary if move.event else None,
        "purposeful": move.purposeful,
        "kind": reading.kind if reading else None,
        "intents": [found.intent for found in reading.intents] if reading else [],
        "sentence": move.sentence,
        "finished": move.finished,
    }
