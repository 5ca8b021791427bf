"""Who is on the customer's side of a deal."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.domain.deal import Deal, Us
from assistant.domain.mail import Address
from assistant.engine.companies import company_domain, is_at, mailbox_of


@dataclass(frozen=True, slots=True)
class Customers:
    """The customer's people: the deal's contacts, whatever their spelling, and everyone at their company."""

    us: Us
    mailboxes: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, deal: Deal, us: Us) -> "Customers":
        at_work = (company_domain(contact.address) for contact in deal.contacts)
        domains = frozenset(deal.domains) | {domain for domain in at_work if domain}
        return cls(us, frozenset(mailbox_of(c.address.email) for c in deal.contacts), domains)

    def __contains__(self, address: Address) -> bool:
        return address not in self.us and (mailbox_of(address.email) in self.mailboxes or is_at(address, self.domains))

    def among(self, addresses: Iterable[Address]) -> tuple[Address, ...]:
        return tuple(address for address in addresses if address in self)
