"""Where rooms, toilets, water points, depots and chargers go: the study of a folder, judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.day import Budget, Request
from models.errors import HuanweiError
from scenarios.desk.compare import roads_file
from scenarios.desk.day import load_folder
from solver.day.layout import ready_day
from solver.judge.sites import check_location
from solver.location.exposure import neighbourhood
from solver.location.model import Wishes, solve_location
from solver.location.needs import UNITS, people_zones, work_zones
from solver.location.siting import (
    brought_t,
    candidate_sites,
    driving_tables,
    offered,
    siting_problem,
    standing,
    thinned,
    walking_tables,
)
from solver.location.walking import ON_FOOT
from solver.roads.cache import Cache
from solver.roads.graphs import read_roads
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    import numpy as np

    from models.location import CandidateSite, DemandZone, RelocationProblem, RelocationSolution
    from models.solution import Violation
    from models.trade.siting import Kind, SitingRules
    from scenarios.desk.day import Loaded

DEAR = 5
"""The alternative of fewest sites weighs a site's money so many times (chosen)."""
CALM = Wishes(max_opposition_percent=20)
"""The calm alternative, as a relocation's."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Choice:
    """An alternative: which question, what it was held to, the answer, what the judge says."""

    kind: str
    problem: RelocationProblem
    solution: RelocationSolution
    violations: tuple[Violation, ...]

    @property
    def chosen(self) -> list[int]:
        """Sites that are open."""
        return sorted(self.solution.open_sites[0])


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteStudy:
    """Needs, candidates and alternatives of one kind, the cheapest first.

    `zones` are all that need the kind, `reached` those of them that can reach a lawful place:
    `problem` holds these alone.
    """

    loaded: Loaded
    kind: Kind
    rules: SitingRules
    zones: Sequence[DemandZone]
    reached: Sequence[int]
    problem: RelocationProblem
    may_close: bool
    choices: tuple[Choice, ...]
    impossible: tuple[str, ...]
    population: str
    operations: tuple[str, ...]
    """Operations whose vehicles drive to the sites, those that need most first; none on foot."""


def siting(
    folder: Path, day: date, kind: Kind, *, seconds: float = 60.0, may_close: bool = False
) -> SiteStudy:
    """Where sites of a kind go; `may_close` lets existing ones go too. `seconds` for all solves.

    Raises as `siting_study` does, and `HuanweiError` where no choice of places holds what is
    needed.
    """
    study = siting_study(folder, day, kind, may_close=may_close)
    return with_choices(study, *_choices(study.problem, seconds))


def with_choices(study: SiteStudy, found: Iterable[Choice], impossible: Sequence[str]) -> SiteStudy:
    """The study with those answers that open other sites, and the questions without one."""
    first: dict[frozenset[int], Choice] = {}
    for one in found:
        first.setdefault(one.solution.open_sites[0], one)
    return replace(study, choices=tuple(first.values()), impossible=tuple(impossible))


def siting_study(folder: Path, day: date, kind: Kind, *, may_close: bool = False) -> SiteStudy:
    """Needs, candidates and the problem made of them, without any choice.

    Raises `InputErrors` for a folder with faults, `HuanweiError` where the rule profile has no such
    kind, or nobody needs it.
    """
    loaded = load_folder(folder, day)
    rules = loaded.rules.siting.get(kind)
    if rules is None:
        raise HuanweiError(
            f"{kind}: the rule profile has no table [siting.{kind}]. The standard profile has one.",
            zh=f"{kind}：规则文件没有 [siting.{kind}] 表，标准规则文件中有。",
        )
    path = roads_file(loaded.district)
    district, network = loaded.district, loaded.network
    surroundings = read_surroundings(path)
    near = neighbourhood(surroundings, district.points, network.origin, loaded.rules.exposure)
    held = standing(kind, district, rules)
    places = offered(kind, district, network, surroundings, near)
    spots = [*held, *thinned(places, held, network, rules.apart_m)]
    if not spots:
        raise HuanweiError(
            f"{folder}: no place for a {kind}: the map has no street or land for one.",
            zh=f"{folder}：没有可选位置：地图上没有适合的街道或用地。",
        )
    sites = candidate_sites(kind, spots, rules, near, network, may_close=may_close)
    if rules.walk_m is not None:
        each = rules.person_day
        if kind == "room" and (tonnes := brought_t(district, rules)):
            each = tonnes / max(1.0, float(near.people.persons.sum()))
        zones = people_zones(near.people, each, UNITS[kind], network.origin)
        footways = read_roads(path, classes=ON_FOOT)
        tables = walking_tables(zones, sites, rules, UNITS[kind], footways)
        operations: tuple[str, ...] = ()
    else:
        zones, tables, operations = _driven(loaded, day, kind, rules, sites)
    problem, reached = siting_problem(zones, sites, tables, rules, day)
    if not reached:
        raise HuanweiError(
            f"{folder}: nobody who needs a {kind} reaches a place for it. Raise walk_m or "
            f"drive_min in [siting.{kind}] of the rule profile.",
            zh=f"{folder}：没有需求点能到达可选位置，请在规则文件 [siting.{kind}] 中放宽 walk_m 或 "
            "drive_min。",
        )
    return SiteStudy(
        loaded=loaded,
        kind=kind,
        rules=rules,
        zones=zones,
        reached=reached,
        problem=problem,
        may_close=may_close,
        choices=(),
        impossible=(),
        population=near.people.source.value if rules.walk_m is not None else "",
        operations=operations,
    )


def _driven(
    loaded: Loaded, day: date, kind: Kind, rules: SitingRules, sites: Sequence[CandidateSite]
) -> tuple[list[DemandZone], tuple[np.ndarray, np.ndarray], tuple[str, ...]]:
    """Zones of the day's work, the drives of a usual vehicle to the sites, and the operations."""
    request = Request(day=day, budget=Budget(iterations=1))
    ready = ready_day(
        loaded.district, loaded.network, loaded.rules, request, cache=Cache.from_environment()
    )
    town = (loaded.district, loaded.network, loaded.rules)
    zones, operations = work_zones(kind, ready.day.parts, *town[::2], loaded.network)
    if not zones:
        raise HuanweiError(
            f"no work of {day} needs a {kind}: no vehicle of the district uses one.",
            zh=f"{day} 没有作业需要这类设施：辖区车辆都不使用。",
        )
    unit = UNITS[kind]
    tables = driving_tables(zones, sites, rules, town, unit=unit, operation=operations[0])
    return zones, tables, operations


