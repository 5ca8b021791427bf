"""Gmail and Google Calendar on loopback: an emulator for mail and sign-in; a proxy of ours for calendars and faults."""

from tests.servers.google.book import Told
from tests.servers.google.mailroom import Draft, Mail
from tests.servers.google.peer import GooglePeer

__all__ = ["Draft", "GooglePeer", "Mail", "Told"]
