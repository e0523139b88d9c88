"""The office's pages of the annual plan: a year, and the plan of one department."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.current import current_person
from server.accounts.naming import labels
from server.infra.db import transaction
from server.kernel import instants
from server.kernel.problems import Problem
from server.planning.plans import actions, forewarning, ports, publishing, queries, rules, words
from server.planning.plans.forms import REASON_LENGTH, SchemeForm
from server.planning.plans.model import Filing
from server.registry.credit.policies import in_force, today
from server.web.exports import exported
from server.web.fields import tidy
from server.web.gate import allow

blueprint = Blueprint("plans", __name__, url_prefix="/office/plans", template_folder="templates")

READERS = ("office", "head", "planner", "liaison", "supervisor", "admin")
WRITERS = ("liaison", "planner")
SHOWN_AT_THE_FORM = ("reason-needed", "plan-scheme-missing")


@blueprint.get("")
@allow(*READERS)
def index() -> str:
    """A year: whose plan is how far, the county's plan, what waits for the office."""
    year, person = asked_year(), current_person()
    filings = queries.filings(year)
    minimum = in_force(today()).minimum
    own = next((one for one in filings if one.department == person.department), None)
    return render_template(
        "plans/index.html",
        year=year,
        lines=[
            (one, [row for row in one.rows if queries.is_live(row)], is_late(one)) for one in filings
        ],
        sum_of=lambda rows: sum(rules.target(queries.as_rule(row), minimum) for row in rows),
        missing=queries.leads_without_plan(year),
        own=own,
        may_begin=own is None and rules.may_write(person.roles, person.department, person.department or ""),
        is_office="office" in person.roles,
        plan=queries.newest_plan(year),
        unapproved=queries.awaiting_approval(year),
        **in_words(),
    )


@blueprint.get("/table.<form>")
@allow(*READERS)
def export(form: str) -> Response:
    """All that is accepted or published so far of a year, as a file."""
    document = publishing.coming(asked_year()).document
    rows = (words.exported_row(row, document["departments"]) for row in document["rows"])
    return exported(_("Annual plan"), words.columns(), rows, form)


@blueprint.post("")
@allow(*WRITERS)
def begin() -> ResponseReturnValue:
    """Begin the own department's plan."""
    with transaction():
        filing = actions.begin(current_person(), asked_year())
    return redirect(url_for("plans.show", filing_id=filing.id), 303)


@blueprint.get("/filings/<filing_id>")
@allow(*READERS)
def show(filing_id: str) -> str:
    """One department's plan."""
    return filing_page(queries.filing(filing_id))


@blueprint.post("/filings/<filing_id>/scheme")
@allow(*WRITERS)
def write_scheme(filing_id: str) -> ResponseReturnValue:
    """Write the scheme; if a colleague did meanwhile, both are shown."""
    form = SchemeForm()
    filing = queries.filing(filing_id)
    if not form.validate():
        return filing_page(filing, form), 422
    try:
        with transaction():
            actions.write_scheme(current_person(), filing_id, form.scheme.data, number(form.revision.data))
    except Problem as problem:
        if problem.code != "plan-changed-meanwhile":
            raise
        theirs = scheme_form(queries.filing(filing_id))
        both = form.meet(theirs)
        rows = (
            [(str(form.scheme.label.text), filing.scheme, both.scheme.data)]
            if both.scheme.data != filing.scheme
            else []
        )
        return filing_page(filing, form, problem, rows), problem.status
    return redirect(url_for("plans.show", filing_id=filing_id, _anchor="scheme"), 303)


@blueprint.get("/filings/<filing_id>/filing")
@allow(*READERS)
def look_over(filing_id: str) -> str:
    """What to know before filing: what is missing, and what is only warned of."""
    filing = queries.filing(filing_id)
    rows = [row for row in filing.rows if queries.is_live(row)]
    as_rules = [queries.as_rule(row) for row in rows]
    policy, listed = in_force(today()), queries.listed({row.industry for row in rows})
    taking_part = dict.fromkeys(code for row in as_rules for code in row.all_departments)
    person = current_person()
    return render_template(
        "plans/look_over.html",
        filing=filing,
        rows=rows,
        faults=[
            (row, [one.detail(str(get_locale())) for one in found])
            for row in rows
            if (found := actions.check_row(row, listed.get(row.industry, {}), policy.minimum))
        ],
        posts=queries.posts_lacking(taking_part),
        outside=[one for one in rows if rules.is_outside_window(one.first_month, one.last_month)],
        beyond=[row for row, one in zip(rows, as_rules, strict=True) if rules.is_outside_campaign(one)],
        late=is_late(filing) if filing.filed_at else rules.is_late(today(), filing.year),
        warned=_warned(filing, as_rules),
        may_file=rules.may_write(person.roles, person.department, filing.department)
        and queries.is_writable(filing),
        **in_words(),
    )


