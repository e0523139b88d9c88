"""The words of credit risk: classes, sources, triggers, conditions, and where a class comes from."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from server.registry.credit.policy import Policy, Rate
from server.registry.credit.rules import Standing
from server.registry.rules import EntityType, RiskClass

CLASSES = {
    "A": _("Low risk"),
    "B": _("Medium risk"),
    "C": _("Higher risk"),
    "D": _("High risk"),
    "U": _("Unclassified"),
}
LETTERED = {
    "A": _("A, low risk"),
    "B": _("B, medium risk"),
    "C": _("C, higher risk"),
    "D": _("D, high risk"),
}
TONES = {"A": "pass", "B": "info", "C": "warn", "D": "fail", "U": "neutral"}
SOURCES = {
    "imported": _("Imported class"),
    "points": _("Points of the county"),
    "decision": _("Decision of the office"),
    "lifted": _("Decision lifted"),
}
KINDS = {
    "complaint": _("Complaint or report"),
    "transfer": _("Referred or assigned"),
    "alert": _("Anomaly in monitoring"),
    "class-change": _("Class changed to C or D"),
    "abnormal": _("Listed as abnormal"),
}
STATES = {"open": _("Open triggers"), "closed": _("Closed triggers")}
CONDITIONS = {
    "enterprise": _("It is an enterprise"),
    "low-risk": _("Its credit risk is low"),
    "emerging": _("It belongs to a listed emerging industry"),
    "no-correction": _("No correction is open"),
    "no-case": _("No case is open"),
    "not-abnormal": _("It is not listed as abnormal"),
    "no-trigger": _("No trigger is open"),
}
CATEGORIES = {
    "REG": _("Registration of the enterprise"),
    "ANNUAL": _("Annual report"),
    "TRADEMARK": _("Use of trade marks"),
}


def percent(ratio: int) -> str:
    """A ratio in hundredths of a percent as people write it: 300 is 3, 25 is 0.25."""
    return f"{ratio // 100}.{ratio % 100:02d}".rstrip("0").rstrip(".")


def frequency(rate: Rate) -> str:
    """How often at most, in words."""
    if rate.times is None:
        return gettext("no cap, but each check gives its reason")
    if rate.years == 1:
        return gettext("%(times)s a year at most", times=rate.times)
    return gettext("%(times)s in %(years)s years at most", times=rate.times, years=rate.years)


def provenance(entity_type: EntityType, found: Standing, policy: Policy) -> str:
    """Where the class that counts comes from, in one sentence."""
    if found.source == "decision" and found.decision:
        said = found.decision
        return gettext(
            "The office decided so on %(day)s, until %(until)s: %(reason)s",
            day=said.as_of.isoformat(),
            until=said.until.isoformat() if said.until else "",
            reason=said.reason,
        )
    if found.source == "points":
        made = gettext("%(points)s points of the county make this class.", points=found.points)
        return made + _beneath(found)
    if found.source == "imported" and found.imported:
        sentence = gettext("Imported class of %(day)s.", day=found.imported.as_of.isoformat())
        return sentence + _in_vain(found)
    treated = policy.treated_as(RiskClass.U)
    if entity_type is not EntityType.ENTERPRISE:
        return gettext("Only enterprises are classified. It is treated as %(treated)s.", treated=treated)
    return gettext("No source has classified it. It is treated as %(treated)s.", treated=treated)


def _beneath(found: Standing) -> str:
    if found.imported is None:
        return " " + gettext("There is no imported class.")
    return " " + gettext(
        "The imported class of %(day)s is %(risk_class)s.",
        day=found.imported.as_of.isoformat(),
        risk_class=found.imported.risk_class,
    )


def _in_vain(found: Standing) -> str:
    if not found.points:
        return ""
    return " " + gettext("%(points)s points of the county make no higher risk.", points=found.points)
