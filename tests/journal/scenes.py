"""A small stage for journals: one made-up visit, phones that write entries, and the usual acts.

Entries carry their true hashes (the fold trusts hashes) and no signatures (it does not look at them).
"""

import copy
import itertools
from typing import Any

from server.kernel.canonical import digest, sha256_hex
from server.visits.entry import entry_hash
from server.visits.fold import covers_of

VISIT = "00000000-0000-7000-8000-0000000000aa"


def person(number: int) -> str:
    """The id of a member of the cast."""
    return f"00000000-0000-7000-8000-{number:012x}"


LI, WANG, ZHAO, QIAN, SUN, STRANGER, SUBSTITUTE, HE = map(person, range(1, 9))
CERTIFICATES = {
    LI: "皖0001",
    WANG: "皖0002",
    ZHAO: "皖0003",
    QIAN: "皖0004",
    SUBSTITUTE: "皖0007",
    HE: "皖0008",
}


def a_bundle() -> dict[str, Any]:
    """Two departments, seven items: every answer type, one exempt, names beyond the BMP."""
    return {
        "visit": {
            "id": VISIT,
            "number": "JYZ-2026-001",
            "date": "2026-05-12",
            "slot": "09:30",
            "status": "assigned",
        },
        "enterprise": {
            "id": person(100),
            "name": "青阳县𠮷祥加油站",
            "legal_rep": "张䶮",
            "lat": 306389000,
            "lon": 1178472000,
        },
        "team": [
            a_member(LI, "李堃", "SCJG", lead=True),
            a_member(WANG, "王𠮷", "SCJG", deputy=True),
            a_member(ZHAO, "赵䶮", "XFJY"),
            a_member(QIAN, "钱垚", "XFJY"),
            {**a_member(SUN, "孙教授", "XFJY"), "certificate": None},
        ],
        "departments": [
            {"code": "SCJG", "name": "青阳县市场监督管理局", "lead": True, "order": 1},
            {"code": "XFJY", "name": "青阳县消防救援大队", "lead": False, "order": 2},
        ],
        "checklist": {
            "version": "DEMO-1",
            "items": [
                an_item("G-1", "SCJG", "登记事项检查", evidence_on_fail=True),
                an_item(
                    "G-2",
                    "SCJG",
                    "登记事项检查",
                    {"type": "number", "unit": "℃", "decimals": 1, "min": 0, "max": 80},
                ),
                an_item("G-3", "SCJG", "商标使用", exempt=True),
                an_item("G-4", "SCJG", "公示信息检查", {"type": "text", "max_length": 200}),
                an_item("X-1", "XFJY", "消防安全𠮷", {"type": "choice", "options": CHOICES}),
                an_item("X-2", "XFJY", "消防安全𠮷", evidence_on_fail=True),
                an_item("X-3", "XFJY", "疏散﹏通道"),
            ],
        },
        "handbook": {},
        "history": [],
    }


def a_merged_bundle() -> dict[str, Any]:
    """The same visit with items merged (能合尽合), and a third department that owns nothing but a share.

    G-1 is the fire brigade's too; X-3 answers two matters of market regulation; G-3 is exempt for SHJ too.
    """
    bundle = a_bundle()
    bundle["departments"].append(
        {"code": "SHJ", "name": "青阳县生态环境分局", "lead": False, "order": 3},
    )
    bundle["team"].append(a_member(HE, "何﹏", "SHJ"))
    items = {item["id"]: item for item in bundle["checklist"]["items"]}
    for name, *also in MERGED:
        items[name]["also"] = [
            {"department": department, "matter": matter, "item": item} for department, matter, item in also
        ]
    return bundle


MERGED: list[tuple[Any, ...]] = [
    ("G-1", ("XFJY", "消防安全𠮷", "X-8")),
    ("X-3", ("SCJG", "登记事项检查", "G-8"), ("SCJG", "许可﹏证", "G-9")),
    ("G-3", ("SHJ", "排污许可𠮷", "H-1")),
]

CHOICES = [
    {"value": "full", "label": "齐全", "result": "pass"},
    {"value": "none", "label": "没有", "result": "fail"},
    {"value": "other", "label": "不涉及", "result": "na"},
]


def a_member(
    who: str, name: str, department: str, lead: bool = False, deputy: bool = False
) -> dict[str, Any]:
    """A row of the team."""
    certificate = CERTIFICATES.get(who)
    return {
        "person": who,
        "name": name,
        "department": department,
        "certificate": certificate,
        "lead": lead,
        "deputy": deputy,
    }


def an_item(
    name: str,
    department: str,
    matter: str,
    answer: dict[str, Any] | None = None,
    evidence_on_fail: bool = False,
    exempt: bool = False,
) -> dict[str, Any]:
    """A row of the checklist."""
    return {
        "id": name,
        "department": department,
        "matter": matter,
        "content": f"检查{matter}",
        "answer": answer or {"type": "verdict"},
        "evidence_on_fail": evidence_on_fail,
        "exempt": exempt,
    }


