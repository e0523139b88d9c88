"""Fields that forms share: texts as typed, tidied; days; choices of many; our words for what is missing."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

FIRST_YEAR, LAST_YEAR = 2000, 2100


def tidy(typed: str | None) -> str:
    """A text as it is kept: one form of each sign (NFC), no control signs but line ends, no blanks around."""
    text = unicodedata.normalize("NFC", typed or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def tidy_line(typed: str | None) -> str:
    """The same for a text of one line."""
    return " ".join(tidy(typed).split())


def needed() -> DataRequired:
    """A text that cannot stay empty."""
    return DataRequired(_("Fill this in."))


def at_most(length: int) -> Length:
    """A text of so many signs at most."""
    return Length(max=length, message=_("At most %(max)d characters."))


def line(label: Any, length: int, *validators: Callable[..., None], **more: Any) -> StringField:
    """A text of one line."""
    return StringField(
        label, [*validators, at_most(length)], filters=[tidy_line], render_kw={"maxlength": length}, **more
    )


def area(
    label: Any, length: int, *validators: Callable[..., None], rows: int = 2, **more: Any
) -> TextAreaField:
    """A text of several lines."""
    looks = {"maxlength": length, "rows": rows}
    return TextAreaField(label, [*validators, at_most(length)], filters=[tidy], render_kw=looks, **more)


class DayField(DateField):
    """A day, with our words for what is none."""

    data: Any  # a day, once validated

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the browser's form of a day."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("This is no day.")) from error
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:  # a year typed half
            self.data = None
            raise ValueError(_("This is no day."))


def day(label: Any, *, optional: bool = False, **more: Any) -> DayField:
    """A day of the calendar."""
    return DayField(label, [Optional() if optional else InputRequired(_("Fill this in."))], **more)


class ManyField(SelectMultipleField):
    """Several of many, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """What there is to choose from: values and their words."""
    return [SelectChoice(str(value), label) for value, label in pairs]
