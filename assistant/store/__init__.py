"""What is kept between runs: the mirror of mail and calendar, and the user's own work. The only SQL there is."""

from assistant.domain.plan import PlanChoices
from assistant.store.db import Store, Transaction
from assistant.store.mirror import Mirror
from assistant.store.values import (
    Act,
    ApprovedPlan,
    AuditEntry,
    Counts,
    Decision,
    Effect,
    EffectState,
    Incoming,
    Pause,
    PlacedInvite,
    Revision,
    Routine,
)

__all__ = [
    "Act",
    "ApprovedPlan",
    "AuditEntry",
    "Counts",
    "Decision",
    "Effect",
    "EffectState",
    "Incoming",
    "Mirror",
    "Pause",
    "PlacedInvite",
    "PlanChoices",
    "Revision",
    "Routine",
    "Store",
    "Transaction",
]
