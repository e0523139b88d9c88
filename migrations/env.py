"""How Alembic reaches the app's database and tables. Used through `flask db …`, inside an app context."""

from typing import Any

from alembic import context
from flask import current_app

from server.infra.db import Instant


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration outlives the code: it names plain column types, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def run() -> None:
    """Bring the database to the revision asked for, all of it or nothing."""
    migrate = current_app.extensions["migrate"]
    with migrate.db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
