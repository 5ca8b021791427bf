"""Markup that was left in a text, turned into what it means: line breaks, list marks, quotes, characters."""

import re
from html import unescape
from typing import Final

_INLINE: Final = (
    "a abbr b big body center cite code em font html i img label link meta o:p pre s small span st1:\\w+ strike "
    "strong sub sup tbody thead tfoot tt u v:\\w+ w:\\w+ wbr"
)
_BLOCKS: Final = "article div dl dt dd footer header hr section table tr"
_PARAGRAPHS: Final = "h1 h2 h3 h4 h5 h6 p ul ol"
_OTHERS: Final = "blockquote br head li script style td th title"
_NAMES: Final = "|".join(" ".join((_INLINE, _BLOCKS, _PARAGRAPHS, _OTHERS)).split())
_TAG: Final = re.compile(rf"<(/?)({_NAMES})(?=[\s/>])[^<>]{{0,2000}}>", re.I)
"""A tag by its name, so that <ines@orchardmill.example> and <https://…> stay as they are."""
_HIDDEN: Final = re.compile(r"<!--|<!doctype|<(?:head|style|script)(?=[\s>])", re.I)
_ENDS: Final = {
    "<!--": re.compile("-->"),
    "<!doctype": re.compile(">"),
    **{f"<{name}": re.compile(f"</{name}>", re.I) for name in ("head", "style", "script")},
}
_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}[1-4]{0,2}|#\d{2,6}|#x[0-9a-f]{2,5});", re.I)
_BREAKS: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
_MOST: Final = 5000
"""Tags and entities of one text that are looked at."""
_OPEN: Final = "\x02"
_SHUT: Final = "\x03"
_MEANING: Final = {
    "br": "\n",
    "td": " ",
    "th": " ",
    **dict.fromkeys(_BLOCKS.split(), "\n"),
    **dict.fromkeys(_PARAGRAPHS.split(), "\n\n"),
}
"""What stands for a tag, opening or closing; nothing for the others."""


def unmarked(text: str) -> str:
    """The text without HTML tags and entities: breaks are breaks, a list item has its mark, quotes have theirs.

    Only tags that HTML knows are taken for tags. A text without any comes back as it is.
    """
    if "<" in text and _TAG.search(text):
        text = _untagged(text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: unescape(found[0]), text, count=_MOST)
    return text


def _untagged(text: str) -> str:
    plain = _TAG.sub(_meant, _shown(text), count=_MOST).replace("\n ", "\n")
    if _OPEN in plain:
        plain = _with_quotes(plain)
    return _BREAKS.sub("\n\n", plain).strip("\n")


def _shown(text: str) -> str:
    """Without comments and what isn't shown: styles, scripts, the head."""
    parts: list[str] = []
    done = 0
    while found := _HIDDEN.search(text, done):
        end = _ENDS[found[0].lower()].search(text, found.end())
        if end is None:
            break
        parts.append(text[done : found.start()])
        done = end.end()
    return "".join(parts) + text[done:]


def _meant(found: re.Match[str]) -> str:
    closing, name = found[1], found[2].lower()
    if name == "li":
        return "" if closing else "\n- "
    if name == "blockquote":
        return f"{_SHUT}\n" if closing else f"\n{_OPEN}"
    if name == "br" and found.string.startswith("\n", found.end()):
        return ""
    return _MEANING.get(name, "")


def _with_quotes(text: str) -> str:
    """Quote marks before every line between the tags of a quote; one that isn't closed reaches to the end."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        depth += line.count(_OPEN)
        bare = line.replace(_OPEN, "").replace(_SHUT, "")
        lines.append(">" * min(depth, 9) + f" {bare}" if depth and bare.strip() else bare)
        depth = max(0, depth - line.count(_SHUT))
    return "\n".join(lines)
