"""Pull: everything once, private mail never, nothing lost silently, no account in the way of another."""

import json
import sqlite3
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from assistant.domain.ports import CursorExpired
from assistant.workflows.sync import pull
from assistant.workflows.telling import tell_all
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NOW, QUESTION, REP, World, days

SECRET = "Zanthoxylum"
"""A word that stands nowhere else, so that the bytes of the store can be searched for it."""

DOCTOR = "Dr. Aurelia Quince <quince@practice.example>"


def stored(world: World) -> bytes:
    """All bytes that the store has on disk, with what still lies in its log."""
    with sqlite3.connect(world.store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return b"".join(path.read_bytes() for path in world.store.path.parent.iterdir())


def counts(world: World) -> tuple[int, int, int]:
    with world.store.read() as tx:
        found = tx.mirror.counts()
    return found.messages, found.places, found.events


@pytest.mark.parametrize(
    ("setting", "sender", "to", "folder"),
    [
        ('senders = ["quince@practice.example"]', DOCTOR, REP, ""),
        ('senders = ["quince@practice.example"]', REP, DOCTOR, "Sent"),
        ('domains = ["practice.example"]', DOCTOR, REP, ""),
        ('folders = ["Family"]', "Aurelia <quince@practice.example>", REP, "Family"),
        ('folders = ["family"]', "Aurelia <quince@practice.example>", REP, "Family"),
    ],
)
def test_private_mail_leaves_no_trace_in_the_store(
    build: Build, setting: str, sender: str, to: str, folder: str
) -> None:
    world = build(extra=f"[privacy]\n{setting}")
    message_id = world.work.deliver(sender, to, f"About {SECRET}", NOW - days(1), subject=SECRET, folder=folder)
    world.run()
    world.run(days(1))
    raw = stored(world)
    for trace in (SECRET, "quince", "Quince", "practice.example", message_id):
        assert trace.encode() not in raw
    assert SECRET.lower().encode() not in raw.lower()


def test_mail_with_a_private_sender_in_copy_is_private(build: Build) -> None:
    world = build(extra='[privacy]\nsenders = ["quince@practice.example"]')
    world.work.deliver(INES, REP, SECRET, NOW - days(1), cc=DOCTOR)
    report = world.run()
    assert (report.sync.new, report.sync.private) == (0, 1)


def test_private_mail_is_not_read_again(build: Build) -> None:
    world = build(extra='[privacy]\ndomains = ["practice.example"]')
    world.work.deliver(DOCTOR, REP, SECRET, NOW - days(1))
    world.run()
    world.work.deliver(INES, REP, QUESTION, NOW)
    assert world.run(timedelta(hours=1)).sync.private == 0


def test_mail_older_than_is_kept_is_left_out(build: Build) -> None:
    world = build(extra="[privacy]\nmonths = 2")
    world.work.deliver(INES, REP, SECRET, NOW - days(90))
    report = world.run()
    assert report.sync.old == 1
    assert SECRET.encode() not in stored(world)


def test_a_malformed_message_is_reported_and_the_run_goes_on(world: World) -> None:
    world.work.put(b"\x00\x01 nothing of a message\n")
    report = world.run()
    assert [problem.account for problem in report.sync.problems] == ["work"]
    assert world.draft().deal_id == "harbour"


def test_a_malformed_message_is_remembered_and_reported_once(world: World) -> None:
    world.work.put(b"\x00\x01 nothing of a message\n")
    world.run()
    report = world.run(timedelta(hours=1))
    with world.store.read() as tx:
        assert (len(report.sync.problems), len(tx.mirror.problems())) == (0, 1)


def test_a_message_without_a_date_is_kept_and_reported(world: World) -> None:
    raw = f"From: {INES}\nTo: {REP}\nSubject: x\nMessage-ID: <nodate@post.example>\n\n{QUESTION}"
    world.work.put(raw.encode())
    report = world.run()
    assert report.sync.new == 3
    assert len(report.sync.problems) == 1


def test_a_hostile_message_whose_kind_cannot_be_told_is_reported_and_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("assistant.workflows.arrivals.automatic", broken)
    report = world.run()
    assert (report.sync.new, len(report.sync.problems)) == (2, 2)


def test_a_copy_in_another_folder_is_one_message(world: World) -> None:
    (path,) = (world.work.mail / "cur").iterdir()
    world.work.put(path.read_bytes(), "Trash")
    world.run()
    assert counts(world)[:2] == (2, 3)


def test_a_mailbox_that_lost_most_of_its_mail_is_left_as_it_was(world: World) -> None:
    _fill_and_empty(world)
    report = world.run(timedelta(hours=1))
    assert counts(world)[0] == 32
    assert "--accept-vanished" in report.sync.failed[0][1]


def test_the_rep_can_say_that_the_mail_was_removed(world: World) -> None:
    _fill_and_empty(world)
    world.run(timedelta(hours=1), accept_vanished=True)
    assert counts(world)[0] == 2


def test_a_few_removed_messages_go_without_a_question(world: World) -> None:
    removed = world.work.put(b"From: a@b.example\nMessage-ID: <gone@post.example>\nSubject: x\n\nx\n")
    world.run()
    removed.unlink()
    report = world.run(timedelta(hours=1))
    assert (report.sync.gone, counts(world)[0]) == (1, 2)


def _fill_and_empty(world: World) -> None:
    newsletters = [
        world.work.put(f"From: a@b.example\nMessage-ID: <n{n}@post.example>\nSubject: {n}\n\n{n}\n".encode(), "Trash")
        for n in range(30)
    ]
    world.run()
    for path in newsletters:
        path.unlink()


def test_an_expired_cursor_pulls_anew_and_doubles_nothing(world: World) -> None:
    world.work.meet("talk", NOW + days(3), "ines@harbour.example")
    world.run()
    before = counts(world)
    with world.store.write() as tx:
        tx.mirror.set_cursor("work", "mail", "a cursor of long ago")
        tx.mirror.set_cursor("work", "calendar", "a cursor of long ago")
    world.run()
    assert counts(world) == before


def test_an_expired_cursor_changes_nothing_in_the_queue(world: World) -> None:
    world.run()
    before = world.dump()
    with world.store.write() as tx:
        tx.mirror.set_cursor("work", "mail", json.dumps({"version": 0}))
    world.run()
    assert world.dump() == before


def test_a_cursor_that_expires_in_the_middle_of_a_pull_starts_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(world.sources[0].mailbox)
    pull_of, state = kind.pull, {"broken": True}

    def expiring(*args: object) -> object:
        for batch in pull_of(*args):  # type: ignore[arg-type]
            yield batch
            if state.pop("broken", False):
                raise CursorExpired

    monkeypatch.setattr(kind, "pull", expiring)
    world.run()
    assert counts(world)[:2] == (2, 2)


def test_the_progress_is_told_with_the_total(world: World) -> None:
    told: list[tuple[str, int, int | None]] = []
    pull(world.sources, world.store, world.config, NOW, progress=lambda *each: told.append(each))
    assert told[-1] == ("work", 2, 2)


def test_mail_without_references_joins_the_thread_of_its_subject_and_people(world: World) -> None:
    world.run()
    world.work.deliver(INES, REP, QUESTION, NOW, subject="RE: Harbour planning")
    world.run(timedelta(hours=1))
    with world.store.read() as tx:
        assert tx.mirror.counts().threads == 1


def test_a_bounce_that_names_no_thread_reaches_the_deal_by_the_header_that_it_returns(build: Build) -> None:
    world = build()
    world.deal()
    sent = world.passive()
    world.work.put(
        "\r\n".join(
            [
                "From: Mail Delivery <mailer-daemon@relay.example>",
                f"To: {REP}",
                "Subject: Delivery failed",
                f"Date: {format_datetime(NOW - days(1))}",
                "Message-ID: <bounce@relay.example>",
                "Auto-Submitted: auto-replied",
                'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
                "",
                "--b",
                "Content-Type: text/plain",
                "",
                "The address does not exist.",
                "--b",
                "Content-Type: message/delivery-status",
                "",
                "Reporting-MTA: dns; relay.example",
                "",
                "Final-Recipient: rfc822; ines@harbour.example",
                "Action: failed",
                "Status: 5.1.1",
                "",
                "--b",
                "Content-Type: text/rfc822-headers",
                "",
                f"Message-ID: <{sent}>",
                f"From: {REP}",
                "--b--",
                "",
            ]
        ).encode()
    )
    world.run()
    (told,) = tell_all(world.store, world.config, world.now)
    assert told["standing"] == "unreachable"


def test_a_calendar_file_that_cannot_be_read_is_reported(world: World) -> None:
    (world.work.calendar / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:nonsense\r\n")
    report = world.run()
    assert len(report.sync.problems) == 1
    assert "broken.ics" in report.sync.problems[0].where


def test_an_event_that_is_removed_is_gone(world: World) -> None:
    world.work.meet("talk", NOW + days(3), "ines@harbour.example")
    world.run()
    (world.work.calendar / "talk.ics").unlink()
    world.run(timedelta(hours=1))
    assert counts(world)[2] == 0


def test_a_mailbox_that_is_not_there_is_named_with_a_cure(world: World) -> None:
    world.work.mail.rename(Path(f"{world.work.mail}.away"))
    report = world.run()
    ((name, why),) = report.sync.failed
    assert name == "work"
    assert "Check `mail`" in why


def test_the_search_for_traces_finds_mail_that_is_kept(build: Build) -> None:
    world = build()
    message_id = world.work.deliver(DOCTOR, REP, f"About {SECRET}", NOW - days(1), subject=SECRET)
    world.run()
    raw = stored(world)
    assert [trace for trace in (SECRET, "quince@", message_id) if trace.encode() not in raw] == []
