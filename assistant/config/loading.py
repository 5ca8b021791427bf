"""From a TOML file to checked values; every problem in one message, each with its line."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final

from assistant.config.options import ACCOUNT, LISTS, PROCESS, TABLES, WEEKDAYS, Option, Wrong
from assistant.config.values import (
    Account,
    CadenceSettings,
    Config,
    PlanSettings,
    Privacy,
    ReportSettings,
    ServeSettings,
    VoiceSettings,
)
from assistant.domain.deal import Stage, Us
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind, Process
from assistant.domain.workdays import WorkingHours
from assistant.errors import ConfigurationError

ENVIRONMENT: Final = "NEXTMOVE_CONFIG"
_PATHS: Final = ("mail", "calendar", "people", "client", "service_account", "certificate")
_WAYS_IN: Final = {
    "google": ("client", "service_account", "token_env"),
    "microsoft": ("client_id", "token_env"),
}


@dataclass(slots=True)
class _Checker:
    """Walks the parsed file and gathers every problem."""

    lines: list[str]
    problems: list[str] = field(default_factory=list)

    def table(self, name: str, raw: Any, options: Mapping[str, Option], nth: int = 0) -> dict[str, Any]:
        """`options` may be for one provider only: those of another don't fit."""
        values = {key: option.default for key, option in options.items()}
        if not isinstance(raw, dict):
            self.say(name, None, nth, f"[{name}] should be a table")
            return values
        for key, value in raw.items():
            if key not in options:
                self.say(name, key, nth, f"{name}.{key} is unknown{_nearest(key, options)}")
                continue
            if not _fits(options[key], raw):
                provider, only = _provider(raw), " or ".join(map(repr, options[key].only))
                self.say(name, key, nth, f"{name}.{key} is for the provider {only}, and this account's is {provider!r}")
                continue
            try:
                values[key] = options[key].check(value)
            except Wrong as wrong:
                self.say(name, key, nth, f"{name}.{key} {wrong}")
        for key, option in options.items():
            if option.required and key not in raw and (not option.only or _provider(raw) in option.only):
                self.say(name, None, nth, f"{name}.{key} is missing")
        return values

    def tables(self, name: str, raw: Any, options: Mapping[str, Option]) -> list[dict[str, Any]]:
        if not isinstance(raw, list):
            self.say(name, None, 0, f"[[{name}]] should stand in double square brackets")
            return []
        return [self.table(name, each, options, nth) for nth, each in enumerate(raw)]

    def unknown(self, raw: Mapping[str, Any]) -> None:
        for name in raw:
            if name not in TABLES and name not in LISTS:
                self.say(name, None, 0, f"[{name}] is unknown{_nearest(name, {**TABLES, **LISTS})}")

    def say(self, table: str, key: str | None, nth: int, problem: str) -> None:
        self.problems.append(f"line {self._line(table, key, nth)}: {problem}")

    def _line(self, table: str, key: str | None, nth: int) -> int:
        header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]?\]")
        starts = [n for n, line in enumerate(self.lines) if header.match(line)]
        if not starts:
            return 1
        start = starts[min(nth, len(starts) - 1)]
        if key is not None:
            entry = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
            for n in range(start + 1, len(self.lines)):
                if entry.match(self.lines[n]):
                    return n + 1
                if self.lines[n].lstrip().startswith("["):
                    break
        return start + 1


def _fits(option: Option, raw: Mapping[str, Any]) -> bool:
    """Whether the option is for this account's provider; of a provider that nobody knows anything may be said."""
    known = {provider for each in ACCOUNT.values() for provider in each.only}
    return not option.only or (provider := _provider(raw)) in option.only or provider not in known


def _provider(raw: Mapping[str, Any]) -> str:
    return str(raw.get("provider", ACCOUNT["provider"].default))


def _nearest(word: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(known)}"


