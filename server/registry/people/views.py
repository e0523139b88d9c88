"""The office's pages of officers: the list, its export, one officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.rules import Role
from server.registry.people import actions, away_views, entry_views, listing, review_views, rules, words
from server.registry.people.listing import Filters, Place, Row
from server.registry.people.pages import SEARCH_LENGTH, names_of, officer_page, text
from server.registry.people.rules import READERS, WRITERS, CertificateState
from server.web.exports import exported
from server.web.gate import allow

blueprint = Blueprint("officers", __name__, url_prefix="/office/officers", template_folder="templates")
blueprint.register_blueprint(entry_views.blueprint)
blueprint.register_blueprint(away_views.blueprint)
blueprint.register_blueprint(review_views.blueprint)

FILTERS = ("department", "industry", "grid", "certificate", "duty", "leads", "lacks", "q")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """The register, narrowed as the address says."""
    return render_template(
        "people/officers.html",
        page=listing.page_of_officers(_filters(), _place()),
        filters=request.args,
        departments=listing.departments(),
        industries=listing.industries(),
        grids=listing.grids(),
        writes=bool({*WRITERS} & current_person().roles),
        words=words,
        link=_link,
        export=_export,
        search_length=SEARCH_LENGTH,
    )


@blueprint.get("/export.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """The list as filtered, as a file."""
    names = names_of()
    rows = (_exported(row, names) for row in listing.all_officers(_filters()))
    return exported(_("Officers"), _columns(), rows, form)


@blueprint.get("/<uuid:person_id>")
@allow(*READERS)
def show(person_id: Any) -> str:
    """One officer: the certificate, what keeps them away, the history."""
    return officer_page(listing.officer_by(str(person_id)))


@blueprint.get("/subjects")
@allow(*WRITERS, Role.INSPECTOR)
def subjects() -> str:
    """Which subjects are meant, said beneath the field while a code or a name is typed."""
    typed = text("uscc")
    return render_template(
        "people/subjects.html",
        typed=typed,
        complete=rules.CREDIT_CODE.fullmatch(typed.upper()) is not None,
        subjects=listing.subjects_like(typed),
    )


def _columns() -> list[tuple[str, str]]:
    """What an export has: members and their heads."""
    fields = {name: str(words.FIELDS[name]) for name in actions.Entry.__dataclass_fields__}
    about = {"name": _("Full name"), "username": _("User name"), "department": _("Department")}
    states = {"certificate": _("Certificate"), "duty": _("Today")}
    return list((about | fields | states).items())


def _exported(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    entry = {one: getattr(row.officer, one) for one in actions.Entry.__dataclass_fields__}
    for one in ("specialties", "grids"):
        entry[one] = [names.get(code, code) for code in entry[one]]
    return {
        "name": row.person.name,
        "username": row.person.username,
        "department": row.department.name,
        **entry,
        "certificate": str(words.CERTIFICATES[row.certificate][0]),
        "duty": str(words.ABSENCES[row.away.kind] if row.away else words.DUTIES["on"]),  # type: ignore[index]
    }


def _filters() -> Filters:
    args = request.args
    certificate, duty = args.get("certificate"), args.get("duty")
    return Filters(
        department=text("department") or None,
        industry=text("industry") or None,
        grid=text("grid") or None,
        certificate=certificate if certificate in list(CertificateState) else None,
        duty=duty if duty in words.DUTIES else None,
        leads=args.get("leads") == "1",
        lacks=args.get("lacks") if args.get("lacks") in words.LACKS else None,
        search=text("q"),
    )


def _place() -> Place | None:
    """A place in the list, from `ORDER,USERNAME`; a mangled address begins at the top."""
    before = request.args.get("before")
    order, _comma, username = (before or request.args.get("after") or "").partition(",")
    username = username.replace("\0", "")
    if not order.isdecimal() or len(order) > 9 or not username:
        return None
    return Place(int(order), username, before is not None)


def _link(place: Place | None = None, **changes: str | None) -> str:
    """The address of this list with some filters changed, at a place if one is given."""
    args = _narrowing(**changes)
    if place is not None:
        args["before" if place.backwards else "after"] = f"{place.order},{place.username}"
    return url_for("officers.index", **args)


def _export(form: str) -> str:
    """The address of this list as a file."""
    return url_for("officers.export", form=form, **_narrowing())


def _narrowing(**changes: str | None) -> dict[str, Any]:
    return {name: changes.get(name, request.args.get(name)) or None for name in FILTERS}
