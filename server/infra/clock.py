"""The server's clock. Tests put their own into `app.config["CLOCK"]`, a function that gives an instant."""

from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """This instant, in UTC."""
    clock = current_app.config.get("CLOCK")
    instant: datetime = clock() if clock else datetime.now(UTC)
    return instant.astimezone(UTC)
