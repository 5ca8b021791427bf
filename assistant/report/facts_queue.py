"""The week's queue as figures: drafts, invites, what the guard stopped, and what we promised."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median
from typing import Final

from assistant.domain.deal import Evidence, Source
from assistant.domain.draft import ItemKind, ItemState
from assistant.domain.invite import InviteState
from assistant.domain.reading import AutomaticKind, MirroredMessage
from assistant.engine.found import called
from assistant.engine.promises import Promise, kept_promises, open_promises
from assistant.engine.reasons import spelled
from assistant.report.deal_week import DealWeek, Facts, Noted, Proposed
from assistant.report.figure import FEW, Figure, counted
from assistant.report.values import Drafts, GuardStop, Invites, PromiseLine, Promises, PromiseState

_BY_PROGRAM: Final = "nextmove"


def drafts_of(facts: Facts) -> Drafts:
    """What was proposed, and what the rep decided, in the week."""
    drafts = [item for item in facts.proposed if item.kind is ItemKind.DRAFT]
    approved = [item for item in drafts if _became(item, ItemState.APPROVED, facts)]
    edited = [item for item in approved if item.changed]
    shares = [item.changed for item in edited if item.changed is not None]
    few = len(shares) < FEW
    return Drafts(
        _items("drafts.proposed", [item for item in drafts if facts.within(item.created)], "draft.proposed", facts),
        _items("drafts.approved", approved, "draft.approved", facts, ItemState.APPROVED),
        _items("drafts.edited", edited, "draft.edited", facts, ItemState.APPROVED, of=len(approved)),
        _items("drafts.dismissed", _all(drafts, ItemState.DISMISSED, facts), "draft.dismissed", facts,
               ItemState.DISMISSED),
        Figure(
            "drafts.changed",
            None if few else round(median(shares), 2),
            len(shares),
            few,
            tuple(_changed(item, facts) for item in edited),
        ),
        _items("drafts.withdrawn", _all(drafts, ItemState.WITHDRAWN, facts), "draft.withdrawn", facts,
               ItemState.WITHDRAWN),
    )  # fmt: skip


def _all(drafts: Sequence[Proposed], state: ItemState, facts: Facts) -> list[Proposed]:
    return [item for item in drafts if _became(item, state, facts)]


def _became(item: Proposed, state: ItemState, facts: Facts) -> bool:
    """Whether it was brought into this state in the week, and not taken back in it."""
    steps = [step for step in item.steps if facts.within(step.at) and not step.edited]
    last = max((n for n, step in enumerate(steps) if step.after is state), default=None)
    return last is not None and not any(step.after is ItemState.OPEN for step in steps[last + 1 :])


def _items(
    figure_id: str, items: Sequence[Proposed], rule: str, facts: Facts, state: ItemState | None = None, *,
    of: int | None = None,
) -> Figure:  # fmt: skip
    return counted(figure_id, tuple(_of_item(item, rule, facts, state) for item in items), of)


def _of_item(item: Proposed, rule: str, facts: Facts, state: ItemState | None) -> Evidence:
    at = [step.at for step in item.steps if step.after is state and facts.within(step.at)]
    who = next((step.by for step in item.steps if step.after is state and facts.within(step.at)), _BY_PROGRAM)
    return Evidence(Source.REP, f"item {item.id}", item.title, rule, who, facts.day(at[-1] if at else item.created))


def _changed(item: Proposed, facts: Facts) -> Evidence:
    told = _of_item(item, "draft.edited", facts, ItemState.APPROVED)
    percent = round(100 * (item.changed or 0))
    return Evidence(
        told.source,
        told.ref,
        f"{item.title}: {percent} words in a hundred are the rep's.",
        told.rule,
        told.who,
        told.on,
    )


def invites_of(facts: Facts) -> Invites:
    """Our meetings: what was sent, moved and called off in the week, and the answers that came by mail in it."""
    sent: list[Evidence] = []
    moved: list[Evidence] = []
    cancelled: list[Evidence] = []
    for history in facts.noted.values():
        for before, noted in zip((None, *history), history, strict=False):
            if facts.within(noted.at):
                sent += [_of_meeting(noted, "invite.sent", facts)] if _goes_out(before, noted, history) else []
                moved += [_of_move(before, noted, facts)] if before and before.start != noted.start else []
                cancelled += [_of_meeting(noted, "invite.cancelled", facts)] if _ends(before, noted) else []
    accepted, declined = _answers(facts, "ACCEPTED"), _answers(facts, "DECLINED")
    return Invites(
        counted("invites.sent", tuple(sent)),
        counted("invites.accepted", tuple(accepted)),
        counted("invites.declined", tuple(declined)),
        counted("invites.replanned", tuple(moved)),
        counted("invites.cancelled", tuple(cancelled)),
    )


def _goes_out(before: Noted | None, noted: Noted, history: Sequence[Noted]) -> bool:
    """Whether people were told of the meeting by this: it's the first that they could hear of."""
    heard = [each for each in history if each.state is InviteState.INVITED and each.told]
    return bool(heard) and heard[0] is noted and before is not noted


