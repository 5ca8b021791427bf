"""Which letters a picture can show: a PNG is set in the fonts that are here, and nobody there puts signs in order."""

import unicodedata
from functools import cache
from typing import Final

FONT: Final = "DejaVu Sans"
"""It comes with matplotlib, so that a picture is the same everywhere; what it lacks comes from the first of these."""
_OTHERS: Final = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
)
_FROM_THE_RIGHT: Final = frozenset({"R", "AL"})
_JOINED: Final = ((0x0900, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF))
"""Scripts whose letters take another shape beside one another: from Devanagari to Myanmar, Khmer and Mongolian."""


def set_in_png(said: str) -> str | None:
    """The text as a PNG can show it, without signs that no font here has; None where letters of it would be boxes, or
    stand in the wrong order."""
    if any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT or _joined(sign) for sign in said):
        return None
    lacking = {sign for sign in said if not sign.isspace() and not _there(sign)}
    if any(sign.isalnum() for sign in lacking):
        return None
    return " ".join("".join(sign for sign in said if sign not in lacking).split()) or None


def families() -> tuple[str, ...]:
    """The fonts that a PNG is set in: the one that's always there, then those that this machine has."""
    return (FONT, *_others())


@cache
def _others() -> tuple[str, ...]:
    from matplotlib import font_manager

    there = set(font_manager.get_font_names())
    return tuple(name for name in _OTHERS if name in there)


@cache
def _there(sign: str) -> bool:
    from matplotlib import font_manager

    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in families())
    return any(font.get_char_index(ord(sign)) for font in fonts)


def _joined(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _JOINED)


@cache
def advance(letter: str) -> float:
    """How far a letter moves on, in parts of the font's size."""
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont(FONT))
    font.set_size(64, 72)
    if not font.get_char_index(ord(letter)):
        return 1.0  # as wide as those of East Asia are
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / 64
