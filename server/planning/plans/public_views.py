"""The county's plan for everybody, without an account: the newest version, earlier ones, what was changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from server.catalogue.words import methods
from server.kernel.problems import Problem
from server.planning.plans import documents, paper, queries, words
from server.planning.plans.model import CountyPlan
from server.web.exports import exported
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("county_plans", __name__, url_prefix="/plans", template_folder="templates")


@blueprint.get("")
@allow(PUBLIC)
def index() -> str:
    """The years that have a plan."""
    years = queries.published_years()
    return render_template("plans/public_index.html", years=years)


@blueprint.get("/<int:year>")
@allow(PUBLIC)
def show(year: int) -> str:
    """The version that counts."""
    return _page(year, None)


@blueprint.get("/<int:year>/<int:version>")
@allow(PUBLIC)
def version(year: int, version: int) -> str:
    """One version, which stays as it is."""
    return _page(year, version)


@blueprint.get("/<int:year>/<int:version>/plan.pdf")
@allow(PUBLIC)
def pdf(year: int, version: int) -> Response:
    """A version on paper."""
    return paper.sent(_plan(year, version))


@blueprint.get("/<int:year>/<int:version>/table.<form>")
@allow(PUBLIC)
def export(year: int, version: int, form: str) -> Response:
    """A version as a file."""
    document = _plan(year, version).document
    rows = (words.exported_row(row, document["departments"]) for row in document["rows"])
    return exported(f"{_('Annual plan')}-{year}-v{version}", words.columns(), rows, form)


def _plan(year: int, version: int | None) -> CountyPlan:
    if not 0 <= (version or 0) < 1_000_000 or year >= 10_000:
        raise Problem("not-found")
    return queries.plan(year, version)


def _page(year: int, version: int | None) -> str:
    plan = _plan(year, version)
    versions = queries.versions(year)
    return render_template(
        "plans/public_plan.html",
        plan=plan,
        document=plan.document,
        names=plan.document["departments"],
        versions=versions,
        is_newest=plan.id == versions[0].id,
        totals=documents.totals(plan.document),
        frequency=_frequency,
        percent=documents.percent,
        methods=methods,
        words=words,
        forms=("xlsx", "csv", "json"),
    )


def _frequency(rate: list[int] | None) -> Any:
    if rate is None:
        return _("no cap")
    return _("%(times)s in %(years)s year(s)", times=rate[0], years=rate[1])
