"""What the tests of the office share: people at a desk, and a page's words."""

import html
import re

import pytest

from tests.builders import a_visit
from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD


@pytest.fixture
def desk(app):
    """Somebody signed in at a desk: `desk("he")` gives their client."""

    def at(username):
        client = app.test_client()
        assert sign_in(client, username, PASSWORD).status_code == 302
        return client

    return at


@pytest.fixture
def signed(app, people):
    """A visit that was answered, completed and signed off."""
    return a_visit(app, people).answered().completed().signed()


def words(response):
    """What a reader sees of a page: no tags, entities resolved, spaces folded."""
    text = re.sub(r"<(script|style).*?</\1>", " ", response.get_data(as_text=True), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def submit(client, url, **form):
    """Send a form as its page would."""
    return client.post(url, data={"csrf_token": form_token(client), **form})
