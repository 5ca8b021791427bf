"""What a run did, on the terminal."""

from typing import TYPE_CHECKING, Final

from rich.text import Text

from assistant.cli.console import console

if TYPE_CHECKING:
    from assistant.workflows.daily import RunReport

_MOST_PROBLEMS: Final = 10


def run_report(report: "RunReport", *, dry_run: bool) -> None:
    """What a run did, in a few lines; what couldn't be read, by name."""
    print_to, sync, changes = console(), report.sync, report.changes
    if dry_run:
        print_to.print("A rehearsal: nothing was changed.", style="dim")
    parts = [f"Read {sync.read} new messages"] if sync.read else ["No new mail"]
    if sync.private:
        parts.append(f"{sync.private} private ones left out")
    if sync.old:
        parts.append(f"{sync.old} too old to keep")
    if sync.gone:
        parts.append(f"{sync.gone} gone")
    if sync.events:
        parts.append(f"{sync.events} calendar entries changed")
    print_to.print(", ".join(parts) + ".")
    print_to.print(
        f"{report.deals} deals. Queue: {len(changes.added)} new, {len(changes.updated)} renewed, "
        f"{len(changes.withdrawn)} withdrawn."
    )
    for item in report.settled:
        print_to.print(f"Draft {item.id} was {item.state} in your mail program.")
    for problem in sync.problems[:_MOST_PROBLEMS]:
        print_to.print(Text(f"{problem.account}, {problem.where}: {problem.why}", style="yellow"))
    if len(sync.problems) > _MOST_PROBLEMS:
        print_to.print(f"and {len(sync.problems) - _MOST_PROBLEMS} more: nextmove status --problems", style="yellow")
    for name, why in sync.failed:
        print_to.print(Text(f"Account {name!r} was left as it was: {why}", style="red"))
    if changes.brake:
        print_to.print(Text(changes.brake, style="red"))
