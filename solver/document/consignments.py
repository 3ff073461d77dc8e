"""Loads of a written plan: what each tip got of each stream, and the places it came from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.ids import TaskId
from models.trade.manifest import Manifest, Origin
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.district import District
    from models.plan import Plan, PlanRoute
    from models.trade.rules import RuleProfile

MOST_PASSES = 12
"""A point is visited so often a day at most (chosen: above any cadence)."""


def consignments(
    plan: Plan, district: District, rules: RuleProfile, stream: str | None = None
) -> list[Manifest]:
    """Every load of the plan, or of one stream, in the order of tipping; hauls beside collection.

    What a truck of several chambers carries on to its next tip stays with its places.
    """
    found = [one for route in plan.routes for one in _of_route(plan, route, district, rules)]
    names = {site.id: site.name for site in district.sites}
    found += [
        Manifest(
            id="",
            leg="haul",
            stream=run.stream,
            work=run.id,
            trip=1,
            vehicle=run.vehicle,
            crew=(run.driver,) if run.driver else (),
            origins=(
                Origin(
                    thing=run.station,
                    task="",
                    name=names.get(run.station, ""),
                    kg=round(1_000 * run.tonnes),
                    when=run.swap_end,
                ),
            ),
            to=run.plant,
            kg=round(1_000 * run.tonnes),
            begin=run.swap_end,
            tipped=run.arrive_plant,
        )
        for run in plan.haul
    ]
    return [one for one in found if stream is None or one.stream == stream]


def things_of(
    district: District, rules: RuleProfile, operation: str
) -> Mapping[str, tuple[str, str]]:
    """Point or order and stream of each task the operation may have, by the task's name."""
    rule = rules.operations[operation]
    found: dict[str, tuple[str, str]] = {}
    if rule.points is not None:
        for point in district.points:
            if collects(rule.points, point.stream, point.kind):
                for number in range(1, MOST_PASSES + 1):
                    task = str(TaskId(operation, point.id, pass_number=number))
                    found[task] = (point.id, str(point.stream))
    usual = str(rule.carried[0]) if rule.carried else ""
    for order in district.orders:
        if order.operation == operation:
            found[str(TaskId(operation, order.id))] = (order.id, usual)
    return found


def _of_route(
    plan: Plan, route: PlanRoute, district: District, rules: RuleProfile
) -> Iterator[Manifest]:
    """Loads of one route, each stream at the tip that takes it."""
    rule = rules.operations.get(route.operation)
    if rule is None or not rule.carried:
        return
    sites = {site.id: site for site in district.sites}
    things = things_of(district, rules, route.operation)
    aboard: defaultdict[str, list[Origin]] = defaultdict(list)
    load = 0
    for number, trip in enumerate(route.trips, start=1):
        for step in trip.steps:
            if step.kind == "serve" and step.load_kg > load:
                thing, stream = things.get(step.task or "", (step.task or "", str(rule.carried[0])))
                aboard[stream].append(
                    Origin(
                        thing=thing,
                        task=step.task or "",
                        name=step.name,
                        kg=step.load_kg - load,
                        when=step.arrive,
                    )
                )
            elif step.kind == "tip" and step.facility in sites:
                site = sites[step.facility]
                taken = [
                    one
                    for one in aboard
                    if aboard[one]
                    and (len(rule.carried) == 1 or one in site.accepts | site.spare_for)
                ]
                for stream in taken:
                    origins = tuple(aboard.pop(stream))
                    yield Manifest(
                        id="",
                        leg="collect",
                        stream=stream,
                        work=route.id,
                        trip=number,
                        vehicle=route.vehicle,
                        crew=tuple(route.crew),
                        origins=origins,
                        to=step.facility,
                        kg=sum(one.kg for one in origins),
                        begin=origins[0].when,
                        tipped=step.arrive,
                    )
            load = step.load_kg if step.kind in {"serve", "tip"} else load
