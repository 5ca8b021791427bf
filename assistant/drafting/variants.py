"""The `vary` tag of the draft templates: several phrasings of one passage, of which a draft gets one.

    {% vary %} … {% or %} … {% or if decision %} … {% endvary %}

Which one is fixed by the draft's seed, so the same situation is always said in the same words; a phrasing whose
sentences the customer has read before is passed over as long as another one is left. Imported by `compose` alone,
when something is rendered: it brings Jinja with it.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.drafting.phrases import capitalised, skeletons


class Vary(Extension):
    """Compiles `vary` to a call of `_choose` with one caller that can render each of the phrasings."""

    tags = {"vary"}  # noqa: RUF012 - Jinja declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        which = "which_phrasing"
        count = 0
        body: list[nodes.Node] = []
        while True:
            asks = nodes.Compare(nodes.Name(which, "load"), [nodes.Operand("eq", nodes.Const(count))])
            test: nodes.Expr = asks
            if parser.stream.skip_if("name:if"):
                test = nodes.And(asks, parser.parse_expression())
            inner = parser.parse_statements(("name:or", "name:endvary"))
            body.append(nodes.If(test, inner, [], []).set_lineno(line))
            count += 1
            if next(parser.stream).value == "endvary":
                break
        place = nodes.Const(f"{parser.name}:{line}")
        call = self.call_method("_choose", [nodes.ContextReference(), place, nodes.Const(count)])
        return nodes.CallBlock(call, [nodes.Name(which, "param")], [], body).set_lineno(line)

    def _choose(self, context: Context, place: str, count: int, caller: Callable[[int], str]) -> str:
        seed: str = context["seed"]
        known: frozenset[str] = context["earlier"]
        offered = [text for which in _order(seed, place, count) if (text := caller(which)).strip()]
        return next((text for text in offered if not known & skeletons(text)), offered[0] if offered else "")


def _order(seed: str, place: str, count: int) -> list[int]:
    """A fixed shuffle of range(count)."""

    def weight(which: int) -> bytes:
        return hashlib.sha256(f"{seed}\0{place}\0{which}".encode()).digest()

    return sorted(range(count), key=weight)


def environment(folders: Iterable[Path]) -> ImmutableSandboxedEnvironment:
    """Templates from the first folder that has them; what isn't defined is an error, never an empty string."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Vary],
    )
    made.filters["cap"] = capitalised
    return made
