"""The form of a drafted item: every member; rows of bases and options come and go without script."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput

from server.catalogue import words
from server.catalogue.readings import decimal_text
from server.catalogue.rules import EVERYBODY, HELP, METHODS, PHRASES, steps
from server.web import fields
from server.web.fields import area, at_most, line, needed, tidy_line
from server.web.revised import RevisedForm

Json = dict[str, Any]
MOST_STEPS = 10**9


class BasisForm(Form):
    """One law or standard, its articles and a remark."""

    law = line(_("Law or standard"), 200)
    articles = line(_("Articles"), 200)
    note = line(_("Remark"), 200)


class OptionForm(Form):
    """One option of a choice, and what choosing it means."""

    value = HiddenField(filters=[tidy_line], validators=[at_most(16)])
    label = line(_("Option"), 100)
    result = SelectField(
        _("Means"), choices=fields.options(words.RESULTS.items()), default=next(iter(words.RESULTS))
    )


class DraftForm(RevisedForm):
    """One item of a department's list."""

    together = (
        (
            *("answer", "unit", "decimals", "minimum", "maximum", "limit_text", "allow_na"),
            *("options", "max_length", "conclusion_required"),
        ),
    )

    matter = line(_("Matter"), 100, needed())
    content = area(_("What is checked"), 1000, needed(), rows=3)
    applies_to = line(_("Applies to"), 200, default=EVERYBODY)
    methods = SelectMultipleField(
        _("Method"), choices=[SelectChoice(one) for one in METHODS], option_widget=CheckboxInput()
    )
    basis = FieldList(FormField(BasisForm), min_entries=1, max_entries=20)
    answer = RadioField(_("Answer"), choices=fields.options(words.ANSWERS.items()), default="verdict")
    unit = line(_("Unit"), 20)
    decimals = IntegerField(_("Decimals"), [Optional(), NumberRange(0, 6)], default=0)
    minimum = line(_("At least"), 20)
    maximum = line(_("At most"), 20)
    limit_text = line(_("The limit in words"), 200)
    allow_na = BooleanField(_("May be not applicable"), default=True)
    options = FieldList(FormField(OptionForm), min_entries=2, max_entries=20)
    max_length = IntegerField(_("Length of the text"), [Optional(), NumberRange(1, 2000)], default=500)
    conclusion_required = BooleanField(_("With a conclusion: pass or fail"))
    severity = RadioField(_("Severity"), choices=fields.options(words.SEVERITIES.items()), default="S1")
    evidence_on_fail = BooleanField(_("A photo or video is needed if it fails"))
    exempt_category = SelectField(
        _("Exempt for the trustworthy"), choices=fields.options({"": "–", **words.EXEMPT}.items())
    )
    compulsory = BooleanField(_("The law demands it of everybody: never exempt"))
    listed_for = SelectField(_("Listed as"), choices=fields.options({"": "–", **words.LISTED_FOR}.items()))
    frequency = line(_("Frequency"), 100)
    supervision_code = line(
        _("Code on the “Internet + supervision” list"),
        40,
        Optional(),
        Regexp(r"[\w.\-]*\Z", message=_("Letters, figures, points and hyphens only.")),
    )
    help_standard = area(words.HELP["standard"], 1000)
    help_failures = area(words.HELP["failures"], 1000)
    help_correction = area(words.HELP["correction"], 1000)
    help_penalty = area(words.HELP["penalty"], 1000)
    phrases = area(_("Phrases, one to a line"), 2000, rows=3)

    def validate_methods(self, field: SelectMultipleField) -> None:
        """At least one way of checking."""
        if not field.data:
            raise ValidationError(gettext("Choose at least one."))

    def validate_basis(self, field: FieldList) -> None:
        """R-102: nothing is checked without a legal basis."""
        if not any(row.form.law.data for row in field):
            raise ValidationError(gettext("At least one law or standard is needed."))

    def validate_minimum(self, field: Any) -> None:
        """A limit in whole steps, none above the other."""
        self._check_limit(field)

    def validate_maximum(self, field: Any) -> None:
        """The same, and not below the least."""
        self._check_limit(field)
        try:
            low, high = self._steps(self.minimum), self._steps(field)
        except (ValueError, InvalidOperation):
            return
        if self.answer.data == "number" and low is not None and high is not None and low > high:
            raise ValidationError(gettext("Less than the least."))

    def validate_unit(self, field: Any) -> None:
        """A reading has a unit."""
        if self.answer.data == "number" and not field.data:
            raise ValidationError(gettext("Fill this in."))

    def validate_options(self, field: FieldList) -> None:
        """A choice has options to choose from."""
        labels = [row.form.label.data for row in field if row.form.label.data]
        if self.answer.data == "choice" and (len(labels) < 2 or len(set(labels)) < len(labels)):
            raise ValidationError(gettext("At least two options are needed, each with a text of its own."))

    def alter_rows(self, asked: str) -> None:
        """Add a row (`more-basis`), or take one away (`less-basis-2`)."""
        deed, _dash, rest = asked.partition("-")
        name, _dash, place = rest.partition("-")
        rows = {"basis": self.basis, "options": self.options}.get(name)
        if rows is None:
            return
        if deed == "more" and len(rows) < rows.max_entries:
            rows.append_entry()
        elif deed == "less" and place.isdecimal() and int(place) < len(rows) > rows.min_entries:
            kept = [row.data for at, row in enumerate(rows) if at != int(place)]
            while len(rows):
                rows.pop_entry()
            for data in kept:
                rows.append_entry(data)

    def document(self) -> Json:
        """The item as drafts keep it."""
        found: Json = {
            "matter": self.matter.data,
            "content": self.content.data,
            "applies_to": self.applies_to.data or EVERYBODY,
            "methods": [one for one in METHODS if one in self.methods.data],
            "basis": self._basis(),
            "answer": self._answer(),
            "evidence_on_fail": self.evidence_on_fail.data,
            "severity": self.severity.data,
            "exempt_category": self.exempt_category.data or None,
            "phrases": [one for text in self.phrases.data.split("\n") if (one := tidy_line(text))],
        }
        occasional = {
            "compulsory": self.compulsory.data,
            "frequency": self.frequency.data,
            "listed_for": self.listed_for.data,
            "supervision_code": self.supervision_code.data,
            "help": {name: text for name in HELP if (text := self[f"help_{name}"].data)},
        }
        return found | {name: value for name, value in occasional.items() if value}

    def _basis(self) -> list[Json]:
        rows = (row.form for row in self.basis if row.form.law.data)
        return [_basis_row(row.law.data, row.articles.data, row.note.data) for row in rows]

    def _answer(self) -> Json:
        match self.answer.data:
            case "number":
                return {
                    "type": "number",
                    "unit": self.unit.data,
                    "decimals": self.decimals.data or 0,
                    "min": self._steps(self.minimum),
                    "max": self._steps(self.maximum),
                    "limit_text": self.limit_text.data or self._limits(),
                    "allow_na": self.allow_na.data,
                }
            case "choice":
                return {"type": "choice", "options": self._options()}
            case "text":
                return {
                    "type": "text",
                    "max_length": self.max_length.data or 500,
                    "conclusion_required": self.conclusion_required.data,
                }
        return {"type": "verdict"}

    def _options(self) -> list[Json]:
        """Options keep the value they were given first: answers already written speak of it."""
        rows = [row.form for row in self.options if row.form.label.data]
        taken = {row.value.data for row in rows if row.value.data}
        free = (f"O{number}" for number in range(1, 99) if f"O{number}" not in taken)
        return [
            {"value": row.value.data or next(free), "label": row.label.data, "result": row.result.data}
            for row in rows
        ]

    def _limits(self) -> str:
        bounds = (("≥", self.minimum.data), ("≤", self.maximum.data))
        return "，".join(f"{sign}{bound}{self.unit.data}" for sign, bound in bounds if bound)

    def _check_limit(self, field: Any) -> None:
        if self.answer.data != "number" or not field.data:
            return
        try:
            value = self._steps(field)
        except InvalidOperation as error:
            raise ValidationError(gettext("Not a number.")) from error
        except ValueError as error:
            raise ValidationError(gettext("Finer than the decimals say.")) from error
        if value is not None and abs(value) > MOST_STEPS:
            raise ValidationError(gettext("Too large."))

    def _steps(self, field: Any) -> int | None:
        if not field.data:
            return None
        number = Decimal(field.data)
        if not number.is_finite() or abs(number.adjusted()) > 12:
            raise InvalidOperation
        return steps(str(number), self.decimals.data or 0)


