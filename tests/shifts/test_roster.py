"""Rosters: cover first, then law, then fair shares; and the reasons where a seat stays empty."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shift import HeatLimit, Rule
from solver.judge.people import check_roster
from solver.shifts.roster import Budget, solve_roster
from tests.shifts.people import HOUR, RULES, driver, duty, roster_problem

SMALL = Budget(seconds=20, deterministic=1)


def test_the_only_licence_that_fits_is_used_where_it_is_needed():
    duties = [duty("truck", 4, 12, "A2"), duty("van", 4, 12, "C1")]
    roster = solve_roster(roster_problem(duties, [driver("a", "A2"), driver("c", "C1")]))
    assert roster.crews == {"truck": ("a",), "van": ("c",)}
    assert roster.proven


def test_two_short_duties_of_one_day_go_to_one_person_if_nobody_else_is_there():
    duties = [duty("x", 4, 8), duty("y", 9, 13)]
    roster = solve_roster(roster_problem(duties, [driver("a")]), budget=SMALL)
    assert roster.crews == {"x": ("a",), "y": ("a",)}


def test_an_unstaffed_duty_names_the_rules_and_the_smallest_relaxation():
    """a lacks the licence and rest, b only rest: rest alone keeps b out."""
    people = [
        driver("a", "C1", last_end=-4 * HOUR),
        driver("b", "A2", last_end=-4 * HOUR),
    ]
    roster = solve_roster(roster_problem([duty("truck", 4, 12, "A2")], people), budget=SMALL)
    (short,) = roster.unstaffed
    assert roster.bound == 1
    assert short.rules == {Rule.REST_BETWEEN: 2, Rule.LICENCE: 1}
    assert short.relaxation == (Rule.REST_BETWEEN, "b")


def test_helpers_fill_the_seats_beside_the_driver():
    people = [driver("d"), driver("h1", ""), driver("h2", "")]
    problem = roster_problem([duty("wash", 4, 12, crew=3)], people, helpers=True)
    assert solve_roster(problem, budget=SMALL).crews == {"wash": ("d", "h1", "h2")}


def test_the_home_depot_and_the_lighter_month_are_preferred():
    near = [driver("a", home_depot="east"), driver("b", home_depot="west")]
    duties = [duty("x", 4, 12, depot="west")]
    assert solve_roster(roster_problem(duties, near), budget=SMALL).crews == {"x": ("b",)}
    tired = [driver("a", hours_month_s=150 * HOUR), driver("b", hours_month_s=60 * HOUR)]
    assert solve_roster(roster_problem(duties, tired), budget=SMALL).crews == {"x": ("b",)}


def test_yesterdays_roster_is_kept_where_it_is_lawful():
    problem = roster_problem([duty("x", 4, 12), duty("y", 4, 12)], [driver("a"), driver("b")])
    swapped = {"x": ("b",), "y": ("a",)}
    kept = solve_roster(problem, budget=SMALL, keep=swapped)
    assert set(kept.crews.values()) == {("a",), ("b",)}


def test_a_week_of_two_shifts_is_shared_evenly():
    """Two shifts on seven days for three people: 14 duties as 5, 5, 4, nights within one."""
    duties = [
        duty(f"{name}{day}", day * 24 + begin, day * 24 + begin + 8)
        for day in range(7)
        for name, begin in (("early", 4), ("night", 22))
    ]
    problem = roster_problem(duties, [driver(name) for name in "abc"])
    roster = solve_roster(problem, budget=Budget(seconds=20, deterministic=3))
    assert check_roster(problem, roster) == []
    counts = sorted(sum(p in crew for crew in roster.crews.values()) for p in "abc")
    assert counts == [4, 5, 5]


def test_the_same_problem_gives_the_same_roster():
    duties = [duty(f"d{n}", 4 + n % 3, 12 + n % 3) for n in range(6)]
    problem = roster_problem(duties, [driver(f"p{n}") for n in range(7)])
    first, second = (solve_roster(problem, budget=SMALL) for _ in range(2))
    assert first.crews == second.crews


@st.composite
def problems(draw):
    hours = st.integers(0, 40)
    duties = [
        duty(
            f"d{n}",
            begin := draw(hours),
            begin + draw(st.integers(1, 12)),
            draw(st.sampled_from(["C1", "B2", "A2"])),
            crew=draw(st.integers(1, 2)),
            outdoor=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    people = [
        driver(
            f"p{n}",
            draw(st.sampled_from(["", "C1", "B2", "A2"])),
            last_end=draw(st.integers(-20, 0)) * HOUR,
            days_run=draw(st.integers(0, 6)),
            nights_run=draw(st.integers(0, 5)),
            overtime_month_s=draw(st.integers(30, 36)) * HOUR,
            available=draw(st.integers(0, 5)) > 0,
        )
        for n in range(draw(st.integers(0, 5)))
    ]
    rules = replace(
        RULES,
        max_days_run=draw(st.integers(1, 6)),
        heat=(HeatLimit(from_c=37, max_s=6 * HOUR, out_of_window=draw(st.booleans())),),
        heat_window=(12 * HOUR, 15 * HOUR),
    )
    hot = {day: draw(st.sampled_from([30, 38])) for day in (0, 1)}
    return roster_problem(
        duties, people, rules=rules, helpers=draw(st.booleans()), temperatures=hot
    )


@settings(max_examples=300, deadline=None)
@given(problems())
def test_every_roster_is_lawful_and_every_empty_seat_is_explained(problem):
    lawful_and_explained(problem)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None)
@given(problems())
def test_many_rosters_are(problem):
    lawful_and_explained(problem)


def lawful_and_explained(problem):
    roster = solve_roster(problem, budget=SMALL)
    found = check_roster(problem, roster)
    assert {violation.code for violation in found} <= {"CREW_SHORT"}
    assert {v.where: v.excess for v in found} == {
        f"duty {short.duty}": short.missing for short in roster.unstaffed
    }
    assert roster.bound <= sum(short.missing for short in roster.unstaffed)


def test_three_duties_of_one_day_add_up_to_overtime():
    """5, 1 and 3 h are an hour too many for a month whose overtime is used up."""
    duties = [duty("x", 11, 16), duty("y", 16, 17), duty("z", 17, 20)]
    tired = driver("a", overtime_month_s=36 * HOUR)
    roster = solve_roster(roster_problem(duties, [tired]), budget=SMALL)
    assert check_roster(roster_problem(duties, [tired]), roster)[0].code == "CREW_SHORT"
    assert len(roster.crews) == 2


def test_a_first_roster_without_an_empty_seat_is_enough_where_no_model_fits_into_the_seconds():
    problem = roster_problem([duty("x", 4, 12), duty("y", 4, 12)], [driver("a"), driver("b")])
    found = solve_roster(problem, budget=Budget(seconds=1e-5))
    assert sorted(found.crews) == ["x", "y"]
    assert not check_roster(problem, found)
    assert not found.proven
    assert solve_roster(problem, budget=SMALL).proven
