"""A lower bound on the cost of the haul: a linear flow of trucks through time and space.

Durations are rounded down to whole slots and every law is relaxed towards earlier, so that each
real timetable is a flow of no higher cost; bays are left out. A tour longer than a truck may go
without a pause has one. Per yard, at least as many runs as loads (a rounding cut that the shortfall
may weaken).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from ortools.math_opt.python import mathopt

from solver.stations.yards import LEFT_PER_KG, SHORT_PER_KG, pressed_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.district import Window
    from models.station import HaulProblem, HaulTruck, Yard

Node = tuple[int, int, str, int]
"""Class of trucks, track, place, slot; place "" is the way out of the depot, track and slot 0."""
MOST_PLANTS = 8
BLOCK_S = 7_200
"""Tours without a pause are told apart by the block of hours they leave in."""
GATE, SAFETY = "", 0.999_999
"""Share of the linear program's value taken as proven: its tolerances are about 1e-7."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Proven least cost [mfen] and least shortfall [kg]."""

    cost: int
    shortfall_kg: int


@dataclass(frozen=True, slots=True)
class Track:
    """Moves of one class of trucks between a begin and an end [s], `longest_s` in all.

    Track 0 is before a pause, 1 after it, others are tours without. Trucks leave the depot until
    `leave_until` (None: they come from another track), and go home where `homeward`.
    """

    fleet: int
    number: int
    truck: HaulTruck
    begin: int
    leave_until: int | None
    end: int
    longest_s: int
    homeward: bool = True

    def at(self, place: str, slot: int) -> Node:
        """The track's node at a place in a slot."""
        return self.fleet, self.number, place, slot


@dataclass(eq=False)
class _Program:
    problem: HaulProblem
    slot_s: int
    lp: mathopt.Model = field(default_factory=mathopt.Model)
    balance: dict[Node, mathopt.LinearConstraint] = field(default_factory=dict)
    costs: list[mathopt.LinearTypes] = field(default_factory=list)
    kg: dict[tuple[int, int, int], mathopt.Variable] = field(default_factory=dict)
    """By yard, plant and slot of docking; limited by `payload`."""
    hours: dict[tuple[int, int], mathopt.LinearConstraint] = field(default_factory=dict)
    payload: dict[tuple[int, int, int], mathopt.LinearConstraint] = field(default_factory=dict)
    runs: dict[int, list[mathopt.Variable]] = field(default_factory=lambda: defaultdict(list))
    plant_runs: dict[int, list[mathopt.Variable]] = field(default_factory=lambda: defaultdict(list))
    short: list[mathopt.Variable] = field(default_factory=list)
    left: list[mathopt.Variable] = field(default_factory=list)

    def move(
        self, track: Track, tail: Node, head: Node | None, way: tuple[int, int]
    ) -> mathopt.Variable:
        """A flow from `tail` to `head` (None: home), of `way` = (s, m) per truck.

        The real seconds of all moves stay within the hours of the tours that begin.
        """
        flow = self.lp.add_variable(lb=0)
        self._node(tail).set_coefficient(flow, -1)
        if head is not None:
            self._node(head).set_coefficient(flow, 1)
        begins = tail[2] == GATE
        truck = track.truck
        cost = truck.cost_per_m * way[1] + truck.cost_per_s * way[0] + truck.fixed_cost * begins
        if cost:
            self.costs.append(cost * flow)
        key = track.fleet, track.number if track.number > 1 else 0
        if key not in self.hours:
            self.hours[key] = self.lp.add_linear_constraint(ub=0)
        self.hours[key].set_coefficient(flow, way[0] - track.longest_s * begins)
        return flow

    def _node(self, node: Node) -> mathopt.LinearConstraint:
        if node not in self.balance:
            self.balance[node] = self.lp.add_linear_constraint(lb=0, ub=0)
        return self.balance[node]


def bound_haul(problem: HaulProblem, slot_s: int) -> Bound:
    """Proven least cost of any haul timetable, penalties included, and its least shortfall."""
    if not any(total_kg(yard) for yard in problem.yards):
        return Bound(0, 0)
    program = _Program(problem, slot_s)
    for number, (truck, count) in enumerate(_classes(problem)):
        _add_class(program, number, truck, count)
    for number, yard in enumerate(problem.yards):
        _add_yard(program, number, yard)
    for number, plant in enumerate(problem.plants):
        own = [kg for (_, target, _), kg in program.kg.items() if target == number]
        if plant.quota_kg is not None and own:
            program.lp.add_linear_constraint(mathopt.fast_sum(own) <= plant.quota_kg)
    _add_plant_runs(program)
    cost = _least(program, program.costs)
    if cost < SHORT_PER_KG:
        return Bound(cost, 0)
    return Bound(cost, _least(program, program.short))


