"""Rule packs: the words of one language as data, compiled lazily, matched in linear time (RE2).

A pack is a TOML file, or a folder of them:

    language = "en"

    [define]
    ours = ["our", "my", "we"]

    [[rule]]
    id = "quota"
    kind = "1_quota_own_interest"
    patterns = ["{ours} (quota|number)s?"]

Patterns are in RE2's syntax and match whatever the case and the accents. `{ours}` is a fragment of `[define]`; a
blank is any white space, and an apostrophe may be missing; a pattern that begins or ends with a letter, a class or a
group begins or ends at the edge of a word, unless a `~` stands at that end; `^` and `$` are the edges of a sentence
or line. `also` patterns must all be in the same sentence too. An `innocent` pattern vetoes the matches that it
touches, an `unless` pattern every match in its sentence, an `unless_text` pattern every match in the text.

In a folder each file has its own rules and fragments; those of `define.toml` hold in all of them.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from assistant.errors import InputError
from assistant.language.literals import Index
from assistant.language.matching import Looked, compiled, options, source
from assistant.language.memory import remembered
from assistant.language.text import fold


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its pack states it, fragments filled in. `bad` are texts that it must find, `good` ones it must
    not; `tags` is for whoever uses the pack."""

    id: str
    kind: str
    patterns: tuple[str, ...]
    also: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_text: tuple[str, ...] = ()
    reason: str = ""
    rewrite: str = ""
    severity: str = ""
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a rule matches; the span counts characters of the text that was given."""

    rule: Rule
    start: int
    end: int
    text: str


class Pack:
    """The rules of one file or folder. Compiled on the first use."""

    def __init__(self, name: str, language: str, rules: tuple[Rule, ...]) -> None:
        self.name = name
        self.language = language
        self.rules = rules

    def __repr__(self) -> str:
        return f"Pack({self.name!r}, {len(self.rules)} rules)"

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the rules, each once, in the order of the file."""
        return tuple(dict.fromkeys(rule.kind for rule in self.rules))

    def find(
        self,
        text: str,
        kinds: Collection[str] | None = None,
        sentences: Sequence[tuple[int, int]] | None = None,
    ) -> list[Match]:
        """Every match of every rule (of these kinds), by start, then by the order of the rules.

        Each of `sentences` is looked at alone; without them the whole text counts as one.
        """
        plain = fold(text)
        found = [
            (start + low, index, start + high)
            for start, end in ([(0, len(text))] if sentences is None else sentences)
            for low, index, high in self._found(plain[start:end])
            if kinds is None or self.rules[index].kind in kinds
        ]
        vetoed = {index: self._vetoed(self.rules[index], plain) for _, index, _ in found}
        found = sorted(each for each in found if not vetoed[each[1]])
        return [Match(self.rules[index], start, end, text[start:end]) for start, index, end in found]

    def first(self, text: str, kinds: Collection[str] | None = None) -> Match | None:
        """The first match, by start; None where no rule matches."""
        return next(iter(self.find(text, kinds)), None)

    def _find(self, sentence: str) -> tuple[tuple[int, int, int], ...]:
        """Each match in the sentence: its place, and its rule's index between."""
        worth = self._index.worth(sentence)
        if not worth:
            return ()
        looked = Looked(sentence)
        there: dict[int, list[str]] = {}
        for place in sorted(worth):
            index, pattern = self._patterns[place]
            there.setdefault(index, []).append(pattern)
        return tuple(
            (low, index, high)
            for index, patterns in there.items()
            for low, high in looked.hits(self.rules[index], patterns)
        )

    @staticmethod
    def _vetoed(rule: Rule, text: str) -> bool:
        return bool(rule.unless_text) and compiled(rule.unless_text).search(text) is not None

    @cached_property
    def _patterns(self) -> list[tuple[int, str]]:
        """Every pattern with the index of its rule."""
        return [(index, pattern) for index, rule in enumerate(self.rules) for pattern in rule.patterns]

    @cached_property
    def _found(self) -> Callable[[str], tuple[tuple[int, int, int], ...]]:
        return remembered(self._find)

    @cached_property
    def _index(self) -> Index:
        """All the patterns; only those whose words are in a sentence are tried on it."""
        return Index(source((pattern,)) for _, pattern in self._patterns)


@cache
def load(package: str, name: str) -> Pack:
    """The pack `name` that lies in the package, a folder or a file: load("assistant.guard.packs", "en")."""
    from importlib.resources import files

    where = f"{package}/{name}"
    folder = files(package).joinpath(name)
    if folder.is_dir():
        inside = sorted(folder.iterdir(), key=lambda each: each.name)
        texts = {f"{where}/{each.name}": each.read_text(encoding="utf-8") for each in inside if _is_toml(each.name)}
        return parse_folder(texts, where, check=False)
    content = files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse(content, f"{where}.toml", check=False)


def load_file(path: Path) -> Pack:
    """A user's own pack, a file or a folder. Raises `InputError`, which names the file, the rule and the cure."""
    if path.is_dir():
        texts = {str(each): _read(each) for each in sorted(path.iterdir()) if _is_toml(each.name)}
        return parse_folder(texts, str(path))
    return parse(_read(path), str(path))


def parse(content: str, name: str, *, check: bool = True) -> Pack:
    """The pack that this TOML text describes; `name` is for the errors. `check` tries every pattern at once
    instead of at its first use."""
    return _pack(name, [(name, _tables(content, name))], {}, check=check)


