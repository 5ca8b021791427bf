"""The labelled texts: JSON lines, a file for each writer, kind and language."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from assistant.guard import family, shipped
from assistant.guard.families import EMPTY_NUDGE
from assistant.guard.judging import ALLOWED, LED, UNLED
from assistant.language.packs import Pack

FOLDER: Final = Path(__file__).parent / "labelled"
PURPOSEFUL: Final = frozenset(
    {"meeting_proposed", "next_step_with_date", "mutual_plan", "clarity_question", "graceful_exit"}
)

_PRESSING_OF: Final = {
    **dict.fromkeys((*PURPOSEFUL, "acknowledged", "thanks"), LED),
    **dict.fromkeys(("sent_info", "answered_question"), UNLED),
    "nudge": EMPTY_NUDGE,
}
"""By the kind of a move, what it is before the guard; an open offer may be either."""
BORROWED: Final = "move-"
"""How the ids of moves begin that the guard learns from, too; nothing is measured on them."""
RULES: Final = "rules"
"""The writer of the examples by which the guard's rules argue their case."""
TITLES: Final = frozenset({"subject", "invite_title"})
PREFIX: Final = re.compile(
    r"(?i)^(?:subject|invite title|betreff|titel der einladung|objet|titre d'invitation|asunto|título de la invitación)"
    r" ?: +"
)
"""What a labelled title begins with."""


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `label` is the class that is learned: an intent of theirs, the kind of a move of ours, the
    family of pressure or "allowed". `title`: it is a subject line or the title of an invite."""

    id: str
    writer: str
    language: str
    text: str
    sent: date | None
    label: str
    title: bool = False


def texts(question: str, folder: Path = FOLDER) -> Iterator[Text]:
    """The texts of "moves", "replies" or "pressure", in the order of the files, which are named
    WRITER-LANGUAGE-QUESTION.jsonl."""
    for path in _paths(question, folder):
        writer, language, _ = path.stem.split("-")
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                sent = date.fromisoformat(row["sent_date"]) if row.get("sent_date") else None
                label = row.get("sub_label") or row.get("family") or row["label"]
                title = row.get("kind") in TITLES
                text = PREFIX.sub("", row["text"]) if title else row["text"]
                yield Text(row["id"], writer, language, text, sent, label, title)
    if question == "pressure":
        yield from _moves(folder)
        yield from _examples(shipped())


def _moves(folder: Path) -> Iterator[Text]:
    """The moves of ours as they are before the guard: most press nobody."""
    for each in texts("moves", folder):
        if each.label in _PRESSING_OF:
            yield replace(each, id=f"{BORROWED}{each.id}", label=_PRESSING_OF[each.label])


def _examples(packs: Iterable[Pack]) -> Iterator[Text]:
    """The examples by which the guard's rules argue their case."""
    for pack in packs:
        for rule in (each for each in pack.rules if family(each.kind)):
            labelled = [(text, rule.kind) for text in rule.bad] + [(text, ALLOWED) for text in rule.good]
            for number, (text, label) in enumerate(labelled):
                yield Text(f"{rule.id}-{number}", RULES, pack.language, text, None, label)


def digest(question: str, folder: Path = FOLDER) -> str:
    """What the weights were learned from, in 16 characters."""
    paths = _paths(question, folder) + (_paths("moves", folder) if question == "pressure" else [])
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def _paths(question: str, folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*-{question}.jsonl"))
