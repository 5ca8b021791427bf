"""How fast the guard is: beside other linters, with ten times the rules, on hostile text.

Texts: whole drafts of `tests/snapshots/drafts`, and mails of `training/labelled/*-en-pressure.jsonl`. What is
compared is timed in the same run, one after the other in every round, after a round that isn't counted. Sentences are
forgotten before each round, as a peer knows none either; what a draft costs that was just looked at, as it is before it
leaves, is told beside. Peers look for other things: they are compared by text, not by rule. Hostile texts are timed
alone, smallest first.
"""

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from assistant.guard import lint, shipped
from assistant.language.memory import forget
from assistant.language.packs import Pack, Rule
from benchmarks.guard_peers import INSTALL, Texts, proselint, write_good

ROOT: Final = Path(__file__).parent.parent
OURS: Final = "nextmove lint"
AGAIN: Final = "the same, again"
MAILS: Final = 500
FEWER_MAILS: Final = 150
SETS: Final = 9
"""Sets of made-up rules beside the shipped ones."""
SIZES: Final = (25_000, 50_000, 100_000)
"""Bytes of a hostile text."""
TRIES: Final = 3
PATIENCE: Final = 0.5
"""Seconds from which a hostile text isn't tried again."""
HOSTILE: Final[Mapping[str, str]] = {
    "'we need ' again and again": "we need ",
    "'by the end of our quarter, '": "by the end of our quarter, ",
    "dots": ".",
    "one long word": "a",
    "spaced letters": "q u o t a ",
    "zero-width characters": "q\u200bu\u200co\u200dt\ufeffa ",
    "nested quotes": "\n> ",
    "lines of 'On ..., we wrote:'": "On Tue, 2 June 2026, we wrote:\n",
    "quotation marks": "\"'“‘(",
    "digits": "1234567890",
    "white space": " \t\n",
}
"""What is repeated, by its name."""

_HEAD: Final = re.compile(r"(?m)^=== .* \(\d+ words\)\n(?:[A-Z][a-z]+: .*\n)+")
_NOTES: Final = re.compile(r"\n\n(?:\[.+\] .+\n*)+\Z")
_TOKEN: Final = re.compile(r"\\.|\[[^\]]*\]|\(\?[a-zA-Z]*|\{[^}]*\}|([^\W\d_]{4,})")
"""What a pattern consists of; the group is a word, one of content rather than of grammar."""
_EXPRESSIONS: Final = ("patterns", "also", "innocent", "unless", "unless_text")


def speed(rounds: int, python: str | None, modules: str | None) -> Iterator[str]:
    """All three tables."""
    sets = {"drafts": drafts(), "mails": mails(MAILS)}
    yield from _beside_peers(sets, rounds, python, modules)
    yield from _with_more_rules(mails(FEWER_MAILS), rounds)
    yield from _hostile()


def drafts() -> list[str]:
    """The drafts' texts, without their heads and the notes for the rep."""
    found: list[str] = []
    for path in sorted((ROOT / "tests/snapshots/drafts").glob("*.txt")):
        found += (_NOTES.sub("", each).strip() for each in _HEAD.split(path.read_text(encoding="utf-8")))
    return [each for each in found if each]


def mails(number: int) -> list[str]:
    """That many of the labelled mails in English, the same ones each time."""
    found: list[str] = []
    for path in sorted((ROOT / "training/labelled").glob("*-en-pressure.jsonl")):
        with path.open(encoding="utf-8") as lines:
            found += (row["text"] for row in map(json.loads, lines) if row["kind"] == "mail")
    return random.Random(1).sample(found, number)


def _beside_peers(sets: Texts, rounds: int, python: str | None, modules: str | None) -> Iterator[str]:
    with ExitStack() as open_peers:
        peers = {
            "proselint": open_peers.enter_context(proselint(python, sets)),
            "write-good": open_peers.enter_context(write_good(modules, sets)),
        }
        askers: dict[str, Callable[[str], float]] = {
            OURS: lambda name: taken(sets[name]),
            AGAIN: lambda name: sum(again(text) for text in sets[name]),
        }
        askers |= {peer.title: peer.seconds for peer in peers.values() if peer}
        medians = {
            name: _interleaved({each: partial(ask, name) for each, ask in askers.items()}, rounds) for name in sets
        }
    yield f"\nmicroseconds a text, median of {rounds} rounds, everything loaded"
    yield f"  {'':<20}" + "".join(f"{f'{len(texts)} {name}':>14}{'× ours':>8}" for name, texts in sets.items())
    for each in askers:
        columns = (
            (medians[name][each] / len(texts), medians[name][each] / medians[name][OURS])
            for name, texts in sets.items()
        )
        yield f"  {each:<20}" + "".join(f"{seconds * 1e6:>14,.0f}{ratio:>8.1f}" for seconds, ratio in columns)
    for each, peer in peers.items():
        if not peer:
            yield f"  {each} is missing: {INSTALL[each]}"


