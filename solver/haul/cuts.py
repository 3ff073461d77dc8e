"""Boxes are whole: rounding cuts for the lower bound of the haul.

What must leave a yard between two moments needs whole runs. With n(q) runs of payload q that carry
at least K kilograms, and any divisor d, the sum of ceil(q / d) n(q) is at least ceil(K / d): each
run carries at most ceil(q / d) portions of d (Chvatal and Gomory). Waste that stays behind, R,
weakens it to ceil(K / d) - R / r, r being what the last portion holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from solver.haul.yards import pressed_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.station import HaulProblem, Yard

MOST_PLANTS = 8
"""Sets of plants are looked at where there are no more plants: 256 sets (chosen)."""
MOST_RUNS = 24
"""Whole numbers of runs are looked at up to this many a yard (chosen: a day has fewer)."""
LEAST_VIOLATION = 0.02
"""A cut counts if the program breaks it by more runs than this: less is rounding (chosen)."""
CUTS_A_YARD = 6
"""So many cuts of a yard, the most broken, enter the program in one round (chosen)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Runs from `yards` to `plants` that dock in slots [first, last) take `kg`, in portions."""

    yards: tuple[int, ...]
    plants: tuple[int, ...]
    first: int
    last: int
    kg: int
    portion_kg: int

    @property
    def least(self) -> int:
        """Portions needed."""
        return -(-self.kg // self.portion_kg)

    @property
    def last_kg(self) -> int:
        """What the last portion holds."""
        return self.kg % self.portion_kg or self.portion_kg

    def weight(self, payload_kg: int) -> int:
        """Portions a run can carry."""
        return -(-payload_kg // self.portion_kg)

    def weight_of(self, runs: Sequence[tuple[int, int, int]], payload_kg: int) -> int:
        """Portions a tour's runs can carry."""
        own = sum(
            yard in self.yards and plant in self.plants and self.first <= slot < self.last
            for yard, plant, slot in runs
        )
        return own * self.weight(payload_kg)


def first_cuts(problem: HaulProblem, num_slots: int) -> Iterator[Cut]:
    """Whole runs to every set of plants that must take what the others' quotas leave over."""
    payloads = sorted({truck.payload_kg for truck in problem.trucks})
    yards, plants = range(len(problem.yards)), range(len(problem.plants))
    if len(plants) > MOST_PLANTS:
        return
    total = sum(total_kg(yard) for yard in problem.yards)
    for size in plants[1:]:
        for chosen in combinations(plants, size):
            quotas = [problem.plants[n].quota_kg for n in plants if n not in chosen]
            kg = total - sum(quota for quota in quotas if quota is not None)
            if kg > 0 and None not in quotas:
                for portion in payloads:
                    yield Cut(tuple(yards), chosen, 0, num_slots, kg, portion)


def portions(kg: int, payloads: Sequence[int]) -> list[int]:
    """Divisors worth trying: each payload, and `kg` shared by whole numbers of runs."""
    if kg <= 0:
        return []
    runs = min(-(-kg // payloads[0]), MOST_RUNS)
    return sorted({*payloads, *(-(-kg // count) for count in range(1, runs + 1))})


def violated_cuts(
    problem: HaulProblem,
    number: int,
    runs: NDArray[np.float64],
    payloads: Sequence[int],
    *,
    rest: float,
    origin: int,
    slot_s: int,
) -> list[Cut]:
    """The most violated cuts of one yard, one per interval of slots.

    `runs` are its runs by class of trucks and slot, shape (classes, slots), `rest` what stays.
    """
    num_slots = runs.shape[1]
    if not payloads:
        return []
    gone, ready = must_and_may(problem.yards[number], num_slots, origin=origin, slot_s=slot_s)
    so_far = np.concatenate([np.zeros((len(payloads), 1)), runs.cumsum(axis=1)], axis=1)
    plants = tuple(range(len(problem.plants)))
    sizes = sorted(set(payloads))
    found: list[tuple[float, Cut]] = []
    for first in range(num_slots):
        for last in range(first + 1, num_slots + 1):
            kg = gone[last] - ready[first]
            if kg <= 0 or (last - 1 > first and gone[last] == gone[last - 1]):
                continue
            count = so_far[:, last] - so_far[:, first]
            cuts = [Cut((number,), plants, first, last, kg, d) for d in portions(kg, sizes)]
            worst = max(((_violation(cut, count, payloads, rest), cut) for cut in cuts), key=_first)
            if worst[0] > LEAST_VIOLATION:
                found.append(worst)
    return [cut for _, cut in sorted(found, key=_first, reverse=True)[:CUTS_A_YARD]]


def _first(pair: tuple[float, Cut]) -> float:
    return pair[0]


def _violation(cut: Cut, count: NDArray[np.float64], payloads: Sequence[int], rest: float) -> float:
    weights = np.array([cut.weight(payload) for payload in payloads])
    return float((cut.least - rest / cut.last_kg - count @ weights) / cut.least)


def must_and_may(
    yard: Yard, num_slots: int, *, origin: int, slot_s: int
) -> tuple[list[int], list[int]]:
    """Kilograms that must, and that can, have left by runs docking before each slot begins."""
    total = total_kg(yard)
    gone = [0] * (num_slots + 1)
    gone[num_slots] = total
    for moment, kept in overflows(yard):
        last = min((moment - yard.swap_s - origin) // slot_s + 1, num_slots)
        if last >= 0:
            gone[last] = max(gone[last], kept)
    for slot in range(1, num_slots + 1):
        gone[slot] = max(gone[slot], gone[slot - 1])
    ready = [min(total, pressed_kg(yard, origin + slot * slot_s - 1)) for slot in range(num_slots)]
    return gone, ready


def overflows(yard: Yard) -> Iterator[tuple[int, int]]:
    """Moments at which some waste must have left, and how much [kg]."""
    if not yard.storage_kg:
        return
    stock = yard.initial_kg - yard.storage_kg
    for moment, kg in sorted(yard.inflow):
        stock += kg
        if stock > 0:
            yield moment, stock
