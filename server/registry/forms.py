"""The forms of one enterprise: everything about it that is typed, and its state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from server.infra.db import db
from server.kernel.problems import Problem
from server.registry import listing, rules, words
from server.registry.credit.model import EmergingList
from server.registry.model import Enterprise
from server.registry.rules import EntityType
from server.web.revised import RevisedForm

REASON_LENGTH = 500
TAG_LENGTH, TAGS = 20, 12
CONTACTS = 3
REVISION = re.compile(r"[0-9]{1,9}")


def tidy(typed: str | None) -> str:
    """A line as it is kept: one form of each sign (NFC), no control signs, single blanks."""
    text = unicodedata.normalize("NFC", typed or "")
    kept = (sign if unicodedata.category(sign) not in ("Cc", "Cs") else " " for sign in text)
    return " ".join("".join(kept).split())


def _at_most(length: int) -> Length:
    return Length(max=length, message=_("At most %(max)d characters."))


def _line(label: Any, length: int, needed: bool = False, **more: Any) -> StringField:
    checks: list[Any] = [_at_most(length)]
    if needed:
        checks.insert(0, DataRequired(_("Fill this in.")))
    return StringField(label, checks, filters=[tidy], render_kw={"maxlength": length}, **more)


def _reason() -> TextAreaField:
    checks = [DataRequired(_("Say why.")), _at_most(REASON_LENGTH)]
    keep: dict[str, Any] = {"maxlength": REASON_LENGTH, "rows": 2}
    return TextAreaField(_("Reason"), checks, filters=[lambda typed: (typed or "").strip()], render_kw=keep)


class Degrees(StringField):
    """A coordinate in degrees, kept in units of 1e-7 degree; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed, to show it again, and read it."""
        self.typed = tidy(valuelist[0] if valuelist else "")
        self.data = None
        if not self.typed:
            return
        try:
            degrees = Decimal(unicodedata.normalize("NFKC", self.typed))
            if not abs(degrees) <= 180:
                raise InvalidOperation
            self.data = int(degrees.scaleb(7).to_integral_value())
        except InvalidOperation as error:
            raise ValueError(_("Degrees with decimals, such as 30.638900.")) from error

    def _value(self) -> str:
        if self.raw_data:
            return self.typed
        return "" if self.data is None else f"{Decimal(self.data).scaleb(-7):f}".rstrip("0").rstrip(".")


class Tags(StringField):
    """Short words apart by commas or spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Each word once, in the order typed."""
        parts = re.split(r"[,，、;；\s]+", tidy(valuelist[0] if valuelist else ""))
        self.data = list(dict.fromkeys(part for part in parts if part))

    def _value(self) -> str:
        return "、".join(self.data or ())


class Boxes(SelectMultipleField):
    """Several of many, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ContactForm(Form):
    """Somebody to call."""

    name = _line(_("Name of a person"), 40)
    post = _line(_("Post"), 40)
    phone = _line(_("Telephone"), 40)


