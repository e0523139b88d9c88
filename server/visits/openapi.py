"""The OpenAPI document, put together from the schemas that validate.

Rooms above add their own paths with `add`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from server.kernel.problems import CATALOGUE
from server.visits.schemas import PARAMETERS, SCHEMAS, TEXT, UUID, Schema, ref

PROBLEM = "application/problem+json"

ANYONE_SIGNED_IN = ("sign-in", "not-allowed")
WRITING = ("csrf-stale", "malformed", "bad-request", "too-large", "unsupported-media-type")

_added_paths: dict[str, Any] = {}
_added_schemas: dict[str, Schema] = {}


def add(paths: dict[str, Any], schemas: dict[str, Schema] | None = None) -> None:
    """Publish more paths and schemas; saying the same again changes nothing."""
    _added_paths.update(paths)
    _added_schemas.update(schemas or {})


def operation(
    summary: str,
    *,
    answers: dict[str, Any],
    problems: Iterable[str],
    parameters: Iterable[Schema] = (),
    body: Schema | None = None,
    description: str = "",
    writes: bool = False,
) -> Schema:
    """One operation:

    `answers` by status, and every problem it may answer with. `writes` wants the CSRF header.
    """
    codes = [*ANYONE_SIGNED_IN, *problems, *(WRITING if writes else ())]
    return {
        "summary": summary,
        **({"description": description} if description else {}),
        "parameters": list(parameters),
        **({"requestBody": {"required": True, "content": json_content(body)}} if body else {}),
        "responses": answers | _problems(codes),
        "security": [{"session": [], "csrf": []}] if writes else [{"session": []}],
    }


def answer(description: str, schema: Schema | None = None, headers: Schema | None = None) -> Schema:
    """An answer that is no problem."""
    return {
        "description": description,
        **({"content": json_content(schema)} if schema else {}),
        **({"headers": headers} if headers else {}),
    }


def json_content(schema: Schema) -> Schema:
    """JSON of this schema."""
    return {"application/json": {"schema": schema}}


def parameter(name: str, where: str, schema: Schema, description: str = "") -> Schema:
    """A parameter in the path, the query or a header."""
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "schema": schema,
        **({"description": description} if description else {}),
    }


ETAG = {"ETag": {"schema": TEXT, "description": "Strong; send it back in `If-None-Match`."}}
VISIT = parameter("visit_id", "path", UUID)
IF_NONE_MATCH = parameter("If-None-Match", "header", TEXT, "An ETag of this answer.")


def _problems(codes: Iterable[str]) -> Schema:
    """The problems of an operation, by status; one status may have several codes."""
    by_status: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(CATALOGUE[code].status), []).append(code)
    return {
        status: {
            "description": "\n".join(f"- `{code}`: {CATALOGUE[code].en}" for code in found),
            "content": {PROBLEM: {"schema": ref("Problem")}},
        }
        for status, found in sorted(by_status.items())
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/session": {
            "get": operation(
                "Who is signed in", answers={"200": answer("The session.", ref("Session"))}, problems=[]
            )
        },
        "/api/devices": {
            "post": operation(
                "Enrol a device",
                description="Repeating it is harmless.",
                body=ref("NewDevice"),
                answers={"201": answer("Enrolled.", ref("Device"))},
                problems=["device-taken", "device-revoked"],
                writes=True,
            )
        },
        "/api/devices/{device_id}/reports": {
            "post": operation(
                "Say what is on this phone only",
                description="Its own person says so; the office sees it. The newest report counts.",
                parameters=[parameter("device_id", "path", UUID)],
                body=ref("DeviceReport"),
                answers={"204": answer("Kept.")},
                problems=["not-found", "device-revoked"],
                writes=True,
            )
        },
        "/api/devices/{device_id}/unlocking": {
            "post": operation(
                "Open the data key of one's own phone after a forgotten PIN",
                description="The password is asked for again, and failures count as those of a sign-in.",
                parameters=[parameter("device_id", "path", UUID)],
                body=ref("Unlocking"),
                answers={"200": answer("The data key, for the phone alone.", ref("Unlocked"))},
                problems=["not-found", "device-revoked", "wrong-password", "too-many-attempts"],
                writes=True,
            )
        },
        "/api/push": {
            "get": operation(
                "What a browser subscribes to web push with",
                answers={"200": answer("The public key.", ref("PushKey"))},
                problems=[],
            ),
            "post": operation(
                "Wake this browser when there is something new",
                description="Repeating it is harmless. What is sent says nothing but that.",
                body=ref("PushSubscription"),
                answers={"204": answer("Kept.")},
                problems=["push-server-unknown"],
                writes=True,
            ),
        },
        "/api/push/endings": {
            "post": operation(
                "Let this browser sleep",
                body=ref("PushEnding"),
                answers={"204": answer("Forgotten, if it was kept.")},
                problems=[],
                writes=True,
            )
        },
        "/api/visits": {
            "get": operation(
                "My visits",
                description="Those that are open or were closed in the last 90 days; older ones by `older`.",
                parameters=[parameter("cursor", "query", TEXT, "As in `older`.")],
                answers={"200": answer("A page of visits.", ref("VisitList"))},
                problems=["malformed"],
            )
        },
        "/api/visits/{visit_id}/bundle": {
            "get": operation(
                "All that a visit needs offline",
                parameters=[VISIT, IF_NONE_MATCH],
                answers={
                    "200": answer("The bundle.", ref("Bundle"), ETAG),
                    "304": answer("As it was.", headers=ETAG),
                },
                problems=["not-found", "visit-left", "visit-withheld"],
            )
        },
        "/api/visits/{visit_id}/hashes": {
            "get": operation(
                "Which entries the server holds",
                parameters=[VISIT],
                answers={"200": answer("The sets to compare with.", ref("Hashes"))},
                problems=["not-found"],
            )
        },
        "/api/visits/{visit_id}/entries": {
            "get": operation(
                "Entries after a position",
                parameters=[
                    VISIT,
                    parameter("after", "query", PARAMETERS["after"], "The last position known."),
                    parameter("limit", "query", PARAMETERS["limit"]),
                    IF_NONE_MATCH,
                ],
                answers={
                    "200": answer("Entries.", ref("EntryPage"), ETAG),
                    "304": answer("Nothing new.", headers=ETAG),
                },
                problems=["not-found", "visit-left", "visit-withheld", "malformed"],
            ),
            "post": operation(
                "Push entries",
                description="Repeating it is harmless. Whoever was ever on the team may, without limit.",
                parameters=[VISIT],
                body=ref("PushBatch"),
                answers={"200": answer("What became of each.", ref("PushAnswer"))},
                problems=["not-found"],
                writes=True,
            ),
        },
        "/api/openapi.json": {
            "get": {
                "summary": "This document, for anybody",
                "responses": {"200": answer("OpenAPI 3.1.", {"type": "object"})},
                "security": [],
            }
        },
    }


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "联查 Liancha sync API",
            "version": "1",
            "description": "Sign in with the form at `/login` (`username`, `password`, `csrf_token`), keep "
            "its cookie. Writes carry the `csrf_token` of `GET /api/session` in `X-CSRFToken`.",
        },
        "paths": _paths() | _added_paths,
        "components": {
            "schemas": SCHEMAS | _added_schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "liancha"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
    }
