"""Automatic mail: absences, bounces, receipts, calendar answers, lists and machines."""

import re
from collections.abc import Collection
from datetime import tzinfo
from functools import cache
from typing import Final

from assistant.domain.mail import FolderRole, Message
from assistant.domain.reading import Automatic, AutomaticKind, Span
from assistant.language.packs import Pack, load
from assistant.language.sentences import sentences
from assistant.reading.absence import return_day, stand_in
from assistant.reading.notice import away_in
from assistant.reading.parts.body import said, unquoted
from assistant.reading.text import matchable

_ROBOT: Final = re.compile(
    r"^(?:no-?_?\.?reply|do-?_?not-?_?reply|donotreply|noreply[\w.+-]*|notifications?|alerts?|bounces?[\w.+-]*|"
    r"automated|auto|robot|system|dse(?:_na\d)?|docusign|newsletters?|mailings?|marketing)(?:[.+_-]|$|@)"
)
_DAEMON: Final = re.compile(
    r"^(?:mailer[-_. ]?daemon|post[-_. ]?master|mail[-_. ]?daemon|mail-?delivery|mdaemon|mmdf|smtpd?|"
    r"exchange\.admin\w*)\b|^microsoftexchange[0-9a-f]{8,}"
)
_DAEMON_NAME: Final = re.compile(
    r"(?i)^\W*(?:mail delivery (?:sub)?system|mailer[- ]daemon|postmaster|(?:exchange )?system administrator|"
    r"mail administrator)\b"
)
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_FAILED: Final = re.compile(
    r"(?im)^(?:final|original)-recipient\s*:\s*(?:rfc822|utf-8)?\s*;?\s*<?([^\s<>;]+@[^\s<>;]+)"
)
_ACTION: Final = re.compile(r"(?im)^action\s*:\s*(\w+)")
_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_CALENDAR_LINE: Final = re.compile(r"(?im)^(METHOD|UID|PARTSTAT)[;:](.*)$")
_PARTSTAT: Final = re.compile(r"(?i)PARTSTAT=\"?([A-Z-]+)")
_ANSWERED: Final = re.compile(r"(?i)^\W{0,2}(?:re|aw|fw|fwd|wg|sv|vs|tr|rv|antw?|rif)(?:\[\d+\])?\s?:")
_PERSON: Final = re.compile(r"(?i)^(?:hi|hello|dear)\b|\b(?:i|i'm|i've|we|you guys|regards|thanks|my|ich|je|nous|yo)\b")
_CODE: Final = re.compile(r"\b[45]\d\d[ -]#?[45]\.\d{1,2}\.\d{1,2}\b")
"""The code of RFC 3463 behind that of SMTP, as servers write them."""
_HARD: Final = re.compile(r"\b5\.\d\.\d\b")
_ADDRESSED: Final = 2
"""People beyond whom a mail isn't an automatic answer, which goes to the one who wrote (RFC 3834 section 4)."""
_LONG: Final = 1500
"""Characters beyond which a text without automatic headers is a person's."""
_LONGER: Final = 2500
"""The same of a text with footers, where no history begins within the first of them."""
_BELOW: Final = (
    "\n>",
    "\n--",
    "\n__",
    "\nFrom:",
    "\nVon:",
    "\nDe:",
    "\nDe :",
    " wrote:",
    " schrieb ",
    " écrit",
    " escribió",
)
"""With what history may begin, as far as a glance tells."""

Headers = dict[str, str]


def automatic(message: Message, zone: tzinfo) -> Automatic | None:
    """What kind of automatic mail this is, or None for a person's mail.

    The headers decide where they can (RFC 3834, 3464, 8098, 6047, 2369); then the subject, in many languages; then
    the text, only where it has words of absence or failure. `X-Auto-Response-Suppress` alone and
    `Auto-Submitted: auto-forwarded` are a person's mail.
    """
    headers = dict(reversed(message.headers))
    return (
        (_calendar(message) if message.calendar else None)
        or _report(message, headers)
        or _by_subject(message, headers, zone)
        or _by_header(message, headers, zone)
        or _by_text(message, zone)
    )


