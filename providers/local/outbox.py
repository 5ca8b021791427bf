"""Drafts where the rep's own mail program sees them: in the Maildir's Drafts, or as `.eml` files in a tree's."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from assistant.domain.mail import FolderRole
from assistant.domain.ports import DraftChanged, FiledDraft, OutgoingMail, Withdrawal
from providers.local import writing
from providers.local.drafts import Drafts, FoundDraft
from providers.local.mail import mail_path, roles_of


class LocalOutbox:
    """Files drafts beside the mail of an account; of the mailbox it touches nothing else."""

    def __init__(self, account: str, root: Path, zone: tzinfo, roles: Mapping[str, FolderRole]) -> None:
        self._account = account
        self._drafts = Drafts(account, root, zone, roles)

    @property
    def account(self) -> str:
        return self._account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        from providers.outgoing import to_bytes

        return _filed(self._drafts.put(mail.key, mail.date, lambda linesep: to_bytes(mail, linesep=linesep)))

    def find(self, key: str) -> FiledDraft | None:
        found = self._drafts.with_key(key)
        return _filed(found[0]) if found else None

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        found = self._drafts.with_key(key)
        if not found:
            return Withdrawal.GONE
        touched = [one for one in found if not _same(one, filed)]
        for one in found:
            if one not in touched:
                writing.remove(one.path)
        return Withdrawal.EDITED if touched else Withdrawal.WITHDRAWN

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        """A new file, then the old one goes: what is in a Maildir never changes under its name (maildir(5))."""
        if not self._drafts.with_key(mail.key) and not self._untouched(key, filed):
            raise DraftChanged
        now = self.file(mail)
        if self.withdraw(key, filed) is Withdrawal.EDITED:
            self.withdraw(mail.key, now)
            raise DraftChanged
        return now

    def _untouched(self, key: str, filed: FiledDraft) -> bool:
        found = self._drafts.with_key(key)
        return bool(found) and all(_same(one, filed) for one in found)


def open_outbox(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalOutbox:
    """Beside the mail at `mail`; `drafts` names the folder where its own name doesn't."""
    return LocalOutbox(account, mail_path(account, settings), zone, roles_of(settings))


def _filed(found: FoundDraft) -> FiledDraft:
    message = found.message
    return FiledDraft(
        folder=found.folder.name,
        remote_id=found.remote_id,
        message_id=message.message_id,
        subject=message.subject,
        body=message.text,
        recipients=message.recipients,
        etag=found.etag,
    )


def _same(found: FoundDraft, filed: FiledDraft) -> bool:
    """Whether nobody has changed recipients, subject or text, or attached something; of a page, anything at all."""
    now = _filed(found)
    return (
        set(now.recipients) == set(filed.recipients)
        and now.subject.split() == filed.subject.split()
        and now.body.split() == filed.body.split()
        and (found.etag == filed.etag if filed.etag else not found.message.attachments)
    )
