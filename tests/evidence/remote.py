"""People at clients of a server in another process."""

import re

import requests

from tests.evidence.speaking_tus import metadata, sha256
from tests.people import PASSWORD


class RemoteSpeaker:
    """A signed-in person; `headers` is what any other client needs to act for her."""

    def __init__(self, url: str, username: str, password: str = PASSWORD) -> None:
        self.url = url
        self.session = requests.Session()
        page = self.session.get(f"{url}/login", timeout=30).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)[1]
        form = {"username": username, "password": password, "csrf_token": token}
        self.session.post(f"{url}/login", data=form, timeout=30, allow_redirects=False).raise_for_status()
        csrf = self.session.get(f"{url}/api/session", timeout=30).json()["csrf_token"]
        self.cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        self.headers = {"X-CSRFToken": csrf, "Cookie": self.cookie, "Tus-Resumable": "1.0.0"}

    def begin(self, visit: str, content: bytes, type_: str = "image/jpeg") -> str:
        """Announce a file; the address of the upload."""
        about = metadata(sha256=sha256(content), type=type_, visit=visit)
        headers = self.headers | {"Upload-Length": str(len(content)), "Upload-Metadata": about}
        answer = requests.post(f"{self.url}/api/evidence/uploads", headers=headers, timeout=30)
        assert answer.status_code == 201, answer.text
        return self.url + answer.headers["Location"]

    def patch(self, url: str, offset: int, chunk: bytes) -> requests.Response:
        """Send a chunk."""
        about = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return requests.patch(url, data=chunk, headers=self.headers | about, timeout=120)

    def offset(self, url: str) -> int:
        """How much the server has."""
        return int(requests.head(url, headers=self.headers, timeout=30).headers["Upload-Offset"])

    def receipt(self, visit: str, name: str) -> str:
        """What the server vouches for."""
        url = f"{self.url}/api/visits/{visit}/receipts"
        answer = requests.post(url, json={"hashes": [name]}, headers=self.headers, timeout=30)
        return answer.json()["receipts"][name]
