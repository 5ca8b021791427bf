"""What every drawing shares: the shape of its sheet, and how it becomes SVG or PNG."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assistant.report.canvas import Canvas, Picture


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide a drawing is, in CSS pixels; `mark` keeps the names of the same picture in two shapes apart."""

    width: int
    mark: str = ""


WIDE: Final = Shape(640)
NARROW: Final = Shape(296, mark="-narrow")
IN_MAIL: Final = Shape(380)
"""Shown somewhat larger on a desk, and on a phone not so small that its words can't be read."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, and how it's drawn."""

    picture: Picture
    draw: Callable[[Canvas], None]

    def svg(self) -> str:
        return self._drawn(png=False).svg()

    def png(self) -> bytes:
        return self._drawn(png=True).png()

    def _drawn(self, *, png: bool) -> Canvas:
        canvas = Canvas(self.picture, png=png)
        self.draw(canvas)
        return canvas
