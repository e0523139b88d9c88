"""What teams do on every visit, step by step in the order of the day, as functions on a `Journey`."""

from datetime import timedelta

from server.demo.journey import Journey, Json
from server.demo.pictures import signature
from server.visits.roster import read_bundle
from server.visits.rules import expected_results

FOR_ALL = "全部检查对象"
FOR_REGISTERED = "登记为企业"  # how the scope of the registration items begins; the demo's subjects are in it


def begin(journey: Journey) -> None:
    """The lead opens the visit and every department arrives."""
    journey.write(journey.lead(), "visit.opened")
    journey.shoot(journey.lead(), "gate", "门头", moment="arrival")
    for code in journey.departments():
        _arrive(journey, code)


def _arrive(journey: Journey, code: str) -> None:
    """到场、现场人员、亮证、告知、回避, recorded by the department's first officer."""
    officers = journey.officers(code)
    first, owner = officers[0], journey.bundle["enterprise"]["legal_rep"]
    shown = [{"person": one["person"], "certificate": one["certificate"]} for one in officers]
    journey.write(first, "visit.arrived", department=code, location=journey.location())
    journey.write(
        first, "party.present", department=code, name=owner, post="负责人", authority="法定代表人（负责人）"
    )
    picture = journey.shoot(first, "certificate", "出示执法证件", moment="identity")
    journey.write(first, "identity.shown", department=code, officers=shown, evidence=[picture])
    journey.write(first, "rights.informed", department=code)
    journey.write(first, "recusal.asked", department=code, requested=False)


def answer_all(journey: Journey, code: str) -> None:
    """The department's officers answer its items in turn; everything is in order."""
    officers = journey.officers(code)
    for turn, item in enumerate(journey.items(code)):
        journey.write(
            officers[turn % len(officers)], "answer", item=item["id"], replaces=[], **_in_order(item)
        )


def _in_order(item: Json) -> Json:
    """The answer of a subject that does all as it should; items meant for others are not applicable."""
    scope = item["applies_to"]
    if scope != FOR_ALL and not scope.startswith(FOR_REGISTERED):
        return {
            "verdict": "na",
            "value": None,
            "remark": "",
            "reason": f"不属于本项适用范围（{item['applies_to']}）",
        }
    return {"verdict": "pass", "value": _good_value(item["answer"]), "remark": ""}


def _good_value(answer: Json) -> int | str | None:
    match answer["type"]:
        case "number":
            limits = [limit for limit in (answer["min"], answer["max"]) if limit is not None]
            return sum(limits) // len(limits) if limits else 0
        case "choice":
            return next(str(option["value"]) for option in answer["options"] if option["result"] == "pass")
        case "text":
            return "已查阅记录，内容完整。"
    return None


def find_fault(journey: Journey, code: str, remark: str) -> Json:
    """One of the department's items turns out to be wrong after all; the item."""
    plain = [
        one
        for one in journey.items(code)
        if one["answer"]["type"] == "verdict" and one["applies_to"] == FOR_ALL and one["evidence_on_fail"]
    ]
    known = journey.state()["items"][plain[0]["id"]]["heads"]
    fail(journey, journey.officers(code)[0], plain[0], remark, replaces=[head["hash"] for head in known])
    return plain[0]


def fail(journey: Journey, officer: Json, item: Json, remark: str, replaces: list[str]) -> None:
    """不合格, in words and with a photograph."""
    journey.shoot(officer, "shelf", remark, item=item["id"], moment="fail")
    journey.write(
        officer, "answer", item=item["id"], verdict="fail", value=None, remark=remark, replaces=replaces
    )


def demand(journey: Journey, item: Json, days: int) -> None:
    """责令改正 within so many days."""
    officer = journey.officers(item["department"])[0]
    deadline = (journey.at.date() + timedelta(days=days)).isoformat()
    journey.write(
        officer,
        "measure",
        item=item["id"],
        department=item["department"],
        demand="限期改正并提交整改材料。",
        deadline=deadline,
    )


def correct(journey: Journey, item: Json) -> None:
    """当场改正: a photograph of it as it is now; the answer stays as it was."""
    officer = journey.officers(item["department"])[0]
    after = journey.shoot(officer, "extinguisher", "当场改正后", item=item["id"], moment="other")
    journey.write(
        officer, "corrected", item=item["id"], evidence=[after], text="纸箱已当场清理，通道恢复畅通。"
    )


def close(journey: Journey, words: str) -> None:
    """Statement, departments complete, signatures, leaving, sign-off."""
    owner = journey.bundle["enterprise"]["legal_rep"]
    lead = journey.lead()
    journey.write(lead, "statement", text=words, department=lead["department"], name=owner)
    for code, department in journey.state()["departments"].items():
        journey.write(
            journey.officers(code)[0],
            "department.completed",
            department=code,
            results=department["results"],
            covers=journey.covers(),
            replaces=[],
        )
    for officer in journey.bundle["team"]:
        _sign(
            journey,
            officer,
            role="inspector",
            scope=officer["department"],
            name=officer["name"],
            person=officer["person"],
        )
    _sign(journey, lead, role="party", scope="visit", name=owner, post="负责人")
    for code in journey.departments():
        journey.write(journey.officers(code)[0], "visit.left", department=code, location=journey.location())
    sign_off(journey)


def _sign(journey: Journey, writer: Json, *, name: str, **about: str) -> None:
    drawing = signature(name)
    journey.write(
        writer, "signature", method="screen", name=name, drawing=drawing, covers=journey.covers(), **about
    )


def sign_off(journey: Journey) -> None:
    """The lead signs for what everybody found."""
    state = journey.state()
    results = expected_results(state, read_bundle(journey.bundle), abort=None)
    journey.write(
        journey.lead(),
        "visit.signed",
        results=results,
        covers=journey.covers(),
        replaces=state["register"]["heads"],
    )
