"""Which collection points to merge (撤桶并点): the alternatives of a folder, judged, in phases."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.edits import MergePoints, Scenario
from models.errors import HuanweiError
from scenarios.desk.compare import roads_file
from scenarios.desk.day import load_folder
from solver.judge.merging import check_merging, check_phases
from solver.location.exposure import neighbourhood
from solver.location.homes import as_rooms, merge_points, merging_problem
from solver.location.merging import merging_solution, solve_merging
from solver.location.walking import ON_FOOT
from solver.roads.graphs import read_roads
from solver.roads.surroundings import read_surroundings
from solver.tasks.sectors import sectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.district import Point
    from models.location import MergingProblem, MergingSolution
    from models.network import RoadNetwork
    from models.solution import Violation
    from models.trade.rules import RuleProfile
    from models.trade.siting import Kind
    from solver.location.homes import Homes

OPERATION = "collect_residual"
ASKED = "cheapest"
"""The alternative that answers what was asked; the others are held to more, or to less."""
FEWER = 10
"""The alternative of fewest stops weighs walking so many times less (chosen)."""
ROOM: Kind = "room"
ROOMS = "rooms"
"""The alternative of sorting rooms alone, and the kind of its points."""
CALM_PERCENT = 20
"""The calm alternative leaves points of more opposition than this as they are, as a relocation's
calm one does (chosen)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phasing:
    """`count` phases, a zone each: the first on `begin`, then every `every_days`."""

    count: int
    begin: date
    every_days: int

    def date_of(self, phase: int) -> date:
        """The day on which phase 1, 2, ... begins."""
        return self.begin + timedelta(days=(phase - 1) * self.every_days)


@dataclass(frozen=True, eq=False, kw_only=True)
class Merging:
    """One alternative: the limits it was held to, what was found, what the judge says.

    `phases[p]` is 0 for a point that stays, else the phase in which it goes.
    """

    kind: str
    problem: MergingProblem
    solution: MergingSolution
    phases: tuple[int, ...]
    violations: tuple[Violation, ...]

    @property
    def groups(self) -> list[tuple[int, list[int]]]:
        """Points that stay with those that go there; first what costs a household least steps.

        That is the order in which a bureau may do it: metres added for each stop saved.
        """
        gone: defaultdict[int, list[int]] = defaultdict(list)
        for p, q in enumerate(self.solution.target):
            if p != q:
                gone[q].append(p)
        added = self.added_m
        return sorted(
            gone.items(), key=lambda pair: (sum(added[p] for p in pair[1]) / len(pair[1]), pair[0])
        )

    @property
    def added_m(self) -> dict[int, int]:
        """Metres households of each point walk more."""
        added: defaultdict[int, int] = defaultdict(int)
        for home, p in enumerate(self.problem.home_point):
            walks = self.problem.walks
            more = walks[home, self.solution.target[p]] - walks[home, p]
            added[p] += self.problem.households[home] * more
        return added


@dataclass(frozen=True, kw_only=True)
class MergeOrder:
    """What is asked: whose points merge, within which limits (None: the rule profile's), and when.

    `phasing` None: all on one day.
    """

    operation: str = OPERATION
    walk_m: int | None = None
    point_kg: int | None = None
    phasing: Phasing | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """Points, the problem made of them, its alternatives (the cheapest first), whose homes.

    `asked` are the questions by name: the problem each is held to.
    """

    order: MergeOrder
    asked: Mapping[str, Callable[[MergingProblem], MergingProblem]]
    district: str
    points: tuple[Point, ...]
    homes: Homes
    alternatives: tuple[Merging, ...]
    population: str
    network: RoadNetwork
    spots: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """Where the points are [m] (n, 2)."""

    @property
    def phasing(self) -> Phasing | None:
        """In which phases; None: all on one day."""
        return self.order.phasing

    @property
    def problem(self) -> MergingProblem:
        """Points, homes and ways, with the limits and prices that were asked for."""
        return self.homes.problem


def merging(
    folder: Path, day: date, order: MergeOrder | None = None, *, seconds: float = 60.0
) -> Study:
    """Which points of an operation to merge; `seconds` bound all exact solves together.

    Raises `InputErrors` for a folder with faults, `HuanweiError` where there is nothing to merge.
    """
    study = merging_study(folder, day, order or MergeOrder())
    share = seconds / len(study.asked)
    found = [
        answered(study, kind, solve_merging(held(study.problem), seconds=share))
        for kind, held in study.asked.items()
    ]
    return with_alternatives(study, found)


def with_alternatives(study: Study, found: Iterable[Merging]) -> Study:
    """The study with those alternatives of `found` that differ in what they do."""
    first: dict[tuple[bool, tuple[int, ...]], Merging] = {}
    for one in found:
        first.setdefault((one.kind == ROOMS, one.solution.target), one)
    return replace(study, alternatives=tuple(first.values()))


