"""Their message: yes, no, not now, question, objection … and the days that belong to them, with the sentences."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.domain.deal import Side
from assistant.domain.reading import Commitment, DateRole, Days, Intent, IntentFound, SaidDate, Span
from assistant.language.packs import load
from assistant.reading.absence import return_day
from assistant.reading.heard import AGAIN, is_arranging, meant
from assistant.reading.their_days import all_dates, decision_day, resume_day
from assistant.reading.view import View, pack_of, view

_HOLDS: Final = 2
"""From this weight up an intent holds."""
_KINDS: Final = {
    Intent.NO: "no",
    Intent.NOT_NOW: "not_now",
    Intent.YES: "yes",
    Intent.REFERRAL: "referral",
    Intent.OBJECTION: "objection",
    Intent.SCHEDULING: "scheduling",
}
_NOTICE: Final = 70
"""Words up to which a text can be a notice of absence."""
_SOON: Final = 8
"""Days within which a request to get in touch arranges a talk; beyond them it puts things off."""
_SHORT: Final = 30
"""Words up to which a message can be thanks and nothing else."""
_TELLING: Final = 10
"""Words from which a sentence without thanks tells something of its own."""
_SOFT: Final = frozenset({"no-need", "no-stop-contact"})
"""Ways of saying no that a not-now beside them explains: "don't call us, it's on hold"."""
_RETURNS: Final = frozenset({"later-come-back", "later-contact", AGAIN})
_WEAK: Final = frozenset({"later-not-before", "later-once"})
_BUT: Final = re.compile(r"(?i)\b(?:but|however|unfortunately|sadly|regrettably|afraid|although|instead)\b")
"""Words after which thanks are a courtesy before something else."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a message of theirs does, and the sentences in which it was found; the weightiest intent first."""

    seen: View
    intents: tuple[IntentFound, ...]
    decision: SaidDate | None
    resume_on: SaidDate | None
    dates: tuple[SaidDate, ...]
    commitments: tuple[Commitment, ...]
    asks: tuple[Span, ...]


def read_reply(text: str, sent: date | None, ours: Collection[str] = (), language: str = "en") -> Theirs:
    """What their message does, as far as the rules can tell. `ours` are names of ours.

    Days are resolved only where the day it was sent is known. A decision date needs a word of deciding in its
    sentence or beside it; in a range it's the last day. A day in a not-now is the one to come back on; a month is
    kept as a whole and is uncertain.
    """
    said = view(text, pack_of("replies", language), sent)
    seen = meant(said, sent, ours)
    found = _by_rules(seen, sent)
    away = _away(seen, sent, found)
    decision = decision_day(seen, sent)
    resume = resume_day(seen, sent, found.get(Intent.NOT_NOW), decision)
    _weigh(found, decision, resume)
    _add_questions(seen, found)
    _add_scheduling(seen, found, decision)
    if away is not None and decision is None:
        found = {Intent.OUT_OF_OFFICE: away if isinstance(away, Span) else away.evidence}
    promises = _promises(seen, sent)
    if not found and not promises:
        _add_thanks(seen, found)
    order = list(Intent)
    intents = tuple(IntentFound(intent, found[intent]) for intent in sorted(found, key=order.index))
    keep_resume = resume if Intent.NOT_NOW in found and Intent.NO not in found else None
    back = (away,) if isinstance(away, SaidDate) and Intent.OUT_OF_OFFICE in found else ()
    keep_decision = decision if Intent.DECISION_DATE_STATED in found else None
    return Theirs(
        said,
        intents,
        keep_decision,
        keep_resume,
        back or all_dates(seen, keep_decision, keep_resume, found),
        promises,
        tuple(_asks(seen)),
    )


def _by_rules(seen: View, sent: date | None) -> dict[Intent, Span]:
    """The intents whose rules weigh enough, with the first sentence of each."""
    found: dict[Intent, Span] = {}
    for intent, kind in _KINDS.items():
        if seen.weight(kind) >= _HOLDS:
            sentence = next(seen.having(kind))
            found[intent] = sentence.span(sentence.rule(kind))
    back = _asked_back(seen, sent)
    if back is not None and Intent.YES not in found:
        found.setdefault(Intent.NOT_NOW, back)
    return found


def _asked_back(seen: View, sent: date | None) -> Span | None:
    """A request to get in touch on a day that lies more than a week ahead: "ring us in a month"."""
    for sentence in seen.having("contact"):
        for day in sentence.days:
            if sent is not None and (day.days.start - sent).days > _SOON and not sentence.has("decision", "yes"):
                return sentence.span(sentence.rule("contact"))
    return None