def filled(document: Json, revision: int) -> Json:
    """What the form shows of a drafted item."""
    answer = document["answer"]
    decimals = answer.get("decimals", 0)
    return {
        **{name: document[name] for name in ("matter", "content", "applies_to", "methods", "severity")},
        "basis": [row | {"articles": "、".join(row["articles"])} for row in document["basis"]],
        "answer": answer["type"],
        "unit": answer.get("unit", ""),
        "decimals": decimals,
        "minimum": decimal_text(answer.get("min"), decimals),
        "maximum": decimal_text(answer.get("max"), decimals),
        "limit_text": answer.get("limit_text", ""),
        "allow_na": answer.get("allow_na", True),
        "options": answer.get("options", []),
        "max_length": answer.get("max_length", 500),
        "conclusion_required": answer.get("conclusion_required", False),
        "evidence_on_fail": document["evidence_on_fail"],
        "exempt_category": document["exempt_category"] or "",
        "compulsory": document.get("compulsory", False),
        "listed_for": document.get("listed_for", ""),
        "frequency": document.get("frequency", ""),
        "supervision_code": document.get("supervision_code", ""),
        **{f"help_{name}": document.get("help", {}).get(name, "") for name in HELP},
        "phrases": "\n".join(document["phrases"]),
        "revision": str(revision),
    }


def blank() -> Json:
    """What the form shows of an item that is not there yet."""
    return {"phrases": "\n".join(PHRASES["verdict"]), "revision": "0"}


def _basis_row(law: str, articles: str, note: str) -> Json:
    named = articles.replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
    row: Json = {"law": law.strip("《》"), "articles": [one for one in named if one]}
    return row | ({"note": note} if note else {})
