"""The sync API of DESIGN §4 for phones. What may be said is in `schemas.py`."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from server.accounts.current import current_person
from server.infra import settings
from server.infra.db import transaction
from server.visits import access, actions, bundle, exchange, openapi, schemas
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("visits_api", __name__)

FIELD = ("inspector", "expert")


@blueprint.get("/api/visits")
@allow(*FIELD)
def visits() -> Response:
    """My visits: open, or closed lately; older ones by cursor."""
    return _json(exchange.my_visits(current_person(), request.args.get("cursor")))


@blueprint.get("/api/visits/<visit_id>/bundle")
@allow(*FIELD)
def the_bundle(visit_id: str) -> Response:
    """Everything the visit needs offline, byte for byte as it was hashed."""
    visit = access.visit_to_read(current_person(), visit_id)
    return _unless_known(visit.bundle_digest, lambda: bundle.text_of(visit.bundle_digest))


@blueprint.get("/api/visits/<visit_id>/hashes")
@allow(*FIELD)
def hashes(visit_id: str) -> Response:
    """The hashes the server holds."""
    epoch = settings.epoch()
    return _json({"epoch": epoch, **exchange.hashes(access.visit_for(current_person(), visit_id))})


@blueprint.get("/api/visits/<visit_id>/entries")
@allow(*FIELD)
def entries(visit_id: str) -> Response:
    """Entries after a position."""
    visit = access.visit_to_read(current_person(), visit_id)
    after, limit = schemas.read_integer("after"), schemas.read_integer("limit")
    return _unless_known(exchange.state_of(visit), lambda: exchange.page(visit, after, limit))


@blueprint.post("/api/visits/<visit_id>/entries")
@allow(*FIELD)
def push(visit_id: str) -> Response:
    """Take in entries, and answer for each."""
    access.visit_for(current_person(), visit_id)
    batch, epoch = schemas.read_batch(), settings.epoch()
    candidates = actions.examine(visit_id, batch["entries"], batch.get("devices", ()))
    with transaction():
        said = actions.push_entries(current_person(), visit_id, candidates, batch.get("lost", ()))
    return _json({**said, "epoch": epoch})


@blueprint.get("/api/openapi.json")
@allow(PUBLIC)
def document() -> Response:
    """The OpenAPI document."""
    return _json(openapi.document())


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), mimetype="application/json")


def _unless_known(etag: str, text: Any) -> Response:
    """The text under this strong ETag, or 304 to who has it; it is only made where it is sent."""
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = Response(text(), mimetype="application/json")
    response.set_etag(etag)
    return response
