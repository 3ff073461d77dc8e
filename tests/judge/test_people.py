"""Each violation of a roster, made on purpose and alone."""

from dataclasses import replace

import pytest

from models.shift import HeatLimit, Roster
from solver.judge.people import check_roster
from solver.shifts.roster import solve_roster
from tests.shifts.people import DAY, HOUR, RULES, driver, duty, roster_problem


def codes(problem, crews):
    return [violation.code for violation in check_roster(problem, Roster(crews=crews))]


def test_a_lawful_day_has_no_violation():
    problem = roster_problem(
        [duty("early", 4, 12), duty("mid", 12, 20)], [driver("a"), driver("b")]
    )
    assert codes(problem, {"early": ("a",), "mid": ("b",)}) == []


def test_an_empty_seat_is_crew_short():
    problem = roster_problem([duty("early", 4, 12)], [driver("a")])
    assert codes(problem, {}) == ["CREW_SHORT"]


def test_a_missing_helper_counts_where_helpers_are_planned():
    wash = duty("wash", 4, 12, crew=3)
    people = [driver("a"), driver("h", "")]
    problem = roster_problem([wash], people, helpers=True)
    found = check_roster(problem, Roster(crews={"wash": ("a", "h")}))
    assert [(v.code, v.excess) for v in found] == [("CREW_SHORT", 1)]
    assert codes(roster_problem([wash], people), {"wash": ("a",)}) == []


@pytest.mark.parametrize(
    ("code", "duties", "person"),
    [
        ("LICENCE", [duty("x", 4, 12)], driver("a", "C1")),
        ("SKILL", [duty("x", 4, 12, skills=frozenset({"crane"}))], driver("a")),
        ("ABSENT", [duty("x", 4, 12)], driver("a", available=False)),
        ("WRONG_SHIFT", [duty("x", 4, 12, shift="early")], driver("a", shifts=("night",))),
        ("DOUBLE_BOOKED", [duty("x", 4, 7), duty("y", 6, 8)], driver("a")),
        ("REST_BETWEEN", [duty("x", 4, 12)], driver("a", last_end=-6 * HOUR)),
        ("REST_BETWEEN", [duty("x", 14, 22), duty("y", 30, 38)], driver("a")),
        ("REST_BETWEEN", [duty("x", 0, 3), duty("y", 12, 15)], driver("a")),
        ("OVERTIME_DAY", [duty("x", 4, 15.5)], driver("a")),
        ("OVERTIME_DAY", [duty("x", 4, 10), duty("y", 11, 16.5)], driver("a")),
        ("OVERTIME_MONTH", [duty("x", 4, 13)], driver("a", overtime_month_s=36 * HOUR)),
        ("WEEKLY_REST", [duty("x", 4, 12)], driver("a", days_run=6)),
        ("NIGHTS", [duty("x", 22, 30)], driver("a", nights_run=5)),
    ],
)
def test_each_law_alone(code, duties, person):
    problem = roster_problem(duties, [person])
    assert codes(problem, {d.id: (person.id,) for d in duties}) == [code]


def test_a_person_unknown_to_the_district_is_reported():
    problem = roster_problem([duty("x", 4, 12)], [driver("a")])
    assert "UNKNOWN" in codes(problem, {"x": ("nobody",)})


def test_six_days_of_eight_hours_make_eight_hours_of_weekly_overtime():
    """40 h are normal, 48 h worked; with 29 h before, 37 h are one too many."""
    days = [duty(f"d{n}", n * 24 + 8, n * 24 + 16) for n in range(6)]
    crews = {d.id: ("a",) for d in days}
    lawful = roster_problem(days, [driver("a", overtime_month_s=28 * HOUR)])
    over = roster_problem(days, [driver("a", overtime_month_s=29 * HOUR)])
    assert codes(lawful, crews) == []
    found = check_roster(over, Roster(crews=crews))
    assert [(v.code, v.excess) for v in found] == [("OVERTIME_MONTH", HOUR)]


def test_leave_is_absence_on_its_day_only():
    days = [duty("d0", 8, 16), duty("d1", 32, 40)]
    problem = roster_problem(days, [driver("a")], leave={"a": frozenset({1})})
    assert codes(problem, {"d0": ("a",), "d1": ("a",)}) == ["ABSENT"]
    assert days[1].begin >= DAY


HOT = {"heat": (HeatLimit(from_c=37, max_s=6 * HOUR, out_of_window=True),
                HeatLimit(from_c=40, max_s=0), HeatLimit(from_c=35, max_s=8 * HOUR)),
       "heat_window": (12 * HOUR, 15 * HOUR)}  # fmt: skip


@pytest.mark.parametrize(
    ("degrees", "begin_h", "end_h", "outdoor", "found"),
    [
        (34.9, 4, 13, True, []),
        (35, 4, 12, True, []),
        (35, 4, 13, True, ["HEAT"]),
        (38, 4, 10, True, []),
        (38, 4, 10.5, True, ["HEAT"]),
        (38, 10, 13, True, ["HEAT"]),
        (40, 4, 5, True, ["HEAT"]),
        (40, 4, 12, False, []),
    ],
)
def test_outdoor_work_in_the_heat(degrees, begin_h, end_h, outdoor, found):
    problem = roster_problem(
        [duty("x", begin_h, end_h, outdoor=outdoor)],
        [driver("a")],
        rules=replace(RULES, **HOT),
        temperatures={0: degrees},
    )
    assert codes(problem, {"x": ("a",)}) == found
    assert bool(solve_roster(problem).unstaffed) == bool(found)
