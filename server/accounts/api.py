"""Sessions and devices, as the field app asks for them."""

from typing import Any

from flask import Blueprint, request
from flask_wtf.csrf import generate_csrf

from server.accounts import actions, devices, unlocking
from server.accounts.current import current_person
from server.accounts.nonces import issue_nonce
from server.accounts.rescue import rescue_key
from server.infra import settings
from server.infra.clock import now
from server.infra.db import transaction
from server.kernel import instants
from server.kernel.problems import Problem
from server.web.gate import SIGNED_IN, allow
from server.web.json_body import read_json

blueprint = Blueprint("accounts_api", __name__)


@blueprint.get("/api/session")
@allow(SIGNED_IN)
def session() -> dict[str, Any]:
    """Who is signed in, and what a phone needs to talk to the server."""
    epoch = settings.epoch()
    person, instant = current_person(), now()
    return {
        "person": {"id": person.id, "name": person.name, "department": person.department},
        "roles": sorted(person.roles),
        "csrf_token": generate_csrf(),
        "epoch": epoch,
        "server_time": instants.rfc3339(instant),
        "nonce": issue_nonce(instant),
        "rescue_key": rescue_key(),
    }


@blueprint.post("/api/devices")
@allow(SIGNED_IN)
def enrol() -> tuple[dict[str, Any], int]:
    """Enrol a device for the person signed in; repeating it is harmless."""
    wanted = read_json()
    if not isinstance(wanted, dict):
        raise Problem("malformed", reason="not an object")
    with transaction():
        device = actions.enrol(
            current_person(), wanted.get("id"), wanted.get("public_key"), wanted.get("label", "")
        )
        return {"id": device.id, "person": device.person_id, "label": device.label}, 201


@blueprint.post("/api/devices/<device_id>/reports")
@allow(SIGNED_IN)
def report(device_id: str) -> tuple[str, int]:
    """What of this phone's work is on it only, as the phone itself counts it."""
    said = devices.read_report(read_json())
    with transaction():
        devices.report(current_person(), device_id, said)
    return "", 204


@blueprint.post("/api/devices/<device_id>/unlocking")
@allow(SIGNED_IN)
def unlock(device_id: str) -> dict[str, Any]:
    """The data key of this person's own phone, after a forgotten PIN; the password is asked for again."""
    wish, person = unlocking.read_wish(read_json()), current_person()
    unlocking.own_device(person, device_id)
    outcome = actions.sign_in(person.username, wish.password, request.remote_addr or "")
    if isinstance(outcome, Problem):
        raise outcome
    with transaction():
        return {"data_key": unlocking.unlock(outcome, device_id, wish)}
