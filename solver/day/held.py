"""Locks in terms of a day's search: whose a task is, whose work is whole, where waste may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.ids import TruckShift
from models.problem import DimensionKind
from models.solution import Route, Serve, Use
from solver.document.earlier import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.edits import Lock
    from models.part import Part
    from models.plan import Plan, PlanRoute
    from models.problem import Facility
    from models.solution import Visit


@dataclass(frozen=True, slots=True)
class Held:
    """What locks say of a day, by vehicle and shift.

    `homes` names who must do a task, by task id. `whole` are routes that stay as they are. `sites`
    are the only ones that take a vehicle's waste.
    """

    homes: Mapping[str, TruckShift]
    whole: Mapping[TruckShift, PlanRoute]
    sites: Mapping[TruckShift, frozenset[str]]

    @classmethod
    def of(cls, locks: Iterable[Lock], plan: Plan) -> Held:
        """The locks of a day that begins from `plan`."""
        written = {TruckShift(one.vehicle, one.shift): one for one in plan.routes}
        homes: dict[str, TruckShift] = {}
        whole: dict[TruckShift, PlanRoute] = {}
        sites: dict[TruckShift, frozenset[str]] = {}
        for lock in locks:
            truck = TruckShift(lock.vehicle, lock.shift)
            if lock.what == "station":
                sites[truck] = frozenset(lock.sites)
                continue
            homes |= dict.fromkeys(lock.tasks, truck)
            if lock.what == "route" and truck in written:
                whole[truck] = written[truck]
        return cls(homes, whole, sites)

    @property
    def trucks(self) -> set[TruckShift]:
        """Everybody who is named by a lock."""
        return {*self.homes.values(), *self.whole, *self.sites}

    def may_tip(self, truck: TruckShift, part: Part, facility: int) -> bool:
        """Whether a vehicle may go to a facility of its part."""
        site, one = part.sites[facility], part.problem.facilities[facility]
        if truck in self.whole:
            used = {step.facility for step in steps_of(self.whole[truck]) if step.facility}
            return site in used
        if truck in self.sites and takes_waste(part, one):
            return site in self.sites[truck]
        return True


def takes_waste(part: Part, facility: Facility) -> bool:
    """Whether waste is tipped there."""
    kinds = [part.problem.dimensions[dim].kind for dim in facility.resets]
    return DimensionKind.WASTE in kinds


def as_written(part: Part, kind: int, route: PlanRoute) -> Route:
    """A route of a document as it stands, for vehicle type `kind`; what is no more is left out."""
    tasks = {task.id: number for number, task in enumerate(part.problem.tasks)}
    sites = {site: number for number, site in enumerate(part.sites)}
    visits: list[Visit] = []
    for step in steps_of(route):
        task = tasks.get(step.task or "") if step.kind == "serve" else None
        if task is not None and _has_mode(part, task, step.mode):
            visits.append(Serve(task, step.mode or 0))
        elif step.kind in {"tip", "refill", "charge"} and step.facility in sites:
            visits.append(Use(sites[step.facility]))
    return Route(kind, tuple(visits))


def _has_mode(part: Part, task: int, mode: int | None) -> bool:
    return mode is not None and 0 <= mode < len(part.problem.tasks[task].modes)
