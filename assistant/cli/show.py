"""What the commands print, laid out for a terminal by rich; plain lines in a pipe."""

import io
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from assistant.cli.showable import Showable
from assistant.domain.draft import Finding, ItemKind, ItemState, Severity
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.domain.deal import Deal, Evidence
    from assistant.domain.draft import Content, QueueItem
    from assistant.engine.discovery import Proposal
    from assistant.workflows.daily import RunReport
    from assistant.workflows.explaining import Explained
    from assistant.workflows.today import Today

_WIDTH: Final = 100
_MOST_PROBLEMS: Final = 10
_WEB_FONT: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""A picture loads nothing from elsewhere: the viewer's own monospaced font is used."""
_STYLES: Final = {
    "owes_reply": "bold red",
    "lapsed": "yellow",
    "passive": "yellow",
    "undated": "cyan",
    "advancing": "green",
    "won": "green",
    "unreachable": "magenta",
}


def console() -> Console:
    """A console on standard output, as wide as is comfortable to read; in a pipe no line is broken. Brackets in a
    mail stay brackets, and nothing in a mail commands the terminal."""
    found = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), markup=False, emoji=False)
    found.push_render_hook(Showable())
    if found.width > _WIDTH or not found.is_terminal:
        found.width = _WIDTH
    return found


def day(value: date | datetime) -> str:
    """A day as people write it: Thu 26 Nov."""
    return f"{value:%a} {value.day} {value:%b}"


def queue_list(shown: "Today", now: datetime, svg: Path | None = None) -> None:
    """The day's queue, or one calm line when it's empty; as a picture where `svg` names a file."""
    if svg is None:
        _list_queue(console(), shown, now)
        return
    picture = Console(
        record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, highlight=False, markup=False, emoji=False
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
        print_to.print("\nNothing needs you today. Every deal has a next step, or waits for its day.")
        return
    for item in shown.items:
        print_to.print()
        print_to.print(_entry(item, shown.deals.get(item.deal_id)))
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


def _entry(item: "QueueItem", deal: "Deal | None") -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=4, justify="right", style="bold")
    table.add_column(ratio=1)
    head = Text.assemble((deal.company if deal else item.deal_id, "bold"))
    if deal and deal.name != deal.company:
        head.append(f"  {deal.name}")
    head.append(f"   {_label(item)}", style="cyan" if item.kind is ItemKind.DRAFT else "magenta")
    if item.state is not ItemState.OPEN:
        head.append(f"   {item.state}" + (f" until {day(item.until)}" if item.until else ""), style="dim")
    table.add_row(str(item.id), head)
    table.add_row("", Text(item.title))
    for reason in item.reasons[:1]:
        if reason.sentence:
            table.add_row("", Text(_said(reason), style="dim"))
    if item.content:
        to = ", ".join(person.name or person.email for person in item.content.to)
        table.add_row("", Text.assemble(("to ", "dim"), to, "   ", (_step(item.content), "italic")))
    for gap in item.gaps:
        table.add_row("", Text(f"needs you: {gap.ask}", style="yellow"))
    return table


def _step(content: "Content") -> str:
    """The times that the draft proposes, on the clock of this computer's user; its subject where there are none."""
    times = [f"{day(start)} {start:%H:%M}" for start, _ in content.times]
    return " or ".join(times) if times else content.subject


def _label(item: "QueueItem") -> str:
    """Where the deal stands, and what the item is for: passive, milestone."""
    standing = next((r.rule.removeprefix("standing.") for r in item.reasons if r.rule.startswith("standing.")), "")
    what = item.purpose.replace("_", " ") if item.purpose else item.kind.value
    return f"{standing.replace('_', ' ')} → {what}" if standing else what


def _said(evidence: "Evidence") -> str:
    who = (evidence.who or "").partition(" <")[0]
    when = f", {day(evidence.on)}" if evidence.on else ""
    source = f" ({who}{when})" if who else (f" ({day(evidence.on)})" if evidence.on else "")
    return f"“{_one_line(evidence.sentence)}”{source}"


def queue_item(item: "QueueItem", deal: "Deal") -> None:
    """One item in full: why, then the draft as it would go."""
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
        print_to.print(_letter(item))
    for gap in item.gaps:
        print_to.print(Text.assemble(("Needs you:", "yellow"), f" {gap.marker}  {gap.ask}"))
    if item.note:
        print_to.print(item.note, style="dim")
    _what_next(print_to, item)


def _one_line(sentence: str) -> str:
    return " ".join(sentence.split())


