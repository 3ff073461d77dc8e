"""Each violation between the parts of a day, made on purpose and alone."""

from dataclasses import replace

import pytest

from models.day import DrivenDay
from models.district import SiteKind, Stream
from models.shift import Roster
from models.solution import Reason, Route, Serve, Solution, Use
from models.station import HaulPlan, HaulProblem, HaulRun, HaulTour, HaulTruck, Plant, Yard
from solver.judge.day import check_day
from solver.judge.haul import check_haul
from tests.line_town import drive_through
from tests.shifts.people import driver, duty, roster_problem
from tests.stations.town import TIP, WATER, district, part, point

OUT_AND_TIP = Solution((Route(0, (Serve(1, 0), Use(0))),), dict.fromkeys((0, 2, 3), Reason.NO_TIME))
HOUR = 3_600


def codes(town, parts, solutions=None, departures=None, **kwargs):
    solutions = solutions or tuple(OUT_AND_TIP for _ in parts)
    departures = departures or [9_000 * n for n in range(len(parts))]
    times = tuple(
        tuple(drive_through(own.problem, route, depart) for route in solution.routes)
        for own, solution, depart in zip(parts, solutions, departures, strict=True)
    )
    day = DrivenDay.of(parts, solutions, times)
    return [v.code for v in check_day(town, day, **kwargs)]


def test_vehicles_of_two_parts_one_after_the_other_are_lawful():
    assert codes(district(), (part(), part())) == []


def test_vehicles_of_two_parts_in_one_bay_overlap():
    assert codes(district(), (part(), part()), departures=[0, 100]) == ["BAY_OVERLAP"]


def test_a_far_plant_is_occupied_only_while_the_vehicle_stands_there():
    """600 s of visit with 200 s of way each side stand 200 s: 300 s later is early enough."""
    far = replace(TIP, access_s=200)
    assert codes(district(far, WATER), (part(), part()), departures=[0, 300]) == []
    assert codes(district(far, WATER), (part(), part()), departures=[0, 100]) == ["BAY_OVERLAP"]


def swap_at(begin):
    run = HaulRun(
        truck="t", station=TIP.id, plant="p", stream=Stream.RESIDUAL, kg=1, swap_begin=begin,
        swap_end=begin + 480, tip_begin=begin + 900, tip_end=begin + 1_800,
    )  # fmt: skip
    tour = HaulTour(truck="t", begin=0, end=9_000, runs=(run,))
    nothing = HaulProblem(yards=(), plants=(), trucks=(), travel={})
    return nothing, HaulPlan(tours=(tour,), cost=0, bound=0)


def test_a_swap_stands_in_a_bay_of_its_station():
    """Out at 0 s the route stands at the tip from 420 s to 1,020 s, in its only bay."""
    for begin, overlaps in (1_020, False), (1_019, True), (-60, False), (-59, True), (600, True):
        found = codes(district(), (part(),), haul=swap_at(begin))
        assert ("BAY_OVERLAP" in found) == overlaps, begin
    assert "BAY_OVERLAP" not in codes(
        district(), (part(),), haul=swap_at(600), swap_takes_bay=False
    )
    two = district(replace(TIP, bays=2), WATER)
    assert "BAY_OVERLAP" not in codes(two, (part(),), haul=swap_at(600))


def test_two_swaps_at_a_time_need_two_bays():
    problem, plan = swap_at(100)
    both = problem, replace(plan, tours=plan.tours * 2)
    assert "BAY_OVERLAP" in codes(district(), (), haul=both)
    assert "BAY_OVERLAP" not in codes(district(replace(TIP, bays=2), WATER), (), haul=both)


def test_a_station_above_its_design_is_a_violation_only_where_asked():
    small = district(replace(TIP, design_kg=7), WATER)
    parts = (part(), part())
    assert codes(small, parts) == ["STATION_OVER"]
    assert codes(small, parts, design_percent=120) == []
    assert codes(small, parts, design_percent=0) == []


def test_routes_that_tip_at_a_plant_count_against_its_quota():
    plant = district(replace(TIP, kind=SiteKind.PLANT, daily_quota_kg=7), WATER)
    assert codes(plant, (part(), part())) == ["PLANT_QUOTA"]


def test_a_site_that_does_not_take_the_stream_is_a_violation():
    kitchen = district(replace(TIP, streams=frozenset({Stream.KITCHEN})), WATER)
    assert codes(kitchen, (part(),)) == ["STREAM_MIXED"]


def test_two_streams_on_board_are_a_violation():
    town = district(points=(point("a", Stream.RESIDUAL), point("b", Stream.KITCHEN)))
    own = part(points={"a": Stream.RESIDUAL, "b": Stream.KITCHEN})
    both = Solution(
        (Route(0, (Serve(0, 0), Serve(1, 0), Use(0))),), {2: Reason.NO_TIME, 3: Reason.NO_TIME}
    )
    assert codes(town, (own,), (both,)) == ["STREAM_MIXED"]


def test_a_roster_is_judged_with_the_day():
    problem = roster_problem([duty("x", 4, 12)], [driver("a")])
    assert codes(district(), (), roster=(problem, Roster(crews={}))) == ["CREW_SHORT"]


def yard(**changes):
    fields = {
        "station": "s",
        "stream": Stream.RESIDUAL,
        "inflow": ((HOUR, 10_000), (2 * HOUR, 10_000)),
        "storage_kg": 15_000,
        "must_clear": True,
    }
    return Yard(**(fields | changes))


