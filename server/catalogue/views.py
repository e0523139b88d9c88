"""The office's pages of lists: industries, their versions, what changed between two, exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from server.accounts.current import current_person
from server.accounts.model import Department
from server.catalogue import exporting, industries, listing, words
from server.catalogue.comparing import compare
from server.catalogue.drafts import queries, rules
from server.catalogue.forms import IndustryForm, blank, filled
from server.infra.db import transaction
from server.kernel.problems import Problem
from server.web.exports import exported
from server.web.fields import tidy_line
from server.web.gate import allow

blueprint = Blueprint("catalogue", __name__, url_prefix="/office/catalogue", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
SEARCH_LENGTH = 100


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """All industries, with their lead and their list in force."""
    search = tidy_line(request.args.get("q"))[:SEARCH_LENGTH]
    department = tidy_line(request.args.get("department"))
    lines = listing.page(search, department or None, tidy_line(request.args.get("after")) or None)
    return render_template(
        "catalogue/index.html",
        lines=lines[: listing.PAGE],
        more=lines[listing.PAGE - 1].industry.code if len(lines) > listing.PAGE else None,
        open_editions=queries.open_editions([line.industry.code for line in lines]),
        search=search,
        department=department,
        search_length=SEARCH_LENGTH,
        **in_words(),
    )


@blueprint.get("/new")
@allow("office")
def new() -> str:
    """The form of a new industry."""
    return _form(IndustryForm(data=blank(_inspecting())), None)


@blueprint.post("")
@allow("office")
def enter() -> ResponseReturnValue:
    """Enter an industry; what was typed stays if it cannot be done."""
    form = IndustryForm()
    form.offer(_inspecting())
    if not form.validate():
        return _form(form, None), 422
    try:
        with transaction():
            industries.enter(current_person(), form.code.data, form.entry())
    except Problem as problem:
        return _form(form, None, problem), problem.status
    return redirect(url_for("catalogue.show", code=form.code.data), 303)


@blueprint.get("/<code>")
@allow(*READERS)
def show(code: str) -> str:
    """One industry: what its list says of it, who takes part, its versions, and the edition under way."""
    return industry_page(code)


@blueprint.get("/<code>/description")
@allow("office")
def edit(code: str) -> str:
    """The form of what the list says about an industry."""
    industry = listing.industry(code)
    form = IndustryForm(data=filled(industry, listing.taking_part(code), _inspecting()))
    return _form(form, code)


@blueprint.post("/<code>/description")
@allow("office")
def change(code: str) -> ResponseReturnValue:
    """Change it; if somebody else did meanwhile, both are shown and nothing typed is lost."""
    industry = listing.industry(code)
    form = IndustryForm()
    form.code.data = code
    form.offer(_inspecting())
    if not form.validate():
        return _form(form, code), 422
    try:
        with transaction():
            revision = number(form.revision.data)
            industries.change(current_person(), code, form.entry(), revision)
    except Problem as problem:
        differing = _meet(form, code) if problem.code == "list-changed-meanwhile" else None
        return _form(form, code, problem, differing), problem.status
    return redirect(url_for("catalogue.show", code=industry.code), 303)


@blueprint.get("/<code>/versions/<version_id>")
@allow(*READERS)
def version(code: str, version_id: str) -> str:
    """One published version, item by item; it prints."""
    found = listing.version(version_id, code)
    return render_template(
        "catalogue/version.html",
        industry=listing.industry(code),
        version=found,
        before=listing.version_before(found),
        **in_words(),
    )


@blueprint.get("/<code>/versions/<version_id>.<form>")
@allow(*READERS)
def export(code: str, version_id: str, form: str) -> Response:
    """One published version as a file."""
    found = listing.version(version_id, code)
    columns, rows = exporting.table(found.items, in_words()["names"])
    return exported(f"{listing.industry(code).name}-{found.version}", columns, rows, form)


@blueprint.get("/<code>/comparison")
@allow(*READERS)
def comparison(code: str) -> str:
    """What differs between any two versions of a list; it prints."""
    versions = listing.versions(code)
    after = _chosen(versions, request.args.get("after"), 0)
    before = _chosen(versions, request.args.get("before"), 1)
    found = compare(before.items, after.items) if before and after else None
    return render_template(
        "catalogue/comparison.html",
        industry=listing.industry(code),
        versions=versions,
        before=before,
        after=after,
        comparison=found,
        **in_words(),
    )


def industry_page(code: str, problem: Problem | None = None) -> str:
    """The page of one industry; where its form was refused, with that form open."""
    industry = listing.industry(code)
    person = current_person()
    mine = rules.parts(person.roles, person.department, industry.lead_department, ())
    return render_template(
        "catalogue/show.html",
        industry=industry,
        shares=listing.taking_part(code),
        versions=listing.versions(code),
        edition=queries.open_edition(code),
        editions=queries.editions(code),
        counts=queries.counts(code),
        may_open=rules.may_open(mine),
        is_office="office" in person.roles,
        problem=problem,
        message=said(problem),
        **in_words(),
    )


def in_words() -> dict[str, Any]:
    """What all pages of lists tell their codes with."""
    departments = listing.departments()
    english = str(get_locale()) == "en"
    names = {code: one.name_en if english else one.short_name for code, one in departments.items()}
    return {
        "departments": list(departments.values()),
        "names": names,
        "words": words,
        "word": words.word,
        "told": lambda member, value: words.told(member, value, names),
        "forms": ("xlsx", "csv", "json"),
    }


def said(problem: Problem | None) -> str:
    """A problem in the reader's language."""
    return problem.detail(str(get_locale())) if problem else ""


def number(typed: str | None) -> int:
    """A revision from a form; what is none is older than any."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 9 else 0


def _form(
    form: IndustryForm,
    code: str | None,
    problem: Problem | None = None,
    differing: Sequence[tuple[str, str, str]] | None = None,
) -> str:
    form.offer(_inspecting())
    return render_template(
        "catalogue/form.html",
        form=form,
        code=code,
        problem=problem,
        message=said(problem),
        differing=differing,
        **in_words(),
    )


def _meet(form: IndustryForm, code: str) -> list[tuple[str, str, str]]:
    """Take in what is stored now; what both changed, as stored and as typed, by the labels of the form."""
    theirs = filled(listing.industry(code), listing.taking_part(code), _inspecting())
    both = form.meet(IndustryForm(formdata=None, data=theirs))
    rows = [
        (str(field.label.text), str(theirs[field.name]), str(field.data))
        for field in both
        if field.name in theirs.keys() - {"revision", "departments"} and theirs[field.name] != field.data
    ]
    stored, typed = _shared(theirs["departments"]), _shared(both.departments.data)
    return rows + ([(gettext("Departments"), stored, typed)] if stored != typed else [])


def _shared(shares: Sequence[dict[str, Any]]) -> str:
    names = in_words()["names"]
    taking_part = (share for share in shares if share["takes_part"])
    return "；".join(
        names.get(one["code"], one["code"]) + (f"：{one['division']}" if one["division"] else "")
        for one in taking_part
    )


def _inspecting() -> list[Department]:
    return [one for one in listing.departments().values() if one.can_inspect]


def _chosen(versions: Sequence[Any], wanted: str | None, otherwise: int) -> Any:
    by_id = {one.id: one for one in versions}
    if wanted in by_id:
        return by_id[wanted]
    return versions[otherwise] if len(versions) > otherwise else None
