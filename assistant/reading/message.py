"""One message read as a whole."""

import re
from dataclasses import replace
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
from assistant.language.learned import model
from assistant.language.sentences import sentences
from assistant.reading.heard import AGAIN
from assistant.reading.judging import weigh_move, weigh_reply
from assistant.reading.moves import read_move
from assistant.reading.open_steps import open_step
from assistant.reading.parts.body import said
from assistant.reading.replies import Theirs, read_reply
from assistant.reading.telling import fell_through
from assistant.reading.topic import topic_of
from assistant.reading.undated import undated
from assistant.reading.view import LANGUAGES

READER_VERSION: Final = 10
"""Readings made by another version are thrown away and made again."""

WEIGHTS: Final = "assistant.reading.weights"
"""Where the learned models lie."""
_LONGEST: Final = 20_000
"""Characters of new text that are read; nobody decides a purchase after that."""
_OTHERS: Final = {"it": "Italian", "nl": "Dutch", "pt": "Portuguese"}
_FINISHED: Final = re.compile(
    r"(?i)\b(?:all (?:set|done|settled|sorted|good)|that's (?:all|everything) (?:we|i) need(?:ed)?|"
    r"nothing (?:else|more) (?:is )?needed|"
    r"no (?:further )?(?:action|reply|answer|response) (?:is )?(?:needed|required|necessary)|case closed|"
    r"(?:payment|invoice|signed \w+) (?:received|paid|is paid|was paid)|received with thanks|"
    r"we confirm (?:safe )?receipt|consider it done|done and dusted|that settles it|the matter is closed|"
    r"closing (?:this|the) ticket|paid in full|agreed(?: at| on)? [€$£]?\d[\d.,]*)\b"
)
_ANSWERED: Final = re.compile(
    r"(?i)\b(?:accepted|declined|tentative(?:ly)?|zugesagt|abgelehnt|angenommen|(?:a|ont) (?:accepté|refusé|décliné)|"
    r"ha(?:n)? (?:aceptado|rechazado))\b.{0,60}(?:invitation|meeting|event|einladung|termin|réunion|invitación|"
    r"reunión|evento|$)|^\W*(?:accepted|declined|tentative|zugesagt|abgelehnt)\W"
)
"""A line that a calendar program writes."""
_COMMENT: Final = 3
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
    told = _read(message, side, said(message.text, parent=parent)[:_LONGEST], automatic, zone)
    return told if message.date else undated(told)


def _read(message: Message, side: Side, text: str, automatic: Automatic | None, zone: tzinfo) -> Reading:
    language = language_of(text)
    if automatic is not None:
        comment = _comment(text) if automatic.kind is AutomaticKind.CALENDAR_REPLY and side is Side.THEM else ""
        if not comment:
            return _automatic(text, language, side, automatic)
        sent = message.date.astimezone(zone).date() if message.date else None
        return replace(_theirs(message, comment, language_of(comment), sent), automatic=automatic)
    if message.opaque or not text.strip():
        return _unreadable(message, side, text, language)
    if language not in (*LANGUAGES, UNKNOWN):
        return _foreign(text, language, side, message)
    sent = message.date.astimezone(zone).date() if message.date else None
    return _theirs(message, text, language, sent) if side is Side.THEM else _ours(message, text, language, sent)


def _comment(text: str) -> str:
    """What a person wrote into the answer to an invitation, without what the program says by itself."""
    lines = [line for line in text.splitlines() if not _ANSWERED.search(line)]
    comment = "\n".join(lines).strip()
    return comment if len(comment.split()) >= _COMMENT else ""


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
    name = _OTHERS.get(language, language)
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
    move, weighed = weigh_move(read_move(text, sent, who, language), model(WEIGHTS, "moves"), sent, who)
    missed = fell_through(text)
    if missed is not None and not weighed.certain and move.evidence is not None and move.evidence.start == missed.start:
        move, weighed = replace(move, kind=MoveKind.ACKNOWLEDGED, evidence=missed), replace(weighed, certain=True)
    finished = (
        _finished(text) if move.kind in (MoveKind.ACKNOWLEDGED, MoveKind.THANKS, MoveKind.ANSWERED_QUESTION) else None
    )
    if move.kind is MoveKind.GRACEFUL_EXIT:
        finished = move.evidence
    return Reading(
        Side.US,
        language,
        text,
        kind=move.kind,
        kind_evidence=move.evidence,
        next_step=move.next_step,
        open_step=open_step(move.seen) if move.kind and not move.kind.purposeful else None,
        commitments=move.commitments,
        asks=tuple(
            Span(start, end, text[start:end], "question-mark")
            for start, end in sentences(text)
            if text[start:end].rstrip().endswith("?")
        ),
        finished=finished,
        topic=topic_of(text, message.subject),
        certain=weighed.certain,
        reason="" if weighed.certain else weighed.reason,
        missed=missed,
    )


def _theirs(message: Message, text: str, language: str, sent: date | None) -> Reading:
    ruled = read_reply(text, sent, _names_of(message), language)
    reply, weighed = weigh_reply(ruled, model(WEIGHTS, "replies"), sent)
    certain, reason = _certainty(reply) if weighed.certain else (False, weighed.reason)
    missed = fell_through(text)
    if missed is not None and not certain and (weighed.guess is None or weighed.guess.evidence.start == missed.start):
        weighed, certain, reason = replace(weighed, guess=None), True, ""  # the doubt is about what is known by now
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
        guess=weighed.guess,
        missed=missed,
    )


def _names_of(message: Message) -> frozenset[str]:
    """What a customer may call us: the companies of the addresses that they wrote to."""
    theirs = message.sender.domain if message.sender else ""
    labels = {each.domain.split(".")[-2] for each in message.recipients if "." in each.domain and each.domain != theirs}
    return frozenset(label for label in labels if len(label) > 3)


def _certainty(reply: Theirs) -> tuple[bool, str]:
    stated = reply.intents and reply.intents[0].intent is Intent.DECISION_DATE_STATED
    if stated and reply.decision is None:
        return False, "They say when they decide, but no day could be read from it: please look at it."
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
