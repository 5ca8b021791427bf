"""The addresses that the mailbox may write as (Gmail API, users.settings.sendAs)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.domain.mail import Address
from providers.google.api import connect


@dataclass(frozen=True, slots=True)
class Alias:
    """One of them. `signature` is HTML, as Gmail puts it under mail that is written as this address."""

    address: Address
    default: bool
    signature: str = ""


def aliases(account: str, settings: Mapping[str, Any]) -> tuple[Alias, ...]:
    """All addresses that are confirmed as the rep's own, the default first; one unit. Raises `ProviderError`."""
    google = connect(account, settings)
    listed = google.run(google.gmail.users().settings().sendAs().list(userId="me")).get("sendAs", ())
    found = [
        Alias(
            Address(each["sendAsEmail"].lower(), each.get("displayName") or None),
            bool(each.get("isDefault")),
            each.get("signature", ""),
        )
        for each in listed
        if each.get("isPrimary") or each.get("verificationStatus", "accepted") == "accepted"
    ]
    return tuple(sorted(found, key=lambda alias: not alias.default))
