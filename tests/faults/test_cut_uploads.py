"""An upload of 200 MB over a line cut a thousand times, through a proxy that loses what it had taken."""

import base64
import hashlib
import os
from random import Random
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from server.infra.db import db
from tests.builders import a_visit
from tests.evidence.files import image
from tests.evidence.remote import RemoteSpeaker
from tests.evidence.speaking_tus import sha256
from tests.faults.proxy import BufferingProxy, Cuts
from tests.people import settle
from tests.phone_store.conftest import Field, Phone
from tests.processes import LiveServer

SEED = int(os.environ.get("SEED", "1"))
SIZE = 200_000_000
CHUNK = 2 * 1024**2  # as in pwa/sync/uploads.js
NOT_YET = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def photo(seed: int, size: int) -> bytes:
    """A photo of that size with bytes of its own behind the picture."""
    start = image("JPEG")
    return start + Random(seed).randbytes(size - len(start))


def test_a_thousand_cuts_cost_time_and_nothing_else(live_server: LiveServer) -> None:
    app = live_server.app
    with app.app_context():
        visit = a_visit(app, settle()).id
        db.engine.dispose()
    live_server.start()
    content, cuts = photo(SEED, SIZE), Cuts(SEED, 1000, share=0.985)
    proxy = BufferingProxy(live_server.port, cuts)
    lin = RemoteSpeaker(live_server.url, "lin")
    upload = lin.begin(visit, content).replace(live_server.url, proxy.url)
    tries = send(lin, upload, content)
    proxy.close()
    assert cuts.left == 0, f"SEED={SEED}: the upload was over {cuts.left} cuts early"
    assert tries < 1150, f"SEED={SEED}: {tries} tries, so chunks were sent twice"
    assert lin.receipt(visit, sha256(content)) == "stored"
    url = f"{live_server.url}/api/visits/{visit}/evidence/{sha256(content)}"
    with lin.session.get(url, stream=True, timeout=60) as answer:
        digest = hashlib.sha256()
        for piece in answer.iter_content(1024**2):
            digest.update(piece)
    assert digest.hexdigest() == sha256(content)


def send(lin: RemoteSpeaker, upload: str, content: bytes) -> int:
    """Send it as the phone does: after a cut ask for the offset and go on there. How many chunks it took."""
    offset = confirmed = tries = 0
    while offset < len(content):
        chunk = content[offset : offset + CHUNK]
        tries += 1
        try:
            answer = lin.patch(upload, offset, chunk)
        except NOT_YET:
            pass
        else:
            assert answer.status_code in (204, 409, 423), f"SEED={SEED}: {answer.status_code} {answer.text}"
            if answer.status_code == 204:
                confirmed = int(answer.headers["Upload-Offset"])
                assert confirmed == offset + len(chunk)
        offset = offset_of(lin, upload)
        assert offset >= confirmed, f"SEED={SEED}: the server lost what it had confirmed"
        confirmed = offset
    return tries


def offset_of(lin: RemoteSpeaker, upload: str) -> int:
    """How much the server has; while it is busy with what came late, it is asked again."""
    while (answer := requests.head(upload, headers=lin.headers, timeout=60)).status_code == 423:
        pass
    return int(answer.headers["Upload-Offset"])


@pytest.fixture
def field(live_server: LiveServer, browser: Browser, phone: dict[str, Any]) -> Any:
    """The field, with its server running."""
    made = Field(live_server, browser, phone)
    yield made
    for context in made.contexts:
        context.close()


def test_the_phone_s_own_upload_goes_on_after_every_cut(field: Field, browser: Browser) -> None:
    cuts = Cuts(SEED, 12, share=0.8)
    proxy = BufferingProxy(field.server.port, cuts)
    context = browser.new_context(**field.options)
    field.contexts.append(context)
    field.sign_in(context, "zhou")
    tab = Phone(context, proxy.url).tab()
    tab.enrol_here()
    content = photo(SEED, 5 * CHUNK)
    given = {"visit": field.visit, "content": base64.b64encode(content).decode()}
    kept = tab.run(
        """
        const bytes = Uint8Array.from(atob(given.content), (letter) => letter.charCodeAt(0));
        return (await store.putEvidence(given.visit, bytes, { type: "image/jpeg" })).sha256;
        """,
        given,
    )
    assert kept == sha256(content)
    tab.start()
    grade = "return (await store.evidenceList(given))[0].grade;"
    while tab.run(grade, field.visit) != "stored":
        tab.sync("timer")
        proxy.arrived()
    proxy.close()
    assert cuts.left == 0, f"SEED={SEED}: {cuts.left} cuts did not happen"
    answer = context.request.get(f"{field.server.url}/api/visits/{field.visit}/evidence/{kept}")
    assert sha256(answer.body()) == kept
