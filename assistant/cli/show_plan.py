"""The pages of a deal's plan: the timeline, what was approved, what moved, and why each day is what it is."""

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.cli.console import console, day, one_line
from assistant.workflows.plan_words import (
    command,
    counted,
    day_in_full,
    explained,
    frame,
    left,
    people,
    placed,
    slack_of,
    together,
    whats_next,
)
from assistant.workflows.planning import moves

if TYPE_CHECKING:
    from assistant.workflows.choosing import Chosen
    from assistant.workflows.seen_plan import Planned, Step

_LINE: Final = 72
"""Columns of the line from today to their decision."""
_INDENT: Final = (0, 0, 0, 2)
_DEEPER: Final = (0, 0, 0, 4)


def plan_page(found: "Planned") -> None:
    """The timeline, their decision at its end; or one sentence where there is no plan."""
    print_to = console()
    _head(print_to, found)
    if found.plan is None:
        return
    print_to.print(Text.assemble(("What's next: ", "bold"), whats_next(found)))
    print_to.print(_approval(found))
    if found.plan.late:
        print_to.print(Text("Time is short: not every milestone has its ideal lead.", style="yellow"))
    print_to.print()
    print_to.print(Padding(_line(found), _INDENT))
    print_to.print()
    print_to.print(_timeline(found))
    _crowded(print_to, found)
    print_to.print(Text.assemble(("\nWhy these days:", "dim"), f"  nextmove plan explain {found.deal.id}"))


def why_page(found: "Planned") -> None:
    """Each milestone with the reasons for its day."""
    print_to = console()
    _head(print_to, found)
    for sentence in frame(found):
        print_to.print(sentence)
    for each in explained(found):
        step = each.step
        when = "done" if step.done else day(step.on) if step.on else _dayless(step)
        print_to.print(Text.assemble("\n", (step.kind.name, "bold"), f"  {when}"))
        for sentence in each.why:
            print_to.print(Padding(sentence, _INDENT))


def _dayless(step: "Step") -> str:
    return f"with {step.into.name}" if step.into else "left out" if step.dropped else "no day"


def approved_days(found: "Planned", *, new: bool, dry_run: bool) -> None:
    """What the rep has approved, day by day."""
    print_to = console()
    assert found.plan is not None  # else it's refused
    told = "would be approved" if dry_run else "is approved" if new else "was approved before, and stays as it is"
    print_to.print(f"{found.deal.id}: the plan toward {day_in_full(found.plan.decision)} {told}.")
    for step in found.steps:
        if step.day and not step.done:
            print_to.print(Padding(f"{day(step.day):<10}  {step.kind.name}{together(step)}", _INDENT))
    _crowded(print_to, found)


def moved_days(before: "Planned", after: "Planned", *, dry_run: bool) -> None:
    """What lies on another day than before; their decision never does."""
    print_to = console()
    deal_id = after.deal.id
    if before.approved is None:
        print_to.print(f"{deal_id}: no day is approved, so the plan is laid anew each time that you look at it.")
        return
    print_to.print(f"{deal_id}: {'would be ' if dry_run else ''}laid anew, without the days that you approved.")
    if not _moved(print_to, before, after):
        print_to.print(Padding("Nothing moved.", _INDENT))
    if not dry_run:
        print_to.print(Text.assemble(("Approve these days:", "dim"), f"  nextmove plan approve {deal_id}"))


def chosen(found: "Chosen", *, dry_run: bool) -> None:
    """What becomes of a milestone by the rep's choice, and what that moves."""
    print_to = console()
    deal_id, kind = found.after.deal.id, found.kind
    step = found.after.step(kind.id)
    if step is None or step.dropped:
        told = "left out of the plan"
    elif step.into is not None:
        host = found.after.step(step.into.id)
        told = f"held with {step.into.name}" + (f", {host.minutes} minutes in all" if host else "")
    else:
        told = "planned by itself"
    how = "was chosen before; it is" if not found.new else "would be" if dry_run else "is"
    print_to.print(f"{deal_id}: {kind.name} {how} {told}.")
    _moved(print_to, found.before, found.after, but=kind.id)
    if found.new and not dry_run and told != "planned by itself":
        print_to.print(Text.assemble(("Take it back:", "dim"), f"  nextmove plan keep {deal_id} {kind.id}"))


def _moved(print_to: Console, before: "Planned", after: "Planned", *, but: str = "") -> bool:
    """The milestones on another day than before, except this one; whether there are any."""
    moved = [each for each in moves(before, after) if each.kind.id != but]
    for each in moved:
        was, is_now = (day(value) if value else "no day" for value in (each.before, each.after))
        print_to.print(Padding(f"{each.kind.name}: {was} → {is_now}", _INDENT))
    if after.plan is not None:
        print_to.print(f"Their decision stays on {day_in_full(after.plan.decision)}.")
    return bool(moved)


