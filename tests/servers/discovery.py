"""Requests and answers, checked against the discovery documents that ship with google-api-python-client.

The documents mark almost nothing as required in bodies; what Google requires there is checked where it's served.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an API, as its discovery document says it."""

    id: str
    http: str
    path: re.Pattern[str]
    parameters: Mapping[str, Json]
    scopes: frozenset[str]
    request: str | None
    response: str | None
    api: "Api" = field(repr=False, compare=False)

    def parameter_faults(self, path: Mapping[str, str], query: Mapping[str, Sequence[str]]) -> list[str]:
        """What's wrong with the parameters of a request, in a sentence each."""
        given = {name: [value] for name, value in path.items()} | {name: list(each) for name, each in query.items()}
        known = self.api.parameters | dict(self.parameters)
        found = [f"{self.id} has no parameter {name!r}" for name in given if name not in known]
        for name, rule in known.items():
            values = given.get(name, [])
            if rule.get("required") and not values:
                found.append(f"{self.id} needs the parameter {name!r}")
            if len(values) > 1 and not rule.get("repeated"):
                found.append(f"{self.id} takes {name!r} once")
            found += [f"{self.id}: {name}={value!r} {why}" for value in values if (why := _unfit(value, rule))]
        return found

    def request_faults(self, body: object) -> list[str]:
        """What's wrong with the body of a request."""
        if self.request is None:
            return [] if body is None else [f"{self.id} takes no body"]
        return [f"{self.id} request {why}" for why in self.api.faults(self.request, {} if body is None else body)]

    def response_faults(self, body: object) -> list[str]:
        """What's wrong with the body of an answer that isn't an error."""
        if self.response is None:
            return [] if body is None else [f"{self.id} answers nothing"]
        return [f"{self.id} answer {why}" for why in self.api.faults(self.response, body)]


def _unfit(value: str, rule: Json) -> str:
    kind = rule.get("type")
    if kind == "boolean" and value not in ("true", "false"):
        return "isn't true or false"
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", value):
            return "isn't a number"
        if int(value) < int(rule.get("minimum", value)) or int(value) > int(rule.get("maximum", value)):
            return f"isn't from {rule.get('minimum', '…')} to {rule.get('maximum', '…')}"
    if "enum" in rule and value not in rule["enum"]:
        return f"is none of {', '.join(rule['enum'])}"
    if "pattern" in rule and not re.fullmatch(rule["pattern"], value):
        return f"doesn't match {rule['pattern']}"
    if rule.get("format") == "uint64" and not re.fullmatch(r"\d{1,20}", value):
        return "isn't an unsigned number of 64 bits"
    return ""


class Api:
    """One API's methods and schemas."""

    def __init__(self, name: str) -> None:
        package = resources.files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
        self.document: Json = json.loads(package.read_text(encoding="utf-8"))
        self.parameters: dict[str, Json] = self.document["parameters"]
        self._definitions = {name: _schema(each) for name, each in self.document["schemas"].items()}
        self._validators: dict[str, Any] = {}
        self.methods: list[Method] = []
        self._walk(self.document)

    def _walk(self, resource: Json) -> None:
        for method in resource.get("methods", {}).values():
            template = "/" + self.document["servicePath"] + method["path"]
            self.methods.append(
                Method(
                    id=method["id"],
                    http=method["httpMethod"],
                    path=re.compile(re.sub(r"\\{\+?(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))),
                    parameters=method.get("parameters", {}),
                    scopes=frozenset(method.get("scopes", ())),
                    request=method.get("request", {}).get("$ref"),
                    response=method.get("response", {}).get("$ref"),
                    api=self,
                )
            )
        for child in resource.get("resources", {}).values():
            self._walk(child)

    def faults(self, schema: str, body: object) -> list[str]:
        """How the body differs from the schema of this name."""
        if schema not in self._validators:
            root = {"$ref": f"#/definitions/{schema}", "definitions": self._definitions}
            self._validators[schema] = jsonschema.Draft7Validator(root)
        return [f"at {error.json_path}: {error.message[:200]}" for error in self._validators[schema].iter_errors(body)]


def _schema(given: Json) -> Json:
    """Discovery's dialect (JSON schema draft 3, formats in strings) as draft 7; unknown properties aren't let pass."""
    if "$ref" in given:
        return {"$ref": f"#/definitions/{given['$ref']}"}
    made: Json = {}
    if given.get("type", "any") != "any":
        made["type"] = given["type"]
    if "enum" in given:
        made["enum"] = given["enum"]
    if given.get("format") in ("uint64", "int64") and given.get("type") == "string":
        made["pattern"] = r"^-?\d{1,19}$" if given["format"] == "int64" else r"^\d{1,20}$"
    if given.get("format") == "date-time" and given.get("type") == "string":
        made["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
    if given.get("format") == "date" and given.get("type") == "string":
        made["pattern"] = r"^\d{4}-\d\d-\d\d$"
    if given.get("type") == "array":
        made["items"] = _schema(given["items"])
    if given.get("type") == "object":
        made["properties"] = {name: _schema(each) for name, each in given.get("properties", {}).items()}
        other = given.get("additionalProperties")
        made["additionalProperties"] = _schema(other) if other else not given.get("properties")
    return made


@cache
def api(name: str) -> Api:
    """ "gmail.v1" or "calendar.v3"; read once."""
    return Api(name)


def method_for(http: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that this request calls, and the (still quoted) parameters in its path."""
    for name in ("gmail.v1", "calendar.v3"):
        for method in api(name).methods:
            if method.http == http and (match := method.path.fullmatch(path)):
                return method, match.groupdict()
    return None
