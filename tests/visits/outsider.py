"""A client that is not ours: written from the design and `openapi.json` alone, importing nothing of ours.

It has its own canonical JSON, hashes, keys and requests, so that a slip shared by both our sides shows.
"""

import base64
import hashlib
import json
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, integers, booleans, null, arrays and objects."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in value) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def uuid7() -> str:
    number = (
        int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    )
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Outsider:
    """One person with one device on one visit."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url, self.http = url, requests.Session()
        page = self.http.get(f"{url}/login", timeout=30).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(
            r'value="([^"]+)"[^>]*name="csrf_token"', page
        )
        form = {"username": username, "password": password, "csrf_token": token[1]}
        self.http.post(f"{url}/login", data=form, timeout=30, allow_redirects=False)
        self.session = self.get("/api/session")
        self.http.headers["X-CSRFToken"] = self.session["csrf_token"]
        self.key, self.device = ec.generate_private_key(ec.SECP256R1()), uuid7()
        numbers = self.key.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256"}
        jwk |= {name: unpadded(getattr(numbers, name).to_bytes(32, "big")) for name in "xy"}
        self.post("/api/devices", {"id": self.device, "public_key": jwk, "label": "outsider"})
        self.visit: dict[str, Any] = {}
        self.journal: dict[str, dict[str, Any]] = {}

    def get(self, path: str) -> Any:
        return self._read(self.http.get(self.url + path, timeout=30))

    def post(self, path: str, body: Any) -> Any:
        return self._read(self.http.post(self.url + path, json=body, timeout=30))

    def open_first_visit(self) -> None:
        """Take the first visit of the list, and its bundle."""
        self.visit = self.get("/api/visits")["visits"][0]
        self.bundle = self.get(f"/api/visits/{self.visit['id']}/bundle")
        assert sha256(canonical(self.bundle)) == self.visit["bundle_digest"]

    def write(self, kind: str, body: dict[str, Any]) -> str:
        """Append an entry to the own chain; its hash."""
        own = sorted(
            (one for one in self.journal.values() if one["device"] == self.device), key=lambda one: one["seq"]
        )
        entry = {
            "id": uuid7(),
            "visit": self.visit["id"],
            "device": self.device,
            "seq": len(own) + 1,
            "prev": own[-1]["hash"] if own else None,
            "author": self.session["person"]["id"],
            "at": datetime.now(UTC).isoformat(),
            "nonce": self.session["nonce"],
            "kind": kind,
            "body": body,
        }
        digest = hashlib.sha256(canonical(entry)).digest()
        r, s = utils.decode_dss_signature(self.key.sign(digest, ec.ECDSA(hashes.SHA256())))
        sealed = {"hash": digest.hex(), "sig": unpadded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))}
        self.journal[digest.hex()] = entry | sealed
        return digest.hex()

    def covers(self) -> dict[str, Any]:
        """The last entry of every chain seen, and the bundle."""
        before = {one["prev"] for one in self.journal.values()}
        return {"heads": sorted(self.journal.keys() - before), "bundle": self.visit["bundle_digest"]}

    def sync(self) -> None:
        """Compare sets, send what the server lacks, fetch what is missing here."""
        path = f"/api/visits/{self.visit['id']}"
        there = self.get(f"{path}/hashes")
        held = {*there["accepted"], *there["quarantined"]}
        missing = [one for name, one in self.journal.items() if name not in held]
        for start in range(0, len(missing), 500):
            said = self.post(f"{path}/entries", {"entries": missing[start : start + 500]})
            assert said["rejected"] == [], said["rejected"]
        after, more = 0, True
        while more:
            page = self.get(f"{path}/entries?after={after}&limit=500")
            for entry in page["entries"]:
                after = entry.pop("position")
                self.take(entry)
            more = page["more"]
        digest = sha256(b"".join(sorted(bytes.fromhex(name) for name in self.journal)))
        assert self.get(f"{path}/hashes")["journal_digest"] == digest

    def take(self, entry: dict[str, Any]) -> None:
        """Believe an entry only if its hash fits."""
        hashed = {name: value for name, value in entry.items() if name not in ("hash", "sig")}
        assert sha256(canonical(hashed)) == entry["hash"]
        self.journal[entry["hash"]] = entry

    def upload(self, data: bytes, kind: str) -> str:
        """Send a blob by tus 1.0.0 in two chunks."""
        name = sha256(data)
        facts = {"sha256": name, "type": kind, "visit": self.visit["id"]}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items()
        )
        tus = {"Tus-Resumable": "1.0.0"}
        created = self.http.post(
            f"{self.url}/api/evidence/uploads",
            headers=tus | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata},
            timeout=30,
        )
        assert created.status_code == 201, created.text
        place = requests.compat.urljoin(created.url, created.headers["Location"])
        half = len(data) // 2
        for offset, chunk in ((0, data[:half]), (half, data[half:])):
            headers = tus | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            sent = self.http.patch(place, data=chunk, headers=headers, timeout=30)
            assert sent.status_code == 204, sent.text
        return name

    def _read(self, answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer.json()
