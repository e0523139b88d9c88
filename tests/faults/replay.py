"""What was said in a schedule, said once more to the real server: where that answers otherwise."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from server.infra.db import db
from tests.builders import Scene
from tests.faults.phones import Json

Told = dict[str, Any]


class Replay:
    """The real app beside the log of a schedule. Etags are each server's own."""

    def __init__(self, visit: Scene, database: Path) -> None:
        self.visit, self.database = visit, database
        self.names = {visit.people[name]: name for name in visit.team}
        self.start, self.yesterday = database.with_suffix(".start"), database.with_suffix(".yesterday")
        copy(database, self.start)

    def differences(self, log: list[Json]) -> list[Told]:
        """Run the log from the beginning: each answer that was another."""
        self._put_back(self.start)
        self.etags: dict[str, str] = {}
        return [told for line in log if (told := self._step(line))]

    def _step(self, line: Json) -> Told | None:
        if line.get("do") == "backup":
            copy(self.database, self.yesterday)
        elif line.get("do") == "restore":
            self._put_back(self.yesterday)
        else:
            real, model = self._ask(line), line["answer"]
            seen = facts(line["path"], real), facts(line["path"], model)
            return None if seen[0] == seen[1] else {**line, "real": seen[0], "model": seen[1]}
        return None

    def _ask(self, line: Json) -> Json:
        caller = self.visit.caller(self.names[line["person"]])
        if line["method"] == "POST":
            answer = caller.post(line["path"], line["body"])
        else:
            known = self.etags.get(line.get("etag") or "")
            answer = caller.get(line["path"], **({"If_None_Match": known} if known else {}))
        if line["answer"].get("etag"):
            self.etags[line["answer"]["etag"]] = answer.headers.get("ETag", "")
        return {"status": answer.status_code, "body": answer.get_json(silent=True)}

    def _put_back(self, kept: Path) -> None:
        with self.visit.app.app_context():
            db.session.remove()
            db.engine.dispose()
        copy(kept, self.database)


def copy(source: Path, target: Path) -> None:
    """A database as it is now, written over another."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def facts(path: str, answer: Json) -> Told:
    """What of an answer a phone acts on."""
    status, body = answer["status"], answer.get("body") or {}
    if "code" in body:
        return {"status": status, "code": body["code"]}
    if "bundle" in path or "reports" in path or "devices" in path or "session" in path:
        return {"status": status}
    if "visits" in body:
        return {key: body["visits"][0][key] for key in ("journal_digest", "held_digest", "bundle_digest")}
    names = ("accepted", "journal_digest", "lost", "standings", "more", "head", "receipts")
    told = {name: body[name] for name in names if name in body and (name != "head" or "more" in body)}
    for name in ("entries", "quarantined"):
        told[name] = [
            one if isinstance(one, str) else (one["hash"], one.get("position")) for one in body.get(name, [])
        ]
    told["quarantined"].sort()
    told["rejected"] = [
        (one["hash"], one["problem"], one.get("resend_from")) for one in body.get("rejected", [])
    ]
    return {"status": status, **told}