def _pack() -> Pack:
    return load("assistant.reading.packs", "automatic")


@cache
def _rules(kind: str) -> Pack:
    """The rules of one kind alone: what many messages are looked at with stays small."""
    whole = _pack()
    return Pack(kind, whole.language, tuple(rule for rule in whole.rules if rule.kind == kind))


@cache
def _subjects() -> Pack:
    whole = _pack()
    return Pack(whole.name, whole.language, tuple(rule for rule in whole.rules if rule.kind.endswith("_subject")))


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
    """iTIP parts: a reply to an invitation of ours, or a request, cancellation or counter-proposal of theirs.

    What only speaks about an invitation (REFRESH, DECLINECOUNTER) is a reply that says nothing of who comes.
    """
    for folded in message.calendar:
        part = _FOLDED.sub("", folded)
        lines = {name.upper(): value.strip() for name, value in reversed(_CALENDAR_LINE.findall(part))}
        method = lines.get("METHOD", "").upper()
        if method in ("REPLY", "REFRESH", "DECLINECOUNTER"):
            partstat = _PARTSTAT.search(part) if method == "REPLY" else None
            status = partstat.group(1).upper() if partstat else None
            return _found(
                AutomaticKind.CALENDAR_REPLY,
                message.subject,
                f"text/calendar {method}",
                event_uid=lines.get("UID"),
                partstat=status,
            )
        if method in ("REQUEST", "ADD", "CANCEL", "COUNTER"):
            return _found(
                AutomaticKind.CALENDAR_REQUEST, message.subject, f"text/calendar {method}", event_uid=lines.get("UID")
            )
    return None


def _report(message: Message, headers: Headers) -> Automatic | None:
    """A delivery status (RFC 3464), a disposition notification (RFC 8098), a complaint (RFC 5965).

    Not all servers say multipart/report: a part that states an action is a report too.
    """
    kind = headers.get("content-type", "").lower()
    if "disposition-notification" in kind:
        return _found(AutomaticKind.RECEIPT, message.subject, "report-type=disposition-notification")
    if "feedback-report" in kind:
        return _found(AutomaticKind.MACHINE, message.subject, "report-type=feedback-report")
    failed = "x-failed-recipients" in headers
    actions = {action.lower() for action in _ACTION.findall(message.report)} if message.report else set()
    if "multipart/report" not in kind and not failed and not actions:
        return None
    if actions and actions <= {"delayed"}:
        return _found(AutomaticKind.DELAY, message.subject, "Action: delayed", failed=_failed(message, headers))
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return _found(AutomaticKind.RECEIPT, message.subject, "Action: delivered")
    rule = "X-Failed-Recipients" if failed else "multipart/report"
    return _found(AutomaticKind.BOUNCE, _first_line(message), rule, failed=_failed(message, headers))


def _failed(message: Message, headers: Headers) -> tuple[str, ...]:
    """The addresses that bounced: from the report, the header, or else the text."""
    found = _FAILED.findall(message.report) or _ADDRESS.findall(headers.get("x-failed-recipients", ""))
    if not found:
        ours = {address.email for address in message.recipients}
        found = [each for each in _ADDRESS.findall(message.text[:4000]) if each.lower() not in ours]
        found = [each for each in found if not _DAEMON.match(each.lower())][:1]
    return tuple(dict.fromkeys(each.lower().strip("<>.") for each in found))


