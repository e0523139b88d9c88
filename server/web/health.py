"""Whether the app can serve: its database answers and its data folder takes writes."""

from typing import Any

from flask import Blueprint, current_app

from server.infra import settings
from server.infra.datadir import refuse_unwritable
from server.web.gate import PUBLIC, allow

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(PUBLIC)
def healthz() -> tuple[dict[str, Any], int]:
    """200 when it can, 503 with what is wrong when it cannot."""
    trouble = {name: str(error) for name, probe in _PROBES.items() if (error := _failure(probe))}
    return {"status": "failing" if trouble else "ok", "trouble": trouble}, 503 if trouble else 200


def _data_dir() -> None:
    refuse_unwritable(current_app.config["DATA_DIR"])


def _database() -> None:
    settings.read("epoch")


_PROBES = {"data": _data_dir, "database": _database}


def _failure(probe: Any) -> str | None:
    """The kind of failure a probe met; its wording may name hosts and stays in the log."""
    try:
        probe()
    except (Exception, SystemExit) as error:
        current_app.logger.exception("healthz")
        return type(error).__name__
    return None
