"""The forms of dispatch: a reason, a prior notice, another time, what an enterprise put right."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField

from server.planning.dispatch import words
from server.web.fields import ManyField, area, at_most, day, line, needed, options, tidy

REASON = 500
CORRECTION = 1000


class DispatchForm(FlaskForm):
    """Nothing is asked, unless some would be visited too often."""

    over_cap_reason = area(_("Why the cap is exceeded"), REASON)


class NoticeForm(FlaskForm):
    """How the enterprise is told, whom, and what it is asked to have ready."""

    way = SelectField(_("How it is told"), choices=options(words.WAYS.items()))
    recipient = line(_("Who receives it"), 100, needed())
    materials = area(_("What to have ready"), 4000, rows=6)


class MoveForm(FlaskForm):
    """Another half day; what is unusual of it is asked once the day is known."""

    day = day(_("New day"))
    half = SelectField(_("Half day"), choices=options(words.HALVES.items()))
    reason = area(_("Reason"), REASON, needed())
    confirmed = ManyField(_("To be confirmed"), choices=options(words.LIBERTIES.items()))


class MergeForm(FlaskForm):
    """Another visit to take over."""

    other = SelectField(_("The other visit"))
    reason = area(_("Reason"), REASON, needed())


class CorrectionForm(FlaskForm):
    """What an enterprise put right before the visit."""

    item = SelectField(_("What it belongs to"), validate_choice=False)
    said = TextAreaField(
        _("What you put right"),
        [needed(), at_most(CORRECTION)],
        filters=[tidy],
        render_kw={"rows": 4, "maxlength": False},  # a browser cuts what is pasted without a word
    )
