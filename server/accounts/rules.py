"""The law of accounts: roles, when a sign-in has to wait, which keys may be enrolled, how nonces are made."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.kernel.problems import Problem


class Role(StrEnum):
    """What a person may be here. Leading a visit is a property of its team, not a role."""

    ADMIN = "admin"
    OFFICE = "office"
    HEAD = "head"
    PLANNER = "planner"
    LIAISON = "liaison"
    INSPECTOR = "inspector"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"


class Post(StrEnum):
    """R-108: what each department names one person for."""

    PRINCIPAL = "principal"  # 主要负责人, first responsible
    IN_CHARGE = "in-charge"  # 分管领导
    LIAISON = "liaison"  # full-time 联络员


def may_name_posts(roles: Collection[str], own: str | None, department: str) -> bool:
    """Who names the holders of a department's posts: its own head and liaison, and the office."""
    return "office" in roles or (own == department and bool({"head", "liaison"} & {*roles}))


def refuse_foreign_posts(roles: Collection[str], own: str | None, department: str) -> None:
    """Each department names its own."""
    if not may_name_posts(roles, own, department):
        raise Problem("posts-of-others")


def check_posts(holders: Mapping[Post, str], candidates: Collection[str]) -> None:
    """One person of the department for each post, and nobody for two (R-108)."""
    named = [(post, person) for post, person in holders.items() if person]
    for at, (post, person) in enumerate(named):
        if person not in candidates:
            raise Problem("post-stranger", field=post.value)
        if person in [other for _post, other in named[:at]]:
            raise Problem("post-twice", field=post.value)


FIELD_ROLES = frozenset({Role.INSPECTOR, Role.EXPERT})

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
PASSWORD_LENGTH = 10
LOCK_OUT = timedelta(minutes=15)
ACCOUNT_LIMIT = 5  # failures within LOCK_OUT before an account waits
ADDRESS_LIMIT = 30  # the same for an address: a whole office may sit behind one


def tidy_username(text: str) -> str:
    """A user name as typed, without blanks around it; what cannot be one becomes nobody's."""
    name = text.strip()
    return name if len(name) <= 64 and name.isprintable() else ""


def check_username(typed: str) -> str:
    """A user name for a new account: short, and the same on every keyboard."""
    name = tidy_username(typed).lower()
    if not USER_NAME.fullmatch(name):
        raise Problem("user-name-odd", field="username")
    return name


def check_password(username: str, password: str, again: str) -> None:
    """A password somebody chooses: long rather than odd, not the own name, typed twice alike."""
    if len(password) < PASSWORD_LENGTH or len(password) > 1000 or username in password.lower():
        raise Problem("password-short", field="password", length=PASSWORD_LENGTH)
    if password != again:
        raise Problem("passwords-differ", field="again")


def minutes_to_wait(now: datetime, of_account: Sequence[datetime], of_address: Sequence[datetime]) -> int:
    """How many minutes a sign-in must wait, by the failures of the account and of the address; 0 is none."""
    ends = [_lock_ends(of_account, ACCOUNT_LIMIT), _lock_ends(of_address, ADDRESS_LIMIT)]
    remaining = max((end - now for end in ends if end is not None), default=timedelta())
    return max(0, -(-remaining // timedelta(minutes=1)))


def _lock_ends(failures: Sequence[datetime], limit: int) -> datetime | None:
    """The lock falls when the oldest of the newest `limit` failures no longer counts."""
    newest = sorted(failures)[-limit:]
    return newest[0] + LOCK_OUT if len(newest) == limit else None


def landing(roles: frozenset[str], on_phone: bool) -> str:
    """Where a person begins: the office at a desk, the field app in the field or on an officer's phone."""
    at_desk, in_field = roles - FIELD_ROLES, roles & FIELD_ROLES
    return "/office" if at_desk and not (on_phone and in_field) else "/field/"


def public_key(jwk: Any) -> dict[str, str]:
    """The four members of an EC P-256 public key (RFC 7518, 6.2.1); `malformed` for anything else."""
    if not isinstance(jwk, Mapping) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise Problem("malformed", field="public_key", reason="not an EC P-256 key")
    if "d" in jwk:
        raise Problem("malformed", field="public_key", reason="a private key must stay on the device")
    for name in ("x", "y"):
        if not _is_coordinate(jwk.get(name)):
            raise Problem("malformed", field="public_key", reason=f"bad coordinate {name}")
    return {name: jwk[name] for name in ("crv", "kty", "x", "y")}


def _is_coordinate(text: object) -> bool:
    if not isinstance(text, str) or len(text) != 43 or not text.isascii():
        return False
    try:
        return len(urlsafe_b64decode(text + "=")) == 32
    except ValueError:
        return False
