"""Loads of a yard: when the press has them ready, when they must have left."""

from models.district import Stream
from models.station import Yard
from models.units import MAX_TIME
from solver.haul.yards import SHORT_PER_KG, cut_loads, overflow_at, pressed_kg, ready_at

HOUR = 3_600


def yard(**changes):
    fields = {
        "station": "s",
        "stream": Stream.RESIDUAL,
        "inflow": ((HOUR, 10_000), (2 * HOUR, 6_000)),
        "swap_s": 480,
    }
    return Yard(**(fields | changes))


def test_without_a_press_waste_is_ready_when_it_comes():
    assert [ready_at(yard(), kg) for kg in (1, 10_000, 10_001, 16_000)] == [
        HOUR,
        HOUR,
        2 * HOUR,
        2 * HOUR,
    ]


def test_the_press_takes_its_time_and_never_works_ahead():
    """5 t/h: the first 10 t are pressed from 1 h to 3 h, the next 6 t until 4 h 12 min."""
    slow = yard(press_kg_h=5_000)
    assert ready_at(slow, 5_000) == 2 * HOUR + 1
    assert ready_at(slow, 16_000) == 4 * HOUR + 720 + 1
    assert pressed_kg(slow, 2 * HOUR) == 5_000
    assert pressed_kg(slow, 10 * HOUR) == 16_000


def test_yesterdays_rest_is_ready_at_once():
    rest = yard(initial_kg=4_000, press_kg_h=5_000)
    assert ready_at(rest, 4_000) == 0
    assert ready_at(rest, 9_000) == 2 * HOUR + 1


def test_the_storage_overflows_with_the_tipping_that_is_too_much():
    small = yard(storage_kg=12_000)
    assert overflow_at(small, 0) == 2 * HOUR
    assert overflow_at(small, 4_000) is None
    assert overflow_at(yard(), 0) is None


def test_loads_are_full_but_the_last_and_the_first_must_leave_before_the_overflow():
    first, second = cut_loads(yard(storage_kg=12_000), 0, (10_000, 6_000))
    assert (first.kg, second.kg) == (10_000, 6_000)
    assert first.windows == (
        (HOUR, 2 * HOUR - 480, 0),
        (2 * HOUR - 479, MAX_TIME, SHORT_PER_KG * 10_000),
    )
    assert second.windows == ((2 * HOUR, MAX_TIME, 0),)


def test_a_load_that_cannot_leave_in_time_may_only_leave_late():
    """2 t of storage overflow with the first 10 t, which are ready no earlier."""
    (first, _) = cut_loads(yard(storage_kg=2_000), 0, (10_000, 6_000))
    assert [window[2] for window in first.windows] == [SHORT_PER_KG * 10_000]
