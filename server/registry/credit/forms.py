"""The forms of credit risk: a policy, a list of industries, points, a decision, a trigger."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from server.accounts.model import Department
from server.kernel.problems import CATALOGUE, Problem
from server.registry.credit import words
from server.registry.credit.model import EmergingList
from server.registry.credit.policy import CLASSES, MADE_BY_POINTS, Policy, Rate
from server.registry.credit.triggers import NOTED_BY_PEOPLE
from server.registry.rules import RiskClass

REASON_LENGTH = 500
DETAIL_LENGTH = 1000
POINTS_AT_ONCE = 100
WHOLE_NUMBER = {"inputmode": "numeric"}

_LINE = re.compile(r"(\S+)\s+(.+)")


def tidy(typed: str | None) -> str:
    """What was typed, without what no database takes."""
    text = unicodedata.normalize("NFC", typed or "").replace("\r\n", "\n")
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc").strip()


def text_of(code: str, **params: Any) -> str:
    """A problem's text, to stand at a field."""
    return CATALOGUE[code].text(str(get_locale())).format_map(params)


def area(label: Any, missing: Any, length: int, rows: int = 2, **more: Any) -> TextAreaField:
    """A text that must be given."""
    checks = [DataRequired(missing), Length(max=length)]
    return TextAreaField(
        label, checks, filters=[tidy], render_kw={"maxlength": length, "rows": rows}, **more
    )


def choices(named: Mapping[str, Any], only: Iterable[str] | None = None) -> list[SelectChoice]:
    """Codes to choose from with their words: all that are named, or only these."""
    return [SelectChoice(str(code), named[code]) for code in only or named]


def reason_field() -> TextAreaField:
    """The reason of a deed."""
    return area(_("Reason"), _("Give a reason."), REASON_LENGTH)


def line(label: Any, missing: Any, length: int, **more: Any) -> StringField:
    """A line that must be given."""
    checks = [DataRequired(missing), Length(max=length)]
    return StringField(label, checks, filters=[tidy], render_kw={"maxlength": length}, **more)


def day_field(label: Any, *checks: Any, **more: Any) -> DateField:
    """A day."""
    return DateField(label, list(checks) or [DataRequired(_("Give a date."))], **more)


