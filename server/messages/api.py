"""Web push, as browsers ask for it: the office's page of messages and the field app."""

from typing import Any

from flask import Blueprint

from server.accounts.current import current_person
from server.infra.db import transaction
from server.messages import push
from server.web.gate import SIGNED_IN, allow
from server.web.json_body import read_json

blueprint = Blueprint("push", __name__, url_prefix="/api/push")


@blueprint.get("")
@allow(SIGNED_IN)
def key() -> dict[str, Any]:
    """What a browser subscribes with."""
    return {"key": push.public_key()}


@blueprint.post("")
@allow(SIGNED_IN)
def subscribe() -> tuple[str, int]:
    """Wake this browser from now on; repeating it is harmless."""
    said = read_json()
    with transaction():
        push.keep(current_person(), said)
    return "", 204


@blueprint.post("/endings")
@allow(SIGNED_IN)
def unsubscribe() -> tuple[str, int]:
    """Let this browser sleep."""
    said = read_json()
    with transaction():
        push.forget(current_person(), said.get("endpoint") if isinstance(said, dict) else None)
    return "", 204
