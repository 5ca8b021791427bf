"""The report as plain text, as it stands beside the mail's page and on a terminal, and as Markdown."""

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from assistant.report.told import Group, Line, Section, Told, Words, plain

_WIDTH: Final = 72
_MOST_LINES: Final = 12
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~])")
_LEADING: Final = re.compile(r"^(\s*\d+)([.)])|^(\s*)([-=])")


def text(told: Told, *, most: int | None = None) -> str:
    """As plain text; of each list at most so many lines."""
    return "\n".join(_lines(told, most)).rstrip() + "\n"


def _lines(told: Told, most: int | None) -> Iterator[str]:
    yield f"Your week, {told.when}"
    yield ""
    yield from _wrapped(plain(told.title))
    if told.lead:
        yield from _wrapped(plain(told.lead))
    for section in told.sections:
        yield from _section(section, most)
    yield ""
    yield from ("", *_wrapped(plain(told.counting)))


def _section(section: Section, most: int | None) -> Iterator[str]:
    yield from ("", "", section.label.upper(), "")
    yield from _wrapped(plain(section.head))
    for group in section.groups:
        yield ""
        if group.title:
            yield group.title
        for line in group.lines[:most]:
            yield from _item(line)
        if most is not None and len(group.lines) > most:
            yield f"  and {len(group.lines) - most} more"
    if section.note:
        yield ""
        yield from _wrapped(plain(section.note))


def _item(line: Line) -> Iterator[str]:
    on = f"{line.day}  " if line.day else ""
    yield from wrap(
        on + plain(line.whole), _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
    )
    if line.more:
        yield from wrap(
            plain(line.more), _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
        )


def _wrapped(said: str) -> list[str]:
    return wrap(said, _WIDTH, break_on_hyphens=False)


def markdown(told: Told) -> str:
    """As Markdown (CommonMark); a name is text, whatever signs are in it."""
    parts = [f"# {_marked(told.title)}", f"*Your week, {told.when}*"]
    parts += [_marked(told.lead)] if told.lead else []
    for section in told.sections:
        parts += [f"## {section.label}", _marked(section.head)]
        parts += [part for group in section.groups for part in _group(group)]
        parts += [_marked(section.note)] if section.note else []
    parts += ["---", _marked(told.counting)]
    return "\n\n".join(parts) + "\n"


def _group(group: Group) -> Iterator[str]:
    if group.title:
        yield f"### {group.title}"
    yield "\n".join(map(_bullet, group.lines))


def _bullet(line: Line) -> str:
    said = f"**{_marked(line.name)}**: {_marked(line.words)}" if line.name else _marked(line.words)
    said += f" ({line.day})" if line.day else ""
    return f"- {said}" + (f"  \n  {_marked(line.more)}" if line.more else "")


def _marked(said: Words) -> str:
    """With every sign that means something in Markdown taken for itself."""
    escaped = _MARKS.sub(r"\\\1", plain(said))
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"{found[3]}\\{found[4]}", escaped)
