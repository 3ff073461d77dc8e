"""OR-Tools behind our door: every plan passes the judge, laws it lacks are said."""

from dataclasses import replace

import pytest

from models.problem import Spacing
from models.solution import Reason, Serve
from scenarios.instances import parse_instance, read_instance
from solver.judge.routes import check
from solver.routing.ortools.engine import OrToolsEngine
from solver.stop import at_most
from tests.instances.samples import ALL
from tests.line_town import line_town
from tests.routing.little_town import random_town


def judged(problem, *, iterations=60, initial=None):
    outcome = OrToolsEngine().solve(problem, stop=at_most(iterations), initial=initial)
    assert check(problem, outcome.solution, outcome.schedules) == []
    return outcome


@pytest.mark.parametrize("family", ALL)
def test_every_public_format_is_solved_or_refused(family):
    problem = parse_instance(ALL[family]).problem
    assert OrToolsEngine().lacks(problem) == []
    dead_end_or_late = family in {"mcarptif-tp", "vrptw"}
    assert judged(problem).cost.required_unserved == dead_end_or_late


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("laws", [{}, {"meal": True}, {"closing": True}, {"water": False}])
def test_many_laws_at_once_pass_the_judge(seed, laws):
    """Two vehicle types, waste and water, windows, overtime, prizes, meals, opening hours."""
    outcome = judged(random_town(seed, **laws), iterations=12)
    assert outcome.cost.required_unserved == 0


def test_known_optimum_of_kshs1(shared):
    instance = read_instance(shared / "instances/carp/kshs/kshs1.dat")
    assert judged(instance.problem, iterations=400).cost.total == 14_661


def test_an_initial_plan_is_never_made_worse():
    problem = random_town(1)
    before = judged(problem, iterations=200)
    after = judged(problem, iterations=3, initial=before.solution)
    assert after.cost.key <= before.cost.key


def test_equal_iterations_give_equal_plans():
    problem = random_town(2)
    assert judged(problem).solution == judged(problem).solution


def test_a_task_that_nobody_can_do_stays_unserved_with_its_reason():
    town = random_town(3)
    heavy = replace(town.tasks[0], demand=(99, 10), prize=None)
    outcome = judged(replace(town, tasks=(heavy, *town.tasks[1:])))
    assert outcome.solution.unserved[0] == Reason.TOO_LARGE
    assert 0 not in {
        visit.task
        for route in outcome.solution.routes
        for visit in route.visits
        if isinstance(visit, Serve)
    }


def test_laws_it_cannot_keep_are_named():
    town = line_town(spacings=(Spacing(first=0, second=1, min_gap=60),))
    assert OrToolsEngine().lacks(town) == [
        "rest after driving",
        "spacing of passes",
        "bays",
        "a facility's daily capacity",
    ]


def test_what_the_search_had_no_time_for_is_stopped_and_what_nobody_can_do_keeps_its_reason():
    """One vehicle for one short shift and far too much work: OR-Tools proves nothing."""
    town = line_town(spacings=())
    short = tuple(replace(kind, tw_late=1_200, num_available=1) for kind in town.vehicle_types)
    outcome = OrToolsEngine().solve(replace(town, vehicle_types=short), stop=at_most(5))
    assert set(outcome.solution.unserved.values()) <= {Reason.STOPPED, Reason.WINDOW}
    assert Reason.STOPPED in outcome.solution.unserved.values()


def test_a_problem_too_large_to_hand_over_is_refused_and_not_tried(monkeypatch):
    monkeypatch.setattr("solver.routing.ortools.engine.MOST_STOPS", 3)
    town = random_town(1)
    assert "so many modes" in OrToolsEngine().lacks(town)
    outcome = OrToolsEngine().solve(town, stop=at_most(5))
    assert outcome.solution.routes == ()
    assert set(outcome.solution.unserved.values()) == {Reason.STOPPED}
