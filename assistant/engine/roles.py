"""Who of the customer's people has a role of the sales process, in whatever words the rep wrote the role down."""

import re
from functools import cache
from typing import Final

from assistant.domain.deal import Contact, Deal

_ALSO_CALLED: Final = {
    "economic buyer": (
        *("economic buyer", "decides", "decider", "decision maker", "decision-maker", "budget", "budget holder"),
        *("owner", "co-owner", "founder", "ceo", "cfo", "coo", "president", "managing director", "managing partner"),
        *("general manager", "vp", "vice president"),
    ),
    "champion": ("champion", "sponsor", "project lead", "project leader", "project manager", "project"),
    "user": ("user", "users", "key user", "operations", "warehouse", "production", "shop floor", "team lead"),
    "legal": ("legal", "lawyer", "counsel", "general counsel", "contracts", "contract manager"),
    "security": ("security", "it security", "information security", "ciso", "data protection", "dpo", "privacy"),
    "finance": ("finance", "controller", "controlling", "cfo"),
    "purchasing": ("purchasing", "procurement", "buyer", "purchaser", "sourcing"),
}
"""By the role's name in a process, the words for it among people; any other role is called by its name alone."""


def in_role(deal: Deal, roles: str) -> list[Contact]:
    """The contacts of theirs who have one of these roles: "security or legal"."""
    fits = _fitting(roles)
    return [c for c in deal.contacts if c.active and c.role and fits is not None and fits.search(c.role.casefold())]


@cache
def _fitting(roles: str) -> re.Pattern[str] | None:
    asked = [part.strip().casefold() for part in re.split(r",| or |/", roles) if part.strip()]
    words = [re.escape(word) for role in asked for word in _ALSO_CALLED.get(role, (role,))]
    return re.compile(rf"\b(?:{'|'.join(words)})\b") if words else None