def _by_subject(message: Message, headers: Headers, zone: tzinfo) -> Automatic | None:
    """What the subject alone says."""
    subject = matchable(message.subject)
    if not subject.strip():
        return None
    kinds = {match.rule.kind: match for match in _subjects().find(subject)}
    if not kinds:
        return None
    if "recall_subject" in kinds and not message.in_reply_to:
        return _found(AutomaticKind.RECALL, message.subject, "recall-subject")
    if "calendar_subject" in kinds and len(message.text) < 2000:
        return _found(AutomaticKind.CALENDAR_REPLY, message.subject, "calendar-subject")
    if "receipt_subject" in kinds and len(message.text) < 3000:
        return _found(AutomaticKind.RECEIPT, message.subject, "receipt-subject")
    if "complaint_subject" in kinds and not message.in_reply_to:
        return _found(AutomaticKind.MACHINE, message.subject, "complaint-subject")
    answered = _ANSWERED.match(subject) is not None
    if "ooo_subject" in kinds and _may_be_absence(message, headers, zone, answered=answered):
        return _absence(message, zone, kinds["ooo_subject"].rule.id)
    if "returned_subject" in kinds and not answered:
        return _bounce(message, headers, kinds["returned_subject"].rule.id)
    told = "bounce_subject" in kinds and not (answered and not _from_daemon(message, headers))
    if told and (_from_daemon(message, headers) or _says(message, {"bounce"})):
        return _bounce(message, headers, kinds["bounce_subject"].rule.id)
    return None


def _may_be_absence(message: Message, headers: Headers, zone: tzinfo, *, answered: bool) -> bool:
    """A person's "Re: out of office next week" isn't one, nor is what a person tells several people."""
    if _is_auto_reply(headers):
        return True
    if len(message.recipients) > _ADDRESSED:
        return False
    return not answered or _says(message, {"ooo_certain"}) or _by_text(message, zone) is not None


def _is_auto_reply(headers: Headers) -> bool:
    """Headers that say "this is an automatic answer"; some servers have names of their own for it."""
    if _submitted(headers).startswith("auto-replied") or headers.get("precedence", "").strip().lower() == "auto_reply":
        return True
    names = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-mail-autoreply")
    return any(headers.get(name, "no").lower() != "no" for name in names)


def _submitted(headers: Headers) -> str:
    return headers.get("auto-submitted", "no").strip().lower()


def _from_daemon(message: Message, headers: Headers) -> bool:
    if headers.get("return-path", "?").strip() in ("<>", ""):
        return True
    sender = message.sender
    if sender is None:
        return False
    return _DAEMON.match(sender.email) is not None or _DAEMON_NAME.match(sender.name or "") is not None


def _by_header(message: Message, headers: Headers, zone: tzinfo) -> Automatic | None:
    submitted = _submitted(headers)
    precedence = headers.get("precedence", "").strip().lower()
    if submitted.startswith("auto-forwarded"):
        return None
    daemon = _from_daemon(message, headers)
    if daemon and _says(message, {"bounce"}) and not _says(message, {"ooo_certain"}):
        return _bounce(message, headers, "bounce-body")
    if _is_auto_reply(headers):
        return _challenge(message) or _answer(message, zone, f"Auto-Submitted: {submitted}")
    if "list-id" in headers or "list-post" in headers or precedence == "list":
        return _found(AutomaticKind.LIST, message.subject, "List-Id")
    if ("list-unsubscribe" in headers or precedence in ("bulk", "junk")) and not message.in_reply_to:
        return _found(AutomaticKind.NEWSLETTER, message.subject, "List-Unsubscribe")
    sender = message.sender.email if message.sender else ""
    if submitted.startswith("auto") or _ROBOT.match(sender):
        rule = f"Auto-Submitted: {submitted}" if submitted.startswith("auto") else "sender"
        return _by_text(message, zone) or _found(AutomaticKind.MACHINE, message.subject, rule)
    return None


def _answer(message: Message, zone: tzinfo, rule: str) -> Automatic:
    """An automatic answer: an absence, unless it only says that the mail came in."""
    text = said(message.text[: 4 * _LONG])
    plain = matchable(f"{message.subject}\n{text}")
    if _pack().first(plain, {"received"}) and not (
        _pack().first(plain, {"ooo", "ooo_certain", "left"}) or away_in(text)
    ):
        return _found(AutomaticKind.MACHINE, message.subject, rule)
    return _absence(message, zone, rule)


