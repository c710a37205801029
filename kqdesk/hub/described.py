"""Everything a station may ask, as the server routes it and as the OpenAPI page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from kqdesk.hub.speech import BATCH, JSON, MSGPACK
from kqdesk.sync.envelope import ASK, REFUSALS, REPLY

_BYTES: Mapping[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_REFUSAL: Mapping[str, Any] = {
    "type": "object",
    "required": ["kind", "words"],
    "properties": {"kind": {"type": "string", "enum": list(REFUSALS)}, "words": {"type": "string"}},
}
_BASE64 = {"type": "string", "format": "byte"}
_ENROLLING: Mapping[str, Any] = {
    "type": "object",
    "required": ["secret", "public_key", "name", "nonce"],
    "additionalProperties": False,
    "properties": {"secret": _BASE64, "public_key": _BASE64, "name": {"type": "string"}, "nonce": _BASE64},
}
_LOCKING: Mapping[str, Any] = {
    "type": "object",
    "required": ["station", "locked"],
    "additionalProperties": False,
    "properties": {"station": {"type": "string"}, "locked": {"type": "boolean"}},
}


@dataclass(frozen=True)
class Endpoint:
    """One thing a station may ask. ``form``: the JSON schema of its body; empty for bytes."""

    method: str
    path: str
    name: str
    summary: str
    form: Mapping[str, Any] | None = None
    is_signed: bool = True
    is_core: bool = True
    """Answered by the sync core, in its own frames."""

    def described(self) -> dict[str, Any]:
        """What FastAPI cannot see by itself: the body and the signature."""
        told: dict[str, Any] = {"security": [{"station": []}] if self.is_signed else []}
        if self.form is not None:
            content = {JSON: {"schema": self.form}, MSGPACK: _BYTES} if self.form else {BATCH: _BYTES}
            told["requestBody"] = {"required": True, "content": content}
        return told

    def responses(self) -> dict[int | str, dict[str, Any]]:
        """Every status it may end with."""
        head = {REPLY: {"schema": {"type": "string"}, "description": "the hub's time and signature"}}
        refusal = {
            "description": "refused",
            "headers": head,
            "content": {JSON: {"schema": _REFUSAL}, MSGPACK: _BYTES},
        }
        answer = {BATCH if self.is_core else MSGPACK: _BYTES, JSON: {"schema": {}}}
        told: dict[int | str, dict[str, Any]] = {status: refusal for status, _ in REFUSALS.values()}
        told |= {200: {"description": "done", "headers": head, "content": answer}}
        if self.is_core:
            told |= {304: {"description": "nothing new", "headers": head}}
        return told


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/enrol",
        "enrol",
        "A PC joins by its invitation",
        _ENROLLING,
        is_signed=False,
        is_core=False,
    ),
    Endpoint("GET", "/v1/stations", "stations", "The PCs of the asker's school", is_core=False),
    Endpoint(
        "POST",
        "/v1/stations/lock",
        "lock",
        "Stop another PC of the school, or let it go on",
        _LOCKING,
        is_core=False,
    ),
    Endpoint("POST", "/v1/invite", "invite", "A code for one more PC of the school", {}, is_core=False),
    Endpoint(
        "GET", "/v1/update", "update", "Newer programs: which there are, or some bytes of one", is_core=False
    ),
    Endpoint("POST", "/v1/incarnation", "incarnation", "A new life of a station's records", {}),
    Endpoint("POST", "/v1/head", "head", "Is there anything new", {}),
    Endpoint("POST", "/v1/push", "push", "A frozen batch", {}),
    Endpoint("POST", "/v1/pull", "pull", "Rows changed after a cursor", {}),
    Endpoint("POST", "/v1/hashes", "hashes", "One hash a table, to compare", {}),
    Endpoint("POST", "/v1/numbers", "numbers", "A block of certificate numbers", {}),
    Endpoint("POST", "/v1/files/have", "files_have", "Which photos and scans are there", {}),
    Endpoint("POST", "/v1/files/part", "files_part", "Some bytes of one", {}),
    Endpoint("POST", "/v1/files/read", "files_read", "Some bytes of one, back", {}),
)


class DescribedApp(FastAPI):
    """FastAPI whose OpenAPI page tells how asks are signed."""

    def openapi(self) -> dict[str, Any]:
        """The page."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        page = super().openapi()
        scheme = {
            "type": "apiKey",
            "in": "header",
            "name": ASK,
            "description": "STATION MILLISECONDS NONCE SIGNATURE",
        }
        page.setdefault("components", {})["securitySchemes"] = {"station": scheme}
        return page
