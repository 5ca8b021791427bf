"""The table of options: for each its check, its default, and whether it must be there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.domain.deal import Stage
from assistant.domain.mail import FolderRole

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Wrong(Exception):  # noqa: N818 - a finding, gathered and shown together
    """A value that can't be used; the sentence says what it should be."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong('should be text in quotes, like "work"')
    if _CONTROL.search(value.strip()):
        raise Wrong("should be on one line, without control characters")
    return value.strip()


def _file(value: Any) -> str:
    text = _text(value)
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise Wrong(f"begins with the home folder of a user who isn't known here: {text}") from None
    return text


def _email(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^@\s<>\x00-\x1f\x7f]+@[^@\s<>\x00-\x1f\x7f]+", value.strip()):
        raise Wrong('should be an address, like "mara@tallwood.example"')
    return value.strip().lower()


def _domain(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"@?[\w.-]+\.[\w-]+", value.strip()):
        raise Wrong('should be a domain, like "tallwood.example"')
    return value.strip().lower().removeprefix("@")


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong('should be an IANA time zone, like "Europe/Berlin"') from None


def _country(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", value):
        raise Wrong('should be an ISO 3166 code, like "DE" or "DE-BY"')
    return value


def _number(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Wrong(f"should be a whole number from {least} to {most}")
        return value

    return check


def _list_of(check: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def check_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Wrong("should be a list in square brackets")
        return tuple(check(each) for each in value)

    return check_all


def _hours(value: Any) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(each) for each in value)
    except (TypeError, ValueError):
        raise Wrong('should be two times, like ["09:00", "17:00"]') from None
    if start.tzinfo or end.tzinfo:
        raise Wrong('should be on the wall clock, without a zone, like ["09:00", "17:00"]')
    if start >= end:
        raise Wrong("should end after it starts")
    return start, end


def _wall_clock(value: Any) -> time:
    try:
        moment = time.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong('should be a time of day, like "07:00"') from None
    if moment.tzinfo:
        raise Wrong('should be on the wall clock, without a zone, like "07:00"')
    return moment


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong('should be a day, like "2026-12-24"') from None


def _roles(value: Any) -> dict[str, str]:
    known = [role.value for role in FolderRole]
    if not isinstance(value, dict) or not all(role in known for role in value.values()):
        raise Wrong(f"should name what each folder is for: {', '.join(known)}")
    return {str(name): str(role) for name, role in value.items()}


def _allowances(value: Any) -> tuple[tuple[str, str], ...]:
    try:
        pairs = tuple((_text(each["phrase"]), _text(each["reason"])) for each in value)
    except (TypeError, KeyError, Wrong):
        raise Wrong('should be a list of { phrase = "…", reason = "…" }') from None
    return pairs


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise Wrong(f"should be one of {', '.join(map(repr, words))}")
        return str(value)

    return check


def _stage(value: Any) -> Stage:
    if value not in (Stage.BEFORE_YES.value, Stage.AFTER_YES.value):
        raise Wrong('should be "before_yes" or "after_yes"')
    return Stage(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("should be true or false")
    return value


def _variable(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,79}", value):
        raise Wrong('should be the name of an environment variable, like "NEXTMOVE_TOKEN", never what it holds')
    return value


def _root_url(value: Any) -> str:
    """Tokens go there: over TLS, or not off this computer."""
    if not isinstance(value, str) or not re.fullmatch(
        r"https://[\w.-]+(:\d+)?(/[\w./-]*)?|http://(127\.0\.0\.1|localhost)(:\d+)?(/[\w./-]*)?", value
    ):
        raise Wrong('should be an address with https://, or on this computer, like "http://127.0.0.1:4100"')
    return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Option:
    """`only` are the providers that the option of an account is for; none named: for all."""

    check: Callable[[Any], Any]
    default: Any = None
    required: bool = False
    only: tuple[str, ...] = ()


_REP: Final = {
    "name": Option(_text, required=True),
    "email": Option(_email, required=True),
    "aliases": Option(_list_of(_email), ()),
    "timezone": Option(_zone, required=True),
    "country": Option(_country),
    "working_hours": Option(_hours, (time(9), time(17))),
    "closed_days": Option(_list_of(_day), ()),
    "half_days": Option(_list_of(_day), ()),
}
_TEAM: Final = {
    "domains": Option(_list_of(_domain), ()),
    "colleagues": Option(_list_of(_email), ()),
}
_FILES: Final = ("local",)
_GOOGLE: Final = ("google",)
_MICROSOFT: Final = ("microsoft",)
_ONLINE: Final = (*_GOOGLE, *_MICROSOFT)
ACCOUNT: Final = {
    "name": Option(_text, required=True),
    "provider": Option(_text, "local"),
    "mail": Option(_file, required=True, only=_FILES),
    "calendar": Option(_file, only=_FILES),
    "people": Option(_file, only=_FILES),
    "drafts": Option(_text, only=_FILES),
    "folders": Option(_roles, {}, only=_FILES),
    "email": Option(_email, only=_ONLINE),
    "client": Option(_file, only=_GOOGLE),
    "token_env": Option(_variable, only=_ONLINE),
    "service_account": Option(_file, only=_GOOGLE),
    "calendars": Option(_list_of(_text), ("primary",), only=_ONLINE),
    "free_busy": Option(_switch, False, only=_ONLINE),
    "schedule": Option(_switch, False, only=_ONLINE),
    "send": Option(_switch, False, only=_ONLINE),
    "months": Option(_number(1, 1200), only=_ONLINE),
    "root_url": Option(_root_url, only=_ONLINE),
    "units_a_minute": Option(_number(600, 1_000_000), only=_GOOGLE),
    "client_id": Option(_text, only=_MICROSOFT),
    "tenant": Option(_text, "common", only=_MICROSOFT),
    "certificate": Option(_file, only=_MICROSOFT),
    "secret_env": Option(_variable, only=_MICROSOFT),
    "shared": Option(_switch, False, only=_MICROSOFT),
    "mail_folders": Option(_list_of(_text), (), only=_MICROSOFT),
    "online_meetings": Option(_switch, False, only=_MICROSOFT),
}
_PRIVACY: Final = {
    "senders": Option(_list_of(_email), ()),
    "domains": Option(_list_of(_domain), ()),
    "folders": Option(_list_of(_text), ()),
    "months": Option(_number(1, 1200), 12),
}
_QUEUE: Final = {"size": Option(_number(1, 100), 7), "ceiling": Option(_number(1, 10000), 40)}
_CADENCE: Final = {
    "before_yes_days": Option(_number(1, 60), 3),
    "after_yes_days": Option(_number(1, 60), 1),
    "per_person_week": Option(_number(1, 20), 2),
    "quiet_touches": Option(_number(1, 20), 3),
}
_PLAN: Final = {
    "schedule": Option(_one_of("off", "hold", "invite"), "off"),
    "where": Option(_text),
    "buffer": Option(_number(0, 120), 15),
    "invites_a_day": Option(_number(1, 50), 3),
    "most_people": Option(_number(1, 100), 8),
}
_SERVE: Final = {"run_at": Option(_wall_clock, time(7)), "watch": Option(_number(0, 240), 10)}
_REPORT: Final = {
    "day": Option(_one_of(*WEEKDAYS), "monday"),
    "at": Option(_wall_clock, time(7)),
    "deliver": Option(_one_of("draft", "send", "off"), "draft"),
}
_VOICE: Final = {
    "greeting": Option(_text),
    "sign_off": Option(_text),
    "signature": Option(_list_of(_text), ()),
}
_GUARD: Final = {"allow": Option(_allowances, ()), "packs": Option(_list_of(_file), ())}
_STORE: Final = {"path": Option(_file, "nextmove.db")}
PROCESS: Final = {
    "id": Option(_text, required=True),
    "name": Option(_text, required=True),
    "purpose": Option(_text, required=True),
    "step": Option(_text, required=True),
    "done_when": Option(_text, required=True),
    "stage": Option(_stage, Stage.BEFORE_YES),
    "our_owner": Option(_text, "rep"),
    "their_owner": Option(_text, "champion"),
    "minutes": Option(_number(10, 480), 30),
    "ideal": Option(_number(0, 250), 10),
    "least": Option(_number(0, 250), 3),
    "words": Option(_list_of(_text), ()),
    "after": Option(_list_of(_text), ()),
    "attendees": Option(_list_of(_text), ()),
    "notice": Option(_number(0, 60), 5),
}
TABLES: Final[dict[str, dict[str, Option]]] = {
    "rep": _REP,
    "team": _TEAM,
    "privacy": _PRIVACY,
    "queue": _QUEUE,
    "cadence": _CADENCE,
    "plan": _PLAN,
    "serve": _SERVE,
    "report": _REPORT,
    "voice": _VOICE,
    "guard": _GUARD,
    "store": _STORE,
}
LISTS: Final[dict[str, dict[str, Option]]] = {"account": ACCOUNT, "process": PROCESS}


def option_names() -> tuple[str, ...]:
    """Every option as `table.key`, for the documentation and its test."""
    return tuple(f"{table}.{key}" for table, keys in {**TABLES, **LISTS}.items() for key in keys)
