"""Server nonces: a signed instant that phones weave into their entries, which are then not older than it."""

from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, Signer

from server.kernel import instants


def issue_nonce(now: datetime) -> str:
    """A nonce that holds the instant of its issue."""
    return _signer().sign(instants.rfc3339(now)).decode()


def nonce_issued_at(nonce: str) -> datetime | None:
    """When we issued this nonce; none if we did not."""
    try:
        return instants.parse(_signer().unsign(nonce.encode()).decode())
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="liancha/nonce")
