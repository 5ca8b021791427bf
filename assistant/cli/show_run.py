"""What a run did, on the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from assistant.cli.console import console

if TYPE_CHECKING:
    from assistant.domain.draft import QueueItem
    from assistant.store import PlacedInvite
    from assistant.workflows.daily import RunReport

_MOST_PROBLEMS: Final = 10


def run_report(
    report: "RunReport",
    done: Sequence[str] = (),
    waits: Sequence[str] = (),
    *,
    dry_run: bool,
    in_drafts: bool = True,
) -> None:
    """What a run did, in a few lines; what couldn't be read, by name. `done` is what it did in the calendar, `waits`
    what was interrupted and can't be put right yet.

    `in_drafts`: the mail to the people of a meeting lies in the Drafts folder.
    """
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
        print_to.print(Text(f"Draft {item.id}: {item.note}" if item.note else _settled(item)))
    for line in done:
        print_to.print(Text(line))
    if any(_tells_somebody(placed) for placed in report.scheduled.placed) and in_drafts and not dry_run:
        print_to.print("What lies in your Drafts leaves when you send it.", style="dim")
    for deal_id, why in report.scheduled.failed:
        print_to.print(Text(f"{deal_id}: the calendar was left as it was: {why}", style="yellow"))
    for line in waits:
        print_to.print(Text(line, style="yellow"))
    for problem in sync.problems[:_MOST_PROBLEMS]:
        print_to.print(Text(f"{problem.account}, {problem.where}: {problem.why}", style="yellow"))
    if len(sync.problems) > _MOST_PROBLEMS:
        print_to.print(f"and {len(sync.problems) - _MOST_PROBLEMS} more: nextmove status --problems", style="yellow")
    for name, why in sync.failed:
        print_to.print(Text(f"Account {name!r} was left as it was: {why}", style="red"))
    if changes.brake:
        print_to.print(Text(changes.brake, style="red"))


def _settled(item: "QueueItem") -> str:
    return f"Draft {item.id} was {item.state} in your mail program."


def _tells_somebody(placed: "PlacedInvite") -> bool:
    """Whether others are to hear of it: of a hold they aren't."""
    return bool(placed.content.to or placed.content.cc)
