"""The rules of the house that no single room can hold: see server/README.md and pwa/README.md."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from jinja2.ext import babel_extract

import config
from server.accounts.model import Person
from server.accounts.rules import Role
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.problems import CATALOGUE
from server.web.gate import rights_of

ROOT = Path(__file__).resolve().parents[1]
SERVER, PWA = ROOT / "server", ROOT / "pwa"
PYTHON = sorted(SERVER.rglob("*.py"))
TEMPLATES = sorted(SERVER.rglob("*.html"))
SCRIPTS = sorted(path for path in PWA.rglob("*.js") if "vendor" not in path.parts)
PAGES = [*TEMPLATES, *PWA.glob("*.html"), *SCRIPTS]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, each by its full name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- rights -------------------------------------------------------------------------------------------------


def test_every_view_declares_who_may_enter(app: Flask) -> None:
    assert [endpoint for endpoint in app.view_functions if rights_of(app, endpoint) is None] == []


def test_every_right_names_a_role_that_exists(app: Flask) -> None:
    named = {who for endpoint in app.view_functions for who in rights_of(app, endpoint).who}
    assert {who for who in named if not who.startswith("*")} <= set(Role)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
def test_each_role_enters_where_it_may_and_nowhere_else(
    app: Flask, client: FlaskClient, role: Role | None
) -> None:
    """Walks all routes; those who may enter meet anything but the gate, and never a failing server."""
    app.config["WTF_CSRF_ENABLED"] = False
    key = _enter(app, role) if role else None
    wrong = []
    for rule in app.url_map.iter_rules():
        rights = rights_of(app, rule.endpoint)
        expected = rights.verdict(role is not None, frozenset({role} if role else ()))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if key:
                _sit_down(app, client, key)
            answer = client.open(_address(rule), method=method, headers={"Accept": "application/json"})
            met = answer.get_json()["code"] if answer.content_type == "application/problem+json" else None
            refused = met if met in ("sign-in", "not-allowed") else None
            if refused != expected or answer.status_code >= 500:
                wrong.append((method, rule.rule, expected, answer.status_code, met))
    assert wrong == []


def _enter(app: Flask, role: Role) -> str:
    with app.app_context(), transaction():
        person = Person(username=f"walker-{role}", name="走", password_hash="none")
        person.roles = {role}
        db.session.add(person)
        db.session.flush()
        return person.session_key


def _sit_down(app: Flask, client: FlaskClient, key: str) -> None:
    with app.app_context():
        instant = now().timestamp()
    with client.session_transaction() as session:
        session.update(_user_id=key, _fresh=True, seen=instant, office=instant)


def _address(rule: object) -> str:
    return re.sub(r"<(?:[^:>]+:)?[^>]+>", "0193a9b2-0000-7000-8000-00000000000f", rule.rule)


# --- settings and problems ----------------------------------------------------------------------------------


def test_every_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [setting for setting in config.SETTINGS if f"| `{setting}` |" not in readme] == []


def test_nothing_but_the_settings_reads_the_environment() -> None:
    readers = [name(path) for path in PYTHON if re.search(r"os\.environ|getenv", path.read_text())]
    assert readers == ["server/__init__.py"]  # which hands it to config.py


def test_every_problem_raised_is_in_the_catalogue_and_every_entry_is_used() -> None:
    texts = {path: path.read_text() for path in PYTHON + SCRIPTS if path.name != "problems.py"}
    raised = {code for text in texts.values() for code in re.findall(r"\bProblem\(\s*\"([^\"]+)\"", text)}
    everything = "\n".join(texts.values())
    assert raised - CATALOGUE.keys() == set()
    assert {code for code in CATALOGUE if f'"{code}"' not in everything} == set()


# --- code ---------------------------------------------------------------------------------------------------


def test_one_place_commits() -> None:
    assert [name(path) for path in PYTHON if ".commit()" in path.read_text()] == ["server/infra/db.py"]


def test_no_import_of_our_own_hides_in_a_function() -> None:
    hidden = [
        (name(path), node.lineno)
        for path in PYTHON
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("server")
    ]
    assert hidden == []


def test_no_room_imports_another_s_views() -> None:
    foreign = [
        (name(path), module)
        for path in PYTHON
        for module in imports(path)
        if (found := re.match(r"server\.(\w+)\.(views|api)\b", module))
        and SERVER / found.group(1) not in path.parents
    ]
    assert foreign == []


PURE = [
    "kernel/*.py",
    "**/rules.py",
    "catalogue/comparing.py",
    "catalogue/drafts/merging.py",
    "planning/plans/forewarning.py",
    "planning/plans/matching.py",
    "registry/credit/policy.py",
    "planning/draw/course.py",
    "visits/fold.py",
    "visits/folding/*.py",
]
PURE_LIBRARIES = {"rfc8785", "stdnum", "jsonschema", "chinese_calendar"}
IMPURE_STANDARD = {"os", "random", "secrets", "socket", "subprocess", "tempfile", "threading", "time"}


@pytest.mark.parametrize("path", [path for glob in PURE for path in sorted(SERVER.glob(glob))], ids=name)
def test_rules_know_no_framework_no_clock_no_chance(path: Path) -> None:
    roots = {module.split(".")[0] for module in imports(path)}
    assert roots - sys.stdlib_module_names - PURE_LIBRARIES - {"server"} == set()
    assert roots & IMPURE_STANDARD == set()
    assert not re.search(r"\b(datetime\.now|date\.today|utcnow)\(", path.read_text())
    assert [
        module for module in imports(path) if re.search(r"\.(model|actions|views|api|infra)\b", module)
    ] == []


WALLS = {  # a room of the phone, and those it may import
    "journal": {"vendor"},
    "store": {"journal", "vendor"},
    "sync": {"journal", "store", "vendor"},
    "capture": {"store", "i18n"},
    "i18n": set(),
}


@pytest.mark.parametrize("room", WALLS)
def test_the_rooms_of_the_phone_keep_their_walls(room: str) -> None:
    reached = {
        (name(path), target.split("/")[0])
        for path in (PWA / room).rglob("*.js")
        for wanted in re.findall(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", path.read_text())
        if (target := (path.parent / wanted).resolve().relative_to(PWA).as_posix())
    }
    assert {(path, other) for path, other in reached if other not in WALLS[room] | {room}} == set()


# --- pages --------------------------------------------------------------------------------------------------

PAPERS = {  # files of their own: printed by WeasyPrint, one handed to the party
    SERVER / "catalogue/handbook/templates/handbook/paper.html",
    SERVER / "planning/plans/templates/plans/paper.html",
    SERVER / "visits/templates/visits/record.html",
    SERVER / "visits/templates/visits/blank.html",
    SERVER / "planning/dispatch/templates/dispatch/notice.html",
    SERVER / "planning/draw/templates/draw/slip.html",
    SERVER / "planning/tasks/templates/tasks/approval_paper.html",
    PWA / "views/copy-paper.js",
}
INLINE = r"""\sstyle=["']|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|hx-on|javascript:"""


@pytest.mark.parametrize("path", [path for path in PAGES if path not in PAPERS], ids=name)
def test_no_page_has_style_or_script_within(path: Path) -> None:
    assert re.findall(INLINE, path.read_text()) == []


def test_every_icon_named_is_in_the_sprite_and_every_icon_there_is_named(app: Flask) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (SERVER / "web/static/icons.svg").read_text()))
    texts = "\n".join(path.read_text() for path in PAGES + PYTHON)
    used = {icon for icon in drawn if re.search(rf"""["'#]{icon}["'<]""", texts)}
    asked = set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", texts)) | icons_of_macros(app)
    asked |= {one.icon for kind in ("nav", "finding") for one in app.extensions[kind]}
    assert (asked - drawn, drawn - used) == (set(), set())


