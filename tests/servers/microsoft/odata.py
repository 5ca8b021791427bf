"""What OData's query options ask of a list: $filter, $orderby, $select and $top (OData 4.0, URL Conventions).

Only what Outlook's resources take; anything else is a fault of the program that asks.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from tests.servers.microsoft.asked import Asked, Json, Refused, Unfit

WORD = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+)|(?P<sign>[(),:])|(?P<name>[A-Za-z@][\w./]*))"
)
PROPERTY = re.compile(r"(String|Integer|Boolean|SystemTime|Binary|Double|Long|CLSID) (0x|\{)")
Test = Callable[[Json], bool]
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": lambda one, other: one is not None and bool(one > other),
    "ge": lambda one, other: one is not None and bool(one >= other),
    "lt": lambda one, other: one is not None and bool(one < other),
    "le": lambda one, other: one is not None and bool(one <= other),
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda one, other: other in one,
    "startswith": lambda one, other: one.startswith(other),
    "endswith": lambda one, other: one.endswith(other),
}


def property_name(name: str) -> str:
    """An extended property's as Graph gives it back: GUID and tag in lower case; its Name is kept, case-sensitive."""
    if not PROPERTY.match(name):
        return name
    found = re.sub(r"\{[^}]*\}", lambda match: match[0].lower(), name)
    return re.sub(r" 0x0*([0-9A-Fa-f]+)$", lambda match: f" 0x{match[1].lower()}", found)


def filtered(text: str, known: frozenset[str]) -> tuple[Test, list[str]]:
    """The test that a $filter is, and the properties in it, in order. Raises `Unfit` for what isn't one."""
    words = list(_words(text))
    parser = _Parser(words, known)
    test = parser.either()
    if parser.at < len(words):
        raise Unfit(f"$filter doesn't parse at {words[parser.at]}: {text}")
    return test, parser.names


def _words(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = WORD.match(text, at)
        if found is None or not found.lastgroup:
            raise Unfit(f"$filter doesn't parse: {text[at:]!r} in {text!r} (is a + not encoded?)")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def value_at(item: Json, path: str) -> Any:
    found: Any = item
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


class _Parser:
    def __init__(self, words: list[tuple[str, str]], known: frozenset[str]) -> None:
        self.words, self.known, self.at = words, known, 0
        self.names: list[str] = []
        self.inner: str = ""

    def peek(self) -> str:
        return self.words[self.at][1] if self.at < len(self.words) else ""

    def take(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.words) or (wanted and self.peek() != wanted):
            raise Unfit(f"$filter: {wanted or 'more'} expected, found {self.peek() or 'the end'!r}")
        self.at += 1
        return self.words[self.at - 1]

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "or":
            self.take()
            tests.append(self.both())
        return lambda item: any(test(item) for test in tests)

    def both(self) -> Test:
        tests = [self.single()]
        while self.peek() == "and":
            self.take()
            tests.append(self.single())
        return lambda item: all(test(item) for test in tests)

    def single(self) -> Test:
        if self.peek() == "not":
            self.take()
            test = self.single()
            return lambda item: not test(item)
        if self.peek() == "(":
            self.take()
            test = self.either()
            self.take(")")
            return test
        if self.peek() in FUNCTIONS:
            return self.function()
        kind, name = self.take()
        if kind != "name":
            raise Unfit(f"$filter: a property expected, found {name!r}")
        if name.casefold().endswith("/any"):
            return self.some(name[:-4])
        path = self.property(name)
        sign = self.take()[1]
        if sign not in COMPARED:
            raise Unfit(f"$filter: no operator {sign!r}")
        wanted = self.literal()
        return lambda item: COMPARED[sign](_like(value_at(item, path), wanted), wanted)

    def function(self) -> Test:
        called = FUNCTIONS[self.take()[1]]
        self.take("(")
        path = self.property(self.take()[1])
        self.take(",")
        wanted = str(self.literal())
        self.take(")")
        return lambda item: called(str(value_at(item, path) or "").casefold(), wanted.casefold())

    def some(self, name: str) -> Test:
        path = self.property(name)
        self.take("(")
        outer, self.inner = self.inner, self.take()[1]
        self.take(":")
        test = self.either()
        self.take(")")
        self.inner = outer
        return lambda item: any(
            test(each if isinstance(each, dict) else {"": each}) for each in value_at(item, path) or []
        )

    def property(self, name: str) -> str:
        if self.inner:
            first, _, rest = name.partition("/")
            if first != self.inner:
                raise Unfit(f"$filter: {name!r} isn't of {self.inner!r}")
            return rest
        if name.partition("/")[0] not in self.known:
            raise Unfit(f"Could not find a property named '{name}'", "RequestBroker--ParseUri")
        self.names.append(name)
        return name

    def literal(self) -> Any:
        kind, word = self.take()
        if kind == "text":
            return property_name(word[1:-1].replace("''", "'"))
        if kind == "time":
            return datetime.fromisoformat(word)
        if kind == "number":
            return int(word)
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        raise Unfit(f"$filter: a value expected, found {word!r}")


def _like(value: Any, wanted: Any) -> Any:
    """The item's value, to be compared with the literal."""
    if isinstance(wanted, datetime) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(wanted, str) and isinstance(value, dict) and "dateTime" in value:
        return value["dateTime"]
    return value


def ordered(items: list[Json], text: str, names: list[str], known: frozenset[str]) -> list[Json]:
    """By $orderby. Its properties have to be the first of the $filter too, if there is one (message: list)."""
    wanted = [each.split() for each in text.split(",") if each.strip()]
    for word in wanted:
        if word[0].partition("/")[0] not in known or (len(word) > 1 and word[1] not in ("asc", "desc")):
            raise Unfit(f"no such $orderby: {text}")
    if names and names[: len(wanted)] != [word[0] for word in wanted]:
        raise Refused(400, "InefficientFilter")
    found = list(items)
    for word in reversed(wanted):
        found.sort(key=lambda item: _key(value_at(item, word[0])), reverse=word[-1] == "desc")
    return found


def _key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if not isinstance(value, dict) else str(value))


def chosen(item: Json, select: tuple[str, ...], always: tuple[str, ...] = ("id",)) -> Json:
    """Only the selected properties, and those that always come."""
    if not select:
        return item
    wanted = {each.rpartition("/")[2] for each in select}
    return {
        name: value for name, value in item.items() if name in wanted or name in always or name.startswith("@odata")
    }


def check_select(select: tuple[str, ...], known: frozenset[str], derived: frozenset[str] = frozenset()) -> None:
    """400 for a property that the type doesn't have; one of a derived type needs its cast."""
    for each in select:
        cast, _, name = each.rpartition("/")
        if not (name in derived and cast.startswith("microsoft.graph.")) and not (not cast and name in known):
            raise Unfit(f"Parsing OData Select and Expand failed: no property {each!r}", "RequestBroker--ParseUri")


def top(asked: Asked, default: int, most: int = 1_000) -> int:
    """How many items a page has; odata.maxpagesize counts where there's no $top."""
    given = asked.one("$top")
    if given and not (given.isdigit() and 1 <= int(given) <= most):
        raise Unfit(f"$top={given} isn't from 1 to {most}")
    return int(given) if given else asked.prefer.page or default
