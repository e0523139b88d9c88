"""Evidence: blobs named by their SHA-256, resumable uploads, previews. Visits ask by their ports."""

from flask import Flask

from server.evidence import actions, api, commands, openapi, previews, tus_api, views
from server.visits import ports


def init(app: Flask) -> None:
    """Wire the room, and answer what visits ask about evidence."""
    for blueprint in (tus_api.blueprint, api.blueprint, views.blueprint):
        app.register_blueprint(blueprint)
    commands.init(app)
    openapi.publish()
    ports.evidence_of = lambda visit_id: actions.grades(visit_id, app.config["BACKUP_REPORTS"])
    ports.bad_blobs = actions.bad_blobs
    ports.preview_of = previews.preview_of
