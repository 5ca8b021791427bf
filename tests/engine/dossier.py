"""Mail, meetings and talks of one fictional deal, in working days before and after a Wednesday."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from assistant.domain.calendar import Attendee, Event, EventStatus, PartStat
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Side, Source, Spoken, Stage, Us
from assistant.domain.mail import Address, Attachment, FolderRole, Message
from assistant.domain.reading import (
    Automatic,
    AutomaticKind,
    Commitment,
    DateRole,
    Days,
    Intent,
    IntentFound,
    MirroredMessage,
    MoveKind,
    NextStep,
    Reading,
    SaidDate,
    Span,
)
from assistant.domain.workdays import Workdays
from assistant.engine.standing import Standings, standings
from assistant.engine.timeline import Timeline, timeline

MARA = Address("mara@tallwood.example", "Mara Lindqvist")
MARA_ALIAS = Address("m.lindqvist@tallwood.example", "Mara")
JONAS = Address("jonas@tallwood.example", "Jonas Aker")
ANNA = Address("anna@northgate.example", "Anna Berg")
BOB = Address("bob@northgate.example", "Bob Stone")
FREDA = Address("freda.fictional@gmail.com", "Freda Holm")
PARTNER = Address("pia@helpful-consulting.example", "Pia Nord")
US = Us(MARA, frozenset({MARA.email, MARA_ALIAS.email}), frozenset({"tallwood.example"}))
DAYS = Workdays()
TODAY = date(2026, 9, 16)
NOW = datetime(2026, 9, 16, 7, tzinfo=UTC)
"""A Wednesday, in the morning."""

Mail = tuple[MirroredMessage, Reading | None]
_keys = count(1)


def day(offset: int) -> date:
    return DAYS.add(TODAY, offset)


def span(text: str, rule: str = "test.rule") -> Span:
    return Span(0, len(text), text, rule)


def deal(
    *,
    contacts: Sequence[Address] = (ANNA,),
    inactive: Sequence[Address] = (),
    domains: tuple[str, ...] = ("northgate.example",),
    stage: Stage = Stage.BEFORE_YES,
    decision: int | None = None,
    resume_on: int | None = None,
) -> Deal:
    told = Evidence(Source.MESSAGE, "m0@northgate.example", "We decide then.", on=day(-40))
    return Deal(
        id="northgate",
        name="Northgate planner",
        company="Northgate",
        created=datetime(2026, 6, 1, tzinfo=UTC),
        domains=domains,
        contacts=(*map(Contact, contacts), *(Contact(a, active=False) for a in inactive)),
        stage=stage,
        decision=DecisionDate(day(decision), told) if decision is not None else None,
        resume_on=day(resume_on) if resume_on is not None else None,
    )


def message(
    offset: int,
    sender: Address,
    to: Sequence[Address],
    text: str = "Hello",
    *,
    hour: int = 10,
    thread: str = "t1",
    subject: str = "Planner",
    cc: Sequence[Address] = (),
    role: FolderRole = FolderRole.INBOX,
    folder: str = "INBOX",
    files: Sequence[str] = (),
    headers: tuple[tuple[str, str], ...] = (),
    refs: tuple[str, ...] = (),
    automatic: Automatic | None = None,
    dated: bool = True,
) -> MirroredMessage:
    key = next(_keys)
    at = datetime.combine(day(offset), time(hour), UTC)
    return MirroredMessage(
        key,
        thread,
        Message(
            account="work",
            folder=folder,
            remote_id=str(key),
            role=role,
            message_id=f"m{key}@{sender.domain}",
            date=at if dated else None,
            sender=sender,
            to=tuple(to),
            cc=tuple(cc),
            subject=subject,
            text=text,
            headers=headers,
            references=refs,
            attachments=tuple(Attachment(name, "application/pdf", 1) for name in files),
        ),
        automatic,
    )


def ours(
    offset: int,
    kind: MoveKind | None = MoveKind.SENT_INFO,
    text: str = "Here it is.",
    *,
    sender: Address = MARA,
    to: Sequence[Address] = (ANNA,),
    cc: Sequence[Address] = (),
    step: int | None = None,
    promise: str | None = None,
    due: int | None = None,
    finished: bool = False,
    certain: bool = True,
    reason: str = "",
    thread: str = "t1",
    hour: int = 10,
    files: Sequence[str] = (),
) -> Mail:
    """Our mail, as it was read: `step` is the day of its next step, `due` that of its promise."""
    reading = Reading(
        Side.US,
        "en",
        text,
        kind=kind,
        kind_evidence=span(text) if kind else None,
        next_step=NextStep("walk through it", "Anna and I", Days.of(day(step)), span(text))
        if step is not None
        else None,
        commitments=_promises(Side.US, promise, due, text),
        finished=span(text) if finished else None,
        certain=certain,
        reason=reason,
    )
    sent = message(
        offset, sender, to, text, cc=cc, thread=thread, hour=hour, files=files, role=FolderRole.SENT, folder="Sent"
    )
    return sent, reading


def theirs(
    offset: int,
    *intents: Intent,
    text: str = "Could you tell us more?",
    sender: Address = ANNA,
    to: Sequence[Address] = (MARA,),
    cc: Sequence[Address] = (),
    asks: bool = False,
    promise: str | None = None,
    due: int | None = None,
    meet: int | None = None,
    back: int | None = None,
    decides: int | None = None,
    resume: int | None = None,
    finished: bool = False,
    certain: bool = True,
    reason: str = "",
    thread: str = "t1",
    hour: int = 12,
) -> Mail:
    """Their mail, as it was read, with the days that it names."""
    dates = tuple(
        _said(offset_said, role, text)
        for offset_said, role in ((meet, DateRole.MEETING), (back, DateRole.RETURN), (decides, DateRole.DECISION))
        if offset_said is not None
    )
    reading = Reading(
        Side.THEM,
        "en",
        text,
        intents=tuple(IntentFound(intent, span(text, f"reply.{intent}")) for intent in intents),
        commitments=_promises(Side.THEM, promise, due, text),
        dates=dates,
        decision=replace(_said(decides, DateRole.DECISION, text), certain=certain) if decides is not None else None,
        resume_on=_said(resume, DateRole.RESUME, text) if resume is not None else None,
        asks=(span(text),) if asks else (),
        finished=span(text) if finished else None,
        certain=certain or decides is not None,
        reason=reason,
    )
    return message(offset, sender, to, text, cc=cc, thread=thread, hour=hour), reading


def robot(
    offset: int,
    kind: AutomaticKind,
    *,
    sender: Address = ANNA,
    back: int | date | None = None,
    failed: Sequence[Address] = (),
    uid: str | None = None,
    partstat: str | None = None,
    hour: int = 13,
    thread: str = "t1",
    refs: tuple[str, ...] = (),
) -> Mail:
    until = day(back) if isinstance(back, int) else back
    automatic = Automatic(
        kind,
        span("I am out of the office.", f"automatic.{kind}"),
        away_until=until,
        failed=tuple(address.email for address in failed),
        event_uid=uid,
        partstat=partstat,
    )
    return message(offset, sender, (MARA,), automatic=automatic, hour=hour, thread=thread, refs=refs), None


def meeting(
    offset: int,
    *,
    with_: Sequence[Address] = (ANNA,),
    organizer: Address = MARA,
    partstat: PartStat = PartStat.ACCEPTED,
    ours: PartStat = PartStat.ACCEPTED,
    status: EventStatus = EventStatus.CONFIRMED,
    hour: int = 14,
    uid: str | None = None,
    sequence: int = 0,
    recurrence_id: str = "",
    all_day: bool = False,
    free: bool = False,
    private: bool = False,
    optional: bool = False,
) -> Event:
    start = datetime.combine(day(offset), time(hour), UTC)
    guests = tuple(Attendee(a, partstat, optional) for a in with_ if a != organizer)
    return Event(
        "work",
        "calendar",
        f"{uid or offset}.ics",
        uid or f"meeting-{offset}",
        start,
        start + timedelta(hours=1),
        recurrence_id=recurrence_id,
        sequence=sequence,
        summary="Walk-through",
        all_day=all_day,
        status=status,
        free=free,
        private=private,
        organizer=organizer,
        attendees=(Attendee(MARA, ours), *guests),
    )


def spoke(offset: int, what: str = "We spoke.", next_day: int | None = None) -> Spoken:
    at = datetime.combine(day(offset), time(15), UTC)
    who = "Anna" if next_day is not None else None
    return Spoken("northgate", at, what, who, day(next_day) if next_day is not None else None)


def line(
    *mail: Mail,
    events: Sequence[Event] = (),
    spoken: Sequence[Spoken] = (),
    of: Deal | None = None,
    now: datetime = NOW,
) -> Timeline:
    return timeline(of or deal(decision=40), mail, events, spoken, US, now)


def stand(
    *mail: Mail,
    events: Sequence[Event] = (),
    spoken: Sequence[Spoken] = (),
    of: Deal | None = None,
    now: datetime = NOW,
) -> Standings:
    """The standings on the Wednesday, of a deal with a decision date unless another is given."""
    purchase = of or deal(decision=40)
    return standings(purchase, line(*mail, events=events, spoken=spoken, of=purchase, now=now), US, now, DAYS)


def _said(offset: int, role: DateRole, text: str) -> SaidDate:
    return SaidDate(Days.of(day(offset)), role, Side.THEM, span(text))


def _promises(by: Side, what: str | None, due: int | None, text: str) -> tuple[Commitment, ...]:
    if what is None:
        return ()
    return (Commitment(by, what, Days.of(day(due)) if due is not None else None, span(text)),)
