"""Drafts as the customer would read them, one file a purpose; UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from pathlib import Path

import pytest

from assistant.domain.draft import Purpose

from .desk import Options, draft

FOLDER = Path(__file__).resolve().parent.parent / "snapshots" / "drafts"

CASES = {
    "all is known": Options(),
    "no date, no milestone": Options(decision=False, step=False),
    "several people, nothing in their own words": Options(topic=False, ours=False, several=True),
    "nothing but the thread": Options(False, False, False, False, False, False),
    "a customer in Chicago": Options(step=False, far=True),
    "an offer without a day": Options(offered=True),
    "an offer without a day, no date known": Options(decision=False, step=False, offered=True),
}


def written(purpose: Purpose) -> str:
    parts = []
    for title, options in CASES.items():
        made = draft(purpose, options)
        head = [
            f"=== {title} ({made.words} words)",
            f"To: {', '.join(map(str, made.content.to))}",
            f"Cc: {', '.join(map(str, made.content.cc))}",
            f"Subject: {made.content.subject}",
        ]
        asks = [f"{gap.marker} {gap.ask}" for gap in made.gaps]
        parts.append("\n".join((*head, "", made.content.body, *asks)).rstrip() + "\n")
    return "\n".join(parts)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_draft_reads_as_it_did(purpose: Purpose) -> None:
    path = FOLDER / f"{purpose}.txt"
    now = written(purpose)
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")
