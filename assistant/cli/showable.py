"""What others wrote, as a terminal may have it: no escape sequence, no control character, no change of direction."""

import re
from collections.abc import Iterator
from typing import Final

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.segment import Segment

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 (tab and line feed stay), DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing (UAX 9)
    "\u2028\u2029\ud800-\udfff\U000e0000-\U000e007f]"  # separators, halves of pairs, tags
)


def showable(text: str) -> str:
    """The text without what would command the terminal, or show its letters in another order than they stand."""
    return _HIDDEN.sub("", text)


class Showable(RenderHook):
    """For a console: every piece of text that it prints is showable; its own colours stay."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Cleaned(each) for each in renderables]


class _Cleaned:
    def __init__(self, renderable: ConsoleRenderable) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for text, style, control in console.render(self._renderable, options):
            yield Segment(text if control else showable(text), style, control)