def _with_more_rules(texts: Sequence[str], rounds: int) -> Iterator[str]:
    shipped_packs = shipped()
    more = tuple(many_times(pack) for pack in shipped_packs)
    times = _interleaved({"shipped": lambda: taken(texts), "more": lambda: taken(texts, more)}, rounds)
    yield f"\nten times the rules, {len(texts)} mails, median of {rounds} rounds"
    for name, packs in (("shipped", shipped_packs), ("more", more)):
        rules = sum(len(pack.rules) for pack in packs)
        patterns = sum(len(rule.patterns) for pack in packs for rule in pack.rules)
        objections = sum(len(lint(text, packs=packs)) for text in texts) / len(texts)
        yield (
            f"  {rules:>6,} rules, {patterns:>7,} patterns{times[name] / len(texts) * 1e6:>8,.0f} µs a mail"
            f"{times[name] / times['shipped']:>7.2f} ×  ({objections:.1f} objections a mail)"
        )


def _hostile() -> Iterator[str]:
    sizes = [f"{size // 1000} kB" for size in SIZES]
    yield f"\nhostile text, ms, median of {TRIES} tries; one only where it takes more than {PATIENCE} s"
    yield f"  {'':<32}" + "".join(f"{size:>10}" for size in sizes) + f"{'at each doubling':>20}"
    longest: tuple[float, str] = (0.0, "")
    for name, piece in HOSTILE.items():
        spent = [_tried(piece * (size // len(piece.encode()))) for size in SIZES]
        doubling = "  ".join(f"{after / before:.1f} ×" for before, after in pairwise(spent))
        longest = max(longest, (spent[-1], name))
        yield f"  {name:<32}" + "".join(f"{seconds * 1000:>10,.1f}" for seconds in spent) + f"{doubling:>20}"
    yield f"  the longest: {longest[0] * 1000:,.0f} ms for {sizes[-1]}, {longest[1]}"


def _tried(text: str) -> float:
    """Median seconds for one text."""
    times = [taken([text])]
    while len(times) < TRIES and times[0] < PATIENCE:
        times.append(taken([text]))
    return statistics.median(times)


def taken(texts: Sequence[str], packs: Sequence[Pack] | None = None) -> float:
    """Seconds for all of them, none of whose sentences is known."""
    forget()
    began = time.perf_counter()
    for text in texts:
        lint(text, packs=packs)
    return time.perf_counter() - began


def again(text: str) -> float:
    """Seconds for a text that was just looked at."""
    lint(text)
    began = time.perf_counter()
    lint(text)
    return time.perf_counter() - began


def _interleaved(timed: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each, all of them in every round; a first round isn't counted."""
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(rounds + 1):
        for name, measure in timed.items():
            times[name].append(measure())
    return {name: statistics.median(seconds[1:]) for name, seconds in times.items()}


def many_times(pack: Pack) -> Pack:
    """The pack with sets of made-up rules: its own ones, each word of content swapped with another one of the pack's,
    so that they are shaped like real ones and find words that mails have."""
    expressions = [each for rule in pack.rules for key in _EXPRESSIONS for each in getattr(rule, key)]
    words = sorted({word.lower() for each in expressions for word in _TOKEN.findall(each) if word})
    rules = list(pack.rules)
    for number in range(1, SETS + 1):
        shuffled = random.Random(number).sample(words, len(words))
        others = dict(zip(words, shuffled, strict=True))
        rules += (_made_up(rule, others, number) for rule in pack.rules)
    return Pack(f"{pack.name}, ten times", pack.language, tuple(rules))


def _made_up(rule: Rule, others: Mapping[str, str], number: int) -> Rule:
    def swapped(expressions: Sequence[str]) -> tuple[str, ...]:
        return tuple(_TOKEN.sub(lambda m: others[m[1].lower()] if m[1] else m[0], each) for each in expressions)

    changed = {key: swapped(getattr(rule, key)) for key in _EXPRESSIONS}
    return replace(rule, id=f"{rule.id}-{number}", **changed)  # type: ignore[arg-type]
