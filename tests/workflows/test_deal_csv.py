"""Deals from CSV and back: forgiving of form, strict about meaning, harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Source, Stage
from assistant.domain.mail import Address
from assistant.errors import InputError, NotFoundError
from assistant.store import Store
from assistant.workflows import deal_csv
from assistant.workflows.deal_csv import ImportReport
from tests.workflows.world import NOW

HEAD = "name,company,domains,contacts,stage,decision_date,decision_evidence,country,timezone,notes"
ROW = (
    'Pilot,Harbour,harbour.example,"Ines Okafor <ines@harbour.example> (COO); otto@harbour.example",before_yes,'
    "2026-04-30,Ines on the phone,DE-HH,Europe/Berlin,likes boats"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "nextmove.db") as opened:
        yield opened


def take(store: Store, folder: Path, text: str | bytes) -> ImportReport:
    path = folder / "deals.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with store.write() as tx:
        return deal_csv.take(tx, path, NOW)


def deals(store: Store) -> list[Deal]:
    with store.read() as tx:
        return tx.ledger.deals()


def test_a_row_becomes_a_deal_with_everything_in_it(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    (deal,) = deals(store)
    assert (deal.id, deal.name, deal.company, deal.domains) == ("pilot", "Pilot", "Harbour", ("harbour.example",))
    assert [str(each.address) for each in deal.contacts] == [
        "Ines Okafor <ines@harbour.example>",
        "otto@harbour.example",
    ]
    assert [each.role for each in deal.contacts] == ["COO", None]
    assert deal.decision is not None
    assert (deal.decision.day, deal.decision.evidence.sentence) == (date(2026, 4, 30), "Ines on the phone")
    assert (deal.country, deal.timezone, deal.notes) == ("DE-HH", "Europe/Berlin", "likes boats")


def test_the_columns_may_stand_in_any_order(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, "notes,Company,NAME\nlikes boats,Harbour,Pilot\n")
    (deal,) = deals(store)
    assert (deal.name, deal.company, deal.notes) == ("Pilot", "Harbour", "likes boats")


def test_unknown_columns_are_kept(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, "name,CRM number,colour\nPilot,4711,\n")
    assert deals(store)[0].extra == (("crm_number", "4711"),)


def test_a_company_alone_is_enough(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, "company\nHarbour\n")
    assert (deals(store)[0].name, deals(store)[0].company) == ("Harbour", "Harbour")


@pytest.mark.parametrize(
    "raw",
    [
        b"name;company\nB\xc3\xb6rse;Harbour\n",
        b"\xef\xbb\xbfname,company\r\nB\xc3\xb6rse,Harbour\r\n",
        "name,company\nBörse,Harbour\n".encode("cp1252"),
        "name\tcompany\nBörse\tHarbour\n".encode(),
        "name,company\n\n,\nBörse,Harbour\n".encode(),
        '"name","company"\n"Börse","Harbour"\n'.encode(),
        "name,company\rBörse,Harbour\r".encode(),
        "name;company;notes\nBörse;Harbour;a, b, c, d\n".encode(),
    ],
    ids=["semicolon", "bom", "cp1252", "tab", "blank lines", "quoted", "old line ends", "commas in a semicolon file"],
)
def test_what_spreadsheets_write_is_understood(store: Store, tmp_path: Path, raw: bytes) -> None:
    report = take(store, tmp_path, raw)
    assert report.bad == []
    assert [(deal.name, deal.company) for deal in deals(store)] == [("Börse", "Harbour")]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("Pilot,,,,maybe,,,,,", "is no stage"),
        ("Pilot,,,,,31.12.2026,,,,", "is no day"),
        ("Pilot,,,nobody at all,,,,,,", "is no contact"),
        ("Pilot,,not a domain,,,,,,,", "is no domain"),
        ("Pilot,,,,,,,Germany,,", "is no country code"),
        ("Pilot,,,,,,,,Mars/Olympus,", "is no time zone"),
        (",,harbour.example,,,,,,,", "neither a name nor a company"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_a_cure_and_the_rest_goes_on(
    store: Store, tmp_path: Path, row: str, complaint: str
) -> None:
    report = take(store, tmp_path, f"{HEAD}\nFirst,,,,,,,,,\n{row}\nLast,,,,,,,,,\n")
    ((line, why),) = report.bad
    assert line == 3
    assert complaint in why
    assert report.added == ["first", "last"]


def test_a_bad_row_adds_nothing_of_itself(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\nPilot,,,,,someday,,,,\n")
    assert deals(store) == []


def test_a_file_without_a_name_column_is_refused_with_the_columns(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Known columns are: id, name, company"):
        take(store, tmp_path, "foo,bar\n1,2\n")


def test_an_empty_file_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        take(store, tmp_path, "")


def test_a_file_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with store.write() as tx, pytest.raises(NotFoundError, match="nowhere"):
        deal_csv.take(tx, tmp_path / "nowhere.csv", NOW)


def test_a_field_of_a_megabyte_is_refused_with_its_line(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2"):
        take(store, tmp_path, f"name,notes\nPilot,{'x' * 1_000_000}\n")


def test_a_second_import_of_the_same_file_changes_nothing(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    before = deals(store)
    report = take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    assert (report.added, report.updated, report.same) == ([], [], ["pilot"])
    assert deals(store) == before


def test_an_empty_cell_leaves_what_is_known(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    before = deals(store)
    take(store, tmp_path, f"{HEAD}\nPilot,Harbour,,,,,,,,\n")
    assert deals(store) == before


def test_a_changed_cell_updates_the_deal(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    report = take(store, tmp_path, f"{HEAD}\n{ROW.replace('likes boats', 'likes trains')}\n")
    assert report.updated == ["pilot"]
    assert deals(store)[0].notes == "likes trains"


def test_an_import_cannot_move_a_decision_date(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, f"{HEAD}\n{ROW}\n")
    report = take(store, tmp_path, f"{HEAD}\n{ROW.replace('2026-04-30', '2026-05-30')}\n")
    assert "nextmove deals date pilot" in report.bad[0][1]
    decision = deals(store)[0].decision
    assert decision is not None
    assert decision.day == date(2026, 4, 30)


def test_two_rows_of_one_name_and_company_are_one_deal(store: Store, tmp_path: Path) -> None:
    report = take(store, tmp_path, "name,company,notes\nPilot,Harbour,a\nPilot,Harbour,b\n")
    assert (report.added, report.updated) == (["pilot"], ["pilot"])


def test_two_deals_of_one_name_get_ids_of_their_own(store: Store, tmp_path: Path) -> None:
    report = take(store, tmp_path, "name,company\nPilot,Harbour\nPilot,Quayside\n")
    assert report.added == ["pilot", "pilot-2"]


def test_a_cell_that_could_act_as_a_formula_is_defused(store: Store, tmp_path: Path) -> None:
    rows = ["=cmd|' /C calc'!A1", "+1+1", "-1+1", "@SUM(A1)"]
    for row in rows:
        take(store, tmp_path, f'name,company\n"{row}",Harbour\n')
    for cells in list(csv.reader(io.StringIO(deal_csv.give(deals(store)))))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_three_hundred_deals_come_and_go(store: Store, tmp_path: Path) -> None:
    rows = "\n".join(f"Deal {n},Company {n}" for n in range(300))
    assert len(take(store, tmp_path, f"name,company\n{rows}\n").added) == 300
    assert take(store, tmp_path, deal_csv.give(deals(store))).updated == []


@pytest.mark.parametrize("bad", ["Pilot", "a:b", "12", "x" * 80, "a b"])
def test_an_id_that_could_be_mistaken_is_refused(store: Store, tmp_path: Path, bad: str) -> None:
    report = take(store, tmp_path, f"id,name\n{bad},Pilot\n")
    assert "can't be the id of a deal" in report.bad[0][1]


def test_a_contact_who_left_is_not_brought_back_by_an_export_and_import(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, "name,contacts\nPilot,Ines <ines@harbour.example> (COO) [gone]\n")
    take(store, tmp_path, deal_csv.give(deals(store)))
    assert [contact.active for contact in deals(store)[0].contacts] == [False]


NASTY = st.text(st.sampled_from("ab é=+-@'\"\t\r\n;,<>()\\|ß\u200b"), max_size=12)
WORD = st.text(st.sampled_from("abcdef"), min_size=1, max_size=6)
NAME = st.text(st.sampled_from("abc é=+-@'\"|ß,"), max_size=8)


@st.composite
def _contacts(draw: st.DrawFn) -> tuple[Contact, ...]:
    words = draw(st.lists(WORD, max_size=3, unique=True))
    return tuple(
        Contact(
            Address(f"{word}@{word}.example", draw(st.none() | st.just("Ida Holm"))),
            draw(st.sampled_from([None, "COO", "COO (interim)"])),
            draw(st.booleans()),
        )
        for word in words
    )


@st.composite
def _deals(draw: st.DrawFn) -> Deal:
    evidence = Evidence(Source.REP, "x", draw(NASTY).strip() or "said so", "the rep's word", on=NOW.date())
    decision = DecisionDate(draw(st.dates(date(2026, 1, 1), date(2027, 1, 1))), evidence)
    return Deal(
        id=draw(WORD),
        name=draw(NAME).strip() or "Pilot",
        company=draw(NAME).strip() or "Harbour",
        created=NOW,
        domains=tuple(f"{word}.example" for word in draw(st.lists(WORD, max_size=2, unique=True))),
        contacts=draw(_contacts()),
        stage=draw(st.sampled_from([Stage.BEFORE_YES, Stage.AFTER_YES, Stage.WON])),
        decision=draw(st.none() | st.just(decision)),
        country=draw(st.sampled_from([None, "DE", "US-CA"])),
        timezone=draw(st.sampled_from([None, "Europe/Berlin"])),
        notes=draw(NASTY).strip(),
        extra=tuple(sorted(draw(st.dictionaries(WORD.map(lambda w: f"x_{w}"), WORD, max_size=2)).items())),
    )


@given(made=st.lists(_deals(), max_size=4, unique_by=lambda deal: deal.id))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_export_imports_to_the_same_deals(made: Sequence[Deal], store: Store, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(deal_csv.give(made), encoding="utf-8", newline="")
    with store.write() as tx:
        report = deal_csv.take(tx, path, NOW)
        taken = tx.ledger.deals()
        tx.roll_back()
    assert report.bad == []
    assert [_meaning(deal) for deal in taken] == [_meaning(deal) for deal in sorted(made, key=lambda deal: deal.id)]


@given(made=st.lists(_deals(), max_size=3, unique_by=lambda deal: deal.id))
@settings(max_examples=60, deadline=None)
def test_no_cell_of_an_export_can_act_as_a_formula(made: Sequence[Deal]) -> None:
    for cells in csv.reader(io.StringIO(deal_csv.give(made), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def _meaning(deal: Deal) -> object:
    decision = deal.decision
    said = (decision.day, decision.evidence.sentence) if decision else None
    contacts = [(str(each.address), each.role, each.active) for each in deal.contacts]
    return replace(deal, decision=None, version=1, contacts=()), contacts, said
