"""A Microsoft 365 for tests: Entra by the emulator, Graph by a state of our own, checked against Graph's shapes."""

from tests.servers.microsoft.asked import Refused
from tests.servers.microsoft.book import Told
from tests.servers.microsoft.mailroom import Item
from tests.servers.microsoft.peer import MicrosoftPeer

__all__ = ["Item", "MicrosoftPeer", "Refused", "Told"]
