"""The schemas of the sync API: what requests are checked against, and what the OpenAPI document publishes.
One source for both.

An entry's own members are judged by `entry.py`, one by one, so that one bad entry never stops a batch; its
schema here is for readers. The bodies of all kinds come from `kinds.json`.
"""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
from flask import request

from server.kernel.problems import Problem
from server.visits.kinds import KINDS
from server.web.json_body import read_json

Schema = dict[str, Any]

MAX_ENTRIES = 500
MAX_SEQ = 1_000_000
MAX_INTEGER = 2**31 - 1


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(items: Schema, **bounds: int) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **bounds}


def record(description: str, required: Schema, optional: Schema | None = None, **more: Any) -> Schema:
    """An object with these members; others may join later."""
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": required | (optional or {}),
        **more,
    }


TEXT: Schema = {"type": "string"}
TRUTH: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
UUID: Schema = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 in lower-case hex."}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DATE: Schema = {"type": "string", "format": "date"}
COORDINATE: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}
PLACE: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_SEQ}


def or_null(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


_ENTRY = {
    "id": UUID | {"description": "UUIDv7, made on the device."},
    "visit": UUID,
    "device": UUID | {"description": "The enrolment that signs."},
    "seq": {"type": "integer", "minimum": 1, "description": "1, 2, 3 … per device and visit, without gaps."},
    "prev": or_null(HASH)
    | {"description": "The hash of this device's entry before on this visit; null for the first."},
    "author": UUID | {"description": "The enrolment's person."},
    "at": {
        "type": "string",
        "minLength": 1,
        "maxLength": 40,
        "description": "The device's wall clock, RFC 3339.",
    },
    "kind": {"type": "string", "minLength": 1, "maxLength": 64},
    "body": {
        "type": "object",
        "description": "By kind: `body.<kind>` of these schemas. Unknown kinds are kept, too.",
    },
    "hash": HASH
    | {
        "description": "SHA-256 of the RFC 8785 canonical JSON of all members but `hash` and `sig`; the "
        "server's `position` is no member of it."
    },
    "sig": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{86}$",
        "description": "base64url of the ECDSA P-256 / SHA-256 signature (IEEE P1363) over the 32 raw bytes "
        "of `hash`.",
    },
}
_NONCE = {"nonce": or_null(TEXT) | {"description": "The newest server nonce the phone has seen."}}

