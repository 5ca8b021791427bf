"""The page of what's next in every open deal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.cli.console import console, day, fits_whole
from assistant.workflows.plan_words import counted, missing, people, placed, room_of, short_day, together

if TYPE_CHECKING:
    from assistant.workflows.seen_plan import Planned, Step


_NARROW: Final = 72
"""Columns below which a row a deal can't be read."""
_INDENT: Final = (0, 0, 0, 2)


def next_page(found: "Sequence[Planned]") -> None:
    """The next milestone of each deal by its day; then the deals where none is next, and what to do about each."""
    print_to = console()
    if not found:
        print_to.print(
            "No open deal. Find some: nextmove deals discover, or bring them: nextmove deals import FILE.csv"
        )
        return
    planned = [each for each in found if each.next]
    if print_to.width < _NARROW:
        for each in planned:
            _block(print_to, each)
    elif planned:
        print_to.print(_table(planned))
    without = [each for each in found if not each.next]
    if without:
        print_to.print(
            Text(f"{chr(10) if planned else ''}Nothing is next in {counted(len(without), 'deal')}", "yellow")
        )
        for each in without:
            why, cure = missing(each)
            print_to.print(Padding(Text.assemble((each.deal.id, "bold"), f"  {why}: ", (cure, "dim")), _INDENT))


def _table(planned: "Sequence[Planned]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("deal", overflow="fold", no_wrap=fits_whole(each.deal.id for each in planned))
    for column, whole in (("day", True), ("next", False), ("who", False), ("can wait until", False)):
        table.add_column(column, overflow="fold", no_wrap=whole)
    for each in planned:
        table.add_row(*_row(each))
    return table


def _block(print_to: Console, found: "Planned") -> None:
    """One deal on a narrow terminal, where a table would be all folds."""
    deal, on, what, who, _ = _row(found)
    assert found.next is not None  # chosen by the page
    print_to.print(Text.assemble(deal, "  ", on, "  ", what))
    print_to.print(Padding(who, _INDENT))
    print_to.print(Padding(Text.assemble(room_of(found.next), (_crowded(found), "yellow")), _INDENT))


def _row(found: "Planned") -> tuple[Text, ...]:
    step = found.next
    assert step is not None  # chosen by the page
    return (
        Text(found.deal.id, style="bold"),
        Text(day(step.on) if step.on else ""),
        Text(f"{step.kind.name}{together(step)}"),
        Text(people(step)),
        Text.assemble(_room(step), (_crowded(found), "yellow")),
    )


def _room(step: "Step") -> Text:
    if step.placed is not None and step.placed.state.alive:
        return Text(placed(step), style="green")
    if not step.spare or step.latest is None:
        return Text("no day to spare", style="yellow")
    spare = f"{short_day(step.latest)}, {counted(step.spare, 'working day')} to spare"
    return Text(spare, style="yellow" if step.spare == 1 else "default")


def _crowded(found: "Planned") -> str:
    crowded = sum(step.crowded for step in found.steps)
    return f"; {counted(crowded, 'milestone')} no longer {'fits' if crowded == 1 else 'fit'}" if crowded else ""
