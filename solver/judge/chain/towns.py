"""The judge of the rural chain: every place of a town cleared on the day, nothing left at night.

What a town's rows claim is added up again from the plan.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.plan import Plan
    from models.trade.manifest import Town

ROUND_KG = 10
"""A haul run's tonnes are told to two decimals, so kilograms may differ by so many (by the
document's digits)."""


def check_towns(
    plan: Plan, towns: Sequence[Town], owner: Mapping[str, tuple[str, str]]
) -> list[Violation]:
    """All violations; `owner` maps each task that may be of a town to its place and town."""
    return [
        *_claims(plan, towns, owner),
        *_left(plan, owner),
        *_stock(plan, towns),
    ]


def _claims(
    plan: Plan, towns: Sequence[Town], owner: Mapping[str, tuple[str, str]]
) -> Iterator[Violation]:
    """Kilograms, places and trips of each town, added up from the steps."""
    kilograms: defaultdict[str, int] = defaultdict(int)
    places: defaultdict[str, set[str]] = defaultdict(set)
    trips: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for route in plan.routes:
        load = 0
        for number, trip in enumerate(route.trips, start=1):
            for step in trip.steps:
                known = owner.get(step.task or "")
                if step.kind == "serve" and known is not None and step.load_kg > load:
                    place, town = known
                    kilograms[town] += step.load_kg - load
                    places[town].add(place)
                    trips[town].add((route.id, number))
                if step.kind in {"serve", "tip"}:
                    load = step.load_kg
    listed = {town.name: town for town in towns}
    for name in sorted({*listed, *kilograms}):
        one = listed.get(name)
        right = (kilograms[name], len(places[name]), len(trips[name]))
        told = (0, 0, 0) if one is None else (one.kg, one.served, one.trips)
        if told != right:
            detail = f"{told}, right {right}"
            yield Violation(code="CLAIM", where=name, excess=abs(told[0] - right[0]), detail=detail)


def _left(plan: Plan, owner: Mapping[str, tuple[str, str]]) -> Iterator[Violation]:
    """Daily clearing: no place of a town is left out."""
    for one in plan.unserved:
        if one.task in owner:
            place, town = owner[one.task]
            yield Violation(code="TOWN_LEFT", where=f"{town} {place}", excess=one.kg, detail="kg")


def _stock(plan: Plan, towns: Sequence[Town]) -> Iterator[Violation]:
    """Stations that towns bring to send away on the day all they took."""
    left: defaultdict[str, int] = defaultdict(int)
    for run in plan.haul:
        left[run.station] += round(1_000 * run.tonnes)
    taken = {station.id: round(1_000 * station.taken_t) for station in plan.stations}
    for station in sorted({station for town in towns for station in town.stations} & set(taken)):
        over = taken[station] - left[station]
        if over > ROUND_KG * (1 + sum(run.station == station for run in plan.haul)):
            yield Violation(code="TOWN_STOCK", where=station, excess=over, detail="kg")
