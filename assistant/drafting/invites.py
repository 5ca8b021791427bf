"""The texts of a meeting's invites: its title, its description, the note of a cancellation; and their lines in the
queue. Each milestone kind has a template of its id in `templates/invites`, any other is `meeting.txt.j2`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import Fact, Finding, Gap, Part, Severity
from assistant.domain.invite import InviteAct
from assistant.domain.mail import Address
from assistant.domain.plan import MilestoneKind
from assistant.drafting.compose import laid_out, unfilled
from assistant.drafting.facts import overlap
from assistant.drafting.invite_facts import YOU, Cause, InviteBrief
from assistant.drafting.people import first_name
from assistant.drafting.phrases import capitalised, hour_in_words, joined
from assistant.drafting.voice import Voice
from assistant.guard import lint
from assistant.resources import template_folder

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_WORDS: Final = 90
_GENERAL: Final = "meeting.txt.j2"
_ENDED: Final = frozenset({Cause.SAID_NO, Cause.NOT_NOW, Cause.NOT_NEEDED})
_WORD: Final = re.compile(r"\S*\w\S*")
_PHRASINGS: Final = 3
_MOST_NAMED: Final = 3
_LENGTHS: Final = {
    15: "a quarter of an hour", 30: "half an hour", 60: "an hour", 90: "an hour and a half", 120: "two hours"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComposedInvite:
    """An invite's texts. `facts` are those that they use, `gaps` what the rep must fill in, `words` the length of the
    description. `findings` are the guard's; those of the title are about the part `subject`."""

    title: str
    description: str
    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()
    words: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """What one milestone brings into the description: see the macros of `templates/invites`."""

    name: str
    known: bool
    so_that: str | None
    agenda: tuple[str, ...]
    outcome: str
    bring: str


@dataclass(frozen=True, slots=True)
class _Room:
    """What there is room for."""

    lines: int = 9
    bring: bool = True
    purposes: bool = True
    companies: bool = True


_ROOMS: Final = (
    _Room(),
    _Room(lines=2),
    _Room(lines=2, bring=False),
    _Room(lines=1, bring=False),
    _Room(lines=2, bring=False, purposes=False),
    _Room(lines=1, bring=False, purposes=False),
    _Room(lines=1, bring=False, purposes=False, companies=False),
)


def compose_invite(brief: InviteBrief, voice: Voice, *, folders: Sequence[Path] = ()) -> ComposedInvite:
    """The texts for this brief; the same brief gives the same texts.

    Templates are looked for in `folders` (the rep's own) before those of the product. What doesn't fit into 90 words
    loses its asides; where the guard objects, other phrasings are tried, then the texts do without the words of the
    configuration and without the companies' names.
    """
    best: ComposedInvite | None = None
    for room, n in product(_ROOMS, range(_PHRASINGS)):
        made = _render(replace(brief, seed=f"{brief.seed}:{n}") if n else brief, voice, folders, room)
        if made.words > MOST_WORDS and room is not _ROOMS[-1]:
            continue
        made = replace(made, findings=_findings(brief, made))
        if not any(_faults(made)):
            return made
        best = made if best is None or _faults(made) < _faults(best) else best
    return best or made


def title_of_item(
    act: InviteAct,
    kinds: Sequence[MilestoneKind],
    people: Sequence[str | Address],
    start: datetime,
    *,
    today: date,
    country: str | None = None,
    cause: Cause | None = None,
    who: str | Address | None = None,
) -> str:
    """The invite's line in the queue. `country` is the rep's own; `start` of a move the new time."""
    what, when = topics(kinds), moment_in_words(start, today=today, country=country)
    match act:
        case InviteAct.HOLD:
            return f"Keep {when} free for {what}"
        case InviteAct.INVITE:
            return f"Invite {people_called(people)} to {what}, {when}"
        case InviteAct.CANCEL:
            return f"Call off {what}, {when}{_CANCELLED.get(cause, '') if cause else ''}"
        case InviteAct.MOVE:
            why = _MOVED.get(cause, "") if cause else ""
            return f"Move {what} to {when}{why.format(who=_called(who) if who else 'one of them')}"


_CANCELLED: Final = {
    Cause.SAID_NO: ", with a kind note",
    Cause.NOT_NOW: ", with a kind note",
    Cause.NOT_NEEDED: ": it isn't needed any more",
    Cause.ALREADY_BOOKED: ": another meeting serves it already",
}
_MOVED: Final = {
    Cause.COUNTER: ", as {who} suggests",
    Cause.DECLINED: ": {who} can't make the first time",
    Cause.THEY_ASKED: ": {who} asked for another time",
    Cause.OUR_CONFLICT: ": something of yours has come in between",
    Cause.HOLIDAY: ": the first day is a public holiday",
}


