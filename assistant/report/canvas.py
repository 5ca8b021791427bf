"""A sheet to draw a picture on, in CSS pixels from the top left, that becomes SVG or PNG by matplotlib.

Colours are named by what they're for. In SVG they are the variables of the page, so that the picture follows it into
the dark; text stays text, in the page's own font.
"""

import io
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from assistant.report.lettering import FONT, advance, families, set_in_png

PAPER: Final = "paper"
INK: Final = "ink"
MUTED: Final = "muted"
LINE: Final = "line"
SOFT: Final = "soft"
ACCENT: Final = "accent"
ATTENTION: Final = "attention"

COLOURS: Final = {
    PAPER: "#faf9f6",
    INK: "#22292c",
    MUTED: "#5f686c",
    LINE: "#dcd9d1",
    SOFT: "#efece4",
    ACCENT: "#1d6f66",
    ATTENTION: "#9a5218",
}
"""As they are in daylight, and in the mail."""
_SENTINELS: Final = {role: f"#0{n}0{n}0{n}" for n, role in enumerate(COLOURS, 1)}
_VARIABLES: Final = {colour: f"var(--{role})" for role, colour in _SENTINELS.items()}

_NAME: Final = 12.5
"""The size of a name."""
_TWICE: Final = 2
"""Pixels of a PNG for each of the page's: sharp on a good screen."""
_HEAD: Final = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_STYLE: Final = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_OPENING: Final = re.compile(r"<svg\b[^>]*>")
_FAMILY: Final = re.compile(rf" font-family: '{FONT}';")
_UNTURNED: Final = re.compile(r" transform=\"rotate\(-?0 [^)]*\)\"")
_BREAKS: Final = re.compile(r" ?\n(?=[A-Za-z] |z\n|\" style)|(?<=z)\n")
_IDS: Final = re.compile(r" id=\"[^\"]*\"")
_COLOUR: Final = re.compile("|".join(_VARIABLES))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in a form that can be shown: its width and height in CSS pixels, and what it says in words."""

    name: str
    width: int
    height: int
    title: str
    told: str


class Canvas:
    """One picture while it's drawn."""

    def __init__(self, picture: Picture, *, png: bool) -> None:
        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its caches
        from matplotlib.figure import Figure as Sheet

        self.picture = picture
        self._png = png
        self._drawn = 0
        self._colours = COLOURS if png else _SENTINELS
        self._sheet = Sheet(figsize=(picture.width / 72, picture.height / 72), dpi=72)
        self._sheet.patch.set_visible(png)
        self._sheet.patch.set_facecolor(COLOURS[PAPER])
        self._axes: Any = self._sheet.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, picture.width)
        self._axes.set_ylim(picture.height, 0)
        self._axes.axis("off")

    def line(
        self, points: Sequence[tuple[float, float]], role: str = LINE, width: float = 1, *, dashes: bool = False
    ) -> None:
        """Through the points."""
        from matplotlib.lines import Line2D

        xs, ys = [x for x, _ in points], [y for _, y in points]
        style: Any = (0, (3, 3)) if dashes else "-"
        line = Line2D(xs, ys, color=self._colours[role], linewidth=width, linestyle=style, clip_on=False)
        line.set_solid_capstyle("round")
        line.set_solid_joinstyle("round")
        line.set_zorder(self._above())
        self._axes.add_artist(line)

    def box(self, x: float, y: float, width: float, height: float, role: str = SOFT) -> None:
        from matplotlib.patches import Rectangle

        self._add(Rectangle((x, y), width, height, facecolor=self._colours[role], linewidth=0, clip_on=False))

    def dot(self, x: float, y: float, radius: float, role: str = ACCENT, *, hollow: bool = False) -> None:
        """Filled, or a ring on the paper."""
        from matplotlib.patches import Circle

        self._add(Circle((x, y), radius - 0.8 if hollow else radius, **self._filled(role, hollow=hollow)))

    def diamond(self, x: float, y: float, radius: float, role: str = INK, *, hollow: bool = False) -> None:
        from matplotlib.patches import Polygon

        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        self._add(Polygon(corners, closed=True, **self._filled(role, hollow=hollow)))

    def text(
        self,
        x: float,
        y: float,
        said: str,
        role: str = MUTED,
        size: float = 12,
        *,
        at: str = "left",
        bold: bool = False,
    ) -> None:
        """On a baseline at y; `at` says whether x is its left, center or right."""
        self._axes.text(
            x,
            y,
            said,
            color=self._colours[role],
            fontsize=size,
            fontfamily=list(families()) if self._png else [FONT],
            fontweight="bold" if bold else "normal",
            ha=at,
            va="baseline",
            parse_math=False,
            clip_on=False,
            zorder=self._above(),
        )

    def name(self, y: float, said: str, room: float, otherwise: str) -> None:
        """A name from the left, as much of it as there's room for; `otherwise` stands where it can't be shown: in SVG
        the reader's own fonts show every one."""
        shown = (set_in_png(said) or otherwise) if self._png else said
        self.text(0, y, shortened(shown, room, _NAME), INK, _NAME)

    def svg(self) -> str:
        """As SVG to stand in a page, with its title and description."""
        import matplotlib as mpl

        out = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": self.picture.name}), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a letter that the measuring font lacks is there in the reader's
            self._sheet.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return _inline(out.getvalue(), self.picture)

    def png(self) -> bytes:
        """As a PNG, twice as fine as its size."""
        out = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._sheet.savefig(out, format="png", dpi=72 * _TWICE, metadata={"Software": None})
        return out.getvalue()

    def _filled(self, role: str, *, hollow: bool) -> dict[str, Any]:
        colour = self._colours[role]
        face = self._colours[PAPER] if hollow else colour
        return {"facecolor": face, "edgecolor": colour, "linewidth": 1.6 if hollow else 0, "clip_on": False}

    def _add(self, patch: Any) -> None:
        patch.set_zorder(self._above())
        self._axes.add_artist(patch)

    def _above(self) -> int:
        """Each thing lies above those drawn before."""
        self._drawn += 1
        return self._drawn


def width_of(said: str, size: float = 12) -> float:
    """About how wide a text is: rather wider than the page's own font sets it."""
    return sum(map(advance, said)) * size


def shortened(said: str, room: float, size: float = 12) -> str:
    """As much of the text as there's room for."""
    if width_of(said, size) <= room:
        return said
    least, most = 0, len(said)
    while least < most:
        middle = (least + most + 1) // 2
        if width_of(said[:middle].rstrip() + "…", size) <= room:
            least = middle
        else:
            most = middle - 1
    return said[:least].rstrip() + "…" if least else ""


def _inline(drawn: str, picture: Picture) -> str:
    """Without what is for a file of its own, and with what it says in words."""
    drawn = _STYLE.sub("", _METADATA.sub("", _HEAD.sub("", drawn)))
    drawn = _IDS.sub("", drawn)
    drawn = _BREAKS.sub(" ", _UNTURNED.sub("", _FAMILY.sub("", drawn)))
    drawn = _COLOUR.sub(lambda found: _VARIABLES[found[0]], drawn)
    name = picture.name
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" '
        f'style="max-width: {picture.width}px" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(picture.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(picture.told)}</desc>'
    )
    return _OPENING.sub(lambda _: opening, drawn, count=1).strip()
