"""HTML of a message as plain text: blocks on their own lines, quotes as `> ` lines; nothing is run or loaded."""

import re
from html import unescape
from typing import Final

_DROPPED: Final = ("script", "style", "head", "title", "noscript", "template", "svg", "iframe", "object")
_RULE: Final = "_" * 32
_SPACES: Final = "\t\r\n\f"
_PRE: Final = re.compile(r"<pre[\s>].*?(?:</pre\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_EDGE, _BREAK, _GAP = "\ue000", "\ue001", "\ue002"
"""A block's edge, a line break, a paragraph's edge, until the text is out; private use, so that no text holds them."""
_OPENING: Final = re.compile(
    r"<(?:(?=(/?(?:p|h[1-6]|ul|ol|dl|pre)\b))|(?=(br\b))"
    r"|(?=(/?(?:div|li|dt|dd|section|article|header|footer|address|center|form|fieldset)\b))|(?=(hr\b)))",
    re.IGNORECASE,
)
_MARK_OF: Final = ("<", f"{_GAP}<", f"{_BREAK}<", f"{_EDGE}<", f"{_EDGE}{_RULE}{_EDGE}<")
"""What comes before a tag that opens with one of the four groups."""
_HIDING: Final = re.compile(r"[\s\"']hidden\b|display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TABLE: Final = re.compile(r"<t(?:able|r|d|h)\b", re.IGNORECASE)
_MARKS: Final = re.compile(f"([{_EDGE}{_BREAK}{_GAP}])")
LONGEST: Final = 2_000_000
_TEXT_LIMIT: Final = 200_000
_DEEPEST: Final = 1_000
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_ANY_TAG: Final = re.compile(r"<[^<>]*>?")
_VOID: Final = frozenset(
    {
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "option",
        "br",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "area",
        "base",
        "col",
        "embed",
        "source",
        "wbr",
    }
)
_ATTRIBUTE: Final = r"""(?:=[^ />=]*+|[^ />=]++)(?: *+= *+(?:"[^"]*+"?+|'[^']*+'?+|[^ >]*+))?+"""
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_WHOLE_TAG: Final = re.compile(rf"<[A-Za-z](?:[ /]++|{_ATTRIBUTE})*+")
_LARGE: Final = 100_000
_LONG_TAG: Final = 3_000
_MOST_ATTRIBUTES: Final = 500
_MOST_QUOTES: Final = 300
"""More nested quotes than any conversation has would cost time as the square of their number."""


def text_of(html: str) -> str:
    """The text that a reader sees, without what an element's own style hides; links as their text. Linear in the
    length, which is cut at two million."""
    from selectolax.lexbor import LexborHTMLParser

    marked = _marked(_folded(_cleared(html[:LONGEST])))
    if is_too_deep(marked) or _is_too_wide(marked):
        return "\n".join(_lines(unescape(_ANY_TAG.sub("", marked))))
    tree = LexborHTMLParser(marked)
    tree.strip_tags(list(_DROPPED))
    body = tree.body
    if body is None:
        return ""
    if _HIDING.search(marked):
        for node in reversed(body.css("[hidden],[style]")):
            if "hidden" in node.attributes or _UNSEEN.search(node.attributes.get("style") or ""):
                node.decompose()
    if _TABLE.search(html):
        for node in body.css("table,tr"):  # a mark in the source would be moved out of the table
            edge = _GAP if node.tag == "table" else _EDGE
            node.insert_before(edge)
            node.insert_after(edge)
        for node in body.css("td,th"):
            node.insert_after(" ")
    for node in reversed(body.css("blockquote")[:_MOST_QUOTES]):
        quoted = (f"> {line}".rstrip() for line in _lines(node.text()[:_TEXT_LIMIT]))
        node.replace_with(_EDGE + _BREAK.join(quoted) + _EDGE)
    return "\n".join(_lines(body.text()))


def is_too_deep(html: str) -> bool:
    """Whether tags lie in one another deeper than any program writes them, which the parser pays as their square."""
    if html.count("<") <= _DEEPEST:
        return False
    depth = 0
    for found in _TAG.finditer(html):
        if found[1]:
            depth = max(0, depth - 1)
        elif found[2].lower() not in _VOID:
            depth += 1
        if depth > _DEEPEST:
            return True
    return False


def _is_too_wide(html: str) -> bool:
    """Whether a tag has more attributes than any program writes, which the parser pays as their square."""
    if len(html) <= _LARGE:
        return False
    long = (tag[0] for tag in _WHOLE_TAG.finditer(html) if len(tag[0]) > _LONG_TAG)
    return any(sum(1 for _ in _ATTRIBUTES.finditer(tag)) > _MOST_ATTRIBUTES for tag in long)


def _cleared(html: str) -> str:
    for mark in (_EDGE, _BREAK, _GAP, "\0"):
        html = html.replace(mark, "")
    return html


def _marked(html: str) -> str:
    """With the marks before the tags, which costs a fifth of putting them into the tree."""
    return _OPENING.sub(_with_mark, html)


def _with_mark(found: re.Match[str]) -> str:
    return _MARK_OF[found.lastindex or 0]


def _folded(html: str) -> str:
    """White space as a browser folds it, with the line breaks of `pre` kept."""
    if "<pre" in html.lower():
        html = _PRE.sub(lambda found: found[0].replace("\r\n", "\n").replace("\n", _BREAK), html)
    for space in _SPACES:
        html = html.replace(space, " ")
    while "  " in html:
        html = html.replace("  ", " ")
    return html


def _lines(text: str) -> list[str]:
    """The lines that a browser would show: edges open a line only where one has text, gaps leave one line empty."""
    lines = [""]
    for piece in filter(None, _MARKS.split(text.replace("\xa0", " "))):
        if piece == _BREAK or (piece in (_EDGE, _GAP) and lines[-1]):
            lines.append("")
        if piece == _GAP and len(lines) > 1 and lines[-2]:
            lines.append("")
        elif piece not in (_EDGE, _BREAK, _GAP):
            lines[-1] = " ".join(f"{lines[-1]} {piece}".split()) if lines[-1] else " ".join(piece.split())
    while lines and not lines[-1]:
        lines.pop()
    return [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
