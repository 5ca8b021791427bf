"""From a brief to a draft: the purpose's template, in the rep's voice, with its facts, gaps and findings."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import Content, Fact, Finding, Gap, Purpose, Severity
from assistant.domain.reading import Intent
from assistant.drafting.context import Brief
from assistant.drafting.phrases import capitalised, joined, skeletons, slots_in_words
from assistant.drafting.voice import SEPARATOR, Voice
from assistant.guard import lint
from assistant.resources import template_folder

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

FEWEST_WORDS: Final = 40
MOST_WORDS: Final = 120
MOST_RECIPIENTS: Final = 20
"""More than these are rather a list than people who speak about a deal: the rep is asked first."""
_STRANGERS_NAMED: Final = 3
_SPOKEN_LENGTHS: Final = {15: "a quarter of an hour", 30: "half an hour", 60: "an hour"}
_LANGUAGES: Final = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese"
}  # fmt: skip
_THEIR_WORDS: Final[dict[str, Any]] = {"theirs": None, "ours": None, "planned": None, "asks": ()}
_THE_STEP: Final[dict[str, Any]] = {"step": None, "so_that": None}
_WITHOUT: Final[tuple[dict[str, Any], ...]] = ({}, _THEIR_WORDS, _THE_STEP, {**_THEIR_WORDS, **_THE_STEP})
_PHRASINGS: Final = 4
_TOO_MUCH: Final = (0, 1, 0)
_OWN_LINE: Final = re.compile(r"[->] ")
_ANSWERABLE: Final = frozenset({Intent.QUESTION, Intent.OBJECTION})


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft. `facts` are those that the text uses, `gaps` what the rep must fill in, `words` its length
    (see `words_of`). `findings` are the guard's: a blocking one is for the rep to see."""

    content: Content
    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    words: int = 0
    findings: tuple[Finding, ...] = ()


def compose(brief: Brief, voice: Voice, *, folders: Sequence[Path] = ()) -> Composed:
    """The draft for this brief; the same brief gives the same draft.

    Templates are looked for in `folders` (the rep's own) before those of the product. Where the guard objects, other
    phrasings are tried; then the draft does without the customer's own words (a subject such as "Q4 discount"), then
    without the milestone's. What doesn't fit into 120 words loses its asides.
    """
    made: list[Composed] = []
    for without in _WITHOUT:
        for phrased, room in itertools.product(_rephrased(replace(brief, **without)), (True, False)):
            made.append(_render(phrased, voice, folders, room=room))
            if not any(_faults(made[-1])):
                return made[-1]
        best = min(made, key=_faults)
        if _faults(best) < _TOO_MUCH:
            return best
    return best


def _rephrased(brief: Brief) -> Iterator[Brief]:
    yield brief
    for n in range(1, _PHRASINGS):
        yield replace(brief, seed=f"{brief.seed}:{n}")


def _faults(made: Composed) -> tuple[int, int, int]:
    """What is wrong with a draft, the worst first: blocking findings, too many words, other findings."""
    blocking = sum(finding.severity is Severity.BLOCK for finding in made.findings)
    return blocking, max(0, made.words - MOST_WORDS), len(made.findings) - blocking


