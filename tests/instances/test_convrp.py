"""Files of consistent routing: days, demands, limits; what is wrong is told by its line."""

import math

import pytest

from benchmarks.budget import Budget
from benchmarks.run import Job, run
from models.errors import InstanceError
from models.units import MAX_TIME
from scenarios.instances import read_instance
from scenarios.instances.weeks.convrp import is_consistent, parse_convrp
from tests.instances.weeks_samples import CONVRP


def test_a_file_becomes_the_problem_it_tells():
    instance = parse_convrp(CONVRP)
    week = instance.problem.week
    assert (week.num_days, len(week.patterns)) == (3, 3)
    assert week.patterns[1][0].days == (0, 2)
    assert week.patterns[1][0].extra_s == (1_000, 1_000)
    assert instance.problem.spread_s == 5_000
    assert week.every_day.vehicle_types[0].max_duration == 50_000


def test_limits_of_time_are_asked_for_or_none():
    assert parse_convrp(CONVRP, spread=2.5).problem.spread_s == 2_500
    assert parse_convrp(CONVRP, spread=math.inf).problem.spread_s is None


def test_a_customer_without_any_day_is_no_task():
    week = parse_convrp(CONVRP.replace("2 1 -1 1", "2 -1 -1 -1")).problem.week
    assert [task.id for task in week.every_day.tasks] == ["1", "3"]


def test_a_huge_duration_is_none():
    week = parse_convrp(CONVRP.replace("DISTANCE: 50", "DISTANCE: 1e+07")).problem.week
    assert week.every_day.vehicle_types[0].max_duration == MAX_TIME


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("NUM_DAYS: 3", "NUM_DAYS: 0", "1 to 31 days"),
        ("NUM_DAYS: 3", "NUM_DAYS: 4", "5 values"),
        ("DIMENSION: 4", "DIMENSION: 5", "4 customers were expected, 3 found"),
        ("2 1 -1 1", "2 1 -2 1", "-1 means no visit"),
        ("2 1 -1 1", "2 1 one 1", "a number"),
        ("2 1 -1 1", "4 1 -1 1", "customer 2 was expected"),
        ("1 1.0 1.0 1.0", "1 -1.0 1.0 1.0", "negative service"),
        ("0.0 0.0\n-1", "0.0\n-1", "2 values"),
        ("CAPACITY: 4", "CAPACITY: -4", "negative"),
    ],
)
def test_what_is_wrong_is_told(old, new, told):
    with pytest.raises(InstanceError, match=told):
        parse_convrp(CONVRP.replace(old, new))


def test_the_reader_of_one_day_sends_it_on(tmp_path):
    (tmp_path / "lane.vrp").write_text(CONVRP)
    assert is_consistent(CONVRP)
    with pytest.raises(InstanceError, match="several days"):
        read_instance(tmp_path / "lane.vrp")


def test_the_runner_judges_it(tmp_path):
    (tmp_path / "lane.vrp").write_text(CONVRP)
    job = Job(path=tmp_path / "lane.vrp", engine="ruin", seed=1, budget=Budget("300it"))
    record = run(job)
    assert (record.family, record.cost, record.violations) == ("convrp", 22.0, 0)
    other = Job(path=tmp_path / "lane.vrp", engine="ortools", seed=1, budget=Budget("300it"))
    assert run(other).lacking
