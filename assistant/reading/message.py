"""One message read as a whole."""

import re
from datetime import date, tzinfo
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.mail import Message
from assistant.domain.reading import (
    Automatic,
    AutomaticKind,
    DateRole,
    Days,
    Intent,
    IntentFound,
    MoveKind,
    Reading,
    SaidDate,
    Span,
)
from assistant.language.detect import UNKNOWN, language_of
from assistant.language.sentences import sentences
from assistant.reading.body import said
from assistant.reading.heard import AGAIN
from assistant.reading.moves import read_move
from assistant.reading.replies import Theirs, read_reply
from assistant.reading.topic import topic_of

READER_VERSION: Final = 3
"""Readings made by another version are thrown away and made again."""

_LONGEST: Final = 20_000
"""Characters of new text that are read; nobody decides a purchase after that."""
_LANGUAGES: Final = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
_FINISHED: Final = re.compile(
    r"(?i)\b(?:all (?:set|done|settled|sorted|good)|that's (?:all|everything) (?:we|i) need(?:ed)?|"
    r"nothing (?:else|more) (?:is )?needed|"
    r"no (?:further )?(?:action|reply|answer|response) (?:is )?(?:needed|required|necessary)|case closed|"
    r"(?:payment|invoice|signed \w+) (?:received|paid|is paid|was paid)|received with thanks|"
    r"we confirm (?:safe )?receipt|consider it done|done and dusted|that settles it|the matter is closed|"
    r"closing (?:this|the) ticket|paid in full|agreed(?: at| on)? [€$£]?\d[\d.,]*)\b"
)
_SIDES: Final = {AutomaticKind.OUT_OF_OFFICE: Intent.OUT_OF_OFFICE, AutomaticKind.BOUNCE: Intent.BOUNCE}


def read(
    message: Message,
    side: Side,
    *,
    parent: str | None = None,
    automatic: Automatic | None = None,
    zone: tzinfo,
) -> Reading:
    """What the message says, read as a move of this side.

    `parent` is the text of the message it answers; `automatic` what `automatic()` made of it; `zone` the zone whose
    calendar says on which day it was sent. Never raises for any text.
    """
    text = said(message.text, parent=parent)[:_LONGEST]
    language = language_of(text)
    if automatic is not None:
        return _automatic(text, language, side, automatic)
    if message.opaque or not text.strip():
        return _unreadable(message, side, text, language)
    if language not in ("en", UNKNOWN):
        return _foreign(text, language, side, message)
    sent = message.date.astimezone(zone).date() if message.date else None
    return _theirs(message, text, language, sent) if side is Side.THEM else _ours(message, text, language, sent)


def _automatic(text: str, language: str, side: Side, found: Automatic) -> Reading:
    """An automatic message is no move; an absence and a bounce are intents of their own."""
    intent = _SIDES.get(found.kind)
    dates: tuple[SaidDate, ...] = ()
    if found.away_until is not None:
        dates = (SaidDate(Days.of(found.away_until), DateRole.RETURN, side, found.evidence),)
    intents = (IntentFound(intent, found.evidence),) if intent and side is Side.THEM else ()
    return Reading(side, language, text, automatic=found, intents=intents, dates=dates)


def _unreadable(message: Message, side: Side, text: str, language: str) -> Reading:
    if message.opaque:
        reason = "Its content can't be read (encrypted, an image, or empty): please look at it."
    elif message.attachments:
        reason = "It has no text of its own, only an attachment: please look at it."
    else:
        reason = "It has no text of its own (a bare forward, or empty): please look at it."
    return Reading(side, language, text, certain=False, reason=reason)


def _foreign(text: str, language: str, side: Side, message: Message) -> Reading:
    name = _LANGUAGES.get(language, language)
    asks = tuple(
        Span(start, end, text[start:end], "question-mark")
        for start, end in sentences(text)
        if text[start:end].rstrip().endswith("?")
    )
    return Reading(
        side,
        language,
        text,
        asks=asks,
        topic=topic_of("", message.subject),
        certain=False,
        reason=f"It is written in {name}, which is not read yet.",
    )


