"""The deeds of the register of subjects: enter one, and everything that hangs on it."""

from server.infra import counters
from server.infra.db import db
from server.registry.model import Enterprise, EnterpriseIndustry


def enter(enterprise: Enterprise, also: tuple[str, ...] = ()) -> Enterprise:
    """Put a new subject on the register, with its place in the lists; `also` are further industries."""
    enterprise.seq = counters.reserve("enterprise")
    db.session.add(enterprise)
    db.session.flush()
    for industry in dict.fromkeys((enterprise.industry, *also)):
        db.session.add(EnterpriseIndustry(industry=industry, seq=enterprise.seq))
    return enterprise
