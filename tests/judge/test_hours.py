"""False plans: the same routes and haul under other hours of the district are no longer lawful."""

from dataclasses import replace

import pytest

from models.district import Stream
from models.solution import Reason, Route, Serve, Solution, Use
from models.station import HaulPlan, HaulProblem, HaulRun, HaulTour, HaulTruck
from solver.judge.hours import check_hours, outside
from solver.stations.queue import schedule_day
from tests.stations.town import TIP, WATER, district, part, point

DAY, HOUR = 86_400, 3_600
DEPOT = replace(TIP, id="depot", bays=0)
PLANT = replace(TIP, id="plant", bays=0)
RUN = HaulRun(
    truck="h", station="tip", plant="plant", stream=Stream.RESIDUAL, kg=4,
    swap_begin=20 * HOUR, swap_end=21 * HOUR, tip_begin=25 * HOUR, tip_end=26 * HOUR,
)  # fmt: skip
PLAN = HaulPlan(
    tours=(HaulTour(truck="h", begin=19 * HOUR, end=27 * HOUR, runs=(RUN,)),), cost=0, bound=0
)
TRUCK = HaulTruck(id="h", depot="depot", payload_kg=9, begin=18 * HOUR, end=28 * HOUR)
PROBLEM = HaulProblem(yards=(), plants=(), trucks=(TRUCK,), travel={})


def judged(*sites, points=(), haul=None):
    """Out at 0 s, at t2 (place 2) at 120 s, at the tip from 420 to 1,020 s, home at 1,140 s."""
    own = part(points={"P": Stream.RESIDUAL, "Q": Stream.RESIDUAL})
    plan = Solution((Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME))
    named = {site.id: site for site in (TIP, WATER, DEPOT, PLANT, *sites)}
    day = schedule_day(district(TIP, WATER), [own], [plan])
    town = district(*named.values(), points=points)
    return [(one.code, one.where.split()[0], one.excess) for one in check_hours(town, day, haul)]


def open_(site, *windows):
    return replace(site, windows=windows)


@pytest.mark.parametrize(
    ("site", "wanted"),
    [
        (open_(TIP, (0, DAY)), []),
        (open_(TIP, (22 * HOUR, DAY + 1_020)), []),
        (open_(TIP, (0, 600), (600, 1_020)), []),
        (open_(TIP, (22 * HOUR, DAY + 1_000)), [("GATE_CLOSED", "tip", 20)]),
        (open_(TIP, (450, 2_000)), [("GATE_CLOSED", "tip", 30)]),
        (open_(TIP, (22 * HOUR, DAY)), [("GATE_CLOSED", "tip", 420)]),
        (replace(TIP, status="closed"), [("GATE_CLOSED", "tip", 0)]),
        (open_(DEPOT, (0, 1_140)), []),
        (open_(DEPOT, (0, 1_100)), [("GATE_CLOSED", "depot", 40)]),
        (open_(DEPOT, (500, 2_000)), [("GATE_CLOSED", "depot", 500)]),
    ],
)
def test_a_route_at_a_closed_gate_is_seen(site, wanted):
    assert judged(site) == wanted


@pytest.mark.parametrize(
    ("windows", "wanted"),
    [
        ((), []),
        (((22 * HOUR, DAY + 120),), []),
        (((22 * HOUR, DAY + 100),), [("TASK_WINDOW", "part", 20)]),
        (((200, 900),), [("TASK_WINDOW", "part", 80)]),
    ],
)
def test_a_service_outside_the_hours_of_its_point_is_seen(windows, wanted):
    assert judged(points=(replace(point("Q", Stream.RESIDUAL), windows=windows),)) == wanted


@pytest.mark.parametrize(
    ("site", "wanted"),
    [
        (open_(PLANT, (0, 2 * HOUR)), []),
        (open_(PLANT, (22 * HOUR, 26 * HOUR)), []),
        (open_(PLANT, (0, HOUR)), [("GATE_CLOSED", "plant", HOUR)]),
        (open_(PLANT, (3 * HOUR, 4 * HOUR)), [("GATE_CLOSED", "plant", 2 * HOUR)]),
        (open_(TIP, (0, 20 * HOUR)), [("GATE_CLOSED", "tip", HOUR)]),
        (open_(DEPOT, (4 * HOUR, 20 * HOUR)), [("GATE_CLOSED", "depot", HOUR)]),
    ],
)
def test_a_haul_truck_at_a_closed_gate_is_seen(site, wanted):
    found = judged(open_(TIP, (0, DAY)), site, haul=(PROBLEM, PLAN))
    assert [one for one in found if one in wanted or one[1] != "depot"] == wanted


def test_hours_nobody_has_are_never_open():
    assert outside((), 0, 10) == DAY