def _away(seen: View, sent: date | None, found: dict[Intent, Span]) -> SaidDate | Span | None:
    """They are away: said first, shortly, and without a question or a decision beside it."""
    if sum(sentence.words for sentence in seen.sentences) > _NOTICE or any(each.asks for each in seen.sentences):
        return None
    pack = load("assistant.reading.packs", "automatic")
    opening = seen.sentences[:3]
    hits = pack.find(seen.plain, {"ooo", "ooo_certain"}, [(each.start, each.end) for each in opening])
    if not hits or Intent.YES in found:
        return None
    sentence = next(each for each in opening if each.start <= hits[0].start < each.end)
    certain = any(hit.rule.kind == "ooo_certain" for hit in hits)
    back = return_day(seen.text, sent, pack) if sent else None
    others = set(found) - {Intent.REFERRAL, Intent.SCHEDULING, Intent.OBJECTION}
    if back is not None and Intent.NOT_NOW in others and found[Intent.NOT_NOW].rule == "later-come-back":
        others -= {Intent.NOT_NOW}
    if not certain and (others or (back is None and found)):
        return None
    evidence = sentence.span(hits[0].rule.id)
    return SaidDate(Days.of(back), DateRole.RETURN, Side.THEM, evidence) if back else evidence


def _weigh(found: dict[Intent, Span], decision: SaidDate | None, resume: SaidDate | None) -> None:
    """Take out what a weightier reading of the same sentence explains."""
    no, later, yes = (found.get(intent) for intent in (Intent.NO, Intent.NOT_NOW, Intent.YES))
    returning = later is not None and later.rule in _RETURNS and resume is not None
    if no and later and (no.rule in _SOFT or (returning and no.rule != "no-chose-another")):
        found.pop(Intent.NO, None)
    no = found.get(Intent.NO)
    if no and yes and yes.start > no.start and yes.rule != "yes-conditional" and no.rule == "no-need":
        found.pop(Intent.NO)
    if later and yes and later.rule in _WEAK and yes.start >= later.start:
        found.pop(Intent.NOT_NOW)
    if decision is not None:
        found[Intent.DECISION_DATE_STATED] = decision.evidence
        beside = later is not None and later.start == decision.evidence.start and later.rule not in _RETURNS
        if later and (beside or (resume is None and later.rule == "later-not-before")):
            found.pop(Intent.NOT_NOW, None)
        if yes and yes.start == decision.evidence.start:
            found.pop(Intent.YES, None)
        if no and no.start == decision.evidence.start and no.rule in _SOFT:
            found.pop(Intent.NO, None)
    refused, objected = found.get(Intent.NO), found.get(Intent.OBJECTION)
    if refused and objected and refused.start == objected.start:
        found.pop(Intent.OBJECTION)


def _add_questions(seen: View, found: dict[Intent, Span]) -> None:
    """A question mark or a request asks for something, unless it arranges a meeting."""
    for sentence in seen.sentences:
        later = sentence.has("not_now") and not sentence.has("question")
        if (
            (sentence.asks or sentence.has("question"))
            and not is_arranging(sentence)
            and not later
            and sentence.words > 1
        ):
            found.setdefault(Intent.QUESTION, sentence.span(sentence.rule("question") or "question-mark"))


def _add_scheduling(seen: View, found: dict[Intent, Span], decision: SaidDate | None) -> None:
    """A day with a time, or with words of agreement, arranges a meeting."""
    for sentence in seen.sentences:
        decided = decision is not None and sentence.start == decision.evidence.start
        if not sentence.has("scheduling_date") or decided or sentence.has("decision", "not_now"):
            continue
        if any(not day.vague or (day.days.end - day.days.start).days <= 7 for day in sentence.days):
            found.setdefault(Intent.SCHEDULING, sentence.span("scheduling-fits"))
    bare = [sentence for sentence in seen.sentences if sentence.days and sentence.words <= 8]
    if not found and bare:
        found[Intent.SCHEDULING] = bare[0].span("day-alone")


def _add_thanks(seen: View, found: dict[Intent, Span]) -> None:
    thanks = next(seen.having("thanks"), None)
    words = sum(sentence.words for sentence in seen.sentences)
    silent = all(each.has("thanks") or each.words < _TELLING for each in seen.sentences)
    if thanks is not None and words <= _SHORT and silent and not _BUT.search(seen.plain):
        found[Intent.THANKS_ONLY] = thanks.span("thanks")


def _promises(seen: View, sent: date | None) -> tuple[Commitment, ...]:
    """What they said that they would do, with its days."""
    found = []
    for sentence in seen.having("commitment"):
        if sentence.asks:
            continue
        days = [day for day in sentence.days if sent is None or day.days.last >= sent]
        what = " ".join(sentence.text.split())[:140]
        due = days[0].days if days and sent else None
        found.append(Commitment(Side.THEM, what, due, sentence.span(sentence.rule("commitment"))))
    return tuple(found)


def _asks(seen: View) -> Iterable[Span]:
    for sentence in seen.sentences:
        if sentence.asks and sentence.words > 1:
            yield sentence.span(sentence.rule("question", "scheduling") or "question-mark")
        elif sentence.has("question") and not sentence.has("no", "not_now"):
            yield sentence.span(sentence.rule("question"))
