"""Why a task is left out: what the problem proves or denies, on a line of places 100 s apart."""

from __future__ import annotations

from dataclasses import replace

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
from models.solution import Reason, Solution
from models.units import UNREACHABLE
from solver.judge.reasons import check_reasons, proven_reason

PLACES = np.abs(np.subtract.outer(np.arange(3), np.arange(3))).astype(np.int32) * 100
"""Depot 0, task 1, tip 2."""
WASTE = Dimension(name="waste", kind=DimensionKind.WASTE, end_empty=True)


def problem(*, demand=5, capacity=10, available=1, types=frozenset(), no_way=(), prize=None):
    ways = PLACES.copy()
    for pair in no_way:
        ways[pair] = UNREACHABLE
    return RoutingProblem(
        tasks=(
            Task(
                id="t", modes=(Mode(enter=1, leave=1, vehicle_types=types),), demand=(demand,),
                prize=prize,
            ),
        ),
        vehicle_types=(
            VehicleType(id="v", capacity=(capacity,), start=0, end=0, num_available=available),
        ),
        facilities=(Facility(id="tip", enter=2, leave=2, resets=frozenset({0})),),
        dimensions=(WASTE,),
        matrices=(DenseMatrix(ways, ways),),
    )  # fmt: skip


CASES = {
    "can be done": (problem(), None),
    "nobody on duty": (problem(available=0), Reason.NO_VEHICLE_TYPE),
    "not this vehicle": (problem(types=frozenset({7})), Reason.NO_VEHICLE_TYPE),
    "too heavy": (problem(demand=11), Reason.TOO_LARGE),
    "exactly full": (problem(demand=10), None),
    "no way there": (problem(no_way=[(0, 1)]), Reason.UNREACHABLE),
    "no way to the tip": (problem(no_way=[(1, 2)]), Reason.UNREACHABLE),
    "no way home from the tip": (problem(no_way=[(2, 0)]), Reason.UNREACHABLE),
    "no way home but over the tip": (problem(no_way=[(1, 0)]), None),
    "nothing to tip, no way home": (problem(demand=0, no_way=[(1, 0)]), Reason.UNREACHABLE),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_proven(name):
    case, reason = CASES[name]
    assert proven_reason(case, 0) == reason


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("told", list(Reason))
def test_only_the_true_reason_is_believed(name, told):
    case, right = CASES[name]
    searched = set(Reason) - {Reason.NO_VEHICLE_TYPE, Reason.TOO_LARGE, Reason.UNREACHABLE}
    believed = {right} if right else searched - {Reason.NOT_WORTH}
    found = list(check_reasons(case, Solution((), {0: told})))
    assert (not found) == (told in believed | {Reason.STOPPED})


def test_only_what_has_a_prize_can_be_not_worth_it():
    told = Solution((), {0: Reason.NOT_WORTH})
    assert [one.code for one in check_reasons(problem(), told)] == ["REASON"]
    optional = problem(prize=3)
    assert list(check_reasons(optional, told)) == []
    assert list(check_reasons(replace(optional), told)) == []
