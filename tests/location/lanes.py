"""A lane of collection points, added up by hand: place k stands at 100 k m."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.location import MergePoint, MergingProblem

if TYPE_CHECKING:
    from collections.abc import Sequence


def lane(
    points: Sequence[int], homes: Sequence[tuple[int, int, int]], **facts: Any
) -> MergingProblem:
    """Points of 100 kg at 100 k m; homes are (place [m], point of today, households).

    A point costs 1,000, a household's metre 1; a point holds 300 kg and the limit is 150 m.
    """
    people = facts.pop("people", [0] * len(points))
    risk = facts.pop("risk", [0] * len(points))
    capacity, group = facts.pop("capacity_kg", 300), facts.pop("groups", ["bins"] * len(points))
    return MergingProblem(
        points=tuple(
            MergePoint(
                id=f"p{k}",
                demand_kg=100,
                capacity_kg=capacity,
                group=group[k],
                people=people[k],
                opposition_percent=risk[k],
            )
            for k in range(len(points))
        ),
        home_point=tuple(p for _, p, _ in homes),
        households=tuple(count for _, _, count in homes),
        walks={
            (home, q): abs(at - 100 * place)
            for home, (at, _, _) in enumerate(homes)
            for q, place in enumerate(points)
        },
        **({"limit_m": 150, "point_cost": 1_000, "metre_cost": 1} | facts),
    )
