"""The words of the people's registers: states, kinds, fields and deeds, for pages and exports."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from server.registry.people.rules import AppointmentState, CertificateState, RecusalType
from server.registry.rules import AbsenceKind

CERTIFICATES = {
    CertificateState.VALID: (_("Valid"), "pass", "circle-check"),
    CertificateState.EXPIRING: (_("Ends within 60 days"), "warn", "clock"),
    CertificateState.EXPIRED: (_("Expired"), "fail", "alert-triangle"),
    CertificateState.NOT_YET: (_("Not valid yet"), "warn", "hourglass"),
    CertificateState.WITHDRAWN: (_("Certificate withdrawn"), "na", "ban"),
}
"""Each with its tone and its icon."""

APPOINTMENTS = {
    AppointmentState.APPOINTED: (_("Appointed"), "pass", "circle-check"),
    AppointmentState.EXPIRING: (_("Ends within 60 days"), "warn", "clock"),
    AppointmentState.ENDED: (_("Appointment ended"), "na", "ban"),
    AppointmentState.NOT_YET: (_("Not appointed yet"), "warn", "hourglass"),
}

ABSENCES = {
    AbsenceKind.LEAVE: _("Leave"),
    AbsenceKind.SECONDED: _("Secondment"),
    AbsenceKind.STUDY: _("Study leave"),
}

RECUSALS = {
    RecusalType.RELATIVE: _("Close relative"),
    RecusalType.INTEREST: _("Interest (investment, post, debt)"),
    RecusalType.REQUESTED: _("Asked for by the party"),
    RecusalType.LAST_ROUND: _("Checked the same subject last round"),
}

DUTIES = {"on": _("On duty today"), "away": _("Away today")}

LACKS = {"specialty": _("Without specialties"), "grid": _("Without grids")}

CERTIFICATE_TYPES = (
    "行政执法证",
    "人民警察证",
    "税务检查证",
    "烟草专卖检查证",
    "邮政行政执法证",
    "消防监督检查人员证件",
)
"""Offered where a type is typed: the names certificates bear, so not translated."""

FIELDS = {
    "certificate_type": _("Type of the certificate"),
    "certificate_number": _("Number of the certificate"),
    "issued_by": _("Issued by"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "specialties": _("Specialties"),
    "grids": _("Grids"),
    "can_lead": _("May lead"),
    "kind": _("Kind"),
    "since": _("First day"),
    "until": _("Last day"),
    "uscc": _("Unified social credit code"),
    "type": _("Ground"),
    "name": _("Full name"),
    "unit": _("Unit"),
    "title": _("Title"),
    "phone": _("Phone number"),
    "fields": _("Fields"),
    "industries": _("Industries"),
    "inviters": _("May be invited by"),
    "appointed_from": _("Appointed from"),
    "appointed_until": _("Appointed until"),
}

DEEDS = {
    "added": _("Entered"),
    "changed": _("Changed"),
    "ended": _("Withdrawn or ended"),
    "returned": _("Brought back"),
    "absent": _("Absence entered"),
    "returned-early": _("Absence cut short"),
    "absence-undone": _("Absence taken back"),
    "recused": _("Recusal entered"),
    "recusal-ended": _("Recusal lifted"),
}


def value(name: str, said: Any, names: Mapping[str, str]) -> str | LazyString:
    """A field of the history in words; `names` has those of industries, grids and departments by code."""
    if said is None or said in ("", []):
        return _("None") if name != "until" else _("until further notice")
    if isinstance(said, bool):
        return _("Yes") if said else _("No")
    if name == "kind":
        return ABSENCES.get(said, said)
    if name == "type":
        return RECUSALS.get(said, said)
    if isinstance(said, list):
        return "、".join(names.get(one, one) for one in said)
    return str(said)
