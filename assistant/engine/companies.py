"""Which company an address speaks for, and which addresses are one mailbox."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from assistant.domain.mail import Address

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

FREEMAIL: Final[frozenset[str]] = frozenset(
    line
    for line in (files("assistant.engine") / "freemail.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
"""Domains where anybody gets a mailbox: an address there says nothing about a company."""

_FREEMAIL_BRANDS: Final = frozenset({"aol", "gmx", "googlemail", "hotmail", "outlook", "protonmail", "yahoo"})
"""Brands with a domain in many countries (yahoo.co.uk, hotmail.fr …)."""

_DOTS_MEAN_NOTHING: Final = frozenset({"gmail.com", "googlemail.com"})


def company_domain(address: Address) -> str | None:
    """The registered domain of a company's address ("de.acme.example" is "acme.example"); None for freemail."""
    return _company_domain(address.domain)


@cache
def _company_domain(domain: str) -> str | None:
    ascii_domain = to_ascii(domain)
    if ascii_domain in FREEMAIL:
        return None
    registered: str | None = _suffixes().privatesuffix(ascii_domain)
    if registered is None or registered in FREEMAIL or registered.partition(".")[0] in _FREEMAIL_BRANDS:
        return None
    return registered


def is_at(address: Address, domains: tuple[str, ...] | frozenset[str]) -> bool:
    """Whether the address is at one of these domains or below; freemail domains don't count."""
    at = "." + to_ascii(address.domain)
    return any(one and at.endswith("." + to_ascii(one)) for one in domains) and (company_domain(address) is not None)


@cache
def mailbox_of(email: str) -> str:
    """One spelling for all that reach the same mailbox: no plus-tag, no dots at Gmail, the domain in ASCII."""
    local, at, domain = email.rpartition("@")
    if not at:
        return email.lower()
    ascii_domain = to_ascii(domain)
    name = local.lower().partition("+")[0] or local.lower()
    if ascii_domain in _DOTS_MEAN_NOTHING:
        name, ascii_domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{ascii_domain}"


@cache
def to_ascii(domain: str) -> str:
    """A domain lower-cased and in its ASCII form (RFC 5890), or as it stands where that is impossible."""
    plain = domain.strip().rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # 60 ms: only when a company is looked for

    return PublicSuffixList()