def find(explicit: Path | None = None) -> Path:
    """The configuration file: as given, from $NEXTMOVE_CONFIG, ./nextmove.toml, or the user's own folder."""
    if explicit is not None:
        return explicit
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    here = Path("nextmove.toml")
    return here if here.is_file() else user_path()


def user_path() -> Path:
    """Where a user's own configuration lives by the rules of the operating system."""
    from platformdirs import user_config_path

    return user_config_path("nextmove", appauthor=False) / "config.toml"


def load(path: Path) -> Config:
    """Read and check the file. Raises `ConfigurationError` with every problem, one a line, each with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no configuration at {path}.",
            "Write one with: nextmove config init --mail PATH-TO-YOUR-MAIL",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} can't be read: {error}.", "Mend the file, then try again.") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """Check the text of a configuration; `path` is what its relative paths are relative to."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} isn't valid TOML: {error}.", "Mend that place, then try again.") from None
    except RecursionError:
        raise ConfigurationError(
            f"{path} has tables or lists too deep in one another.", "Mend it, then try again."
        ) from None
    checker = _Checker(text.splitlines())
    checker.unknown(raw)
    tables = {name: checker.table(name, raw.get(name, {}), options) for name, options in TABLES.items()}
    accounts = checker.tables("account", raw.get("account", []), ACCOUNT)
    process = checker.tables("process", raw.get("process", []), PROCESS)
    _cross_check(checker, raw, accounts, process)
    if checker.problems:
        listed = "\n".join(f"  {problem}" for problem in checker.problems)
        count = "a problem" if len(checker.problems) == 1 else f"{len(checker.problems)} problems"
        raise ConfigurationError(
            f"{path} has {count}:\n{listed}\n",
            "Mend them, then try again; config.example.toml names every option.",
        )
    return _build(path, tables, accounts, process)


def _cross_check(
    checker: _Checker, raw: Mapping[str, Any], accounts: list[dict[str, Any]], process: list[dict[str, Any]]
) -> None:
    if "account" not in raw:
        checker.problems.append("line 1: there is no [[account]]; add one with its mail")
    for nth, entry in enumerate(accounts):
        if entry["provider"] in _WAYS_IN:
            _check_way_in(checker, entry, nth)
    for kind, entries, key in (("account", accounts, "name"), ("process", process, "id")):
        names = [entry[key] for entry in entries if entry[key]]
        for name in sorted({name for name in names if names.count(name) > 1}):
            checker.problems.append(f"line 1: two entries of [[{kind}]] have the {key} {name!r}; rename one")
    for entry in process:
        if entry["least"] > entry["ideal"]:
            checker.problems.append(f"line 1: process {entry['id']!r}: least is more than ideal")
    if all(entry["id"] for entry in process):
        _check_order(checker, process)


def _check_way_in(checker: _Checker, entry: dict[str, Any], nth: int) -> None:
    """An account that is online says how it's opened; secrets themselves don't stand in the file."""
    first, *others = _WAYS_IN[entry["provider"]]
    if not any(entry[way] for way in (first, *others)):
        problem = f"doesn't say how it's opened: set {first} (or {', or '.join(others)})"
        checker.say("account", "name", nth, f"account {entry['name']!r} {problem}")
    if entry["client"] and entry["service_account"]:
        problem = "has both client and service_account; keep the one that opens it"
        checker.say("account", "service_account", nth, f"account {entry['name']!r} {problem}")
    if entry["certificate"] and entry["secret_env"]:
        problem = "has both certificate and secret_env; keep the one that opens it"
        checker.say("account", "secret_env", nth, f"account {entry['name']!r} {problem}")