def _ours(message: Message, text: str, language: str, sent: date | None) -> Reading:
    who = (message.sender.name or message.sender.email) if message.sender else "us"
    move = read_move(text, sent, who)
    finished = (
        _finished(text) if move.kind in (MoveKind.ACKNOWLEDGED, MoveKind.THANKS, MoveKind.ANSWERED_QUESTION) else None
    )
    if move.kind is MoveKind.GRACEFUL_EXIT:
        finished = move.evidence
    certain = move.kind is not None
    return Reading(
        Side.US,
        language,
        text,
        kind=move.kind,
        kind_evidence=move.evidence,
        next_step=move.next_step,
        commitments=move.commitments,
        asks=tuple(
            Span(start, end, text[start:end], "question-mark")
            for start, end in sentences(text)
            if text[start:end].rstrip().endswith("?")
        ),
        finished=finished,
        topic=topic_of(text, message.subject),
        certain=certain,
        reason="" if certain else "It has a greeting and nothing else: please look at it.",
    )


def _theirs(message: Message, text: str, language: str, sent: date | None) -> Reading:
    reply = read_reply(text, sent, _names_of(message))
    certain, reason = _certainty(reply)
    return Reading(
        Side.THEM,
        language,
        text,
        commitments=reply.commitments,
        intents=reply.intents,
        dates=reply.dates,
        decision=reply.decision,
        resume_on=reply.resume_on,
        asks=reply.asks,
        finished=_closed(reply, text),
        topic=topic_of(text, message.subject),
        certain=certain,
        reason=reason,
    )


def _names_of(message: Message) -> frozenset[str]:
    """What a customer may call us: the companies of the addresses that they wrote to."""
    theirs = message.sender.domain if message.sender else ""
    labels = {each.domain.split(".")[-2] for each in message.recipients if "." in each.domain and each.domain != theirs}
    return frozenset(label for label in labels if len(label) > 3)


def _certainty(reply: Theirs) -> tuple[bool, str]:
    if not reply.intents and not reply.commitments:
        return False, "It isn't clear what this message wants: please look at it."
    unsure = next((said for said in (reply.decision, reply.resume_on) if said and not said.certain), None)
    if unsure is not None:
        what = "their decision" if unsure is reply.decision else "when to come back"
        return False, f'The day of {what} isn\'t certain: "{" ".join(unsure.evidence.text.split())[:160]}"'
    kinds = {found.intent for found in reply.intents}
    if {Intent.NO, Intent.YES} <= kinds:
        return False, "It holds words of a yes and of a no: please look at it."
    return _later_or_now(reply)


def _later_or_now(reply: Theirs) -> tuple[bool, str]:
    """A not-now that says no day, or that asks something beside it, may mean now."""
    later = next((found.evidence for found in reply.intents if found.intent is Intent.NOT_NOW), None)
    if later is None or later.rule not in (AGAIN, "later-come-back"):
        return True, ""
    if later.rule == AGAIN and reply.resume_on is None:
        return False, "It may want to talk now or later: please look at it."
    if any(ask.start != later.start for ask in reply.asks):
        return False, "It puts things off and asks something: please look at it."
    return True, ""


def _closed(reply: Theirs, text: str) -> Span | None:
    """Their move closes its matter where nothing is asked and they say so."""
    kinds = {found.intent for found in reply.intents}
    if reply.asks or kinds & {Intent.QUESTION, Intent.SCHEDULING, Intent.YES}:
        return None
    if Intent.NO in kinds:
        return reply.intents[0].evidence
    return None if kinds & {Intent.OBJECTION, Intent.REFERRAL, Intent.NOT_NOW} else _finished(text)


def _finished(text: str) -> Span | None:
    found = _FINISHED.search(text)
    if found is None:
        return None
    start, end = next((span for span in sentences(text) if span[0] <= found.start() < span[1]), found.span())
    return Span(start, end, text[start:end], "finished")