def _head(print_to: Console, found: "Planned") -> None:
    deal = found.deal
    print_to.print(Text.assemble((deal.company, "bold"), f"  {deal.name}  ", (deal.id, "dim")))
    if found.plan is None:
        print_to.print(f"{found.why_none} {found.cure}".strip())


def _approval(found: "Planned") -> Text:
    deal_id = found.deal.id
    if found.approved is not None:
        moved = sum(step.approved is not None and step.approved != step.day for step in found.steps)
        note = f"; {counted(moved, 'day')} had to move since" if moved else ""
        return Text(f"Approved on {day_in_full(found.approved.at.date())}{note}.", style="green")
    if not found.written:
        return Text("You haven't written their day down yet: see the question in nextmove queue.", style="yellow")
    return Text.assemble(("Not approved yet:", "dim"), f"  nextmove plan approve {deal_id}")


def _line(found: "Planned") -> Text:
    """Today at the left, their decision at the right, the milestones between them where their days lie."""
    assert found.plan is not None  # checked by the page
    decision = found.plan.decision
    span = max((decision - found.today).days, 1)
    cells = ["─"] * _LINE
    for step in found.steps:
        if step.ahead and step.on:
            cells[min(round((step.on - found.today).days / span * (_LINE - 1)), _LINE - 2)] = "○"
    cells[0], cells[-1] = "●", "◆"
    under = f"today, {day(found.today)}"
    return Text.assemble(
        "".join(cells), "\n", (under, "dim"), (f"they decide, {day(decision)}".rjust(_LINE - len(under)), "dim")
    )


def _timeline(found: "Planned") -> Table:
    assert found.plan is not None  # checked by the page
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=3, justify="right")
    table.add_column(min_width=10, no_wrap=True)
    table.add_column(ratio=1)
    for step in found.steps:
        if step.done:
            table.add_row(Text("✓", style="green"), day(step.day) if step.day else "", _done(step))
    table.add_row("●", day(found.today), Text(f"today; {counted(left(found), 'working day')} left", style="dim"))
    for step in found.steps:
        if step.ahead and step.on:
            table.add_row("○", day(step.on), _ahead(step, found))
        elif step.into is not None and not step.done:
            table.add_row("", "", _guest(step))
    evidence = found.deal.decision.evidence if found.deal.decision else None
    said = f"\n“{one_line(evidence.sentence)}”  {evidence.who or ''}" if evidence and evidence.sentence else ""
    table.add_row(
        Text("◆", style="bold"),
        Text(day(found.plan.decision), style="bold"),
        Text.assemble(("They decide", "bold"), (f"  {found.plan.decision.year}; this day never moves", "dim"), said),
    )
    return table


def _done(step: "Step") -> Text:
    told = "done, by your word" if step.day else "done, as your mail or calendar shows"
    return Text.assemble(step.kind.name, (f"  {told}", "dim"))


def _guest(step: "Step") -> Text:
    """What is held in the meeting above it."""
    with_ = f"  with {step.into.name}" if step.into else ""
    return Text.assemble((step.kind.name, "bold"), (with_, "dim"), f"\nso that {step.kind.purpose}")


def _ahead(step: "Step", found: "Planned") -> Text:
    deal_id = found.deal.id
    text = Text.assemble((step.kind.name, "bold"))
    if step.placed is not None:
        text.append(f"  {placed(step)}", "green" if step.placed.state.alive else "yellow")
    if step.on == step.day:
        text.append(f"  {slack_of(step)}", "yellow" if step.spare <= 1 else "dim")
    if step.approved is not None and step.approved == step.day:
        text.append("  approved", "green")
    elif step.approved is not None:
        text.append(f"\nIt moved, you approved {day(step.approved)}", "yellow")
        if step.approved <= found.today:
            text.append(f"; if it was held: nextmove plan done {deal_id} {step.kind.id}", "yellow")
    text.append(f"\nso that {step.kind.purpose}")
    others = f"; also {', '.join(map(str, step.others))}" if step.others else ""
    text.append(f"\n{people(step)}{others}; {step.minutes} minutes", "dim")
    return text


def _crowded(print_to: Console, found: "Planned") -> None:
    """What no longer fits, and what can be done; their decision date is never among it. Then what is left out."""
    crowded = [step for step in found.steps if step.crowded]
    if found.plan is not None and crowded:
        print_to.print(Text(f"\nNo longer fits before {day(found.plan.decision)}", style="yellow"))
        for step in crowded:
            print_to.print(Padding(f"✗ {step.kind.name}", _INDENT))
        print_to.print("You can")
        for option in found.plan.options:
            then = "Then write down what they say: " if option.kind == "ask" else ""
            print_to.print(Padding(f"· {option.text}", _INDENT))
            print_to.print(Padding(Text(f"{then}{command(found, option)}", style="dim"), _DEEPER))
    for step in found.steps:
        if step.dropped:
            back = f"nextmove plan keep {found.deal.id} {step.kind.id}"
            print_to.print(Text.assemble(f"\nLeft out: {step.kind.name}", ("  Take it back: ", "dim"), back))
