"""Pushing entries, as a dialogue with the protocol: every pushed entry gets an answer."""

from tests.builders import a_visit


def test_whole_visit_ends_signed(app, people, any_db):
    visit = a_visit(app, people).answered().completed().signed()
    state = visit.state()
    assert state["status"] == "signed", state["signoffs"]
