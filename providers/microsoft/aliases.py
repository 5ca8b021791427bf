"""The other addresses of a mailbox, as which it may write; where Graph doesn't tell them, it writes as its first."""

from typing import Final

from assistant.domain.mail import Address
from providers.microsoft.graph import Graph, RefusalError

_ROUTED: Final = "smtp:"


class Aliases:
    """Those of one mailbox, asked for when they're first needed (Microsoft Graph, user: proxyAddresses).

    Exchange sends as one of them where the organisation lets it, and as the first address otherwise; as an address that
    isn't the mailbox's own it would refuse the whole mail.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: frozenset[str] | None = None

    def has(self, sender: Address) -> bool:
        """Whether that's another address of this mailbox."""
        if sender.email == self._graph.email:
            return False
        if self._found is None:
            self._found = self._asked()
        return sender.email in self._found

    def refused(self, error: RefusalError, sender: Address) -> bool:
        """Whether that may be why a draft was refused: from then on it's written as the first address."""
        if error.status not in (400, 403) or not self.has(sender):
            return False
        self._found = frozenset()
        return True

    def _asked(self) -> frozenset[str]:
        try:
            person = self._graph.get("", {"$select": "mail,proxyAddresses"})
        except RefusalError:
            return frozenset()
        listed = [str(each).lower() for each in person.get("proxyAddresses") or ()]
        first = str(person.get("mail") or "").lower()
        return frozenset(each.removeprefix(_ROUTED) for each in listed if each.startswith(_ROUTED)) - {first}
