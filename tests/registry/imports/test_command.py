"""`flask registry import`: what programs read of it, and with which exit."""

import json

import pytest

from server.infra.db import db
from server.registry.model import Enterprise
from tests.registry.imports.conftest import a_row, as_csv

NOTHING = {"added": 0, "changed": 0, "unchanged": 0, "rejected": []}

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def run(app, tmp_path):
    """Import a file from a shell: exit and JSON."""

    def go(content, *options):
        path = tmp_path / "对象.csv"
        path.write_bytes(content)
        result = app.test_cli_runner().invoke(args=["registry", "import", str(path), *options, "--json"])
        return result.exit_code, json.loads(result.stdout)

    return go


def count(app):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(Enterprise)) - 1


def test_what_it_did(app, run):
    assert run(as_csv([a_row(1), a_row(2)])) == (0, NOTHING | {"added": 2})
    changed = as_csv([a_row(1), a_row(2, name="新名"), a_row(3)])
    assert run(changed) == (0, NOTHING | {"added": 1, "changed": 1, "unchanged": 1})
    assert run(as_csv([a_row(1)])) == (0, NOTHING | {"unchanged": 1})
    assert count(app) == 3


def test_a_dry_run_writes_nothing(app, run):
    assert run(as_csv([a_row(1)]), "--dry-run") == (0, NOTHING | {"added": 1})
    assert count(app) == 0
    assert list((app.config["DATA_DIR"] / "imports").iterdir()) == []


def test_with_a_rejected_row_nothing_is_written(app, run):
    code, said = run(as_csv([a_row(1), a_row(2, status="没有的", name="")]))
    assert (code, said["added"], count(app)) == (1, 1, 0)
    assert [(one["row"], one["column"]) for one in said["rejected"]] == [(3, "名称"), (3, "经营状态")]
    assert said["rejected"][0]["reason"] == "必填项是空的。"


def test_a_file_that_is_no_table(run):
    code, said = run(b"\0\0")
    assert (code, said["problem"]["code"], said["rejected"]) == (1, "import-not-table", [])
