"""Forms of things that two people may have open at once: what one left alone, the newer version says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField

OWN = ("csrf_token", "revision", "opened")


class RevisedForm(FlaskForm):
    """A form that carries which revision it was filled in from, and what that said.

    The browser sends both back. What it says there is believed in one thing only: which fields were touched.
    """

    together: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Fields that mean something only with one another, such as the two of a coordinate."""

    revision = HiddenField()
    opened = HiddenField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.opened.raw_data is None:  # filled in here, not sent by a browser
            self.opened.data = json.dumps(self._told())

    def meet(self, stored: Self) -> Self:
        """Take what is stored now into the fields left alone; nothing typed is lost.

        What comes back is `stored` with what both changed as typed here: where that differs from what is
        stored, two people want different things.
        """
        opened, typed, now = self._opened(), self._told(), stored._told()
        for names in self._units(typed):
            before, mine, theirs = ([said.get(name) for name in names] for said in (opened, typed, now))
            if mine == before:
                _fill(self, stored, names)
            elif theirs != before:
                _fill(stored, self, names)
        _fill(self, stored, ("revision", "opened"))
        return stored

    def _units(self, names: Iterable[str]) -> list[tuple[str, ...]]:
        joined = {name for unit in self.together for name in unit}
        return [*self.together, *((name,) for name in names if name not in joined)]

    def _told(self) -> dict[str, Any]:
        return {field.name: _said(field) for field in self if field.name not in OWN}

    def _opened(self) -> dict[str, Any]:
        try:
            said = json.loads(self.opened.data or "")
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


def _fill(form: FlaskForm, source: FlaskForm, names: Iterable[str]) -> None:
    for name in names:
        form[name].raw_data = None
        form[name].process(None, source[name].data)


def _said(field: Field) -> Any:
    said = _plain(field.data)
    return sorted(said) if isinstance(field, SelectMultipleField) and said else said


def _plain(value: Any) -> Any:
    """A value as JSON, alike whether a browser sent it or the store; what is empty is left out."""
    if isinstance(value, Mapping):
        return {name: said for name, one in value.items() if (said := _plain(one))}
    if isinstance(value, list | tuple):
        return [said for one in value if (said := _plain(one))]
    return "" if value is None or value is False else str(value)