def no_time_title(kinds: Sequence[MilestoneKind], last: date, *, today: date, country: str | None = None) -> str:
    """No time up to this day, the last on which the meeting can be held, suits everybody."""
    return f"No time that everyone has is left for {topics(kinds)}, up to {_day(last, today, country)}"


def nobody_title(kinds: Sequence[MilestoneKind], roles: str = "") -> str:
    """Nobody on their side is known to have the role that the meeting needs."""
    known = f" Nobody is known for {roles} on their side" if roles else ""
    return f"Who should come to {topics(kinds)}?{known}"


def their_change_title(
    kinds: Sequence[MilestoneKind], start: datetime | None, *, today: date, country: str | None = None
) -> str:
    """They moved the meeting themselves, or called it off (`start` None): theirs stands."""
    if start is None:
        return f"They have called off {topics(kinds)}"
    return f"They have moved {topics(kinds)} to {moment_in_words(start, today=today, country=country)}"


def topics(kinds: Sequence[MilestoneKind]) -> str:
    """The meeting within a sentence: "the security and legal review", "the kick-off meeting"."""
    return joined([f"the {_lowered(kind.name)}{'' if ' ' in kind.name.strip() else ' meeting'}" for kind in kinds])


def people_called(people: Sequence[str | Address]) -> str:
    """The people by their first names: "Fiona and Graham", "Fiona, Graham and 3 more"."""
    names = [_called(person) for person in people]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    return joined(names) or "them"


def moment_in_words(moment: datetime, *, today: date, country: str | None = None) -> str:
    """ "Tue 3 March 10:00", on the moment's own clock."""
    return f"{_day(moment.date(), today, country)} {hour_in_words(moment, country)}"


def _day(day: date, today: date, country: str | None) -> str:
    in_order = f"{day:%B} {day.day}" if country == "US" else f"{day.day} {day:%B}"
    return f"{day:%a} {in_order}" + ("" if day.year == today.year else f" {day.year}")


def _called(person: str | Address) -> str:
    return person if isinstance(person, str) else first_name(person) or person.name or person.email


def _lowered(name: str) -> str:
    """A name's capital off, where its first word is an ordinary one: "hands-on test", but "POC review"."""
    first = name.split()[0] if name.strip() else ""
    return name[:1].lower() + name[1:] if first[1:] == first[1:].lower() else name


def _faults(made: ComposedInvite) -> tuple[int, int, int]:
    """What is wrong with the texts, the worst first: blocking findings, too many words, other findings."""
    blocking = sum(finding.severity is Severity.BLOCK for finding in made.findings)
    return blocking, max(0, made.words - MOST_WORDS), len(made.findings) - blocking


def _render(brief: InviteBrief, voice: Voice, folders: Sequence[Path], room: _Room) -> ComposedInvite:
    asked: dict[str, Gap] = {}

    def gap(words: str, ask: str) -> str:
        marker = f"[{words}]"
        asked[marker] = Gap(marker, ask)
        return marker

    environment = _environment((*folders, template_folder() / "invites"))
    view = _view(brief, gap)
    if not room.purposes:
        view |= {"step": f"{view['length']} together", "colleagues": ""}
    parts = [_part(environment, brief, n, view, room) for n in range(len(brief.kinds))]
    if brief.act is InviteAct.MOVE:
        view["reason"] = environment.get_template("_move.txt.j2").render(view).strip()
    view |= {
        "parts": parts,
        "outcome": (", and " if len(parts) < 3 else "; ").join(dict.fromkeys(part.outcome for part in parts)),
        "bring": " ".join(part.bring for part in parts) if len(parts) == 1 else "",
    }
    text = laid_out(environment.get_template(_TEMPLATES[brief.act]).render(view))
    signed = () if brief.act is InviteAct.HOLD else (voice.name,)
    description = "\n\n".join((text, *signed)) + "\n"
    title = brief.title or _title(brief, parts, companies=room.companies)
    return ComposedInvite(
        title=title,
        description=description,
        facts=tuple(fact for fact in _facts(brief) if _says(f"{title}\n{text}", fact.value)),
        gaps=unfilled(description, tuple(asked.values())),
        words=len(_WORD.findall(description)),
    )


_TEMPLATES: Final = {
    InviteAct.HOLD: "_hold.txt.j2",
    InviteAct.INVITE: "_invite.txt.j2",
    InviteAct.MOVE: "_invite.txt.j2",
    InviteAct.CANCEL: "_cancel.txt.j2",
}