def merging_study(folder: Path, day: date, order: MergeOrder) -> Study:
    """The points and the problem, without any alternative; raises as `merging` does."""
    loaded, operation = load_folder(folder, day), order.operation
    if operation not in loaded.rules.operations:
        known = ", ".join(loaded.rules.operations)
        raise HuanweiError(
            f"{operation}: no such operation. The rule profile has {known}.",
            zh=f"{operation}：没有这项作业。规则文件中有 {known}。",
        )
    points = merge_points(loaded.district, loaded.rules, operation)
    if len(points) < 2:
        raise HuanweiError(
            f"{folder}: {operation} collects from {len(points)} points with waste; merging takes "
            "two. Fill points.csv, or name another operation with --operation.",
            zh=f"{folder}：{operation} 有垃圾量的收运点只有 {len(points)} 个，至少需要两个。"
            "请补充 points.csv，或用 --operation 指定其他作业。",
        )
    path = roads_file(loaded.district)
    network = read_roads(path, classes=ON_FOOT)
    near = neighbourhood(read_surroundings(path), points, network.origin, loaded.rules.exposure)
    homes = merging_problem(
        points, near, network, loaded.rules, walk_m=order.walk_m, point_kg=order.point_kg
    )
    spots = network.to_xy(np.array([p.lon for p in points]), np.array([p.lat for p in points]))
    return Study(
        order=order,
        asked=questions(points, loaded.rules),
        district=loaded.district.name,
        points=tuple(points),
        homes=homes,
        alternatives=(),
        population=near.people.source.value,
        network=loaded.network,
        spots=spots.reshape(-1, 2),
    )


QUESTIONS: dict[str, Callable[[MergingProblem], MergingProblem]] = {
    ASKED: lambda asked: asked,
    "near": lambda asked: replace(asked, limit_m=asked.limit_m // 2),
    "calm": lambda asked: replace(asked, max_opposition_percent=CALM_PERCENT),
    "fewest": lambda asked: replace(asked, metre_cost=max(1, asked.metre_cost // FEWER)),
}
"""Alternatives, and what each is held to: as asked, half the way, no point that many live beside,
walking weighed less."""


def questions(
    points: Sequence[Point], rules: RuleProfile
) -> dict[str, Callable[[MergingProblem], MergingProblem]]:
    """Those of every merging, and where rooms may take the points' streams, that of rooms alone."""
    room = rules.siting.get(ROOM)
    if room is None or any(point.stream not in room.streams for point in points):
        return QUESTIONS
    return QUESTIONS | {ROOMS: lambda asked: as_rooms(asked, points, room)}


def answered(study: Study, kind: str, solution: MergingSolution) -> Merging:
    """A solution of one question, put into phases and judged."""
    problem, phasing = study.asked[kind](study.problem), study.phasing
    phases = phases_of(problem, solution, study.spots, 1 if phasing is None else phasing.count)
    found = [*check_merging(problem, solution), *check_phases(problem, solution, phases)]
    return Merging(
        kind=kind, problem=problem, solution=solution, phases=phases, violations=tuple(found)
    )


def phases_of(
    problem: MergingProblem,
    solution: MergingSolution,
    spots: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    count: int,
) -> tuple[int, ...]:
    """The phase of each point that goes, from 1; 0 for those that stay.

    The points that take others' waste, at `spots` [m] (n, 2), are cut into `count` compact zones of
    about as many points that go; the zone in which a stop saved costs households the fewest metres
    begins.
    """
    gone = Counter(q for p, q in enumerate(solution.target) if p != q)
    takers = np.array(sorted(gone), np.int64)
    weights = np.array([gone[q] for q in takers.tolist()], float)
    zone = sectors(spots[takers], weights, [1.0] * count)
    own = dict(zip(takers.tolist(), zone.tolist(), strict=True))
    added: Counter[int] = Counter()
    stops: Counter[int] = Counter()
    for home, p in enumerate(problem.home_point):
        if (q := solution.target[p]) != p:
            more = problem.walks[home, q] - problem.walks[home, p]
            added[own[q]] += problem.households[home] * more
    for q, number in gone.items():
        stops[own[q]] += number
    order = sorted(stops, key=lambda one: (added[one] / stops[one], one))
    rank = {one: place for place, one in enumerate(order, start=1)}
    return tuple(rank[own[q]] if p != q else 0 for p, q in enumerate(solution.target))


def today(study: Study) -> MergingSolution:
    """Nothing merged, at the prices that were asked for."""
    return merging_solution(study.problem, range(len(study.points)))


def scenario_of(study: Study, found: Merging) -> Scenario:
    """An alternative as edits; each group's first point is the one that stays.

    Of sorting rooms every point that stays is one, those alone from the first phase on.
    """
    ids, edits = [one.id for one in study.points], []
    kind = ROOM if found.kind == ROOMS else ""
    groups = list(found.groups)
    if kind:
        taking = {q for q, _ in groups}
        groups += [
            (q, [])
            for q, goes in enumerate(found.solution.target)
            if q == goes and q not in taking and study.points[q].kind != ROOM
        ]
    for q, gone in groups:
        begin = None
        if study.phasing is not None:
            begin = study.phasing.date_of(found.phases[gone[0]] if gone else 1)
        points = (ids[q], *(ids[p] for p in gone))
        edits.append(MergePoints(do="merge_points", points=points, kind=kind, open_from=begin))
    return Scenario(name=f"撤桶并点 {found.kind}", edits=tuple(edits))


def at_once(scenario: Scenario) -> Scenario:
    """The same edits without dates: the day after the last phase."""
    edits = tuple(edit.model_copy(update={"open_from": None}) for edit in scenario.edits)
    return replace(scenario, edits=edits)
