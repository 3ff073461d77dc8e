"""Where a search begins: at nothing, at an earlier plan, or at one that it should keep to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.day import DrivenPart, DrivenRoute
from models.ids import RouteId, TruckShift
from models.solution import Solution
from models.units import MFEN_PER_CNY
from solver.day.held import Held
from solver.day.homes import at_home, last_drivers
from solver.day.keep import keep
from solver.document.earlier import Carried, carry_over, deal_alike, fewest_out
from solver.stations.among import Others, times_among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.day import DrivenDay, Request
    from models.district import District
    from models.ids import DutyId
    from models.part import Part
    from models.plan import Plan, PlanRoute, PlanTour
    from models.station import HaulPlan
    from models.trade.rules import Costs, RuleProfile
    from solver.day.keep import Kept

Crews = dict["DutyId", tuple[str, ...]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Beginning:
    """The parts to search and where to begin; `before` is None without an earlier plan."""

    parts: tuple[Part, ...]
    initial: tuple[Solution, ...] | None = None
    before: Plan | None = None
    carried: Carried | None = None
    kept: tuple[Kept, ...] | None = None
    drivers: Mapping[TruckShift, tuple[str, ...]] = field(default_factory=dict)
    """Who drove each vehicle in each shift on the days before."""

    def pinned(self, number: int, solution: Solution) -> Solution:
        """A solution of searched part `number` with its locked routes as they were."""
        return self.kept[number].pinned(solution) if self.kept else solution

    def held(self, district: District, day: DrivenDay) -> DrivenDay:
        """The day with its locked routes as they were, timed among the others; itself if they are.

        What a queue or a full station took from a locked route comes back.
        """
        for number, one in enumerate(self.kept or ()):
            own = day.driven[number]
            changed = [route for route in one.whole if route not in own.solution.routes]
            if changed:
                day = _put_back(district, day, number, one.pinned(own.solution))
        return day

    def restore(self, day: DrivenDay) -> DrivenDay:
        """A day found in the searched parts, in terms of the original ones; its times hold."""
        if self.kept is None:
            return day.on(self.parts)
        pairs = zip(self.kept, day.solutions, strict=True)
        return day.on(
            [one.original for one in self.kept],
            [one.restore(solution) for one, solution in pairs],
        )

    def vehicles(self, day: DrivenDay) -> dict[RouteId, str] | None:
        """The vehicle of each route of a day found; None: any of its type.

        Who did a route's tasks before has it, and of new tasks who worked nearest to them.
        """
        if self.carried is None:
            return None
        homes = {**self.carried.areas, **self.carried.homes}
        return deal_alike(day, homes, fewest_out(day, homes) if self.kept is None else None)

    def crews(
        self, day: DrivenDay, vehicles: Mapping[RouteId, str] | None, haul: HaulPlan | None
    ) -> Crews:
        """Who drove the same vehicles in the same shifts, by route and by truck."""
        if vehicles is None or (self.before is not None and self.kept is None):
            return {}
        rows: list[PlanRoute | PlanTour] = []
        if self.before is not None:
            rows = [*self.before.routes, *self.before.tours]
        manned = {**self.drivers}
        manned |= {TruckShift(one.vehicle, one.shift): tuple(one.crew) for one in rows}
        now: dict[DutyId, TruckShift] = {
            one.id: TruckShift(vehicles[one.id], one.crew.shift) for one in day
        }
        now |= {tour.truck: tour.truck for tour in (haul.tours if haul else ())}
        return {duty: manned[truck] for duty, truck in now.items() if truck in manned}


def beginning(parts: Sequence[Part], rules: RuleProfile, request: Request) -> Beginning:
    """What the request asks for: a fresh search, one from a plan, or one that keeps to it."""
    if request.before is None:
        return _at_home(parts, rules.costs, request)
    carried = carry_over(request.before, parts)
    if not request.keep and not request.locks:
        return Beginning(
            parts=tuple(parts),
            initial=carried.solutions,
            before=request.before,
            carried=carried,
        )
    surcharge = round(rules.costs.moved_task_cny * MFEN_PER_CNY) if request.keep else None
    kept = keep(parts, carried, surcharge, Held.of(request.locks, request.before))
    return Beginning(
        parts=tuple(one.part for one in kept),
        initial=tuple(one.initial for one in kept),
        before=request.before,
        carried=carried,
        kept=kept,
    )


def _at_home(parts: Sequence[Part], costs: Costs, request: Request) -> Beginning:
    """A fresh search whose vehicles and crews go where they were on the days before.

    Vehicles alike are dealt so; what another does than the one at home costs `home_cny`.
    """
    drivers = last_drivers(request.homes)
    carried = Carried(
        solutions=tuple(Solution(()) for _ in parts),
        vehicles=tuple(() for _ in parts),
        homes=at_home(parts, request.homes, costs),
    )
    if not carried.homes:
        return Beginning(parts=tuple(parts), drivers=drivers)
    if not costs.home_cny:
        return Beginning(parts=tuple(parts), carried=carried, drivers=drivers)
    kept = keep(parts, carried, round(costs.home_cny * MFEN_PER_CNY))
    return Beginning(
        parts=tuple(one.part for one in kept), carried=carried, kept=kept, drivers=drivers
    )


def _put_back(district: District, day: DrivenDay, number: int, solution: Solution) -> DrivenDay:
    """The day with another solution of one part: routes that were there keep their times."""
    own = day.driven[number]
    times = dict(zip(own.solution.routes, own.schedules, strict=True))
    staying = [one for one in day if one.id.part != number or one.route in solution.routes]
    schedules = []
    for index, route in enumerate(solution.routes):
        if route not in times:
            others = Others.of(district, staying)
            times[route], _ = times_among(district, number, own.part, route, others)
            staying.append(DrivenRoute(own.part, RouteId(number, index), route, times[route]))
        schedules.append(times[route])
    mine = DrivenPart(number, own.part, solution, tuple(schedules))
    return replace(day, driven=(*day.driven[:number], mine, *day.driven[number + 1 :]))
