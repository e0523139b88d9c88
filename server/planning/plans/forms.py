"""The forms of the annual plan: a planned inspection, a scheme, a campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields import SelectChoice

from server.catalogue.model import Industry
from server.catalogue.words import METHODS
from server.kernel.problems import Problem
from server.planning.files.forms import paper
from server.planning.plans import words
from server.planning.plans.actions import Entry
from server.planning.plans.model import Campaign, PlanRow
from server.planning.plans.publishing import Call
from server.planning.plans.rules import Matters, PlanMode, months_within
from server.registry.credit.forms import RatioField
from server.registry.credit.policy import Policy
from server.registry.model import Town
from server.registry.rules import RiskClass
from server.web.fields import ManyField, area, day, line, needed, options, tidy_line
from server.web.revised import RevisedForm

REASON_LENGTH = 500
SCHEME_LENGTH = 20_000
MONTHS = [(str(month), _("Month %(month)s", month=month)) for month in range(1, 13)]
BATCHES = [(str(one), str(one)) for one in range(1, 13)]


class Telling(FlaskForm):
    """A form that says problems at their fields."""

    def told(self, problem: Problem) -> bool:
        """Put a problem at its field; says whether it has one here."""
        if not problem.field or problem.field not in self:
            return False
        field = self[problem.field]
        field.errors = [*field.errors, problem.detail(str(get_locale()))]
        return True


class RowForm(RevisedForm, Telling):
    """A planned inspection. A department takes part where one of its matters is ticked."""

    name = line(_("Name of the inspection"), 200, needed())
    matters = ManyField(_("Departments and their matters"))
    first_month = SelectField(_("From"), choices=options(MONTHS))
    last_month = SelectField(_("Until"), choices=options(MONTHS))
    batch = SelectField(_("Batch"), choices=options(BATCHES), default="1")
    mode = SelectField(_("Drawn from"), choices=options(words.MODES.items()))
    scope_towns = ManyField(_("Towns"))
    scope_tags = line(_("Tags, apart by commas"), 200)
    methods = ManyField(_("Method"), choices=options(METHODS.items()))
    unannounced = BooleanField(_("Unannounced: no prior notice to the enterprises"))
    window_reason = area(
        _("Reason for months outside May to November or outside the campaign"), REASON_LENGTH
    )
    single_reason = area(_("Reason for going as a single department"), REASON_LENGTH)
    attachment = paper(_("Superior's order"))

    def offer(self, listed: Matters, towns: Iterable[Town]) -> None:
        """Name the matters and towns there are to choose from."""
        self.matters.choices = [
            SelectChoice(f"{code}:{name}", name) for code, names in listed.items() for name in names
        ]
        self.scope_towns.choices = [SelectChoice(one.code, one.name) for one in towns]

    def groups(self) -> dict[str, list[Any]]:
        """The boxes of the matters by department."""
        found: dict[str, list[Any]] = {}
        for box in self.matters:
            found.setdefault(str(box.data).partition(":")[0], []).append(box)
        return found

    def entry(self) -> Entry:
        """What was typed."""
        matters: dict[str, list[str]] = {}
        for ticked in self.matters.data or []:
            code, _colon, name = ticked.partition(":")
            matters.setdefault(code, []).append(name)
        return Entry(
            name=self.name.data,
            matters=matters,
            ratios={str(one): self[f"ratio_{one}"].data for one in RiskClass},
            first_month=int(self.first_month.data),
            last_month=int(self.last_month.data),
            batch=int(self.batch.data),
            mode=PlanMode(self.mode.data),
            towns=self.scope_towns.data or [],
            tags=tags_of(self.scope_tags.data),
            method="、".join(self.methods.data or []),
            unannounced=self.unannounced.data,
            window_reason=self.window_reason.data or "",
            single_reason=self.single_reason.data or "",
        )

for _one in RiskClass:
    setattr(RowForm, f"ratio_{_one}", RatioField(words.FIELDS[_one], render_kw={"inputmode": "decimal"}))


def blank(
    industry: Industry,
    year: int,
    listed: Matters,
    department: str,
    policy: Policy,
    campaign: Campaign | None = None,
) -> dict[str, Any]:
    """What the form begins with: all matters of all departments, the ratios of the policy in force."""
    first, last = months_within(campaign.days if campaign else None, year)
    joint = listed if industry.lead_department == department else {department: listed.get(department, [])}
    return {
        "name": gettext("Joint inspection of %(industry)s, %(year)s", industry=industry.name, year=year),
        "matters": [f"{code}:{name}" for code, names in joint.items() for name in names],
        **{f"ratio_{one}": policy.rate(one).ratio for one in RiskClass},
        "first_month": str(first),
        "last_month": str(last),
        "mode": PlanMode.OPEN.value,
        "methods": [next(iter(METHODS))],
        "revision": "0",
    }


def filled(row: PlanRow) -> dict[str, Any]:
    """What the form shows of a row."""
    return {
        "name": row.name,
        "matters": [f"{code}:{name}" for code, names in row.matters.items() for name in names],
        **{f"ratio_{one}": row.ratios.get(one, 0) for one in RiskClass},
        "first_month": str(row.first_month),
        "last_month": str(row.last_month),
        "batch": str(row.batch),
        "mode": row.mode,
        "scope_towns": list(row.scope.get("towns", ())),
        "scope_tags": "，".join(row.scope.get("tags", ())),
        "methods": [one for one in row.method.split("、") if one],
        "unannounced": row.unannounced,
        "window_reason": row.window_reason,
        "single_reason": row.single_reason,
        "revision": str(row.revision),
    }


def differing(stored: RowForm, both: RowForm, labels: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Where what is stored and what was typed differ: the field and both, in words."""
    for field in both:
        if field.name not in ("revision", "opened", "csrf_token") and field.data != stored[field.name].data:
            yield str(field.label.text), _said(stored[field.name].data, labels), _said(field.data, labels)


