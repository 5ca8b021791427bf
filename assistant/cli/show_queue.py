"""The pages of the queue: today's list, and one item in full."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from assistant.cli.console import WIDTH, console, day, one_line
from assistant.cli.showable import Showable
from assistant.domain.deal import Source
from assistant.domain.draft import Finding, ItemKind, ItemState, Severity
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.domain.deal import Deal, Evidence
    from assistant.domain.draft import Content, QueueItem
    from assistant.domain.mail import Address
    from assistant.domain.ports import Interval
    from assistant.workflows.invite_words import SeenMeeting
    from assistant.workflows.today import Today

_ACTS: Final = {"hold": "hold", "invite": "invite", "move": "another time", "cancel": "call off"}
_DOES: Final = {
    "hold": "Kept free in your calendar",
    "invite": "A meeting for your calendar and theirs",
    "move": "Another time for a meeting in your calendar and theirs",
    "cancel": "Calls a meeting off, in your calendar and theirs",
}
"""By what an invite does: its label in the list, and the title of its page."""
_STYLES: Final = {ItemKind.DRAFT: "cyan", ItemKind.INVITE: "cyan"}
_ANSWER: Final = "invite.answer"
_LOOK: Final = "invite.waits"
"""Rules of reasons in our own words: what somebody answered, and why an invite waits for a look."""
_NO_DEALS: Final = (
    "No deal is in the book yet; find some: nextmove deals discover, "
    "or add one: nextmove deals add NAME --contact ADDRESS"
)
_WEB_FONT: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""A picture loads nothing from elsewhere: the viewer's own monospaced font is used."""


def queue_list(shown: "Today", now: datetime, svg: Path | None = None) -> None:
    """The day's queue, or one calm line when it's empty; as a picture where `svg` names a file."""
    if svg is None:
        _list_queue(console(), shown, now)
        return
    picture = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False, markup=False, emoji=False
    )
    picture.push_render_hook(Showable())
    _list_queue(picture, shown, now)
    drawn = picture.export_svg(title="nextmove queue", unique_id="queue")
    try:
        svg.write_text(_WEB_FONT.sub("", drawn), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{svg} can't be written: {error.strerror}.", "Name a file in a folder of yours.") from None


def _list_queue(print_to: Console, shown: "Today", now: datetime) -> None:
    print_to.print(Text.assemble((f"{now:%A} {now.day} {now:%B %Y}", "bold"), _count(shown)))
    if not shown.items:
        why = "Every deal has a next step, or waits for its day." if shown.deals else _NO_DEALS
        print_to.print(f"\nNothing needs you today. {why}")
        return
    for item in shown.items:
        print_to.print()
        print_to.print(_entry(item, shown.deals.get(item.deal_id), shown.meetings.get(item.id)))
    first = shown.items[0]
    print_to.print()
    print_to.print(
        Text.assemble(
            ("Look at one:", "dim"),
            f"  nextmove queue show {first.id}     ",
            ("Go through them:", "dim"),
            "  nextmove queue review",
        )
    )


def _count(shown: "Today") -> str:
    parts = [f"  ·  {len(shown.items)} for today" if shown.items else "  ·  the queue is empty"]
    if shown.waiting:
        parts.append(f"{shown.waiting} more wait (--all)")
    if shown.filed:
        parts.append(f"{shown.filed} in your Drafts folder")
    return "  ·  ".join(parts)


def _entry(item: "QueueItem", deal: "Deal | None", meeting: "SeenMeeting | None") -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=4, justify="right", style="bold")
    table.add_column(ratio=1)
    head = Text.assemble((deal.company if deal else item.deal_id, "bold"))
    if deal and deal.name != deal.company:
        head.append(f"  {deal.name}")
    head.append(f"   {_label(item)}", style=_STYLES.get(item.kind, "magenta"))
    if item.state is not ItemState.OPEN:
        head.append(f"   {item.state}" + (f" until {day(item.until)}" if item.until else ""), style="dim")
    table.add_row(str(item.id), head)
    table.add_row("", Text(item.title))
    for reason in (*item.reasons[:1], *(each for each in item.reasons[1:] if each.rule == _LOOK)):
        if reason.sentence:
            table.add_row("", Text(_said(reason), style="dim"))
    if meeting:
        table.add_row("", _with_whom(meeting))
    elif item.content:
        to = ", ".join(person.name or person.email for person in item.content.to)
        table.add_row("", Text.assemble(("to ", "dim"), to, "   ", (_step(item.content), "italic")))
    for gap in item.gaps:
        table.add_row("", Text(f"needs you: {gap.ask}", style="yellow"))
    return table