def questions(problem: RelocationProblem) -> dict[str, tuple[RelocationProblem, Wishes]]:
    """What is asked of the places, by name: the problem each question is held to, its wishes."""
    dear = replace(
        problem, sites=tuple(replace(s, day_cost=DEAR * s.day_cost) for s in problem.sites)
    )
    return {
        "cheapest": (problem, Wishes()),
        "fewest": (dear, Wishes()),
        "calm": (problem, CALM),
        "quietest": (problem, Wishes(least_exposure=True)),
    }


def judged(kind: str, held: RelocationProblem, solution: RelocationSolution) -> Choice:
    """An answer to a question, and what the judge says of it."""
    broken = tuple(check_location(held, solution))
    return Choice(kind=kind, problem=held, solution=solution, violations=broken)


def _choices(problem: RelocationProblem, seconds: float) -> tuple[list[Choice], list[str]]:
    """The questions answered and judged; questions without an answer by name.

    The cheapest has half the seconds.

    Raises `HuanweiError` where the cheapest has none.
    """
    asked = questions(problem)
    found, impossible = [], []
    for kind, (held, wishes) in asked.items():
        first = kind == "cheapest"
        share = seconds / 2 if first else seconds / 2 / (len(asked) - 1)
        try:
            solution = solve_location(
                held, wishes, seconds=share / 2 if wishes.least_exposure else share
            )
        except HuanweiError:  # found nothing in its share of the seconds
            if first:
                raise
            solution = None
        if solution is None:
            impossible.append(kind)
            continue
        found.append(judged(kind, held, solution))
    if "cheapest" in impossible:
        raise HuanweiError(
            "no choice of places holds what is needed within reach. Raise capacity, modules or the "
            f"farthest way in the table [siting] of the rule profile ({len(problem.zones)} zones, "
            f"{len(problem.sites)} sites and sizes).",
            zh="在可达范围内没有任何选址方案能满足需求，请在规则文件 [siting] 表中提高 capacity、"
            f"modules 或放宽最远距离（{len(problem.zones)} 个需求区，"
            f"{len(problem.sites)} 个候选）。",
        )
    return found, impossible
