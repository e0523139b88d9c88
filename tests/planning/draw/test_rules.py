"""From registers to teams: nobody recused, away, without certificate, or twice at a time is ever sent."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.planning.draw import ceremony, rules
from server.planning.draw.rules import Officer, Slot, Span, Subject, Terms
from tests.planning.draw.transcripts import named, secret_of

DAY = date(2026, 6, 1)
SLOTS = tuple(Slot(DAY + timedelta(at // 2), ("am", "pm")[at % 2]) for at in range(4))
CODES = [slot.code for slot in SLOTS]
TERMS = Terms("JYZ", (("SCJG", 2), ("XFJY", 2)), SLOTS, 3, date(2026, 5, 20))
GRIDS, TOWNS, USCCS = ("G1", "G2", None), ("T1", "T2"), ("U1", "U2", "U3")

spans = st.builds(
    lambda since, days: Span(since, None if days is None else since + timedelta(days)),
    st.sampled_from([DAY - timedelta(30), DAY, DAY + timedelta(1)]),
    st.none() | st.integers(0, 40),
)


def officers(count: int) -> st.SearchStrategy[list[Officer]]:
    """So many of each department."""
    one = st.builds(
        Officer,
        name=st.just(""),
        department=st.just(""),
        certificate=st.just(Span(date(2020, 1, 1))) | spans,
        industries=st.sampled_from([frozenset(), frozenset({"JYZ"}), frozenset({"CYFW"})]),
        grids=st.sampled_from([frozenset(), frozenset({"G1"})]),
        towns=st.sampled_from([frozenset(), frozenset({"T1"})]),
        away=st.just(()) | st.tuples(spans),
        booked=st.frozensets(st.sampled_from(CODES), max_size=1),
        recused=st.frozensets(st.sampled_from(USCCS), max_size=1),
    )
    return st.lists(one, min_size=2 * count, max_size=2 * count).map(_named)


def _named(all_: list[Officer]) -> list[Officer]:
    names = named("officer", len(all_))
    return [
        Officer(**vars(one) | {"name": name, "department": ("SCJG", "XFJY")[at % 2]})
        for at, (one, name) in enumerate(zip(all_, names, strict=True))
    ]


subjects = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.sampled_from(USCCS), st.sampled_from(GRIDS), st.sampled_from(TOWNS),
        st.frozensets(st.integers(0, 23), max_size=3),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def _transcript(frame: list[Subject], staff: list[Officer], terms: Terms, dice: int) -> dict:
    """A draw of the whole frame, up to its result."""
    eligible = rules.eligibility(frame, staff, terms)
    lines = ceremony.frame_lines((one.stratum, one.name) for one in frame)
    hashes = ceremony.frame_hash(lines), ceremony.sha256(ceremony.canonical(eligible))
    parties = {"office": ceremony.commitment("office", secret_of("office"))}
    quotas = dict(Counter(one.stratum for one in frame))
    return {
        "commit": rules.commit("task", hashes[0], quotas, hashes[1], {"source": "dice"}, parties),
        "frame": rules.frame(frame),
        "eligibility": eligible,
        "opened": {"office": secret_of("office").hex()},
        "missing": [],
        "randomness": str(dice),
    }


@settings(deadline=None)
@given(officers(12), subjects, st.integers(0, 99))
def test_whoever_is_sent_may_go(staff: list[Officer], rows: list[tuple], dice: int) -> None:
    known = {one.name: one for one in staff}
    frame = [
        Subject(name, stratum, uscc, grid, town, frozenset(staff[at].name for at in met))
        for name, (stratum, uscc, grid, town, met) in zip(named("subject", len(rows)), rows, strict=True)
    ]
    transcript = _transcript(frame, staff, TERMS, dice)
    try:
        teams = ceremony.outcome(transcript)["teams"]
    except ceremony.Infeasible:
        return
    assert len(teams) == len(frame)
    by_name = {one.name: one for one in frame}
    visits = Counter()
    for team in teams:
        slot, subject = SLOTS[CODES.index(team["slot"])], by_name[team["line"]]
        for department, heads in TERMS.heads:
            assert len(set(team["members"][department])) == heads
            for name in team["members"][department]:
                one = known[name]
                assert one.department == department
                assert one.certificate.holds(TERMS.drawn_on)
                assert one.certificate.holds(slot.day)
                assert not any(span.holds(slot.day) for span in one.away)
                assert slot.code not in one.booked
                assert subject.uscc not in one.recused
                assert name not in subject.met
                assert not one.industries or "JYZ" in one.industries
                visits[name, slot.code] += 1
                visits[name] += 1
    assert all(count <= (1 if isinstance(key, tuple) else TERMS.total) for key, count in visits.items())


@given(st.lists(st.sampled_from("abcdefgh"), max_size=6), st.integers(1, 3), st.integers(0, 99))
def test_nobody_is_an_officer_and_an_expert_at_once(
    experts: list[str], subjects_: int, dice: int
) -> None:
    """Eight officers, some of whom stand in the experts' register too; another there has no certificate."""
    always = Span(date(2020, 1, 1))
    lapsed = Span(date(2020, 1, 1), date(2021, 1, 1))
    called = [*((one, ("SCJG", "XFJY")["abcdefgh".index(one) % 2]) for one in "abcdefgh"), ("z", "SCJG")]
    called += [(one, "expert") for one in (*experts, "y", "z")]
    staff = [
        Officer(name, department, lapsed if (one, department) == ("z", "SCJG") else always, one)
        for name, (one, department) in zip(named("staff", len(called)), called, strict=True)
    ]
    terms = replace(TERMS, heads=(*TERMS.heads, ("expert", 1)))
    frame = [Subject(name, "A", "U", None, None) for name in named("subject", subjects_)]
    who = {one.name: one.called for one in staff}
    seen = []
    for team in ceremony.outcome(_transcript(frame, staff, terms, dice))["teams"]:
        people = [who[name] for members in team["members"].values() for name in members]
        assert people[-1] in "yz"
        seen += [(team["slot"], one) for one in people]
    assert len(seen) == len(set(seen))


def test_the_tiers_are_grid_town_county() -> None:
    certificate = Span(date(2020, 1, 1))
    near = Officer("a", "SCJG", certificate, grids=frozenset({"G1"}), towns=frozenset({"T1"}))
    town = Officer("b", "SCJG", certificate, towns=frozenset({"T1"}))
    far = Officer("c", "SCJG", certificate)
    document = rules.eligibility([Subject("s", "A", "U1", "G1", "T1")], [far, town, near], TERMS)
    (area,) = document["areas"]
    assert area["tiers"] == {"SCJG": [[0], [1], [2]], "XFJY": [[], [], []]}
    team = {"members": {"SCJG": ["a", "c"], "XFJY": []}}
    assert rules.widening(team, area, document["officers"]) == {"SCJG": 2, "XFJY": 0}
    assert rules.eligibility([Subject("s", "A", "U1", None, None)], [near], TERMS)["areas"][0]["tiers"][
        "SCJG"
    ] == [[], [], [0]]