def _reason(evidence: "Evidence") -> Text:
    text = Text()
    if evidence.sentence:
        text.append(_said(evidence))
    tail = "  ".join(part for part in (evidence.rule, f"{evidence.source} {evidence.ref}") if part)
    text.append(f"\n{tail}" if text else tail, style="dim")
    return text


def _letter(item: "QueueItem") -> Panel:
    content = item.content
    assert content is not None  # the caller looked
    head = Table.grid(padding=(0, 1))
    head.add_row(Text("To", style="dim"), ", ".join(str(person) for person in content.to))
    if content.cc:
        head.add_row(Text("Cc", style="dim"), ", ".join(str(person) for person in content.cc))
    head.add_row(Text("Subject", style="dim"), Text(content.subject, style="bold"))
    return Panel(Group(head, Text(""), Text(content.body.rstrip())), border_style="dim", padding=(1, 2))


def _what_next(print_to: Console, item: "QueueItem") -> None:
    if item.state not in (ItemState.OPEN, ItemState.SNOOZED):
        print_to.print(f"It is {item.state}.", style="dim")
        return
    verbs = ["edit"] if item.gaps else ["approve", "edit"]
    if item.content is None:
        _ways_to_answer(print_to, item)
        return
    print_to.print("   ".join(f"nextmove queue {verb} {item.id}" for verb in (*verbs, "dismiss")), style="dim")


def _ways_to_answer(print_to: Console, item: "QueueItem") -> None:
    """What answers a question or puts a notice aside."""
    message = next((reason.ref for reason in item.reasons if reason.source == "message"), None)
    lines = []
    if ":which-deal:" in item.key and message:
        lines.append(
            f"nextmove deals thread DEAL '{message}'      or, if it is no deal: nextmove queue notadeal {item.id}"
        )
    elif ":decision-date:" in item.key:
        lines.append(f"Yes: nextmove queue approve {item.id}      No: nextmove queue dismiss {item.id}")
    else:
        lines.append(f"Seen to it: nextmove queue approve {item.id}")
        lines.append(f'You spoke: nextmove queue spoke {item.id} --what "…" --who "…" --on DAY')
    for line in lines:
        print_to.print(Text(line, style="dim"))


def after_edit(item: "QueueItem", findings: Sequence[Finding]) -> None:
    """What still stands between the edited draft and its approval."""
    print_to = console()
    for gap in item.gaps:
        print_to.print(f"Needs you: {gap.marker}  {gap.ask}")
    for finding in findings:
        print_to.print(f"The guard: “{finding.text}”. {finding.reason} Rather: {finding.rewrite}")
    if not item.gaps and not any(finding.severity is Severity.BLOCK for finding in findings):
        print_to.print(f"nextmove queue approve {item.id}", style="dim")


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


def deal_list(told: Sequence[dict[str, Any]]) -> None:
    """The deals, a row each."""
    print_to = console()
    if not told:
        print_to.print(
            "No deals yet. Find some: nextmove deals discover, or bring them: nextmove deals import FILE.csv"
        )
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("deal", "standing", "decides", "last move", "next"):
        table.add_column(column, overflow="fold")
    for deal in told:
        standing = deal["standing"] or "nothing open"
        others = "".join(f" +{other}" for other in deal["other_standings"])
        last = deal["last_move"]
        table.add_row(
            Text(deal["id"], style="bold"),
            Text.assemble((standing, _STYLES.get(standing, "default")), (others, "dim")),
            day(deal["decision_date"]) if deal["decision_date"] else Text("not known", style="dim"),
            f"{last['side']}, {day(last['at'])}" if last else "",
            deal["next"],
        )
    print_to.print(table)


