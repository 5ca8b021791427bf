"""The peers as fixtures: processes once a session, a user and a proxy a test.

What they need is loaded when a test asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.servers.emulator import Emulator, User
    from tests.servers.google import GooglePeer
    from tests.servers.microsoft import MicrosoftPeer


class Emulators:
    """As many processes as the tests' users need; one, as a rule."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self.running: list[Emulator] = []

    def user(self) -> tuple[int, User]:
        """The port of an emulator, and somebody there whom no test has had."""
        from tests.servers.emulator import Emulator

        if self.running:
            try:
                return self.running[-1].port, self.running[-1].user()
            except StopIteration:
                pass
        self.running.append(Emulator(self._factory.mktemp("emulator")))
        return self.user()

    def stop(self) -> None:
        with ExitStack() as stack:
            for emulator in self.running:
                stack.callback(emulator.stop)


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    """Started when the first test needs it, stopped by its own id at the session's end."""
    running = Emulators(tmp_path_factory)
    yield running
    running.stop()


@pytest.fixture
def google(emulators: Emulators) -> Iterator[GooglePeer]:
    """A Google with one user whose mailbox and calendar are empty. What violates the API's documents fails the test."""
    from tests.servers.google import GooglePeer

    peer = GooglePeer(*emulators.user())
    yield peer
    peer.stop()
    assert not peer.violations, "\n".join(peer.violations)


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    """A Microsoft 365 with one user whose mailbox and calendar are empty. What doesn't fit Graph's shapes fails."""
    from tests.servers.microsoft import MicrosoftPeer

    port, user = emulators.user()
    peer = MicrosoftPeer(port, user)
    yield peer
    peer.stop()
    assert not peer.violations, "\n".join(peer.violations)
