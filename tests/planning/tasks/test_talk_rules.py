"""The law of negotiation: any order of turns, and which terms may be put on the table."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.kernel.problems import Problem
from server.planning.tasks.rules import Answer, Share, TaskSource, Terms
from server.planning.tasks.talks.rules import Talk, faults, in_window, most_at_once, reminder_due
from server.registry.rules import Away, Officer

LEAD = "SCJG"
OTHERS = ("XFJY", "WJW", "YJGL")


def terms(since=dt.date(2026, 6, 1), until=dt.date(2026, 6, 30), departments=(LEAD, *OTHERS), **more):
    said = {"halves": ("am", "pm"), "total": 10, "heads": 2} | more
    shares = tuple(Share(code, said["heads"]) for code in departments)
    return Terms(since, until, said["halves"], shares, said["total"])


def talk(*departments, source="plan", **more):
    answers = dict.fromkeys((LEAD, *departments), Answer.OPEN)
    return Talk(source, "talks", LEAD, 0, answers, **more)


def code_of(deed):
    with pytest.raises(Problem) as caught:
        deed()
    return caught.value.code


class Talks(RuleBasedStateMachine):
    """Departments speak in any order, to the round there is or to one that is gone."""

    @initialize()
    def begin(self):
        self.talk = talk(*OTHERS)
        self.said = {}  # what each department said last, to the terms that are on the table now

    def attempt(self, deed, then):
        try:
            self.talk = deed()
        except Problem:
            return
        then()

    @rule(late=st.booleans(), more=st.sampled_from([(), ("JTYS",), ("JTYS", "LYJ")]))
    def propose(self, late, more):
        asked = [code for code in self.talk.active if code != LEAD]
        offered = terms(departments=(LEAD, *dict.fromkeys([*asked, *more])))
        self.attempt(lambda: self.talk.propose(self.talk.round - late, offered), self.said.clear)

    @rule(
        department=st.sampled_from([LEAD, *OTHERS, "JTYS"]),
        answer=st.sampled_from([Answer.AGREED, Answer.COUNTERED, Answer.DECLINED]),
        late=st.booleans(),
    )
    def answer(self, department, answer, late):
        self.attempt(
            lambda: self.talk.answer(self.talk.round - late, department, answer),
            lambda: self.said.update({department: answer}),
        )

    @rule(department=st.sampled_from([LEAD, *OTHERS]))
    def drop(self, department):
        self.attempt(lambda: self.talk.drop(self.talk.round, department), lambda: None)

    @invariant()
    def nothing_is_settled_while_somebody_does_not_agree(self):
        if not hasattr(self, "talk"):
            return
        agreed = {code for code, answer in self.said.items() if answer == Answer.AGREED}
        gone = {code for code, answer in self.talk.answers.items() if answer == Answer.DROPPED}
        asked = set(self.talk.answers) - {LEAD} - gone
        try:
            settled = self.talk.settle(self.talk.round, approved=False)
        except Problem:
            return
        assert asked
        assert asked <= agreed
        assert {share.department for share in settled.shares} == asked | {LEAD}

    @invariant()
    def who_was_let_go_had_declined(self):
        if hasattr(self, "talk"):
            gone = {code for code, answer in self.talk.answers.items() if answer == Answer.DROPPED}
            assert LEAD not in gone
            assert all(self.said.get(code) in (None, Answer.DECLINED) for code in gone)


TestTalks = Talks.TestCase


def test_a_new_round_opens_all_answers_again():
    begun = talk("XFJY", "WJW").propose(0, terms(departments=(LEAD, "XFJY", "WJW")))
    answered = begun.answer(1, "XFJY", Answer.AGREED).answer(1, "WJW", Answer.COUNTERED)
    assert answered.all_answered
    again = answered.propose(1, terms(departments=(LEAD, "XFJY", "WJW"), heads=3))
    assert again.open == ["XFJY", "WJW"]
    assert again.round == 2


def test_who_was_let_go_may_be_asked_again():
    begun = talk("XFJY", "WJW").propose(0, terms(departments=(LEAD, "XFJY", "WJW")))
    without = begun.answer(1, "WJW", Answer.DECLINED).drop(1, "WJW")
    assert [share.department for share in without.terms.shares] == [LEAD, "XFJY"]
    assert without.propose(1, terms(departments=(LEAD, "XFJY"))).active == [LEAD, "XFJY"]
    assert without.propose(1, terms(departments=(LEAD, "XFJY", "WJW"))).open == ["XFJY", "WJW"]


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda one: one.propose(0, terms(departments=(LEAD, "XFJY", "WJW"))), "talks-moved"),
        (lambda one: one.propose(1, terms(departments=(LEAD, "XFJY"))), "talks-left-out"),
        (lambda one: one.answer(0, "XFJY", Answer.AGREED), "talks-moved"),
        (lambda one: one.answer(1, LEAD, Answer.AGREED), "talks-not-asked"),
        (lambda one: one.answer(1, "YJGL", Answer.AGREED), "talks-not-asked"),
        (lambda one: one.answer(1, None, Answer.AGREED), "talks-not-asked"),
        (lambda one: one.drop(1, "XFJY"), "talks-not-declined"),
        (lambda one: one.settle(1, approved=True), "talks-unsettled"),
    ],
)
def test_what_may_not_be_said(deed, code):
    begun = talk("XFJY", "WJW").propose(0, terms(departments=(LEAD, "XFJY", "WJW")))
    assert code_of(lambda: deed(begun)) == code


def test_nothing_is_answered_before_something_is_proposed():
    assert code_of(lambda: talk("XFJY").answer(0, "XFJY", Answer.AGREED)) == "talks-nothing"
    assert code_of(lambda: talk("XFJY").settle(0, approved=True)) == "talks-nothing"


def test_no_joint_task_is_left_to_the_lead_alone():
    begun = talk("XFJY").propose(0, terms(departments=(LEAD, "XFJY")))
    alone = begun.answer(1, "XFJY", Answer.DECLINED).drop(1, "XFJY")
    assert code_of(lambda: alone.settle(1, approved=True)) == "task-alone"
    assert code_of(lambda: alone.propose(1, terms(departments=(LEAD,)))) == "task-alone"


def test_a_single_department_waits_for_the_office():
    begun = talk(source="single").propose(0, terms(departments=(LEAD,)))
    assert code_of(lambda: begun.settle(1, approved=False)) == "task-single-unapproved"
    assert begun.settle(1, approved=True) == begun.terms


def test_a_call_needs_nobody_else_and_no_approval_of_the_office():
    begun = talk(source="call").propose(0, terms(departments=(LEAD,)))
    assert begun.settle(1, approved=False) == begun.terms


PLENTY = dict.fromkeys((LEAD, *OTHERS), 9)
D = dt.date


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"since": D(2026, 6, 30), "until": D(2026, 6, 1)}, [("until", "terms-range")]),
        ({"since": D(2026, 4, 30)}, [("reason", "terms-window")]),
        ({"until": D(2026, 12, 1)}, [("reason", "terms-window")]),
        ({"since": D(2026, 5, 1), "until": D(2026, 5, 4)}, [("until", "terms-no-working-day")]),  # 劳动节
        ({"since": D(2026, 6, 6), "until": D(2026, 6, 7)}, [("until", "terms-no-working-day")]),  # a weekend
        ({"since": D(2026, 5, 9), "until": D(2026, 5, 9)}, []),  # a Saturday to be worked (调休)
        ({"since": D(2026, 3, 2)}, [("since", "terms-past"), ("reason", "terms-window")]),
        ({"halves": ()}, [("halves", "terms-halves")]),
        ({"heads": 1}, [(f"heads-{code}", "terms-heads") for code in (LEAD, *OTHERS)]),
        ({"heads": 10}, [(f"heads-{code}", "terms-officers") for code in (LEAD, *OTHERS)]),
        (
            {"since": D(2026, 6, 1), "until": D(2027, 6, 30), "heads": 99},
            [("until", "terms-long"), ("reason", "terms-window")],
        ),
    ],
)
def test_all_that_is_wrong_with_terms_is_said_at_its_field(changed, found):
    wrong = faults(
        terms(**changed), source="plan", today=D(2026, 4, 1), reason="", available=PLENTY
    )
    assert [(one.field, one.code) for one in wrong] == found


def test_days_outside_the_window_need_a_reason_except_of_a_call():
    outside = {"terms": terms(until=D(2026, 12, 20)), "today": D(2026, 4, 1), "available": PLENTY}
    assert not faults(source="plan", reason="省里统一部署", **outside)
    assert not faults(source=TaskSource.CALL, reason="", **outside)


def test_a_campaign_is_carried_out_alone_only_with_the_offices_approval():
    alone = talk(source="campaign")
    assert code_of(lambda: alone.propose(0, terms(departments=(LEAD,)))) == "task-alone"
    begun = alone.propose(0, terms(departments=(LEAD,)), approved=True)
    assert code_of(lambda: begun.settle(1, approved=False)) == "task-alone"
    assert begun.settle(1, approved=True) == begun.terms


@pytest.mark.parametrize(
    ("since", "until", "beyond"),
    [
        (D(2026, 6, 1), D(2026, 6, 30), False),
        (D(2026, 5, 31), D(2026, 6, 30), True),
        (D(2026, 6, 2), D(2026, 7, 1), True),
    ],
)
def test_days_outside_its_campaign_need_a_reason(since, until, beyond):
    said = {"terms": terms(since, until), "source": "campaign", "today": D(2026, 4, 1), "available": PLENTY}
    june = (D(2026, 6, 1), D(2026, 6, 30))
    wrong = faults(**said, reason="", campaign=june)
    assert [(one.field, one.code) for one in wrong] == [("reason", "terms-campaign")] * beyond
    assert not faults(**said, reason="省厅同意延长", campaign=june)


@given(st.dates(D(2020, 1, 1), D(2035, 12, 31)), st.integers(0, 400))
def test_the_window_is_the_same_every_year(since, days):
    until = since + dt.timedelta(days=days)
    within = all(5 <= (since + dt.timedelta(days=n)).month <= 11 for n in range(days + 1))
    assert in_window(since, until) == within


def officer(name, **more):
    said = {"valid_from": D(2020, 1, 1), "valid_until": D(2030, 1, 1), "specialties": frozenset({"YY"})}
    return Officer(name, LEAD, **said | more)


def test_officers_count_on_the_best_day_there_is():
    away = officer("b", absences=(Away(D(2026, 6, 1), D(2026, 6, 29)),))
    ending = officer("c", valid_until=D(2026, 6, 10))
    other = officer("d", specialties=frozenset({"WB"}))
    week = {"industry": "YY", "since": D(2026, 6, 1), "wanted": 9}
    officers = [officer("a"), away, ending, other]
    assert most_at_once(officers, until=D(2026, 6, 5), **week) == 2  # a and c
    assert most_at_once([officer("a"), away], until=D(2026, 6, 29), **week) == 1
    assert most_at_once([officer("a"), away], until=D(2026, 6, 30), **week) == 2
    assert most_at_once([], until=D(2026, 6, 30), **week) == 0


DUE = dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "reminded", "due"),
    [
        (DUE - 25 * HOUR, None, False),
        (DUE - 24 * HOUR, None, True),
        (DUE - 23 * HOUR, DUE - 24 * HOUR, False),
        (DUE, DUE - 24 * HOUR, True),
        (DUE + HOUR, DUE, False),
        (DUE + HOUR, None, True),
        (DUE - 23 * HOUR, DUE - 30 * HOUR, True),  # the lead had pressed before the last day
    ],
)
def test_a_reminder_comes_once_before_and_once_after(now, reminded, due):
    assert reminder_due(now, DUE, reminded) == due
