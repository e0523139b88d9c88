"""What the register's codes are called on a page and in a file."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from server.registry.rules import EntityType, RiskClass, SubjectStatus

STATUSES: dict[str, LazyString] = {
    SubjectStatus.ACTIVE: _("In business"),
    SubjectStatus.ABNORMAL: _("Abnormal operation"),
    SubjectStatus.SUSPENDED: _("Suspended"),
    SubjectStatus.CANCELLED: _("Struck off"),
    SubjectStatus.REVOKED: _("Revoked"),
    SubjectStatus.MOVED: _("Moved away"),
}

TONES = {
    SubjectStatus.ACTIVE: "pass",
    SubjectStatus.ABNORMAL: "warn",
    SubjectStatus.SUSPENDED: "warn",
}

RISKS: dict[str, LazyString | str] = {
    **{one: str(one) for one in RiskClass if one is not RiskClass.U},
    RiskClass.U: _("Unclassified"),
}

TYPES: dict[str, LazyString] = {
    EntityType.ENTERPRISE: _("Company"),
    EntityType.INDIVIDUAL: _("Individual business"),
    EntityType.NON_PROFIT: _("Private non-profit unit"),
    EntityType.INSTITUTION: _("Public institution"),
}

LACKING: dict[str, LazyString] = {
    "place": _("Without coordinates"),
    "grid": _("Without grid"),
    "sound-code": _("Credit code in doubt"),
}

FIELDS: dict[str, LazyString] = {
    "reference": _("Register number"),
    "name": _("Name of the enterprise"),
    "uscc": _("Credit code"),
    "project_code": _("Project code"),
    "entity_type": _("Kind of subject"),
    "industry": _("Main industry"),
    "industries": _("Industry"),
    "also": _("Further industries"),
    "status": _("State"),
    "address": _("Address"),
    "town": _("Town"),
    "town_code": _("Town"),
    "grid": _("Grid"),
    "legal_rep": _("Person in charge"),
    "phone": _("Telephone"),
    "contacts": _("Contacts"),
    "tags": _("Tags"),
    "registrar": _("Registered with"),
    "registered_on": _("Registered on"),
    "last_inspected_on": _("Last inspected on"),
    "staff_count": _("Staff"),
    "risk_class": _("Credit-risk class"),
    "risk_as_of": _("Class as of"),
    "emerging_code": _("Emerging industry"),
    "lat_e7": _("Latitude"),
    "lon_e7": _("Longitude"),
    "trigger": _("Kind of trigger"),
    "trigger_state": _("State"),
    "matter": _("Matter concerned"),
}

DEEDS: dict[str, LazyString] = {
    "added": _("Added"),
    "changed": _("Changed"),
    "undone": _("Import undone"),
}

SOURCES: dict[str, LazyString] = {
    "form": _("By hand"),
    "import": _("Import"),
    "trigger": _("Trigger"),
    "assessment": _("Credit-risk assessment"),
}

REVIEW: dict[str, tuple[LazyString, LazyString]] = {
    "closed": (_("Closed in the last month"), _("See whether it is true, and whether a visit is planned.")),
    "place": (LACKING["place"], _("They do not appear on the map, and no route leads to them.")),
    "grid": (LACKING["grid"], _("No officer counts as near.")),
    "code": (LACKING["sound-code"], _("Compare with the licence.")),
    "class": (_("Credit-risk class older than 45 days"), _("Ask the province for a new export.")),
    "untouched": (_("Unchanged for a year"), _("See whether it still exists.")),
    "twice": (_("Same name and address twice"), _("Perhaps entered twice.")),
}
