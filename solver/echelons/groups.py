"""Which streams ride together: a partition of the streams, and the chambers dealt among them."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from models.echelons.network import ChamberTruck, EchelonNetwork

Group = tuple[int, ...]
"""Streams that ride in one truck, ascending."""


def possible_groups(network: EchelonNetwork) -> Iterator[Group]:
    """Every group of streams that some type of truck has the chambers for, small ones first."""
    streams = range(len(network.streams))
    for size in range(1, len(network.streams) + 1):
        for group in combinations(streams, size):
            if any(dealt(network, truck, group) for truck in network.trucks):
                yield group


def dealt(network: EchelonNetwork, truck: ChamberTruck, group: Group) -> tuple[int, ...] | None:
    """The stream of each chamber, so that the group's chambers fill up as late as can be.

    None where the truck has too few chambers, or a street alone is more than a chamber holds.
    """
    total = {s: sum(street.litres[s] for street in network.streets) for s in group}
    most = {s: max(street.litres[s] for street in network.streets) for s in group}
    best: tuple[float, tuple[int, ...]] | None = None
    for chambers in product(group, repeat=len(truck.chambers)):
        room = rooms(truck, chambers)
        if any(room.get(s, 0) < max(most[s], 1) for s in group):
            continue
        full = min(room[s] / max(total[s], 1) for s in group)
        if best is None or full > best[0]:
            best = (full, chambers)
    return None if best is None else best[1]


def rooms(truck: ChamberTruck, chambers: tuple[int, ...]) -> dict[int, int]:
    """Litres of each stream that a truck takes with its chambers dealt like this."""
    found: dict[int, int] = {}
    for stream, litres in zip(chambers, truck.chambers, strict=True):
        found[stream] = found.get(stream, 0) + litres * truck.press[stream]
    return found


def cheapest_partition(
    count: int,
    costs: Mapping[Group, int],
    fits: Callable[[tuple[Group, ...]], bool] = lambda groups: True,
) -> tuple[Group, ...] | None:
    """Groups that hold each of `count` streams once at the least sum of costs; None without any.

    Of those that `fits` approves, if there are any.
    """
    found = sorted(
        (sum(costs[group] for group in groups), groups)
        for groups in _partitions(frozenset(range(count)), costs)
    )
    return next((groups for _, groups in found if fits(groups)), found[0][1] if found else None)


def _partitions(left: frozenset[int], groups: Collection[Group]) -> Iterator[tuple[Group, ...]]:
    """Every way to part the streams into some of these groups: 203 at most for six streams."""
    if not left:
        yield ()
        return
    first = min(left)
    for group in groups:
        if first in group and left.issuperset(group):
            for rest in _partitions(left - set(group), groups):
                yield (group, *rest)