class RatioField(StringField):
    """A percentage with two decimals at most; its data are hundredths of a percent."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return words.percent(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        try:
            hundredths = Decimal(valuelist[0].strip().rstrip("%％")) * 100 if valuelist else Decimal("NaN")
            if hundredths != hundredths.to_integral_value() or not 0 <= hundredths <= 10_000:
                raise InvalidOperation
        except (InvalidOperation, ArithmeticError) as error:
            self.data = None
            raise ValueError(text_of("risk-ratio-range")) from error
        self.data = int(hundredths)


class PlainForm(FlaskForm):
    """A form whose problems stand at their fields."""

    def refuse(self, problems: Iterable[Problem]) -> bool:
        """Put problems at their fields; says whether there were any."""
        found = list(problems)
        for problem in found:
            field: Field = self[problem.field or "reason"]
            field.errors = [*field.errors, problem.detail(str(get_locale()))]
        return bool(found)

    def knows(self, problem: Problem) -> bool:
        """Whether a problem has its field here."""
        return bool(problem.field) and problem.field in self


class PolicyForm(PlainForm):
    """A policy: for each class how many, how often, from how many points; who is spared what."""

    unclassified_as = SelectField(
        _("Treat what is unclassified as"), choices=choices(words.LETTERED, MADE_BY_POINTS)
    )
    minimum = IntegerField(
        _("At least so many of each class"),
        [NumberRange(min=0, max=1000, message=_("A whole number from 0 to 1000."))],
        render_kw=WHOLE_NUMBER,
    )
    exempt_classes = SelectMultipleField(
        _("Classes of low risk"), choices=choices(words.LETTERED, (RiskClass.A, RiskClass.B))
    )
    exempt_categories = SelectMultipleField(_("Spared matters"), choices=choices(words.CATEGORIES))
    emerging_list = SelectField(_("List of emerging industries that counts"))
    effective_from = day_field(_("Holds from"))
    reason = reason_field()
    seen = HiddenField()

    def offer(self, lists: Sequence[EmergingList]) -> None:
        """Name the lists there are to choose from."""
        self.emerging_list.choices = [
            SelectChoice("", gettext("None: nobody is exempt")),
            *(SelectChoice(one.code, f"{one.code} {one.name}") for one in lists),
        ]

    def policy(self) -> Policy:
        """What was typed; to be asked once the fields are valid."""
        return Policy(
            rates={one: self._rate(one) for one in CLASSES},
            unclassified_as=RiskClass(self.unclassified_as.data),
            minimum=self.minimum.data,
            thresholds={one: self[f"points_{one}"].data for one in MADE_BY_POINTS},
            exempt_classes=frozenset(map(RiskClass, self.exempt_classes.data)),
            exempt_categories=frozenset(self.exempt_categories.data),
            emerging_list=self.emerging_list.data or None,
        )

    def _rate(self, one: RiskClass) -> Rate:
        times, years = self[f"times_{one}"].data, self[f"years_{one}"].data
        return Rate(self[f"ratio_{one}"].data, times, 1 if times is None or years is None else years)


for _one in CLASSES:  # the same for each class
    setattr(PolicyForm, f"ratio_{_one}", RatioField(render_kw={"inputmode": "decimal"}))
    setattr(PolicyForm, f"times_{_one}", IntegerField(None, [Optional()], render_kw=WHOLE_NUMBER))
    setattr(PolicyForm, f"years_{_one}", IntegerField(None, [Optional()], render_kw=WHOLE_NUMBER))
for _one in MADE_BY_POINTS:
    needed = [DataRequired(_("Give a number."))]
    setattr(PolicyForm, f"points_{_one}", IntegerField(None, needed, render_kw=WHOLE_NUMBER))


def policy_fields(policy: Policy) -> dict[str, Any]:
    """A policy as its form holds it."""
    fields: dict[str, Any] = {
        "unclassified_as": str(policy.unclassified_as),
        "minimum": policy.minimum,
        "exempt_classes": sorted(map(str, policy.exempt_classes)),
        "exempt_categories": sorted(policy.exempt_categories),
        "emerging_list": policy.emerging_list or "",
    }
    for one, rate in policy.rates.items():
        years = None if rate.times is None else rate.years
        fields |= {f"ratio_{one}": rate.ratio, f"times_{one}": rate.times, f"years_{one}": years}
    return fields | {f"points_{one}": points for one, points in policy.thresholds.items()}


class ListForm(PlainForm):
    """A list of emerging industries, as published."""

    code = line(_("Code of the list"), _("Give a code."), 16, description=_("Short, with the year: E10-2021"))
    name = line(_("Name of the list"), _("Give a name."), 100)
    source = line(_("Where it was published"), _("Say where it was published."), 300)
    industries = area(
        _("Its industries"),
        _("Name its industries."),
        10_000,
        rows=8,
        description=_("One to a line: its code, a blank, its name."),
    )

    def validate_industries(self, field: Field) -> None:
        """Each line holds a code and a name, and no code comes twice."""
        lines = list(_lines(field.data))
        for at, one in enumerate(lines, 1):
            found = _LINE.fullmatch(one)
            if found is None or len(found[1]) > 16:
                raise ValidationError(gettext("Line %(at)s: a code of 16 characters at most, a name.", at=at))
        if len({one.split()[0] for one in lines}) < len(lines):
            raise ValidationError(gettext("A code stands there twice."))

    def named(self) -> dict[str, str]:
        """Its industries by code."""
        found = map(_LINE.fullmatch, _lines(self.industries.data))
        return {one[1]: one[2].strip() for one in found if one}


def _lines(text: str) -> Iterator[str]:
    return (one.strip() for one in text.splitlines() if one.strip())


class ReasonForm(PlainForm):
    """A deed that needs but a reason."""

    reason = reason_field()


class PointsForm(PlainForm):
    """Points for a reason, from a day until another."""

    points = IntegerField(
        _("Points"),
        [NumberRange(1, POINTS_AT_ONCE, _("A whole number from 1 to 100."))],
        render_kw=WHOLE_NUMBER,
    )
    since = day_field(_("They count from"))
    until = day_field(_("They count until"), Optional(), description=_("Empty: until they are withdrawn."))
    reason = reason_field()


class DecisionForm(PlainForm):
    """The office's own judgement of a class, until a day."""

    risk_class = SelectField(
        _("Class by decision"), choices=choices(words.LETTERED)
    )
    until = day_field(_("The decision holds until"))
    reason = reason_field()
    seen = HiddenField()


class TriggerForm(PlainForm):
    """What makes a subject eligible again. There is no field for whoever complained, on purpose."""

    kind = SelectField(
        _("Kind of trigger"), choices=choices(words.KINDS, NOTED_BY_PEOPLE)
    )
    department = SelectField(_("Department concerned"))
    matter = line(_("Matter concerned"), _("Name the matter."), 200)
    detail = area(
        _("What it is about"),
        _("Say what it is about."),
        DETAIL_LENGTH,
        rows=3,
        description=_("Never name whoever complained or reported, nor anything they could be known by."),
    )

    def offer(self, departments: Sequence[Department]) -> None:
        """Name the departments whose triggers the person may note; the office may leave it open."""
        nobody = [SelectChoice("", gettext("No single one"))] if len(departments) > 1 else []
        self.department.choices = [*nobody, *(SelectChoice(one.code, one.short_name) for one in departments)]


def default_until(today: dt.date) -> dt.date:
    """A year on: as long as a decision or points hold where nobody says otherwise."""
    return today + dt.timedelta(days=365)
