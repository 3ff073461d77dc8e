"""Each law of the haul has a false timetable that breaks exactly that law.

One yard takes 10 t at one and at two o'clock; a truck with a driver drives 600 s from the depot to
the station, 1,200 s to the plant and 900 s home, swaps in 480 s and tips in 1,500 s.
"""

from dataclasses import replace

import pytest

from models.district import Stream
from models.ids import TruckShift
from models.problem import Meal
from models.station import HaulPlan, HaulProblem, HaulRun, HaulTour, HaulTruck, Plant, Yard
from solver.judge.haul import check_haul

HOUR = 3_600
LOAD_KG = 10_000
KITCHEN = frozenset({Stream.KITCHEN})
ME, OTHER = TruckShift("V1", "早/晚"), TruckShift("V2", "early")
WAY = {("d", "s"): (600, 5_000), ("s", "p"): (1_200, 10_000), ("p", "d"): (900, 8_000)}
TRAVEL = WAY | {(to, frm): way for (frm, to), way in WAY.items()}


def yard(**changed):
    fields = {
        "station": "s",
        "stream": Stream.RESIDUAL,
        "inflow": ((HOUR, LOAD_KG), (2 * HOUR, LOAD_KG)),
        "storage_kg": 2 * LOAD_KG,
        "must_clear": True,
    }
    return Yard(**(fields | changed))


def truck(name=ME, **changed):
    fields = {"id": name, "depot": "d", "payload_kg": LOAD_KG, "begin": 0, "end": 12 * HOUR}
    return HaulTruck(**(fields | changed))


def problem(**changed):
    fields = {
        "yards": (yard(),),
        "plants": (Plant(id="p", bays=1, quota_kg=2 * LOAD_KG),),
        "trucks": (truck(), truck(OTHER)),
        "travel": TRAVEL,
    }
    return HaulProblem(**(fields | changed))


def run(swap_begin, truck=ME, **changed):
    """A load docked at `swap_begin`, driven without a wait."""
    tip_begin = swap_begin + 480 + 1_200
    fields = {
        "truck": truck,
        "station": "s",
        "plant": "p",
        "stream": Stream.RESIDUAL,
        "kg": LOAD_KG,
        "swap_begin": swap_begin,
        "swap_end": swap_begin + 480,
        "tip_begin": tip_begin,
        "tip_end": tip_begin + 1_500,
    }
    return HaulRun(**(fields | changed))


FIRST = run(HOUR)
SECOND = run(FIRST.tip_end + 1_200 + 1_200)
"""Back at the station 1,200 s after the first has tipped, and a rest of 20 min before it docks."""
REST = (FIRST.tip_end + 1_200, FIRST.tip_end + 2_400)


def tour(*runs, truck=ME, **changed):
    fields = {
        "truck": truck,
        "begin": runs[0].swap_begin - 600,
        "end": runs[-1].tip_end + 900,
        "runs": runs,
        "pauses": (REST,),
    }
    return HaulTour(**(fields | changed))


HONEST = HaulPlan(tours=(tour(FIRST, SECOND),), cost=0, bound=0)


def codes(case, *tours):
    return [one.code for one in check_haul(case, HaulPlan(tours=tours, cost=0, bound=0))]


def test_the_honest_timetable_breaks_no_law():
    assert check_haul(problem(), HONEST) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kg": LOAD_KG + 1}, "LOAD"),
        ({"kg": 0}, "LOAD"),
        ({"swap_end": SECOND.swap_begin + 479}, "TIME"),
        ({"tip_end": SECOND.tip_begin + 1_499}, "TIME"),
        ({"tip_begin": SECOND.tip_begin - 1}, "TIME"),
        ({"station": "elsewhere"}, "UNKNOWN"),
        ({"plant": "elsewhere"}, "UNKNOWN"),
        ({"stream": Stream.KITCHEN}, "UNKNOWN"),
    ],
    ids=str,
)
def test_a_forged_run_is_noticed(changed, code):
    assert code in codes(problem(), tour(FIRST, replace(SECOND, **changed)))


