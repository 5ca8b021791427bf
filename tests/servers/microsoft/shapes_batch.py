"""$batch and errors (Microsoft Graph, JSON batching; Error responses)."""

from tests.servers.microsoft.asked import Json

HEADERS: Json = {"type": "object", "additionalProperties": {"type": "string"}}
BATCH: dict[str, Json] = {
    "batch": {
        "type": "object",
        "additionalProperties": False,
        "required": ["requests"],
        "properties": {"requests": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/batchRequest"}}},
    },
    "batchRequest": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "method", "url"],
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "method": {"enum": ["GET", "POST", "PATCH", "DELETE", "PUT"]},
            "url": {"type": "string", "pattern": "^/(me|users/)"},
            "headers": HEADERS,
            "body": {"type": "object"},
            "dependsOn": {"type": "array", "items": {"type": "string"}},
        },
        "if": {"required": ["body"]},
        "then": {
            "required": ["headers"],
            "properties": {"headers": {"anyOf": [{"required": ["Content-Type"]}, {"required": ["content-type"]}]}},
        },
    },
    "batchAnswer": {
        "type": "object",
        "additionalProperties": False,
        "required": ["responses"],
        "properties": {
            "responses": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["id", "status"],
                    "properties": {
                        "id": {"type": "string"},
                        "status": {"type": "integer"},
                        "headers": HEADERS,
                        "body": {"type": ["object", "string", "null"]},
                    },
                },
            }
        },
    },
    "error": {
        "type": "object",
        "additionalProperties": False,
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "innerError": {"type": "object"},
                },
            }
        },
    },
}
