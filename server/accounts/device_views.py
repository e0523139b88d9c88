"""The office's pages of devices: the list, one device, and ending its enrolment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts import device_list, devices, ports
from server.accounts.current import current_person
from server.accounts.device_list import ALL_ROLES, OWN_ROLES, Filters, Place, Row
from server.infra.db import transaction
from server.kernel import ids, instants
from server.kernel.problems import Problem
from server.web.gate import allow

blueprint = Blueprint("devices", __name__, url_prefix="/office/devices", template_folder="templates")

REASON_LENGTH = 500
SEARCH_LENGTH = 100
FILTERS = ("state", "department", "q")


@blueprint.get("")
@allow(*ALL_ROLES, *OWN_ROLES)
def index() -> str:
    """The devices this person may see, narrowed as the address says."""
    person = current_person()
    departments = device_list.departments(person)
    return render_template(
        "accounts/devices.html",
        page=device_list.page_of_devices(person, _filters(), _place()),
        filters=request.args,
        states=device_list.STATES,
        departments=departments,
        names={one.code: one.short_name for one in departments},
        link=_link,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/<device_id>")
@allow(*ALL_ROLES, *OWN_ROLES)
def show(device_id: str) -> str:
    """One device: whose it is, what it wrote, what was done to it."""
    return _page(device_list.device_for(current_person(), device_id))


@blueprint.post("/<device_id>/revocation")
@allow(*ALL_ROLES, *OWN_ROLES)
def revoke(device_id: str) -> ResponseReturnValue:
    """End the enrolment, with a reason; what was typed stays if it cannot be done."""
    try:
        with transaction():
            row = device_list.device_for(current_person(), device_id)
            devices.revoke(current_person(), row.device, _way(), _reason())
    except Problem as problem:
        if problem.code == "not-found":
            raise
        return _page(device_list.device_for(current_person(), device_id), problem), problem.status
    return redirect(url_for("devices.show", device_id=device_id), 303)


def _page(row: Row, problem: Problem | None = None) -> str:
    names = {one.code: one.name for one in device_list.departments(current_person())}
    return render_template(
        "accounts/device.html",
        row=row,
        names=names,
        chains=ports.chains_of(current_person(), row.device.id),
        deeds=device_list.deeds(row.device),
        problem=problem,
        message=problem.detail(str(get_locale())) if problem else None,
    )


def _way() -> str:
    way = request.form.get("way", "")
    if way not in devices.WAYS:
        raise Problem("choice-needed", field="way")
    return way


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    if not 1 <= len(reason) <= REASON_LENGTH or "\0" in reason:
        raise Problem("reason-needed", field="reason", length=REASON_LENGTH)
    return reason


def _filters() -> Filters:
    state = request.args.get("state")
    return Filters(
        state=state if state in device_list.STATES else None,
        department=_text("department") or None,
        search=_text("q"),
    )


def _text(name: str) -> str:
    """What an address says, without what no database takes."""
    return request.args.get(name, "").replace("\0", "").strip()[:SEARCH_LENGTH]


def _place() -> Place | None:
    """A place in the list, from `INSTANT,ID`; a mangled address begins at the top."""
    before = request.args.get("before")
    at, _, device_id = (before or request.args.get("after") or "").partition(",")
    instant = _instant(at)
    return Place(instant, device_id, before is not None) if instant and ids.is_uuid(device_id) else None


def _instant(text: str) -> dt.datetime | None:
    try:
        return instants.parse(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _link(place: Place | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.at.isoformat()},{place.id}"
    return url_for("devices.index", **args)