def _step(content: "Content") -> str:
    """The times that the draft proposes, on the clock of this computer's user; its subject where there are none."""
    times = [f"{day(start)} {start:%H:%M}" for start, _ in content.times]
    return " or ".join(times) if times else content.subject


def _with_whom(meeting: "SeenMeeting") -> Text:
    """Who is to come, who may, and when, on the rep's clock and on theirs."""
    text = Text.assemble(("with ", "dim"), _names(meeting.required))
    if meeting.optional:
        text.append(" and, if they like, ", style="dim").append(_names(meeting.optional))
    return text.append("   ").append(_when(meeting.time), style="italic").append(_for_them(meeting), style="dim")


def _names(people: "Sequence[Address]") -> str:
    return ", ".join(person.name or person.email for person in people)


def _when(time: "Interval") -> str:
    start, end = time
    return f"{day(start)} {start:%H:%M} to {end:%H:%M}"


def _for_them(meeting: "SeenMeeting") -> str:
    """The time on their clock, where that is another."""
    if meeting.theirs is None:
        return ""
    start, end = meeting.theirs
    other = "" if start.date() == meeting.time[0].date() else f"{day(start)} "
    return f", for them {other}{start:%H:%M} to {end:%H:%M}"


def _label(item: "QueueItem") -> str:
    """Where the deal stands, and what the item is for: passive, milestone; or what an invite does."""
    if item.content and item.content.meeting:
        return _ACTS[item.content.meeting.act]
    standing = next((r.rule.removeprefix("standing.") for r in item.reasons if r.rule.startswith("standing.")), "")
    what = item.purpose.replace("_", " ") if item.purpose else item.kind.value
    return f"{standing.replace('_', ' ')} → {what}" if standing else what


def _said(evidence: "Evidence") -> str:
    if evidence.rule == _ANSWER:
        return evidence.sentence + (f" ({day(evidence.on)})" if evidence.on else "")
    if evidence.source is Source.DEAL:
        return evidence.sentence
    who = (evidence.who or "").partition(" <")[0]
    when = f", {day(evidence.on)}" if evidence.on else ""
    source = f" ({who}{when})" if who else (f" ({day(evidence.on)})" if evidence.on else "")
    return f"“{one_line(evidence.sentence)}”{source}"


def queue_item(item: "QueueItem", deal: "Deal", meeting: "SeenMeeting | None" = None) -> None:
    """One item in full: why, then the draft or the invite as it would go."""
    print_to = console()
    print_to.print(
        Text.assemble((f"{item.id}  ", "bold"), (deal.company, "bold"), f"  {deal.name}   ", (_label(item), "cyan"))
    )
    print_to.print(item.title)
    print_to.print()
    print_to.print("Why", style="bold")
    for reason in item.reasons:
        print_to.print(Padding(_reason(reason), (0, 0, 0, 2)))
    if item.content:
        print_to.print()
        print_to.print(_invite(meeting, item.content) if meeting else _letter(item.content))
    for gap in item.gaps:
        print_to.print(Text.assemble(("Needs you:", "yellow"), f" {gap.marker}  {gap.ask}"))
    if item.note:
        print_to.print(item.note, style="dim")
    _what_next(print_to, item)


def _reason(evidence: "Evidence") -> Text:
    text = Text()
    if evidence.sentence:
        text.append(_said(evidence))
    tail = "  ".join(part for part in (evidence.rule, f"{evidence.source} {evidence.ref}") if part)
    text.append(f"\n{tail}" if text else tail, style="dim")
    return text


