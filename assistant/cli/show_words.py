"""The pages of the words: how a message is read, what the guard says of a text, and its rules."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.cli.console import console, one_line
from assistant.domain.draft import Finding, Severity
from assistant.language.packs import Rule

if TYPE_CHECKING:
    from assistant.workflows.explaining import Explained


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
    """The guard's findings in a file, each with its place, reason and rewrite; no line is broken, for other tools."""
    print_to = console()
    if not found:
        print_to.print(f"{name}: nothing to object.", soft_wrap=True)
    for finding in found:
        line = text.count("\n", 0, finding.start) + 1
        style = "red" if finding.severity is Severity.BLOCK else "yellow"
        place = f"{name}:{line}: "
        told = Text.assemble(place, (finding.severity, style), f"  “{one_line(finding.text)}”  ", (finding.rule, "dim"))
        print_to.print(told, soft_wrap=True)
        print_to.print(f"    {finding.reason}", soft_wrap=True)
        print_to.print(Text(f"    Rather: {finding.rewrite}", style="green"), soft_wrap=True)


def rule_list(known: Sequence[Rule]) -> None:
    """The rules, a line each, family by family."""
    from assistant.guard import families

    print_to = console()
    for family in families():
        print_to.print(Text(f"{family.title}", style="bold").append(f"  {family.code}", style="dim"), soft_wrap=True)
        for rule in (each for each in known if each.kind == family.code):
            print_to.print(Text(f"  {rule.id:<28} ").append(rule.reason, style="dim"), soft_wrap=True)


def one_rule(rule: Rule) -> None:
    """A rule as it argues its case."""
    from assistant.guard import family

    known, print_to = family(rule.kind), console()
    print_to.print(Text(rule.id, style="bold").append(f"  {rule.kind}, {rule.severity or 'block'}", style="dim"))
    print_to.print(rule.reason)
    print_to.print(Text(f"Rather: {rule.rewrite}", style="green"))
    if known:
        print_to.print(f"The principle: {known.principle}")
    for title, style, texts in (("Stopped", "red", rule.bad), ("Passes", "green", rule.good)):
        for text in texts:
            print_to.print(Text(f"  {title}: ", style=style).append(one_line(text)))
