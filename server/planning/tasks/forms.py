"""The forms of tasks that no row of the plan brings: of a special campaign, or of a single department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, Form, FormField, SelectField
from wtforms.validators import InputRequired, NumberRange

from server.accounts.model import Department
from server.accounts.naming import label
from server.catalogue.model import Industry
from server.planning.files.forms import paper
from server.planning.plans.model import Campaign
from server.planning.tasks.talks.forms import count
from server.registry.credit.policy import Policy
from server.registry.rules import RiskClass
from server.web.fields import ManyField, area, line, needed, options

REASON_LENGTH = 500


def _percent(label: Any) -> DecimalField:
    return DecimalField(
        label,
        [InputRequired(_("Fill this in.")), NumberRange(0, 100, _("From %(min)s to %(max)s."))],
        places=2,
        render_kw={"min": 0, "max": 100, "step": "0.01", "inputmode": "decimal"},
    )


class RatioForm(Form):
    """How many of each class are drawn, in percent."""

    A = _percent("A")
    B = _percent("B")
    C = _percent("C")
    D = _percent("D")
    U = _percent(_("Unclassified"))


class TaskForm(FlaskForm):
    """What both ask."""

    name = line(_("Name of the task"), 200, needed())
    industry = SelectField(_("Industry"))
    lead = SelectField(_("Lead department"))
    ratios = FormField(RatioForm)
    basis = area(_("Legal basis"), 500, needed())
    unannounced = BooleanField(_("Unannounced: nobody is told beforehand"))
    release_hours = count(_("Shown to the team so many hours before"), 0, 72, default=2)

    def offer(self, industries: Sequence[Industry], leads: Sequence[Department]) -> None:
        """Name what there is to choose from."""
        self.industry.choices = options((one.code, one.name) for one in industries)
        self.lead.choices = options((one.code, label(one)) for one in leads)

    def hundredths(self) -> dict[str, int]:
        """The ratios as tasks keep them."""
        return {name: int(value * 100) for name, value in self.ratios.data.items() if name != "csrf_token"}


class CampaignForm(TaskForm):
    """A task of a special campaign: several departments."""

    campaign = SelectField(_("Special campaign"), validate_choice=False)
    departments = ManyField(_("Cooperating departments"))
    attachment = paper(_("Paper it rests on"))

    def offer_campaigns(self, campaigns: Sequence[Campaign], departments: Sequence[Department]) -> None:
        """Name the campaigns, and who may come along."""
        named = [(one.id, f"{one.name}（{one.document_number}）") for one in campaigns]
        self.campaign.choices = options([("", _("Choose")), *named])
        self.departments.choices = options((one.code, label(one)) for one in departments)


class SingleForm(TaskForm):
    """A task of a department alone: why it cannot be joint, and the paper that orders it (R-105)."""

    reason = area(_("Reason"), REASON_LENGTH, needed())
    attachment = paper(_("Paper it rests on"), required=True)


def blank(policy: Policy, department: str | None) -> dict[str, Any]:
    """What a form begins with: the ratios of the policy in force."""
    ratios = {one.value: policy.rate(one).ratio / 100 for one in RiskClass}
    return {"ratios": ratios, "lead": department, "release_hours": 2}
