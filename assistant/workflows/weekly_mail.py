"""The weekly report in the rep's mailbox: a draft to themselves, or sent where they allow it; once a week."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from assistant.config import Config
from assistant.domain.draft import ClearedText, Finding
from assistant.domain.ports import DraftChanged, FiledDraft, OutgoingMail, ThreadMoved
from assistant.errors import NotFoundError, RefusedError
from assistant.guard import clear
from assistant.report.anonymous import anonymous
from assistant.report.figure import Week
from assistant.report.mail import ReportMail, report_mail
from assistant.report.values import Report
from assistant.store import Effect, EffectState, Store
from assistant.workflows import weekly
from assistant.workflows.exits import guard_options
from assistant.workflows.filing import as_filed
from assistant.workflows.sources import SourceAccount

_FILE: Final = "file_report"
_SEND: Final = "send_report"
_SENDING: Final = "send"
_DRAFT: Final = "draft"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a week's report. `new` says that it came just now; `sent`, that it went out as well."""

    week: Week
    account: str
    new: bool
    sent: bool = False


def deliver(accounts: Sequence[SourceAccount], store: Store, config: Config, now: datetime) -> Delivered | None:
    """Bring the report of the week that was over last to the rep; None where they want none.

    Journaled under a key of the week, and looked up by it: the same week comes once, whatever crashes. Raises
    `ProviderError` where the mailbox can't be reached: nothing is lost, it's begun again at the next call.
    """
    if config.report.deliver == "off" or not accounts:
        return None
    week = Week.of(now.astimezone(config.zone).date()).back(1)
    key = effect_key(week, config)
    with store.read() as tx:
        effect, sending = tx.effects.effect(key), tx.effects.effect(f"{key}:send")
    if effect is not None and _brought(effect, sending):  # whatever has become of its account since
        done = sending is not None and sending.state is EffectState.DONE
        return Delivered(week, effect.account, new=False, sent=done)
    account = _account(accounts, config, effect)
    filed = as_filed(effect) if effect else None
    new = filed is None
    if filed is None:
        filed = _filed(store, account, config, week, key, effect, now)
    return Delivered(week, account.name, new, sent=_sent(store, account, week, key, filed, now))


def _brought(filing: Effect, sending: Effect | None) -> bool:
    """Whether nothing is left to do for that week."""
    if filing.state is not EffectState.DONE:
        return False
    return filing.payload != _SENDING if sending is None else sending.state is not EffectState.INTENDED


def effect_key(week: Week, config: Config) -> str:
    """Deterministic for the week and the rep."""
    return hashlib.sha256(f"weekly report\n{config.us.rep.email}\n{week.name}".encode()).hexdigest()[:32]


def mail_of(report: Report, config: Config, key: str, now: datetime) -> OutgoingMail:
    """The mail, cleared by the guard. Where it objects to a customer's name, the customers go without; where it still
    objects, the mail only says where the report is.

    Raises `RefusedError` where a rule of the rep's own objects even to that.
    """
    found: list[Finding] = []
    for makes in (_whole, _without_names, _short):
        said = makes(report)
        texts = _cleared(said, config)
        if not isinstance(texts, list):
            subject, body, page = texts
            rep = config.us.rep
            return OutgoingMail(
                key=key,
                message_id=_message_id(config, key),
                sender=rep,
                to=(rep,),
                subject=subject,
                body=body,
                date=now,
                page=page,
                pictures=said.pictures,
            )
        found = texts
    raise RefusedError(
        f"The guard stops the weekly report: {found[0].reason}",
        f"Look at the rule {found[0].rule} in your packs, or read it with: nextmove report",
    )


def _whole(report: Report) -> ReportMail:
    return report_mail(report)


def _without_names(report: Report) -> ReportMail:
    return report_mail(anonymous(report))


def _short(report: Report) -> ReportMail:
    return report_mail(report, short=True)


def _cleared(said: ReportMail, config: Config) -> tuple[ClearedText, ClearedText, ClearedText] | list[Finding]:
    options = guard_options(config)
    subject, body, page = (
        clear(said.subject, title=True, **options),
        clear(said.body, **options),
        clear(said.page, **options),
    )
    if isinstance(subject, ClearedText) and isinstance(body, ClearedText) and isinstance(page, ClearedText):
        return subject, body, page
    return [finding for part in (subject, body, page) if isinstance(part, list) for finding in part]


def _account(accounts: Sequence[SourceAccount], config: Config, effect: Effect | None) -> SourceAccount:
    """Where it was begun, else the first that can do what the rep wants, else the first."""
    if effect is not None and effect.state is not EffectState.FAILED:
        there = next((each for each in accounts if each.name == effect.account), None)
        if there is None:
            raise NotFoundError(
                f"The weekly report was begun in the account “{effect.account}”, which isn't in the configuration.",
                "Put the account back, or read the report with: nextmove report",
            )
        return there
    if config.report.deliver == _SENDING:
        return next((each for each in accounts if each.sender is not None), accounts[0])
    return accounts[0]


def _filed(
    store: Store,
    account: SourceAccount,
    config: Config,
    week: Week,
    key: str,
    effect: Effect | None,
    now: datetime,
) -> FiledDraft:
    """Journal the intention, file the draft, note it. One that was begun and lies there already is only noted."""
    begun = effect is not None and effect.state is EffectState.INTENDED
    filed = (account.outbox.find(key) or _seen(store, config, key)) if begun else None
    if filed is None:
        mail = mail_of(weekly.report(store, config, week, now), config, key, now)
        sends = config.report.deliver == _SENDING and account.sender is not None
        with store.write() as tx:
            fingerprint = hashlib.sha256(f"{mail.subject}\n{mail.body}".encode()).hexdigest()
            tx.effects.intend(key, _FILE, account.name, None, fingerprint, _SENDING if sends else _DRAFT, now)
        filed = account.outbox.file(mail)
    with store.write() as tx:
        tx.effects.done(key, msgspec.json.encode(filed).decode(), now)
        tx.audit.append(now, "weekly report filed", None, key, week.name)
    return filed


def _seen(store: Store, config: Config, key: str) -> FiledDraft | None:
    """The draft as the mirror saw it, which the rep has sent or deleted before it was noted."""
    with store.read() as tx:
        found = tx.mirror.messages(message_ids=[_message_id(config, key)])
    if not found:
        return None
    seen = found[0].message
    return FiledDraft(seen.folder, seen.remote_id, seen.message_id, seen.subject, seen.text, seen.recipients)


def _message_id(config: Config, key: str) -> str:
    return f"{key}.nextmove@{config.us.rep.domain or 'localhost'}"


def _sent(store: Store, account: SourceAccount, week: Week, key: str, filed: FiledDraft, now: datetime) -> bool:
    """Send it where that was wanted when it was filed. One that the rep has changed or deleted is theirs."""
    journal = f"{key}:send"
    with store.read() as tx:
        filing, sending = tx.effects.effect(key), tx.effects.effect(journal)
    if sending is not None and sending.state is not EffectState.INTENDED:
        return sending.state is EffectState.DONE
    if account.sender is None or filing is None or filing.payload != _SENDING:
        return False
    with store.write() as tx:
        tx.effects.intend(journal, _SEND, account.name, None, filing.fingerprint, week.name, now)
    try:
        account.sender.send(key, filed, ())
    except (DraftChanged, ThreadMoved):
        with store.write() as tx:
            tx.effects.failed(journal, "the rep has changed or deleted it", now)
        return False
    with store.write() as tx:
        tx.effects.done(journal, None, now)
        tx.audit.append(now, "weekly report sent", None, key, week.name)
    return True
