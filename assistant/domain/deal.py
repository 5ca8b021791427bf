"""Deals, their people, and the one date that is written once."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from assistant.domain.mail import Address


class Side(StrEnum):
    """Whose turn a move was."""

    US = "us"
    THEM = "them"


class Stage(StrEnum):
    """Where the purchase is. The last three are ended deals."""

    BEFORE_YES = "before_yes"
    AFTER_YES = "after_yes"
    WON = "won"
    SAID_NO = "said_no"
    PAUSED = "paused"

    @property
    def ended(self) -> bool:
        return self in (Stage.WON, Stage.SAID_NO, Stage.PAUSED)


class Standing(StrEnum):
    """Where a deal stands today, in the order of precedence: the first that holds is the standing."""

    WON = "won"
    SAID_NO = "said_no"
    UNREACHABLE = "unreachable"
    PAUSED = "paused"
    AWAY = "away"
    OWES_REPLY = "owes_reply"
    ADVANCING = "advancing"
    LAPSED = "lapsed"
    PASSIVE = "passive"
    UNDATED = "undated"


class Source(StrEnum):
    """Where a fact comes from."""

    MESSAGE = "message"
    EVENT = "event"
    REP = "rep"
    DEAL = "deal"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something is held to be so: what says it, the sentence in it, the rule that read it, who said it and when.

    `ref` is a Message-ID, an event's UID, a deal's id or a configuration key, by `source`.
    """

    source: Source
    ref: str
    sentence: str = ""
    rule: str = ""
    who: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class DecisionDate:
    """The day on which the customer means to decide. Written once; `seq` counts the plans: 1 is the first."""

    day: date
    evidence: Evidence
    seq: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer. An inactive one has left or can't be reached: never written to."""

    address: Address
    role: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Deal:
    """One purchase that one customer considers.

    `id` is a short slug, stable for ever. `decision` is the one in force (the latest plan's).
    `resume_on` is the day that the customer named when they said not now (stage `paused`).
    `extra` keeps columns of an import that the product doesn't know.
    """

    id: str
    name: str
    company: str
    created: datetime
    domains: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    stage: Stage = Stage.BEFORE_YES
    decision: DecisionDate | None = None
    country: str | None = None
    timezone: str | None = None
    resume_on: date | None = None
    notes: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    version: int = 1

    def contact(self, email: str) -> Contact | None:
        return next((c for c in self.contacts if c.address.email == email), None)


@dataclass(frozen=True, slots=True)
class Us:
    """Who counts as us: the rep's own addresses, our domains, and colleagues elsewhere. All lower-cased."""

    rep: Address
    own: frozenset[str]
    domains: frozenset[str] = frozenset()
    colleagues: frozenset[str] = frozenset()

    def __contains__(self, address: Address) -> bool:
        if address.email in self.own or address.email in self.colleagues:
            return True
        domain = address.domain
        for ours in self.domains:  # asked of everybody on every mail, so no generator
            if domain.endswith(ours) and (len(domain) == len(ours) or domain[-len(ours) - 1] == "."):
                return True
        return False

    def is_rep(self, address: Address) -> bool:
        return address.email in self.own

    def side_of(self, address: Address | None) -> Side:
        return Side.US if address is not None and address in self else Side.THEM


@dataclass(frozen=True, slots=True)
class Spoken:
    """A move outside mail that the rep told us of: "we spoke", with the next step, where there is one.

    `who` and `day` are None where no next step was agreed.
    """

    deal_id: str
    at: datetime
    what: str
    who: str | None = None
    day: date | None = None
    id: int = 0
