"""The forms of calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from server.accounts.model import Department
from server.accounts.naming import label
from server.kernel.instants import SHANGHAI
from server.planning.calls import words
from server.planning.calls.actions import Wish
from server.planning.calls.rules import LEAST_HEADS, Cause, TeamBy, without_numbers
from server.planning.calls.sending import Choice
from server.registry.credit.model import Trigger
from server.registry.model import Enterprise
from server.web.fields import ManyField, area, day, line, needed, options

REASON_LENGTH = 500


class InstantField(DateTimeLocalField):
    """A day and a time, with our words for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the browser's form of it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is no day and time.")) from error


class CallForm(FlaskForm):
    """Why, whom, by when, and for which half day."""

    enterprise = HiddenField()
    industry = SelectField(_("Industry"))
    cause = RadioField(
        _("Cause"), [InputRequired(_("Choose one."))], choices=options(words.CAUSES.items())
    )
    trigger = SelectField(_("Noted trigger"), validate_choice=False)
    matter = line(_("Matter concerned"), 200)
    detail = area(_("What it is about"), 1000, needed(), rows=4)
    departments = ManyField(_("Departments called"))
    due_at = InstantField(
        _("Answer by"), [InputRequired(_("Fill this in."))], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    day = day(_("Day of the visit"))
    half = RadioField(_("Half of the day"), choices=options(words.HALVES.items()), default="am")
    unannounced = BooleanField(_("Without prior notice; the team learns where it goes two hours before"))
    over_cap_reason = area(_("Why the yearly cap is exceeded"), REASON_LENGTH)

    def offer(
        self,
        industries: Sequence[tuple[str, str]],
        triggers: Sequence[Trigger],
        departments: Sequence[Department],
        without_items: Collection[str],
    ) -> None:
        """Name what there is to choose from."""
        self.industry.choices = options(industries)
        self.trigger.choices = options([("", "–"), *((one.id, _trigger(one)) for one in triggers)])
        self.departments.choices = options((one.code, _called(one, without_items)) for one in departments)

    def wish(self, enterprise: Enterprise) -> Wish:
        """What was typed."""
        return Wish(
            enterprise_id=enterprise.id,
            industry=self.industry.data,
            cause=Cause(self.cause.data),
            matter=self.matter.data,
            detail=self.detail.data,
            departments=self.departments.data or [],
            due_at=self.due_at.data.replace(tzinfo=SHANGHAI),
            day=self.day.data,
            half=self.half.data,
            trigger_id=self.trigger.data or None,
            over_cap_reason=self.over_cap_reason.data,
            unannounced=self.unannounced.data,
        )


class AnswerForm(FlaskForm):
    """A called department comes, or cannot."""

    comes = RadioField(
        _("Does your department come?"),
        [InputRequired(_("Choose one."))],
        choices=options([("yes", _("It comes")), ("no", _("It cannot come"))]),
    )
    heads = IntegerField(_("How many officers"), [Optional()], default=LEAST_HEADS)
    reason = area(_("Why it cannot come"), REASON_LENGTH)


class TeamForm(FlaskForm):
    """How the team is found."""

    way = RadioField(
        _("How the team is found"),
        choices=options(
            [(TeamBy.DRAW, _("Drawn at random by the server")), (TeamBy.APPOINTED, _("Appointed by name"))]
        ),
        default=TeamBy.DRAW,
    )
    heads = IntegerField(
        _("Officers of my department, where they are drawn"), [Optional()], default=LEAST_HEADS
    )
    reason = area(_("Why it is appointed"), REASON_LENGTH)
    officers = ManyField(_("Officers"), validate_choice=False)
    lead = SelectField(_("Who leads"), validate_choice=False)
    over_cap_reason = area(_("Why the yearly cap is exceeded"), REASON_LENGTH)

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(
            way=TeamBy(self.way.data),
            heads=self.heads.data or 0,
            reason=self.reason.data,
            officers=frozenset(self.officers.data or ()),
            lead=self.lead.data or "",
            over_cap_reason=self.over_cap_reason.data,
        )


class WithoutForm(FlaskForm):
    """Going on without a department that said it comes."""

    department = SelectField(_("Department"), validate_choice=False)
    reason = area(_("Reason"), REASON_LENGTH, needed())


class OffForm(FlaskForm):
    """Called off."""

    reason = area(_("Reason"), REASON_LENGTH, needed())


def due_shown(due: dt.datetime) -> dt.datetime:
    """An instant as its field shows it: on the county's clock, without saying so."""
    return due.astimezone(SHANGHAI).replace(tzinfo=None)


def _called(one: Department, without_items: Collection[str]) -> str:
    if one.code not in without_items:
        return label(one)
    return str(_("%(name)s (no items in the list)", name=label(one)))


def _trigger(one: Trigger) -> str:
    """A trigger may be another department's: what tells who complained stays there."""
    return without_numbers(f"{one.at:%Y-%m-%d} {one.matter} {one.detail}")[:80]