def _ends(before: Noted | None, noted: Noted) -> bool:
    return not noted.state.alive and before is not None and before.state in (InviteState.INVITED, InviteState.THEIRS)


def _of_meeting(noted: Noted, rule: str, facts: Facts) -> Evidence:
    return Evidence(Source.EVENT, noted.uid, noted.title, rule, on=facts.day(noted.at))


def _of_move(before: Noted, noted: Noted, facts: Facts) -> Evidence:
    was, now = spelled(facts.day(before.start)), spelled(facts.day(noted.start))
    said = f"{noted.title}: from {was} to {now}." if was != now else f"{noted.title}: another time on {now}."
    return Evidence(Source.EVENT, noted.uid, said, "invite.replanned", on=facts.day(noted.at))


def _answers(facts: Facts, partstat: str) -> Iterator[Evidence]:
    """The answers to meetings of ours that came by calendar mail in the week: each person's last one to each."""
    last: dict[tuple[str, str], MirroredMessage] = {}
    for deal in facts.deals:
        for robot in deal.robots:
            automatic, message = robot.automatic, robot.message
            if automatic is None or automatic.kind is not AutomaticKind.CALENDAR_REPLY or message.date is None:
                continue
            uid, sender = automatic.event_uid, message.sender
            if uid is not None and sender is not None and uid in facts.noted and facts.within(message.date):
                last[uid, sender.email] = robot
    for robot in last.values():
        automatic, message = robot.automatic, robot.message
        if automatic is not None and automatic.partstat == partstat and message.date and message.sender:
            who, rule = called(message.sender), f"invite.{partstat.lower()}"
            yield Evidence(Source.MESSAGE, message.message_id, message.subject, rule, who, facts.day(message.date))


def guard_of(facts: Facts) -> tuple[GuardStop, ...]:
    """What the guard stopped in the week, the same text once for each family."""
    found: dict[str, dict[tuple[str | None, str], Evidence]] = defaultdict(dict)
    for stop in facts.stopped:
        if facts.within(stop.at):
            for family, rule in stop.found:
                title = facts.titles.get(family, family)
                told = Evidence(Source.REP, f"item {stop.ref}", title, rule or family, on=facts.day(stop.at))
                found[family].setdefault((stop.deal_id, stop.ref), told)
    most = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(
        GuardStop(family, facts.titles.get(family, family), counted(f"guard.{family}", tuple(told.values())))
        for family, told in most
    )


def promises_of(facts: Facts) -> Promises:
    """What we promised them: kept in the week, open and late at its end."""
    kept: list[PromiseLine] = []
    waiting: list[PromiseLine] = []
    for deal in facts.deals:
        for promise, move in kept_promises(deal.case, facts.week.start):
            evidence = (*_of_promise(deal, promise), deal.case.evidence(move, rule="promise.kept"))
            kept.append(PromiseLine(deal.name, promise.commitment.what, promise.due, PromiseState.KEPT, evidence))
        for promise in open_promises(deal.case) if deal.is_open else ():
            late = promise.due < facts.as_of.date()
            state = PromiseState.LATE if late else PromiseState.OPEN
            told = _of_promise(deal, promise)
            waiting.append(PromiseLine(deal.name, promise.commitment.what, promise.due, state, told))
    lines = sorted(waiting, key=_by_due) + sorted(kept, key=_by_due)
    return Promises(
        _count(PromiseState.KEPT, lines),
        _count(PromiseState.OPEN, lines),
        _count(PromiseState.LATE, lines),
        tuple(lines),
    )


def _count(state: PromiseState, lines: Sequence[PromiseLine]) -> Figure:
    return counted(f"promises.{state}", tuple(line.evidence[0] for line in lines if line.state is state))


def _by_due(line: PromiseLine) -> tuple[date, str, str]:
    return line.due, line.deal.id, line.what


def _of_promise(deal: DealWeek, promise: Promise) -> tuple[Evidence, ...]:
    return (deal.case.evidence(promise.move, promise.commitment.evidence),)