@pytest.mark.parametrize(
    ("changed", "code", "excess"),
    [
        ({"trucks": (truck(begin=FIRST.swap_begin - 590),)}, "SHIFT", 10),
        ({"trucks": (truck(end=SECOND.tip_end + 870),)}, "SHIFT", 30),
        ({"trucks": (truck(max_duration=HOUR, max_overtime=HOUR),)}, "OVERTIME", 3_060),
        ({"trucks": (truck(payload_kg=LOAD_KG - 7),)}, "LOAD", 7),
        ({"trucks": (truck(streams=KITCHEN),)}, "STREAM_MIXED", LOAD_KG),
        (
            {"plants": (Plant(id="p", streams=frozenset({Stream.KITCHEN})),)},
            "STREAM_MIXED",
            LOAD_KG,
        ),
        ({"plants": (Plant(id="p", quota_kg=LOAD_KG),)}, "PLANT_QUOTA", LOAD_KG),
        ({"plants": (Plant(id="p", tip_s=1_510),)}, "TIME", 10),
        ({"plants": (Plant(id="p", windows=((0, FIRST.tip_begin - 60),)),)}, "GATE_CLOSED", 60),
        ({"yards": (yard(windows=((HOUR + 60, 9 * HOUR),)),)}, "GATE_CLOSED", 60),
        ({"yards": (yard(storage_kg=LOAD_KG - 1),)}, "STOCK_OVER", 1),
        ({"yards": (yard(inflow=((2 * HOUR, 2 * LOAD_KG),)),)}, "STOCK_SHORT", LOAD_KG),
        ({"yards": (yard(inflow=((HOUR, LOAD_KG), (2 * HOUR, LOAD_KG + 5))),)}, "NOT_CLEARED", 5),
        ({"travel": {**TRAVEL, ("p", "d"): (950, 8_000)}}, "TIME", 50),
        ({"by_profile": {"": WAY}}, "NO_WAY", 0),
        ({"max_work_s": HOUR}, "REST", 4_980 - HOUR),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_law_that_the_timetable_does_not_keep_is_named_with_its_excess(changed, code, excess):
    found = check_haul(problem(**changed), HONEST)
    assert (code, excess) in {(one.code, one.excess) for one in found}, found


def test_a_press_makes_waste_ready_in_its_time():
    """10 t at 5 t/h: at one o'clock the first load lacks all of it, at three nothing."""
    slow = problem(yards=(yard(press_kg_h=5_000, inflow=((HOUR, LOAD_KG),), must_clear=False),))
    (short,) = check_haul(slow, HaulPlan(tours=(tour(FIRST, pauses=()),), cost=0, bound=0))
    assert (short.code, short.excess) == ("STOCK_SHORT", LOAD_KG)
    assert codes(slow, tour(run(3 * HOUR), pauses=())) == []


def test_waste_of_yesterday_may_leave_before_any_comes():
    case = problem(yards=(yard(inflow=(), initial_kg=LOAD_KG),))
    assert codes(case, tour(run(HOUR), pauses=())) == []
    assert codes(problem(yards=(yard(inflow=()),)), tour(run(HOUR), pauses=())) == ["STOCK_SHORT"]


def test_two_trucks_need_two_bays_while_both_tip():
    both = tour(FIRST, pauses=()), tour(run(HOUR + 60, OTHER), truck=OTHER, pauses=())
    lots = problem(yards=(yard(inflow=((HOUR, 2 * LOAD_KG),)),))
    assert codes(lots, *both) == ["BAY_OVERLAP"]
    roomy = replace(lots, plants=(Plant(id="p", bays=2),))
    assert codes(roomy, *both) == []


def test_a_truck_makes_one_tour_and_exists():
    lone = tour(FIRST, pauses=())
    assert "DOUBLE_BOOKED" in codes(problem(), lone, lone)
    ghost = tour(replace(FIRST, truck=TruckShift("V9", "")), truck=TruckShift("V9", ""), pauses=())
    assert codes(problem(), ghost)[0] == "UNKNOWN"


@pytest.mark.parametrize(
    ("begin", "seconds", "eaten"),
    [(0, 1_200, True), (0, 1_199, False), (-2_400, 1_200, False), (2_400, 1_200, False)],
)
def test_a_meal_begins_in_its_window_and_lasts(begin, seconds, eaten):
    """The window opens when the truck is back at the station and closes 20 min later."""
    opens = REST[0]
    meal = Meal(duration=1_200, tw_early=opens, tw_late=opens + 1_200)
    case = problem(trucks=(truck(meal=meal),))
    late = run(SECOND.swap_begin + 4_000)
    pause = opens + begin, opens + begin + seconds
    found = codes(case, tour(FIRST, late, pauses=(pause,)))
    assert ("MEAL" not in found) == eaten


def test_a_pause_is_no_time_to_load():
    busy = (FIRST.swap_begin + 60, FIRST.swap_begin + 1_300)
    found = check_haul(
        problem(), HaulPlan(tours=(tour(FIRST, SECOND, pauses=(REST, busy)),), cost=0, bound=0)
    )
    assert "pause while loading or tipping" in {one.detail for one in found}


def test_a_violation_names_the_tour_it_lies_on():
    (late,) = check_haul(problem(trucks=(truck(end=SECOND.tip_end),)), HONEST)
    assert late.route == str(ME)
    assert "早/晚" in late.where
