"""One search for the whole office. Each room says what it finds; a person is shown what their roles open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template, request
from flask_babel import LazyString
from flask_login import current_user

from server.web.gate import SIGNED_IN, allow, rights_of

blueprint = Blueprint("finding", __name__)

AT_MOST = 5  # of each kind
SEARCH_LENGTH = 100


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what tells it from others, and its page."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What a room found: at most AT_MOST, and where all of them are, if there are more."""

    hits: Sequence[Hit]
    more: str | None = None


@dataclass(frozen=True)
class Provider:
    """A kind of thing that can be found; its rights are those of the endpoint that lists them."""

    label: LazyString
    icon: str
    endpoint: str
    order: int
    find: Callable[[str], Answer]


def register(app: Flask, provider: Provider) -> None:
    """Add a kind; called by a room's `init`."""
    app.extensions.setdefault("finding", []).append(provider)


@blueprint.get("/office/search")
@allow(SIGNED_IN)
def index() -> str:
    """What every room finds, a few of each."""
    typed = request.args.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH]
    groups = [(one, one.find(typed)) for one in _open_providers()] if typed else []
    return render_template(
        "web/finding.html", typed=typed, groups=[group for group in groups if group[1].hits]
    )


def init(app: Flask) -> None:
    """Offer the page, and its box on every other."""
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"search_typed": request.args.get("q", "") if _is_here() else ""})


def _is_here() -> bool:
    return request.endpoint == "finding.index"


def _open_providers() -> list[Provider]:
    roles = frozenset(current_user.roles)
    providers: list[Provider] = sorted(current_app.extensions.get("finding", []), key=lambda one: one.order)
    return [one for one in providers if _is_open(one, roles)]


def _is_open(one: Provider, roles: frozenset[str]) -> bool:
    rights = rights_of(current_app, one.endpoint)
    return rights is not None and rights.verdict(True, roles) is None
