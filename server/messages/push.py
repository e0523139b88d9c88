"""Web push (RFC 8030, 8291, 8292): wake the browsers that asked for it.

What is sent says that there is something new, and nothing else: it passes through a browser maker's server.
Only servers that the settings name are spoken to, for the address comes from whoever subscribes.
"""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from py_vapid import Vapid
from pywebpush import WebPushException, webpush
from sqlalchemy import delete, select

from server.accounts.model import Person
from server.accounts.rules import FIELD_ROLES
from server.infra import settings
from server.infra.clock import now
from server.infra.db import db, transaction
from server.infra.ids import new_id
from server.kernel.problems import Problem
from server.messages import mail
from server.messages.model import PushPlace
from server.messages.rules import text
from server.web.i18n import DEFAULT

KEY = "push-key"
SECONDS = 10
KEPT_SECONDS = 24 * 3600  # by the push server, for a browser that is off
GONE = (404, 410)
MOST_PLACES = 10  # of one person; the oldest gives way

log = logging.getLogger(__name__)


def public_key() -> str:
    """What a browser subscribes with: our P-256 public key, uncompressed."""
    point = _vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def keep(person: Person, said: Any) -> None:
    """Keep a browser's subscription for the person now signed in on it. To be called inside a transaction."""
    endpoint, p256dh, auth = _read(said)
    db.session.execute(delete(PushPlace).where(PushPlace.endpoint == endpoint))
    mine = select(PushPlace).where(PushPlace.person_id == person.id).order_by(PushPlace.added_at.desc())
    for place in db.session.scalars(mine.offset(MOST_PLACES - 1)):
        db.session.delete(place)
    db.session.add(
        PushPlace(
            id=new_id(), person_id=person.id, endpoint=endpoint, p256dh=p256dh, auth=auth, added_at=now()
        )
    )


def forget(person: Person, endpoint: Any) -> None:
    """Forget one of one's own. To be called inside a transaction."""
    if isinstance(endpoint, str):
        own = (PushPlace.person_id == person.id, PushPlace.endpoint == endpoint)
        db.session.execute(delete(PushPlace).where(*own))


def wake(people: Iterable[Person]) -> set[str]:
    """Wake these people's browsers; says whose were reached. A place that is gone is forgotten."""
    by_id = {one.id: one for one in people}
    places = db.session.scalars(select(PushPlace).where(PushPlace.person_id.in_(by_id))).all()
    reached, gone = set(), []
    for place in places:
        status = _call(place, by_id[place.person_id])
        if status in GONE:
            gone.append(place.id)
        elif 200 <= status < 300:
            reached.add(place.person_id)
    if gone:
        with transaction():
            db.session.execute(delete(PushPlace).where(PushPlace.id.in_(gone)))
    return reached


def _call(place: PushPlace, person: Person) -> int:
    """The push server's answer as a status; 0 where there was none."""
    at_desk = person.roles - FIELD_ROLES
    payload = {
        "text": text("something-new", {}, person.locale or DEFAULT),
        "url": "/office/messages" if at_desk else "/field/",
    }
    try:
        answer = webpush(
            {"endpoint": place.endpoint, "keys": {"p256dh": place.p256dh, "auth": place.auth}},
            json.dumps(payload),
            vapid_private_key=_vapid(),
            vapid_claims={"sub": f"mailto:{mail.sender() or 'webpush@liancha.example'}"},
            timeout=SECONDS,
            ttl=KEPT_SECONDS,
            headers={"Topic": "messages"},  # a newer one takes the place of one not yet delivered
        )
        return int(answer.status_code)
    except WebPushException as refusal:
        status = refusal.response.status_code if refusal.response is not None else 0
        log.warning("push refused: %s", status)
        return status
    except (requests.RequestException, ValueError) as error:
        log.warning("push not sent: %s", error)
        return 0


def _read(said: Any) -> tuple[str, str, str]:
    """What a browser says (`PushSubscription.toJSON`), as far as it is one of a server we may speak to."""
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, dict):
        raise Problem("malformed", reason="no subscription")
    endpoint, p256dh, auth = said.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not isinstance(endpoint, str) or len(endpoint) > 500 or not _may_be_called(endpoint):
        raise Problem("push-server-unknown")
    if not isinstance(p256dh, str) or not isinstance(auth, str):
        raise Problem("malformed", reason="no keys")
    if max(len(p256dh), len(auth)) > 100 or not _is_point(_decoded(p256dh)) or len(_decoded(auth)) != 16:
        raise Problem("malformed", reason="no keys")
    return endpoint, p256dh.rstrip("="), auth.rstrip("=")


def _may_be_called(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
    known = current_app.config["PUSH_SERVERS"].split(",")
    return "@" not in origin and any(fnmatch(origin, one.strip()) for one in known)


def _is_point(content: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content)
    except ValueError:
        return False
    return True


def _decoded(said: str) -> bytes:
    try:
        return urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except ValueError:
        return b""


def _vapid() -> Vapid:
    """Our key: made once, kept with the installation's settings."""
    return Vapid.from_raw(settings.kept(KEY, _fresh_key).encode())


def _fresh_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
