"""The history that Exchange puts below a reply, made harmless for the words above it.

It's the markup of whoever wrote the mail. A style sheet in it, or what dresses the page, would reach our words too:
hide them, or put others beside them, in what was approved. So only what stands in the page is kept, and of its styles
those of paragraphs with a class, as Outlook writes them; our words have none.
"""

import re
from typing import Final

from providers.html import LONGEST, is_too_deep

_REACHING: Final = (
    *("style", "link", "base", "meta", "title", "script", "template", "svg", "math"),
    *("xmp", "plaintext", "listing", "noscript", "noembed", "noframes", "iframe", "object", "embed", "frameset"),
)
"""Elements that reach beyond themselves, or are another thing to the next program that reads them."""
_PARAGRAPHS: Final = re.compile(r"(?:p|li|div|span|a|td|th|tr|table|ul|ol|h[1-6])\.[A-Za-z][\w-]*", re.ASCII)
_LEADING: Final = re.compile(r"[@\\<{]|url|expression|position|content|behavior|binding", re.IGNORECASE)
_MOST_STYLES: Final = 20_000


def harmless(markup: str) -> tuple[str, str] | None:
    """Its styles and what stands in its page; None for what is too large or too deep to be read through."""
    if len(markup) > LONGEST or is_too_deep(markup):
        return None
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    styles = _styles("".join(each.text() for each in tree.css("style")))
    tree.strip_tags(list(_REACHING))
    body = tree.body
    if body is None:
        return None
    for each in [node for node in body.traverse(include_text=True) if node.is_comment_node]:
        each.decompose()
    inner = body.inner_html or ""
    from_the_right = (body.attributes.get("dir") or "").lower() == "rtl"
    return styles, f'<div dir="rtl">{inner}</div>' if from_the_right else inner


def _styles(text: str) -> str:
    """The rules of paragraphs with a class; none that names another place, or is written so that it can't be read."""
    first, *rest = text[:_MOST_STYLES].replace("<!--", "").replace("-->", "").split("/*")
    kept = []
    for rule in "".join([first, *(each.partition("*/")[2] for each in rest)]).split("}"):
        names, _, said = rule.partition("{")
        wanted = [name.strip() for name in names.split(",")]
        if said.strip() and all(map(_PARAGRAPHS.fullmatch, wanted)) and not _LEADING.search(said):
            kept.append(f"{', '.join(wanted)} {{{' '.join(said.split())}}}")
    return "\n".join(kept)
