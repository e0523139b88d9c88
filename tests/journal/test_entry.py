"""One entry by itself: what Python seals the browser verifies, and the other way round."""

import base64
import copy
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.kernel.canonical import canonical
from server.visits.entry import check_entry, entry_hash, journal_digest
from tests.journal.conftest import InBrowser
from tests.journal.scenes import LI, VISIT, person

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, 2.4.2)
KEY = ec.derive_private_key(20260512, ec.SECP256R1())


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(key: ec.EllipticCurvePrivateKey = KEY) -> dict[str, Any]:
    """The public key as enrolment registers it."""
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def fields(**more: Any) -> dict[str, Any]:
    """The members of an entry before it is sealed."""
    entry = {
        "id": person(1),
        "visit": VISIT,
        "device": person(2),
        "seq": 1,
        "prev": None,
        "author": LI,
        "at": "2026-05-12T09:31:07.204+08:00",
        "nonce": "n",
        "kind": "note",
        "body": {"department": "SCJG", "text": "𠮷䶮 \u0000 é"},
    }
    return entry | more


def seal(entry: dict[str, Any], high: bool | None = None) -> dict[str, Any]:
    """Sign in Python; `high` chooses which of the two valid values of s."""
    entry = {name: value for name, value in entry.items() if name not in ("hash", "sig")}
    name = entry_hash(entry)
    r, s = decode_dss_signature(KEY.sign(bytes.fromhex(name), ec.ECDSA(hashes.SHA256())))
    if high is not None and (s > ORDER // 2) != high:
        s = ORDER - s
    return {**entry, "hash": name, "sig": b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))}


def test_a_sealed_entry_is_genuine() -> None:
    assert check_entry(seal(fields()), jwk()) is None
    assert check_entry(seal(fields(), high=True), jwk()) is None
    assert check_entry(seal(fields(), high=False), jwk()) is None
    assert check_entry(seal(fields(seq=2, prev="a" * 64, unknown={"newer": [1, None]})), jwk()) is None


@pytest.mark.parametrize("member", [*fields(), "hash"])
def test_every_member_is_under_the_seal(member: str) -> None:
    entry = seal(fields(seq=2, prev="a" * 64))
    for other in (person(9), "b" * 64, 3, {"x": 1}, "note2"):
        altered = {**copy.deepcopy(entry), member: other}
        assert check_entry(altered, jwk()) in ("malformed", "bad-hash", "bad-signature")


@pytest.mark.parametrize(
    "more",
    [
        {"body": {"x": 1.0}},
        {"body": {"x": 2**53}},
        {"body": {"x": "e\u0301"}},
        {"body": []},
        {"body": None},
        {"seq": 0},
        {"seq": True},
        {"seq": "1"},
        {"seq": 2, "prev": None},
        {"seq": 1, "prev": "a" * 64},
        {"id": "X"},
        {"author": person(0xA).upper()},
        {"at": ""},
        {"kind": 5},
        {"nonce": 5},
        {"body": {"x": "y" * 65536}},
    ],
)
def test_what_is_no_entry(more: dict[str, Any]) -> None:
    entry = fields(**more)
    try:
        sealed = seal(entry)
    except (ValueError, TypeError, ArithmeticError):
        sealed = {**entry, "hash": "a" * 64, "sig": "A" * 86}
    assert check_entry(sealed, jwk()) == "malformed"


def test_an_entry_has_64_kilobytes_and_not_a_byte_more() -> None:
    bare = len(canonical(seal(fields(body={"x": ""}))))
    fills = seal(fields(body={"x": "y" * (64 * 1024 - bare)}))
    assert (len(canonical(fills)), check_entry(fills, jwk())) == (64 * 1024, None)
    assert check_entry(seal(fields(body={"x": "y" * (64 * 1024 - bare + 1)})), jwk()) == "malformed"


def test_depth_is_bounded() -> None:
    def nested(levels: int) -> Any:
        return {"x": nested(levels - 1)} if levels else {}

    assert check_entry(seal(fields(body=nested(14))), jwk()) is None
    assert check_entry(seal(fields(body=nested(15))), jwk()) == "malformed"
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert check_entry({**seal(fields()), "body": {"x": deep}}, jwk()) == "malformed"


@pytest.mark.parametrize("document", [None, 5, "x", [], {}, {"hash": "a" * 64}])
def test_garbage_is_malformed(document: Any) -> None:
    assert check_entry(document, jwk()) == "malformed"


