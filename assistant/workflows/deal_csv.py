"""Deals from a CSV file and back: any order of columns, unknown ones kept, every bad row named, formulas defused."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from assistant.domain.deal import Deal, DecisionDate
from assistant.errors import InputError, NotFoundError
from assistant.store import Transaction
from assistant.workflows import dealbook
from assistant.workflows.plausible import day_of

COLUMNS: Final = (
    "id",
    "name",
    "company",
    "domains",
    "contacts",
    "stage",
    "decision_date",
    "decision_evidence",
    "country",
    "timezone",
    "notes",
)
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet takes for a formula; an apostrophe before it is taken off again by the import."""


@dataclass(slots=True)
class ImportReport:
    """What came of a file: ids of deals, and for each bad row its number and why."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)


def take(tx: Transaction, path: Path, now: datetime) -> ImportReport:
    """Import the rows of the file. A bad row is reported and the rest goes on; a known deal is updated."""
    report = ImportReport()
    book = _Book({}, {})
    for deal in tx.ledger.deals():
        book.keep(deal)
    for number, row in _rows(path):
        try:
            _take_row(tx, row, now, book, report)
        except InputError as error:
            report.bad.append((number, str(error)))
    return report


@dataclass(frozen=True, slots=True)
class _Book:
    """The deals by id, and the first of each name and company."""

    by_id: dict[str, Deal]
    by_names: dict[tuple[str, str], str]

    def keep(self, deal: Deal) -> None:
        self.by_id[deal.id] = deal
        self.by_names.setdefault((deal.name, deal.company), deal.id)

    def known(self, row: Mapping[str, str]) -> Deal | None:
        return self.by_id.get(row.get("id") or self.by_names.get(_names(row), ""))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} can't be read: {error.strerror}.", "Name a CSV file.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        if "name" not in header and "company" not in header:
            raise InputError(
                f"{path} has no column name or company in its first line.", f"Known columns are: {', '.join(COLUMNS)}."
            )
        return [
            (reader.line_num, {key: _plain(cell.strip()) for key, cell in zip(header, cells, strict=False) if key})
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}.", "Mend that line, then import again.") from None


def _take_row(tx: Transaction, row: Mapping[str, str], now: datetime, book: _Book, report: ImportReport) -> None:
    before = book.known(row)
    deal = _deal(row, before, book.by_id, now)
    decision = _decision(row, deal, before, now)
    if before is None:
        dealbook.add(tx, deal, decision, now)
        report.added.append(deal.id)
    elif deal == before and decision is None:
        report.same.append(deal.id)
        return
    else:
        if deal != before:
            tx.ledger.update_deal(deal)
        if decision is not None:
            tx.ledger.decide(deal.id, decision)
        stage_before = "" if deal.stage is before.stage else str(before.stage)
        tx.audit.append(now, "deal updated by import", deal.id, detail=stage_before)
        report.updated.append(deal.id)
    book.keep(tx.ledger.deal(deal.id))


def _names(row: Mapping[str, str]) -> tuple[str, str]:
    name, company = row.get("name", ""), row.get("company", "")
    if not name and not company:
        raise InputError("It has neither a name nor a company.", "Fill in one of them.")
    return name or company, company or name


def _deal(row: Mapping[str, str], before: Deal | None, taken: Collection[str], now: datetime) -> Deal:
    name, company = _names(row)
    base = before or Deal(_id(row, taken), name, company, now)
    extra = dict(base.extra) | {key: cell for key, cell in row.items() if key not in COLUMNS and cell}
    return replace(
        base,
        name=name,
        company=company,
        domains=dealbook.domains_of(row["domains"]) if row.get("domains") else base.domains,
        contacts=dealbook.contacts_of(row["contacts"]) if row.get("contacts") else base.contacts,
        stage=dealbook.stage_of(row["stage"]) if row.get("stage") else base.stage,
        country=dealbook.check_country(row["country"]) if row.get("country") else base.country,
        timezone=dealbook.check_zone(row["timezone"]) if row.get("timezone") else base.timezone,
        notes=row.get("notes") or base.notes,
        extra=tuple(sorted(extra.items())),
    )


def _id(row: Mapping[str, str], taken: Collection[str]) -> str:
    return dealbook.check_id(row["id"]) if row.get("id") else dealbook.slug(_names(row)[0], taken)


def _decision(row: Mapping[str, str], deal: Deal, before: Deal | None, now: datetime) -> DecisionDate | None:
    if not row.get("decision_date"):
        return None
    day = day_of(row["decision_date"])
    held = before.decision if before else None
    if held is None:
        evidence = row.get("decision_evidence") or "imported without a source"
        return DecisionDate(day, dealbook.reps_word(deal.id, evidence, now))
    if held.day != day:
        raise InputError(
            f"The decision date of {deal.id} is {held.day} and an import can't move it.",
            f"If the customer changed it: nextmove deals date {deal.id} {day} --evidence …",
        )
    return None


def give(deals: Iterable[Deal]) -> str:
    """The deals as CSV in the columns of the import, the unknown ones after them; no cell can act as a formula."""
    deals = list(deals)
    unknown = sorted({key for deal in deals for key, _ in deal.extra})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, *unknown))
    for deal in deals:
        extra = dict(deal.extra)
        writer.writerow(_safe(cell) for cell in (*_cells(deal), *(extra.get(key, "") for key in unknown)))
    return out.getvalue()


def _cells(deal: Deal) -> tuple[str, ...]:
    return (
        deal.id,
        deal.name,
        deal.company,
        ", ".join(deal.domains),
        "; ".join(dealbook.contact_text(contact) for contact in deal.contacts),
        deal.stage.value,
        deal.decision.day.isoformat() if deal.decision else "",
        deal.decision.evidence.sentence if deal.decision else "",
        deal.country or "",
        deal.timezone or "",
        deal.notes,
    )


def _safe(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