def _letter(content: "Content") -> Panel:
    head = Table.grid(padding=(0, 1))
    head.add_row(Text("To", style="dim"), ", ".join(str(person) for person in content.to))
    if content.cc:
        head.add_row(Text("Cc", style="dim"), ", ".join(str(person) for person in content.cc))
    head.add_row(Text("Subject", style="dim"), Text(content.subject, style="bold"))
    return Panel(Group(head, Text(""), Text(content.body.rstrip())), border_style="dim", padding=(1, 2))


def _invite(meeting: "SeenMeeting", content: "Content") -> Panel:
    """A meeting as its people will see it, and what was before where it moves."""
    zone, length = meeting.time[0].tzinfo, (meeting.time[1] - meeting.time[0]).total_seconds() // 60
    rows = [("Invites" if meeting.act == "invite" else "With", ", ".join(map(str, meeting.required)))]
    rows += [("If they like", ", ".join(map(str, meeting.optional)))] if meeting.optional else []
    rows += [("When", f"{_when(meeting.time)} ({zone}), {length:.0f} minutes")]
    rows += [("", f"{_for_them(meeting)[2:]} ({meeting.theirs[0].tzinfo})")] if meeting.theirs else []
    rows += [("Until now", _when(meeting.was))] if meeting.was else []
    rows += [("Where", meeting.where or "not known yet")] if meeting.act != "cancel" else []
    head = Table.grid(padding=(0, 1))
    for name, value in rows:
        head.add_row(Text(name, style="dim"), Text(value))
    head.add_row(Text("Title", style="dim"), Text(content.subject, style="bold"))
    return Panel(
        Group(head, Text(""), Text(content.body.rstrip())),
        title=_DOES[meeting.act],
        title_align="left",
        border_style="dim",
        padding=(1, 2),
    )


def _what_next(print_to: Console, item: "QueueItem") -> None:
    if item.state not in (ItemState.OPEN, ItemState.SNOOZED):
        filed = item.state is ItemState.FILED and item.kind is ItemKind.DRAFT
        print_to.print(f"It is {item.state}." + (f"   nextmove queue edit {item.id}" if filed else ""), style="dim")
        return
    verbs = ["edit"] if item.gaps else ["approve", "edit"]
    if item.content is None:
        _ways_to_answer(print_to, item)
        return
    print_to.print("   ".join(f"nextmove queue {verb} {item.id}" for verb in (*verbs, "dismiss")), style="dim")


_YES_OR_NO: Final = ("#whose-no", "#came-back")
"""Ends of the keys of questions that are answered with yes or no."""


def _ways_to_answer(print_to: Console, item: "QueueItem") -> None:
    """What answers a question or puts a notice aside."""
    message = next((reason.ref for reason in item.reasons if reason.source == "message"), None)
    lines = []
    if ":which-deal:" in item.key and message:
        lines.append(
            f"nextmove deals thread DEAL '{message}'      or, if it is no deal: nextmove queue notadeal {item.id}"
        )
    elif ":decision-date:" in item.key or item.key.endswith(_YES_OR_NO):
        lines.append(f"Yes: nextmove queue approve {item.id}      No: nextmove queue dismiss {item.id}")
    else:
        lines.append(f"Seen to it: nextmove queue approve {item.id}")
        lines.append(f'You spoke: nextmove queue spoke {item.id} --what "…" --who "…" --on DAY')
    for line in lines:
        print_to.print(Text(line, style="dim"))


def after_edit(item: "QueueItem", findings: Sequence[Finding], hints: Sequence[str] = ()) -> None:
    """What still stands between the edited draft or invite and its approval."""
    print_to = console()
    for hint in hints:
        print_to.print(hint)
    for gap in item.gaps:
        print_to.print(f"Needs you: {gap.marker}  {gap.ask}")
    for finding in findings:
        print_to.print(f"The guard: “{finding.text}”. {finding.reason} Rather: {finding.rewrite}")
    if not item.gaps and not any(finding.severity is Severity.BLOCK for finding in findings):
        print_to.print(f"nextmove queue approve {item.id}", style="dim")
