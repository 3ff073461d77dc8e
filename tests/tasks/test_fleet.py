"""Who is dealt to what: vehicles of one depot, work in hours that can be added up."""

from __future__ import annotations

from typing import Any

import pytest

from models.district import ShiftPattern
from models.ids import TaskId
from solver.tasks.fleet import assign
from solver.tasks.jobs import Job
from solver.trade.cadence import Slot
from tests.tasks.town import HOUR, SHIFTS, bureau, rules_of, vehicle

RULES = rules_of(flush={"vehicle_types": ["fl_10", "ws_l"]})
"""A washer-sweeper may sweep and flush here."""
MORNING = (4, 12)
LONG = ShiftPattern(id="long", begin=8 * HOUR, end=16 * HOUR)


def work(operation: str, hours: float, span: tuple[float, float] = MORNING) -> Job:
    """One job of so many vehicle hours."""
    slot = Slot(round(span[0] * HOUR), round(span[1] * HOUR), finish=True)
    return Job(
        id=TaskId(operation, "1"), operation=operation, kind="street", name="", object_id="1",
        options=((0,),), slots=(slot,), service_s=round(hours * HOUR),
    )  # fmt: skip


def dealt(*vehicles: Any, jobs: list[Job]) -> tuple[list[tuple[str, str, tuple[str, ...]]], Any]:
    """(operation, shift, vehicles) of each group, and the notes."""
    by_name: dict[str, list[Job]] = {}
    for job in jobs:
        by_name.setdefault(job.operation, []).append(job)
    found = assign(bureau(*vehicles, shifts=(*SHIFTS, LONG)), RULES, by_name)
    groups = [(one.operation, one.shift.id, one.vehicles) for one in found.groups]
    return groups, [note.en for note in found.notes]


@pytest.mark.parametrize(
    ("sweep_h", "flush_h", "sweepers", "flushers"),
    [(16, 8, ("a", "c"), ("b",)), (8, 16, ("a",), ("b", "c")), (24, 0.1, ("a", "c"), ("b",))],
)
def test_vehicles_go_where_the_larger_share_of_work_has_nobody(
    sweep_h, flush_h, sweepers, flushers
):
    """A shift is 7.5 h at work: the third vehicle goes where half is left, not a sixteenth."""
    fleet = [vehicle(name, "ws_l", "early") for name in "abc"]
    groups, _ = dealt(*fleet, jobs=[work("sweep", sweep_h), work("flush", flush_h)])
    assert groups == [("flush", "early", flushers), ("sweep", "early", sweepers)]


def test_who_can_do_one_thing_only_is_dealt_first():
    """a could sweep or flush and comes first by name; b only sweeps."""
    only = vehicle("b", "ws_l", "early", operations=("sweep",))
    groups, _ = dealt(
        vehicle("a", "ws_l", "early"), only, jobs=[work("sweep", 8), work("flush", 8)]
    )
    assert groups == [("flush", "early", ("a",)), ("sweep", "early", ("b",))]


@pytest.mark.parametrize(
    ("span", "comes"),
    [
        ((4, 12), True),
        ((13, 20), False),
        ((11, 13), True),
        ((11.5, 13.5), True),
        ((11.5, 12), True),
    ],
)
def test_where_nobody_else_comes_any_minute_of_the_hours_of_work_is_enough(span, comes):
    """Hand-over is at 11:45."""
    groups, notes = dealt(vehicle("a", "ws_l", "early"), jobs=[work("sweep", 1, span)])
    assert groups == ([("sweep", "early", ("a",))] if comes else [])
    assert notes == ([] if comes else ["vehicle a (ws_l) has no work of its kind in its shifts"])


@pytest.mark.parametrize(("span", "come"), [((11.5, 13.5), ("b",)), ((11, 13), ("a", "b"))])
def test_nobody_comes_for_a_few_minutes_where_others_do(span, come):
    """Hand-over is at 11:45: 45 min are enough, 15 only where they are half of the hours."""
    fleet = (vehicle("a", "ws_l", "early"), vehicle("b", "ws_l", "long"))
    groups, _ = dealt(*fleet, jobs=[work("sweep", 9, span)])
    assert sorted(name for _, _, names in groups for name in names) == sorted(come)


@pytest.mark.parametrize(
    ("shifts", "worked"), [(("early", "mid"), ["early", "mid"]), (("early", "long"), ["early"])]
)
def test_of_shifts_that_overlap_a_vehicle_works_one(shifts, worked):
    groups, _ = dealt(vehicle("a", "ws_l", *shifts), jobs=[work("sweep", 30, (4, 20))])
    assert [shift for _, shift, _ in groups] == worked


def test_vehicles_are_one_group_while_their_numbers_are_the_same():
    """b holds less; c is as a."""
    small = vehicle("b", "ws_l", "early", overrides={"waste_kg": 3_000})
    fleet = [vehicle("a", "ws_l", "early"), small, vehicle("c", "ws_l", "early")]
    groups, _ = dealt(*fleet, jobs=[work("sweep", 30)])
    assert groups == [("sweep", "early", ("a", "c")), ("sweep", "early", ("b",))]


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (vehicle("x", "ufo", "early"),
         ["vehicle x: type ufo is not in the rule profile; left out"]),
        (vehicle("x", "ws_l", "early", operations=("fog",)),
         ["vehicle x (ws_l): its type does none of the operations its row names (fog); left out"]),
        (vehicle("x", "ufo", "early", available=False), []),
    ],
)  # fmt: skip
def test_a_vehicle_left_out_is_told_with_its_cause(odd, says):
    groups, notes = dealt(odd, vehicle("a", "ws_l", "early"), jobs=[work("sweep", 8)])
    assert groups == [("sweep", "early", ("a",))]
    assert notes == says
