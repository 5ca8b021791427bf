"""Meeting messages (`eventMessage`), as Exchange makes them of text/calendar parts (RFC 5546)."""

from datetime import UTC, date, datetime
from typing import Any

from tests.servers.microsoft.asked import Json

ANSWERS = {
    "ACCEPTED": ("meetingAccepted", "accepted"),
    "TENTATIVE": ("meetingTenativelyAccepted", "tentativelyAccepted"),
    "DECLINED": ("meetingDeclined", "declined"),
}
"""`meetingTenativelyAccepted` is spelt so in the API (eventMessage, meetingMessageType)."""


def meeting_fields(invite: str) -> tuple[str, Json]:
    """The derived type of the message, and the properties that come with it."""
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(invite)
        event: Any = next(iter(calendar.walk("VEVENT")))
    except (ValueError, StopIteration):
        return "", {}
    method = str(calendar.get("METHOD", "")).upper()
    fields: Json = {"meetingMessageType": "none", "isOutOfDate": False, "isDelegated": False, "type": "singleInstance"}
    for name, key in (("startDateTime", "DTSTART"), ("endDateTime", "DTEND")):
        if key in event:
            fields[name] = _when(event[key].dt)
            fields["isAllDay"] = not isinstance(event[key].dt, datetime)
    if event.get("LOCATION"):
        fields["location"] = {"displayName": str(event["LOCATION"])}
    if method == "REQUEST":
        asked = {
            "meetingMessageType": "meetingRequest",
            "responseRequested": True,
            "meetingRequestType": "newMeetingRequest",
        }
        return "#microsoft.graph.eventMessageRequest", fields | asked | {"allowNewTimeProposals": True}
    if method == "CANCEL":
        return "#microsoft.graph.eventMessage", fields | {"meetingMessageType": "meetingCancelled"}
    if method in ("REPLY", "COUNTER"):
        return "#microsoft.graph.eventMessageResponse", fields | _answer(event, counter=method == "COUNTER")
    return "", {}


def _answer(event: Any, *, counter: bool) -> Json:
    given = event.get("ATTENDEE", [])
    first = given[0] if isinstance(given, list) and given else given
    said = str(first.params.get("PARTSTAT", "TENTATIVE")).upper() if given else "TENTATIVE"
    kind, answer = ANSWERS.get(said, ANSWERS["TENTATIVE"])
    found: Json = {"meetingMessageType": kind, "responseType": answer}
    if counter:
        proposed = {"start": _when(event["DTSTART"].dt), "end": _when(event["DTEND"].dt)}
        found["proposedNewTime"] = proposed
    return found


def _when(value: date | datetime) -> Json:
    if not isinstance(value, datetime):
        return {"dateTime": f"{value.isoformat()}T00:00:00.0000000", "timeZone": "UTC"}
    shown = value.astimezone(UTC) if value.tzinfo else value
    return {"dateTime": f"{shown:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
