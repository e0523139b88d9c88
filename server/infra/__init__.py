"""What all rooms stand on: database, storage, jobs, clock, ids, audit, settings. It knows no room."""

from flask import Flask

from server.infra import audit, commands, counters, datadir, db, jobs, settings, storage

__all__ = ["audit", "counters", "init", "settings"]


def init(app: Flask) -> None:
    """Wire the ground floor; refuses an app whose data could not be kept."""
    datadir.init(app)
    db.init(app)
    storage.init(app)
    jobs.init(app)
    commands.init(app)
