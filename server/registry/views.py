"""The office's pages of the register of enterprises: the list, its export, one enterprise and its history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.kernel.problems import Problem
from server.registry import history, listing, words
from server.registry.editing import may_edit
from server.registry.listing import Filters, Place
from server.registry.model import Enterprise
from server.registry.rules import RiskClass, credit_code_trouble
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("enterprises", __name__, url_prefix="/office/enterprises", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
EDITORS = ("office", "planner", "liaison")
SEARCH_LENGTH = 100
FILTERS = ("q", "industry", "town", "grid", "status", "risk", "emerging", "tag", "lacking")
COLUMNS = (
    *("reference", "uscc", "name", "entity_type", "industry", "industry_name", "status", "address"),
    *("town_code", "town", "grid", "legal_rep", "phone", "project_code", "registrar", "registered_on"),
    *("staff_count", "last_inspected_on", "risk_class", "risk_as_of", "emerging_code", "tags", "lat", "lon"),
)


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The register, narrowed as the address says."""
    return render_template(
        "registry/index.html",
        page=listing.page_of_enterprises(read_filters(), read_place()),
        filters=request.args,
        narrowed=read_filters() != Filters(),
        choices=listing.choices(),
        may_add=not current_person().roles.isdisjoint(EDITORS),
        none=listing.NONE,
        risk_names=words.RISKS.items(),
        words=words,
        link=link,
        map_link=url_for("map.index", **_kept()),
        export_link=lambda form: url_for("enterprises.export", form=form, **_kept()),
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The list as a file, narrowed in the same way."""
    return exported(_("Enterprises"), _columns(), _file_rows(read_filters()), form)


@blueprint.get("/<enterprise_id>")
@allow(*READERS)
def show(enterprise_id: str) -> str:
    """One enterprise: what is known of it, and every change of that."""
    enterprise = listing.one(enterprise_id)
    industries = listing.industries_of(enterprise)
    choices = listing.choices()
    page = history.page_of_changes("enterprise", enterprise.id, request.args.get("before"))
    return render_template(
        "registry/show.html",
        enterprise=enterprise,
        industries=industries,
        choices=choices,
        words=words,
        page=page,
        grid_name=next((one.name for one in choices.grids if one.code == enterprise.grid), enterprise.grid),
        doubtful=_doubt(enterprise.uscc),
        may_edit=may_edit(current_person(), industries),
    )


def read_filters() -> Filters:
    """The filters of the address; what is none narrows nothing."""
    status, risk, lacking = (request.args.get(name, "") for name in ("status", "risk", "lacking"))
    return Filters(
        search=_text("q"),
        industry=_text("industry"),
        town=_text("town"),
        grid=_text("grid"),
        status=status if status in words.STATUSES else "",
        risk=risk if risk in list(RiskClass) else "",
        emerging=request.args.get("emerging") == "1",
        tag=_text("tag"),
        lacking=lacking if lacking in words.LACKING else "",
    )


def read_place() -> Place | None:
    """A place in the list; a mangled address begins at the top."""
    before, after = request.args.get("before"), request.args.get("after")
    number = before or after or ""
    known = number.isascii() and number.isdecimal() and len(number) <= 15
    return Place(int(number), before is not None) if known else None


def link(place: Place | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given."""
    args: dict[str, Any] = {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
    if place is not None:
        args["before" if place.backwards else "after"] = place.seq
    return url_for("enterprises.index", **args)


def _doubt(code: str) -> str | None:
    """What is doubtful about a credit code, in words."""
    trouble = credit_code_trouble(code)
    return Problem(trouble[0], **trouble[1]).detail(str(get_locale())) if trouble else None


def _text(name: str) -> str:
    """What an address says, without what no database takes."""
    return request.args.get(name, "").replace("\0", "").strip()[:SEARCH_LENGTH]


def _kept() -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _columns() -> list[tuple[str, str]]:
    heads = {name: str(word) for name, word in words.FIELDS.items()}
    heads |= {
        "industry": _("Industry code"),
        "industry_name": _("Industry"),
        "town_code": _("Town code"),
        "lat": heads["lat_e7"],
        "lon": heads["lon_e7"],
    }
    return [(name, heads[name]) for name in COLUMNS]


def _file_rows(filters: Filters) -> Iterator[dict[str, Any]]:
    industries = listing.choices().industries
    for one in listing.each(filters):
        yield _file_row(one) | {"industry_name": industries.get(one.industry, "")}


def _file_row(one: Enterprise) -> dict[str, Any]:
    row = {name: getattr(one, name, None) for name in COLUMNS}
    return row | {
        "entity_type": str(words.TYPES[one.entity_type]),
        "status": str(words.STATUSES[one.status]),
        "risk_class": str(one.risk_class),
        "tags": "、".join(one.tags or ()),
        "lat": None if one.lat_e7 is None else one.lat_e7 / 10**7,
        "lon": None if one.lon_e7 is None else one.lon_e7 / 10**7,
    }
