"""How the reader does on real mail: automatic messages, new text, last moves.

    python -m benchmarks.real_mail CORPORA [--labels LAST_MOVES.tsv] [--errors]

CORPORA is a folder with `bounces_autoreplies/manifest.tsv` (kind, path), `spamassassin/easy-ham-1.mbox`,
`enron/mailboxes` and `enron_zones/enron_annotated_all/{train,eval}/*.ann`; what isn't there is left out. The labels
of last moves have the columns path, business (yes, no, unsure) and move (passive, purposeful). None of this mail is
part of the product; `--errors` shows on this machine what went wrong.
"""

import argparse
import csv
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import providers
from assistant.app import message_in
from assistant.domain.deal import Side
from assistant.domain.mail import FolderRole, Message
from assistant.domain.reading import AutomaticKind
from assistant.reading import automatic, read
from assistant.reading.parts.body import new_text
from providers import mime

ZONE: Final = ZoneInfo("America/Chicago")
ROBOTS: Final = frozenset({"bounce", "malformed_bounce", "auto_reply", "feedback_report", "mbox_of_bounces"})
"""Kinds of the manifest that are automatic."""
MASS: Final = (AutomaticKind.LIST, AutomaticKind.NEWSLETTER, AutomaticKind.MACHINE)
_MBOX: Final = re.compile(rb"(?m)^From [^\n]*\n(?=[\w-]+:)")


def robots(folder: Path, *, errors: bool) -> Iterator[str]:
    """Of bounces and automatic replies, how many are told."""
    right = every = 0
    with (folder / "manifest.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            if row["kind"] in ROBOTS:
                told = _is_robot((folder.parent / row["path"]).read_bytes())
                every, right = every + 1, right + told
                if errors and not told:
                    yield f"  missed: {row['path']}"
    yield f"bounces and automatic replies: {right} of {every} told, {right / every:.3f}"


def alarms(name: str, messages: Iterable[Message], *, errors: bool) -> Iterator[str]:
    """Of mail that people wrote, how much is taken for automatic; mass mail and programs' mail is told apart: nobody
    has labelled it there."""
    told: Counter[AutomaticKind | None] = Counter()
    for message in messages:
        found = automatic(message, ZONE)
        told[found.kind if found else None] += 1
        if errors and found and found.kind not in MASS:
            yield f"  {found.kind.value}: {message.subject[:60]}"
    every, mass = told.total(), sum(told[kind] for kind in MASS)
    wrong = every - told[None] - mass
    yield f"{name}: {wrong} of {every} taken for a bounce or an absence, {wrong / every:.4f}; {mass} for mass mail"


def zones(name: str, paths: Iterable[Path], *, errors: bool) -> Iterator[str]:
    """Line by line, how well new text is told from signatures and quoted history."""
    right = extra = missed = 0
    for path in paths:
        row = json.loads(path.read_text(encoding="utf-8"))
        wanted, beside = _lines(row)
        got = Counter(filter(None, map(_plain, new_text(row["text"]).split("\n"))))
        hit = wanted & got
        more = got - wanted - beside
        right, missed, extra = right + hit.total(), missed + (wanted - got).total(), extra + more.total()
        if errors and (wanted - got or more):
            yield f"  {path.name}: missed {list(wanted - got)[:3]}, too much {list(more)[:3]}"
    yield f"new text, {name}: precision {right / (right + extra):.3f}, recall {right / (right + missed):.3f}"


def last_moves(folder: Path, labels: Path, *, errors: bool) -> Iterator[str]:
    """How real last moves of business are read: their label, what was said, and whether that was certain."""
    told: Counter[tuple[str, str, bool]] = Counter()
    with labels.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            path = folder / row["path"]
            if row["business"] == "no" or not path.exists():
                continue
            reading = read(message_in(path.read_bytes(), path.name), Side.US, zone=ZONE)
            said = "nothing" if reading.kind is None else "purposeful" if reading.kind.purposeful else "passive"
            told[row["move"], said, reading.certain] += 1
            if errors and said != row["move"]:
                yield f"  {row['path']}: {row['move']}, read as {said}"
    for (wanted, said, certain), count in sorted(told.items()):
        yield f"last move, {wanted}: {said}{'' if certain else ', asked'}: {count}"


def _is_robot(raw: bytes) -> bool:
    try:
        return automatic(_parsed(raw), ZONE) is not None
    except mime.UnreadableError:
        return False


def _parsed(raw: bytes) -> Message:
    return mime.parse(raw, account="a", folder="f", remote_id="1", role=FolderRole.INBOX, zone=ZONE)


def _mailboxes(folder: Path) -> Iterator[Message]:
    for box in sorted(folder.iterdir()):
        for batch in providers.mailbox("local", "a", {"mail": box}, ZONE).pull(None, lambda _: {}):
            yield from batch.messages


def _lines(row: dict[str, object]) -> tuple[Counter[str], Counter[str]]:
    """The lines of the new text, and those that may stand beside it (signatures)."""
    text, zones = str(row["text"]), row["denotations"]
    assert isinstance(zones, list)
    history = min((zone["start"] for zone in zones if zone["type"].startswith("Header")), default=len(text))
    wanted: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    start = 0
    for line in text.split("\n"):
        at = start + len(line) - len(line.lstrip())
        if _plain(line) and start < history:
            kinds = [zone["type"] for zone in zones if zone["start"] <= at < zone["end"]]
            if not any(kind.startswith("Header") for kind in kinds):
                signed = any(kind.startswith("Body/Signature") for kind in kinds)
                (beside if signed else wanted)[_plain(line)] += 1
        start += len(line) + 1
    return wanted, beside


def _plain(line: str) -> str:
    return " ".join(html.unescape(re.sub(r"=20\s*$", "", line).replace("=09", " ")).split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--labels", type=Path, help="the labels of last moves")
    parser.add_argument("--errors", action="store_true", help="show what went wrong")
    asked = parser.parse_args()
    for line in _reports(asked.corpora, asked.labels, errors=asked.errors):
        print(line)


def _reports(corpora: Path, labels: Path | None, *, errors: bool) -> Iterator[str]:
    if (bounces := corpora / "bounces_autoreplies").is_dir():
        yield from robots(bounces, errors=errors)
    if (ham := corpora / "spamassassin" / "easy-ham-1.mbox").is_file():
        messages = (_parsed(raw) for raw in _MBOX.split(ham.read_bytes())[1:])
        yield from alarms("easy ham", messages, errors=errors)
    if (boxes := corpora / "enron" / "mailboxes").is_dir():
        yield from alarms("business mailboxes", _mailboxes(boxes), errors=errors)
    for name in ("train", "eval"):
        if paths := sorted((corpora / "enron_zones" / "enron_annotated_all" / name).glob("*.ann")):
            yield from zones(name, paths, errors=errors)
    if labels:
        yield from last_moves(corpora / "enron", labels, errors=errors)


if __name__ == "__main__":
    main()
