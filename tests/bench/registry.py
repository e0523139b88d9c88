"""Server time of the register's lists with 10,000 and with 1,000,000 enterprises, on both databases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from flask_migrate import upgrade

from server import create_app
from server.catalogue.model import Industry
from server.demo import county, people
from server.infra.clock import now
from server.infra.db import db, transaction
from server.kernel.instants import local
from server.registry import review
from tests.bench import enterprises
from tests.bench.figures import Figure, median
from tests.dialogue import sign_in
from tests.postgres import running
from tests.processes import ROOT

SIZES = (10_000, 1_000_000)
AIM = "200 ms"
TIMES = 5
LIST = "/office/enterprises?"
DEEP, BACK = "&after={deep}", "&before={deep}"
POINTS = "/office/map/points?"
ADDRESSES = (
    LIST,
    LIST + DEEP,
    LIST + BACK,
    LIST + "q=青阳",
    LIST + "q=青阳" + DEEP,
    LIST + "q=青阳" + BACK,
    LIST + "q=加油站&town=341723100",
    LIST + "q=qyrc&status=active",
    LIST + "q=91341723&risk=D" + DEEP,
    LIST + "q=安泰兴隆",
    LIST + "q=没有这一家",
    LIST + "status=active&risk=A",
    LIST + "industry=JYZ",
    LIST + "town=-",
    LIST + "status=revoked&risk=A&lacking=place",
    LIST + "tag=重点&emerging=1",
    LIST + "grid=341723100-G01&lacking=sound-code" + DEEP,
    "/office/enterprises/export.csv?q=青阳",
    "/office/enterprises/export.json?status=active",
    "/office/enterprises/{one}",
    "/office/enterprises/review",
    *(f"/office/enterprises/review/{line}" for line in review.LINES),
    "/office/search?q=青阳",
    "/office/search?q=qysl",
    "/office/map?q=青阳",
    POINTS + "zoom=8&bbox=116,29,120,32",
    POINTS + "zoom=10&bbox=117.5,30.3,118.3,30.9",
    POINTS + "zoom=12&bbox=117.5,30.3,118.3,30.9&status=active",
    POINTS + "zoom=13&bbox=117.7,30.55,118.0,30.7",
    POINTS + "zoom=15&bbox=117.82,30.62,117.9,30.66&q=青阳",
    POINTS + "zoom=18&bbox=117.846,30.637,117.856,30.641",
    "/office/credit?industry=JYZ",
    "/office/credit/{one}",
    "/office/credit/triggers?state=open",
    "/office/credit/triggers?search=青阳",
)
"""Every list there is over enterprises, from the top, from deep within, and narrowed in many ways. Of a file
the time to its first bytes counts; a workbook is sent when it is whole, and is not among them."""


def measure() -> list[Figure]:
    """The worst and the middle of all lists, and how the middle grew."""
    figures = []
    for database in ("SQLite", "PostgreSQL"):
        middles = []
        for size in SIZES:
            times = _times(database, size)
            middles.append(median(times))
            name = f"{size:,} enterprises, {database}"
            before = middles[0] if len(middles) > 1 else None
            figures.append(Figure(f"{name}: slowest list", max(times) * 1000, "ms", aim=AIM))
            figures.append(
                Figure(
                    f"{name}: middle list",
                    middles[-1] * 1000,
                    "ms",
                    "with 10,000" if before else "",
                    before and before * 1000,
                )
            )
    return figures


def _times(database: str, size: int) -> list[float]:
    with _desk(database, size) as desk:
        return [_time(desk, one.format(deep=size // 3)) for one in ADDRESSES]


def _time(desk: FlaskClient, address: str) -> float:
    """The middle of some answers, after one that warms up."""
    took = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        answer = desk.get(address, buffered=False)
        next(iter(answer.response))
        took.append(time.perf_counter() - start)
        answer.close()
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    return median(took[1:])


@contextmanager
def _desk(database: str, size: int) -> Iterator[FlaskClient]:
    """Somebody of the office in a county with so many enterprises."""
    with TemporaryDirectory(prefix="liancha-registry-") as folder:
        if database == "SQLite":
            yield from _signed_in(Path(folder), "", size)
        else:
            with running() as url:
                yield from _signed_in(Path(folder), url, size)


def _signed_in(folder: Path, url: str, size: int) -> Iterator[FlaskClient]:
    settings = {"DATA_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "of the bench"}
    app = create_app({"TESTING": True} | settings)
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        with transaction():
            county.settle(local(now()).date())
        enterprises.make(size, list(db.session.scalars(db.select(Industry.code))))
        db.session.remove()
    client = app.test_client()
    sign_in(client, "office01", people.PASSWORD)
    try:
        yield client
    finally:
        with app.app_context():
            db.engine.dispose()
