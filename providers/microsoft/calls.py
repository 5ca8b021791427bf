"""Which changes an account may make at all: drafts always; sending and meetings only where they are turned on."""

import re
from collections.abc import Mapping
from typing import Any, Final

from assistant.errors import RefusedError

_ID: Final = r"(?!\.{1,2}(?:/|$))[^/?#]+"
_MESSAGE: Final = rf"/messages/{_ID}"
_EVENTS: Final = rf"(?:/calendar|/calendars/{_ID})?/events"
_DRAFTS: Final = re.compile(
    rf"POST /messages|POST {_MESSAGE}/(?:createReply|createReplyAll|attachments)|(?:PATCH|DELETE) {_MESSAGE}"
    rf"|DELETE {_MESSAGE}/attachments/{_ID}"
)
_SENDING: Final = re.compile(rf"POST {_MESSAGE}/send")
_MEETINGS: Final = re.compile(rf"POST {_EVENTS}|(?:PATCH|DELETE) {_EVENTS}/{_ID}|POST {_EVENTS}/{_ID}/cancel")
_ASKING: Final = re.compile(rf"POST (?:/calendar|/calendars/{_ID})/getSchedule")
"""Changes nothing."""
_NAMES: Final = re.compile(r"/(?:messages|mailFolders|events|calendars|attachments)/[^/]+")


def permit(account: str, settings: Mapping[str, Any], method: str, path: str, *, asks: bool = False) -> None:
    """Raises `RefusedError` for a change that isn't turned on. `path` is relative to the mailbox.

    `asks`: it's said to change nothing, and may be repeated. Graph mails the people of an event as soon as it's made,
    and asks no permission of its own for that.
    """
    call = f"{method} {path}"
    changes = ((_DRAFTS, None), (_SENDING, "send"), (_MEETINGS, "schedule"))
    for calls, option in ((_ASKING, None),) if asks else changes:
        if calls.fullmatch(call):
            if option is None or settings.get(option):
                return
            cure = f"Set `{option} = true` in this account if you want it."
            break
    else:
        cure = "This program never does that."
    raise RefusedError(f"Account “{account}” doesn't allow {named(method, path)}: nothing was changed.", cure)


def named(method: str, path: str) -> str:
    """The call in words for a message: without ids, and without what was asked of it."""
    short = _NAMES.sub(lambda found: found[0].rpartition("/")[0] + "/…", path.partition("?")[0])
    return f"{method} {short or '/'}"
