"""The day plan: a district on its roads becomes tasks, routes, station loads, duties, a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.plan import Plan, PlanUnserved
from models.units import CHINA
from solver.document import RouteWriter, route_name, write_route
from solver.document_day import duties_document, stations_document
from solver.kpis import kpis
from solver.replay import judge, replay, verdict
from solver.rounds import search_in_rounds
from solver.shifts.day import assign_drivers, route_duties, route_id
from solver.shifts.rules import labour_rules
from solver.stations.load import station_loads
from solver.tasks.build import build_parts
from solver.tasks.ground import lay
from solver.tasks.rates import energy, mechanised_rate, water_sweep_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import PlanRoute
    from models.rules import RuleProfile
    from models.solution import Solution
    from solver.parallel import Budget, PartProgress
    from solver.roads.cache import Cache
    from solver.stations.queue import TimedDay
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground

ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0), https://www.openstreetmap.org/copyright"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to plan and how hard to try; `only` names operations (None: all)."""

    day: date
    budget: Budget
    seed: int = 1
    engine: str = "ruin"
    workers: int = 2
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What the planner is doing: a stage, its share done, and news of one part's search."""

    stage: str
    share: float = 0.0
    detail: str = ""
    search: PartProgress | None = None


@dataclass(frozen=True, eq=False)
class DayPlan:
    """The plan document with everything it was made from."""

    plan: Plan
    ground: Ground
    day: Day
    timed: TimedDay


def plan_day(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    request: Request,
    *,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    cache: Cache | None = None,
) -> DayPlan:
    """Plan one day of a district; `cache` keeps road data between runs.

    `stopped` is asked all the time; once it is true, the best plan so far is finished and judged.
    Raises `HuanweiError` where no plan can be made.
    """

    def tell(stage: str, share: float = 0.0, detail: str = "") -> None:
        if news is not None:
            news(News(stage, share, detail))

    tell("roads")
    ground = lay(district, network, rules, request.day)
    day = build_parts(
        district,
        ground,
        rules,
        request.day,
        only=request.only,
        progress=lambda operation, share: tell("tasks", share, operation),
        cache=cache,
    )
    timed = search_in_rounds(
        district,
        day.parts,
        engine=request.engine,
        budget=request.budget,
        seed=request.seed,
        workers=request.workers,
        progress=lambda one: (
            news(News("search", one.progress.used, day.parts[one.part].operation, one))
            if news is not None
            else None
        ),
        stopped=stopped,
    )
    tell("document")
    return write_document(district, ground, rules, request, day=day, timed=timed)


def write_document(
    district: District,
    ground: Ground,
    rules: RuleProfile,
    request: Request,
    *,
    day: Day,
    timed: TimedDay,
    vehicles: Mapping[tuple[int, int], str] | None = None,
) -> DayPlan:
    """Write, staff and judge the plan.

    `vehicles` names the vehicle of route (part, number); without it the vehicles of a type are
    taken in their order.
    """
    labour = labour_rules(rules.labour)
    duties = route_duties(labour, day.parts, timed.solutions, timed.schedules)
    staffing = assign_drivers(district, labour, duties, request.day)
    routes = _routes(
        district,
        rules,
        request,
        day,
        timed=timed,
        crews=staffing[1].crews,
        vehicles=vehicles or deal_vehicles(day, timed.solutions),
    )
    unserved = [*_unserved(day, timed.solutions), *_never_a_task(day)]
    figures = _figures(ground, rules, day, timed=timed, routes=routes, unserved=unserved)
    figures["unstaffed_routes"] = len(staffing[1].unstaffed)
    chinese = district.language == "zh"
    plan = Plan(
        district=district.name,
        district_id=district.id,
        date=request.day,
        seed=request.seed,
        engine=request.engine,
        created=datetime.now(CHINA).replace(microsecond=0),
        attribution=ATTRIBUTION,
        language=district.language,
        operations=sorted(request.only if request.only is not None else rules.operations),
        kpis=figures,
        notes=[note.zh if chinese else note.en for note in day.notes],
        routes=routes,
        stations=stations_document(
            district,
            request.day,
            station_loads(district, day.parts, timed.solutions, timed.schedules),
        ),
        haul=[],
        roster=duties_document(
            district,
            labour,
            request.day,
            duties=duties,
            roster=staffing[1],
            names={
                route_id(number, index): route_name(part, number, index)
                for number, part in enumerate(day.parts)
                for index in range(len(timed.solutions[number].routes))
            },
        ),
        unserved=unserved,
        violations=[],
    )
    violations = verdict(judge(replay(plan, day), district, ground, roster=staffing))
    figures = {**figures, "violations": len(violations)}
    plan = plan.model_copy(update={"violations": violations, "kpis": figures})
    return DayPlan(plan, ground, day, timed)


