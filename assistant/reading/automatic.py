"""Automatic mail: absences, bounces, receipts, calendar answers, lists and machines."""

import re
from datetime import tzinfo
from functools import cache
from typing import Final

from assistant.domain.mail import Message
from assistant.domain.reading import Automatic, AutomaticKind, Span
from assistant.language.packs import Pack, load
from assistant.language.sentences import sentences
from assistant.reading.absence import return_day, stand_in
from assistant.reading.body import said
from assistant.reading.text import matchable

_ROBOT: Final = re.compile(
    r"^(?:no-?_?\.?reply|do-?_?not-?_?reply|donotreply|noreply[\w.+-]*|notifications?|alerts?|bounces?[\w.+-]*|"
    r"automated|auto|robot|system|dse(?:_na\d)?|docusign|newsletters?|mailings?|marketing)(?:[.+_-]|$|@)"
)
_DAEMON: Final = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|mmdf|smtpd?)\b|^microsoftexchange[0-9a-f]{8,}"
)
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_FAILED: Final = re.compile(
    r"(?im)^(?:final|original)-recipient\s*:\s*(?:rfc822|utf-8)?\s*;?\s*<?([^\s<>;]+@[^\s<>;]+)"
)
_ACTION: Final = re.compile(r"(?im)^action\s*:\s*(\w+)")
_CALENDAR_LINE: Final = re.compile(r"(?im)^(METHOD|UID|PARTSTAT)[;:](.*)$")
_PARTSTAT: Final = re.compile(r"(?i)PARTSTAT=\"?([A-Z-]+)")
_SIGNS: Final = frozenset({"ooo_certain", "bounce", "challenge"})
"""Kinds of words without which a text isn't taken for a machine's."""
_LONG: Final = 1500
"""Characters beyond which a text without automatic headers is a person's."""


def automatic(message: Message, zone: tzinfo) -> Automatic | None:
    """What kind of automatic mail this is, or None for a person's mail.

    The headers decide where they can (RFC 3834, 3464, 8098, 6047, 2369); then the subject, in many languages; then
    the text, only where it has words of absence or failure. `X-Auto-Response-Suppress` alone and
    `Auto-Submitted: auto-forwarded` are a person's mail.
    """
    return (
        _calendar(message)
        or _report(message)
        or _by_subject(message, zone)
        or _by_header(message, zone)
        or _by_text(message, zone)
    )


def _pack() -> Pack:
    return load("assistant.reading.packs", "automatic")


@cache
def _signs() -> Pack:
    return _part(*_SIGNS)


@cache
def _subjects() -> Pack:
    return _part(*(kind for kind in _pack().kinds if kind.endswith("_subject")))


def _part(*kinds: str) -> Pack:
    """The rules of these kinds alone: what every message is looked at with stays small."""
    whole = _pack()
    return Pack(whole.name, whole.language, tuple(rule for rule in whole.rules if rule.kind in kinds))


def _found(
    kind: AutomaticKind,
    text: str,
    rule: str,
    *,
    failed: tuple[str, ...] = (),
    event_uid: str | None = None,
    partstat: str | None = None,
) -> Automatic:
    evidence = Span(0, len(text), text, rule)
    return Automatic(kind, evidence, failed=failed, event_uid=event_uid, partstat=partstat)


def _calendar(message: Message) -> Automatic | None:
    """iTIP parts: a reply to an invitation of ours, or a request, cancellation or counter-proposal of theirs."""
    for part in message.calendar:
        lines = {name.upper(): value.strip() for name, value in reversed(_CALENDAR_LINE.findall(part))}
        method = lines.get("METHOD", "").upper()
        if method == "REPLY":
            partstat = _PARTSTAT.search(part.replace("\r\n ", "").replace("\n ", ""))
            status = partstat.group(1).upper() if partstat else None
            return _found(
                AutomaticKind.CALENDAR_REPLY,
                message.subject,
                "text/calendar REPLY",
                event_uid=lines.get("UID"),
                partstat=status,
            )
        if method in ("REQUEST", "CANCEL", "COUNTER"):
            return _found(
                AutomaticKind.CALENDAR_REQUEST, message.subject, f"text/calendar {method}", event_uid=lines.get("UID")
            )
    return None


