"""Bodies that are no JSON, or far too much of it, at every address of the API that reads JSON."""

import pytest

from tests.builders import a_visit

SPOKEN_TO = ("/api/devices", "/api/visits/{visit}/receipts", "/api/visits/{visit}/entries")


def send(caller, path, data, content_type="application/json"):
    token = {"X-CSRFToken": caller.session["csrf_token"]}
    answer = caller.client.post(path, data=data, content_type=content_type, headers=token)
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


@pytest.mark.parametrize("path", SPOKEN_TO)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b"[" * 50_000,
        b"[" * 600 + b"]" * 600,
        b"1" * 9000,
        b'"\\ud800"',
        b'{"\\ud800": 1}',
    ],
    ids=[
        "empty",
        "cut",
        "not UTF-8",
        "NaN",
        "deep",
        "deep and whole",
        "huge number",
        "surrogate",
        "surrogate name",
    ],
)
def test_it_is_a_problem_and_no_failure(app, people, path, data):
    visit = a_visit(app, people)
    assert send(visit.caller("lin"), path.format(visit=visit.id), data) == (400, "malformed")


@pytest.mark.parametrize("path", SPOKEN_TO)
def test_another_type_is_not_read(app, people, path):
    visit = a_visit(app, people)
    answer = send(visit.caller("lin"), path.format(visit=visit.id), b"{}", "text/plain")
    assert answer == (415, "unsupported-media-type")


@pytest.mark.parametrize("path", SPOKEN_TO[:2])
def test_only_batches_of_entries_may_be_large(app, people, path):
    visit = a_visit(app, people)
    assert send(visit.caller("lin"), path.format(visit=visit.id), b" " * 70_000) == (413, "too-large")


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_a_deep_element_does_not_stop_the_batch(app, people, depth):
    visit = a_visit(app, people)
    good = visit.phone("lin").write("visit.opened")
    deep = []
    for _ in range(depth - 1):
        deep = [deep]
    answer = visit.phone("lin").push([deep, good])
    assert answer["accepted"] == [good["hash"]]
    assert [one["problem"] for one in answer["rejected"]] == ["malformed"]
