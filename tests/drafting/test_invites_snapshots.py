"""Invites as the people invited would read them, one file an act; UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from pathlib import Path

import pytest

from assistant.domain.invite import InviteAct

from .meetings import CASES, invite

FOLDER = Path(__file__).resolve().parent.parent / "snapshots" / "invites"


def written(act: InviteAct) -> str:
    parts = []
    for title, case in CASES[act].items():
        made = invite(case)
        head = [f"=== {title} ({made.words} words)", f"Title: {made.title}"]
        asks = [f"{gap.marker} {gap.ask}" for gap in made.gaps]
        parts.append("\n".join((*head, "", made.description, *asks)).rstrip() + "\n")
    return "\n".join(parts)


@pytest.mark.parametrize("act", list(InviteAct))
def test_an_invite_reads_as_it_did(act: InviteAct) -> None:
    path = FOLDER / f"{act}.txt"
    now = written(act)
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")
