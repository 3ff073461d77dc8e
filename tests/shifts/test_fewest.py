"""Fewest people for duties at fixed times: by hand, by law, and on public instances."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InstanceError, ProblemError
from models.shift import StaffingProblem
from scenarios.instances.smptsp import parse_smptsp
from solver.shifts.fewest import fewest_people, most_at_once

ALL = frozenset(range(3))


def lawful(problem, staffing):
    assert all(duty in problem.able[person] for duty, person in enumerate(staffing.person))
    for (one, p), (two, q) in combinations(enumerate(staffing.person), 2):
        (b1, e1), (b2, e2) = problem.spans[one], problem.spans[two]
        assert p != q or e1 <= b2 or e2 <= b1
    assert staffing.used == len(set(staffing.person)) >= staffing.bound
    return True


def test_duties_that_touch_are_for_one_person():
    problem = StaffingProblem(spans=((0, 5), (5, 9), (9, 12)), able=(ALL, ALL))
    assert fewest_people(problem, steps=100).used == 1


def test_what_only_one_can_do_decides_who_works():
    """Duty 1 needs person 1; person 1 can do all."""
    problem = StaffingProblem(spans=((0, 5), (5, 9), (9, 12)), able=(frozenset({0, 2}), ALL))
    assert fewest_people(problem, steps=100).person == (1, 1, 1)


def test_too_few_people_are_said_so():
    problem = StaffingProblem(spans=((0, 5), (1, 5), (2, 5)), able=(ALL, ALL))
    assert fewest_people(problem, steps=200).used == -1
    assert most_at_once(problem) == 3


def test_a_duty_nobody_can_do_cannot_exist():
    with pytest.raises(ProblemError, match="duty 1"):
        StaffingProblem(spans=((0, 5), (1, 5)), able=(frozenset({0}),))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), min_size=1, max_size=15))
def test_people_who_can_do_everything_are_as_many_as_duties_at_once(spans):
    """Interval graphs are perfect."""
    pairs = tuple((begin, begin + length) for begin, length in spans)
    everything = frozenset(range(len(pairs)))
    problem = StaffingProblem(spans=pairs, able=(everything,) * len(pairs))
    staffing = fewest_people(problem, steps=5_000)
    assert lawful(problem, staffing)
    assert staffing.used == staffing.bound == most_at_once(problem)


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("krishnamoorthy-137/data_4_23_59_33", 20),
        ("krishnamoorthy-137/data_8_48_85_33", 40),
        ("krishnamoorthy-137/data_25_120_200_33", 100),
    ],
)
def test_public_instances_are_solved_to_their_optimum(shared, name, used):
    text = (shared / "instances" / "smptsp" / f"{name}.dat").read_text()
    problem = parse_smptsp(text)
    staffing = fewest_people(problem, steps=40_000, seconds=60)
    assert lawful(problem, staffing)
    assert staffing.used == used


def test_every_public_instance_can_be_read(shared):
    for path in sorted((shared / "instances" / "smptsp").rglob("*.dat")):
        people, jobs = (int(word) for word in path.stem.split("_")[2:4])
        problem = parse_smptsp(path.read_text())
        assert (len(problem.able), len(problem.spans)) == (people, jobs)


@pytest.mark.parametrize(
    ("text", "line", "match"),
    [
        ("Type = 1\nJobs = 2\n1 2\n", 3, "ends before a job"),
        ("Type = 1\nJobs = 1\n1 x\nQualifications = 1\n0: 0\n", 3, "x"),
        ("Type = 1\nJobs = 1\n1 2\nQualifications = 1\n0: 7\n", 5, "above 0"),
        ("nonsense\n", 1, "Jobs"),
        ("Jobs = 1\n3 2\nQualifications = 1\n0: 0\n", 2, "ends before it begins"),
    ],
)
def test_broken_files_name_their_line(text, line, match):
    with pytest.raises(InstanceError, match=match) as error:
        parse_smptsp(text)
    assert error.value.line == line
