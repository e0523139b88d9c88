"""The forms of a draw."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from server.planning.draw import words
from server.planning.files.forms import paper
from server.web.fields import area, line, needed, options

REASON_LENGTH = 500
RANDOMNESS_LENGTH = 500


class DrawForm(FlaskForm):
    """A deed on one draw: which one the page spoke of."""

    draw = HiddenField()


class FreezeForm(FlaskForm):
    """How a draw will be held."""

    ceremony = SelectField(_("Who contributes secrets"), choices=options(words.CEREMONIES.items()))
    source = line(
        _("Where the public randomness will come from"), 200, needed(),
        description=_("Dice thrown in the meeting room, or a lottery by name and date."),
    )  # fmt: skip
    writing = SelectField(_("How it will be written down"), choices=options(words.WRITINGS.items()))
    minutes = SelectField(
        _("Time to open the secrets"),
        choices=options((str(count), label) for count, label in words.MINUTES.items()),
        description=_("It runs from when the last party has committed itself."),
    )


class CommitForm(DrawForm):
    """A party's commitment; the browser made it."""

    party = HiddenField()
    commitment = HiddenField()


class SecretForm(DrawForm):
    """A party's secret; the browser kept it, or it was written down."""

    party = HiddenField()
    secret = line(_("The secret"), 100, needed())


class RandomnessForm(DrawForm):
    """What fell, twice."""

    randomness = area(_("What fell"), RANDOMNESS_LENGTH, needed())
    again = area(_("The same once more"), RANDOMNESS_LENGTH, needed())


class VoidForm(DrawForm):
    """Why a draw is given up."""

    reason = area(_("Reason"), REASON_LENGTH, needed())


class SubstitutionForm(FlaskForm):
    """Why somebody is to be replaced. Who comes instead is nobody's choice."""

    code = SelectField(_("Reason"))
    reason = area(_("What happened"), REASON_LENGTH, needed())
    attachment = paper(_("Paper that shows it"), required=True)

    def offer(self, codes: Any) -> None:
        """Name the reasons there are to choose from."""
        self.code.choices = options((code, words.REASONS[code]) for code in codes)


class DecisionForm(FlaskForm):
    """Whether somebody is replaced."""

    opinion = area(_("Opinion"), REASON_LENGTH)