def _by_text(message: Message, zone: tzinfo) -> Automatic | None:
    """What the text alone says: for clients that mark nothing. Long texts and texts that ask are a person's.

    What we sent ourselves to somebody is never taken for a machine's by its words alone.
    """
    if message.role is FolderRole.SENT or len(message.recipients) > _ADDRESSED:
        return None
    head = message.text[:_LONG]
    below = min((at for at in map(head.find, _BELOW) if at > 0), default=0)
    if not below and len(message.text) > _LONGER:
        return None
    glance = (head[:below] if below else head).replace("’", "'")
    kinds = {match.rule.kind for match in load("assistant.reading.packs", "signs").find(glance)}
    own = unquoted(message.text[: 4 * _LONG]) if kinds else ""
    if not own or len(own) > _LONGER:
        return None
    return (
        (_bounce_text(message, own) if "report" in kinds else None)
        or (_absence_text(message, zone, said(own)) if "absence" in kinds else None)
        or (_challenge(message) if "question" in kinds else None)
        or (_machine(message) if "machine" in kinds else None)
    )


def _machine(message: Message) -> Automatic | None:
    """A program's mail that begins a thread of its own; an answer of a person may quote such words."""
    if message.in_reply_to or _ANSWERED.match(message.subject):
        return None
    return _found(AutomaticKind.MACHINE, message.subject, "machine")


def _bounce_text(message: Message, own: str) -> Automatic | None:
    """A server's report without any header: its words, and none of a person beside them."""
    plain = matchable(own[:_LONG])
    if not _rules("undelivered").first(plain) or (_PERSON.search(plain) and not _CODE.search(plain)):
        return None
    return None if away_in(said(own)) else _bounce(message, {}, "bounce-body")


def _absence_text(message: Message, zone: tzinfo, text: str) -> Automatic | None:
    rule = away_in(text)
    return _absence(message, zone, rule, text) if rule else None


def _absence(message: Message, zone: tzinfo, rule: str, text: str | None = None) -> Automatic:
    """The absence with its evidence, day of return and stand-in."""
    text = said(message.text[:20_000]) if text is None else text
    sent = message.date.astimezone(zone).date() if message.date else None
    plain = matchable(text)
    if left := _pack().first(plain, {"left"}):
        return Automatic(
            AutomaticKind.LEFT_COMPANY, _sentence(text, left.start, left.rule.id), stand_in=stand_in(text, message)
        )
    hit = _pack().first(plain, {"ooo"}) or load("assistant.reading.packs", "absence").first(plain, {"absent"})
    evidence = _sentence(text, hit.start, rule) if hit else Span(0, len(message.subject), message.subject, rule)
    until = return_day(text, sent, _pack()) if sent else None
    if until is None and sent:
        until = return_day(message.subject, sent, _pack())
    return Automatic(AutomaticKind.OUT_OF_OFFICE, evidence, away_until=until, stand_in=stand_in(text, message))


def _bounce(message: Message, headers: Headers, rule: str) -> Automatic:
    delayed = _pack().first(matchable(f"{message.subject}\n{message.text[:3000]}"), {"delay"})
    kind = AutomaticKind.DELAY if delayed and not _HARD.search(message.text[:3000]) else AutomaticKind.BOUNCE
    return _found(kind, _first_line(message), rule, failed=_failed(message, headers))


def _challenge(message: Message) -> Automatic | None:
    hit = _rules("challenge").first(matchable(message.text[:_LONG]))
    if hit is None:
        return None
    return _found(AutomaticKind.CHALLENGE, _sentence(message.text, hit.start, hit.rule.id).text, hit.rule.id)


def _says(message: Message, kinds: Collection[str]) -> bool:
    return _pack().first(matchable(message.text[:6000]), kinds) is not None


def _sentence(text: str, position: int, rule: str) -> Span:
    """The sentence at a position."""
    start, end = next(((a, b) for a, b in sentences(text) if a <= position < b), (0, len(text)))
    return Span(start, end, text[start:end], rule)


def _first_line(message: Message) -> str:
    return next((line.strip() for line in message.text.splitlines() if line.strip()), message.subject)[:300]
