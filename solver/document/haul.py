"""The haul timetable as the plan document tells it, and back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.plan import PlanHaul, PlanPause, PlanTour
from models.station import HaulPlan, HaulRun, HaulTour
from models.units import cny, seconds, timestamp
from solver.haul.cost import haul_cost, tour_legs
from solver.trade.vehicles import energy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from models.ids import DutyId
    from models.plan import Plan
    from models.station import HaulProblem
    from models.trade.rules import RuleProfile


def tour_name(number: int) -> str:
    """Id of a haul tour by its number in the plan, counted from 0."""
    return f"haul-{number + 1:02d}"


def haul_document(
    rules: RuleProfile,
    day: date,
    problem: HaulProblem,
    plan: HaulPlan,
    *,
    crews: Mapping[str, tuple[str, ...]],
    payers: Collection[DutyId],
) -> tuple[list[PlanTour], list[PlanHaul]]:
    """Tours in the plan's order and their runs in order of time; `crews` by tour name.

    `payers` are the tours that pay for the day of their vehicle.
    """
    trucks = {truck.id: truck for truck in problem.trucks}
    tours, runs = [], []
    for number, tour in enumerate(plan.tours):
        name, truck = tour_name(number), trucks[tour.truck]
        vehicle, shift = tour.truck
        metres = sum(problem.ways(truck.profile)[leg][1] for leg in tour_legs(tour, truck))
        crew = list(crews.get(name, ()))
        elsewhere = truck.day_cost if truck.day and tour.truck not in payers else 0
        tours.append(
            PlanTour(
                id=name,
                vehicle=vehicle,
                vehicle_type=truck.type,
                shift=shift,
                depot=truck.depot,
                crew=crew,
                crew_needed=truck.crew,
                licence=truck.licence,
                depart=timestamp(day, tour.begin),
                return_=timestamp(day, tour.end),
                pauses=[
                    PlanPause(begin=timestamp(day, begin), end=timestamp(day, end))
                    for begin, end in tour.pauses
                ],
                distance_m=metres,
                overtime_s=truck.overtime_s(tour.begin, tour.end),
                tonnes=sum(run.kg for run in tour.runs) / 1_000,
                cost_cny=cny(haul_cost(problem, [tour]) - elsewhere),
                co2_kg=round(
                    energy(
                        rules.costs, rules.vehicles[truck.type], distance_m=metres, service_s=0
                    ).co2_kg,
                    1,
                ),
            )
        )
        runs += _runs(day, problem, tour, name, crew)
    return tours, sorted(runs, key=lambda run: (run.depart, run.id))


def _runs(
    day: date, problem: HaulProblem, tour: HaulTour, name: str, crew: list[str]
) -> list[PlanHaul]:
    """The rows of a tour. The way back ends where the next run begins, or at the depot."""
    found = []
    profiles = {truck.id: truck.profile for truck in problem.trucks}
    ways = problem.ways(profiles[tour.truck])
    after = [run.swap_begin for run in tour.runs[1:]]
    goals = [run.station for run in tour.runs[1:]]
    for number, run in enumerate(tour.runs):
        back = tour.end
        if number < len(goals):
            drive = ways[run.plant, goals[number]][0]
            back = min(run.tip_end + drive, after[number])
        found.append(
            PlanHaul(
                id=f"{name}-{number + 1}",
                tour=name,
                vehicle=tour.truck.vehicle,
                driver=crew[0] if crew else "",
                station=run.station,
                plant=run.plant,
                stream=run.stream,
                tonnes=run.kg / 1_000,
                depart=timestamp(day, run.swap_begin),
                swap_end=timestamp(day, run.swap_end),
                arrive_plant=timestamp(day, run.tip_begin),
                leave_plant=timestamp(day, run.tip_end),
                return_=timestamp(day, back),
            )
        )
    return found


def known_tours(problem: HaulProblem, plan: HaulPlan) -> tuple[HaulTour, ...]:
    """Tours of which problem knows truck, yards, plants and ways, each truck once."""
    trucks = {truck.id: truck for truck in problem.trucks}
    yards = {(yard.station, yard.stream) for yard in problem.yards}
    plants = {plant.id for plant in problem.plants}
    found: dict[TruckShift, HaulTour] = {}
    for tour in plan.tours:
        truck = trucks.get(tour.truck)
        if truck is None or tour.truck in found or tour.end < tour.begin:
            continue
        runs = all((run.station, run.stream) in yards and run.plant in plants for run in tour.runs)
        if runs and all(leg in problem.ways(truck.profile) for leg in tour_legs(tour, truck)):
            found[tour.truck] = tour
    return tuple(found.values())


def haul_of_document(plan: Plan) -> HaulPlan:
    """The timetable as written, for the judge; cost and bound are not read."""
    runs: dict[str, list[HaulRun]] = defaultdict(list)
    trucks = {tour.id: TruckShift(tour.vehicle, tour.shift) for tour in plan.tours}
    strays: list[HaulTour] = []
    for row in plan.haul:
        run = HaulRun(
            truck=trucks.get(row.tour, TruckShift(row.vehicle, "")),
            station=row.station,
            plant=row.plant,
            stream=row.stream,
            kg=round(1_000 * row.tonnes),
            swap_begin=seconds(plan.date, row.depart),
            swap_end=seconds(plan.date, row.swap_end),
            tip_begin=seconds(plan.date, row.arrive_plant),
            tip_end=seconds(plan.date, row.leave_plant),
        )
        if row.tour in trucks:
            runs[row.tour].append(run)
        else:
            strays.append(
                HaulTour(
                    truck=TruckShift(row.tour, ""),
                    begin=run.swap_begin,
                    end=run.tip_end,
                    runs=(run,),
                )
            )
    tours = [
        HaulTour(
            truck=trucks[tour.id],
            begin=seconds(plan.date, tour.depart),
            end=seconds(plan.date, tour.return_),
            runs=tuple(sorted(runs[tour.id], key=lambda run: run.swap_begin)),
            pauses=tuple(
                (seconds(plan.date, pause.begin), seconds(plan.date, pause.end))
                for pause in tour.pauses
            ),
        )
        for tour in plan.tours
    ]
    return HaulPlan(tours=(*tours, *strays), cost=0, bound=0)