def _report(message: Message) -> Automatic | None:
    """multipart/report: delivery status (RFC 3464), disposition notification (RFC 8098), feedback (RFC 5965)."""
    kind = (message.header("content-type") or "").lower()
    failed = message.header("x-failed-recipients")
    if "disposition-notification" in kind:
        return _found(AutomaticKind.RECEIPT, message.subject, "report-type=disposition-notification")
    if "feedback-report" in kind:
        return _found(AutomaticKind.MACHINE, message.subject, "report-type=feedback-report")
    if "multipart/report" not in kind and not failed:
        return None
    actions = {action.lower() for action in _ACTION.findall(message.report)}
    if actions and actions <= {"delayed"}:
        return _found(AutomaticKind.DELAY, message.subject, "Action: delayed", failed=_failed(message))
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return _found(AutomaticKind.RECEIPT, message.subject, "Action: delivered")
    rule = "X-Failed-Recipients" if failed else "multipart/report"
    return _found(AutomaticKind.BOUNCE, _first_line(message), rule, failed=_failed(message))


def _failed(message: Message) -> tuple[str, ...]:
    """The addresses that bounced: from the report, the header, or else the text."""
    found = _FAILED.findall(message.report) or _ADDRESS.findall(message.header("x-failed-recipients") or "")
    if not found:
        ours = {address.email for address in message.recipients}
        found = [each for each in _ADDRESS.findall(message.text[:4000]) if each.lower() not in ours]
        found = [each for each in found if not _DAEMON.match(each.lower())][:1]
    return tuple(dict.fromkeys(each.lower().strip("<>.") for each in found))


def _by_subject(message: Message, zone: tzinfo) -> Automatic | None:
    """What the subject alone says."""
    subject = matchable(message.subject)
    if not subject.strip():
        return None
    kinds = {match.rule.kind: match for match in _subjects().find(subject)}
    if "recall_subject" in kinds and not message.in_reply_to:
        return _found(AutomaticKind.RECALL, message.subject, "recall-subject")
    if "calendar_subject" in kinds and len(message.text) < 2000:
        return _found(AutomaticKind.CALENDAR_REPLY, message.subject, "calendar-subject")
    if "receipt_subject" in kinds and len(message.text) < 3000:
        return _found(AutomaticKind.RECEIPT, message.subject, "receipt-subject")
    if "ooo_subject" in kinds and _may_be_absence(message):
        return _absence(message, zone, kinds["ooo_subject"].rule.id)
    if "bounce_subject" in kinds and (_from_daemon(message) or _says(message, "bounce", 1)):
        return _bounce(message, kinds["bounce_subject"].rule.id)
    return None


def _may_be_absence(message: Message) -> bool:
    """A person's "Re: out of office next week" isn't one; an automatic header or words of absence are asked for."""
    if _auto_submitted(message).startswith("auto-replied") or message.header("x-autoreply"):
        return True
    subject = message.subject.lower()
    answered = re.match(r"(?:re|aw|fw|fwd|wg|sv|vs)\s?:", subject) is not None
    return not answered or _says(message, "ooo_certain", 1)


def _from_daemon(message: Message) -> bool:
    sender = message.sender.email if message.sender else ""
    path = message.header("return-path")
    return _DAEMON.match(sender) is not None or (path is not None and path.strip() in ("<>", ""))


def _auto_submitted(message: Message) -> str:
    return (message.header("auto-submitted") or "no").strip().lower()


def _by_header(message: Message, zone: tzinfo) -> Automatic | None:
    submitted = _auto_submitted(message)
    precedence = (message.header("precedence") or "").strip().lower()
    if submitted.startswith("auto-forwarded"):
        return None
    if submitted.startswith("auto-replied") or precedence == "auto_reply" or _marked_reply(message):
        return _challenge(message) or _absence(message, zone, f"Auto-Submitted: {submitted}")
    if _from_daemon(message) and _says(message, "bounce", 1):
        return _bounce(message, "bounce-body")
    if message.header("list-id") or message.header("list-post") or precedence == "list":
        return _found(AutomaticKind.LIST, message.subject, "List-Id")
    if (message.header("list-unsubscribe") or precedence in ("bulk", "junk")) and not message.in_reply_to:
        return _found(AutomaticKind.NEWSLETTER, message.subject, "List-Unsubscribe")
    sender = message.sender.email if message.sender else ""
    if submitted.startswith("auto") or _ROBOT.match(sender):
        rule = f"Auto-Submitted: {submitted}" if submitted.startswith("auto") else "sender"
        return _absence_text(message, zone) or _found(AutomaticKind.MACHINE, message.subject, rule)
    return None


