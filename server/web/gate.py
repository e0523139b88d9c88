"""Who may enter where. Every view declares it; what declares nothing lets nobody in.

    @blueprint.get("/office/visits")
    @allow("office", "supervisor")
    def visits(): …

A page that refreshes itself says `@allow("office", live=True)`: being answered is then no sign that anybody
sits in front of it, so it does not prolong an office session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user

from server.kernel.problems import Problem

PUBLIC = "*public"
SIGNED_IN = "*signed-in"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rights:
    """Whom a view lets in: everybody, whoever is signed in, or the holders of any of these roles."""

    who: frozenset[str]
    live: bool = False

    def verdict(self, signed_in: bool, roles: frozenset[str]) -> str | None:
        """The code of the problem in the way, or none."""
        if PUBLIC in self.who:
            return None
        if not signed_in:
            return "sign-in"
        return None if SIGNED_IN in self.who or self.who & roles else "not-allowed"


def allow(*who: str, live: bool = False) -> Callable[[View], View]:
    """Decorator, under the route: let these in."""

    def declare(view: View) -> View:
        view.rights = Rights(frozenset(who), live)  # type: ignore[attr-defined]
        return view

    return declare


def rights_of(app: Flask, endpoint: str) -> Rights | None:
    """What the view of an endpoint declares."""
    return getattr(app.view_functions[endpoint], "rights", None)


def init(app: Flask) -> None:
    """Stand at the door."""
    app.view_functions["static"] = allow(PUBLIC)(app.view_functions["static"])
    app.before_request(_check)


def _check() -> None:
    if request.endpoint is None:
        return  # there is no such page: the error pages say so
    rights = rights_of(current_app, request.endpoint) or Rights(frozenset())
    if PUBLIC in rights.who:
        return
    roles = frozenset(current_user.roles) if current_user.is_authenticated else frozenset()
    problem = rights.verdict(current_user.is_authenticated, roles)
    if problem:
        raise Problem(problem)