def _warned(filing: Filing, rows: list[rules.Row]) -> dict[str, Any]:
    """Caps, repetitions and full months, over all plans of the year."""
    policy = in_force(today())
    every = [queries.as_rule(row) for row in queries.live_rows(filing.year)]
    subjects = queries.subjects({row.industry for row in rows}, filing.year, today())
    mine = {code for row in rows for code in row.all_departments}
    caps: list[forewarning.CapWarning] = []
    repeats: list[forewarning.RepeatWarning] = []
    told: set[str] = set()
    sent = ports.rows_sent([one.id for one in every])  # what is dispatched counts by its visits
    ahead = [one for one in every if one.id not in sent]
    for row in rows:
        others = [one for one in every if one.id != row.id]
        if row.id not in sent:
            caps += forewarning.over_cap(row, [one for one in ahead if one.id != row.id], subjects, policy)
        repeats += forewarning.repeats(row, [one for one in others if one.id not in told], subjects)
        told.add(row.id)  # of two rows of this plan only once
    days = queries.working_days(filing.year)
    full = forewarning.too_full(every, queries.officers(today()), days, policy.minimum)
    return {"caps": caps, "repeats": repeats, "full": [one for one in full if one.department in mine]}


@blueprint.post("/filings/<filing_id>/filing")
@allow(*WRITERS)
def file(filing_id: str) -> ResponseReturnValue:
    """Hand the plan to the office."""
    return done(filing_id, "file", lambda: actions.file(current_person(), filing_id))


@blueprint.post("/filings/<filing_id>/taking-back")
@allow(*WRITERS)
def take_back(filing_id: str) -> ResponseReturnValue:
    """Write on at what was filed."""
    return done(filing_id, "back", lambda: actions.take_back(current_person(), filing_id))


@blueprint.post("/filings/<filing_id>/return")
@allow("office")
def return_(filing_id: str) -> ResponseReturnValue:
    """Send a plan back."""
    return done(filing_id, "return", lambda: actions.return_(current_person(), filing_id, reason()))


@blueprint.post("/filings/<filing_id>/acceptance")
@allow("office")
def accept(filing_id: str) -> ResponseReturnValue:
    """Take a plan into the county's."""
    return done(filing_id, "accept", lambda: actions.accept(current_person(), filing_id))


def done(filing_id: str, form: str, deed: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the plan; a form that was not filled in is shown again with what was typed."""
    filing = queries.filing(filing_id)
    try:
        with transaction():
            deed()
    except Problem as problem:
        if problem.code not in SHOWN_AT_THE_FORM:
            raise
        return filing_page(filing, problem=problem, refused=form), problem.status
    return redirect(url_for("plans.show", filing_id=filing_id), 303)


def filing_page(
    filing: Filing,
    form: SchemeForm | None = None,
    problem: Problem | None = None,
    both: list[tuple[str, str, str]] | None = None,
    refused: str = "",
) -> str:
    """The page of one department's plan; where a form was refused, with that form as typed."""
    person = current_person()
    mine = rules.may_write(person.roles, person.department, filing.department)
    minimum = in_force(today()).minimum
    return render_template(
        "plans/filing.html",
        filing=filing,
        rows=[row for row in filing.rows if queries.is_live(row)],
        gone=[row for row in filing.rows if not queries.is_live(row)],
        target=lambda row: rules.target(queries.as_rule(row), minimum),
        late=is_late(filing),
        writes=mine and queries.is_writable(filing),
        may_take_back=mine and filing.state in rules.REVIEWED,
        reviews="office" in person.roles and filing.state in rules.REVIEWED,
        choices=queries.industries_for(filing.department),
        campaigns=queries.open_campaigns(filing.year),
        form=form or scheme_form(filing),
        problem=problem,
        message=said(problem),
        both=both,
        refused=refused,
        deeds=queries.history(filing.id),
        **in_words(),
    )


def scheme_form(filing: Filing) -> SchemeForm:
    """The form of a scheme, with what is stored."""
    return SchemeForm(formdata=None, data={"scheme": filing.scheme, "revision": str(filing.revision)})


def is_late(filing: Filing) -> bool:
    """Whether a plan was filed after 30 April."""
    return filing.filed_at is not None and rules.is_late(instants.local(filing.filed_at).date(), filing.year)


def in_words() -> dict[str, Any]:
    """What all pages of the plan tell their codes with."""
    return {
        "names": labels(),
        "industries": {code: one.name for code, one in queries.industries().items()},
        "words": words,
        "reason_length": REASON_LENGTH,
        "this_year": today().year,
        "today": today(),
        "forms": ("xlsx", "csv", "json"),
    }


def asked_year() -> int:
    """The year an address or a form names; this one if it names none."""
    typed = request.values.get("year", "")
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else today().year
    return year if 2000 <= year <= 2100 else today().year


def reason() -> str:
    """The reason a form gives."""
    given = tidy(request.form.get("reason"))
    if not 1 <= len(given) <= REASON_LENGTH:
        raise Problem("reason-needed", field="reason", length=REASON_LENGTH)
    return given


def said(problem: Problem | None) -> str:
    """A problem in the reader's language."""
    return problem.detail(str(get_locale())) if problem else ""


def number(typed: str | None) -> int:
    """A revision from a form; what is none is older than any."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 9 else -1