def tags_of(typed: str | None) -> list[str]:
    """Tags apart by commas of either script."""
    parts = (tidy_line(one) for one in (typed or "").replace("，", ",").replace("、", ",").split(","))
    return list(dict.fromkeys(one for one in parts if one))


class SchemeForm(RevisedForm):
    """The scheme of a department's plan (检查方案)."""

    scheme = area(_("Scheme: aims, organisation, steps, demands"), SCHEME_LENGTH, needed(), rows=10)


class CampaignForm(Telling):
    """A special campaign of a superior."""

    name = line(_("Name of the campaign"), 200, needed())
    issuer = line(_("Ordered by"), 200, needed())
    document_number = line(_("Number of the document"), 100, needed())
    department = SelectField(_("Department whose superior orders it"))
    industries = ManyField(_("Industries it concerns"))
    since = day(_("From"))
    until = day(_("Until"))
    demands = area(_("What it demands"), 2000)
    attachment = paper(_("The document"))

    def offer(self, departments: Sequence[tuple[str, str]], industries: Iterable[Industry]) -> None:
        """Name what there is to choose from."""
        self.department.choices = options(departments)
        self.industries.choices = options((one.code, one.name) for one in industries)

    def validate_industries(self, field: ManyField) -> None:
        """A campaign concerns some industry."""
        if not field.data:
            raise ValidationError(gettext("Choose one at least."))

    def call(self, year: int) -> Call:
        """What was typed."""
        return Call(
            year=year,
            name=self.name.data,
            issuer=self.issuer.data,
            document_number=self.document_number.data,
            department=self.department.data,
            industries=sorted(self.industries.data),
            since=self.since.data,
            until=self.until.data,
            demands=self.demands.data or "",
        )


def _said(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(labels.get(one, one.partition(":")[2] or one) for one in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return "" if value is None else str(value)
