"""From solved parts to the plan document: routes as trips and steps over named streets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from models.errors import NetworkError
from models.network import Turn
from models.plan import Piece, PlanRoute, PlanStep, PlanTrip
from models.problem import DimensionKind
from models.solution import Serve, Step, StepKind
from models.units import cny, timestamp
from solver.cost import legs, lengths
from solver.loads import on_arrival
from solver.roads.paths import leg_steps, unpack_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from models.day import DrivenRoute
    from models.part import Part
    from models.problem import Facility
    from models.solution import Route
    from solver.roads.paths import Router

Point = tuple[float, float]
StepName = Literal["start", "serve", "drive", "tip", "refill", "charge", "break", "wait", "end"]
TURN_NAMES: dict[Turn | None, Literal["", "straight", "right", "left", "u_turn"]] = {
    None: "",
    Turn.STRAIGHT: "straight",
    Turn.RIGHT: "right",
    Turn.LEFT: "left",
    Turn.U_TURN: "u_turn",
}
FACILITY_NAMES: dict[DimensionKind, StepName] = {
    DimensionKind.WASTE: "tip",
    DimensionKind.WATER: "refill",
    DimensionKind.ENERGY: "charge",
}


@dataclass(frozen=True)
class RouteWriter:
    """Writes one timed route as a `PlanRoute`."""

    one: DrivenRoute
    router: Router
    day: date
    site_names: Mapping[str, str]

    @property
    def part(self) -> Part:
        """The routing problem the route belongs to."""
        return self.one.part

    @property
    def route(self) -> Route:
        """Its visits."""
        return self.one.route

    @cached_property
    def ends(self) -> tuple[list[int], list[int]]:
        """Rows left and columns entered by the legs."""
        return legs(self.part.problem, self.route)

    @cached_property
    def leg_arcs(self) -> list[list[int]]:
        """Arcs driven without service before each visit, and on the way home.

        Only a document read back has legs without a way (`NO_WAY`): of these there are none.
        """
        rows, cols = self.ends
        part = self.part
        ways = unpack_all(
            self.router, part.row_arcs[rows], part.col_arcs[cols], part.col_to_end[cols]
        )
        return [arcs or [] for arcs in ways]

    def served_arcs(self, visit: int) -> tuple[int, ...]:
        """Arcs driven in service by visit number `visit`; none at a stop or a facility."""
        what = self.route.visits[visit]
        return self.part.refs[what.task].mode_arcs[what.mode] if isinstance(what, Serve) else ()

    @cached_property
    def driven(self) -> list[tuple[list[int], tuple[int, ...]]]:
        """For each leg its deadhead arcs and the arcs served after it."""
        visits = len(self.route.visits)
        return [
            (self.leg_arcs[leg], self.served_arcs(leg) if leg < visits else ())
            for leg in range(visits + 1)
        ]

    @property
    def arcs(self) -> list[int]:
        """All arcs of the day in order, from the one the vehicle stands on at the depot."""
        start = int(self.part.row_arcs[self.ends[0][0]])
        return [start] + [arc for dead, served in self.driven for arc in (*dead, *served)]

    def steps(self) -> list[PlanStep]:
        """All steps of the route."""
        loads = self._loads()
        standing = int(self.part.row_arcs[self.ends[0][0]])
        steps = []
        visit = leg = -1
        for step in self._with_all_drives():
            arcs: Sequence[int] = ()
            if step.kind == StepKind.DRIVE:
                again = step.visit == leg  # only a document read back drives a leg in two steps
                arcs, leg = () if again else self.driven[step.visit][0], step.visit
                if not arcs and step.begin == step.end:
                    continue
            elif step.kind in {StepKind.SERVE, StepKind.FACILITY}:
                visit = step.visit
                arcs = self.driven[visit][1]
            steps.append(self._step(step, arcs, standing, loads[visit + 1]))
            standing = arcs[-1] if arcs else standing
        return steps

    def _with_all_drives(self) -> Iterator[Step]:
        """The schedule's steps, and a drive of 0 s where one is too short to take a second."""
        seen = -1
        for step in self.one.schedule.steps:
            if step.kind == StepKind.DRIVE:
                seen = step.visit
            elif step.kind in {StepKind.SERVE, StepKind.FACILITY, StepKind.END}:
                leg = step.visit if step.kind != StepKind.END else len(self.route.visits)
                if leg > seen:
                    yield Step(kind=StepKind.DRIVE, begin=step.begin, end=step.begin, visit=leg)
                    seen = leg
            yield step

    def _step(
        self, step: Step, arcs: Sequence[int], standing: int, load: tuple[int, int]
    ) -> PlanStep:
        graph = self.router.graph
        try:
            pieces = leg_steps(graph, arcs, from_arc=standing)
        except NetworkError:  # only a document read back goes on where it does not stand
            pieces = leg_steps(graph, arcs)
        task = mode = facility = None
        name = operator = zone = ""
        kind: StepName = "drive"
        distance = sum(piece.distance_m for piece in pieces)
        match step.kind:
            case StepKind.SERVE:
                what = self.route.visits[step.visit]
                assert isinstance(what, Serve)
                kind, task, mode = "serve", self.part.problem.tasks[what.task].id, what.mode
                name = self.part.refs[what.task].name
                operator = self.part.refs[what.task].operator
                zone = self.part.refs[what.task].zone
            case StepKind.FACILITY:
                place = self._facility(step.visit)
                kind, facility, distance = self._facility_kind(place), place.id, place.distance
                name = self.site_names.get(place.id, place.id)
            case StepKind.START | StepKind.END | StepKind.BREAK | StepKind.WAIT:
                kind = _plain(step.kind)
            case StepKind.DRIVE:
                pass
        return PlanStep(
            kind=kind,
            arrive=timestamp(self.day, step.begin),
            depart=timestamp(self.day, step.end),
            task=task,
            mode=mode,
            facility=facility,
            name=name,
            operator=operator,
            zone=zone,
            streets=[
                Piece(
                    name=piece.name,
                    distance_m=piece.distance_m,
                    duration_s=piece.duration_s,
                    turn=TURN_NAMES[piece.turn],
                    arcs=list(piece.arcs),
                )
                for piece in pieces
            ],
            from_=self._end_of(standing),
            to=self._end_of(arcs[-1] if arcs else standing),
            distance_m=distance,
            load_kg=load[0],
            water_l=load[1],
        )

    def _loads(self) -> list[tuple[int, int]]:
        """Waste on board [kg] and water left [l] at the start and after each visit."""
        route = self.route
        loads = on_arrival(self.part.problem, route.vehicle_type, route.visits)
        return [self._visible(load) for load in loads]

    def _visible(self, load: Sequence[int]) -> tuple[int, int]:
        problem = self.part.problem
        capacity = problem.vehicle_types[self.route.vehicle_type].capacity
        waste = water = 0
        for dim, dimension in enumerate(problem.dimensions):
            if dimension.kind == DimensionKind.WASTE:
                waste += load[dim]
            elif dimension.kind == DimensionKind.WATER:
                water += capacity[dim] - load[dim]
        return waste, self.litres(water)

    def litres(self, demand: int) -> int:
        """Litres this type of vehicle uses for so many litres of demand."""
        return round(demand * self.one.crew.water_factor)

    def _facility(self, visit: int) -> Facility:
        what = self.route.visits[visit]
        assert not isinstance(what, Serve)
        return self.part.problem.facilities[what.facility]

    def _facility_kind(self, facility: Facility) -> StepName:
        kinds = {self.part.problem.dimensions[dim].kind for dim in facility.resets}
        return next((FACILITY_NAMES[kind] for kind in DimensionKind if kind in kinds), "tip")

    def _end_of(self, arc: int) -> Point:
        network = self.router.graph.network
        node = int(network.head[arc])
        return round(float(network.lon[node]), 6), round(float(network.lat[node]), 6)


