"""HTML and text as Exchange turns one into the other."""

import re
from html import escape, unescape
from html.parser import HTMLParser

BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "hr", "table", "blockquote", "ul", "ol"})
HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
QUOTED = re.compile(
    r'<div id="(?:appendonsend|divRplyFwdMsg|x_divRplyFwdMsg)"|<hr |<blockquote|<div class="(?:x_)?gmail_quote'
    r"|^_{10,}\s*$|^-{2,} ?Original Message|^On .{5,200} wrote:\s*$|^Am .{5,200} schrieb.*:\s*$|^>",
    re.MULTILINE | re.IGNORECASE,
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("style", "script", "head", "title"):
            self.silent += 1
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head", "title"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("p", "div", "tr", "li", "h1", "h2", "h3"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """What an HTML body says, with CRLF."""
    words = _Words()
    words.feed(html)
    words.close()
    plain = re.sub(r"[ \xa0]*\n[ \xa0]*", "\n", "".join(words.parts))
    return re.sub(r"\n{3,}", "\n\n", plain).strip().replace("\n", "\r\n")


def html_of(text: str) -> str:
    """A text body in HTML: Graph answers so unless text is preferred."""
    lines = "<br>\r\n".join(escape(line, quote=False) for line in text.splitlines())
    return (
        f"{HEAD}\r\n<!-- converted from text --><style><!-- .EmailQuote {{ margin-left: 1pt; padding-left: 4pt; "
        'border-left: #800000 2px solid; } --></style></head>\r\n<body>\r\n<font size="2"><span '
        f'style="font-size:11pt;"><div class="PlainText">{lines}<br>\r\n</div></span></font>\r\n</body>\r\n</html>\r\n'
    )


def document(html: str) -> str:
    """A fragment of HTML as the whole document that Exchange keeps."""
    if re.search(r"<html", html, re.IGNORECASE):
        return html
    return f"{HEAD}</head><body>{html}</body></html>"


def inside(html: str) -> str:
    """What stands in the body of a document."""
    found = re.search(r"<body[^>]*>(.*?)</body>", html, re.IGNORECASE | re.DOTALL)
    return found[1] if found else html


def shown(body: dict[str, str], *, text: bool) -> dict[str, str]:
    """The body in the type that's preferred."""
    kind, content = body["contentType"].casefold(), body["content"]
    if text:
        return {"contentType": "text", "content": content if kind == "text" else text_of(content)}
    return {"contentType": "html", "content": html_of(content) if kind == "text" else content}


def new_part(body: dict[str, str]) -> dict[str, str]:
    """`uniqueBody`: without what was said before, as far as Exchange sees it."""
    found = QUOTED.search(body["content"])
    kept = body["content"][: found.start()] if found and found.start() > 0 else body["content"]
    return {"contentType": body["contentType"], "content": kept}


def preview(body: dict[str, str]) -> str:
    content = body["content"] if body["contentType"].casefold() == "text" else text_of(body["content"])
    return unescape(content)[:255]
