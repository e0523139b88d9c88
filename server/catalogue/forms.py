"""The office's form of an industry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectChoice, SelectField
from wtforms.validators import Regexp

from server.accounts.model import Department
from server.catalogue import words
from server.catalogue.industries import Entry
from server.catalogue.model import Industry, IndustryDepartment
from server.web.fields import area, at_most, line, needed, options, tidy_line
from server.web.revised import RevisedForm


class ShareForm(Form):
    """One department: whether it takes part, and its share of the work."""

    code = HiddenField()
    takes_part = BooleanField()
    division = line(_("Its share of the work"), 500)


class IndustryForm(RevisedForm):
    """An industry as its list describes it (R-102)."""

    code = line(
        _("Code"),
        16,
        needed(),
        Regexp(r"[A-Z][A-Z0-9]*\Z", message=_("Capital letters and figures, beginning with a letter.")),
    )
    name = line(_("Name of the industry"), 100, needed())
    object_definition = area(_("Who is checked"), 500, needed())
    risk_level = SelectField(_("Risk level"), choices=options(words.RISK_LEVELS.items()))
    risk_notes = area(_("Risks"), 500)
    per_object = line(_("Frequency for one subject"), 200)
    coverage = line(_("Coverage"), 200)
    prior_notice = SelectField(_("Prior notice"), choices=options(words.PRIOR_NOTICE.items()))
    prior_notice_text = line(_("Remark on prior notice"), 200)
    no_notice_scope = line(_("What is never announced"), 200)
    lead = SelectField(_("Lead department"), validate_choice=False, validators=[needed(), at_most(16)])
    departments = FieldList(FormField(ShareForm))

    def offer(self, departments: Sequence[Department]) -> None:
        """Name the departments there are to choose from."""
        names = (SelectChoice(one.code, one.name) for one in departments)
        self.lead.choices = [SelectChoice("", _("Choose")), *names]

    def entry(self) -> Entry:
        """What was typed."""
        shares = [one.form for one in self.departments if one.form.takes_part.data]
        divisions = {tidy_line(one.code.data): one.division.data for one in shares}
        return Entry(
            name=self.name.data,
            lead=self.lead.data,
            divisions={self.lead.data: "", **divisions} if self.lead.data else divisions,
            document={
                "object_definition": self.object_definition.data,
                "industry_risk_level": self.risk_level.data,
                "risk_notes": self.risk_notes.data,
                "suggested_frequency": {
                    "per_object": self.per_object.data,
                    "coverage": self.coverage.data,
                },
                "prior_notice": {
                    "default": self.prior_notice.data,
                    "text": self.prior_notice_text.data,
                    "no_notice_scope": self.no_notice_scope.data,
                },
            },
        )


def blank(departments: Sequence[Department]) -> dict[str, Any]:
    """What the form shows of an industry that is not there yet."""
    return {"risk_level": "中", "departments": _shares(departments, ())}


def filled(
    industry: Industry, shares: Iterable[IndustryDepartment], departments: Sequence[Department]
) -> dict[str, Any]:
    """What the form shows of an industry."""
    document = industry.document
    frequency, notice = document.get("suggested_frequency", {}), document.get("prior_notice", {})
    return {
        "code": industry.code,
        "name": industry.name,
        "object_definition": document.get("object_definition", ""),
        "risk_level": document.get("industry_risk_level", "中"),
        "risk_notes": document.get("risk_notes", ""),
        "per_object": frequency.get("per_object", ""),
        "coverage": frequency.get("coverage", ""),
        "prior_notice": notice.get("default", "YES"),
        "prior_notice_text": notice.get("text", ""),
        "no_notice_scope": notice.get("no_notice_scope", ""),
        "lead": industry.lead_department,
        "departments": _shares(departments, shares),
        "revision": str(industry.revision),
    }


def _shares(departments: Sequence[Department], shares: Iterable[IndustryDepartment]) -> list[dict[str, Any]]:
    division = {share.department: share.division for share in shares}
    return [
        {"code": one.code, "takes_part": one.code in division, "division": division.get(one.code, "")}
        for one in departments
    ]
