"""The page of the audit: how much of the rep's sent mail presses, in which way, and when."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.cli.console import console, day
from assistant.guard import families, family

if TYPE_CHECKING:
    from assistant.workflows.auditing import Audit, Contrast, Share, Week

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_HIGH: Final = 4
"""Lines of the tallest bar."""
_MOST_WEEKS: Final = 90
_INDENT: Final = (0, 0, 0, 2)
_NOTHING: Final = (
    "No mail of yours is here from {since} on. Pull your mail: nextmove run. If that was done, see that [rep] email "
    "and aliases in the configuration name every address that you write from, and that your sent mail lies in one of "
    "its accounts: nextmove status."
)


def audit_page(told: "Audit") -> None:
    """All that the audit found, or what to do where there is no mail."""
    print_to = console()
    if not (told.all.mails or told.untold or told.among_us):
        print_to.print(_NOTHING.format(since=_full(told.since)))
        return
    _head(print_to, told)
    if not told.all.mails:
        return
    if told.all.pressed:
        _families(print_to, told)
        _weeks(print_to, told.weeks)
    _contrasts(print_to, told)
    _examples(print_to, told)


def _head(print_to: Console, told: "Audit") -> None:
    share = told.all
    print_to.print(Text(f"Your sent mail, {_full(told.since)} to {_full(told.until)}", style="bold"))
    pressed = f"{share.pressed} with pressure ({_percent(share)})." if share.pressed else "none with pressure."
    print_to.print(f"{_mails(share.mails)} looked at, {pressed}")
    if share.few:
        print_to.print("These are few: take every share for a hint.", style="dim")
    if told.among_us:
        print_to.print(f"{_mails(told.among_us)} to nobody but colleagues: not judged.", style="dim")
    if told.untold:
        print_to.print(
            f"{_mails(told.untold)} that the guard can't judge, most likely for the language: have a look yourself.",
            style="yellow",
        )


def _families(print_to: Console, told: "Audit") -> None:
    print_to.print("\nBy family", style="bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", min_width=5, style="bold")
    table.add_column(justify="right", style="dim")
    table.add_column()
    for code, count in told.families:
        known = family(code)
        title, principle = (known.title, known.principle) if known else (code, "")
        table.add_row(str(count), f"{count / told.all.mails:.0%}", Text.assemble((title, "red"), f"\n{principle}"))
    print_to.print(table)
    found = {code for code, _ in told.families}
    others = [each.title for each in families() if each.code not in found]
    if others:
        print_to.print(Padding(Text(f"None of: {', '.join(others)}.", style="dim"), _INDENT))


def _weeks(print_to: Console, weeks: Sequence["Week"]) -> None:
    shown = weeks[-_MOST_WEEKS:]
    worst = max(shown, key=lambda week: week.share.pressed)
    print_to.print(Text.assemble(("\nBy week", "bold"), ("  mails with pressure", "dim")))
    for line in _bars([week.share.pressed for week in shown]):
        print_to.print(Padding(Text(line, style="red"), _INDENT))
    print_to.print(Padding(Text(_months(shown), style="dim"), _INDENT))
    if worst.share.pressed:
        told = f"Most in the week of {_full(worst.start)}: {worst.share.pressed} of {_mails(worst.share.mails)}."
        print_to.print(Padding(told, _INDENT))
    if len(shown) < len(weeks):
        print_to.print(Padding(Text(f"The last {len(shown)} of {len(weeks)} weeks.", style="dim"), _INDENT))


def _bars(counts: Sequence[int]) -> Iterator[str]:
    """Lines of a bar chart from the top, a column a count."""
    most = max(*counts, _HIGH)
    eighths = [round(count / most * _HIGH * 8) for count in counts]
    for line in range(_HIGH - 1, -1, -1):
        bars = "".join(_EIGHTHS[min(max(high - 8 * line, 0), 8)] for high in eighths)
        label = most if line == _HIGH - 1 else 0 if line == 0 else ""
        yield f"{label:>3} │{bars}"


def _months(weeks: Sequence["Week"]) -> str:
    """The months below the columns, each where its first week begins, where there's room for its name."""
    line = " " * 5
    column = 5
    for (_, _), of_month in groupby(weeks, key=lambda week: (week.start.year, week.start.month)):
        month = list(of_month)
        name = f"{month[0].start:%b}"
        if len(line) <= column and len(month) > 1:
            line = line.ljust(column) + f"{name} "
        column += len(month)
    return line.rstrip()


def _contrasts(print_to: Console, told: "Audit") -> None:
    print_to.print("\nNear our quarter's end", style="bold")
    _contrast(print_to, told.quarter, "its last 14 days", "all other days")
    note = "The quarters are those of the calendar: the configuration knows no other fiscal year."
    print_to.print(Padding(Text(note, style="dim"), _INDENT))
    print_to.print("\nNear a customer's decision date", style="bold")
    if told.decision is None:
        print_to.print(Padding("None of these mails belongs to a deal with a decision date.", _INDENT))
    else:
        _contrast(print_to, told.decision, "the 14 days before it", "their deals' other days")


def _contrast(print_to: Console, contrast: "Contrast", near: str, other: str) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=25)
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name, share in ((near, contrast.near), (other, contrast.other)):
        few = Text("  few mails: only a hint", style="dim") if share.few else Text()
        table.add_row(f"  {name}", _percent(share), Text(f"{share.pressed} of {_mails(share.mails)}").append(few))
    print_to.print(table)


def _examples(print_to: Console, told: "Audit") -> None:
    if told.examples:
        print_to.print(Text.assemble(("\nExamples", "bold"), ("  shown here only, kept nowhere", "dim")))
    for each in told.examples:
        known = family(each.pressure.family)
        title = known.title if known else each.pressure.family
        print_to.print(Padding(Text.assemble(_full(each.on), "  ", (title, "red")), _INDENT))
        print_to.print(Padding(f"“{each.pressure.sentence}”", (0, 0, 0, 4)))
        print_to.print(Padding(Text(f"Rather: {each.pressure.rewrite}", style="green"), (0, 0, 1, 4)))


def _full(value: date) -> str:
    return f"{day(value)} {value.year}"


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count:,} mails"


def _percent(share: "Share") -> str:
    return "none" if share.part is None else f"{share.part:.0%}"
