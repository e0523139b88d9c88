"""The OpenAPI document tells the truth, and no request of any form makes the server fail."""

import re

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.evidence import openapi as evidence
from server.kernel.problems import CATALOGUE
from server.visits.entry import problem_of_form
from server.visits.openapi import document
from server.visits.schemas import SCHEMAS, ref
from tests.builders import Caller, a_visit

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


OVERRIDES = {("/api/evidence/uploads/{upload_id}", "post")}
"""tus lets a POST stand for PATCH and DELETE (X-HTTP-Method-Override): no operation of its own."""


def is_valid(schema, value):
    """Whether a value fits a schema of the document, by another validator than the server's."""
    whole = schema | {"components": document()["components"]}
    return jsonschema.Draft202012Validator(whole).is_valid(value)


# The document


def test_every_route_of_the_api_is_documented_and_no_other(app):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    said = {
        (path, method)
        for path, methods in document()["paths"].items()
        for method in methods.keys() - {"head", "options", "parameters"}
    }
    assert said == routes - OVERRIDES


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere():
    whole = document()
    for schema in whole["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for name in re.findall(r"#/components/schemas/([^'\"]+)", str(whole)):
        assert name in whole["components"]["schemas"]


def test_every_operation_lists_its_problems(app):
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            kinds = {
                kind
                for status, answer in operation["responses"].items()
                if status >= "400"
                for kind in answer.get("content", {})
            }
            assert kinds <= {"application/problem+json"}, path
            for code in re.findall(r"- `([a-z-]+)`", str(operation["responses"])):
                assert code in CATALOGUE


def test_the_published_entry_is_the_one_that_is_judged(app, people):
    phone = a_visit(app, people).phone("lin")
    phone.arrive()
    for entry in phone.chain:
        assert is_valid(ref("Entry"), entry)
        assert is_valid(ref(f"body.{entry['kind']}"), entry["body"])
        assert problem_of_form(entry) is None
        for name in SCHEMAS["Entry"]["required"]:
            assert not is_valid(ref("Entry"), {**entry, name: []})
            assert problem_of_form({**entry, name: []}) is not None


def test_answers_fit_what_is_published(app, people):
    visit = a_visit(app, people).answered()
    lin = visit.phone("lin")
    lin.answer("XF1")
    path = f"/api/visits/{visit.id}"
    said = {
        "Session": lin.caller.session,
        "PushAnswer": lin.push([*lin.unsent, {}]),
        "VisitList": lin.caller.get("/api/visits").json,
        "Bundle": lin.caller.get(f"{path}/bundle").json,
        "Hashes": lin.hashes(),
        "EntryPage": lin.entries(after=0),
        "Problem": lin.caller.get(f"{path}/entries?after=x").json,
    }
    for name, answer in said.items():
        assert is_valid(ref(name), answer), name


# Requests of every form


@pytest.fixture
def api(app, people):
    """The document as the tester reads it, with a signed-in inspector on whose visit the paths are tried."""
    visit = a_visit(app, people)
    visit.phone("lin").arrive()
    visit.sent()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    schema.visit, schema.caller = visit, Caller(app, "lin")
    return schema


@schemathesis.serializer("application/offset+octet-stream")
def chunk(_context, value):
    """A chunk of an upload is bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


def operations():
    """Every path and method of the document."""
    evidence.publish()
    methods = ("get", "post", "put", "patch", "delete", "head", "options")
    paths = document()["paths"].items()
    return [(path, method) for path, known in sorted(paths) for method in methods if method in known]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fit", "unfit"])
@pytest.mark.parametrize(("path", "method"), operations())
def test_no_request_makes_the_server_fail(api, path, method, mode):
    """Requests made up from the document, as it wants them and as it does not."""
    operation = api[path][method.upper()]
    session = {"cookies": {"liancha": api.caller.client.get_cookie("liancha").value}}
    session["headers"] = {"X-CSRFToken": api.caller.session["csrf_token"]}

    @settings(
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), on_our_visit=booleans())
    def ask(case, on_our_visit):
        if on_our_visit and "visit_id" in (case.path_parameters or {}):
            case.path_parameters["visit_id"] = api.visit.id
        case.validate_response(case.call(**session), checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about this operation can be wrong
