"""Bays and gaps: what two routes of one problem owe each other.

A tip with one bay, two trucks, two bins; the second bin is the second pass of the first.
"""

import numpy as np
import pytest

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Spacing,
    Task,
    VehicleType,
)
from models.solution import Route, Schedule, Serve, Solution, Step, StepKind, Use
from solver.judge.between import check_bays, check_spacings, visit_steps

PLACES = 4
"""The depot, two bins, the tip."""


def problem(bays=1, min_gap=3_600):
    legs = np.full((PLACES, PLACES), 60, dtype=np.int32)
    return RoutingProblem(
        tasks=tuple(
            Task(id=f"bin-{n}", modes=(Mode(enter=n, leave=n, duration=60),), demand=(1,))
            for n in (1, 2)
        ),
        facilities=(
            Facility(id="tip", enter=3, leave=3, resets=frozenset({0}), duration=600, bays=bays),
        ),
        vehicle_types=(VehicleType(id="v", capacity=(9,), start=0, end=0, num_available=2),),
        dimensions=(Dimension(name="waste", kind=DimensionKind.WASTE),),
        matrices=(DenseMatrix(legs, legs),),
        spacings=(Spacing(first=0, second=1, min_gap=min_gap),),
    )


def driven(*routes):
    """Each route as (task, it is served at, it tips at)."""
    visits = tuple(Route(0, (Serve(task, 0), Use(0))) for task, _, _ in routes)
    times = tuple(
        Schedule(
            steps=(
                Step(kind=StepKind.START, begin=0, end=0),
                Step(kind=StepKind.SERVE, begin=served, end=served + 60, visit=0),
                Step(kind=StepKind.FACILITY, begin=tips, end=tips + 600, visit=1),
                Step(kind=StepKind.END, begin=tips + 660, end=tips + 660),
            )
        )
        for _, served, tips in routes
    )
    return Solution(visits), times


@pytest.mark.parametrize(
    ("second", "over"), [(1_000, 1), (1_599, 1), (1_600, 0), (401, 1), (400, 0)]
)
def test_one_bay_takes_one_truck_and_visits_may_touch(second, over):
    """The first truck stands at the tip from 1,000 to 1,600 s."""
    found = list(check_bays(problem(), *driven((0, 100, 1_000), (1, 100, second))))
    assert [(one.code, one.where, one.excess) for one in found] == [
        ("BAY_OVERLAP", "tip", 1)
    ] * over


@pytest.mark.parametrize("bays", [0, 2])
def test_two_bays_or_no_limit_take_both(bays):
    assert not list(check_bays(problem(bays), *driven((0, 100, 1_000), (1, 100, 1_000))))


@pytest.mark.parametrize(("second", "short"), [(3_700, 0), (3_699, 1), (100, 3_600), (0, 3_700)])
def test_passes_keep_their_gap_from_beginning_to_beginning(second, short):
    found = list(check_spacings(problem(), *driven((0, 100, 9_000), (1, second, 9_700))))
    assert [(one.code, one.excess, one.task) for one in found] == (
        [("SPACING", short, "bin-2")] if short else []
    )


def test_a_pass_that_is_left_out_owes_no_gap():
    assert not list(check_spacings(problem(), *driven((1, 0, 9_000))))


def test_only_visits_of_the_route_count():
    (route,), (schedule,) = driven((0, 100, 1_000))[0].routes, driven((0, 100, 1_000))[1]
    assert [step.kind for step in visit_steps(route, schedule)] == [
        StepKind.SERVE,
        StepKind.FACILITY,
    ]
    shorter = Route(0, route.visits[:1])
    assert [step.visit for step in visit_steps(shorter, schedule)] == [0]
