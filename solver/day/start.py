"""Where a search begins: at nothing, at an earlier plan, or at one that it should keep to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.units import MFEN_PER_CNY
from solver.day.keep import keep
from solver.document.earlier import Carried, carry_over, deal_alike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.day import DrivenDay, Request
    from models.ids import DutyId, RouteId
    from models.part import Part
    from models.plan import Plan, PlanRoute, PlanTour
    from models.rules import RuleProfile
    from models.solution import Solution
    from models.station import HaulPlan
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
        """The vehicle of each route of a day found; None: any of its type."""
        return None if self.carried is None else deal_alike(day, self.carried.homes)

    def crews(
        self, day: DrivenDay, vehicles: Mapping[RouteId, str] | None, haul: HaulPlan | None
    ) -> Crews:
        """Who drove the same vehicles in the same shifts, by route and by truck."""
        if self.before is None or vehicles is None or self.kept is None:
            return {}
        rows: list[PlanRoute | PlanTour] = [*self.before.routes, *self.before.tours]
        manned = {TruckShift(one.vehicle, one.shift): tuple(one.crew) for one in rows}
        now: dict[DutyId, TruckShift] = {
            one.id: TruckShift(vehicles[one.id], one.crew.shift) for one in day
        }
        now |= {tour.truck: tour.truck for tour in (haul.tours if haul else ())}
        return {duty: manned[truck] for duty, truck in now.items() if truck in manned}


def beginning(parts: Sequence[Part], rules: RuleProfile, request: Request) -> Beginning:
    """What the request asks for: a fresh search, one from a plan, or one that keeps to it."""
    if request.before is None:
        return Beginning(parts=tuple(parts))
    carried = carry_over(request.before, parts)
    if not request.keep:
        return Beginning(
            parts=tuple(parts),
            initial=carried.solutions,
            before=request.before,
            carried=carried,
        )
    kept = keep(parts, carried, round(rules.costs.moved_task_cny * MFEN_PER_CNY))
    return Beginning(
        parts=tuple(one.part for one in kept),
        initial=tuple(one.initial for one in kept),
        before=request.before,
        carried=carried,
        kept=kept,
    )
