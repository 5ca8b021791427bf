"""The labelled texts: JSON lines, a file for each writer, kind and language."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "labelled"
PURPOSEFUL: Final = frozenset(
    {"meeting_proposed", "next_step_with_date", "mutual_plan", "clarity_question", "graceful_exit"}
)


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `label` is the class that is learned: an intent of theirs, or the kind of a move of ours."""

    id: str
    writer: str
    language: str
    text: str
    sent: date | None
    label: str


def texts(question: str, folder: Path = FOLDER) -> Iterator[Text]:
    """The texts of "moves" or "replies", in the order of the files. A file is named WRITER-LANGUAGE-QUESTION.jsonl."""
    for path in _paths(question, folder):
        writer, language, _ = path.stem.split("-")
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                sent = date.fromisoformat(row["sent_date"]) if row.get("sent_date") else None
                yield Text(row["id"], writer, language, row["text"], sent, row.get("sub_label") or row["label"])


def digest(question: str, folder: Path = FOLDER) -> str:
    """What the weights were learned from, in 16 characters."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _paths(question, folder))).hexdigest()[:16]


def _paths(question: str, folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*-{question}.jsonl"))
