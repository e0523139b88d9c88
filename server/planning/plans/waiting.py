"""What of the annual plan waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from server.accounts.model import Person
from server.planning.plans import queries, rules
from server.planning.plans.rules import FilingState
from server.web.waiting import Waiting


def waiting(person: Person) -> Iterator[Waiting]:
    """For a department what came back to it; for the office what was filed, and who wants to go alone."""
    department = person.department
    if department and rules.may_write(person.roles, department, department):
        number, first = queries.number_in([FilingState.RETURNED], department)
        if number:
            yield Waiting(_("Plans sent back to you"), number, url_for("plans.show", filing_id=first))
    if "office" in person.roles:
        number, first = queries.number_in([FilingState.FILED])
        if number:
            where = url_for("plans.show", filing_id=first) if number == 1 else url_for("plans.index")
            yield Waiting(_("Plans to review"), number, where)
        alone = queries.awaiting_approval()
        if alone:
            where = url_for("plans.index", year=alone[0].year, _anchor="alone")
            yield Waiting(_("Single departments to approve"), len(alone), where)
