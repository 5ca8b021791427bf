"""Our events in calendar files and their invitations among the drafts of a Maildir."""

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.calendar import EventStatus
from assistant.domain.ports import EventChanged, PlacedEvent
from assistant.errors import ProviderError
from tests.contracts.letters import calendar, event
from tests.contracts.outbox import cleared, outgoing
from tests.contracts.scheduling import (
    BOTH,
    STAMP,
    SchedulingSuite,
    Told,
    cancelled,
    hold,
    meeting,
    moved,
    no_event,
    only_event,
)
from tests.edges.calendar_disk import SchedulingDisk
from tests.edges.systems import TreeDisk


@pytest.fixture
def system(tmp_path: Path) -> SchedulingDisk:
    return SchedulingDisk(tmp_path)


class TestLocalScheduling(SchedulingSuite):
    pass


class TestBesideATreeOfMail(SchedulingSuite):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SchedulingDisk:
        return SchedulingDisk(tmp_path, mail=TreeDisk)


# --- What lies in the calendar


def test_the_file_is_called_as_the_event_and_is_for_the_rep_alone(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    (path,) = system.files()
    assert (path.name, path.stat().st_mode & 0o777) == (f"{meeting().uid}.ics", 0o600)


def test_the_file_has_no_method_and_asks_no_server_to_write_to_people(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    raw = system.files()[0].read_bytes()
    assert b"METHOD" not in raw
    assert raw.replace(b"\r\n ", b"").count(b"SCHEDULE-AGENT=CLIENT") == 2


def test_a_uid_that_is_no_file_name_gets_another(system: SchedulingDisk) -> None:
    event = meeting(uid="../../etc/passwd")
    system.scheduling().place(event)
    (path,) = system.files()
    assert path.parent == system.root
    assert system.scheduling().find("../../etc/passwd") is not None


def test_a_file_of_the_same_name_that_holds_another_event_stays(system: SchedulingDisk) -> None:
    path = system.root / f"{meeting().uid}.ics"
    path.write_bytes(calendar(event("other@contract.example", ":20260312T090000Z", "DURATION:PT1H")))
    before = path.read_bytes()
    system.scheduling().place(meeting())
    assert path.read_bytes() == before
    assert len(system.files()) == 2


def test_an_event_is_found_in_whatever_file_it_lies(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    (system.root / "team").mkdir()
    system.file(meeting().uid).rename(system.root / "team" / "renamed.ics")
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    assert (found.calendar, found.remote_id, found.etag) == ("team", "renamed.ics", placed.etag)


def test_an_event_whose_uid_was_folded_is_found(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    system.edit(meeting().uid, b"UID:9f2c@nextmove", b"UID:9f2\r\n c@next\r\n move")
    assert system.scheduling().find(meeting().uid) is not None


def test_a_uid_within_an_alarm_is_not_the_events(system: SchedulingDisk) -> None:
    alarm = f"BEGIN:VALARM\nUID:{meeting().uid}\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM"
    lines = event("other@contract.example", ":20260312T090000Z", alarm)
    (system.root / "other.ics").write_bytes(calendar(lines).replace(b"UID:other@contract.example\r\n", b""))
    assert system.scheduling().find(meeting().uid) is None


def test_other_events_of_the_file_keep_every_byte(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    other = event("other@contract.example", ":20260312T090000Z", "DURATION:PT1H", "x-weird:  kept,as;it=is ")
    path = system.file(meeting().uid)
    ours = path.read_bytes()
    start, end = ours.index(b"BEGIN:VEVENT"), ours.index(b"END:VCALENDAR")
    block = other.replace("\n", "\r\n").encode() + b"\r\n"
    path.write_bytes(ours[:start] + block + ours[start:end] + block.replace(b"other", b"third") + ours[end:])
    system.scheduling().change(moved(), placed)
    raw = path.read_bytes()
    assert raw.startswith(ours[:start] + block)
    assert raw.endswith(block.replace(b"other", b"third") + ours[end:])
    assert raw.count(b"BEGIN:VEVENT") == 3


def test_a_change_of_another_event_in_the_file_changes_nothing_of_ours(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    other = event("other@contract.example", ":20260312T090000Z").replace("\n", "\r\n").encode()
    system.edit(meeting().uid, b"END:VCALENDAR", other + b"\r\nEND:VCALENDAR")
    assert system.scheduling().find(meeting().uid) == placed


def test_a_hold_beside_other_events_is_cut_out_alone(system: SchedulingDisk) -> None:
    held = system.scheduling().place(hold())
    path = system.file(hold().uid)
    other = event("other@contract.example", ":20260312T090000Z", "DURATION:PT1H").replace("\n", "\r\n").encode()
    system.edit(hold().uid, b"END:VCALENDAR", other + b"\r\nEND:VCALENDAR")
    assert system.scheduling().cancel(replace(hold(), sequence=1), held) is None
    assert path.read_bytes().count(b"BEGIN:VEVENT") == 1
    assert b"other@contract.example" in path.read_bytes()


def test_alarms_of_the_rep_stay_when_the_event_moves(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    alarm = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Soon\r\nEND:VALARM\r\n"
    system.edit(meeting().uid, b"END:VEVENT", alarm + b"END:VEVENT")
    seen = system.scheduling().find(meeting().uid)
    assert seen is not None
    system.scheduling().change(moved(), seen)
    assert alarm + b"END:VEVENT" in system.file(meeting().uid).read_bytes()


def test_a_calendar_of_folders_gets_it_where_the_reps_meetings_are(system: SchedulingDisk) -> None:
    for folder, organizer in (("holidays", "x@y.example"), ("work", "rep@tallwood.example")):
        (system.root / folder).mkdir()
        lines = event(f"{folder}@contract.example", ":20260612T090000Z", f"ORGANIZER:mailto:{organizer}")
        (system.root / folder / "1.ics").write_bytes(calendar(lines))
    assert system.scheduling().place(meeting()).calendar == "work"


def test_the_same_event_has_the_same_bytes(tmp_path: Path) -> None:
    one, two = SchedulingDisk(tmp_path / "one"), SchedulingDisk(tmp_path / "two")
    for system in (one, two):
        system.scheduling().place(meeting())
    assert one.files()[0].read_bytes() == two.files()[0].read_bytes()
    assert one.mail.drafts() == two.mail.drafts()


def test_a_link_out_of_the_calendar_is_not_followed(system: SchedulingDisk, tmp_path: Path) -> None:
    placed = system.scheduling().place(meeting())
    path, outside = system.file(meeting().uid), tmp_path / "elsewhere.ics"
    shutil.move(path, outside)
    path.symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(ProviderError, match="outside"):
        system.scheduling().change(moved(), placed)
    assert (outside.read_bytes(), path.is_symlink()) == (before, True)


def test_a_link_in_the_place_of_the_part_file_is_not_followed(system: SchedulingDisk, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (system.root / f".{meeting().uid}.ics.part").symlink_to(victim)
    with pytest.raises(ProviderError, match="could not be written"):
        system.scheduling().place(meeting())
    assert victim.read_text() == "mine"


def test_a_calendar_that_cannot_be_written_says_what_to_do(system: SchedulingDisk, monkeypatch: Any) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProviderError, match=r"could not be written \(No space left on device\).*disk has room"):
        system.scheduling().place(meeting())


# --- A calendar in one file


class OneFile(SchedulingDisk):
    def __init__(self, root: Path, start: bytes) -> None:
        super().__init__(root)
        self.root.rmdir()
        self.root = root / "exported.ics"
        self.root.write_bytes(start)

    def files(self) -> list[Path]:
        return [self.root]

    def delete(self, uid: str) -> None:
        raw = self.root.read_bytes()
        self.root.write_bytes(raw[: raw.index(b"BEGIN:VEVENT")] + b"END:VCALENDAR\r\n")


class TestInOneFile(SchedulingSuite):
    @pytest.fixture
    def system(self, tmp_path: Path) -> SchedulingDisk:
        return OneFile(tmp_path, calendar())


OTHERS = calendar(
    event("a@contract.example", ":20260612T090000Z", "SUMMARY:Fair"), event("b@contract.example", ":20260613T090000Z")
)


@pytest.mark.parametrize("start", [OTHERS, OTHERS.replace(b"\r\n", b"\n")], ids=["crlf", "lf"])
def test_a_file_of_many_events_keeps_the_others_and_its_line_ends(tmp_path: Path, start: bytes) -> None:
    system = OneFile(tmp_path, start)
    system.root.chmod(0o640)
    held = system.scheduling().place(hold())
    raw = system.root.read_bytes()
    assert raw.startswith(start[: start.index(b"END:VCALENDAR")])
    assert (b"\r\n" in raw) == (b"\r\n" in start)
    assert b"\n" not in raw.replace(b"\r\n", b"") or b"\r\n" not in raw
    assert system.root.stat().st_mode & 0o777 == 0o640
    changed = system.scheduling().change(meeting(sequence=1), held)
    system.sent()
    system.scheduling().cancel(cancelled(2), changed)
    assert system.root.read_bytes().startswith(start[: start.index(b"END:VCALENDAR")])
    assert system.root.read_bytes().count(b"BEGIN:VTIMEZONE") == 1
    assert only_event(system).status is EventStatus.CANCELLED


def test_a_file_that_is_no_calendar_is_left_alone(tmp_path: Path) -> None:
    system = OneFile(tmp_path, b"not a calendar\r\n")
    with pytest.raises(ProviderError, match=r"END:VCALENDAR.*Export it anew"):
        system.scheduling().place(meeting())
    assert system.root.read_bytes() == b"not a calendar\r\n"


# --- The drafts


def test_the_invitation_is_a_draft_with_its_key(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    (mail,) = system.mails()
    assert (mail["X-Nextmove-Key"], mail["Subject"]) == (meeting().key, meeting().title)
    assert "X-Nextmove" not in str(mail.get_body(("plain",)))


def test_an_invitation_that_was_not_sent_makes_room_for_the_next(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.scheduling().change(moved(), placed)
    assert system.told() == [Told("REQUEST", 1, BOTH)]


def test_an_invitation_that_the_rep_edited_stays(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.mail.edit_draft(meeting().key, b"We look at", b"Let us look at")
    system.scheduling().change(moved(), placed)
    assert sorted(one.sequence for one in system.told()) == [0, 1]


def test_other_drafts_stay_when_an_invitation_goes(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.mail.outbox().file(outgoing())
    system.scheduling().place(replace(meeting("other"), uid="other@nextmove.example"))
    system.scheduling().cancel(cancelled(), placed)
    assert sorted(mail["X-Nextmove-Key"] for mail in system.mails()) == [outgoing().key, "other"]


def test_people_who_never_got_the_invitation_get_no_cancellation(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    for _ in range(2):
        assert system.scheduling().cancel(cancelled(), placed) is None
        assert no_event(system)
        assert system.told() == []


def test_they_get_none_either_after_a_move_that_was_not_sent(system: SchedulingDisk) -> None:
    held = system.scheduling().place(hold())
    invited = system.scheduling().change(meeting(sequence=1), held)
    changed = system.scheduling().change(moved(sequence=2), invited)
    system.scheduling().cancel(cancelled(3), changed)
    assert system.told() == []


def test_they_get_one_where_only_the_move_was_not_sent(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.sent()
    changed = system.scheduling().change(moved(), placed)
    system.scheduling().cancel(cancelled(2), changed)
    assert system.told() == [Told("REQUEST", 0, BOTH), Told("CANCEL", 2, BOTH)]


def test_an_event_is_untold_until_its_first_invitation_is_sent(system: SchedulingDisk) -> None:
    def found() -> PlacedEvent:
        there = system.scheduling().find(meeting().uid)
        assert there is not None
        return there

    held = system.scheduling().place(hold())
    assert held.told, "there is nobody to tell"
    placed = system.scheduling().change(meeting(sequence=1), held)
    assert (placed.told, found().told) == (False, False)
    changed = system.scheduling().change(moved(sequence=2), placed)
    assert (changed.told, found().told) == (False, False)
    system.sent()
    assert found().told
    again = system.scheduling().change(moved(days=3, sequence=3), found())
    assert (again.told, found().told) == (True, True), "they have heard of the meeting, if not of its new time"


def test_an_invitation_that_the_rep_edited_has_told_nobody_either(system: SchedulingDisk) -> None:
    system.scheduling().place(meeting())
    system.mail.edit_draft(meeting().key, b"We look at", b"Let us look at")
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    assert not found.told


def test_a_deleted_invitation_is_called_off_without_a_word_where_nobody_is_named(system: SchedulingDisk) -> None:
    """The file alone can't tell a mail that the rep deleted from one that was sent: the caller knows."""
    placed = system.scheduling().place(meeting())
    for path in system.mail._draft_files():
        path.unlink()
    quietly = replace(cancelled(), required=(), optional=())
    for _ in range(2):
        assert system.scheduling().cancel(quietly, placed) is None
        assert no_event(system)
        assert system.told() == []


def test_an_unsent_invitation_to_what_the_rep_deleted_goes(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.delete(meeting().uid)
    system.scheduling().cancel(cancelled(), placed)
    assert system.told() == []


# --- Repeats


def test_a_repeat_with_a_later_stamp_is_the_same_event(system: SchedulingDisk) -> None:
    first = system.scheduling().place(meeting())
    system.mail.delete_draft(meeting().key)
    assert system.scheduling().place(meeting(stamp=STAMP + timedelta(hours=1))) == first
    (mail,) = system.mails()
    assert mail["Date"].datetime == STAMP


def test_an_event_changed_in_the_very_moment_is_not_overwritten(
    system: SchedulingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from providers.local.objects import Objects

    placed = system.scheduling().place(meeting())
    inside = Objects._inside

    def edited_first(self: Objects, path: Path) -> Path:
        system.edit(meeting().uid, b"the pilot", b"the trial")
        return inside(self, path)

    monkeypatch.setattr(Objects, "_inside", edited_first)
    with pytest.raises(EventChanged):
        system.scheduling().change(moved(), placed)
    assert b"the trial" in system.file(meeting().uid).read_bytes()


def test_a_cosmetic_change_keeps_its_sequence(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.sent()
    other = meeting("deal-7.demo.words", title=cleared("Harbour: pilot"), stamp=STAMP + timedelta(days=1))
    changed = system.scheduling().change(other, placed)
    assert (changed.sequence, only_event(system).summary) == (0, "Harbour: pilot")
    assert system.scheduling().change(other, placed) == changed
    assert len(system.told()) == 2


def test_a_cosmetic_change_of_what_the_rep_has_edited_is_none(system: SchedulingDisk) -> None:
    placed = system.scheduling().place(meeting())
    system.edit(meeting().uid, b"the pilot", b"the trial")
    with pytest.raises(EventChanged):
        system.scheduling().change(meeting("other", stamp=STAMP + timedelta(days=1)), placed)