def icons_of_macros(app: Flask) -> set[str]:
    """What templates hand to the macros that draw an icon (`button`, `badge`, `notice` and their like)."""
    components = app.jinja_env.parse((SERVER / "web/templates/web/components.html").read_text())
    places = {
        macro.name: [argument.name for argument in macro.args].index("icon_name")
        for macro in components.find_all(nodes.Macro)
        if any(argument.name == "icon_name" for argument in macro.args)
    }
    assert {"button", "link_button", "badge", "empty", "notice"} <= places.keys()
    return {
        icon
        for path in TEMPLATES
        for call in app.jinja_env.parse(path.read_text()).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in places
        for given in [
            *call.args[places[call.node.name] :][:1],
            *(one.value for one in call.kwargs if one.key == "icon_name"),
        ]
        for icon in texts_of(given)
    }


def texts_of(expression: nodes.Expr) -> Iterator[str]:
    """The texts an expression may come to; of a look-up its values, not its keys."""
    match expression:
        case nodes.Const(value=str(text)) if text:
            yield text
        case nodes.CondExpr(expr1=yes, expr2=no):
            yield from texts_of(yes)
            if no is not None:
                yield from texts_of(no)
        case nodes.Call(node=nodes.Getattr(node=nodes.Dict(items=pairs), attr="get"), args=[_, *otherwise]):
            for one in [*(pair.value for pair in pairs), *otherwise]:
                yield from texts_of(one)


# --- languages ----------------------------------------------------------------------------------------------

KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def messages() -> set[str]:
    """Every text the server's code and templates ask a translation for."""
    found = set()
    for path in PYTHON + TEMPLATES:
        reader = babel_extract if path.suffix == ".html" else "python"
        for _line, message, *_ in extract(
            reader, BytesIO(path.read_bytes()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_every_text_of_the_server_has_its_chinese_and_none_is_left_over() -> None:
    with (SERVER / "web/translations/zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as file:
        translated = {message.id: message.string for message in read_po(file) if message.id}
    ids = {id_[0] if isinstance(id_, tuple) else id_: string for id_, string in translated.items()}
    assert messages() - ids.keys() == set(), "not translated"
    assert ids.keys() - messages() == set(), "no longer used"
    assert [id_ for id_, string in ids.items() if not string] == []


def test_no_text_is_translated_twice() -> None:
    source = (SERVER / "web/translations/zh_Hans_CN/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    said = Counter(re.findall(r'(?m)^msgid ((?:".*"\n)+)', source))
    assert [text for text, times in said.items() if times > 1] == []
