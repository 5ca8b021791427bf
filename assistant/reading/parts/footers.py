"""What programs and law departments put below a mail: device lines, legal notices, invitations to a calendar."""

from dataclasses import dataclass

from assistant.language.packs import load

_LAST = 48
"""Lines at the end among which they are looked for."""
_LONGEST = 200
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Footers:
    """Lines of one text: `devices` go wherever they stand; where a `notice` stands at the end, the text has ended."""

    devices: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()

    def __contains__(self, line: str) -> bool:
        return line in self.notices or line in self.devices


def footers_of(lines: list[str]) -> Footers:
    """The lines among these that nobody wrote for this mail."""
    tail = [line[:_LONGEST] for line in lines[-_LAST:] if line]
    spans: list[tuple[int, int]] = []
    end = -1
    for line in tail:
        start, end = end + 1, end + 1 + len(line)
        spans.append((start, end))
    found = load("assistant.reading.packs", "footers").find("\n".join(tail).replace("’", "'"), sentences=spans)
    if not found:
        return Footers()
    whole = {line[:_LONGEST]: line for line in lines[-_LAST:] if line}
    lines_at = {start: whole[line] for (start, _), line in zip(spans, tail, strict=True)}
    kinds = [(match.rule.kind, _line_of(match.start, lines_at)) for match in found]
    return Footers(
        devices=frozenset(line for kind, line in kinds if kind == "device"),
        notices=frozenset(line for kind, line in kinds if kind == "notice"),
    )


def _line_of(position: int, lines_at: dict[int, str]) -> str:
    """The line that begins at or before this position."""
    return lines_at[max(start for start in lines_at if start <= position)]
