"""People as the rep writes them in a line: "Fiona Marsh <fiona@harbour.example>, …"."""

import re
from collections.abc import Iterable
from typing import Final

from assistant.domain.mail import Address
from assistant.errors import InputError

_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_SPECIAL: Final = re.compile(r'[][()<>@,;:\\".]')
"""What must stand in quotes in a display name (RFC 5322 section 3.2.3)."""


def mailboxes(people: Iterable[Address]) -> str:
    """The people as a line that `people_in` reads."""
    return ", ".join(_mailbox(person) for person in people)


def _mailbox(person: Address) -> str:
    if person.name and _SPECIAL.search(person.name):
        escaped = re.sub(r'(["\\])', r"\\\1", person.name)
        return f'"{escaped}" <{person.email}>'
    return str(person)


def people_in(text: str) -> tuple[Address, ...]:
    """The people that a line names, each once. Raises `InputError` for what is no address."""
    from email.utils import getaddresses

    found = [(name, email) for name, email in getaddresses([text]) if name or email] if text else []
    if any(not _EMAIL.fullmatch(email) for _, email in found) or (text and not found):
        raise InputError(f"{text!r} has something that is no address.", "Write it as: Name <address@company.example>")
    return tuple(dict.fromkeys(Address(email.lower(), name or None) for name, email in found))
