"""The registry opens providers by their kind, and says what is wrong with an account in one sentence."""

from datetime import UTC
from importlib import import_module

import pytest

import providers
from assistant.errors import ProviderError


def test_an_unknown_kind_names_the_nearest_one() -> None:
    with pytest.raises(ProviderError, match="Did you mean “local”"):
        providers.mailbox("locl", "work", {}, UTC)


def test_a_kind_like_none_lists_what_there_is() -> None:
    with pytest.raises(ProviderError, match="There is: local"):
        providers.calendar("telegraph", "work", {}, UTC)


@pytest.mark.parametrize("place", [place for ports in providers._KINDS.values() for place in ports.values()])
def test_every_port_that_is_named_is_there(place: str) -> None:
    module, _, name = place.partition(":")
    assert callable(getattr(import_module(module), name))


def test_only_some_systems_are_signed_in_to() -> None:
    assert [kind for kind in providers.kinds() if providers.signs_in(kind)] == ["google", "microsoft"]


@pytest.mark.parametrize(
    ("port", "setting"),
    [
        ("mailbox", "mail"),
        ("outbox", "mail"),
        ("calendar", "calendar"),
        ("scheduling", "calendar"),
        ("free_busy", "people"),
    ],
)
def test_an_account_without_its_path_says_which_setting_is_missing(port: str, setting: str) -> None:
    with pytest.raises(ProviderError, match=f"{setting} = "):
        getattr(providers, port)("local", "work", {}, UTC)
