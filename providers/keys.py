"""The key of a draft of ours, where all that a mail program has left of it is its Message-ID."""

from typing import Final

ID_TAIL: Final = ".nextmove"
"""Ends what stands before the @ in a Message-ID of ours; the key stands before it."""


def key_in(message_id: str) -> str:
    """The key in a Message-ID of ours; "" in another."""
    local = message_id.rpartition("@")[0]
    return local.removesuffix(ID_TAIL) if local.endswith(ID_TAIL) else ""
