"""The last door: subject and body of a draft are cleared by the guard with what is known of the deal, or stopped."""

from dataclasses import dataclass
from typing import Any

from assistant.config import Config
from assistant.domain.deal import Side, Standing
from assistant.domain.draft import ClearedText, Content, Finding, Purpose
from assistant.guard import Allowed, clear, used, with_own
from assistant.workflows.desk import DealView


@dataclass(frozen=True, slots=True)
class Cleared:
    """What may leave. `allowed` are the phrases of the configuration without which it might not; `where` is there for
    an invite that says where it takes place."""

    subject: ClearedText
    body: ClearedText
    where: ClearedText | None = None
    allowed: tuple[Allowed, ...] = ()


def clear_content(
    content: Content, view: DealView | None, config: Config, purpose: Purpose | None
) -> Cleared | list[Finding]:
    """The cleared subject (of an invite: title), body and place, or what the guard says against them."""
    options = _options(view, config, purpose)
    theirs = _their_subject(content, view) if view else None
    subject = clear(content.subject, title=True, quoted_subject=theirs, **options)
    body = clear(content.body, **options)
    said_where = content.meeting.where if content.meeting else ""
    where = clear(said_where, title=True, **options) if said_where else None
    if isinstance(subject, ClearedText) and isinstance(body, ClearedText) and not isinstance(where, list):
        allow = [*used(content.subject, title=True, **options), *used(content.body, **options)]
        return Cleared(subject, body, where, tuple(dict.fromkeys(allow)))
    return [finding for part in (subject, body, where) if isinstance(part, list) for finding in part]


def guard_options(config: Config) -> dict[str, Any]:
    """What the configuration tells the guard: the phrases that pass, and the packs to judge by."""
    return {"allow": [Allowed(phrase, reason) for phrase, reason in config.allow], "packs": with_own(config.packs)}


def _options(view: DealView | None, config: Config, purpose: Purpose | None) -> dict[str, Any]:
    """What the guard must know of the deal: a no changes what may be said, their own date may be named.

    After a not-now, the one mail on the day that they named isn't pushing.
    """
    options: dict[str, Any] = guard_options(config)
    if view is not None:
        paused = view.standings.has(Standing.PAUSED) and purpose is not Purpose.RECONNECT
        options["after_no"] = paused or view.standings.has(Standing.SAID_NO)
        if view.deal.decision:
            options["own_dates"] = frozenset({view.deal.decision.day})
    return options


def _their_subject(content: Content, view: DealView) -> str | None:
    """The subject of the conversation that is answered, where the customer opened it: those words aren't ours."""
    messages = [move.message for move in view.timeline.moves if move.message]
    answered = next((each for each in messages if each.message.message_id == content.in_reply_to), None)
    if answered is None:
        return None
    opening = next(move for move in view.timeline.moves if move.message and move.message.thread == answered.thread)
    return opening.message.message.subject if opening.side is Side.THEM and opening.message else None
