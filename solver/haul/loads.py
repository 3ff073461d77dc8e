"""Into which boxes the waste of each yard goes: ways to begin with, and small changes.

The boxes of a yard hold its waste; how much less than full they leave is its slack. Slack in the
first box lets every later one leave as early as can be, slack in the last keeps the stock lowest.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING

from solver.haul.yards import cut_loads, total_kg

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from models.station import HaulProblem
    from solver.haul.yards import Load

Boxes = tuple[tuple[int, ...], ...]
"""Kilograms in each box of each yard, in the order they leave."""
SLACKS = ("first", "last", "both", "even")
"""Boxes that are not full leave in these places of a yard's day (chosen)."""
MOST_MIXES = 20_000
"""All mixes of box sizes are listed where there are no more of them, else one size each
(chosen)."""


MANY_LOADS = 100
"""From so many loads on a first way is searched for only if it suits the trucks (chosen: a district
has half as many; each way takes a second or two of Jinan at 3.5 districts)."""
FEW_WAYS = 4
"""So many first ways are searched then (chosen: two mixes of box sizes, with the slack in the first
box or in the last)."""


def load_sizes(problem: HaulProblem) -> list[tuple[int, ...]]:
    """Box size of each yard [kg], in several ways: each payload for all yards, and mixed.

    Mixed: the fullest yards fill the largest trucks up to these trucks' share of all payload, the
    others the payload most trucks have.
    """
    trucks = Counter(truck.payload_kg for truck in problem.trucks)
    payloads = sorted(trucks, reverse=True)
    ways = [(payload,) * len(problem.yards) for payload in payloads]
    if len(payloads) < 2:
        return ways
    large = payloads[0]
    usual = max(payloads[1:], key=lambda payload: (trucks[payload], payload))
    total = sum(total_kg(yard) for yard in problem.yards)
    share = large * trucks[large] / sum(payload * count for payload, count in trucks.items())
    sizes = [usual] * len(problem.yards)
    filled = 0
    for number in sorted(range(len(sizes)), key=lambda n: (-total_kg(problem.yards[n]), n)):
        if filled + total_kg(problem.yards[number]) <= share * total:
            sizes[number] = large
            filled += total_kg(problem.yards[number])
    return list(dict.fromkeys([*ways, tuple(sizes)]))


def first_boxes(problem: HaulProblem) -> list[Boxes]:
    """Boxes of the usual sizes with the slack of all yards in the first box, or in the last."""
    totals = [total_kg(yard) for yard in problem.yards]
    found = [
        tuple(
            fill((size,) * -(-total // size), total, slack)
            for total, size in zip(totals, sizes, strict=True)
        )
        for sizes in load_sizes(problem)
        for slack in SLACKS[:2]
    ]
    payloads = sorted({truck.payload_kg for truck in problem.trucks})
    if len(payloads) > 1:
        found += [
            tuple(fill(tightest(total, payloads), total, slack) for total in totals)
            for slack in SLACKS[:2]
        ]
    return list(dict.fromkeys(found))


def usual_boxes(problem: HaulProblem) -> list[Boxes]:
    """First ways to fill boxes; of many loads the few that ask least of any size of truck."""
    ways = first_boxes(problem)
    if not has_many(ways):
        return ways
    return sorted(ways, key=lambda boxes: crowding(problem, boxes))[:FEW_WAYS]


def has_many(ways: Sequence[Boxes]) -> bool:
    """Whether the loads are so many that not every way can be searched for."""
    return any(sum(map(len, boxes)) >= MANY_LOADS for boxes in ways)


def crowding(problem: HaulProblem, boxes: Boxes) -> float:
    """Loads a truck, of those loads that only trucks of a payload or more can take; the worst."""
    payloads = [truck.payload_kg for truck in problem.trucks]
    worst, below = 0.0, 0
    for payload in sorted(set(payloads)):
        heavy = sum(kg > below for own in boxes for kg in own)
        worst = max(worst, heavy / sum(one >= payload for one in payloads))
        below = payload
    return worst


def changed(problem: HaulProblem, boxes: Boxes, rng: random.Random, *, more: bool = False) -> Boxes:
    """The same boxes but for one yard: another mix of sizes, another order, the slack elsewhere.

    With `more`, every other time a box more than needed: trucks too few later may leave early.
    """
    yards = [n for n, own in enumerate(boxes) if own]
    number = rng.choice(yards)
    total = total_kg(problem.yards[number])
    payloads = sorted({truck.payload_kg for truck in problem.trucks})
    mixes = minimal_mixes(total, payloads)
    mix = list(rng.choice(mixes))
    if more and rng.random() < 0.5:
        mix.append(rng.choice(payloads))
    rng.shuffle(mix)
    own = fill(tuple(mix), total, rng.choice(SLACKS))
    return (*boxes[:number], own, *boxes[number + 1 :])


def minimal_mixes(total: int, payloads: Sequence[int]) -> list[tuple[int, ...]]:
    """Boxes that hold `total` but would not without any one of them, large ones first.

    Where there are too many ways to look at, only those of one size.
    """
    counts = [range(-(-total // payload) + 1) for payload in payloads]
    if prod(len(each) for each in counts) > MOST_MIXES:
        return [(payload,) * -(-total // payload) for payload in payloads]
    found = []
    for numbers in product(*counts):
        held = sum(n * payload for n, payload in zip(numbers, payloads, strict=True))
        used = [payload for n, payload in zip(numbers, payloads, strict=True) if n]
        if used and held >= total > held - min(used):
            boxes = [p for n, p in zip(numbers, payloads, strict=True) for _ in range(n)]
            found.append(tuple(sorted(boxes, reverse=True)))
    return found


def tightest(total: int, payloads: Sequence[int]) -> tuple[int, ...]:
    """The minimal mix with least slack; nothing for no waste."""
    if not total:
        return ()
    return min(minimal_mixes(total, payloads), key=lambda mix: (sum(mix), len(mix)))


def fill(sizes: tuple[int, ...], total: int, slack: str) -> tuple[int, ...]:
    """Kilograms in boxes of these sizes; empty boxes are left out."""
    spare = sum(sizes) - total
    if slack == "even":
        until = [total * sum(sizes[:n]) // sum(sizes) for n in range(len(sizes) + 1)]
        return tuple(b - a for a, b in pairwise(until) if b > a)
    in_front = {"first": spare, "last": 0}.get(slack, spare // 2)
    return _less(_less(sizes, in_front)[::-1], spare - in_front)[::-1]


def _less(sizes: tuple[int, ...], spare: int) -> tuple[int, ...]:
    """Take `spare` from the boxes, those in front first."""
    left = []
    for size in sizes:
        less = min(size, spare)
        spare -= less
        if size > less:
            left.append(size - less)
    return tuple(left)


def loads_of(problem: HaulProblem, boxes: Boxes) -> Iterator[Load]:
    """The loads of all yards."""
    for number, (yard, own) in enumerate(zip(problem.yards, boxes, strict=True)):
        yield from cut_loads(yard, number, own)