def _check_order(checker: _Checker, entries: list[dict[str, Any]]) -> None:
    """Every entry can be held: what comes first is known, of no later stage, and not waiting for the entry itself."""
    process = Process(tuple(MilestoneKind(**entry) for entry in entries))
    kinds = {kind.id: kind for kind in process.milestones}
    lines = {kind.id: nth for nth, kind in enumerate(process.milestones)}
    for kind in process.milestones:
        for first in kind.after:
            if first not in kinds:
                problem = f"names {first!r}, which is no entry of [[process]]{_nearest(first, kinds)}"
            elif kind.stage is Stage.BEFORE_YES and kinds[first].stage is Stage.AFTER_YES:
                problem = f"names {first!r}, which comes only after the yes"
            else:
                continue
            checker.say("process", "after", lines[kind.id], f"process {kind.id!r}: after {problem}")
    try:
        TopologicalSorter(process.waits_for()).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        told = f"{circle[0]!r} waits for " + ", which waits for ".join(map(repr, circle[1:]))
        at = next(lines[kind_id] for kind_id in circle if kinds[kind_id].after)
        checker.say("process", "after", at, f"process {told}: none could be held; change after in one of them")


def _build(
    path: Path, tables: dict[str, dict[str, Any]], accounts: list[dict[str, Any]], process: list[dict[str, Any]]
) -> Config:
    rep, team, privacy = tables["rep"], tables["team"], tables["privacy"]
    base = path.absolute().parent
    start, end = rep["working_hours"]
    return Config(
        path=path,
        us=Us(
            rep=Address(rep["email"], rep["name"]),
            own=frozenset((rep["email"], *rep["aliases"])),
            domains=frozenset(team["domains"]),
            colleagues=frozenset(team["colleagues"]),
        ),
        hours=WorkingHours(rep["timezone"], start, end, frozenset(rep["half_days"])),
        zone=rep["timezone"],
        country=rep["country"],
        closed=frozenset(rep["closed_days"]),
        accounts=tuple(_account(entry, base, rep["email"], privacy) for entry in accounts),
        privacy=Privacy(
            frozenset(privacy["senders"]),
            frozenset(privacy["domains"]),
            frozenset(folder.lower() for folder in privacy["folders"]),
            privacy["months"],
        ),
        queue_size=tables["queue"]["size"],
        ceiling=tables["queue"]["ceiling"],
        cadence=CadenceSettings(**tables["cadence"]),
        plan=PlanSettings(**tables["plan"]),
        serve=ServeSettings(**tables["serve"]),
        report=ReportSettings(
            WEEKDAYS.index(tables["report"]["day"]), tables["report"]["at"], tables["report"]["deliver"]
        ),
        voice=VoiceSettings(**tables["voice"]),
        allow=tables["guard"]["allow"],
        packs=tuple(_path(text, base) for text in tables["guard"]["packs"]),
        store=_path(tables["store"]["path"], base),
        process=Process(tuple(MilestoneKind(**entry) for entry in process)) if process else None,
    )


def _account(entry: dict[str, Any], base: Path, rep: str, privacy: dict[str, Any]) -> Account:
    paths = {key: _path(entry[key], base) for key in _PATHS if entry[key]}
    if (provider := entry["provider"]) in _WAYS_IN:
        plain = {key: entry[key] for key, option in ACCOUNT.items() if provider in option.only and key not in _PATHS}
        kept = min(privacy["months"], entry["months"] or privacy["months"])
        settings = {**plain, **paths, "email": entry["email"] or rep, "months": kept}
        settings["private_folders"] = tuple(privacy["folders"])  # Gmail has them as labels
        calendars = bool(entry["calendars"])
        return Account(
            entry["name"],
            entry["provider"],
            settings,
            has_calendar=calendars,
            can_schedule=calendars and entry["schedule"],
            sees_others=entry["free_busy"],
            sends=entry["send"],
        )
    return Account(
        entry["name"],
        entry["provider"],
        {**paths, "drafts": entry["drafts"], "folders": entry["folders"]},
        has_calendar="calendar" in paths,
        can_schedule="calendar" in paths,
        sees_others="people" in paths,
    )


def _path(text: str, base: Path) -> Path:
    return base / Path(text).expanduser()
