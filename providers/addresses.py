"""Address lists of header fields (RFC 5322 section 3.4), as people and programs really write them."""

import re
from functools import lru_cache
from typing import Final

from assistant.domain.mail import Address
from providers.fields import words

_SIMPLE: Final = re.compile(
    r"\s*(?:([^\"<>,;:@()=\\]*)<([^<>\s@\",:]+@[^<>\s@]+)>|([^<>\s@,;:()\"\\]+@[^<>\s@,;:()]+))\s*\Z"
)
_TOKEN: Final = re.compile(
    r"""(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?\n]*\?=)
      | "(?P<quoted>(?:\\.|[^"\\])*)"
      | \((?P<comment>(?:\\.|[^()\\]|\([^()]*\))*)\)
      | <(?P<angle>[^<>]*)>
      | (?P<mark>[,;:])
      | (?P<text>[^",;:<(=]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_EMAIL: Final = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:@]+")


@lru_cache(maxsize=8192)
def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes in a field's value, in order; a group gives its members. What has no address is left out."""
    simple = _SIMPLE.match(value)
    if simple:
        found: tuple[Address | None, ...] = (_address(simple[2] or simple[3], simple[1] or ""),)
    else:
        found = tuple(_Reader().read(value))
    return tuple(dict.fromkeys(address for address in found if address))


def _address(email: str, name: str) -> Address | None:
    email = email.strip().strip("'").removeprefix("mailto:").strip().rstrip(".").lower()
    local, at, domain = email.rpartition("@")
    if at and "xn--" in domain:
        domain = _unicode(domain)
    email = f"{local}{at}{domain}"
    shown = words(name).strip("\"' ")
    if not email:
        return None
    return Address(email, shown if shown and shown.lower() != email else None)


def _unicode(domain: str) -> str:
    """A domain as people write it (RFC 5890), so that both its spellings are one."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


class _Reader:
    """Collects one mailbox at a time from the tokens of a list."""

    def __init__(self) -> None:
        self._found: list[Address | None] = []
        self._family = ""
        self._start()

    def _start(self) -> None:
        self._name: list[str] = []
        self._plain: list[str] = []
        self._comment = ""
        self._angle: str | None = None

    def read(self, value: str) -> list[Address | None]:
        for token in _TOKEN.finditer(value):
            kind, text = token.lastgroup or "text", token[token.lastgroup or 0]
            if kind == "mark":
                self._mark(text)
            elif kind == "angle":
                self._angle = text
            elif kind == "comment":
                self._comment = text
            else:
                self._name.append(re.sub(r"\\(.)", r"\1", text) if kind == "quoted" else text)
                self._plain.append(token[0])
        self._end()
        return self._found

    def _mark(self, mark: str) -> None:
        written = "".join(self._plain)
        if mark != ":":
            self._end()
        elif self._angle is None and "@" not in written and written.strip().lower() != "mailto":
            self._start()  # the name of a group
        else:
            self._plain.append(mark)

    def _end(self) -> None:
        written = "".join(self._plain).strip()
        if self._angle is not None:
            email = "".join(self._angle.rpartition(":")[2].split())
            if "@" in email or self._angle.startswith("/"):
                name = self._family + "".join(self._name).strip()
                self._found.append(_address(email, name or self._comment))
            elif "@" in written:
                self._bare(written)
        elif "@" in written:
            self._bare(written)
        bare_name = self._angle is None and "@" not in written
        self._family = f"{written}, " if written and bare_name else ""  # Doe, Jane <…> without its quotes
        self._start()

    def _bare(self, written: str) -> None:
        if re.fullmatch(r'"[^"]+"@\S+', written):
            self._found.append(_address(written, self._comment))
        elif found := _EMAIL.search(written):
            rest = written[: found.start()] + written[found.end() :]
            self._found.append(_address(found[0], rest.replace("mailto:", "").strip(" '\"<>") or self._comment))
