"""A side of the dialogue: a signed-in client that speaks tus, request by request."""

import base64
import hashlib
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dialogue import form_token, sign_in
from tests.people import PASSWORD

UPLOADS = "/api/evidence/uploads"


def metadata(**pairs: str) -> str:
    """`Upload-Metadata` of these."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def sha256(content: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(content).hexdigest()


class Speaker:
    """A person at a client."""

    def __init__(self, client: FlaskClient, username: str) -> None:
        self.client = client
        assert sign_in(client, username, PASSWORD).status_code == 302
        self.token = form_token(client)

    def say(self, method: str, url: str, headers: dict[str, Any] | None = None, **rest: Any) -> TestResponse:
        """One request, with what every request carries; a header of None is left out."""
        sent = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token} | (headers or {})
        headers = {name: str(value) for name, value in sent.items() if value is not None}
        return self.client.open(url, method=method, headers=headers, buffered=True, **rest)

    def create(self, visit: str, content: bytes, type_: str = "image/jpeg", **headers: Any) -> TestResponse:
        """Announce a file."""
        about = metadata(sha256=sha256(content), type=type_, visit=visit)
        return self.say("POST", UPLOADS, {"Upload-Length": len(content), "Upload-Metadata": about} | headers)

    def patch(
        self, url: str, offset: int, chunk: bytes, headers: dict[str, Any] | None = None
    ) -> TestResponse:
        """Send a chunk."""
        about = {"Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
        return self.say("PATCH", url, about | (headers or {}), data=chunk)

    def begin(self, visit: str, content: bytes, type_: str = "image/jpeg") -> str:
        """Announce a file; the address of the upload."""
        answer = self.create(visit, content, type_)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def upload(self, visit: str, content: bytes, type_: str = "image/jpeg") -> TestResponse:
        """Announce a file and send it in one chunk; the answer to the chunk."""
        return self.patch(self.begin(visit, content, type_), 0, content)

    def offset(self, url: str) -> int:
        """How much the server has."""
        answer = self.say("HEAD", url)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def receipts(self, visit: str, *hashes: str) -> Any:
        """What the server vouches for."""
        return self.say("POST", f"/api/visits/{visit}/receipts", json={"hashes": list(hashes)}).json