def _plain(kind: StepKind) -> StepName:
    names: dict[StepKind, StepName] = {
        StepKind.START: "start",
        StepKind.END: "end",
        StepKind.BREAK: "break",
        StepKind.WAIT: "wait",
    }
    return names[kind]


def cut_trips(steps: Sequence[PlanStep], tank_l: int) -> list[PlanTrip]:
    """Cut steps into trips, each ending with a facility visit or the end of the route."""
    found: list[PlanTrip] = []
    current: list[PlanStep] = []
    for step in steps:
        current.append(step)
        if step.kind in {"tip", "refill", "charge", "end"}:
            found.append(
                PlanTrip(
                    load_kg=max(one.load_kg for one in current),
                    water_l=tank_l - min(one.water_l for one in current),
                    steps=current,
                )
            )
            current = []
    return found


def route_name(part: Part, part_number: int, number: int) -> str:
    """Id of a route: operation, part and number, counted from 1."""
    return f"{part.operation}-{part_number + 1}-{number + 1:02d}"


def write_route(
    writer: RouteWriter,
    *,
    vehicle: str,
    engine: str,
    crew: list[str],
    paid: int,
    co2_kg: Callable[[str, int, int], float],
) -> PlanRoute:
    """The route as the plan tells it, `paid` [mfen] for it.

    `co2_kg(vehicle type, metres, seconds of work)`.
    """
    part, route, schedule = writer.part, writer.route, writer.one.schedule
    who = writer.one.crew
    kind = part.problem.vehicle_types[route.vehicle_type]
    driven = lengths(part.problem, route)
    steps = writer.steps()
    work_s = sum(step.end - step.begin for step in schedule.steps if step.kind == StepKind.SERVE)
    tank = next(
        (
            kind.capacity[dim]
            for dim, dimension in enumerate(part.problem.dimensions)
            if dimension.kind == DimensionKind.WATER
        ),
        0,
    )
    out = schedule.end - schedule.begin
    total_m = driven.service_m + driven.deadhead_m
    return PlanRoute(
        id=route_name(part, *writer.one.id),
        part=writer.one.id.part,
        vehicle=vehicle,
        vehicle_type=who.catalogue,
        operation=part.operation,
        shift=who.shift,
        depot=who.depot,
        engine=engine,
        crew=crew,
        crew_needed=who.people,
        licence=who.licence,
        depart=timestamp(writer.day, schedule.begin),
        return_=timestamp(writer.day, schedule.end),
        distance_m=total_m,
        service_m=driven.service_m,
        deadhead_m=driven.deadhead_m,
        duration_s=out,
        overtime_s=max(out - kind.max_duration, 0),
        cost_cny=cny(paid),
        co2_kg=round(co2_kg(who.catalogue, total_m, work_s), 1),
        trips=cut_trips(steps, writer.litres(tank)),
    )
