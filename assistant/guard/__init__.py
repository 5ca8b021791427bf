"""The guard of everything that could leave: only what it has cleared can be filed or sent."""

from assistant.guard.families import Family, families, family, link
from assistant.guard.lint import LANGUAGES, Allowed, clear, lint, rules, shipped, used, with_own

__all__ = [
    "LANGUAGES",
    "Allowed",
    "Family",
    "clear",
    "families",
    "family",
    "link",
    "lint",
    "rules",
    "shipped",
    "used",
    "with_own",
]
