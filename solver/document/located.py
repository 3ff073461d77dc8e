"""Violations as a person finds them: routes by the names on their sheets, places on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from models.ids import TruckShift
from models.plan import PlanRoute, PlanTour, PlanViolation
from models.problem import DimensionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import PlanStep
    from models.solution import Violation
    from solver.document.read import Replay

    Unit = Literal["", "s", "kg", "l", "wh", "m", "days", "nights", "people", "vehicles"]

SECONDS = (
    "TIME GAP TASK_WINDOW FACILITY_WINDOW SHIFT OVERTIME REST MEAL SPACING VEHICLE_TWICE "
    "GATE_CLOSED DOUBLE_BOOKED REST_BETWEEN OVERTIME_DAY OVERTIME_MONTH HEAT ROSTER ROUND_GAP"
)
KILOGRAMS = (
    "LOAD NOT_EMPTY STATION_OVER PLANT_QUOTA STREAM_MIXED STOCK_OVER STOCK_SHORT NOT_CLEARED "
    "HAUL_INFLOW"
)
UNITS: dict[str, Unit] = {
    **dict.fromkeys(SECONDS.split(), "s"),
    **dict.fromkeys(KILOGRAMS.split(), "kg"),
    "WATER": "l",
    "ENERGY": "wh",
    "WEEKLY_REST": "days",
    "NIGHTS": "nights",
    "CREW_SHORT": "people",
    "FLEET": "vehicles",
    "BAY_OVERLAP": "vehicles",
}
"""Unit of the amount of each law that has one."""
FACILITY_UNITS: dict[str, Unit] = {
    DimensionKind.WASTE: "kg",
    DimensionKind.WATER: "l",
    DimensionKind.ENERGY: "wh",
}
"""A facility's capacity is in the unit of the dimension that its detail names."""
Point = tuple[float, float] | None


class Locator:
    """Finds the place of a violation in a plan, its district and its roads."""

    def __init__(self, story: Replay, district: District, network: RoadNetwork) -> None:
        self.story, self.network = story, network
        self.sites: Mapping[str, Point] = {one.id: (one.lon, one.lat) for one in district.sites}
        self.vehicles = {vehicle.id for vehicle in district.vehicles}
        self.rows: dict[str, PlanRoute | PlanTour] = {}
        self.names: dict[str, str] = {}
        for which, route in story.written.items():
            self.names[str(which)] = route.id
        for tour in story.plan.tours:
            self.names[str(TruckShift(tour.vehicle, tour.shift))] = tour.id
        rows: list[PlanRoute | PlanTour] = [*story.plan.routes, *story.plan.tours]
        for row in rows:
            self.rows.setdefault(row.id, row)
        self.tasks: dict[str, Point] = {
            task.id: (ref.lon, ref.lat)
            for own in story.day.driven
            for task, ref in zip(own.part.problem.tasks, own.part.refs, strict=True)
        }

    def tell(self, one: Violation) -> PlanViolation:
        """The violation with names, unit and place."""
        name = self.names.get(one.route, one.route)
        row = self.rows.get(name)
        where = one.where.replace(one.route, name) if one.route else one.where
        vehicle = row.vehicle if row else one.where if one.where in self.vehicles else ""
        place = self._place(one, row)
        unit = UNITS.get(one.code, "") if one.excess else ""
        if one.code == "FACILITY_CAPACITY":
            unit = next((u for kind, u in FACILITY_UNITS.items() if kind in one.detail), "kg")
        return PlanViolation(
            code=one.code,
            where=where,
            excess=one.excess,
            unit=unit,
            detail=one.detail,
            route=name if row else "",
            vehicle=vehicle,
            lon=place[0] if place else None,
            lat=place[1] if place else None,
        )

    def _place(self, one: Violation, row: PlanRoute | PlanTour | None) -> Point:
        """The nearest to the point that is known: an arc, a site, a task, a visit, the depot."""
        if 0 <= one.arc < self.network.num_arcs:
            node = int(self.network.head[one.arc])
            return round(float(self.network.lon[node]), 6), round(float(self.network.lat[node]), 6)
        if one.site in self.sites:
            return self.sites[one.site]
        if one.task in self.tasks:
            return self.tasks[one.task]
        if isinstance(row, PlanRoute):
            stops = [step.to for step in _visits(row)]
            if 0 <= one.visit < len(stops):
                return stops[one.visit]
        return self.sites.get(row.depot) if row else None


def _visits(route: PlanRoute) -> Iterator[PlanStep]:
    """Steps at tasks and facilities, in their order."""
    for trip in route.trips:
        for step in trip.steps:
            if step.kind in {"serve", "tip", "refill", "charge"}:
                yield step


def located(
    found: Sequence[Violation], story: Replay, district: District, network: RoadNetwork
) -> list[PlanViolation]:
    """All violations as the document tells them."""
    finder = Locator(story, district, network)
    return [finder.tell(one) for one in found]


def plain(found: Sequence[Violation]) -> list[PlanViolation]:
    """Violations of the document as a whole, which have no place."""
    return [
        PlanViolation(code=one.code, where=one.where, excess=one.excess, detail=one.detail)
        for one in found
    ]
