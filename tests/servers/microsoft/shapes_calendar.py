"""Calendar (Microsoft Graph: event, calendar, patternedRecurrence, dateTimeTimeZone, scheduleInformation)."""

from tests.servers.microsoft.asked import Json
from tests.servers.microsoft.shapes_mail import BOOL, ID, MAYBE, NUMBER, TEXT, TIME, listed, only

DAY: Json = {"enum": ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]}
DATE: Json = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
SHOWN: Json = {"enum": ["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"]}
ANSWER: Json = {"enum": ["none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded"]}
CLOCK: Json = {"type": "string", "pattern": r"^\d\d:\d\d:\d\d(\.\d+)?$"}
WRITABLE: dict[str, Json] = {
    "subject": MAYBE,
    "body": {"$ref": "#/$defs/body"},
    "start": {"$ref": "#/$defs/moment"},
    "end": {"$ref": "#/$defs/moment"},
    "location": {"$ref": "#/$defs/location"},
    "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
    "attendees": {"type": "array", "items": {"$ref": "#/$defs/newAttendee"}},
    "isAllDay": BOOL,
    "showAs": SHOWN,
    "sensitivity": {"enum": ["normal", "personal", "private", "confidential"]},
    "importance": {"enum": ["low", "normal", "high"]},
    "categories": {"type": "array", "items": TEXT},
    "recurrence": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/recurrence"}]},
    "isOnlineMeeting": BOOL,
    "onlineMeetingProvider": {"enum": ["unknown", "teamsForBusiness", "skypeForBusiness", "skypeForConsumer"]},
    "allowNewTimeProposals": BOOL,
    "hideAttendees": BOOL,
    "responseRequested": BOOL,
    "isReminderOn": BOOL,
    "reminderMinutesBeforeStart": NUMBER,
    "singleValueExtendedProperties": {"type": "array", "items": {"$ref": "#/$defs/extended"}},
}
EVENT: dict[str, Json] = {
    **WRITABLE,
    "@odata.context": TEXT,
    "@odata.etag": TEXT,
    "@odata.type": TEXT,
    "id": ID,
    "iCalUId": TEXT,
    "uid": TEXT,
    "transactionId": MAYBE,
    "changeKey": TEXT,
    "createdDateTime": TIME,
    "lastModifiedDateTime": TIME,
    "bodyPreview": {"type": "string", "maxLength": 255},
    "attendees": {"type": "array", "items": {"$ref": "#/$defs/attendee"}},
    "organizer": {"$ref": "#/$defs/recipient"},
    "isOrganizer": BOOL,
    "isCancelled": BOOL,
    "isDraft": BOOL,
    "hasAttachments": BOOL,
    "responseStatus": {"$ref": "#/$defs/responseStatus"},
    "type": {"enum": ["singleInstance", "occurrence", "exception", "seriesMaster"]},
    "seriesMasterId": MAYBE,
    "occurrenceId": MAYBE,
    "originalStart": TIME,
    "originalStartTimeZone": TEXT,
    "originalEndTimeZone": TEXT,
    "onlineMeeting": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/onlineMeeting"}]},
    "onlineMeetingUrl": MAYBE,
    "webLink": TEXT,
    "calendar@odata.associationLink": TEXT,
    "calendar@odata.navigationLink": TEXT,
    "singleValueExtendedProperties@odata.context": TEXT,
}
NEW: dict[str, Json] = {**WRITABLE, "@odata.type": TEXT, "transactionId": {"type": "string", "minLength": 1}}
PATTERN: dict[str, Json] = {
    "type": {"enum": ["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"]},
    "interval": {"type": "integer", "minimum": 1},
    "month": {"type": "integer", "minimum": 0, "maximum": 12},
    "dayOfMonth": {"type": "integer", "minimum": 0, "maximum": 31},
    "daysOfWeek": {"type": "array", "items": DAY},
    "firstDayOfWeek": DAY,
    "index": {"enum": ["first", "second", "third", "fourth", "last"]},
}
RANGE: dict[str, Json] = {
    "type": {"enum": ["endDate", "noEnd", "numbered"]},
    "startDate": DATE,
    "endDate": DATE,
    "recurrenceTimeZone": TEXT,
    "numberOfOccurrences": NUMBER,
}
CALENDAR: dict[str, Json] = {
    "moment": only(
        {
            "dateTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?$"},
            "timeZone": {"type": "string", "minLength": 1},
        },
        "dateTime",
        "timeZone",
    ),
    "location": {"type": "object", "properties": {"displayName": MAYBE}},
    "responseStatus": only({"response": ANSWER, "time": TEXT}),
    "newAttendee": only(
        {
            "type": {"enum": ["required", "optional", "resource"]},
            "emailAddress": {"$ref": "#/$defs/address"},
            "status": {"$ref": "#/$defs/responseStatus"},
        },
        "emailAddress",
    ),
    "attendee": only(
        {
            "type": {"enum": ["required", "optional", "resource"]},
            "status": {"$ref": "#/$defs/responseStatus"},
            "emailAddress": {"$ref": "#/$defs/address"},
            "proposedNewTime": only({"start": {"$ref": "#/$defs/moment"}, "end": {"$ref": "#/$defs/moment"}}),
        },
        "type",
        "status",
        "emailAddress",
    ),
    "onlineMeeting": {"type": "object", "required": ["joinUrl"], "properties": {"joinUrl": TEXT}},
    "recurrence": only(
        {"pattern": only(PATTERN, "type", "interval"), "range": only(RANGE, "type", "startDate")}, "pattern", "range"
    ),
    "event": only(EVENT, "id"),
    "events": listed("event"),
    "eventDelta": listed("event", delta=True),
    "newEvent": only(NEW, "start", "end"),
    "eventPatch": only(WRITABLE, minProperties=1),
    "cancel": only({"comment": TEXT}),
    "answer": only({"comment": TEXT, "sendResponse": BOOL}),
    "proposal": only(
        {
            "comment": TEXT,
            "sendResponse": BOOL,
            "proposedNewTime": only({"start": {"$ref": "#/$defs/moment"}, "end": {"$ref": "#/$defs/moment"}}),
        }
    ),
    "calendar": only(
        {
            "@odata.context": TEXT,
            "id": ID,
            "name": TEXT,
            "color": TEXT,
            "hexColor": TEXT,
            "changeKey": TEXT,
            "isDefaultCalendar": BOOL,
            "canShare": BOOL,
            "canViewPrivateItems": BOOL,
            "canEdit": BOOL,
            "isTallyingResponses": BOOL,
            "isRemovable": BOOL,
            "allowedOnlineMeetingProviders": {"type": "array", "items": TEXT},
            "defaultOnlineMeetingProvider": TEXT,
            "owner": {"$ref": "#/$defs/address"},
        },
        "id",
    ),
    "calendars": listed("calendar"),
    "workingHours": only(
        {
            "daysOfWeek": {"type": "array", "items": DAY},
            "startTime": CLOCK,
            "endTime": CLOCK,
            "timeZone": {"type": "object", "required": ["name"]},
        }
    ),
    "getSchedule": only(
        {
            "schedules": {"type": "array", "minItems": 1, "items": TEXT},
            "startTime": {"$ref": "#/$defs/moment"},
            "endTime": {"$ref": "#/$defs/moment"},
            "availabilityViewInterval": {"type": "integer", "minimum": 5, "maximum": 1440},
        },
        "schedules",
        "startTime",
        "endTime",
    ),
    "schedules": listed("schedule"),
    "schedule": only(
        {
            "scheduleId": TEXT,
            "availabilityView": {"type": "string", "pattern": "^[0-5]*$"},
            "scheduleItems": {"type": "array", "items": {"$ref": "#/$defs/scheduleItem"}},
            "workingHours": {"$ref": "#/$defs/workingHours"},
            "error": only({"message": TEXT, "responseCode": TEXT}),
        },
        "scheduleId",
    ),
    "scheduleItem": only(
        {
            "isPrivate": BOOL,
            "status": SHOWN,
            "subject": TEXT,
            "location": TEXT,
            "isMeeting": BOOL,
            "isRecurring": BOOL,
            "isException": BOOL,
            "isReminderSet": BOOL,
            "start": {"$ref": "#/$defs/moment"},
            "end": {"$ref": "#/$defs/moment"},
        },
        "status",
        "start",
        "end",
    ),
}