def _least(program: _Program, terms: Iterable[mathopt.LinearTypes]) -> int:
    program.lp.minimize(mathopt.fast_sum(list(terms)))
    result = mathopt.solve(program.lp, mathopt.SolverType.GLOP)
    bound = result.dual_bound()
    return max(0, int(bound * SAFETY)) if math.isfinite(bound) else 0


def _classes(problem: HaulProblem) -> list[tuple[HaulTruck, int]]:
    classes: dict[tuple[object, ...], list[HaulTruck]] = defaultdict(list)
    for truck in problem.trucks:
        costs = (truck.fixed_cost, truck.cost_per_m, truck.cost_per_s)
        key = (truck.depot, truck.payload_kg, truck.streams, truck.begin, truck.end, costs)
        classes[key].append(truck)
    return [(trucks[0], len(trucks)) for trucks in classes.values()]


def _add_class(program: _Program, number: int, truck: HaulTruck, count: int) -> None:
    """All moves of one class of trucks: tours with a pause, and tours short enough without.

    A tour without a pause that leaves in a block of hours is back by the end of the block and the
    longest stretch.
    """
    stretch = program.problem.max_work_s
    shift = truck.end - truck.begin
    if not stretch or shift <= stretch:
        tracks = [Track(number, 0, truck, truck.begin, truck.begin, truck.end, shift)]
    else:
        tracks = [
            Track(number, 0, truck, truck.begin, truck.begin, truck.end, shift, homeward=False),
            Track(number, 1, truck, truck.begin, None, truck.end, shift),
        ]
        starts = range(truck.begin, max(truck.end - stretch, truck.begin + 1), BLOCK_S)
        for index, begin in enumerate(starts):
            last = begin + BLOCK_S
            back = min(truck.end, last + stretch)
            tracks.append(Track(number, 2 + index, truck, begin, last, back, stretch))
    for track in tracks:
        places = _add_track(program, track)
        if track.number == 0 and not track.homeward:
            _add_pauses(program, track, places)
    gate = program.balance.get((number, 0, GATE, 0))
    if gate is not None:
        gate.lower_bound = -count