def _marked_reply(message: Message) -> bool:
    names = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-mail-autoreply")
    return any((message.header(name) or "no").lower() != "no" for name in names)


def _by_text(message: Message, zone: tzinfo) -> Automatic | None:
    """What the text alone says: for clients that mark nothing. Long texts and texts that ask are a person's."""
    if not _signs().find(matchable(message.text[:_LONG])):
        return None
    text = said(message.text[: 4 * _LONG])
    if len(text) > _LONG:
        return None
    return _bounce_text(message, text) or _absence_text(message, zone, text) or _challenge(message)


def _bounce_text(message: Message, text: str) -> Automatic | None:
    hits = _pack().find(matchable(text or message.text[:_LONG]), {"bounce"})
    person = re.search(r"(?i)^(?:hi|hello|dear)\b|\b(?:i|we|you guys|regards|thanks|my)\b", text)
    return _bounce(message, "bounce-body") if hits and not person else None


def _absence_text(message: Message, zone: tzinfo, text: str | None = None) -> Automatic | None:
    text = said(message.text[: 4 * _LONG]) if text is None else text
    plain = matchable(text)
    spans = sentences(text)
    if not spans or len(text) > 900 or len(spans) > 9:
        return None
    found = _pack().find(plain, {"ooo", "ooo_certain", "left"}, spans)
    kinds = [match.rule.kind for match in found]
    asks = any(text[start:end].rstrip().endswith("?") for start, end in spans[-2:])
    early = bool(found) and found[0].start <= spans[min(1, len(spans) - 1)][1]
    if "ooo_certain" in kinds and early and not asks:
        return _absence(message, zone, "away-certain", text)
    return None


def _absence(message: Message, zone: tzinfo, rule: str, text: str | None = None) -> Automatic:
    """The absence with its evidence, day of return and stand-in."""
    text = said(message.text[:20_000]) if text is None else text
    sent = message.date.astimezone(zone).date() if message.date else None
    plain = matchable(text)
    if left := _pack().first(plain, {"left"}):
        return Automatic(
            AutomaticKind.LEFT_COMPANY, _sentence(text, left.start, left.rule.id), stand_in=stand_in(text, message)
        )
    hit = _pack().first(plain, {"ooo"})
    evidence = _sentence(text, hit.start, rule) if hit else Span(0, len(message.subject), message.subject, rule)
    until = return_day(text, sent, _pack()) if sent else None
    if until is None and sent:
        until = return_day(message.subject, sent, _pack())
    return Automatic(AutomaticKind.OUT_OF_OFFICE, evidence, away_until=until, stand_in=stand_in(text, message))


def _bounce(message: Message, rule: str) -> Automatic:
    delayed = _pack().first(matchable(f"{message.subject}\n{message.text[:3000]}"), {"delay"})
    kind = (
        AutomaticKind.DELAY
        if delayed and not re.search(r"\b5\.\d\.\d\b", message.text[:3000])
        else AutomaticKind.BOUNCE
    )
    return _found(kind, _first_line(message), rule, failed=_failed(message))


def _challenge(message: Message) -> Automatic | None:
    hit = _pack().first(matchable(message.text[:_LONG]), {"challenge"})
    return (
        _found(AutomaticKind.CHALLENGE, _sentence(message.text, hit.start, hit.rule.id).text, hit.rule.id)
        if hit
        else None
    )


def _says(message: Message, kind: str, count: int) -> bool:
    return len(_pack().find(matchable(message.text[:6000]), {kind})) >= count


def _sentence(text: str, position: int, rule: str) -> Span:
    """The sentence at a position."""
    start, end = next(((a, b) for a, b in sentences(text) if a <= position < b), (0, len(text)))
    return Span(start, end, text[start:end], rule)


def _first_line(message: Message) -> str:
    return next((line.strip() for line in message.text.splitlines() if line.strip()), message.subject)[:300]
