"""What all tests can ask for."""

from hypothesis import settings

pytest_plugins = ("tests.servers.fixtures",)

settings.register_profile("nextmove", deadline=None)
settings.load_profile("nextmove")
"""No test depends on the clock: speed is shown by `benchmarks`."""