def _add_track(program: _Program, track: Track) -> set[str]:
    """Moves of one track; the places its trucks can be at."""
    problem, slot_s, truck = program.problem, program.slot_s, track.truck
    yards = [
        n
        for n, yard in enumerate(problem.yards)
        if not truck.streams or yard.stream in truck.streams
    ]
    stations = sorted({problem.yards[n].station for n in yards})
    slots = range(track.begin // slot_s, track.end // slot_s + 1)
    for station in stations:
        way = problem.travel.get((truck.depot, station))
        if way is not None and track.leave_until is not None:
            for leave in range(track.begin, track.leave_until + 1, slot_s):
                slot = (leave + way[0]) // slot_s
                if slot in slots:
                    gate = (track.fleet, 0, GATE, 0)
                    program.move(track, gate, track.at(station, slot), way)
        for slot in slots[:-1]:
            program.move(track, track.at(station, slot), track.at(station, slot + 1), (0, 0))
    for plant_number, plant in enumerate(problem.plants):
        reached = set()
        for yard_number in yards:
            reached |= _add_runs(program, track, (yard_number, plant_number), slots)
        for slot in sorted(reached):
            _add_returns(program, track, plant.id, stations, slot)
    return set(stations)


def _add_pauses(program: _Program, track: Track, places: set[str]) -> None:
    """From the track before the pause to the one after it, at stations."""
    slots = range(track.begin // program.slot_s, track.end // program.slot_s + 1)
    pause = program.problem.pause_s
    after = replace(track, number=1)
    for place in sorted(places | {plant.id for plant in program.problem.plants}):
        for slot in slots:
            end = (slot * program.slot_s + pause) // program.slot_s
            tail = track.at(place, slot)
            if end in slots and tail in program.balance:
                program.move(track, tail, after.at(place, end), (pause, 0))


def _add_runs(program: _Program, track: Track, pair: tuple[int, int], slots: range) -> set[int]:
    """Runs from a yard to a plant in each slot; the slots in which trucks leave the plant."""
    yard, plant = program.problem.yards[pair[0]], program.problem.plants[pair[1]]
    truck = track.truck
    way = program.problem.travel.get((yard.station, plant.id))
    if way is None or (plant.streams and yard.stream not in plant.streams):
        return set()
    ends = set()
    for slot in slots:
        begin = max(slot * program.slot_s, track.begin)
        docks = _opening(yard.windows, begin)
        if docks is None or docks >= (slot + 1) * program.slot_s:
            continue
        tips = _opening(plant.windows, docks + yard.swap_s + way[0])
        if tips is None or tips + plant.tip_s > track.end:
            continue
        end = (tips + plant.tip_s) // program.slot_s
        ends.add(end)
        run = way[0] + yard.swap_s + plant.tip_s, way[1]
        flow = program.move(track, track.at(yard.station, slot), track.at(plant.id, end), run)
        key = (*pair, slot)
        if key not in program.kg:
            program.kg[key] = program.lp.add_variable(lb=0)
            program.costs.append(plant.gate_fee / 1_000 * program.kg[key])
            program.payload[key] = program.lp.add_linear_constraint(ub=0)
            program.payload[key].set_coefficient(program.kg[key], 1)
        program.payload[key].set_coefficient(flow, -truck.payload_kg)
        program.runs[pair[0]].append(flow)
        program.plant_runs[pair[1]].append(flow)
    return ends


def _add_returns(
    program: _Program, track: Track, plant: str, stations: Sequence[str], slot: int
) -> None:
    """Empty from a plant to any station, or home."""
    moment = slot * program.slot_s
    truck, tail = track.truck, track.at(plant, slot)
    for station in stations:
        way = program.problem.travel.get((plant, station))
        if way is not None and moment + way[0] <= track.end:
            head = track.at(station, (moment + way[0]) // program.slot_s)
            program.move(track, tail, head, way)
    way = program.problem.travel.get((plant, truck.depot))
    if track.homeward and way is not None and moment + way[0] <= track.end:
        program.move(track, tail, None, way)


def _add_yard(program: _Program, number: int, yard: Yard) -> None:
    """Taken only what is ready, storage kept or paid for, all gone or paid for, whole runs."""
    total = total_kg(yard)
    short = program.lp.add_variable(lb=0, ub=float(total))
    program.short.append(short)
    program.costs.append(SHORT_PER_KG * short)
    rest: mathopt.LinearTypes = short
    if not yard.must_clear:
        left = program.lp.add_variable(lb=0, ub=float(total))
        program.left.append(left)
        program.costs.append(LEFT_PER_KG * left)
        rest = short + left
    by_slot: dict[int, list[mathopt.Variable]] = defaultdict(list)
    for (own, _, slot), kg in program.kg.items():
        if own == number:
            by_slot[slot].append(kg)
    taken: mathopt.LinearTypes = 0.0
    known: dict[int, mathopt.LinearTypes] = {}
    for slot in range(min(by_slot, default=0), max(by_slot, default=-1) + 1):
        until = (slot + 1) * program.slot_s - 1
        level = program.lp.add_variable(lb=0, ub=float(pressed_kg(yard, until)))
        came = mathopt.fast_sum(by_slot.get(slot, []))
        program.lp.add_linear_constraint(level - taken - came == 0)
        known[slot] = taken = level
    program.lp.add_linear_constraint(taken + rest >= total)
    for moment, kept in _overflows(yard):
        last = (moment - yard.swap_s) // program.slot_s
        gone = next((known[s] for s in range(last, -1, -1) if s in known), 0.0)
        program.lp.add_linear_constraint(gone + short >= kept)
    payload = max((truck.payload_kg for truck in program.problem.trucks), default=1)
    last_kg = total % payload or payload
    runs = mathopt.fast_sum(program.runs.get(number, []))
    if total:
        program.lp.add_linear_constraint(runs + rest / last_kg >= -(-total // payload))


def _add_plant_runs(program: _Program) -> None:
    """Whole runs to every set of plants: what the quotas of the others cannot take goes there."""
    problem = program.problem
    total = sum(total_kg(yard) for yard in problem.yards)
    payload = max((truck.payload_kg for truck in problem.trucks), default=1)
    rest = mathopt.fast_sum([*program.short, *program.left])
    plants = range(len(problem.plants))
    if len(plants) > MOST_PLANTS:
        return
    for size in plants[1:]:
        for chosen in combinations(plants, size):
            quotas = [problem.plants[n].quota_kg for n in plants if n not in chosen]
            if any(quota is None for quota in quotas):
                continue
            kg = total - sum(quota for quota in quotas if quota is not None)
            if kg > 0:
                last_kg = kg % payload or payload
                runs = [flow for n in chosen for flow in program.plant_runs.get(n, [])]
                least = -(-kg // payload)
                program.lp.add_linear_constraint(mathopt.fast_sum(runs) + rest / last_kg >= least)


def _overflows(yard: Yard) -> Iterator[tuple[int, int]]:
    """Moments at which some waste must have left, and how much [kg]."""
    if not yard.storage_kg:
        return
    stock = yard.initial_kg - yard.storage_kg
    for moment, kg in sorted(yard.inflow):
        stock += kg
        if stock > 0:
            yield moment, stock


def _opening(windows: Sequence[Window], moment: int) -> int | None:
    return min((max(early, moment) for early, late in windows if moment <= late), default=None)
