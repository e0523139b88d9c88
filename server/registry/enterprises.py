"""The deeds of the register of subjects: enter one, and everything that hangs on it."""

from server.infra import counters
from server.infra.db import db
from server.registry.model import Enterprise, EnterpriseIndustry
from server.registry.search import terms_of


def enter(enterprise: Enterprise, also: tuple[str, ...] = ()) -> Enterprise:
    """Put a new subject on the register, with its place in the lists; `also` are further industries."""
    enterprise.seq = counters.reserve("enterprise")
    enterprise.terms = terms_of(enterprise.name, enterprise.uscc, enterprise.address, enterprise.tags or ())
    db.session.add(enterprise)
    db.session.flush()
    for industry in dict.fromkeys((enterprise.industry, *also)):
        db.session.add(EnterpriseIndustry(industry=industry, seq=enterprise.seq))
    return enterprise
