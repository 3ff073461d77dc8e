"""Every law of merging, broken by hand on a lane of three points."""

from dataclasses import replace

import pytest

from solver.judge.merging import check_merging, check_phases
from solver.location.merging import merging_solution
from tests.location.lanes import lane

HOMES = [(0, 0, 2), (100, 1, 3), (200, 2, 4)]


def codes(problem, solution):
    return {(one.code, one.excess) for one in check_merging(problem, solution)}


def test_today_and_a_lawful_merging_break_nothing():
    problem = lane([0, 1, 2], HOMES)
    assert codes(problem, merging_solution(problem, [0, 1, 2])) == set()
    merged = merging_solution(problem, [1, 1, 1])
    assert (merged.stays, merged.household_m, merged.cost) == (1, 600, 1_600)
    assert codes(problem, merged) == set()


@pytest.mark.parametrize(
    ("facts", "target", "found"),
    [
        ({}, [2, 1, 2], {("WALK", 50)}),  # 200 m of 150 m
        ({"capacity_kg": 200}, [1, 1, 1], {("POINT_CAPACITY", 100)}),
        ({"groups": ["bins", "room", "bins"]}, [1, 1, 2], {("POINT_MIXED", 0)}),
        ({}, [1, 2, 2], {("POINT_CLOSED", 100)}),
        ({}, [0, 1, 3], {("UNKNOWN", 0)}),
        ({}, [0, 1], {("UNKNOWN", 0)}),
    ],
)
def test_a_false_merging_is_noticed(facts, target, found):
    problem = lane([0, 1, 2], HOMES, **facts)
    honest = merging_solution(problem, [0, 1, 2])
    if ("UNKNOWN", 0) in found:
        assert codes(problem, replace(honest, target=tuple(target))) == found
    else:
        assert codes(problem, merging_solution(problem, target)) == found


def test_one_home_of_many_is_enough_to_be_too_far():
    problem = lane([0, 1], [(0, 0, 90), (-60, 0, 1), (100, 1, 1)])
    assert codes(problem, merging_solution(problem, [1, 1])) == {("WALK", 10)}


def test_a_way_that_is_not_known_is_too_far():
    problem = lane([0, 1], [(0, 0, 1), (100, 1, 1)])
    lost = replace(problem, walks={(0, 0): 0, (1, 1): 0})
    assert codes(lost, merging_solution(problem, [1, 1])) == {("WALK", 1), ("CLAIM", 100)}


def test_who_walks_far_today_may_walk_as_far_but_not_farther():
    problem = lane([0, 1, 2], [(0, 1, 1), (0, 0, 1), (200, 2, 1)], limit_m=50)
    assert codes(problem, merging_solution(problem, [0, 0, 2])) == set()
    assert codes(problem, merging_solution(problem, [0, 2, 2])) == {("WALK", 100)}


def test_a_point_too_full_today_may_stay_but_gets_no_more():
    problem = lane([0, 1], HOMES[:2], capacity_kg=50)
    assert codes(problem, merging_solution(problem, [0, 1])) == set()
    assert codes(problem, merging_solution(problem, [0, 0])) == {("POINT_CAPACITY", 100)}


def test_a_point_whose_neighbours_would_stop_it_gets_nothing_more():
    problem = lane([0, 1, 2], HOMES, people=[0, 40, 0], risk=[0, 30, 0])
    merged = merging_solution(problem, [1, 1, 2])
    assert codes(problem, merged) == set()
    calm = replace(problem, max_opposition_percent=20)
    assert codes(calm, merged) == {("POINT_OPPOSED", 10)}
    assert codes(calm, merging_solution(calm, [0, 1, 2])) == set()


def test_waste_beside_homes_has_its_price():
    problem = lane([0, 1, 2], HOMES, people=[0, 4, 0], person_kg_cost=3)
    merged = merging_solution(problem, [1, 1, 1])
    assert (merged.person_kg, merged.cost) == (800, 1_600 + 2_400)
    assert codes(problem, replace(merged, person_kg=0)) == {("CLAIM", 800)}


def test_phases_end_where_the_solution_is_and_every_date_is_lawful():
    problem = lane([0, 1, 2], HOMES)
    merged = merging_solution(problem, [1, 1, 1])
    assert check_phases(problem, merged, [1, 0, 2]) == []
    assert [(one.code, one.where) for one in check_phases(problem, merged, [1, 0, 0])] == [
        ("DATE", "p2")
    ]
    assert [one.code for one in check_phases(problem, merged, [1, 3, 1])] == ["DATE"]


def test_a_state_between_two_phases_is_judged_as_the_last_one_is():
    """p0 goes to p1, which is to go itself: unlawful from the date on which both are gone."""
    problem = lane([0, 1, 2, 3], [*HOMES, (300, 3, 1)])
    false = merging_solution(problem, [1, 2, 2, 2])
    found = check_phases(problem, false, [1, 1, 0, 2])
    assert [(one.code, one.where) for one in found] == [
        ("POINT_CLOSED", "p0 to p1, phase 1"),
    ]
    crowded = lane([0, 1, 2, 3], [*HOMES, (300, 3, 1)], capacity_kg=100)
    found = check_phases(crowded, merging_solution(crowded, [0, 2, 2, 2]), [0, 1, 0, 2])
    assert [(one.code, one.where) for one in found] == [("POINT_CAPACITY", "p2, phase 1")]


@pytest.mark.parametrize("field", ["stays", "household_m", "person_kg", "cost"])
def test_counts_are_added_up_again(field):
    problem = lane([0, 1, 2], HOMES)
    honest = merging_solution(problem, [1, 1, 2], bound=0)
    false = replace(honest, **{field: getattr(honest, field) + 7})
    assert codes(problem, false) == {("CLAIM", 7)}


def test_no_bound_lies_above_the_cost():
    problem = lane([0, 1, 2], HOMES)
    honest = merging_solution(problem, [0, 1, 2])
    assert codes(problem, replace(honest, bound=honest.cost + 3)) == {("CLAIM", 3)}
