"""Prices of places: no leg costs less, whatever plan was guessed, and far tips are counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest

from models.problem import (
    DenseMatrix,
    Dimension,
    DimensionKind,
    Facility,
    Mode,
    RoutingProblem,
    Task,
    VehicleType,
)
from solver.routing.bound.bounds import lower_bound
from solver.routing.bound.ends import Ends
from solver.routing.bound.needless import needless_legs
from solver.routing.bound.places import Guess, Places
from tests.routing.towns import random_problem

WASTE = Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True)


@pytest.mark.parametrize("trees", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_no_leg_costs_less_than_its_places_are_worth(seed, trees):
    """Of tasks and facilities and depots, as many visits and routes as it may be."""
    town = random_problem(seed, tasks=12)
    places = Places(Ends(town), needless_legs(town))
    rng = np.random.default_rng(seed)
    guess = Guess(rng.random(places.sites) * 4, rng.random(len(town.vehicle_types)) * 3 + 0.1)
    worth = places.worth(guess, trees=trees)
    assert worth is not None
    assert (places.legs >= worth.leave[:, None] + worth.enter).all()
    alike = places.merged()
    worth = alike.worth(guess, trees=trees)
    assert worth is not None
    assert (alike.legs <= places.legs).all()
    assert (alike.legs >= worth.leave[:, None] + worth.enter).all()


@pytest.mark.parametrize("seed", range(4))
def test_rounds_cost_no_less_than_what_they_pass_is_worth_with_sets_of_tasks(seed):
    """All rounds of five points in two far pairs and one: pairs are entered from afar."""
    rng = np.random.default_rng(seed)
    where = np.r_[0, 500, 501, 700, 703, 40] + rng.integers(0, 5, size=6)
    town = on_a_line(where.tolist(), sites=())
    places = Places(Ends(town), needless_legs(town))
    worth = places.worth(Guess(np.zeros(0), np.ones(1)), trees=1)
    assert worth is not None
    assert worth.cuts.sum() > 0, "the assignment goes to and fro inside the pairs"
    told = worth.of_tasks.sum() + worth.of_routes.sum()
    legs = places.legs
    rounds = [
        legs[5, way[0]] + sum(legs[a, b] for a, b in pairwise(way)) + legs[way[-1], 5]
        for way in permutations(range(5))
    ]
    assert 0.8 * min(rounds) <= told <= min(rounds)


def test_what_the_near_tip_has_no_room_for_goes_to_the_far_one():
    """Two loads at the depot, a truck for one; the tip beside takes one, the other lies at 100."""
    sites = ((1, 1), (100, 1_000))
    town = on_a_line([0, 0, 0], sites=sites)
    assert lower_bound(town) == pytest.approx(1_000 * (5 + 2 * 1 + 2 * 100), rel=1e-5)
    free = replace(
        town, facilities=tuple(replace(one, daily_capacity=()) for one in town.facilities)
    )
    assert lower_bound(free) == pytest.approx(1_000 * (5 + 2 * 2 * 1), rel=1e-5)


def test_a_stop_at_a_tip_with_nothing_to_tip_binds_no_price():
    """Nobody drives from the depot to the tip first, or from tip to tip; home from it all do."""
    town = on_a_line([0, 30, 60], sites=((10, 9), (20, 9)))
    tips, depot = (2, 3), 4
    gone = needless_legs(town)
    assert {(depot, tip) for tip in tips} | {(2, 3), (3, 2)} <= gone
    assert not {(tip, depot) for tip in tips} & gone


def on_a_line(where, *, sites):
    """A depot, points of one load each and tips (place, daily capacity) on a road; a metre is 1."""
    at = np.array([*where, *(place for place, _ in sites)])
    legs = np.abs(at[:, None] - at).astype(np.int32)
    dimensions = (WASTE,) if sites else ()
    kind = VehicleType(
        id="truck",
        capacity=(1,) if sites else (),
        start=0,
        end=0,
        num_available=2,
        fixed_cost=5_000,
        cost_per_m=1_000,
    )
    return RoutingProblem(
        tasks=tuple(
            Task(
                id=f"point {n}",
                modes=(Mode(enter=n, leave=n, duration=1),),
                demand=(1,) if sites else (),
            )
            for n in range(1, len(where))
        ),
        facilities=tuple(
            Facility(
                id=f"tip {n}",
                enter=len(where) + n,
                leave=len(where) + n,
                resets=frozenset({0}),
                daily_capacity=(room,),
            )
            for n, (_, room) in enumerate(sites)
        ),
        vehicle_types=(kind,),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=dimensions,
    )
