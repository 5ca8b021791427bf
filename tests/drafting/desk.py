"""A deal to draft for: Priya Raman of Northmill Foods looks at Tallwood Planner, Mara Lindqvist sells it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from assistant.domain.calendar import Attendee, Event
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Side, Source, Stage, Us
from assistant.domain.draft import ItemKind, Purpose
from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.plan import Milestone, MilestoneKind, Plan
from assistant.domain.reading import (
    Automatic,
    Commitment,
    DateRole,
    Days,
    Intent,
    IntentFound,
    MirroredMessage,
    MoveKind,
    NextStep,
    OpenStep,
    Reading,
    SaidDate,
    Span,
)
from assistant.drafting import Brief, Composed, Voice, brief, compose
from assistant.engine.next_step import NextMove
from assistant.engine.slots import Slot
from assistant.engine.timeline import Move, Timeline

BERLIN: Final = ZoneInfo("Europe/Berlin")
TODAY: Final = date(2026, 11, 24)
MARA: Final = Address("mara.lindqvist@tallwood.example", "Mara Lindqvist")
JONAS: Final = Address("jonas.feld@tallwood.example", "Jonas Feld")
PRIYA: Final = Address("priya.raman@northmill.example", "Priya Raman")
TOM: Final = Address("tom.okafor@northmill.example", "Tom Okafor")
ADA: Final = Address("ada.winter@northmill.example", "Ada Winter")
US: Final = Us(MARA, frozenset({MARA.email}), frozenset({"tallwood.example"}))
VOICE: Final = Voice("Mara", "Hi", ",", sign_off="Best,", signature=("Tallwood Software",))


def two_slots(first: int, second: int) -> tuple[Slot, ...]:
    """Half hours of 26 and 27 November, at these hours in Berlin."""
    starts = (datetime(2026, 11, 26, first, tzinfo=BERLIN), datetime(2026, 11, 27, second, tzinfo=BERLIN))
    return tuple(Slot(start, start + timedelta(minutes=30)) for start in starts)


TWO_SLOTS: Final = two_slots(10, 14)

REVIEW: Final = MilestoneKind(
    id="security_legal",
    name="Security and legal review",
    purpose="their points come up in good time",
    step="a 45-minute review with the people who look after security and contracts on your side",
    done_when="No point is open.",
    their_owner="security or legal",
    minutes=45,
)
SIGN_OFF: Final = MilestoneKind(
    id="sign_off",
    name="Sign-off",
    purpose="everyone who has to approve knows their part and its day",
    step="a 20-minute call on who approves what, and in which order",
    done_when="It is signed.",
    stage=Stage.AFTER_YES,
    their_owner="economic buyer",
    minutes=20,
)
KICK_OFF: Final = replace(SIGN_OFF, id="kick_off", name="Kick-off", step="a 45-minute kick-off")


def deal(decision: date | None = date(2026, 12, 10), stage: Stage = Stage.BEFORE_YES) -> Deal:
    said = Evidence(Source.MESSAGE, "m1@northmill.example", "We decide on 10 December.", on=date(2026, 11, 12))
    return Deal(
        id="northmill-planner",
        name="Planner for Northmill",
        company="Northmill Foods",
        created=datetime(2026, 10, 1, tzinfo=BERLIN),
        domains=("northmill.example",),
        contacts=(
            Contact(PRIYA, "champion"),
            Contact(TOM, "IT security"),
            Contact(ADA, "economic buyer"),
        ),
        stage=stage,
        decision=DecisionDate(decision, said) if decision else None,
    )


def message(
    ident: str,
    day: date,
    sender: Address,
    to: Sequence[Address],
    cc: Sequence[Address] = (),
    subject: str = "Re: Planner and single sign-on",
    references: tuple[str, ...] = ("m0@tallwood.example",),
    **extra: object,
) -> Message:
    made = Message(
        account="work",
        folder="INBOX",
        remote_id=ident,
        role=FolderRole.INBOX,
        message_id=ident,
        date=datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN),
        sender=sender,
        to=tuple(to),
        cc=tuple(cc),
        subject=subject,
        references=references,
    )
    return replace(made, **extra)  # type: ignore[arg-type]


def reading(side: Side, text: str = "", **said: object) -> Reading:
    return replace(Reading(side=side, language="en", new_text=text), **said)  # type: ignore[arg-type]


def move(mail: Message, read: Reading | None = None) -> Move:
    assert mail.date is not None
    return Move(read.side if read else US.side_of(mail.sender), mail.date, mail.sender, mirrored(mail), read)


def mirrored(mail: Message, automatic: Automatic | None = None) -> MirroredMessage:
    return MirroredMessage(1, "m0@tallwood.example", mail, automatic)


def span(text: str) -> Span:
    return Span(0, max(len(text), 1), text, "test.rule")


def intent(kind: Intent, text: str) -> tuple[IntentFound, ...]:
    return (IntentFound(kind, span(text)),)


def asks_about_sso(topic: str | None = "single sign-on") -> Move:
    """Their question of 12 November."""
    text = "Does it work with our single sign-on?"
    return move(
        message("m1@northmill.example", date(2026, 11, 12), PRIYA, [MARA], [TOM]),
        reading(
            Side.THEM,
            f"Hi Mara,\n\n{text}\n\nThanks,\nPriya",
            topic=topic,
            intents=intent(Intent.QUESTION, text),
            asks=(span(text),),
        ),
    )


def sent_notes(topic: str | None = "the setup notes") -> Move:
    """Our passive move of 13 November."""
    text = "Here are the setup notes that you asked for."
    return move(
        message("m2@tallwood.example", date(2026, 11, 13), MARA, [PRIYA], [TOM]),
        reading(
            Side.US,
            f"Hi Priya,\n\n{text}\n\nBest,\nMara",
            topic=topic,
            kind=MoveKind.SENT_INFO,
            kind_evidence=span(text),
        ),
    )


def with_offer(sent: Move) -> Move:
    """The same move, with an offer that has no day."""
    text = "Happy to walk your team through the import whenever it suits."
    assert sent.reading is not None
    return replace(
        sent, reading=replace(sent.reading, open_step=OpenStep("walk your team through the import", False, span(text)))
    )


def promise() -> Move:
    text = "I'll send you the data-processing agreement tomorrow."
    return move(
        message("m2@tallwood.example", date(2026, 11, 13), MARA, [PRIYA], [TOM]),
        reading(
            Side.US,
            f"Hi Priya,\n\n{text}\n\nBest,\nMara",
            commitments=(Commitment(Side.US, text, Days.of(date(2026, 11, 14)), span(text)),),
            kind=MoveKind.ACKNOWLEDGED,
            kind_evidence=span(text),
        ),
    )


def planned_step() -> Move:
    text = "Would Tuesday, 17 November, at 10:00 suit you for the walk-through?"
    step = NextStep(text, "you and me", Days.of(date(2026, 11, 17)), span(text))
    return move(
        message("m2@tallwood.example", date(2026, 11, 13), MARA, [PRIYA], [TOM]),
        reading(Side.US, f"Hi Priya,\n\n{text}\n\nBest,\nMara", kind=MoveKind.MEETING_PROPOSED, next_step=step),
    )


def their_mail(kind: Intent, text: str, day: date = date(2026, 11, 23), **said: object) -> Move:
    intents = said.pop("intents", intent(kind, text))
    return move(
        message("m3@northmill.example", day, PRIYA, [MARA], [TOM]),
        reading(Side.THEM, f"Hi Mara,\n\n{text}\n\nPriya", intents=intents, **said),
    )


def meeting_held() -> Event:
    start = datetime(2026, 11, 23, 14, tzinfo=BERLIN)
    return Event(
        account="work",
        calendar="work",
        remote_id="e1",
        uid="e1@tallwood.example",
        start=start,
        end=start + timedelta(hours=1),
        summary="Tallwood / Northmill: first look",
        organizer=MARA,
        attendees=(Attendee(PRIYA), Attendee(TOM)),
    )


def timeline(*moves: Move, held: Sequence[Event] = (), automatic: Sequence[MirroredMessage] = ()) -> Timeline:
    return Timeline(tuple(moves), tuple(automatic), (), tuple(held), (), None, 0)


def next_move(purpose: Purpose, answers: Move | None, kind: MilestoneKind | None = None) -> NextMove:
    milestone = Milestone(kind, date(2026, 11, 27), slack=3) if kind else None
    return NextMove(ItemKind.DRAFT, purpose, "A title.", (), answers, milestone, None, 1.0, f"key:{purpose}")


@dataclass(frozen=True, slots=True)
class Options:
    """What is known in a situation, and what isn't."""

    decision: bool = True
    slots: bool = True
    topic: bool = True
    ours: bool = True
    step: bool = True
    names: bool = True
    several: bool = False
    far: bool = False
    offered: bool = False


