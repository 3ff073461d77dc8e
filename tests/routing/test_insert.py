import numpy as np

from models.problem import DenseMatrix, Mode, RoutingProblem, Task, VehicleType
from solver.check import check
from solver.routing.ruin_engine import RuinEngine
from solver.stop import at_most


def test_a_leg_shorter_by_a_detour_does_not_hide_a_closed_window():
    """Truncated distances break the triangle inequality: the way home is shorter over task 1."""
    legs = np.full((3, 3), 100, dtype=np.int32)
    legs[0, 1] = legs[1, 2] = legs[2, 0] = 10
    problem = RoutingProblem(
        tasks=(
            Task(id="late", modes=(Mode(enter=1, leave=1, tw_early=500, tw_late=600),), demand=()),
            Task(id="early", modes=(Mode(enter=2, leave=2, tw_early=0, tw_late=120),), demand=()),
        ),
        vehicle_types=(VehicleType(id="truck", capacity=(), start=0, end=0, num_available=2),),
        matrices=(DenseMatrix(legs, legs),),
    )
    outcome = RuinEngine().solve(problem, stop=at_most(50))
    assert check(problem, outcome.solution, outcome.schedules) == []
    assert not outcome.solution.unserved
