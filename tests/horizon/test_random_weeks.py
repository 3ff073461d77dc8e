"""Small periodic problems of every kind through the engine and the judge."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.horizon.periodic import Pattern, PeriodicProblem
from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Meal,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from solver.horizon.engine import solve
from solver.judge.days.horizon import check_horizon
from solver.stop import at_most

DAYS = 3
PATTERNS = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]


@st.composite
def patterns(draw):
    """One to three patterns, their demands sometimes their own."""
    chosen = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3, unique=True))
    return tuple(
        Pattern(
            days=days,
            demands=draw(
                st.one_of(
                    st.just(()),
                    st.tuples(*[st.tuples(st.integers(0, 5)) for _ in days]),
                )
            ),
            extra_s=draw(st.one_of(st.just(()), st.tuples(*[st.integers(0, 9) for _ in days]))),
            cost=draw(st.integers(0, 20)),
        )
        for days in chosen
    )


@st.composite
def problems(draw):
    """Up to seven streets or stops, with tips, short shifts, windows or meals, or none of it."""
    count = draw(st.integers(1, 7))
    spots = draw(st.lists(st.integers(0, 60), min_size=count + 2, max_size=count + 2))
    legs = np.abs(np.subtract.outer(spots, spots)).astype(np.int32)
    tips = draw(st.booleans())
    timed = draw(st.booleans())
    tasks = []
    for k in range(count):
        late = draw(st.sampled_from([10**9, 10**9, 400])) if timed else 10**9
        ends = (k + 1, draw(st.integers(1, count)))
        modes = [
            Mode(enter=a, leave=b, duration=3, distance=1, tw_late=late)
            for a, b in {ends, ends[::-1]}
        ]
        prize = draw(st.sampled_from([None, None, 15]))
        tasks.append(
            Task(id=str(k), modes=tuple(modes), demand=(draw(st.integers(0, 5)),), prize=prize)
        )
    truck = VehicleType(
        id="truck",
        capacity=(draw(st.integers(5, 12)),),
        start=0,
        end=0,
        num_available=1,
        tw_late=10**9,
        max_duration=draw(st.sampled_from([10**9, 250])),
        meal=Meal(duration=5, tw_early=20, tw_late=60) if timed else None,
        cost_per_s=draw(st.integers(0, 2)),
    )
    problem = RoutingProblem(
        tasks=tuple(tasks),
        vehicle_types=(truck, replace(truck, id="other", start=1, end=1)),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name="w", kind=DimensionKind.WASTE, end_empty=tips),),
        facilities=(
            (Facility(id="tip", enter=count + 1, leave=count + 1, resets=frozenset({0})),)
            if tips
            else ()
        ),
    )
    fleet = st.tuples(st.integers(0, 2), st.integers(0, 1))
    return PeriodicProblem(
        every_day=problem,
        patterns=tuple(draw(patterns()) for _ in range(count)),
        fleets=draw(st.tuples(*[fleet for _ in range(DAYS)])),
    )


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(1, 5))
def test_every_plan_of_small_weeks_keeps_the_laws(problem, seed):
    outcome = solve(problem, stop=at_most(40), seed=seed)
    assert not check_horizon(problem, outcome.plan, outcome.schedules)


@settings(max_examples=15, deadline=None)
@given(problems())
def test_the_same_seed_plans_small_weeks_alike(problem):
    plans = [solve(problem, stop=at_most(40), seed=1).plan for _ in range(2)]
    assert plans[0] == plans[1]


@settings(max_examples=15, deadline=None)
@given(problems())
def test_going_on_from_a_plan_is_never_dearer(problem):
    before = solve(problem, stop=at_most(40), seed=1)
    after = solve(problem, stop=at_most(40), seed=2, initial=before.plan)
    assert not check_horizon(problem, after.plan, after.schedules)
