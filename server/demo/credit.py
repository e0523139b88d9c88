"""Credit risk in the demo county: lists of emerging industries and the first policy."""

from datetime import date
from typing import Any

from server.infra.clock import now
from server.infra.db import db
from server.infra.ids import new_id
from server.registry.credit import policies
from server.registry.credit.model import RiskPolicy
from server.registry.credit.policy import DEFAULT

Json = dict[str, Any]

COUNTS = "E10-2021"
"""The list that counts: the work plan of 2022 speaks of eight industries and names none."""


def settle(codes: Json, today: date) -> None:
    """Enter the lists, and the policy that holds since the year began."""
    for one in codes["emerging_industries"]["lists"]:
        industries = {item["code"]: item["zh"] for item in one["items"]}
        policies.enter_list(None, one["list_code"], one["zh"], one["source"], industries)
    db.session.flush()
    document = DEFAULT.document
    document["exemption"]["emerging_list"] = COUNTS
    db.session.add(
        RiskPolicy(
            id=new_id(),
            effective_from=date(today.year, 1, 1),
            document=document,
            reason="演示样例：比例和频次取自公开做法，正式使用前须由联席办核定",
            set_at=now(),
        )
    )
    db.session.flush()
