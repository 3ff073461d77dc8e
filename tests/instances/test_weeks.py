"""Files of several days: every format by hand, published solutions costed, broken files told."""

import re
from pathlib import Path

import pytest

from models.errors import InstanceError
from models.horizon.periodic import PeriodicPlan
from models.solution import Route, Serve, Solution, Use
from scenarios.instances.weeks.read import parse_periodic, read_periodic
from solver.horizon.engine import priced, solve
from solver.judge.days.horizon import check_horizon
from solver.stop import at_most
from tests.conftest import shared_folder
from tests.instances.test_formats import broken_files
from tests.instances.weeks_samples import PCARP, PVRP, PVRPIF, WEEKS

INSTANCES = shared_folder() / "instances"


def solved(text):
    instance = parse_periodic(text)
    outcome = solve(instance.problem, stop=at_most(200))
    assert not check_horizon(instance.problem, outcome.plan, outcome.schedules)
    return instance, outcome


@pytest.mark.parametrize("family", WEEKS)
def test_the_format_is_recognised_from_content(family):
    assert parse_periodic(WEEKS[family]).family == family


def test_combinations_are_bits_and_the_first_day_is_the_most_significant():
    """Stop 3 may come on day 1 alone (code 2 of two bits); 1 and 2 lie on one line: 10 + 10.

    Day 0: 1 and 3 at (3, 4), (0, 9): 5 + 5.831 + 9; day 1: 1 and 2: 20. Or 2 on day 0: too much.
    """
    instance, outcome = solved(PVRP)
    assert [[p.days for p in allowed] for allowed in instance.problem.patterns] == [
        [(0, 1)],
        [(1,), (0,)],
        [(0,)],
    ]
    assert instance.published(outcome.cost[1]) == pytest.approx(20 + 14 + 34**0.5, abs=1e-3)


def test_a_visit_collects_the_days_since_the_last_one_and_the_first_two_more():
    """Twice a week on days 0 and 2: 2 days since and 1 + 2 days of a weekend, ... in all seven."""
    problem = parse_periodic(PCARP).problem
    first = {pattern.days: pattern.demands for pattern in problem.patterns[0]}
    assert first[0, 2] == ((5,), (2,))
    assert first[1, 4] == ((4,), (3,))
    assert all(sum(d for (d,) in p.demands) == 7 for own in problem.patterns for p in own)
    assert problem.fleets == ((1,),) * 5


def test_periodic_arcs_cost_their_service_and_the_ways_between():
    """Out 5, home 3 on one day; 5 + 6 out, 4 + 3 home on the other."""
    instance, outcome = solved(PCARP)
    assert instance.published(outcome.cost[1]) == 8 + 18


def test_collection_ends_at_a_tip():
    """Stop 1 alone: 2 + 2 + 4; with stop 2 it is too much for one load: 2, tip 2, 1, tip 1, 4.

    On a day of its own stop 2 takes 3 + 1 + 4 = 8, so 16 + 8 = 24; together 8 + 10 = 18.
    """
    instance, outcome = solved(PVRPIF)
    assert [p.days for p in instance.problem.patterns[0]] == [(0, 2), (1, 3)]
    assert instance.published(outcome.cost[1]) == 18


@pytest.mark.parametrize("family", WEEKS)
def test_a_broken_file_is_an_error_with_its_line_never_a_crash(family):
    num_lines = len(WEEKS[family].splitlines())
    broken = [error for text in broken_files(WEEKS[family]) if (error := refusal(text))]
    assert len(broken) > num_lines
    assert all(1 <= error.line <= num_lines for error in broken)


def refusal(text):
    try:
        parse_periodic(text)
    except InstanceError as error:
        return error
    return None


def plan_of(instance, rows):
    """A plan of rows (day, stops), facilities told by their ids."""
    problem = instance.problem
    number = {task.id: k for k, task in enumerate(problem.every_day.tasks)}
    tips = {f.id.removeprefix("tip "): k for k, f in enumerate(problem.every_day.facilities)}
    days = [[] for _ in range(problem.num_days)]
    met = {}
    for day, stops in rows:
        visits = [Serve(number[s], 0) if s in number else Use(tips[s]) for s in stops]
        days[day].append(Route(0, tuple(visits)))
        for stop in stops:
            if stop in number:
                met.setdefault(number[stop], []).append(day)
    patterns = [[p.days for p in own] for own in problem.patterns]
    chosen = tuple(patterns[k].index(tuple(sorted(met[k]))) for k in range(len(patterns)))
    return PeriodicPlan(chosen, tuple(Solution(tuple(own)) for own in days), {})


@pytest.mark.parametrize("name", ["p02", "p07", "p14", "p29", "pr04"])
def test_cordeau_solutions_cost_what_their_files_say_to_rounding(name):
    instance = read_periodic(INSTANCES / "pvrp/cordeau" / name)
    text = (INSTANCES / "pvrp/cordeau" / f"{name}.res").read_text()
    rows = [line.split() for line in text.splitlines() if line.strip()]
    plan = plan_of(instance, [(int(row[0]) - 1, row[5:-1]) for row in rows[1:]])
    outcome = priced(instance.problem, plan)
    assert instance.published(outcome.cost[1]) == pytest.approx(float(rows[0][0]), abs=0.5)
    assert {v.code for v in check_horizon(instance.problem, plan)} == set()


def test_italian_solutions_cost_what_their_files_say():
    files = sorted((INSTANCES / "pvrpif/udine").glob("*.sol"))
    assert files
    for path in files:
        instance = read_periodic(Path(path).with_suffix(".geojson"))
        head, *rows = path.read_text().splitlines()
        parts = [row.split() for row in rows if row.strip()]
        plan = plan_of(instance, [(int(row[0]), row[3:-1]) for row in parts])
        outcome = priced(instance.problem, plan)
        assert outcome.cost == (0, int(float(re.search(r"[\d.]+", head)[0]))), path.name
        assert not check_horizon(instance.problem, plan, outcome.schedules), path.name
