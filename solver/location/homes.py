"""A district to a merging problem: points of one operation, the homes beside them, ways on foot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.location import MergePoint, MergingProblem
from models.units import MFEN_PER_CNY
from solver.location.exposure import protest_percent
from solver.location.walking import Footways
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.district import District, Point
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from models.trade.siting import SitingRules
    from solver.location.exposure import Neighbourhood

REACH_M = 500
"""A home farther than this from every point on foot uses none of them [m] (chosen)."""
OPPOSE_REACH_M = 150.0
"""Nobody farther than this from a point objects to more waste there [m] (chosen: a person there
counts 1/150 of one next door)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Homes:
    """Homes on their points, and the problem made of them.

    `outside` homes of the map use no point; `bare` points have no home of the map: their
    households, told by their waste, stand at the point itself.
    """

    problem: MergingProblem
    outside: int
    bare: int


def merge_points(district: District, rules: RuleProfile, operation: str) -> list[Point]:
    """Points the operation collects from, with waste."""
    work = rules.operations[operation].points
    return [p for p in district.points if p.demand_kg and collects(work, p.stream, p.kind)]


def group_of(point: Point) -> str:
    """What two points must have in common to be merged."""
    return f"{point.stream} {point.kind} {point.windows} {point.own_side}"


def as_rooms(problem: MergingProblem, points: Sequence[Point], room: SitingRules) -> MergingProblem:
    """The problem where every point that stays is a supervised sorting room, at a room's price.

    Points of any kind and hours of one stream and kerb become one; a room holds what was asked of a
    point. What it has beyond one module depends on the tonnes alone, so it decides nothing.
    """
    return replace(
        problem,
        points=tuple(
            replace(one, group=f"{point.stream} {point.own_side}")
            for one, point in zip(problem.points, points, strict=True)
        ),
        point_cost=round((room.site_cny_day + room.module_cny_day) * MFEN_PER_CNY),
    )


def merging_problem(
    points: Sequence[Point],
    near: Neighbourhood,
    network: RoadNetwork,
    rules: RuleProfile,
    *,
    walk_m: int | None = None,
    point_kg: int | None = None,
) -> Homes:
    """The problem; `network` has footways, the people of `near` are in its plane.

    `walk_m` and `point_kg` replace the profile's. A point's households are its waste by the
    profile, shared over the homes that are nearest to it on foot by their persons.
    """
    limit = rules.merging.walk_m if walk_m is None else walk_m
    holds = rules.merging.point_kg if point_kg is None else point_kg
    spots = network.to_xy(np.array([p.lon for p in points]), np.array([p.lat for p in points]))
    count, people = len(points), near.people
    weighted = near.weighted(spots.reshape(-1, 2), rules.merging.oppose_m, OPPOSE_REACH_M)
    ways = Footways(network, np.vstack([spots.reshape(-1, 2), people.xy.reshape(-1, 2)]))
    goals = np.arange(count)
    found = ways.walks(np.arange(len(people.xy)) + count, goals, max(limit, REACH_M))
    between = ways.walks(goals, goals, max(limit, REACH_M))
    members, nearest = _members(found)
    rows: list[tuple[int, int]] = []
    origin: list[int] = []
    per_household = rules.exposure.kg_person_day * rules.merging.persons_household
    for p, point in enumerate(points):
        homes = members.get(p, [])
        persons = [float(people.persons[home]) for home in homes] or [1.0]
        households = max(1, round(point.demand_kg / per_household))
        rows += [(p, share) for share in _shares(households, persons)]
        origin += homes or [-1]
    problem = MergingProblem(
        points=tuple(
            MergePoint(
                id=one.id,
                demand_kg=one.demand_kg,
                capacity_kg=one.capacity_kg or holds,
                group=group_of(one),
                people=round(persons),
                opposition_percent=protest_percent(persons),
            )
            for one, persons in zip(points, weighted.tolist(), strict=True)
        ),
        home_point=tuple(p for p, _ in rows),
        households=tuple(share for _, share in rows),
        walks=_numbered(rows, origin, found, between, limit=limit),
        limit_m=limit,
        point_cost=round(rules.merging.point_cny_day * MFEN_PER_CNY),
        metre_cost=round(rules.merging.walk_cny_km * MFEN_PER_CNY / 1_000),
        person_kg_cost=round(rules.merging.oppose_cny_t * MFEN_PER_CNY / 1_000),
    )
    bare = sum(p not in members for p in range(count))
    return Homes(problem=problem, outside=len(people.xy) - nearest, bare=bare)


def _members(found: Mapping[tuple[int, int], int]) -> tuple[dict[int, list[int]], int]:
    """Homes by the point nearest to them on foot, and how many homes have one."""
    nearest: dict[int, tuple[int, int]] = {}
    for (home, p), metres in found.items():
        nearest[home] = min(nearest.get(home, (metres, p)), (metres, p))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for home, (_, p) in sorted(nearest.items()):
        members[p].append(home)
    return dict(members), len(nearest)


def _numbered(
    rows: Sequence[tuple[int, int]],
    origin: Sequence[int],
    found: Mapping[tuple[int, int], int],
    between: Mapping[tuple[int, int], int],
    *,
    limit: int,
) -> dict[tuple[int, int], int]:
    """Ways of the problem's homes to all points they may walk to.

    `origin` is a home of the map, or -1 for households at their point: that one is 0 m away, also
    where no way leads to it.
    """
    of_home: defaultdict[int, dict[int, int]] = defaultdict(dict)
    of_point: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (home, q), metres in found.items():
        of_home[home][q] = metres
    for (p, q), metres in between.items():
        of_point[p][q] = metres
    walks: dict[tuple[int, int], int] = {}
    for number, ((p, _), home) in enumerate(zip(rows, origin, strict=True)):
        near = of_home[home] if home >= 0 else of_point[p] | {p: 0}
        most = max(limit, near[p])
        walks |= {(number, q): metres for q, metres in near.items() if metres <= most}
    return walks


def _shares(whole: int, weights: Sequence[float]) -> list[int]:
    """`whole` in whole parts by `weights` that add up to it."""
    total = sum(weights)
    sums = np.cumsum(weights) / total if total else np.arange(1, len(weights) + 1) / len(weights)
    ends = np.rint(sums * whole).astype(int)
    return [int(share) for share in np.diff(ends, prepend=0)]
