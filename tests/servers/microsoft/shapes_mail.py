"""Mail (Microsoft Graph: message, eventMessage, mailFolder, fileAttachment, mailboxSettings, user)."""

from tests.servers.microsoft.asked import Json

TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
BOOL: Json = {"type": "boolean"}
NUMBER: Json = {"type": "integer"}
TIME: Json = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
ID: Json = {"type": "string", "pattern": r"^[A-Za-z0-9_=-]{20,}$"}
PEOPLE: Json = {"type": "array", "items": {"$ref": "#/$defs/recipient"}}
TYPES = "String|Integer|Boolean|SystemTime|Binary|Double|Long|CLSID"
PROPERTY = rf"^({TYPES})( \{{[0-9A-Fa-f-]{{36}}\}} (Name|Id) \S+| 0x[0-9A-Fa-f]+)$"


def only(properties: dict[str, Json], *required: str, **more: object) -> Json:
    """An object with nothing but these properties."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
        **more,
    }


def listed(items: str, *, delta: bool = False) -> Json:
    """A collection, and the links of OData with it."""
    link: Json = {"type": "string", "pattern": "^https?://"}
    one: Json = {"$ref": f"#/$defs/{items}"}
    made: Json = {"@odata.context": TEXT, "@odata.count": NUMBER, "@odata.nextLink": link}
    if delta:
        made["@odata.deltaLink"] = link
        one = {"anyOf": [{"$ref": "#/$defs/removed"}, one]}
    return only({**made, "value": {"type": "array", "items": one}}, "value")


WRITABLE: dict[str, Json] = {
    "subject": MAYBE,
    "body": {"$ref": "#/$defs/body"},
    "from": {"$ref": "#/$defs/recipient"},
    "sender": {"$ref": "#/$defs/recipient"},
    "toRecipients": PEOPLE,
    "ccRecipients": PEOPLE,
    "bccRecipients": PEOPLE,
    "replyTo": PEOPLE,
    "importance": {"enum": ["low", "normal", "high"]},
    "internetMessageId": {"type": "string", "pattern": "^<[^<>\\s]+>$"},
    "isRead": BOOL,
    "isDeliveryReceiptRequested": {"type": ["boolean", "null"]},
    "isReadReceiptRequested": BOOL,
    "categories": {"type": "array", "items": TEXT},
    "flag": only({"flagStatus": {"enum": ["notFlagged", "flagged", "complete"]}}),
    "inferenceClassification": {"enum": ["focused", "other"]},
    "singleValueExtendedProperties": {"type": "array", "items": {"$ref": "#/$defs/extended"}},
}
MESSAGE: dict[str, Json] = {
    **WRITABLE,
    "@odata.context": TEXT,
    "@odata.etag": TEXT,
    "@odata.type": TEXT,
    "id": ID,
    "changeKey": TEXT,
    "createdDateTime": TIME,
    "lastModifiedDateTime": TIME,
    "receivedDateTime": TIME,
    "sentDateTime": TIME,
    "hasAttachments": BOOL,
    "internetMessageId": TEXT,
    "bodyPreview": {"type": "string", "maxLength": 255},
    "parentFolderId": ID,
    "conversationId": TEXT,
    "conversationIndex": TEXT,
    "isDraft": BOOL,
    "webLink": TEXT,
    "uniqueBody": {"$ref": "#/$defs/body"},
    "internetMessageHeaders": {"type": "array", "items": {"$ref": "#/$defs/header"}},
    "attachments": {"type": "array", "items": {"$ref": "#/$defs/attachment"}},
    "singleValueExtendedProperties@odata.context": TEXT,
    "attachments@odata.context": TEXT,
}
MEETING: dict[str, Json] = {
    "meetingMessageType": {
        "enum": [
            "none",
            "meetingRequest",
            "meetingCancelled",
            "meetingAccepted",
            "meetingTenativelyAccepted",
            "meetingDeclined",
        ]
    },
    "meetingRequestType": TEXT,
    "startDateTime": {"$ref": "#/$defs/moment"},
    "endDateTime": {"$ref": "#/$defs/moment"},
    "location": {"type": "object"},
    "isAllDay": BOOL,
    "isOutOfDate": BOOL,
    "isDelegated": BOOL,
    "responseRequested": BOOL,
    "allowNewTimeProposals": BOOL,
    "type": {"enum": ["singleInstance", "occurrence", "exception", "seriesMaster"]},
    "responseType": {"enum": ["none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded"]},
    "proposedNewTime": only({"start": {"$ref": "#/$defs/moment"}, "end": {"$ref": "#/$defs/moment"}}),
    "event": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/event"}]},
}
NEW_ATTACHMENT: dict[str, Json] = {
    "@odata.type": {"const": "#microsoft.graph.fileAttachment"},
    "name": {"type": "string", "minLength": 1},
    "contentType": TEXT,
    "contentBytes": {"type": "string", "pattern": r"^[A-Za-z0-9+/=]*$"},
    "contentId": MAYBE,
    "isInline": BOOL,
}
OWN_HEADERS: Json = {
    "type": "array",
    "maxItems": 5,
    "items": {
        **only(
            {"name": {"type": "string", "pattern": "^[xX]-[!-9;-~]+$"}, "value": {"type": "string", "maxLength": 995}}
        ),
        "required": ["name", "value"],
    },
}
NEW: dict[str, Json] = {
    **WRITABLE,
    "@odata.type": TEXT,
    "internetMessageHeaders": OWN_HEADERS,
    "attachments": {"type": "array", "items": {"$ref": "#/$defs/newAttachment"}},
}
FOLDER: dict[str, Json] = {
    "@odata.context": TEXT,
    "@odata.etag": TEXT,
    "id": ID,
    "displayName": TEXT,
    "parentFolderId": ID,
    "childFolderCount": NUMBER,
    "unreadItemCount": NUMBER,
    "totalItemCount": NUMBER,
    "sizeInBytes": NUMBER,
    "isHidden": BOOL,
}
MAIL: dict[str, Json] = {
    "address": only({"name": MAYBE, "address": TEXT}, "address"),
    "recipient": only({"emailAddress": {"$ref": "#/$defs/address"}}, "emailAddress"),
    "body": only(
        {"contentType": {"enum": ["text", "html", "Text", "HTML"]}, "content": TEXT}, "contentType", "content"
    ),
    "header": only({"name": TEXT, "value": TEXT}, "name", "value"),
    "extended": only({"id": {"type": "string", "pattern": PROPERTY}, "value": TEXT}, "id", "value"),
    "removed": only(
        {"@odata.type": TEXT, "id": ID, "@removed": only({"reason": {"enum": ["deleted", "changed"]}}, "reason")},
        "id",
        "@removed",
    ),
    "message": only({**MESSAGE, **MEETING}, "id"),
    "messages": listed("message"),
    "messageDelta": listed("message", delta=True),
    "newMessage": only(NEW),
    "messagePatch": only(WRITABLE, minProperties=1),
    "reply": {
        **only({"comment": TEXT, "message": only(NEW)}),
        "not": {"required": ["comment", "message"], "properties": {"message": {"required": ["body"]}}},
    },
    "destination": only({"destinationId": {"type": "string", "minLength": 3}}, "destinationId"),
    "sendMail": only({"message": only(NEW, "toRecipients"), "saveToSentItems": BOOL}, "message"),
    "newAttachment": only(NEW_ATTACHMENT, "@odata.type", "name", "contentBytes"),
    "attachment": only(
        {
            **NEW_ATTACHMENT,
            "@odata.type": TEXT,
            "@odata.context": TEXT,
            "@odata.mediaContentType": TEXT,
            "id": ID,
            "name": TEXT,
            "size": NUMBER,
            "lastModifiedDateTime": TIME,
            "contentLocation": MAYBE,
        },
        "id",
    ),
    "attachments": listed("attachment"),
    "folder": only(FOLDER, "id"),
    "folders": listed("folder"),
    "folderDelta": listed("folder", delta=True),
    "newFolder": only({"displayName": TEXT, "isHidden": BOOL}, "displayName"),
    "user": only(
        {
            "@odata.context": TEXT,
            "id": TEXT,
            "displayName": MAYBE,
            "givenName": MAYBE,
            "surname": MAYBE,
            "mail": MAYBE,
            "userPrincipalName": TEXT,
            "jobTitle": MAYBE,
            "mobilePhone": MAYBE,
            "officeLocation": MAYBE,
            "preferredLanguage": MAYBE,
            "businessPhones": {"type": "array"},
            "proxyAddresses": {"type": "array", "items": TEXT},
            "otherMails": {"type": "array", "items": TEXT},
        }
    ),
    "mailboxSettings": only(
        {
            "@odata.context": TEXT,
            "archiveFolder": TEXT,
            "timeZone": TEXT,
            "dateFormat": TEXT,
            "timeFormat": TEXT,
            "userPurpose": TEXT,
            "delegateMeetingMessageDeliveryOptions": TEXT,
            "language": only({"locale": TEXT, "displayName": TEXT}),
            "automaticRepliesSetting": {"type": "object"},
            "workingHours": {"$ref": "#/$defs/workingHours"},
        }
    ),
}
