"""The forms of a negotiation: terms as the lead proposes them, and as a department would have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from server.accounts.model import Department
from server.accounts.naming import label
from server.kernel import workdays
from server.kernel.instants import SHANGHAI
from server.planning.tasks.rules import Share, Terms
from server.planning.tasks.talks import words
from server.planning.tasks.talks.rules import MOST_EXPERTS, MOST_HEADS, MOST_VEHICLES, MOST_VISITS
from server.web.fields import ManyField, area, day, needed, options

REASON_LENGTH = 500
ANSWER_IN = 3  # working days offered for an answer


class CountField(IntegerField):
    """A whole number, with our words for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("A whole number, please.")) from error


def count(label: Any, least: int, most: int, *, optional: bool = False, **more: Any) -> CountField:
    """So many of something."""
    presence = Optional() if optional else InputRequired(_("Fill this in."))
    within = NumberRange(least, most, _("From %(min)s to %(max)s."))
    return CountField(label, [presence, within], render_kw={"min": least, "max": most}, **more)


class ShareForm(Form):
    """What one department brings to every visit."""

    department = HiddenField()
    heads = count(_("Officers on each visit"), 1, MOST_HEADS, default=2)
    vehicles = count(_("Vehicles"), 0, MOST_VEHICLES, default=0)


class TermsForm(FlaskForm):
    """Terms: days, halves of a day, who brings what, limits."""

    round = HiddenField()
    seen = HiddenField()
    since = day(_("First day"))
    until = day(_("Last day"))
    halves = ManyField(_("Halves of a day"), choices=options(words.HALVES.items()))
    shares = FieldList(FormField(ShareForm), max_entries=60)
    total = count(_("Visits of one officer, at most"), 1, MOST_VISITS, default=10)
    experts = count(_("Experts on each visit"), 0, MOST_EXPERTS, default=0)

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(
            since=self.since.data,
            until=self.until.data,
            halves=tuple(one for one in words.HALVES if one in (self.halves.data or ())),
            shares=tuple(self._shares()),
            total=self.total.data,
            experts=self.experts.data,
        )

    def field_of(self, name: str) -> Any:
        """The field a problem speaks of; heads are named with their department."""
        kind, _dash, department = name.partition("-")
        for row in self.shares:
            if kind == "heads" and row.form.department.data == department:
                return row.form.heads
        return self._fields.get(name)

    def _shares(self) -> list[Share]:
        return [Share(one["department"], one["heads"], one["vehicles"]) for one in self.shares.data]


class ProposalForm(TermsForm):
    """What the lead puts on the table: it may ask one more department, and sets the deadline."""

    invite = SelectField(_("Ask one more department"), validate_choice=False)
    invite_heads = count(_("Officers on each visit"), 1, MOST_HEADS, optional=True, default=2)
    due = day(_("Answers until the end of"))
    reason = area(_("Reason for days outside May to November or outside the campaign"), REASON_LENGTH)

    def offer(self, departments: Sequence[Department]) -> None:
        """Name those that could be asked as well."""
        named = [(one.code, label(one)) for one in departments]
        self.invite.choices = options([("", _("None")), *named])

    def field_of(self, name: str) -> Any:
        """The department asked as well has its number beside it."""
        return self.invite_heads if name == f"heads-{self.invite.data}" else super().field_of(name)

    @property
    def deadline(self) -> datetime:
        """The end of the last day for answers."""
        return datetime.combine(self.due.data, time(23, 59), SHANGHAI)

    def _shares(self) -> list[Share]:
        more = [Share(self.invite.data, self.invite_heads.data or 0)] if self.invite.data else []
        return [*super()._shares(), *more]


class CounterForm(TermsForm):
    """What a department could agree to, and why not to what is on the table."""

    reason = area(_("Reason"), REASON_LENGTH, needed())


def filled(terms: Terms, round: int, seen: int) -> dict[str, Any]:
    """What a form shows of terms."""
    return {
        **terms.document,
        "since": terms.since,
        "until": terms.until,
        "shares": terms.document["departments"],
        "round": str(round),
        "seen": str(seen),
    }


def first_terms(
    departments: Sequence[str],
    today: date,
    months: tuple[int, int, int] | None,
    campaign: tuple[date, date] | None = None,
) -> Terms:
    """What a first proposal begins with: the months of the plan (year, first, last) and the days of the
    campaign, or the coming weeks."""
    since = max(today + timedelta(days=7), answer_day(today) + timedelta(days=1))
    spans = [campaign] if campaign else []
    if months:
        year, first, last = months
        spans.append((date(year, first, 1), _end_of_month(year, last)))
    since = max([since, *(first_day for first_day, _last in spans)])
    until = max(since, min((last_day for _first, last_day in spans), default=since + timedelta(days=30)))
    return Terms(since, until, ("am", "pm"), tuple(Share(code, 2) for code in departments), total=10)


def answer_day(today: date) -> date:
    """The last day offered for answers."""
    return workdays.after(today, ANSWER_IN)


def number(text: str | None) -> int:
    """A round or a turn as a form sends it; what is none matches none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else -1


def errors_at(form: TermsForm, problems: Mapping[str, str]) -> list[str]:
    """Say problems at their fields; what has none is given back, to be said above the form."""
    elsewhere = []
    for name, message in problems.items():
        field = form.field_of(name) if name else None
        if field is None:
            elsewhere.append(message)
        else:
            field.errors = [*field.errors, message]
    return elsewhere


def _end_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
