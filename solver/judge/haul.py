"""The judge of the haul timetable: trucks, yards and plants, recomputed from the haul problem."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from models.solution import Violation
from models.units import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import Window
    from models.station import HaulPlan, HaulProblem, HaulRun, HaulTour, HaulTruck, Plant, Yard


def check_haul(problem: HaulProblem, plan: HaulPlan) -> list[Violation]:
    """All violations of a haul plan against its problem."""
    trucks = {truck.id: truck for truck in problem.trucks}
    plants = {plant.id: plant for plant in problem.plants}
    yards = {(yard.station, yard.stream): yard for yard in problem.yards}
    found: list[Violation] = []
    known = []
    for tour in plan.tours:
        if tour.truck not in trucks or any(
            run.plant not in plants or (run.station, run.stream) not in yards for run in tour.runs
        ):
            found.append(Violation(code="UNKNOWN", where=f"haul {tour.truck}"))
            continue
        known.append(tour)
        broken = list(check_tour(problem, tour, trucks[tour.truck]))
        for run in tour.runs:
            broken += check_run(
                run, trucks[tour.truck], yards[run.station, run.stream], plants[run.plant]
            )
        found += [replace(one, route=str(tour.truck)) for one in broken]
    names = [tour.truck for tour in plan.tours]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(Violation(code="DOUBLE_BOOKED", where=f"haul {name}"))
    runs = [run for tour in known for run in tour.runs]
    for yard in problem.yards:
        own = [r for r in runs if (r.station, r.stream) == (yard.station, yard.stream)]
        found += check_yard(yard, own)
    for plant in problem.plants:
        found += check_plant(plant, [run for run in runs if run.plant == plant.id])
    return found


def check_run(run: HaulRun, truck: HaulTruck, yard: Yard, plant: Plant) -> Iterator[Violation]:
    """Payload, streams, opening hours and standing times of one run."""
    where = f"haul {run.truck} at {clock(run.swap_begin)}"
    if run.kg > truck.payload_kg or run.kg <= 0:
        yield Violation(code="LOAD", where=where, excess=run.kg - truck.payload_kg, detail="kg")
    if (plant.streams and run.stream not in plant.streams) or (
        truck.streams and run.stream not in truck.streams
    ):
        yield Violation(code="STREAM_MIXED", where=where, excess=run.kg, detail=run.stream)
    for site, moment, windows in (
        (run.station, run.swap_begin, yard.windows),
        (run.plant, run.tip_begin, plant.windows),
    ):
        if late := _outside(moment, windows):
            yield Violation(
                code="GATE_CLOSED",
                where=f"{site} at {clock(moment)}",
                excess=late,
                detail=where,
                site=site,
            )
    for stands, needed in (
        (run.swap_end - run.swap_begin, yard.swap_s),
        (run.tip_end - run.tip_begin, plant.tip_s),
    ):
        if stands < needed:
            yield Violation(code="TIME", where=where, excess=needed - stands, detail="stands short")


def check_tour(problem: HaulProblem, tour: HaulTour, truck: HaulTruck) -> Iterator[Violation]:
    """Inside shift and overtime, legs as long as the road, a pause before too long a stretch."""
    where = f"haul {tour.truck}"
    early, late = truck.begin - tour.begin, tour.end - truck.end
    if max(early, late) > 0:
        yield Violation(code="SHIFT", where=where, excess=max(early, late))
    over = truck.overtime_s(tour.begin, tour.end) - truck.max_overtime
    if over > 0:
        yield Violation(code="OVERTIME", where=where, excess=over)
    stays = [("", tour.begin, tour.begin)]
    for run in tour.runs:
        stays += [(run.station, run.swap_begin, run.swap_end)]
        stays += [(run.plant, run.tip_begin, run.tip_end)]
    stays.append(("", tour.end, tour.end))
    for (frm, _, leave), (to, arrive, _) in pairwise(stays):
        pauses = sum(
            min(end, arrive) - max(begin, leave)
            for begin, end in tour.pauses
            if begin < arrive and end > leave
        )
        way = problem.ways(truck.profile).get((frm or truck.depot, to or truck.depot))
        if tour.runs and way is None:
            yield Violation(code="NO_WAY", where=where, detail=f"leg from {frm} to {to}")
            continue
        needed = way[0] if tour.runs and way else 0
        if (short := needed - (arrive - leave - pauses)) > 0:
            yield Violation(
                code="TIME", where=where, excess=short, detail=f"leg from {frm} to {to}"
            )
    for begin, end in tour.pauses:
        if any(begin < leave and end > arrive for _, arrive, leave in stays if leave > arrive):
            yield Violation(code="TIME", where=where, detail="pause while loading or tipping")
    yield from check_meal(tour, truck)
    if not problem.max_work_s:
        return
    since = tour.begin
    ends = [(b, e) for b, e in sorted(tour.pauses) if e - b >= problem.pause_s]
    for begin, end in [*ends, (tour.end, tour.end)]:
        if (over := begin - since - problem.max_work_s) > 0:
            yield Violation(code="REST", where=f"{where} at {clock(begin)}", excess=over)
        since = end


def check_meal(tour: HaulTour, truck: HaulTruck) -> Iterator[Violation]:
    """A meal begins in its window where the tour is out over the whole window."""
    meal = truck.meal
    if meal is None or tour.begin > meal.tw_early or tour.end <= meal.tw_late:
        return
    taken = any(
        meal.tw_early <= begin <= meal.tw_late and end - begin >= meal.duration
        for begin, end in tour.pauses
    )
    if not taken:
        yield Violation(code="MEAL", where=f"haul {tour.truck}", excess=meal.duration)


def check_yard(yard: Yard, runs: Sequence[HaulRun]) -> Iterator[Violation]:
    """Stock never over storage, never hauled before it is pressed, empty at the end if it must."""
    where = f"{yard.station} {yard.stream}"
    changes = [(moment, 1, kg) for moment, kg in yard.inflow]
    changes += [(run.swap_end, 0, -run.kg) for run in runs]
    stock = most = yard.initial_kg
    when = 0
    for moment, _, kg in sorted(changes):
        stock += kg
        if stock > most:
            most, when = stock, moment
    if yard.storage_kg and most > yard.storage_kg:
        yield Violation(
            code="STOCK_OVER",
            where=where,
            site=yard.station,
            excess=most - yard.storage_kg,
            detail=clock(when),
        )
    short, moment = _short_of_pressed(yard, runs)
    if short:
        yield Violation(
            code="STOCK_SHORT", where=where, site=yard.station, excess=short, detail=clock(moment)
        )
    if yard.must_clear and stock > 0:
        yield Violation(
            code="NOT_CLEARED", where=where, site=yard.station, excess=stock, detail="kg"
        )


def _short_of_pressed(yard: Yard, runs: Sequence[HaulRun]) -> tuple[int, int]:
    """Most kg taken before the press had them ready, and when; (0, 0): never."""
    inflow = sorted(yard.inflow)
    worst, when = 0, 0
    for run in runs:
        taken = sum(other.kg for other in runs if other.swap_begin <= run.swap_begin)
        short = taken - yard.initial_kg - _pressed(yard, inflow, run.swap_begin)
        if short > worst:
            worst, when = short, run.swap_begin
    return worst, when


def _pressed(yard: Yard, inflow: Sequence[tuple[int, int]], until: int) -> int:
    """Kilograms of the inflow ready to leave at `until`; the press never works ahead."""
    if not yard.press_kg_h:
        return sum(kg for moment, kg in inflow if moment <= until)
    backlog = 0.0
    came = 0
    now = 0
    for moment, kg in inflow:
        if moment > until:
            break
        backlog = max(0.0, backlog - yard.press_kg_h * (moment - now) / 3_600) + kg
        came += kg
        now = moment
    backlog = max(0.0, backlog - yard.press_kg_h * (until - now) / 3_600)
    return int(came - backlog + 1e-6)


def check_plant(plant: Plant, runs: Sequence[HaulRun]) -> Iterator[Violation]:
    """Quota of the day and bays at the plant."""
    taken = sum(run.kg for run in runs)
    if plant.quota_kg is not None and taken > plant.quota_kg:
        yield Violation(
            code="PLANT_QUOTA", where=plant.id, excess=taken - plant.quota_kg, site=plant.id
        )
    level = most = 0
    changes = [(run.tip_begin, 1) for run in runs] + [(run.tip_end, -1) for run in runs]
    for _, change in sorted(changes):
        level += change
        most = max(most, level)
    if plant.bays and most > plant.bays:
        yield Violation(code="BAY_OVERLAP", where=plant.id, site=plant.id, excess=most - plant.bays)


def _outside(moment: int, windows: Sequence[Window]) -> int:
    """Seconds to the nearest opening; 0: open."""
    return min((max(early - moment, moment - late, 0) for early, late in windows), default=0)
