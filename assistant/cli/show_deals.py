"""The pages of the deals: the list, one deal in full, and a proposed one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.cli.console import console, day, fits_whole, one_line

if TYPE_CHECKING:
    from assistant.engine.discovery import Proposal

_STYLES: Final = {
    "owes_reply": "bold red",
    "lapsed": "yellow",
    "passive": "yellow",
    "undated": "cyan",
    "advancing": "green",
    "won": "green",
    "unreachable": "magenta",
}


def deal_list(told: Sequence[dict[str, Any]]) -> None:
    """The deals, a row each."""
    print_to = console()
    if not told:
        print_to.print(
            "No deals yet. Find some: nextmove deals discover, or bring them: nextmove deals import FILE.csv"
        )
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("deal", overflow="fold", no_wrap=fits_whole(deal["id"] for deal in told))
    for column in ("standing", "decides", "last move", "next"):
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
            mark = "done" if milestone["done"] else f"can wait until {day(milestone['latest'])}"
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
    words = f"“{one_line(evidence['sentence'])}”  " if evidence["sentence"] else ""
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
        text.append(f"  “{one_line(move['sentence'])[:120]}”", style="dim")
    return text


def proposal(each: "Proposal") -> None:
    """One proposed deal, and why it looks like one."""
    print_to = console()
    print_to.print(Text.assemble((each.company, "bold"), f"  {each.name}  ", (", ".join(each.domains), "dim")))
    people = ", ".join(contact.address.name or contact.address.email for contact in each.contacts)
    print_to.print(Padding(people, (0, 0, 0, 2)))
    for why in each.why:
        print_to.print(Padding(Text(why, style="dim"), (0, 0, 0, 2)))
