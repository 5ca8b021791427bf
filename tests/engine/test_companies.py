import pytest

from assistant.domain.mail import Address
from assistant.engine.companies import FREEMAIL, company_domain, is_at, mailbox_of


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@northgate.example", "northgate.example"),
        ("a@de.northgate.example", "northgate.example"),
        ("a@shop.northgate.co.uk", "northgate.co.uk"),
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("a@gmail.com", None),
        ("a@yahoo.co.uk", None),
        ("a@hotmail.fr", None),
        ("a@gmx.net", None),
        ("a@btinternet.com", None),
        ("a@co.uk", None),
        ("nobody", None),
    ],
)
def test_the_company_of_an_address(email: str, domain: str | None) -> None:
    assert company_domain(Address(email)) == domain


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("Anna+planner@Northgate.example", "anna@northgate.example"),
        ("an.na@northgate.example", "an.na@northgate.example"),
        ("a.n.na@gmail.com", "anna@gmail.com"),
        ("+@northgate.example", "+@northgate.example"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("nobody", "nobody"),
    ],
)
def test_spellings_of_one_mailbox(email: str, mailbox: str) -> None:
    assert mailbox_of(email) == mailbox


@pytest.mark.parametrize("domains", [("northgate.example",), ("Northgate.example.",), ("x.test", "northgate.example")])
def test_an_address_is_at_its_companys_domain(domains: tuple[str, ...]) -> None:
    assert is_at(Address("anna@eu.northgate.example"), domains)


@pytest.mark.parametrize("domains", [(), ("",), ("gate.example",), ("eu.northgate.example",)])
def test_an_address_is_not_at_another_domain(domains: tuple[str, ...]) -> None:
    assert not is_at(Address("anna@northgate.example"), domains)


def test_every_freemail_domain_is_written_plainly() -> None:
    assert all(domain == domain.strip().lower() and "." in domain for domain in FREEMAIL)


@pytest.mark.parametrize("domain", sorted(FREEMAIL))
def test_freemail_names_no_company(domain: str) -> None:
    assert company_domain(Address(f"somebody@{domain}")) is None