@cache
def _environment(folders: tuple[Path, ...]) -> "ImmutableSandboxedEnvironment":
    from assistant.drafting.variants import environment

    return environment(folders)


def _view(brief: InviteBrief, gap: Callable[[str, str], str]) -> dict[str, object]:
    """The names that templates may use. None stands for what isn't known."""
    length = _LENGTHS.get(brief.minutes, f"{brief.minutes} minutes")
    return {
        "seed": brief.seed,
        "earlier": frozenset[str](),
        "gap": gap,
        "act": brief.act.value,
        "merged": len(brief.kinds) > 1,
        "reason": "",
        "length": length,
        "step": brief.kinds[0].step,
        "topics": topics(brief.kinds),
        "company": brief.company.value,
        "people": joined([fact.value for fact in brief.guests]),
        "colleagues": joined([fact.value for fact in brief.colleagues]),
        "one_colleague": len(brief.colleagues) == 1,
        "where": _value(brief.where),
        "address": brief.rep.email,
        "cause": brief.cause.value if brief.cause else None,
        "who": _value(brief.who),
        "when": brief.when.value,
        "before": _value(brief.before),
        "resume": _value(brief.resume),
    }


def _part(
    environment: "ImmutableSandboxedEnvironment", brief: InviteBrief, n: int, view: Mapping[str, object], room: _Room
) -> _Part:
    """What the kind's template says; what it leaves out is as the general one has it."""
    kind, owner = brief.kinds[n], brief.owners[n]
    template, general = _template(environment, kind), environment.get_template(_GENERAL)
    names = {**view, "name": kind.name, "them": owner.value if owner else "your side"}
    own, others = template.make_module(names), general.make_module(names)

    def said(macro: str) -> str:
        return str((getattr(own, macro, None) or getattr(others, macro))())

    agenda = [" ".join(line.split()) for line in said("agenda").splitlines() if line.strip()]
    known = template.name != _GENERAL
    purpose = kind.purpose if room.purposes and (known or not overlap(kind.step, kind.purpose)) else None
    return _Part(
        name=capitalised(" ".join(said("title").split())),
        known=known,
        so_that=purpose or None,
        agenda=tuple(agenda[: room.lines]),
        outcome=" ".join(said("outcome").split()),
        bring=" ".join(said("bring").split()) if room.bring else "",
    )


def _template(environment: "ImmutableSandboxedEnvironment", kind: MilestoneKind) -> "Template":
    own = re.fullmatch(r"[a-z0-9][\w-]*", kind.id)
    return environment.select_template([f"{kind.id}.txt.j2", _GENERAL] if own else [_GENERAL])


def _title(brief: InviteBrief, parts: Sequence[_Part], *, companies: bool) -> str:
    """ "Security and legal review: Aldermoor Brewery and Tallwood Software": it reads well in either calendar."""
    names = [part.name if n == 0 else _lowered(part.name) for n, part in enumerate(parts)]
    what = f"{', '.join(names[:-1])}, and {names[-1]}" if len(names) > 1 else names[0]
    if brief.act is InviteAct.HOLD:
        return f"Hold: {brief.company.value}, {_lowered(what)}"
    ours = brief.ours.value if brief.ours else brief.rep.name
    between = joined([side for side in (brief.company.value, ours) if side])
    return f"{what}: {between}" if companies and between else what


def _facts(brief: InviteBrief) -> list[Fact]:
    """What the texts may take from the deal and the configuration."""
    single = (brief.company, brief.ours, brief.where, brief.when, brief.who, brief.before, brief.resume)
    purposes = [
        Fact(said, Evidence(Source.CONFIG, f"process.{kind.id}", said, "milestone"))
        for kind in brief.kinds
        for said in (kind.purpose, kind.step)
        if said
    ]
    owners = [owner for owner in brief.owners if owner]
    known = [*(fact for fact in single if fact), *purposes, *owners, *brief.guests, *brief.colleagues]
    return [fact for fact in dict.fromkeys(known) if fact.value != YOU]


def _says(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def _findings(brief: InviteBrief, made: ComposedInvite) -> tuple[Finding, ...]:
    after_no = brief.act is InviteAct.CANCEL and brief.cause in _ENDED
    about_title = lint(made.title, after_no=after_no, own_dates=brief.own_dates, title=True)
    about_text = lint(made.description, after_no=after_no, own_dates=brief.own_dates, leaving=True)
    return (*(replace(finding, part=Part.SUBJECT) for finding in about_title), *about_text)


def _value(fact: Fact | None) -> str | None:
    return fact.value if fact else None
