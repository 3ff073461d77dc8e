"""A timetable follows what is tipped: two trucks dock at 10:00 and 12:00, payload 10 t each."""

from types import SimpleNamespace

import pytest

from models.district import Stream
from models.ids import TruckShift
from models.station import HaulRun, HaulTour, Yard
from solver.haul.follow import followed

HOUR = 3_600
TRUCKS = (TruckShift("A", "day"), TruckShift("B", "day"))


def run(number, kg):
    begin = (10 + 2 * number) * HOUR
    return HaulRun(
        truck=TRUCKS[number], station="S", plant="P", stream=Stream.RESIDUAL, kg=kg,
        swap_begin=begin, swap_end=begin + 600, tip_begin=begin + HOUR, tip_end=begin + 2 * HOUR,
    )  # fmt: skip


def loads(inflow, before=(9_000, 5_000), **yard):
    """Kilograms of both runs for (hour, kg) tipped at the yard."""
    own = Yard(
        station="S", stream=Stream.RESIDUAL,
        inflow=tuple((at * HOUR, kg) for at, kg in inflow), must_clear=True, **yard,
    )  # fmt: skip
    trucks = tuple(SimpleNamespace(id=truck, payload_kg=10_000) for truck in TRUCKS)
    tours = [
        HaulTour(truck=TRUCKS[n], begin=0, end=20 * HOUR, runs=(run(n, kg),))
        for n, kg in enumerate(before)
    ]
    found = followed(SimpleNamespace(yards=(own,), trucks=trucks), tours)
    return [one.runs[0].kg for one in found]


CASES = [
    ("nothing has changed", [(9, 9_000), (11, 5_000)], {}, [9_000, 5_000]),
    ("less came before the first", [(9, 8_500), (11, 5_500)], {}, [8_500, 5_500]),
    ("more came before the first", [(9, 9_500), (11, 4_500)], {}, [9_000, 5_000]),
    ("less came at all", [(9, 9_000), (11, 4_000)], {}, [9_000, 4_000]),
    ("more than the second can take", [(9, 9_800), (11, 9_200)], {}, [9_000, 10_000]),
    ("the first must take more for the second", [(9, 9_800), (11, 10_000)], {}, [9_800, 10_000]),
    ("what comes after the last stays", [(9, 9_000), (13, 5_000)], {}, [9_000, 5_000]),
    ("the floor holds six tonnes", [(9, 9_500), (11, 4_500)], {"storage_kg": 4_600},
     [9_400, 4_600]),
    ("the press has not quite seven tonnes", [(9, 9_000), (11, 5_000)], {"press_kg_h": 7_000},
     [6_999, 7_001]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inflow", "yard", "expected"), CASES)
def test_trucks_take_what_is_there_as_near_to_before_as_can_be(name, inflow, yard, expected):
    assert loads(inflow, **yard) == expected, name
