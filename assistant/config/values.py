"""What the configuration says, as checked values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assistant.domain.deal import Us
from assistant.domain.plan import Process
from assistant.domain.workdays import WorkingHours


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox with its calendar. `settings` are the provider's own; paths in them are absolute.

    `can_schedule`: events of ours may be placed in the calendar. `sees_others`: when others are taken can be asked.
    `sends`: approved drafts are sent.
    """

    name: str
    provider: str
    settings: Mapping[str, Any]
    has_calendar: bool
    can_schedule: bool = False
    sees_others: bool = False
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is never stored. All lower-cased; `months` is how far back mail is kept."""

    senders: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    months: int = 12


@dataclass(frozen=True, slots=True)
class CadenceSettings:
    before_yes_days: int = 3
    after_yes_days: int = 1
    per_person_week: int = 2
    quiet_touches: int = 3


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """How the meetings of a plan come about.

    `schedule` is "off", "hold" (a private hold in the rep's calendar, and the invite in the queue) or "invite" (the
    invites of an approved plan go out by themselves). `where` is a room or a link, `buffer` the minutes kept free
    around a meeting; more than `most_people` are never invited without a look.
    """

    schedule: str = "off"
    where: str | None = None
    buffer: int = 15
    invites_a_day: int = 3
    most_people: int = 8


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """When the days run by themselves: the daily run at `run_at` in the rep's zone, and a look for answers every
    `watch` minutes of the working hours (0: none)."""

    run_at: time = time(7)
    watch: int = 10


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """When the weekly report comes, and how: `weekday` counts from Monday, 0; `deliver` is "draft" (a draft to the rep
    themselves), "send" (where the account sends) or "off"."""

    weekday: int = 0
    at: time = time(7)
    deliver: str = "draft"


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How the rep greets and signs, where it isn't to be learned."""

    greeting: str | None = None
    sign_off: str | None = None
    signature: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the configuration says, checked."""

    path: Path
    us: Us
    hours: WorkingHours
    zone: ZoneInfo
    country: str | None
    closed: frozenset[date]
    accounts: tuple[Account, ...]
    privacy: Privacy
    queue_size: int
    ceiling: int
    cadence: CadenceSettings
    plan: PlanSettings
    serve: ServeSettings
    report: ReportSettings
    voice: VoiceSettings
    allow: tuple[tuple[str, str], ...]
    packs: tuple[Path, ...]
    store: Path
    process: Process | None