def all_options() -> Iterator[Options]:
    """What a draft may know, in every combination; who is on the thread and where they are vary along."""
    for n, values in enumerate(product((True, False), repeat=6)):
        yield replace(Options(*values), several=n % 3 == 1, far=n % 5 == 2, offered=n % 4 == 3)


def situation(purpose: Purpose, o: Options = Options()) -> Brief:
    """The brief for a purpose, in the deal's most ordinary course, with what `o` leaves of it."""
    theirs, ours = (
        asks_about_sso("single sign-on" if o.topic else None),
        sent_notes("the setup notes" if o.ours else None),
    )
    if o.offered:
        ours = with_offer(ours)
    plan: Plan | None = None
    kind = REVIEW if o.step else None
    stage = Stage.BEFORE_YES
    held: tuple[Event, ...] = ()
    moves: tuple[Move, ...] = (theirs, ours)
    answers: Move | None = ours
    match purpose:
        case Purpose.ANSWER:
            moves = (ours, theirs)
            answers = theirs
        case Purpose.DELIVER:
            answers = promise() if o.ours else sent_notes(None)
            moves = (theirs, answers)
        case Purpose.RESET:
            answers = planned_step() if o.ours else sent_notes(None)
            moves = (theirs, answers)
        case Purpose.DECISION_PROCESS | Purpose.QUALIFY | Purpose.CLARITY:
            kind = None
        case Purpose.AFTER_YES:
            stage = Stage.AFTER_YES
            kind = SIGN_OFF if o.step else None
            milestones = (Milestone(SIGN_OFF, date(2026, 11, 27), 3), Milestone(KICK_OFF, date(2026, 12, 8), 3))
            plan = Plan(date(2026, 12, 10), milestones)
            yes = their_mail(Intent.YES, "We go ahead.", topic="the start in January" if o.topic else None)
            moves, answers = (theirs, ours, yes), yes
        case Purpose.RECAP:
            held = (meeting_held(),)
            meeting = Move(Side.US, held[0].end, MARA, event=held[0])
            moves, answers = (theirs, ours, meeting), meeting
        case Purpose.GRACEFUL_EXIT:
            stage = Stage.SAID_NO if o.step else Stage.BEFORE_YES
            kind = None
            no = their_mail(Intent.NO, "We've decided against it.") if o.step else ours
            moves, answers = (theirs, ours, no), no
        case Purpose.RECONNECT:
            kind = None
            text = "Not this year; please come back in November."
            said = SaidDate(Days(date(2026, 11, 1), date(2026, 12, 1)), DateRole.RESUME, Side.THEM, span(text), False)
            later = their_mail(
                Intent.NOT_NOW, text, date(2026, 8, 12), resume_on=said if o.ours else None,
                topic="shift planning" if o.topic else None,
            )  # fmt: skip
            moves, answers = (later,), later
        case _:
            pass
    if not o.names:
        moves = tuple(_nameless(m) for m in moves)
        answers = _nameless(answers) if answers else None
    if o.several:
        moves = tuple(_with_several(m) for m in moves)
        answers = _with_several(answers) if answers else None
    subject = deal(date(2026, 12, 10) if o.decision else None, stage)
    if o.far:
        subject = replace(subject, timezone="America/Chicago", country="US")
    slots = two_slots(16, 17) if o.far and o.slots else TWO_SLOTS if o.slots else ()
    return brief(next_move(purpose, answers, kind), subject, timeline(*moves, held=held), plan, slots, US, today=TODAY)


def draft(purpose: Purpose, o: Options = Options(), voice: Voice = VOICE) -> Composed:
    return compose(situation(purpose, o), voice)


def _nameless(m: Move) -> Move:
    """The same, with bare addresses and unsigned."""

    def bare(a: Address) -> Address:
        return a if a in US else Address(a.email)

    if m.message is None:
        return m
    mail = m.message.message
    assert mail.sender is not None
    mail = replace(mail, sender=bare(mail.sender), to=tuple(map(bare, mail.to)), cc=tuple(map(bare, mail.cc)))
    read = replace(m.reading, new_text="(their words)") if m.reading else None
    return replace(m, who=mail.sender, message=mirrored(mail), reading=read)


def _with_several(m: Move) -> Move:
    """The same, with Tom and Ada beside Priya on it."""
    if m.message is None:
        return m
    mail = m.message.message
    ours = mail.sender is not None and mail.sender in US
    mail = replace(mail, to=(PRIYA, TOM) if ours else mail.to, cc=(ADA, JONAS) if ours else (TOM, ADA))
    return replace(m, message=mirrored(mail))