def _figures(
    ground: Ground,
    rules: RuleProfile,
    day: Day,
    *,
    timed: TimedDay,
    routes: Sequence[PlanRoute],
    unserved: Sequence[PlanUnserved],
) -> dict[str, Any]:
    """Key figures, with the shares of widths and speeds that the map does not say."""
    figures = kpis(
        day.parts,
        timed.solutions,
        timed.schedules,
        routes=routes,
        unserved=unserved,
        mechanised_rate=mechanised_rate(ground, rules, day.parts, timed.solutions).share,
        water_rate=water_sweep_rate(ground, rules, day.parts, timed.solutions).share,
    )
    figures["width_guessed_share"] = round(float(ground.network.width_guessed.mean()), 4)
    figures["speed_guessed_share"] = round(float(ground.network.speed_guessed.mean()), 4)
    return figures


def _routes(
    district: District,
    rules: RuleProfile,
    request: Request,
    day: Day,
    *,
    timed: TimedDay,
    crews: Mapping[str, tuple[str, ...]],
    vehicles: Mapping[tuple[int, int], str],
) -> list[PlanRoute]:
    """All routes of the day."""
    site_names = {site.id: site.name for site in district.sites}
    written: list[PlanRoute] = []
    for number, part in enumerate(day.parts):
        pairs = zip(timed.solutions[number].routes, timed.schedules[number], strict=True)
        for index, (route, schedule) in enumerate(pairs):
            kind = part.problem.vehicle_types[route.vehicle_type]
            writer = RouteWriter(
                part=part,
                route=route,
                schedule=schedule,
                router=day.routers[part.profiles[kind.profile].name],
                day=request.day,
                site_names=site_names,
            )
            written.append(
                write_route(
                    writer,
                    name=route_name(part, number, index),
                    part_number=number,
                    vehicle=vehicles[number, index],
                    engine=request.engine,
                    crew=list(crews.get(route_id(number, index), ())),
                    co2_kg=lambda catalogue, metres, work_s: (
                        energy(rules, catalogue, distance_m=metres, service_s=work_s).co2_kg
                    ),
                )
            )
    return written


def deal_vehicles(day: Day, solutions: Sequence[Solution]) -> dict[tuple[int, int], str]:
    """A vehicle for each route (part, number): those of its type in their order."""
    dealt = {}
    for number, (part, solution) in enumerate(zip(day.parts, solutions, strict=True)):
        waiting = [iter(names) for names in part.vehicles]
        for index, route in enumerate(solution.routes):
            dealt[number, index] = next(waiting[route.vehicle_type])
    return dealt


def _unserved(day: Day, solutions: Sequence[Solution]) -> Iterator[PlanUnserved]:
    """Tasks that no route serves."""
    for part, solution in zip(day.parts, solutions, strict=True):
        for task, reason in sorted(solution.unserved.items()):
            ref = part.refs[task]
            yield PlanUnserved(
                task=part.problem.tasks[task].id,
                operation=part.operation,
                name=ref.name,
                reason=reason.value,
                relaxation="",
                lon=ref.lon,
                lat=ref.lat,
            )


def _never_a_task(day: Day) -> Iterator[PlanUnserved]:
    """Work that is due but that no routing problem could hold."""
    for one in day.left:
        yield PlanUnserved(
            task=one.task,
            operation=one.operation,
            name=one.ref.name,
            reason=one.reason.value,
            relaxation=one.detail,
            lon=one.ref.lon,
            lat=one.ref.lat,
        )
