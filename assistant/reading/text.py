"""Text as rules match it: the same length as the original, so that every span holds in both."""

from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "`": "'",
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
    return text if text.isascii() else text.translate(_PLAIN)
