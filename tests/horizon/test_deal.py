"""Days chosen with the routes: neighbours together, days even, what was told kept."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from models.district import Calendar
from models.ids import TaskId
from models.part import Crew, Part, TaskRef
from models.problem import DenseMatrix, Dimension, DimensionKind, Mode, RoutingProblem, Task
from models.problem import VehicleType as Kind
from models.trade.sourced import Cadence, Pass
from solver.horizon.deal import choices, deal
from solver.stop import at_most
from solver.tasks.rota import Unit
from solver.trade.cadence import rhythms

MONDAY = date(2026, 5, 11)
SPOTS = (-11, -10, -9, -8, 8, 9, 10, 11)
"""Kilometres of stops west and east of the depot."""


def dates(*numbers):
    return tuple(MONDAY + timedelta(n) for n in numbers)


def unit(number, *, every_days=2, operation="wash"):
    """Stop number `number`; its rota takes the days in turn, whoever lies beside it."""
    own = Cadence(source="memory", passes=(Pass(windows=["04:00-07:00"]),), every_days=every_days)
    task = TaskId(operation, f"stop {number}", "")
    return Unit(task, "", "I", own, rhythms(own)[number % every_days])


def town(pieces=1):
    """A part of `pieces` tasks at each stop, 10 min each."""
    places = np.array([0, *SPOTS])
    legs = (1000 * np.abs(places[:, None] - places[None, :])).astype(np.int32)
    stops = [stop for stop in range(len(SPOTS)) for _ in range(pieces)]
    tasks = tuple(
        Task(id=f"{number}", modes=(Mode(enter=stop + 1, leave=stop + 1, duration=600),),
             demand=(1,))
        for number, stop in enumerate(stops)
    )  # fmt: skip
    truck = Kind(id="truck", capacity=(12,), start=0, end=0, num_available=2, cost_per_m=1)
    problem = RoutingProblem(
        tasks=tasks,
        vehicle_types=(truck,),
        matrices=(DenseMatrix(legs, legs),),
        dimensions=(Dimension(name="water", kind=DimensionKind.WATER),),
    )
    return Part(
        operation="wash",
        problem=problem,
        profiles=(),
        row_arcs=np.arange(len(places), dtype=np.int32),
        col_arcs=np.arange(len(places), dtype=np.int32),
        col_to_end=np.zeros(len(places), bool),
        refs=tuple(
            TaskRef(kind="point", name="", object_id=f"stop {stop}", mode_arcs=((),),
                    allowed_arcs=frozenset())
            for stop in stops
        ),
        crews=(Crew(vehicles=("V1", "V2"), shift="day", catalogue="truck", depot="D"),),
        sites=(),
    )  # fmt: skip


def dealt(parts, *, iterations=2_000, days=2, **more):
    """The first day of each stop, as a number."""
    window = dates(*range(days))
    own = choices([unit(n) for n in range(len(SPOTS))], window, last={}, stopped={}, **more)
    fleets = [[[2]] * days for _ in parts]
    found = deal(parts, own, window, fleets, stop=at_most(iterations))
    return [(found[str(unit(n).id)][0] - MONDAY).days for n in range(len(SPOTS))]


@pytest.mark.parametrize("pieces", [1, 3])
def test_neighbours_fall_on_one_day(pieces):
    days = dealt([town(pieces)])
    assert days[:4] == [days[0]] * 4
    assert days[4:] == [1 - days[0]] * 4


def test_without_a_budget_the_rota_stands():
    assert dealt([town()], iterations=0) == [0, 1] * 4


def test_what_one_part_decided_another_keeps():
    """The same stops with two kinds of vehicles: two problems, one set of days."""
    assert dealt([town(), town()])[:4] in ([0] * 4, [1] * 4)


def test_the_same_budget_and_seed_deal_the_same_days():
    assert dealt([town()], days=7) == dealt([town()], days=7)


def test_what_was_told_comes_first():
    told = Calendar(
        begin=MONDAY, end=MONDAY + timedelta(6), visits={str(unit(0).id): frozenset(dates(1, 3, 5))}
    )
    (first,) = choices([unit(0)], dates(*range(7)), last={}, stopped={}, told=told)
    assert first.days[0] == dates(1, 3, 5)
    assert first.owed[0] == 0 < first.owed[1]


def test_a_set_of_days_pays_for_what_it_leaves_to_the_days_after():
    """Done on Sunday, every third day: visits to Sunday leave nothing, to Friday two days of it."""
    own, week = unit(0, every_days=3), dates(*range(7))
    (one,) = choices([own], week, last={str(own.id): MONDAY - timedelta(1)}, stopped={})
    owed = dict(zip(one.days, one.owed, strict=True))
    assert owed == pytest.approx({dates(0, 3, 6): 0, dates(2, 5): 1 / 3, dates(1, 4): 2 / 3})
