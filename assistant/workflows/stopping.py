"""What the guard stopped is written into the audit trail: which families, by which rules; never the text."""

from collections.abc import Iterable
from datetime import datetime

from assistant.domain.draft import Finding, Severity
from assistant.report.deal_week import Stopped
from assistant.store import AuditEntry, Transaction
from assistant.store.history import GUARD_STOPPED


def note_stopped(tx: Transaction, deal_id: str, item_id: int, findings: Iterable[Finding], now: datetime) -> None:
    """Write down that the guard objected to this text; nothing where it had nothing to block."""
    blocking = (finding for finding in findings if finding.severity is Severity.BLOCK)
    found = dict.fromkeys(f"{finding.family}:{finding.rule}" for finding in blocking)
    if found:
        tx.audit.append(now, GUARD_STOPPED, deal_id, str(item_id), " ".join(found))


def stopped(line: AuditEntry) -> Stopped:
    """What such a line says. One that was cut short says what's whole."""
    found = tuple(
        (family, rule) for each in line.detail.split() for family, mark, rule in [each.partition(":")] if mark
    )
    return Stopped(line.at, line.deal_id, line.ref or "", found)
