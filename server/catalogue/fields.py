"""What the forms of this room share: texts tidied as they are kept, and our words for what is missing."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


def offered(table: Mapping[str, Any], nothing: bool = False) -> list[SelectChoice]:
    """The codes of a table with their words, to choose from; `nothing`: or none of them."""
    first = [SelectChoice("", "–")] if nothing else []
    return first + [SelectChoice(code, label) for code, label in table.items()]


def tidy(typed: str | None) -> str:
    """A text as it is kept: one form of each sign (NFC), no control signs but line ends, no blanks around."""
    text = unicodedata.normalize("NFC", typed or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def tidy_line(typed: str | None) -> str:
    """The same for a text of one line."""
    return " ".join(tidy(typed).split())


def needed() -> DataRequired:
    """A field that cannot stay empty."""
    return DataRequired(_("Fill this in."))


def at_most(length: int) -> Length:
    """A text of so many signs at most."""
    return Length(max=length, message=_("At most %(max)d characters."))


def line(label: Any, length: int, *validators: Callable[..., None], **more: Any) -> StringField:
    """A text of one line."""
    checks = [*validators, at_most(length)]
    return StringField(label, checks, filters=[tidy_line], render_kw={"maxlength": length}, **more)


def area(label: Any, length: int, *validators: Callable[..., None], rows: int = 2) -> TextAreaField:
    """A text of several lines."""
    checks = [*validators, at_most(length)]
    return TextAreaField(label, checks, filters=[tidy], render_kw={"maxlength": length, "rows": rows})
