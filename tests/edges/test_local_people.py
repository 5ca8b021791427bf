"""When others are taken, as their programs publish it: files called by their addresses in a folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

import providers
from assistant.app import opened
from assistant.domain.ports import FreeBusy
from assistant.errors import ProviderError
from tests.contracts.free_busy import INES, KIM, MARCH, TALK, FreeBusySuite, on
from tests.contracts.letters import calendar, event
from tests.edges.systems import BERLIN
from tests.workflows.world import Account, config_text


@dataclass
class PeopleFolder:
    root: Path

    def open(self) -> FreeBusy:
        return providers.free_busy("local", "work", {"people": str(self.root)}, BERLIN)

    def put(self, email: str, raw: bytes, suffix: str = ".ics") -> None:
        (self.root / f"{email}{suffix}").write_bytes(raw)


@pytest.fixture
def people(tmp_path: Path) -> PeopleFolder:
    root = tmp_path / "people"
    root.mkdir()
    return PeopleFolder(root)


class TestLocalPeople(FreeBusySuite):
    pass


def published(*lines: str) -> bytes:
    return calendar("\n".join(["BEGIN:VFREEBUSY", "UID:p@harbour.example", *lines, "END:VFREEBUSY"]))


@pytest.mark.parametrize("suffix", [".ifb", ".vfb", ".ics", ".IFB"])
def test_what_was_published_is_read(people: PeopleFolder, suffix: str) -> None:
    people.put(INES, published("FREEBUSY:20260310T090000Z/20260310T100000Z,20260311T090000Z/PT30M"), suffix)
    assert people.open().busy([INES], MARCH) == {INES: (on(10, 9), on(11, 9, 30))}


@pytest.mark.parametrize("kind", ["BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE", "X-ASLEEP"])
def test_every_kind_but_free_takes_time(people: PeopleFolder, kind: str) -> None:
    lines = (f"FREEBUSY;FBTYPE={kind}:20260310T090000Z/PT1H", "FREEBUSY;FBTYPE=FREE:20260311T090000Z/PT1H")
    people.put(INES, published(*lines), ".ifb")
    assert people.open().busy([INES], MARCH) == {INES: (on(10, 9),)}


def test_of_somebody_with_two_files_both_count(people: PeopleFolder) -> None:
    people.put(INES, published("FREEBUSY:20260311T090000Z/PT1H"), ".ifb")
    people.put(INES, calendar(TALK))
    assert people.open().busy([INES], MARCH) == {INES: (on(10, 9), on(11, 9))}


def test_what_was_published_for_another_time_says_nothing(people: PeopleFolder) -> None:
    span = ("DTSTART:20260101T000000Z", "DTEND:20260201T000000Z")
    people.put(INES, published(*span, "FREEBUSY:20260110T090000Z/PT1H"), ".ifb")
    assert people.open().busy([INES], MARCH) == {}


def test_a_question_about_somebody_is_no_answer(people: PeopleFolder) -> None:
    raw = published("DTSTART:20260301T000000Z", "DTEND:20260401T000000Z")
    people.put(INES, raw.replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:REQUEST"), ".ifb")
    assert people.open().busy([INES], MARCH) == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00nonsense",
        b"<html>Sign in</html>",
        published("FREEBUSY:next Tuesday"),
        published("FREEBUSY:20260310T100000Z/20260310T090000Z"),
        calendar(event("broken@contract.example", ":NEXT TUESDAY")),
    ],
)
def test_one_broken_file_makes_its_owner_unknown_and_nobody_else(people: PeopleFolder, raw: bytes) -> None:
    people.put(INES, raw)
    people.put(KIM, calendar(TALK))
    assert people.open().busy([INES, KIM], MARCH) == {KIM: (on(10, 9),)}


def test_of_a_calendar_with_one_broken_event_the_rest_counts(people: PeopleFolder) -> None:
    people.put(INES, calendar(event("broken@contract.example", ":NEXT TUESDAY"), TALK))
    assert people.open().busy([INES], MARCH) == {INES: (on(10, 9),)}


def test_an_address_is_found_in_whatever_case_its_file_is_named(people: PeopleFolder) -> None:
    people.put("Ines@Harbour.example", calendar(TALK))
    assert set(people.open().busy([INES], MARCH)) == {INES}


def test_an_address_never_leads_out_of_the_folder(people: PeopleFolder) -> None:
    (people.root.parent / "mine.ics").write_bytes(calendar(TALK))
    assert people.open().busy(["../mine", str(people.root.parent / "mine")], MARCH) == {}


def test_a_folder_called_like_a_file_is_nobodys(people: PeopleFolder) -> None:
    (people.root / f"{INES}.ics").mkdir()
    assert people.open().busy([INES], MARCH) == {}


def test_a_file_that_is_far_too_large_is_not_read(people: PeopleFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.local.people._LARGEST", 50)
    people.put(INES, calendar(TALK))
    assert people.open().busy([INES], MARCH) == {}


def test_a_folder_that_is_not_there_is_an_error(people: PeopleFolder) -> None:
    people.root.rmdir()
    with pytest.raises(ProviderError, match="can't be read"):
        people.open().busy([INES], MARCH)


def test_the_app_knows_others_times_where_a_folder_is_configured(tmp_path: Path, people: PeopleFolder) -> None:
    people.put(INES, calendar(TALK))
    text = config_text(tmp_path, [Account("work", tmp_path / "work")])
    for extra, expected in (("", None), (f'people = "{people.root}"', {INES: (on(10, 9),)})):
        path = tmp_path / "nextmove.toml"
        path.write_text(f"{text}\n{extra}\n")
        with opened(path) as app:
            (account,) = app.accounts()
            known = account.free_busy
            assert (known and known.busy([INES], MARCH)) == expected