def test_signatures_that_are_none() -> None:
    entry = seal(fields())
    other = ec.derive_private_key(7, ec.SECP256R1())
    assert check_entry(entry, jwk(other)) == "bad-signature"
    assert check_entry({**entry, "sig": b64(bytes(64))}, jwk()) == "bad-signature"
    assert check_entry({**entry, "sig": entry["sig"] + "A"}, jwk()) == "malformed"
    assert check_entry({**entry, "sig": entry["sig"][:-1] + "="}, jwk()) == "malformed"


@pytest.mark.parametrize(
    "key",
    [
        {},
        None,
        {**jwk(), "crv": "P-384"},
        {**jwk(), "x": b64(bytes(32))},
        {**jwk(), "y": 5},
        {**jwk(), "x": []},
    ],
)
def test_keys_that_are_none(key: Any) -> None:
    assert check_entry(seal(fields()), key) == "bad-signature"


def test_journal_digest_is_of_the_set() -> None:
    names = ["b" * 64, "a" * 64, "b" * 64]
    assert journal_digest(names) == journal_digest(["a" * 64, "b" * 64])
    assert journal_digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


SEAL = """
    const { sealEntry, verifyEntry, journalDigest } = await load("entry.js");
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
    const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const entries = await Promise.all(given.map((fields) => sealEntry(fields, pair.privateKey)));
    const verified = await Promise.all(entries.map((entry) => verifyEntry(entry, jwk)));
    return { jwk, entries, verified, digest: journalDigest(entries.map((entry) => entry.hash)) };
"""
VERIFY = """
    const { hashEntry, verifyEntry } = await load("entry.js");
    return Promise.all(given.map(async ([entry, jwk]) => [hashEntry(entry), await verifyEntry(entry, jwk)]));
"""
REFUSE = """
    const { sealEntry } = await load("entry.js");
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
    const refused = [];
    for (const body of given) {
        const sealing = sealEntry({ kind: "note", body }, pair.privateKey);
        refused.push(await sealing.then(() => false, () => true));
    }
    return refused;
"""
HASH = """
    const { sha256Hex, hasher } = await load("hash.js");
    const bytes = new TextEncoder().encode(given.repeat(50000));
    const running = hasher();
    for (let i = 0; i < bytes.length; i += 9973) running.update(bytes.subarray(i, i + 9973));
    const buffer = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const native = Array.from(buffer, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [sha256Hex(bytes) === native, running.hex() === native];
"""
ORDER_OF = """
    const { sorted } = await load("sort.js");
    return sorted(given);
"""


def test_what_the_browser_seals_is_genuine_here(in_browser: InBrowser) -> None:
    several = [
        fields(seq=n + 1, prev="a" * 64 if n else None, body={"𠮷": n, "﹏": "e\u0301", "": [None, True, -0]})
        for n in range(20)
    ]
    answer = in_browser(SEAL, several)
    assert [check_entry(entry, answer["jwk"]) for entry in answer["entries"]] == [None] * 20
    assert answer["verified"] == [True] * 20
    assert answer["entries"][0]["body"]["﹏"] == "é"
    assert answer["digest"] == journal_digest(entry["hash"] for entry in answer["entries"])


def test_what_is_sealed_here_is_genuine_in_the_browser(in_browser: InBrowser) -> None:
    entries = [seal(fields(seq=n + 1, prev="a" * 64 if n else None), high=n % 2 == 0) for n in range(20)]
    altered = {**entries[0], "at": "2026-05-12T09:31:07.205+08:00"}
    garbled = {**entries[0], "sig": "!!!"}
    cases = [[entry, jwk()] for entry in entries] + [[altered, jwk()], [garbled, jwk()], [entries[0], {}]]
    answers = in_browser(VERIFY, cases)
    assert answers[:20] == [[entry["hash"], True] for entry in entries]
    assert [genuine for _, genuine in answers[20:]] == [False, False, False]


def test_the_browser_seals_nothing_a_journal_cannot_hold(in_browser: InBrowser) -> None:
    deep: Any = {}
    for _ in range(20):
        deep = {"x": deep}
    assert in_browser(REFUSE, [{"x": 1.5}, {"x": 2**60}, deep, {"x": 1}]) == [True, True, True, False]


def test_hashing_piece_by_piece(in_browser: InBrowser) -> None:
    assert in_browser(HASH, "青阳县𠮷") == [True, True]


def test_both_languages_sort_alike(in_browser: InBrowser) -> None:
    names = ["𠮷", "﹏", "a", "", "ab", "é", "䶮", "𠮷a", "\uffff", "\ue000", "😀", "z"]
    assert in_browser(ORDER_OF, names) == sorted(names) == sorted(names, key=lambda name: name.encode())