class EnterpriseForm(RevisedForm):
    """What is typed of an enterprise."""

    together = (("town_code", "grid"), ("lat", "lon"))

    name = _line(_("Name of the enterprise"), 200, needed=True)
    uscc = _line(_("Credit code"), 40, needed=True, description=_("18 signs; the last is a check digit."))
    as_on_licence = BooleanField(_("The licence says so: keep this code although its check digit is wrong"))
    entity_type = SelectField(_("Kind of subject"))
    industry = SelectField(_("Main industry"))
    also = Boxes(_("Further industries"))
    project_code = _line(_("Project code"), 40, description=_("Of a construction project."))
    town_code = SelectField(_("Town"))
    grid = SelectField(_("Grid"))
    address = _line(_("Address"), 300, needed=True)
    lat = Degrees(_("Latitude"), description=_("Degrees, CGCS2000."))
    lon = Degrees(_("Longitude"))
    legal_rep = _line(_("Person in charge"), 100)
    phone = _line(_("Telephone"), 40)
    contacts = FieldList(FormField(ContactForm), min_entries=CONTACTS, max_entries=CONTACTS)
    tags = Tags(_("Tags"), description=_("Apart by commas."))
    registrar = _line(_("Registered with"), 40)
    registered_on = DateField(_("Registered on"), [Optional()])
    staff_count = IntegerField(
        _("Staff"), [Optional(), NumberRange(0, 1_000_000, _("A whole number from 0."))]
    )
    emerging_code = SelectField(_("Emerging industry"))
    reason = _reason()

    def __init__(self, enterprise: Enterprise | None = None, **more: Any) -> None:
        super().__init__(**more)
        choices = listing.choices()
        nothing = [("", "–")]
        self.entity_type.choices = [(one.value, str(words.TYPES[one])) for one in EntityType]
        self.industry.choices = [("", str(_("Choose…"))), *choices.industries.items()]
        self.also.choices = list(choices.industries.items())
        self.towns = choices.towns
        self.town_code.choices = nothing + list(choices.towns.items())
        self.grid.choices = nothing + [(one.code, one.name) for one in choices.grids]
        self.grids = {one.code: one.town_code for one in choices.grids}
        self.emerging_code.choices = nothing + _emerging(enterprise)

    def validate_uscc(self, field: Field) -> None:
        """A wrong code is refused, by position; one that is masked or stands on the licence is taken."""
        field.data = field.data.upper()
        trouble = rules.credit_code_trouble(field.data)
        if trouble is None or (trouble[0] == "credit-code-check" and self._is_taken(field.data)):
            return
        code, particulars = trouble
        raise ValidationError(Problem(code, **particulars).detail(str(get_locale())))

    def _is_taken(self, code: str) -> bool:
        return rules.is_masked(code) or bool(self.as_on_licence.data)

    @property
    def asks_for_licence(self) -> bool:
        """Whether the check digit is wrong, so that the form offers to take the code as it is."""
        code = (self.uscc.data or "").upper()
        trouble = rules.credit_code_trouble(code)
        return trouble is not None and trouble[0] == "credit-code-check" and not rules.is_masked(code)

    def validate_industry(self, field: Field) -> None:
        """One must be chosen."""
        if not field.data:
            raise ValidationError(_("Choose one."))

    def validate_grid(self, field: Field) -> None:
        """A grid is a part of a town."""
        if field.data and self.grids.get(field.data) != self.town_code.data:
            raise ValidationError(_("This grid belongs to another town."))

    def validate_tags(self, field: Field) -> None:
        """Few and short."""
        tags = field.data or []
        if len(tags) > TAGS or any(len(tag) > TAG_LENGTH for tag in tags):
            limits = {"count": TAGS, "length": TAG_LENGTH}
            raise ValidationError(_("At most %(count)d tags of %(length)d characters each.", **limits))

    def values(self) -> dict[str, Any]:
        """What is said, as the register keeps it."""
        town = self.town_code.data or None
        return {
            "name": self.name.data,
            "uscc": self.uscc.data.upper(),
            "entity_type": EntityType(self.entity_type.data),
            "industry": self.industry.data,
            "also": sorted(set(self.also.data or ()) - {self.industry.data}),
            "project_code": self.project_code.data or None,
            "town_code": town,
            "town": self.towns.get(town or "", ""),
            "grid": self.grid.data or None,
            "address": self.address.data,
            "lat_e7": self.lat.data,
            "lon_e7": self.lon.data,
            "legal_rep": self.legal_rep.data,
            "phone": self.phone.data,
            "contacts": [one for one in self.contacts.data if any(one.values())],
            "tags": self.tags.data or [],
            "registrar": self.registrar.data or None,
            "registered_on": self.registered_on.data,
            "staff_count": self.staff_count.data,
            "emerging_code": self.emerging_code.data or None,
        }


def filled(enterprise: Enterprise, industries: Sequence[str], **more: Any) -> EnterpriseForm:
    """The form of an enterprise as it stands; what was sent, where something was."""
    names = ("name", "uscc", "project_code", "town_code", "grid", "address", "legal_rep", "phone", "tags")
    others = ("contacts", "registrar", "registered_on", "staff_count", "emerging_code")
    data = {name: getattr(enterprise, name) for name in (*names, *others)} | {
        "revision": str(enterprise.revision),
        "entity_type": enterprise.entity_type.value,
        "industry": enterprise.industry,
        "also": list(industries[1:]),
        "lat": enterprise.lat_e7,
        "lon": enterprise.lon_e7,
        "as_on_licence": rules.credit_code_in_doubt(enterprise.uscc),
    }
    return EnterpriseForm(enterprise, data=data, **more)


def _emerging(enterprise: Enterprise | None) -> list[tuple[str, str]]:
    """Industries of the published lists; and what a subject has, though no list names it."""
    known = {
        one["code"]: f"{one['code']} {one['name']}"
        for row in db.session.scalars(select(EmergingList).order_by(EmergingList.code))
        for one in row.industries
    }
    code = enterprise.emerging_code if enterprise else None
    if code and code not in known:
        known[code] = code
    return list(known.items())


class StateForm(FlaskForm):
    """Another state of an enterprise, and why."""

    revision = HiddenField()
    state = SelectField(_("New state"))
    reason = _reason()

    def __init__(self, enterprise: Enterprise, **more: Any) -> None:
        super().__init__(**more)
        following = rules.next_states(enterprise.status)
        self.state.choices = [(one.value, str(words.STATUSES[one])) for one in following]


def revision_of(form: FlaskForm) -> int:
    """The version the form was filled in from; 0, which is none, where the form does not say."""
    text = form.revision.data or ""
    return int(text) if REVISION.fullmatch(text) else 0