def plant(**changes):
    return Plant(**({"id": "p", "quota_kg": 30_000, "bays": 1} | changes))


def truck(name="t", **changes):
    return HaulTruck(
        **({"id": name, "depot": "d", "payload_kg": 10_000, "begin": 0, "end": 40_000} | changes)
    )


def run(begin, **changes):
    fields = {
        "truck": "t",
        "station": "s",
        "plant": "p",
        "stream": Stream.RESIDUAL,
        "kg": 10_000,
        "swap_begin": begin,
        "swap_end": begin + 480,
        "tip_begin": begin + 480 + 600,
        "tip_end": begin + 480 + 600 + 1_500,
    }
    return HaulRun(**(fields | changes))


TRAVEL = {("d", "s"): (600, 5), ("s", "p"): (600, 5), ("p", "s"): (600, 5), ("p", "d"): (600, 5)}
FIRST, SECOND = 4_000, 8_000


def haul(runs=None, *, pauses=(), tour=None, **changes):
    """Two runs of one truck that empty the yard: lawful unless changed."""
    fields = {
        "yards": (yard(),),
        "plants": (plant(),),
        "trucks": (truck(),),
        "travel": TRAVEL,
        "max_work_s": 0,
    }
    runs = (run(FIRST), run(SECOND)) if runs is None else runs
    problem = HaulProblem(**(fields | changes))
    tour = {"truck": "t", "begin": 0, "end": 12_000, "runs": runs, "pauses": pauses} | (tour or {})
    return problem, HaulPlan(tours=(HaulTour(**tour),), cost=0, bound=0)


def haul_codes(case):
    return [violation.code for violation in check_haul(*case)]


def test_a_lawful_haul_has_no_violation():
    assert haul_codes(haul()) == []
    assert haul_codes(haul(trucks=(truck(max_duration=5_000, max_overtime=9_000),))) == []


@pytest.mark.parametrize(
    ("code", "case"),
    [
        ("STOCK_OVER", haul((run(FIRST + 4_000), run(FIRST + 8_000)), tour={"end": 16_000})),
        ("STOCK_SHORT", haul((run(FIRST), run(FIRST + 3_190)), yards=(yard(storage_kg=0),))),
        ("STOCK_SHORT", haul(yards=(yard(press_kg_h=6_000, storage_kg=0),))),
        ("NOT_CLEARED", haul((run(FIRST), run(SECOND, kg=9_000)))),
        ("PLANT_QUOTA", haul(plants=(plant(quota_kg=15_000),))),
        ("GATE_CLOSED", haul(plants=(plant(windows=((0, 7_000),)),))),
        ("GATE_CLOSED", haul(yards=(yard(windows=((5_000, 9_000),)),))),
        ("STREAM_MIXED", haul(plants=(plant(streams=frozenset({Stream.KITCHEN})),))),
        ("STREAM_MIXED", haul(trucks=(truck(streams=frozenset({Stream.KITCHEN})),))),
        ("SHIFT", haul(trucks=(truck(end=11_000),))),
        ("OVERTIME", haul(trucks=(truck(max_duration=5_000, max_overtime=1_000),))),
        ("REST", haul(max_work_s=8_000, pause_s=1_200)),
        ("REST", haul(max_work_s=8_000, pause_s=1_200, pauses=((6_600, 7_000),))),
        ("TIME", haul((run(FIRST), run(SECOND, swap_end=SECOND + 100)))),
        ("TIME", haul((run(FIRST), run(SECOND, tip_end=SECOND + 1_500)))),
        (
            "TIME",
            haul(
                (run(500), run(SECOND)),
                yards=(yard(inflow=((0, 10_000), (1, 10_000)), storage_kg=0),),
            ),
        ),
        ("TIME", haul(pauses=((6_600, 7_900),))),
        ("UNKNOWN", haul(tour={"truck": "nobody"}, yards=(yard(inflow=()),))),
        ("LOAD", haul((run(FIRST), run(SECOND)), trucks=(truck(payload_kg=9_999),))),
    ],
)
def test_each_haul_law_alone(code, case):
    assert set(haul_codes(case)) == {code}


def test_a_pause_between_two_runs_keeps_the_law_of_rest():
    case = haul(max_work_s=8_000, pause_s=1_200, pauses=((6_600, 7_800),), tour={"end": 11_200})
    assert "REST" not in haul_codes(case)


def test_two_tours_of_one_truck_and_two_trucks_in_one_plant_bay():
    problem, plan = haul((run(FIRST),), trucks=(truck(), truck("u")))
    other = replace(plan.tours[0], truck="u", runs=(run(FIRST + 900, truck="u"),))
    twice = replace(plan.tours[0], runs=(run(SECOND),))
    early = {"inflow": ((HOUR, 20_000),), "storage_kg": 0}
    problem = replace(problem, yards=(yard(**early),))
    assert haul_codes((problem, replace(plan, tours=(plan.tours[0], other)))) == ["BAY_OVERLAP"]
    assert haul_codes((problem, replace(plan, tours=(plan.tours[0], twice)))) == ["DOUBLE_BOOKED"]


def test_a_haul_plan_for_other_routes_is_found_out():
    problem, plan = haul()
    town = district(replace(TIP, id="s"), WATER)
    assert codes(town, (), haul=(problem, plan)) == ["HAUL_INFLOW"]
