"""Conversations, from Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4), or else subject and people."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

SAME_SUBJECT_WITHIN: Final = timedelta(days=45)
"""How far apart two messages without References may lie and still be one conversation."""

_SAME_PEOPLE: Final = 2
_NO_DATE: Final = datetime.max.replace(tzinfo=UTC)

_PREFIX: Final = re.compile(
    r"""\s*(?:
          (?:re|r[eé]f?|aw|antw|antwort|sv|vs|odp|ynt|bls|fwd?|fw|wg|tr|rv|enc|doorst|vl|i|res|rif|vb)
          \s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]
        | (?:weitergeleitet|wtr|回复|答复|转发|回覆|轉寄|返信|転送)\s*[:：]
        | \[(?:fwd|ext|extern|external|e-?xtern(?:al)?\ mail|suspected\ spam|spam)[^\]]{0,20}\]:?
        )\s*""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """What ties one message to others: `refs` are In-Reply-To and References, `people` all e-mail addresses on it."""

    message_id: str
    refs: tuple[str, ...]
    subject: str
    people: frozenset[str]
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Threads:
    """`of`: every Message-ID seen, also one that is only referred to, and its thread; `merged`: old thread to new."""

    of: dict[str, str]
    merged: dict[str, str]


def subject_key(subject: str) -> str:
    """The subject by which answers are recognised: without Re:, AW: and the like, white space folded, lower-cased."""
    return bare_subject(subject).lower()


def bare_subject(subject: str) -> str:
    """The subject as it was written first: without prefixes, white space folded."""
    return " ".join(_bare(subject)[0].split())


def assign(
    links: Sequence[ThreadLink],
    known: Mapping[str, str],
    similar: Callable[[ThreadLink], str | None],
) -> Threads:
    """Name the thread of every message; the order of `links` makes no difference.

    `known` holds the threads of Message-IDs that were seen before. `similar` names a known thread for a message
    whose references lead nowhere. A conversation keeps a name that it had; a new one is named after its root.
    """
    forest = _Forest()
    ordered = sorted(links, key=lambda link: (link.date or _NO_DATE, link.message_id))
    written = {link.message_id for link in ordered}
    for link in ordered:
        forest.join(link.message_id, (ref for ref in link.refs if ref))
    old_names: set[str] = set()
    for message_id in forest.names():
        if (name := known.get(message_id)) is not None:
            old_names.add(name)
            forest.join(name, (message_id,))
    _join_by_subject(ordered, known, written, similar, forest, old_names)
    return _named(ordered, forest, old_names)


class _Forest:
    """Disjoint sets of Message-IDs."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def names(self) -> list[str]:
        return list(self._parent)

    def root(self, name: str) -> str:
        parent = self._parent
        top = parent.setdefault(name, name)
        while parent[top] != top:
            top = parent[top]
        while parent[name] != top:
            parent[name], name = top, parent[name]
        return top

    def join(self, name: str, others: Iterable[str]) -> None:
        top = self.root(name)
        for other in others:
            self._parent[self.root(other)] = top


def _join_by_subject(
    ordered: Sequence[ThreadLink],
    known: Mapping[str, str],
    written: set[str],
    similar: Callable[[ThreadLink], str | None],
    forest: _Forest,
    old_names: set[str],
) -> None:
    """Tie in what no reference ties: the nearest earlier message of that subject among the same people."""
    earlier: dict[str, list[ThreadLink]] = {}
    for link in ordered:
        if not (key := subject_key(link.subject)):
            continue
        loose = link.message_id not in known and not any(r in known or r in written for r in link.refs)
        if loose and _is_telling(link.subject):
            near = next((other for other in reversed(earlier.get(key, ())) if _alike(link, other)), None)
            if near is not None:
                forest.join(near.message_id, (link.message_id,))
            elif (name := similar(link)) is not None:
                old_names.add(name)
                forest.join(name, (link.message_id,))
        earlier.setdefault(key, []).append(link)


def _is_telling(subject: str) -> bool:
    """Whether the subject can name a conversation: "Hello" alone can't, "Re: Hello" can."""
    bare, is_reply = _bare(subject)
    return is_reply or len(bare.split()) > 1


def _bare(subject: str) -> tuple[str, bool]:
    """The subject without its prefixes, and whether there were any."""
    end = 0
    while (prefix := _PREFIX.match(subject, end)) is not None:
        end = prefix.end()
    return subject[end:], end > 0


def _alike(link: ThreadLink, other: ThreadLink) -> bool:
    return (
        len(link.people & other.people) >= _SAME_PEOPLE
        and link.date is not None
        and other.date is not None
        and link.date - other.date <= SAME_SUBJECT_WITHIN
    )


def _named(ordered: Sequence[ThreadLink], forest: _Forest, old_names: set[str]) -> Threads:
    name_of: dict[str, str] = {}
    merged: dict[str, str] = {}
    for old in sorted(old_names):
        new = name_of.setdefault(forest.root(old), old)
        if new != old:
            merged[old] = new
    for link in ordered:
        start = next((ref for ref in link.refs if ref), link.message_id)
        name_of.setdefault(forest.root(link.message_id), start)
    seen = {message_id for link in ordered for message_id in (link.message_id, *link.refs) if message_id}
    return Threads({message_id: name_of[forest.root(message_id)] for message_id in sorted(seen)}, merged)
