"""The permissions that an account needs for what is turned on, each with its reason in plain words.

Microsoft Graph, permissions reference: the least of each. Drafts and sending are separate here: without `send` the
permission to send isn't asked for. Whom an event invites is mailed with Calendars.ReadWrite alone, so that needs
`schedule`. Free and busy times of colleagues come with either permission for calendars. A mailbox that is shared with
who signs in has permissions of its own, and so has reading the calendars of others.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from assistant.domain.access import Permission
from providers.microsoft.connection import GRAPH, resource_of

MAIL: Final = "Mail.ReadWrite"
SEND: Final = "Mail.Send"
READ_CALENDARS: Final = "Calendars.Read"
WRITE_CALENDARS: Final = "Calendars.ReadWrite"
PERSON: Final = "User.Read"

_WIDER: Final[dict[str, tuple[str, ...]]] = {
    READ_CALENDARS: (WRITE_CALENDARS,),
    f"{READ_CALENDARS}.Shared": (f"{WRITE_CALENDARS}.Shared",),
    PERSON: ("User.ReadBasic.All", "User.ReadWrite", "User.Read.All", "Directory.Read.All"),
}


def needed(settings: Mapping[str, Any], granted: Iterable[str] = ()) -> tuple[Permission, ...]:
    """What the account needs for what is turned on; `held` tells which of it is among the `granted`."""
    held = frozenset(each.lower() for each in granted)
    return tuple(
        Permission(name, reason, held=any(each.lower() in held for each in (name, *_WIDER.get(name, ()))))
        for name, reason in _reasons(settings).items()
    )


def asked(settings: Mapping[str, Any], names: Iterable[str] = ()) -> list[str]:
    """The scopes as Entra wants them; another cloud's Graph is named in each. All that's needed, if none are named."""
    resource = resource_of(settings)
    prefix = "" if resource == GRAPH else f"{resource}/"
    return [f"{prefix}{each}" for each in names or _reasons(settings)]


def short(scopes: str | Iterable[str]) -> tuple[str, ...]:
    """The permissions of Graph's among the scopes of an answer, without the cloud's address."""
    listed = scopes.split() if isinstance(scopes, str) else scopes
    names = {each.rpartition("/")[2] for each in listed}
    return tuple(sorted(names - {"openid", "profile", "email", "offline_access", ".default", ""}))


def _reasons(settings: Mapping[str, Any]) -> dict[str, str]:
    of = ".Shared" if settings.get("shared") else ""
    reasons = {
        MAIL
        + of: "read your mail, to see where each deal stands; put drafts that you approved into your Drafts, and take "
        "them back while you haven't touched them (this permission can't send)"
    }
    if settings.get("send"):
        reasons[SEND + of] = "send what you approved, as you turned `send` on"
    meetings = "read your meetings, to know what's ahead and when you're free"
    if settings.get("free_busy"):
        meetings += "; and see when colleagues are free or busy"
    if settings.get("schedule"):
        reasons[WRITE_CALENDARS + of] = (
            f"{meetings}; and place, move and cancel the meetings of plans that you approved"
        )
    elif tuple(settings.get("calendars", ("primary",))) or settings.get("free_busy"):
        reasons[READ_CALENDARS + of] = meetings
    own = {"primary", str(settings.get("email")).lower()}
    if not of and any(each.lower() not in own for each in settings.get("calendars") or ()):
        reasons[f"{READ_CALENDARS}.Shared"] = "read the calendars that others share with you, if `calendars` names some"
    reasons[PERSON] = "see whose mailbox it is, and which addresses it has"
    return reasons
