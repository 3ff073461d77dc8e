"""From a job to its modes: times, costs and who may do it, on two arcs and two vehicles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.ids import TaskId
from models.solution import Reason
from solver.tasks.fleet import Group
from solver.tasks.jobs import Job
from solver.tasks.modes import Crewed, components, crew, drafts
from solver.trade.cadence import Slot
from solver.trade.vehicles import truck_of
from tests.tasks.town import HOUR, SHIFTS, standard, vehicle

FREE, SHUT = np.zeros(2, np.uint8), np.array([0, 1], np.uint8)
"""Both arcs may be driven; arc 1 may not."""
MORNING = (4 * HOUR, 12 * HOUR)


def at_work(verdict=FREE, hours=MORNING, kind="ws_l", operation="sweep", **own: float) -> Crewed:
    truck = truck_of(vehicle("v", kind, "early", overrides=own), standard(), SHIFTS)
    group = Group(operation=operation, truck=truck, shift=SHIFTS[0], vehicles=("v",), overtime_s=0,
                  duties=1)  # fmt: skip
    return crew(standard(), group, verdict, hours)


def job(**changes: Any) -> Job:
    """A kerb of 600 m that may be done along arc 0 or arc 1, from 5:00 to 9:00."""
    fields = {
        "id": TaskId("sweep", "1"), "operation": "sweep", "kind": "street", "name": "",
        "object_id": "1", "options": ((0,), (1,)), "length_m": 600,
        "slots": (Slot(5 * HOUR, 9 * HOUR, finish=True),),
    }  # fmt: skip
    return Job(**fields | changes)


@pytest.mark.parametrize(
    ("own", "s_per_m", "factor"),
    [
        ({"work_speed_kmh": 6, "l_per_min": 20}, 0.6, 1),
        ({"work_speed_kmh": 3, "l_per_min": 20}, 1.2, 2),
        ({"work_speed_kmh": 6, "l_per_min": 40}, 0.6, 2),
        ({"work_speed_kmh": 20, "l_per_min": 80 / 3}, 0.45, 1),
    ],
)
def test_a_tank_is_worth_less_to_who_uses_more_water_a_metre(own, s_per_m, factor):
    """Sweeping counts 20 l a minute at 6 km/h; nobody sweeps faster than 8 km/h."""
    one = at_work(**own)
    assert one.rate.s_per_m == pytest.approx(s_per_m)
    assert one.water_factor == pytest.approx(factor)


def test_a_kerb_is_drafted_once_for_each_side_and_speed():
    """600 m at 6 km/h take 360 s, at 3 km/h 720 s; it is to be done by 9:00."""
    crews = {0: at_work(work_speed_kmh=6), 1: at_work(work_speed_kmh=3, verdict=SHUT)}
    found, *_ = drafts(job(), crews)
    assert [(one.option, one.duration, set(one.types)) for one in found] == [
        (0, 360, {0}), (1, 360, {0}), (0, 720, {1})
    ]  # fmt: skip
    assert [one.window[1] for one in found] == [9 * HOUR - 360, 9 * HOUR - 360, 9 * HOUR - 720]


def test_a_stop_takes_all_the_same_time_at_their_mean_cost():
    """Working gear of 16 l diesel an hour and 50 kWh: half of each for an hour."""
    costs = standard().costs
    found, *_ = drafts(
        job(service_s=HOUR, options=((0,),)), {0: at_work(), 1: at_work(kind="ws_e")}
    )
    (one,) = found
    mean = (16 * costs.diesel_cny_l + 50 * costs.electricity_cny_kwh) / 2
    assert (one.duration, one.types) == (HOUR, {0, 1})
    assert one.cost == pytest.approx(mean * 100_000, abs=1)


@pytest.mark.parametrize(
    ("crews", "changes", "reason", "says"),
    [
        ({}, {}, Reason.NO_VEHICLE_TYPE, "no vehicle of its kind on duty"),
        ({0: at_work(SHUT)}, {"options": ((1,), (0, 1))}, Reason.UNREACHABLE, ""),
        ({0: at_work()}, {"far_m": 300}, Reason.UNREACHABLE, ""),
        ({0: at_work(hours=(12 * HOUR, 20 * HOUR))}, {}, Reason.NO_VEHICLE_TYPE,
         "no vehicle of its kind on duty in its hours"),
        ({0: at_work()}, {"service_s": 4 * HOUR + 1}, Reason.WINDOW, "longer than its hours"),
    ],
)  # fmt: skip
def test_a_job_without_a_mode_says_why(crews, changes, reason, says):
    found, why, note = drafts(job(**changes), crews)
    assert (found, why, note.en) == ([], reason, says)


@pytest.mark.parametrize(
    ("hours", "done"),
    [((4, 6), True), ((4, 5.9), False), ((8, 12), True), ((8.25, 12), False), ((4, 12), True)],
)
def test_the_shift_must_have_room_for_the_work_in_its_hours(hours, done):
    """An hour's work between 5:00 and 9:00: a shift ends at 6:00 or begins at 8:00 just in time."""
    shift = (round(hours[0] * HOUR), round(hours[1] * HOUR))
    found, *_ = drafts(job(service_s=HOUR), {0: at_work(hours=shift)})
    assert bool(found) is done


@pytest.mark.parametrize(
    ("groups", "numbers"),
    [
        ([], {}),
        ([{1}, {2}], {1: 1, 2: 2}),
        ([{1, 2}, {2, 3}], {1: 1, 2: 1, 3: 1}),
        ([{4, 9}, {3, 9}, {1, 9}, {2, 9}], {1: 1, 2: 1, 3: 1, 4: 1, 9: 1}),
        ([{5, 4}, {3, 2}, {4, 3}, {9}], {2: 2, 3: 2, 4: 2, 5: 2, 9: 9}),
    ],
)
def test_types_that_share_work_through_others_belong_together(groups, numbers):
    assert components([frozenset(one) for one in groups]) == numbers
