"""The office's navigation. Each room registers its own entries; a person sees those their roles open."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import LazyString
from flask_login import current_user

from server.web.gate import rights_of


@dataclass(frozen=True)
class NavItem:
    """One entry: its words, its icon, and the endpoint it leads to, whose rights it shares."""

    label: LazyString
    icon: str
    endpoint: str
    order: int

    @property
    def current(self) -> bool:
        """Whether the page shown belongs to this entry (same blueprint, or one within it)."""
        return (request.blueprint or "").partition(".")[0] == self.endpoint.partition(".")[0]


def register(app: Flask, item: NavItem) -> None:
    """Add an entry; called by a room's `init`."""
    app.extensions.setdefault("nav", []).append(item)


def visible_items() -> list[NavItem]:
    """The entries this person may open, in order."""
    if not current_user.is_authenticated:
        return []
    roles = frozenset(current_user.roles)
    items: list[NavItem] = sorted(current_app.extensions.get("nav", []), key=lambda item: item.order)
    return [item for item in items if _open_to(item, roles)]


def init(app: Flask) -> None:
    """Hand the entries to the templates."""
    app.context_processor(lambda: {"nav_items": visible_items})


def _open_to(item: NavItem, roles: frozenset[str]) -> bool:
    rights = rights_of(current_app, item.endpoint)
    return rights is not None and rights.verdict(True, roles) is None
