"""Text as rules match it: the same length as the original, so that every span holds in both."""

from typing import Final

from assistant.language.text import translated

_PLAIN: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u00ad": " ",
    }
)


def matchable(text: str) -> str:
    """Curly quotes, dashes and special spaces as their plain forms, one character for one."""
    return translated(text, _PLAIN)
