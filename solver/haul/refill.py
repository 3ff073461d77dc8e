"""Other kilograms and plants for a timetable's runs, at their times: a small integer program.

A load need not be a full box. Which runs go full and which light decides how many must drive to a
far plant; a load cut to what is left of a quota may go to a near one. Runs keep their truck, their
station and their order; a run may go to another plant where its truck is in time for what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ortools.sat.python import cp_model

from solver.haul.cuts import overflows
from solver.haul.yards import LEFT_PER_KG, SHORT_PER_KG, pressed_kg, ready_at, total_kg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.station import HaulProblem, HaulRun, HaulTour, HaulTruck, Plant, Yard

EFFORT = 1.0
"""The solver may count so many deterministic seconds, the same on every machine (chosen)."""


class Fill(NamedTuple):
    """New kilograms (0: not needed) and plant (index) of a run."""

    kg: int
    plant: int


class _Run(NamedTuple):
    """A run between the moments its truck is free and must be at its next stop."""

    run: HaulRun
    truck: HaulTruck
    to: str
    late: int


def refilled(problem: HaulProblem, tours: Sequence[HaulTour]) -> list[list[Fill]]:
    """The cheapest loads and plants for the runs of each tour, in their order.

    Stations keep their storage and plants their quotas as far as the tours do; bays are left aside.
    As it was where the solver finds nothing in its effort.
    """
    runs = _runs(problem, tours)
    model = cp_model.CpModel()
    goes, takes = [], []
    money: list[cp_model.LinearExprT] = []
    for one in runs:
        own = {
            number: model.new_bool_var("")
            for number, plant in enumerate(problem.plants)
            if number == _plant(problem, one.run.plant) or _in_time(problem, one, plant)
        }
        kg = {number: model.new_int_var(0, one.truck.payload_kg, "") for number in own}
        model.add_at_most_one(own.values())
        for number, chosen in own.items():
            model.add(kg[number] <= one.truck.payload_kg * chosen)
            money.append(_way_cost(problem, one, number) * chosen)
            money.append(problem.plants[number].gate_fee // 1_000 * kg[number])
        goes.append(own)
        takes.append(kg)
    money += _add_yards(model, problem, runs, takes)
    for number, plant in enumerate(problem.plants):
        if plant.quota_kg is not None:
            taken = [kg[number] for kg in takes if number in kg]
            model.add(sum(taken) <= plant.quota_kg)
    for one, own, kg in zip(runs, goes, takes, strict=True):
        before = _plant(problem, one.run.plant)
        for number, chosen in own.items():
            model.add_hint(chosen, number == before)
            model.add_hint(kg[number], one.run.kg if number == before else 0)
    model.minimize(sum(money))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return [[Fill(run.kg, _plant(problem, run.plant)) for run in tour.runs] for tour in tours]
    fills = iter(
        max(Fill(solver.value(amount), number) for number, amount in kg.items()) for kg in takes
    )
    return [[next(fills) for _ in tour.runs] for tour in tours]


def _runs(problem: HaulProblem, tours: Sequence[HaulTour]) -> list[_Run]:
    trucks = {truck.id: truck for truck in problem.trucks}
    found = []
    for tour in tours:
        truck = trucks[tour.truck]
        after = [(run.station, run.swap_begin) for run in tour.runs[1:]]
        latest = min(truck.end, tour.begin + truck.max_duration + truck.max_overtime)
        for run, (to, late) in zip(tour.runs, [*after, (truck.depot, latest)], strict=True):
            found.append(_Run(run, truck, to, late))
    return found


def _plant(problem: HaulProblem, name: str) -> int:
    return next(n for n, plant in enumerate(problem.plants) if plant.id == name)


def _in_time(problem: HaulProblem, one: _Run, plant: Plant) -> bool:
    """Whether the run can go to `plant` instead, without a pause, and its truck be in time.

    A stretch that was paused in may not be shortened by its pause; so other plants must be nearer.
    """
    ways = problem.ways(one.truck.profile)
    there = ways.get((one.run.station, plant.id))
    back = ways.get((plant.id, one.to))
    before = ways[one.run.station, one.run.plant]
    if there is None or back is None or there[0] > before[0]:
        return False
    if plant.streams and one.run.stream not in plant.streams:
        return False
    arrive = one.run.swap_end + there[0]
    for early, late in plant.windows:
        if arrive <= late:
            return max(arrive, early) + plant.tip_s + back[0] <= one.late
    return False


def _way_cost(problem: HaulProblem, one: _Run, plant: int) -> int:
    """Metres, hours and nothing else of the run and the way on after it [mfen]."""
    name = problem.plants[plant].id
    ways = problem.ways(one.truck.profile)
    pairs = zip(ways[one.run.station, name], ways[name, one.to], strict=True)
    seconds, metres = (sum(pair) for pair in pairs)
    return one.truck.cost_per_m * metres + one.truck.cost_per_s * seconds


def _add_yards(
    model: cp_model.CpModel,
    problem: HaulProblem,
    runs: Sequence[_Run],
    takes: Sequence[dict[int, cp_model.IntVar]],
) -> list[cp_model.LinearExprT]:
    """Nothing before it is pressed, storage kept or paid for, all gone or paid for: the money."""
    money: list[cp_model.LinearExprT] = []
    for yard in problem.yards:
        own = [
            (one.run, sum(kg.values()))
            for one, kg in zip(runs, takes, strict=True)
            if (one.run.station, one.run.stream) == (yard.station, yard.stream)
        ]
        total = total_kg(yard)
        short = model.new_int_var(0, total, "")
        rest = model.new_int_var(0, total, "")
        money += [SHORT_PER_KG * short, LEFT_PER_KG * rest]
        if yard.must_clear:
            model.add(short >= rest)
        model.add(sum(kg for _, kg in own) + rest == total)
        for run, _ in own:
            gone = sum(kg for other, kg in own if other.swap_begin <= run.swap_begin)
            model.add(gone <= _ready(yard, run.swap_begin))
        for moment, kept in overflows(yard):
            gone = sum(kg for run, kg in own if run.swap_end <= moment)
            model.add(gone + short >= kept)
        model.add_hint(rest, total - sum(run.kg for run, _ in own))
    return money


def _ready(yard: Yard, moment: int) -> int:
    """What the press has ready, rounded down [kg]; all of it, once that is pressed."""
    if not yard.press_kg_h or ready_at(yard, total_kg(yard)) <= moment:
        return pressed_kg(yard, moment)
    return max(0, pressed_kg(yard, moment) - 1)
