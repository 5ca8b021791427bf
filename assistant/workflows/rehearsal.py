"""A rehearsal: the whole run on a copy of the store, with outboxes that only pretend."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.domain.ports import FiledDraft, Outbox, OutgoingMail, Withdrawal
from assistant.store import Store
from assistant.workflows.sources import SourceAccount


@dataclass(frozen=True, slots=True)
class _PretendingOutbox:
    """Finds what is there and changes nothing."""

    real: Outbox

    @property
    def account(self) -> str:
        return self.real.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        return FiledDraft("", "", mail.message_id, str(mail.subject), str(mail.body), (*mail.to, *mail.cc))

    def find(self, key: str) -> FiledDraft | None:
        return self.real.find(key)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        there = self.real.find(key)
        if there is None:
            return Withdrawal.GONE
        return Withdrawal.WITHDRAWN if _words(there) == _words(filed) else Withdrawal.EDITED


def _words(draft: FiledDraft) -> tuple[object, ...]:
    return frozenset(draft.recipients), draft.subject.split(), draft.body.split()


@contextmanager
def rehearsed(store: Store, accounts: Sequence[SourceAccount]) -> Iterator[tuple[Store, list[SourceAccount]]]:
    """A copy of the store and accounts without hands; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nextmove-") as folder:
        copy = Path(folder) / "rehearsal.db"
        store.copy_to(copy)
        with Store.open(copy) as rehearsal:
            yield rehearsal, [replace(each, outbox=_PretendingOutbox(each.outbox)) for each in accounts]