def deal_page(told: dict[str, Any]) -> None:
    """One deal: standing and evidence, people, plan, timeline."""
    print_to = console()
    print_to.print(Text.assemble((told["company"], "bold"), f"  {told['name']}  ", (told["id"], "dim")))
    for found in told["standings"]:
        name = found["standing"]
        until = f" until {day(found['until'])}" if found["until"] else ""
        print_to.print(Text.assemble((f"{name}{until}", _STYLES.get(name, "bold"))))
        for evidence in found["evidence"]:
            print_to.print(Padding(Text(_told_evidence(evidence), style="dim"), (0, 0, 0, 2)))
    if not told["standings"]:
        print_to.print("nothing open")
    print_to.print(f"Next: {told['next']}")
    for question in told["questions"]:
        print_to.print(Text(f"Question: {question['text']}", style="magenta"))
    decision = told["decision"]
    if decision:
        print_to.print(
            f"They decide on {day(decision['day'])} {decision['day'].year}: {_told_evidence(decision['evidence'])}"
        )
    print_to.print("\nPeople", style="bold")
    for contact in told["contacts"]:
        role = f", {contact['role']}" if contact["role"] else ""
        gone = "" if contact["active"] else ", not written to any more"
        print_to.print(f"  {contact['name'] or contact['email']}{role}{gone}")
    if told["plan"]:
        print_to.print("\nPlan, backward from that day", style="bold")
        for milestone in told["plan"]["milestones"]:
            mark = "done" if milestone["done"] else f"{milestone['slack']} working days of slack"
            print_to.print(Text.assemble(f"  {day(milestone['day'])}  {milestone['name']}  ", (mark, "dim")))
        for kind in told["plan"]["crowded"]:
            print_to.print(Text(f"  {kind} no longer fits before that day", style="yellow"))
    print_to.print("\nTimeline", style="bold")
    for move in told["timeline"]:
        print_to.print(_told_move(move))
    for event in told["ahead"]:
        print_to.print(f"  {day(event['start'])}  ahead: {event['summary']}")


def _told_evidence(evidence: dict[str, Any]) -> str:
    ref = evidence.get("message_id") or evidence.get("event_uid") or evidence.get("ref") or ""
    words = f"“{_one_line(evidence['sentence'])}”  " if evidence["sentence"] else ""
    who = f"{(evidence['who'] or '').partition(' <')[0]}  " if evidence["who"] else ""
    return f"{words}{who}{evidence['rule']}  {ref}".strip()


def _told_move(move: dict[str, Any]) -> Text:
    arrow = "→" if move["side"] == "us" else "←"
    kind = move["kind"] or ", ".join(move["intents"]) or move["what"]
    text = Text(f"  {day(move['at'])} {arrow} ")
    text.append(
        f"{kind}", style="green" if move["purposeful"] else "yellow" if move["purposeful"] is False else "default"
    )
    if move["sentence"]:
        text.append(f"  “{_one_line(move['sentence'])[:120]}”", style="dim")
    return text


def proposal(each: "Proposal") -> None:
    """One proposed deal, and why it looks like one."""
    print_to = console()
    print_to.print(Text.assemble((each.company, "bold"), f"  {each.name}  ", (", ".join(each.domains), "dim")))
    people = ", ".join(contact.address.name or contact.address.email for contact in each.contacts)
    print_to.print(Padding(people, (0, 0, 0, 2)))
    for why in each.why:
        print_to.print(Padding(Text(why, style="dim"), (0, 0, 0, 2)))


def reading(told: "Explained") -> None:
    """A message line by line, with what was found in each, and the outcome."""
    print_to, read = console(), told.reading
    print_to.print(
        Text.assemble((told.subject or "(no subject)", "bold"), f"  {told.sent}  ", (told.message_id, "dim"))
    )
    for line in told.lines:
        print_to.print(Text(f"  {line.text}"))
        for what, rule in line.marks:
            print_to.print(Text(f"      ^ {what}", style="cyan").append(f"  {rule}", style="dim"))
    print_to.print()
    print_to.print(Text(_verdict(told), style="bold"))
    if read.reason:
        print_to.print(read.reason)
    for problem in told.problems:
        print_to.print(Text(problem, style="yellow"))


def _verdict(told: "Explained") -> str:
    read = told.reading
    if read.automatic:
        return f"Automatic mail: {read.automatic.kind.replace('_', ' ')}. Not a move."
    if read.side == "us":
        if read.kind is None:
            return "Our move. Can't tell whether it leads anywhere."
        sort = "purposeful" if read.kind.purposeful else "passive"
        return f"Our move, {sort}: {read.kind.replace('_', ' ')}."
    intents = ", ".join(found.intent.replace("_", " ") for found in read.intents)
    return f"Their move: {intents}." if intents else "Their move. Nothing in it is certain enough to name."


def findings(name: str, text: str, found: Sequence[Finding]) -> None:
    """The guard's findings in a file, each with its place, reason and rewrite."""
    print_to = console()
    if not found:
        print_to.print(f"{name}: nothing to object.")
    for finding in found:
        line = text.count("\n", 0, finding.start) + 1
        style = "red" if finding.severity is Severity.BLOCK else "yellow"
        print_to.print(
            Text.assemble(f"{name}:{line}: ", (finding.severity, style), f"  “{finding.text}”  ", (finding.rule, "dim"))
        )
        print_to.print(Padding(finding.reason, (0, 0, 0, 4)))
        print_to.print(Padding(Text(f"Rather: {finding.rewrite}", style="green"), (0, 0, 0, 4)))