SCHEMAS: dict[str, Schema] = {
    "Problem": record(
        "RFC 9457. `code` says what to do; `type` leads to an explanation.",
        {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT, "code": TEXT},
        {"field": TEXT},
    ),
    "PublicKey": record(
        "An EC P-256 public key (RFC 7518, 6.2.1).",
        {"kty": {"const": "EC"}, "crv": {"const": "P-256"}, "x": COORDINATE, "y": COORDINATE},
    ),
    "Session": record(
        "Who is signed in, and what a client needs to talk to the server.",
        {
            "person": record("", {"id": UUID, "name": TEXT, "department": or_null(TEXT)}),
            "roles": listing(TEXT),
            "csrf_token": TEXT,
            "epoch": TEXT,
            "server_time": INSTANT,
            "nonce": TEXT,
            "rescue_key": {
                "type": "object",
                "description": "RSA-OAEP-256 public key (JWK) of the organisation.",
            },
        },
    ),
    "NewDevice": record(
        "An enrolment: one person in one browser.",
        {"id": UUID, "public_key": ref("PublicKey")},
        {"label": TEXT | {"maxLength": 200}},
    ),
    "Device": record("An enrolled device.", {"id": UUID, "person": UUID, "label": TEXT}),
    "DeviceReport": record(
        "What of a phone's work the server lacks, over all its visits.",
        {
            "entries": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            "files": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            "bytes": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
            "version": TEXT | {"maxLength": 32},
        },
    ),
    "Unlocking": record(
        "What a phone whose PIN was forgotten asks for.",
        {
            "password": TEXT,
            "wrapped": TEXT
            | {
                "maxLength": 1024,
                "description": "The data key, RSA-OAEP-256 to `rescue_key`, "
                "labelled `data-key:<person id>`, base64url.",
            },
            "public_key": {"type": "object"}
            | {"description": "RSA-OAEP-256 public key (JWK, 2048 to 4096 bits) made for this one answer."},
        },
    ),
    "Unlocked": record(
        "The data key of the phone.",
        {"data_key": TEXT | {"description": "RSA-OAEP-256 to the phone's key, base64url."}},
    ),
    "PushKey": record(
        "The key of this installation.",
        {"key": TEXT | {"description": "VAPID (RFC 8292): a P-256 point, uncompressed, base64url."}},
    ),
    "PushSubscription": record(
        "A browser's subscription, as `PushSubscription.toJSON()` gives it.",
        {
            "endpoint": TEXT | {"maxLength": 500},
            "keys": record("RFC 8291.", {"p256dh": TEXT, "auth": TEXT}),
        },
        {"expirationTime": or_null(NUMBER)},
    ),
    "PushEnding": record("Which subscription ends.", {"endpoint": TEXT}),
    "VisitList": record(
        "Visits of the person asking.",
        {
            "visits": listing(ref("VisitInList")),
            "older": or_null(TEXT) | {"description": "Path of the next page, or null."},
        },
    ),
    "VisitInList": record(
        "A visit in a list; `left` is one whose team the person is no longer on.",
        {
            "id": UUID,
            "number": TEXT,
            "enterprise": TEXT,
            "date": DATE,
            "slot": TEXT,
            "status": {"enum": ["assigned", "open", "aborted", "signed", "conflict", "cancelled", "left"]},
            "bundle_digest": HASH,
            "journal_digest": HASH,
            "held_digest": HASH | {"description": "The same over the entries kept without effect."},
        },
        {
            "training": TRUTH | {"description": "An exercise: counts nowhere."},
            "release_at": INSTANT
            | {
                "description": "There until then: number, enterprise and slot are empty, "
                "and there is no bundle yet."
            },
            "team": listing(record("", {"name": TEXT, "department": TEXT, "lead": TRUTH}))
            | {"description": "With `release_at`: who goes."},
        },
    ),
    "Bundle": record(
        "All that a visit needs offline; its canonical JSON hashes to `bundle_digest`.",
        {
            "visit": record(
                "",
                {"id": UUID, "number": TEXT, "date": DATE, "slot": TEXT, "status": TEXT},
                {"approvals": listing(ref("Approval"))},
            ),
            "enterprise": record("", {"id": TEXT, "name": TEXT, "uscc": TEXT, "address": TEXT}),
            "team": listing(ref("TeamMember")),
            "departments": listing(
                record("", {"code": TEXT, "name": TEXT, "short_name": TEXT, "lead": TRUTH, "order": NUMBER})
            ),
            "checklist": record(
                "", {"version": TEXT, "hash": HASH, "sample": TRUTH, "items": listing(ref("ChecklistItem"))}
            ),
            "handbook": ref("Handbook"),
            "history": listing({}),
            "rescue_key": {"type": "object"},
        },
        {"reserve": listing(ref("ReserveOfficer")), "exemption": ref("Exemption")},
    ),
    "Approval": record(
        "Whether a department's head approved that it takes part; an urgent one may follow by `due_at`.",
        {"department": TEXT, "state": TEXT, "urgent": TRUTH, "due_at": or_null(TEXT)},
    ),
    "Handbook": record(
        "What the compliance handbook says of each item; empty where it says nothing.",
        {},
        {
            "version": TEXT | {"description": "That of the checklist: one source, one version."},
            "hash": HASH,
            "items": {
                "type": "object",
                "description": "By item id.",
                "additionalProperties": record(
                    "", {}, {"standard": TEXT, "failures": TEXT, "correction": TEXT, "penalty": TEXT}
                ),
            },
        },
    ),
    "Exemption": record(
        "Why items are exempt under trust: the decision, and the list it rests on as it stood that day.",
        {"reason": TEXT},
        {"list": TEXT, "as_of": DATE},
    ),
    "ReserveOfficer": record(
        "A certified officer who may stand in for one of the team on the spot.",
        {"person": UUID, "name": TEXT, "department": TEXT, "certificate": TEXT},
    ),
    "TeamMember": record(
        "Somebody on the team.",
        {
            "person": UUID,
            "name": TEXT,
            "department": TEXT,
            "certificate": TEXT,
            "lead": TRUTH,
            "deputy": TRUTH,
        },
    ),
    "ChecklistItem": record(
        "One thing to check.",
        {
            "id": TEXT,
            "department": TEXT,
            "matter": TEXT,
            "content": TEXT,
            "method": TEXT,
            "basis": TEXT,
            "answer": record("", {"type": {"enum": ["verdict", "number", "choice", "text"]}}),
            "evidence_on_fail": TRUTH,
            "severity": TEXT,
            "exempt": TRUTH,
        },
        {
            "also": listing(
                record(
                    "", {"department": TEXT, "matter": TEXT, "item": TEXT}, {"supervision_code": TEXT}
                )
            )
            | {
                "description": "Like items of other departments merged into this one. One answer answers "
                "all of them; an officer of any of the departments may give it."
            },
            "frequency": TEXT,
            "division": TEXT,
            "listed_for": {"enum": ["hot", "difficult", "key", "blind"]},
            "supervision_code": TEXT,
        },
    ),
    "Entry": record("One signed entry of a visit's journal.", _ENTRY, _NONCE),
    "StoredEntry": record(
        "An accepted entry with its place in the server's chain.",
        _ENTRY | {"position": {"type": "integer", "minimum": 1}},
        _NONCE,
    ),
    "EntryPage": record(
        "Entries in order of position.",
        {
            "entries": listing(ref("StoredEntry")),
            "quarantined": listing(ref("Entry"))
            | {"description": "All that is kept without effect, quarantined or provisional; last page only."},
            "head": NUMBER | {"description": "The highest position there is."},
            "more": TRUTH,
        },
    ),
    "Hashes": record(
        "What the server holds of a visit.",
        {
            "epoch": TEXT,
            "journal_digest": HASH,
            "head": NUMBER,
            "accepted": listing(HASH),
            "quarantined": listing(HASH)
            | {"description": "Kept without effect: quarantined and provisional."},
            "standings": {
                "type": "object",
                "description": "For each hash in `quarantined`, why.",
                "additionalProperties": record("", {"standing": TEXT, "reason": or_null(TEXT)}),
            },
            "lost": listing(ref("LostEntry")),
            "admitted": listing(ref("AdmittedEntry")),
        },
    ),
    "AdmittedEntry": record(
        "An accepted entry that was held back first. What the sign-offs in `after` sealed stays without it.",
        {"hash": HASH, "after": listing(HASH)},
    ),
    "LostEntry": record(
        "A place in a chain whose entry its phone no longer has.",
        {"device": UUID, "seq": PLACE},
        {"hash": or_null(HASH)},
    ),
    "PushBatch": record(
        "Entries in any order. Each is judged by itself, so one that is no `Entry` does not stop the others.",
        {"entries": listing({"anyOf": [ref("Entry"), {}]}, maxItems=MAX_ENTRIES)},
        {
            "lost": listing(ref("LostEntry"), maxItems=MAX_ENTRIES),
            "devices": listing(ref("OfferedKey"), maxItems=MAX_ENTRIES),
        },
    ),
    "OfferedKey": record(
        "The public key of an enrolment the server may not have met.",
        {"id": UUID, "public_key": ref("PublicKey")},
    ),
    "PushAnswer": record(
        "What became of every element of the batch.",
        {
            "accepted": listing(HASH),
            "rejected": listing(ref("Rejection")),
            "head": NUMBER,
            "journal_digest": HASH,
            "epoch": TEXT,
        },
    ),
    "Rejection": record(
        "An element that is not accepted. `quarantined` and `provisional` ones are kept all the same.",
        {
            "index": NUMBER | {"description": "Its place in the batch, from 0."},
            "hash": or_null(HASH),
            "id": or_null(UUID),
            "problem": {
                "enum": [
                    "quarantined",
                    "provisional",
                    "seq-gap",
                    "id-reused",
                    "bad-hash",
                    "bad-signature",
                    "malformed",
                ]
            },
        },
        {"reason": or_null(TEXT), "resend_from": PLACE},
    ),
    **{f"body.{kind}": schema for kind, schema in KINDS.items()},
}