def unfilled(body: str, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """The gaps whose marker still stands in the text."""
    return tuple(gap for gap in gaps if gap.marker in body)


def words_of(body: str) -> int:
    """The words of a body, without quoted lines and without what follows the signature's separator."""
    lines = itertools.takewhile(lambda line: line != SEPARATOR, body.splitlines())
    return sum(len(line.split()) for line in lines if not line.startswith(">"))


def _render(brief: Brief, voice: Voice, folders: Sequence[Path], *, room: bool) -> Composed:
    asked: dict[str, Gap] = {}

    def gap(words: str, ask: str) -> str:
        marker = f"[{words}]"
        asked[marker] = Gap(marker, ask)
        return marker

    template = _environment((*folders, template_folder() / "drafts")).get_template(f"{brief.purpose}.txt.j2")
    view = _view(brief, gap, room=room)
    text = laid_out(template.render(view))
    notes = [gap(*note) for note in _notes(brief)]
    lines = [*notes, _greeting(brief, voice), text, voice.close]
    body = "\n\n".join(line for line in lines if line) + "\n"
    found = lint(
        body,
        subject=None if brief.in_reply_to else brief.subject,
        after_no=brief.purpose is Purpose.GRACEFUL_EXIT,
        own_dates=brief.own_dates,
    )
    return Composed(
        content=Content(
            to=brief.to,
            cc=brief.cc,
            subject=brief.subject,
            body=body,
            in_reply_to=brief.in_reply_to,
            references=brief.references,
            times=tuple((slot.start, slot.end) for slot in brief.slots) if str(view["when"]) in text else (),
        ),
        facts=tuple(fact for fact in _facts(brief, view) if fact.value in text),
        gaps=unfilled(body, tuple(asked.values())),
        words=words_of(body),
        findings=tuple(found),
    )


@cache
def _environment(folders: tuple[Path, ...]) -> "ImmutableSandboxedEnvironment":
    from assistant.drafting.variants import environment

    return environment(folders)


def _view(brief: Brief, gap: Callable[[str, str], str], *, room: bool) -> dict[str, object]:
    """The names that templates may use. None stands for what isn't known."""
    topic, toward = _value(brief.theirs), _toward(brief)
    when = (
        slots_in_words(
            brief.slots, brief.zone, today=brief.today, country=brief.deal.country, theirs=brief.zone_is_theirs
        )
        if brief.slots and brief.zone
        else gap(*_times_asked(brief))
    )
    return {
        "seed": brief.seed,
        "earlier": skeletons("\n".join(brief.earlier)),
        "gap": gap,
        "room": room,
        "company": brief.deal.company,
        "topic": topic,
        "topic_or": lambda other: topic or other,
        "written": _value(brief.written),
        "asked": Intent.QUESTION in brief.intents and not brief.requested,
        "asks": brief.asks,
        "requested": brief.requested,
        "answerable": bool(brief.intents & _ANSWERABLE),
        "known": bool(brief.intents),
        "objection": Intent.OBJECTION in brief.intents,
        "referral": Intent.REFERRAL in brief.intents,
        "scheduling": Intent.SCHEDULING in brief.intents,
        "dated": Intent.DECISION_DATE_STATED in brief.intents,
        "said": brief.said,
        "ours": _value(brief.ours),
        "sending": f"{brief.sent_by} sent" if brief.sent_by else "sending",
        "decision": _value(brief.decision),
        "toward": f", {toward}" if toward else "",
        "ahead_of_it": brief.decision_day is not None and _last_day(brief) < brief.decision_day,
        "timed": bool(brief.slots),
        "one_time": len(brief.slots) == 1,
        "their_way": brief.their_way is not None,
        "when": when,
        "length": _SPOKEN_LENGTHS.get(brief.minutes, f"{brief.minutes} minutes"),
        "step": _value(brief.step),
        "so_that": brief.so_that if room else None,
        "owner": _value(brief.owner),
        "others": joined([fact.value for fact in brief.others[:3]]),
        "and_others": _and_others(brief),
        "ahead": joined([fact.value for fact in brief.ahead]),
        "offered": _value(brief.offered),
        "promised": _value(brief.promised),
        "planned": _value(brief.planned),
        "met": _value(brief.met),
        "resume": _value(brief.resume),
        "declined": brief.declined,
    }


def _times_asked(brief: Brief) -> tuple[str, str]:
    """The gap where the times would stand, and what the rep is asked."""
    if brief.their_way is None:
        return "two times that suit you", "No free times are known from the calendar: which two do you offer?"
    said = f"They have meetings booked in their own way (“{brief.their_way.sentence}”)"
    return "the time that you chose in their way", f"{said}: choose a time there, and name it here."


def _value(fact: Fact | None) -> str | None:
    return fact.value if fact else None


def _facts(brief: Brief, view: Mapping[str, object]) -> list[Fact]:
    single = (
        brief.theirs, brief.written, brief.ours, brief.decision, brief.step, brief.owner,
        brief.offered, brief.promised, brief.planned, brief.met, brief.resume,
    )  # fmt: skip
    days = tuple(slot.start.date() for slot in brief.slots)
    free = Evidence(Source.EVENT, "calendar", "Free in the calendar.", "slots", on=min(days)) if days else None
    times = (Fact(str(view["when"]), free),) if free else ()
    return [*(fact for fact in single if fact), *brief.others, *brief.ahead, *times]


def _toward(brief: Brief) -> str | None:
    """How the step stands to their decision date: before it, or in view of it where the times offered come later."""
    if brief.decision is None or brief.decision_day is None:
        return None
    if _last_day(brief) < brief.decision_day:
        return f"before your decision on {brief.decision.value}"
    return f"with your decision on {brief.decision.value} in mind"


def _last_day(brief: Brief) -> date:
    return max((slot.start.date() for slot in brief.slots), default=brief.today)


def _and_others(brief: Brief) -> str:
    """Who else is asked about the times, as it follows "you"."""
    if len(brief.to) > 1:
        return " both" if len(brief.to) == 2 and not brief.others else " all"
    match [fact.value for fact in brief.others]:
        case [one]:
            return f" and {one}"
        case [one, two]:
            return f", {one} and {two}"
        case _:
            return ""


def _greeting(brief: Brief, voice: Voice) -> str:
    if brief.salutation is not None:
        return str(brief.salutation)
    return voice.greet((brief.full_names if voice.surname else None) or brief.names)


def _notes(brief: Brief) -> list[tuple[str, str]]:
    """Gaps that concern the whole draft: nobody, too many or a stranger to write to, a language not written yet."""
    notes: list[tuple[str, str]] = []
    if not brief.to:
        notes.append(("to whom?", "Nobody is left on the thread to write to: who should get this?"))
    everyone = len(brief.to) + len(brief.cc)
    if everyone > MOST_RECIPIENTS:
        notes.append(
            (f"to all {everyone}?", f"{everyone} people would get this: take the line out if all of them should.")
        )
    notes += [
        (
            f"may {stranger.email} read this?",
            f"{stranger.email} is new on the thread. If they belong to it, take the line out, or name them: "
            f"nextmove deals edit {brief.deal.id} --contact {stranger.email}. If not, take them out of To and Cc.",
        )
        for stranger in brief.strangers[:_STRANGERS_NAMED]
    ]
    more = len(brief.strangers) - _STRANGERS_NAMED
    if more > 0:
        notes.append((f"may {more} more read this?", "They are new on the thread, too: look at To and Cc."))
    if brief.language != "en":
        name = _LANGUAGES.get(brief.language, "another language")
        notes.append((f"put this into {name}", f"They write {name}, which can't be drafted yet: please translate."))
    return notes


def laid_out(text: str) -> str:
    """Paragraphs on one line each, a blank line between them; quoted lines, list items and gaps on their own."""
    paragraphs: list[list[str]] = [[]]
    for line in (" ".join(raw.split()) for raw in text.splitlines()):
        if not line:
            paragraphs.append([])
        elif paragraphs[-1] and not _OWN_LINE.match(line) and not paragraphs[-1][-1].startswith(("> ", "- ")):
            paragraphs[-1][-1] += f" {line}"
        else:
            paragraphs[-1].append(line)
    return "\n\n".join("\n".join(capitalised(line) for line in lines) for lines in paragraphs if lines)
