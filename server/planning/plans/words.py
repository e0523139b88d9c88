"""The words of the annual plan, for pages and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from server.accounts.rules import Post
from server.planning.plans.matching import Move, Moved
from server.planning.plans.rules import FilingState, PlanMode, RowSource
from server.registry.credit.words import percent

STATES = {
    FilingState.DRAFT: (_("In preparation"), "info", "writing"),
    FilingState.FILED: (_("Filed"), "warn", "send"),
    FilingState.RETURNED: (_("Sent back"), "fail", "rotate"),
    FilingState.ACCEPTED: (_("Accepted"), "pass", "circle-check"),
}
"""Each with its tone and its icon."""

SOURCES = {
    RowSource.PLAN: _("Annual plan"),
    RowSource.CAMPAIGN: _("Special campaign"),
    RowSource.SINGLE: _("Single department"),
}

MODES = {
    PlanMode.OPEN: _("Open: the whole industry"),
    PlanMode.FIXED: _("Fixed: a named part of it"),
}

POSTS = {
    Post.PRINCIPAL: _("first responsible"),
    Post.IN_CHARGE: _("leader in charge"),
    Post.LIAISON: _("full-time liaison"),
}

DEEDS = {
    "plan-begun": _("Plan begun"),
    "plan-scheme-written": _("Scheme written"),
    "plan-row-added": _("Planned inspection added"),
    "plan-row-changed": _("Planned inspection changed"),
    "plan-row-dropped": _("Planned inspection dropped"),
    "plan-filed": _("Plan filed"),
    "plan-taken-back": _("Plan taken back"),
    "plan-returned": _("Plan sent back"),
    "plan-accepted": _("Plan accepted"),
    "plan-row-approved": _("Approved for a single department"),
    "plan-row-merged": _("Merged into another"),
    "plan-row-joined": _("Another was merged into it"),
    "plan-row-parted": _("Merging undone"),
    "campaign-entered": _("Campaign entered"),
    "campaign-closed": _("Campaign closed"),
}

FIELDS = {
    "name": _("Name"),
    "industry": _("Industry"),
    "lead": _("Lead"),
    "cooperating": _("Cooperating departments"),
    "matters": _("Matters"),
    "base": _("Base"),
    "A": _("Ratio of class %(code)s, in percent", code="A"),
    "B": _("Ratio of class %(code)s, in percent", code="B"),
    "C": _("Ratio of class %(code)s, in percent", code="C"),
    "D": _("Ratio of class %(code)s, in percent", code="D"),
    "U": _("Ratio of unclassified subjects, in percent"),
    "target": _("Visits planned"),
    "months": _("Months"),
    "batch": _("Batch"),
    "mode": _("Drawn from"),
    "method": _("Method"),
    "unannounced": _("Unannounced"),
    "source": _("Counted as"),
}
"""The columns of an export."""


def columns() -> list[tuple[str, str]]:
    """The columns of an export in the reader's language."""
    return [(name, str(label)) for name, label in FIELDS.items()]


def months(first: int, last: int) -> str:
    """The months of a row."""
    if first == last:
        return gettext("month %(month)s", month=first)
    return gettext("months %(first)s to %(last)s", first=first, last=last)


def moved(move: Move, names: Mapping[str, str]) -> str:
    """What a proposal changes for a row, in a sentence."""
    row, before, after = move.row.name, names.get(move.before, move.before), names.get(move.after, move.after)
    match move.kind:
        case Moved.LEAD:
            return gettext("%(row)s: %(before)s no longer leads but cooperates; %(after)s leads.",
                           row=row, before=before, after=after)  # fmt: skip
        case Moved.MONTHS:
            return gettext(
                "%(row)s: moves from months %(before)s to %(after)s.", row=row, before=before, after=after
            )
        case Moved.INDUSTRY:
            return gettext(
                "%(row)s: its subjects are all drawn with “%(after)s”; it is no longer drawn by itself.",
                row=row, after=after,
            )  # fmt: skip
        case Moved.SCOPE:
            return gettext("%(row)s: drawn from the other's wider scope, as many of each class.", row=row)
        case Moved.RATIOS:
            code, was = move.before.split()
            return gettext(
                "%(row)s: class %(code)s is drawn at %(after)s %% instead of %(before)s %%.",
                row=row, code=code, before=percent(int(was)), after=percent(int(move.after.split()[1])),
            )  # fmt: skip
        case Moved.NOTICE:
            return gettext("%(row)s: becomes unannounced, because the other is.", row=row)


def exported_row(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A row of a plan's document as a file has it."""
    scope = [*row["scope"]["towns"], *row["scope"]["tags"]]
    return {
        "name": row["name"],
        "industry": row["industry_name"],
        "lead": names.get(row["department"], row["department"]),
        "cooperating": [names.get(code, code) for code in row["departments"]],
        "matters": "；".join(
            f"{names.get(code, code)}：{'、'.join(some)}" for code, some in row["matters"].items()
        ),
        "base": row["base"],
        **{code: row["ratios"].get(code, 0) / 100 for code in "ABCDU"},
        "target": row["target"],
        "months": months(row["first_month"], row["last_month"]),
        "batch": row["batch"],
        "mode": "、".join(scope) or str(MODES[PlanMode(row["mode"])]),
        "method": row["method"],
        "unannounced": row["unannounced"],
        "source": str(SOURCES[RowSource(row["source"])]),
    }