def parse_folder(contents: Mapping[str, str], name: str, *, check: bool = True) -> Pack:
    """The pack that these TOML texts, by file name, describe together."""
    if not contents:
        raise InputError(f"The rule pack {name} has no .toml file in it.", "Check its name.")
    parts = [(each, _tables(content, each)) for each, content in contents.items()]
    shared = next(((tables, each) for each, tables in parts if Path(each).name == _SHARED), ({}, name))
    return _pack(name, parts, _fragments(shared[0].get("define", {}), shared[1]), check=check)


_SHARED: Final = "define.toml"
"""The file of a folder whose fragments all the others may use."""

_FIELDS: Final = tuple(field.name for field in fields(Rule))
_EXPRESSIONS: Final = ("patterns", "also", "innocent", "unless", "unless_text")
_LISTS: Final = frozenset({*_EXPRESSIONS, "bad", "good"})
_FRAGMENT: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def _is_toml(name: str) -> bool:
    return name.endswith(".toml")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"The rule pack {path} can't be read: {error.strerror}.", "Check its name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"The rule pack {path} isn't text in UTF-8.", "Save it as UTF-8.") from error


def _tables(content: str, name: str) -> dict[str, Any]:
    try:
        tables = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not valid TOML: {error}.", "Correct that line.") from error
    _known(tables, ("language", "define", "rule"), name)
    return tables


def _pack(name: str, parts: Sequence[tuple[str, Mapping[str, Any]]], shared: Mapping[str, str], *, check: bool) -> Pack:
    """The pack of all the files' rules, in the order of the files."""
    rules: list[Rule] = []
    for file, tables in parts:
        fragments = _fragments(tables.get("define", {}), file, shared)
        for number, table in enumerate(_rule_tables(tables, file), 1):
            rule = _rule(table, fragments, file, number)
            if any(rule.id == other.id for other in rules):
                raise InputError(f"{file} has two rules with the id {rule.id!r}.", "Rename one of them.")
            if check:
                _check_expressions(rule, f"{file}: rule {rule.id!r}")
            rules.append(rule)
    language = next((tables["language"] for _, tables in parts if "language" in tables), "und")
    return Pack(name, str(language), tuple(rules))


def _rule_tables(tables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = tables.get("rule", [])
    if not (isinstance(found, list) and all(isinstance(each, dict) for each in found)):
        raise InputError(f"{name}: `rule` isn't a list of tables.", "Begin each rule with a line [[rule]].")
    return found


def _rule(table: Mapping[str, Any], fragments: Mapping[str, str], name: str, number: int) -> Rule:
    where = f"{name}: rule {table.get('id') or number!r}"
    _known(table, _FIELDS, where)
    for needed in ("id", "kind", "patterns"):
        if not table.get(needed):
            raise InputError(f"{where} has no {needed}.", f"Add `{needed} = …` to it.")
    values: dict[str, Any] = {key: _value(key, value, where) for key, value in table.items()}
    for key in _EXPRESSIONS:
        values[key] = tuple(_filled(each, fragments, where) for each in values.get(key, ()))
    return Rule(**values)


def _value(key: str, value: object, where: str) -> object:
    if key == "tags":
        if isinstance(value, dict):
            return MappingProxyType({str(k): str(v) for k, v in value.items()})
        raise InputError(f"{where}: `tags` isn't a table.", 'Write it as { name = "value" }.')
    if key in _LISTS:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise InputError(f"{where}: `{key}` isn't a list of texts.", f'Write it as {key} = ["…", "…"].')
    if isinstance(value, str):
        return value
    raise InputError(f"{where}: `{key}` isn't a text.", f'Write it as {key} = "…".')


def _check_expressions(rule: Rule, where: str) -> None:
    """RE2 must take each pattern, and none may match the empty text."""
    import re2

    how = options()
    for pattern in (each for key in _EXPRESSIONS for each in getattr(rule, key)):
        try:
            found = re2.compile(source((pattern,)), how).search("a")
        except re2.error as error:
            detail = str(error.args[0], "utf-8").partition(": ")[0]
            cure = "Correct it: RE2 has no look-around and no back-references."
            raise InputError(f"{where}: RE2 can't read {pattern!r}: {detail}.", cure) from error
        if found is not None and found.end() == found.start():
            raise InputError(f"{where}: {pattern!r} matches an empty text.", "Make at least one word of it required.")


def _fragments(table: object, name: str, shared: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The fragments by name, the shared ones among them; each may use those above it."""
    if not isinstance(table, dict):
        raise InputError(f"{name}: `define` isn't a table.", "Begin it with a line [define].")
    filled = dict(shared)
    for key, value in table.items():
        words = [value] if isinstance(value, str) else value
        if not (isinstance(words, list) and words and all(isinstance(word, str) for word in words)):
            raise InputError(f"{name}: the fragment {key!r} isn't a text or a list of texts.", "Make it one.")
        alternatives = "|".join(_filled(word, filled, f"{name}: fragment {key!r}") for word in words)
        filled[key] = f"(?:{alternatives})"
    return filled


def _filled(pattern: str, fragments: Mapping[str, str], where: str) -> str:
    def fragment(match: re.Match[str]) -> str:
        if match[1] in fragments:
            return fragments[match[1]]
        near = difflib.get_close_matches(match[1], fragments, 1)
        cure = f"Did you mean {{{near[0]}}}?" if near else "Define it under [define], above its use."
        raise InputError(f"{where} uses {{{match[1]}}}, which isn't defined.", cure)

    return _FRAGMENT.sub(fragment, pattern)


def _known(table: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            cure = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(keys)}."
            raise InputError(f"{where} has an unknown key `{key}`.", cure)
