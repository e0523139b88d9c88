"""The forms of the people's registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField

from server.accounts.model import Department, Person
from server.catalogue.model import Industry
from server.registry.model import Grid
from server.registry.people import words
from server.registry.people.actions import Entry
from server.registry.people.experts import ExpertEntry
from server.registry.people.rules import DECLARED
from server.web.fields import ManyField, area, day, line, needed, options
from server.web.revised import RevisedForm

REASON_LENGTH = 500


def number(text: str | None) -> int:
    """A revision as a form sends it; what is none matches none."""
    return int(text) if text and text.isdecimal() and len(text) <= 9 else 0


class ReasonForm(FlaskForm):
    """What is done with a reason and nothing else."""

    reason = area(_("Reason"), REASON_LENGTH, needed())


class OfficerForm(RevisedForm):
    """What the register says of an officer."""

    certificate_type = line(words.FIELDS["certificate_type"], 40, needed())
    certificate_number = line(words.FIELDS["certificate_number"], 40, needed())
    issued_by = line(words.FIELDS["issued_by"], 100, needed())
    valid_from = day(words.FIELDS["valid_from"])
    valid_until = day(words.FIELDS["valid_until"])
    can_lead = BooleanField(_("May lead a visit"))
    specialties = ManyField(words.FIELDS["specialties"])
    grids = ManyField(words.FIELDS["grids"])
    reason = area(_("Reason"), REASON_LENGTH, needed())

    def offer(self, industries: Sequence[Industry], grids: Sequence[tuple[Grid, str]]) -> None:
        """Name the industries and grids there are to choose from."""
        self.specialties.choices = options((one.code, one.name) for one in industries)
        self.grids.choices = options((grid.code, grid.name) for grid, _town in grids)

    def entry(self) -> Entry:
        """What was typed."""
        return Entry(
            certificate_type=self.certificate_type.data,
            certificate_number=self.certificate_number.data.upper(),
            issued_by=self.issued_by.data,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            specialties=sorted(self.specialties.data or ()),
            grids=sorted(self.grids.data or ()),
            can_lead=self.can_lead.data,
        )


class NewOfficerForm(OfficerForm):
    """The same, and who it is: somebody with an account, or a new one."""

    person = SelectField(_("Person"), validate_choice=False)
    new_name = line(_("Full name"), 64)
    username = line(_("User name"), 32)

    def offer_people(self, people: Sequence[Person]) -> None:
        """Name the people there are to choose from."""
        named = [(one.id, f"{one.name}（{one.username}）") for one in people]
        self.person.choices = options([("", _("Choose")), *named])


class AbsenceForm(FlaskForm):
    """Days away."""

    kind = SelectField(_("Kind"), choices=options(words.ABSENCES.items()))
    since = day(_("First day"))
    until = day(_("Last day"), optional=True)
    reason = area(_("Reason"), REASON_LENGTH, needed())


class EndAbsenceForm(FlaskForm):
    """Back sooner."""

    last_day = day(_("Last day away"))
    reason = area(_("Reason"), REASON_LENGTH, needed())


class RecusalForm(FlaskForm):
    """An interest in a legal person."""

    pick = HiddenField()  # one of the subjects offered while a name was typed
    uscc = line(_("Credit code of the legal person, or its name to look it up"), 100, needed())
    type = SelectField(words.FIELDS["type"], choices=options(words.RECUSALS.items()))
    reason = area(_("Reason"), REASON_LENGTH, needed())

    def only_declared(self) -> None:
        """Officers say of themselves a relation or an interest."""
        self.type.choices = options((one, words.RECUSALS[one]) for one in DECLARED)


class ExpertForm(RevisedForm):
    """What the register says of an expert."""

    name = line(words.FIELDS["name"], 64, needed())
    unit = line(words.FIELDS["unit"], 100, needed())
    title = line(words.FIELDS["title"], 60)
    phone = line(words.FIELDS["phone"], 40)
    fields = line(words.FIELDS["fields"], 300, needed(), description=_("Separate several by 、 or a comma."))
    industries = ManyField(words.FIELDS["industries"])
    inviters = ManyField(words.FIELDS["inviters"])
    appointed_from = day(words.FIELDS["appointed_from"])
    appointed_until = day(words.FIELDS["appointed_until"])
    reason = area(_("Reason"), REASON_LENGTH, needed())

    def offer(self, industries: Sequence[Industry], departments: Sequence[Department]) -> None:
        """Name the industries and departments there are to choose from."""
        self.industries.choices = options((one.code, one.name) for one in industries)
        self.inviters.choices = options((one.code, one.short_name) for one in departments)

    def entry(self) -> ExpertEntry:
        """What was typed."""
        said: dict[str, Any] = {
            one: self[one].data
            for one in ("name", "unit", "title", "phone", "appointed_from", "appointed_until")
        }
        return ExpertEntry(
            **said,
            fields=separated(self.fields.data),
            industries=sorted(self.industries.data or ()),
            inviters=sorted(self.inviters.data or ()),
        )


def separated(typed: str) -> list[str]:
    """The words of a line, as people separate them."""
    for sign in "，,;；":
        typed = typed.replace(sign, "、")
    return list(dict.fromkeys(word for one in typed.split("、") if (word := one.strip())))
