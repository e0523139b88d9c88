"""What the OpenAPI document says about evidence. Of uploads, the text of tus 1.0.0 is the reference."""

from typing import Any

from server.evidence import tus
from server.evidence.rules import EXTENSIONS, MAX_RECEIPTS, Grade
from server.visits.openapi import ETAG, IF_NONE_MATCH, VISIT, add, answer, operation, parameter
from server.visits.schemas import HASH, TEXT, Schema, listing, record, ref

SIZE: Schema = {"type": "integer", "minimum": 0}
SHA256 = parameter("sha256", "path", HASH)
UPLOAD = parameter("upload_id", "path", {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"})
SPOKEN = parameter("Tus-Resumable", "header", {"const": tus.VERSION}) | {"required": True}
OFFSET = {"Upload-Offset": {"schema": SIZE, "description": "How many bytes the server has."}}
EXPIRES = {"Upload-Expires": {"schema": TEXT, "description": "Until when it can be continued."}}
OF_AN_UPLOAD = ("upload-version", "upload-unknown", "upload-expired", "upload-locked")
REFUSALS = (
    "evidence-hash-mismatch",
    "evidence-type-mismatch",
    "evidence-not-an-image",
    "evidence-not-a-video",
    "evidence-not-audio",
    "evidence-too-many-pixels",
    "evidence-unreadable",
    "evidence-busy",
    "storage-full",
)

SCHEMAS: dict[str, Schema] = {
    "ReceiptsAsked": record("Which blobs.", {"hashes": listing(HASH, maxItems=MAX_RECEIPTS)}),
    "Receipts": record(
        "What the server vouches for. Bytes may be freed when `backed-up`.",
        {"receipts": {"type": "object", "additionalProperties": {"enum": [grade.value for grade in Grade]}}},
    ),
}


def publish() -> None:
    """Put it into the document."""
    add(_uploads() | _blobs(), SCHEMAS)


def _uploads() -> dict[str, Any]:
    create = operation(
        "Begin an upload (tus creation)",
        description="`Upload-Metadata` holds `sha256`, `type` and `visit`. The visit holds the blob once the "
        f"last chunk was answered with 204. Types: {', '.join(EXTENSIONS)}.",
        parameters=[
            SPOKEN,
            parameter("Upload-Length", "header", SIZE) | {"required": True},
            parameter("Upload-Metadata", "header", TEXT) | {"required": True},
        ],
        answers={"201": answer("Begun.", headers={"Location": {"schema": TEXT}, **EXPIRES})},
        problems=[
            "upload-version",
            "not-found",
            "upload-too-large",
            "evidence-empty",
            "evidence-type-unknown",
            "storage-full",
        ],
        writes=True,
    )
    state = operation(
        "How far an upload is",
        parameters=[UPLOAD, SPOKEN],
        answers={"200": answer("Its state.", headers=OFFSET | EXPIRES)},
        problems=[*OF_AN_UPLOAD, *REFUSALS],
    )
    append = operation(
        "Send the next chunk (tus core, checksum)",
        description="At most 4 MiB. The answer to the last chunk says whether the file is accepted.",
        parameters=[
            UPLOAD,
            SPOKEN,
            parameter("Upload-Offset", "header", SIZE) | {"required": True},
            parameter("Upload-Checksum", "header", TEXT, f"One of {', '.join(tus.ALGORITHMS)}."),
        ],
        answers={"204": answer("Taken.", headers=OFFSET | EXPIRES)},
        problems=[
            *OF_AN_UPLOAD,
            "upload-offset",
            "upload-beyond-end",
            "upload-chunk-too-large",
            "upload-checksum",
            "upload-cut",
            "length-required",
            *REFUSALS,
        ],
        writes=True,
    ) | {"requestBody": {"required": True, "content": {tus.CHUNK_TYPE: {}}}}
    end = operation(
        "Give an upload up (tus termination)",
        parameters=[UPLOAD, SPOKEN],
        answers={"204": answer("Forgotten.")},
        problems=OF_AN_UPLOAD,
        writes=True,
    )
    return {
        "/api/evidence/uploads": {"post": create},
        "/api/evidence/uploads/{upload_id}": {"head": state, "patch": append, "delete": end},
    }


def _blobs() -> dict[str, Any]:
    blob = operation(
        "A verified blob",
        description="The original, byte for byte, as an attachment, in ranges too. Access is to the visit.",
        parameters=[VISIT, SHA256, IF_NONE_MATCH, parameter("Range", "header", TEXT)],
        answers={
            "200": {
                "description": "The bytes.",
                "headers": ETAG,
                "content": {type_: {} for type_ in EXTENSIONS},
            },
            "206": {
                "description": "A range.",
                "headers": ETAG,
                "content": {type_: {} for type_ in EXTENSIONS},
            },
            "304": answer("As it was.", headers=ETAG),
        },
        problems=["not-found", "range-not-satisfiable"],
    )
    preview = operation(
        "A small picture of a blob",
        description="A JPEG of at most 640 pixels a side; of a video its first picture.",
        parameters=[VISIT, SHA256, IF_NONE_MATCH],
        answers={
            "200": {"description": "The picture.", "headers": ETAG, "content": {"image/jpeg": {}}},
            "304": answer("As it was.", headers=ETAG),
        },
        problems=["not-found", "preview-none"],
    )
    receipts = operation(
        "What the server holds",
        parameters=[VISIT],
        body=ref("ReceiptsAsked"),
        answers={"200": answer("A grade for each hash asked.", ref("Receipts"))},
        problems=["not-found"],
        writes=True,
    )
    return {
        "/api/visits/{visit_id}/evidence/{sha256}": {"get": blob, "head": blob},
        "/api/visits/{visit_id}/evidence/{sha256}/preview": {"get": preview},
        "/api/visits/{visit_id}/receipts": {"post": receipts},
    }
