"""What a haul timetable costs, and what it leaves: the one place that counts it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.station import HaulPlan, HaulProblem
from solver.haul.bound import Bound
from solver.haul.problem import brought_kg
from solver.haul.yards import LEFT_PER_KG, SHORT_PER_KG, overflow_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.district import Stream
    from models.station import HaulProblem, HaulTour, HaulTruck

NO_BOUND = Bound(0, 0)
"""Stands for "nothing proven" about cost [mfen] and load [kg] (chosen: no plan is below it)."""


def haul_cost(problem: HaulProblem, tours: Sequence[HaulTour]) -> int:
    """Money of the tours [mfen]: trucks and their days, metres, hours, overtime and gate fees."""
    trucks = {truck.id: truck for truck in problem.trucks}
    fees = {plant.id: plant.gate_fee for plant in problem.plants}
    total = sum({t.day: t.day_cost for t in (trucks[o.truck] for o in tours) if t.day}.values())
    for tour in tours:
        truck = trucks[tour.truck]
        metres = sum(problem.ways(truck.profile)[leg][1] for leg in tour_legs(tour, truck))
        total += truck.fixed_cost + truck.cost_per_m * metres
        total += truck.cost_per_s * max(tour.end - tour.begin, truck.paid_s)
        total += truck.cost_per_overtime_s * truck.overtime_s(tour.begin, tour.end)
        total += sum(fees[run.plant] * run.kg // 1_000 for run in tour.runs)
    return total


def tour_legs(tour: HaulTour, truck: HaulTruck) -> list[tuple[str, str]]:
    """The drives of a tour, depot to depot, as pairs of sites."""
    stops = [truck.depot]
    for run in tour.runs:
        stops += [run.station, run.plant]
    return list(pairwise([*stops, truck.depot])) if tour.runs else []


def costed(problem: HaulProblem, tours: Sequence[HaulTour], bound: Bound = NO_BOUND) -> HaulPlan:
    """The tours with their cost, what stays, and a bound."""
    left: dict[tuple[str, Stream], int] = {}
    shortfall = staying = 0
    for yard in problem.yards:
        runs = [
            run
            for tour in tours
            for run in tour.runs
            if (run.station, run.stream) == (yard.station, yard.stream)
        ]
        rest = total_kg(yard) - sum(run.kg for run in runs)
        if rest > 0:
            left[yard.station, yard.stream] = rest
        short = max(overflow_kg(yard, runs), rest if yard.must_clear else 0)
        shortfall += short
        staying += max(0, rest - short)
    cost = haul_cost(problem, tours) + shortfall * SHORT_PER_KG + staying * LEFT_PER_KG
    return HaulPlan(
        tours=tuple(sorted(tours, key=lambda tour: (tour.begin, tour.truck))),
        cost=cost,
        bound=bound.cost,
        shortfall_kg=shortfall,
        bound_kg=bound.shortfall_kg,
        left_kg=left,
    )


def total_left_kg(problem: HaulProblem, plan: HaulPlan) -> int:
    """Waste of the day that no run takes."""
    return brought_kg(problem) - sum(run.kg for tour in plan.tours for run in tour.runs)