PARAMETERS: dict[str, Schema] = {
    "after": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER, "default": 0},
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_ENTRIES, "default": MAX_ENTRIES},
}

_BATCH = jsonschema_rs.Draft202012Validator(ref("PushBatch") | {"components": {"schemas": SCHEMAS}})


def read_batch() -> Schema:
    """The pushed batch of this request, of the agreed form.

    Entries are left out of this check: of whatever form, each gets an answer of its own.
    """
    batch = read_json(most=None)
    error = _problem_of_outline(batch)
    if error is not None:
        raise error
    return batch


def _problem_of_outline(batch: Any) -> Problem | None:
    entries = batch.get("entries") if isinstance(batch, dict) else None
    outline = {**batch, "entries": [None] * len(entries)} if isinstance(entries, list) else batch
    try:
        error = next(_BATCH.iter_errors(outline), None)
    except ValueError:  # nested too deeply, or text that has no UTF-8
        return Problem("malformed", reason="not of the form of a batch")
    if error is None:
        return None
    path = ".".join(str(step) for step in error.instance_path)
    return Problem("malformed", field=path or None, reason=error.message[:200])


def read_integer(name: str) -> int:
    """A whole number of the query, within its bounds."""
    schema = PARAMETERS[name]
    given = request.args.get(name, str(schema["default"]))
    if not re.fullmatch(r"[0-9]{1,10}", given) or not schema["minimum"] <= int(given) <= schema["maximum"]:
        raise Problem(
            "malformed",
            field=name,
            reason=f"not a whole number from {schema['minimum']} to {schema['maximum']}",
        )
    return int(given)
