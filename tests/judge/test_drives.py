"""A drive ends where the next step stands, serves what it says, and takes the time of its arcs.

Cross town: node 1 in the middle, 2 north, 3 east, 4 south, 5 west, 100 m away each. The depot
stands where the arc from the west ends; one street is served, from the middle to the north.
"""

from dataclasses import replace

import numpy as np
import pytest

from models.network import Profile, TurnCosts
from models.part import Crew, Part, TaskRef
from models.problem import DenseMatrix, Mode, RoutingProblem, Task, VehicleType
from models.solution import Route, Serve
from solver.judge.drives import Leg, check_drives, leg_seconds
from tests.roads.towns import arc, cross

LIMIT_KMH, SPEED_KMH = 45, 36
"""Eight tenths of the limit are driven: ten metres a second, ten seconds an arc."""
TURNS = TurnCosts(straight=2, right=3, left=7, u_turn=20, signal=5)
TRUCK = Profile(name="truck", turn_costs=TURNS)


@pytest.fixture
def network(tmp_path):
    return cross(tmp_path, maxspeed=str(LIMIT_KMH))


def street_part(network):
    """Place 0 is the depot, place 1 the street."""
    depot, street = arc(network, 5, 1), arc(network, 1, 2)
    legs = np.zeros((2, 2), dtype=np.int32)
    problem = RoutingProblem(
        tasks=(Task(id="north", modes=(Mode(enter=1, leave=1, duration=60),), demand=()),),
        vehicle_types=(VehicleType(id="v", capacity=(), start=0, end=0, num_available=1),),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(),
    )
    ref = TaskRef(
        kind="street",
        name="north",
        object_id="101",
        mode_arcs=((street,),),
        allowed_arcs=frozenset({street}),
    )
    return Part(
        operation="sweep",
        problem=problem,
        profiles=(TRUCK,),
        row_arcs=np.array([depot, street], dtype=np.int32),
        col_arcs=np.array([depot, street], dtype=np.int32),
        col_to_end=np.array([True, False]),
        refs=(ref,),
        crews=(Crew(vehicles=("V1",), shift="early", catalogue="sw_s", depot="d"),),
        sites=(),
    )


def honest(network):
    """Straight into the street; home by the middle, the west and back."""
    street = arc(network, 1, 2)
    home = tuple(arc(network, frm, to) for frm, to in ((2, 1), (1, 5), (5, 1)))
    return [Leg(driven=(), seconds=5, served=(street,)), Leg(driven=home, seconds=50, served=())]


def codes(network, legs):
    route = Route(0, (Serve(0, 0),))
    found = check_drives(network, street_part(network), route, legs, "sweep-1")
    return [(one.code, one.visit) for one in found]


def test_an_honest_drive_passes(network):
    assert codes(network, honest(network)) == []


def test_no_way_home_is_noticed(network):
    into, home = honest(network)
    assert codes(network, [into, replace(home, driven=(), seconds=0)]) == [("DRIVE_END", 1)]


@pytest.mark.parametrize("kept", [1, 2])
def test_a_drive_that_ends_early_is_noticed(network, kept):
    into, home = honest(network)
    found = codes(network, [into, replace(home, driven=home.driven[:kept])])
    assert ("DRIVE_END", 1) in found


def test_a_drive_into_the_street_from_elsewhere_is_noticed(network):
    """It ends in the east, the street begins in the middle."""
    into, home = honest(network)
    astray = replace(into, driven=(arc(network, 1, 3),), seconds=12)
    assert codes(network, [astray, home]) == [("DRIVE_END", 0)]


@pytest.mark.parametrize("ends", [((1, 3),), (), ((1, 2), (2, 1))])
def test_service_of_other_arcs_than_the_task_has_is_noticed(network, ends):
    into, home = honest(network)
    other = tuple(arc(network, frm, to) for frm, to in ends)
    assert ("SERVED_ARCS", 0) in codes(network, [replace(into, served=other), home])


@pytest.mark.parametrize(("seconds", "lawful"), [(28, False), (30, True), (50, True), (400, False)])
def test_a_leg_takes_the_time_of_its_arcs(network, seconds, lawful):
    """Three arcs of ten seconds, and turns that cost from nothing to twenty each."""
    into, home = honest(network)
    assert (codes(network, [into, replace(home, seconds=seconds)]) == []) == lawful


def test_seconds_lie_between_no_turn_costs_and_the_dearest_at_every_turn(network):
    arcs = honest(network)[1].driven
    least, most = leg_seconds(network, TRUCK, arcs)
    assert 28 <= least <= 30
    assert 30 + 20 * 4 <= most <= 30 + 20 * 4 + 3
    assert leg_seconds(network, TRUCK, ()) == (0, 21)


def test_a_slower_vehicle_takes_longer(network):
    slow = Profile(name="slow", max_speed_kmh=SPEED_KMH // 2, turn_costs=TURNS)
    arcs = honest(network)[1].driven
    assert leg_seconds(network, slow, arcs)[0] == pytest.approx(60, abs=2)


def test_unknown_arcs_are_left_to_the_judge_of_streets(network):
    into, home = honest(network)
    assert codes(network, [into, replace(home, driven=(10_000,))]) == []
