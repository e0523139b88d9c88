"""What the tests of imports share: a county with words, files made row by row, and a clerk at a desk."""

import csv
import io
import itertools
import re

import pytest
from stdnum.cn import uscc

from server.infra.db import db, transaction
from server.registry.imports.fields import BY_NAME
from server.registry.model import Grid, Town
from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD


@pytest.fixture
def county(app, people):
    """The cast, and the towns and grids a file may name."""
    with app.app_context():
        settle_towns()
    return people


def settle_towns():
    """Enter the towns and grids."""
    with transaction():
        db.session.add(Town(code="341723100", name="蓉城镇", lat_e7=306389000, lon_e7=1178472000))
        db.session.add(Town(code="341723103", name="陵阳镇", lat_e7=304400000, lon_e7=1179300000))
        db.session.flush()
        db.session.add(Grid(code="341723100-G01", name="蓉城一格", town_code="341723100"))
        db.session.add(Grid(code="341723103-G02", name="陵阳二格", town_code="341723103"))


@pytest.fixture
def clerk(app, county):
    """The office's clerk at a desk."""
    client = app.test_client()
    assert sign_in(client, "he", PASSWORD).status_code == 302
    return client


def code(number):
    """A sound credit code for a number."""
    first = f"91341723MA{number:07d}"
    return first + uscc.calc_check_digit(first)


def a_row(number, **changes):
    """One row of a file, by field; what is changed is told by name."""
    return {
        "reference": f"N{number:06d}",
        "uscc": code(number),
        "name": f"青阳演示商行{number}号",
        "entity_type": "企业",
        "industry": "YY",
        "town": "蓉城镇",
        "address": f"青阳县蓉城镇演示路{number}号",
        "status": "存续",
        "risk_class": "B",
        "registered_on": "2019-05-06",
    } | changes


def lines(rows):
    """Heads and cells of rows given by field."""
    rows = list(rows)
    names = list(dict.fromkeys(itertools.chain.from_iterable(rows)))
    return [[BY_NAME[name].head for name in names], *([row.get(name, "") for name in names] for row in rows)]


def as_csv(rows, encoding="utf-8-sig"):
    """A CSV file of rows given by field."""
    text = io.StringIO()
    csv.writer(text).writerows(lines(rows))
    return text.getvalue().encode(encoding)


class Import:
    """One import, as the clerk sees it go."""

    def __init__(self, client, answer):
        self.client, self.answer = client, answer
        self.url = answer.headers.get("Location", "")

    def post(self, deed, **form):
        return self.client.post(f"{self.url}/{deed}", data={"csrf_token": form_token(self.client), **form})

    def map(self, mapping=None):
        page = self.client.get(self.url).get_data(as_text=True)
        form = mapping if mapping is not None else chosen_on(page)
        self.answer = self.post("mapping", **form)
        return self

    def page(self, **query):
        return self.client.get(self.url, query_string=query)


def chosen_on(page):
    """What the page's form of columns would send as it stands."""
    chosen = {}
    for name, options in re.findall(r'<select id="[^"]*" name="(column-\d+)">(.*?)</select>', page, re.S):
        found = re.search(r'<option value="([^"]*)" selected>', options)
        chosen[name] = found.group(1) if found else ""
    return chosen


@pytest.fixture
def bring(clerk):
    """Bring a file in: `bring(content, "file.csv")`."""

    def send(content, name="对象.csv"):
        body = multipart(csrf_token=form_token(clerk).encode(), file=(name, content))
        return Import(clerk, clerk.post("/office/imports", data=body, content_type=MULTIPART))

    return send


MULTIPART = "multipart/form-data; boundary=of-the-tests"


def multipart(**parts):
    """A form with a file, as a browser sends it. (The test client leaves the file it makes of one open.)"""
    body = b""
    for name, value in parts.items():
        filename, content = value if isinstance(value, tuple) else (None, value)
        said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        body += b"--of-the-tests\r\nContent-Disposition: " + said.encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--of-the-tests--\r\n"
