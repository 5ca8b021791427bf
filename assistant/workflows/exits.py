"""The last door: subject and body of a draft are cleared by the guard with what is known of the deal, or stopped."""

from dataclasses import dataclass
from typing import Any

from assistant.config import Config
from assistant.domain.deal import Standing
from assistant.domain.draft import ClearedText, Content, Finding, Purpose
from assistant.guard import Allowed, clear
from assistant.workflows.desk import DealView


@dataclass(frozen=True, slots=True)
class Cleared:
    """What may leave."""

    subject: ClearedText
    body: ClearedText


def clear_content(
    content: Content, view: DealView | None, config: Config, purpose: Purpose | None
) -> Cleared | list[Finding]:
    """The cleared subject and body, or what the guard says against them."""
    options = _options(view, config, purpose)
    subject = clear(content.subject, title=True, **options)
    body = clear(content.body, **options)
    if isinstance(subject, ClearedText) and isinstance(body, ClearedText):
        return Cleared(subject, body)
    return [finding for part in (subject, body) if not isinstance(part, ClearedText) for finding in part]


def _options(view: DealView | None, config: Config, purpose: Purpose | None) -> dict[str, Any]:
    """What the guard must know of the deal: a no changes what may be said, their own date may be named.

    After a not-now, the one mail on the day that they named isn't pushing.
    """
    options: dict[str, Any] = {"allow": [Allowed(phrase, reason) for phrase, reason in config.allow]}
    if view is not None:
        paused = view.standings.has(Standing.PAUSED) and purpose is not Purpose.RECONNECT
        options["after_no"] = paused or view.standings.has(Standing.SAID_NO)
        if view.deal.decision:
            options["own_dates"] = frozenset({view.deal.decision.day})
    return options