class Scene:
    """A visit in the making: its bundle, what all phones wrote, and what else the fold is told."""

    def __init__(self, bundle: dict[str, Any] | None = None) -> None:
        self.bundle = bundle or a_bundle()
        self.entries: list[dict[str, Any]] = []
        self.context: dict[str, Any] = {}
        self.clock = itertools.count()
        self.devices = itertools.count(1)

    def phone(self, author: str) -> "Phone":
        """An enrolment of this person."""
        return Phone(self, author, person(0xD00 + next(self.devices)))

    def covers(self, entries: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """What names all that was written so far, or these entries."""
        return covers_of(self.entries if entries is None else entries, digest(self.bundle))

    def without(self, *hashes: str) -> None:
        """Entries that never arrive."""
        self.entries = [entry for entry in self.entries if entry["hash"] not in hashes]

    def entry(self, name: str) -> dict[str, Any]:
        """The entry of this hash."""
        return next(entry for entry in self.entries if entry["hash"] == name)


class Phone:
    """One enrolment: writes its own chain."""

    def __init__(self, scene: Scene, author: str, device: str) -> None:
        self.scene, self.author, self.device = scene, author, device
        self.last: str | None = None
        self.seq = 0

    def write(self, kind: str, **body: Any) -> str:
        """Append an entry; its hash."""
        tick = next(self.scene.clock)
        entry = {
            "id": person(0xE0000 + tick),
            "visit": VISIT,
            "device": self.device,
            "seq": self.seq + 1,
            "prev": self.last,
            "author": self.author,
            "at": f"2026-05-12T09:{tick // 60 % 60:02d}:{tick % 60:02d}.000+08:00",
            "nonce": "n",
            "kind": kind,
            "body": copy.deepcopy(body),
        }
        self.seq, self.last = self.seq + 1, entry_hash(entry)
        self.scene.entries.append({**entry, "hash": self.last})
        return self.last

    def twin(self) -> "Phone":
        """The same enrolment restored from a backup: it goes on from here by itself."""
        other = Phone(self.scene, self.author, self.device)
        other.last, other.seq = self.last, self.seq
        return other

    def answer(self, item: str, verdict: str, replaces: tuple[str, ...] = (), **more: Any) -> str:
        """Answer an item, with the words its verdict wants."""
        words = {"fail": {"remark": "不符合要求"}, "na": {"reason": "未从事"}}.get(verdict, {})
        return self.write("answer", item=item, verdict=verdict, replaces=list(replaces), **{**words, **more})

    def show(self, name: str, **more: Any) -> str:
        """Evidence; its entry's hash. The picture itself is `sha(name)`."""
        about = {
            "bytes": 1000,
            "type": "image/jpeg",
            "captured_at": "2026-05-12T09:30:00+08:00",
            "source": "app",
        }
        return self.write(
            "evidence", **{"sha256": sha(name), "location": None, "caption": name, **about, **more}
        )

    def prepare(self, department: str, *officers: str) -> None:
        """Arrive, show the cards of these officers, tell the rights, ask about recusal, meet the party."""
        cards = [{"person": who, "certificate": CERTIFICATES.get(who, "无")} for who in officers]
        here = {"lat": 306389000, "lon": 1178472000, "accuracy": 12}
        self.write("visit.arrived", department=department, location=here)
        self.write("identity.shown", department=department, officers=cards)
        self.write("rights.informed", department=department)
        self.write("recusal.asked", department=department, requested=False)
        self.write("party.present", department=department, name="吴𠮷", post="站长", authority="负责人")

    def sign(self, role: str, name: str, scope: str = "visit", **more: Any) -> str:
        """A signature drawn on the screen, over all that was written so far."""
        drawing = {"width": 300, "height": 100, "strokes": [[1, 2, 30, 40]]}
        body = {
            "role": role,
            "scope": scope,
            "method": "screen",
            "name": name,
            "drawing": drawing,
            "covers": self.scene.covers(),
        }
        return self.write("signature", **{**body, **more})

    def complete(self, department: str, results: dict[str, str], replaces: tuple[str, ...] = ()) -> str:
        """The department is done."""
        covers = self.scene.covers()
        return self.write(
            "department.completed",
            department=department,
            results=results,
            covers=covers,
            replaces=list(replaces),
        )

    def absent(self, department: str, replaces: tuple[str, ...] = ()) -> str:
        """The department does not come."""
        return self.write(
            "department.absent", department=department, reason="not-needed", text="", replaces=list(replaces)
        )

    def sign_off(
        self, results: dict[str, dict[str, str]], replaces: tuple[str, ...] = (), **more: Any
    ) -> str:
        """The lead signs the visit off, over all that was written so far."""
        body = {"results": results, "covers": self.scene.covers(), "replaces": list(replaces)}
        return self.write("visit.signed", **{**body, **more})


def sha(name: str) -> str:
    """The SHA-256 of a made-up picture."""
    return sha256_hex(name.encode())


PASSED = {"登记事项检查": "R1", "商标使用": "X2", "公示信息检查": "R1"}
FIRE_PASSED = {"消防安全𠮷": "R1", "疏散﹏通道": "R1"}


def market_regulation(scene: Scene) -> tuple[Phone, Phone]:
    """SCJG's two officers did all their items well; its section is complete."""
    li, wang = scene.phone(LI), scene.phone(WANG)
    li.write("visit.opened")
    li.prepare("SCJG", LI, WANG)
    li.answer("G-1", "pass")
    wang.answer("G-2", "pass", value=20, instrument="温度计01")
    wang.answer("G-4", "pass", value="已公示")
    li.complete("SCJG", PASSED)
    return li, wang


def fire_brigade(scene: Scene) -> tuple[Phone, Phone]:
    """XFJY's two officers did all their items well; its section is complete."""
    zhao, qian = scene.phone(ZHAO), scene.phone(QIAN)
    zhao.prepare("XFJY", ZHAO, QIAN)
    zhao.answer("X-1", "pass", value="full")
    qian.answer("X-2", "pass")
    qian.answer("X-3", "pass")
    zhao.complete("XFJY", FIRE_PASSED)
    return zhao, qian


def ready_to_sign(scene: Scene) -> tuple[Phone, Phone]:
    """SCJG is done, the fire brigade absent, the party has signed: nothing is in the way."""
    li, wang = market_regulation(scene)
    li.absent("XFJY")
    li.sign("party", "吴𠮷")
    return li, wang
