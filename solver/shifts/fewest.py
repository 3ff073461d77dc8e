"""Fewest people for duties at fixed times, by ejection chains.

One person less, again and again: the person's duties go to a pool; a duty from the pool goes to
whoever has the cheapest duties in its way, which go to the pool instead. Each ejecting duty grows
dearer to eject (Nagata and Braysy, Operations Research Letters 37(5), 2009). When that lasts, the
person left out changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.shift import StaffingProblem

PATIENCE = 30
"""So many ejections per duty are tried before another person is left out (chosen)."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """`person[d]` does duty d; `used` people, at least `bound` are needed by any staffing."""

    person: tuple[int, ...]
    used: int
    bound: int


def fewest_people(
    problem: StaffingProblem,
    *,
    steps: int,
    seconds: float = 60.0,
    seed: int = 1,
    target: int = 0,
) -> Staffing:
    """A staffing of all duties with as few people as the budget of ejections finds.

    Stops at the lower bound (most duties at one moment), or at `target` people. Reproducible while
    the steps end before the seconds do. If not even all people together were found to do
    everything, nobody is assigned and `used` is -1.
    """
    search = _Search(problem, np.random.default_rng(seed))
    bound = most_at_once(problem)
    end = time.monotonic() + seconds
    left = steps

    def over() -> bool:
        return left - search.steps <= 0 or time.monotonic() > end

    if not search.empty_pool(over, PATIENCE * steps):
        return Staffing((), -1, bound)
    best = search.person.copy()
    while search.active.sum() > max(bound, target) and not over():
        search.close_one()
        while not search.empty_pool(over, PATIENCE * len(problem.spans)):
            if over():
                break
            search.swap_one()
        if not search.pool:
            best = search.person.copy()
    used = len(set(best.tolist()))
    return Staffing(tuple(best.tolist()), used, bound)


def most_at_once(problem: StaffingProblem) -> int:
    """Most duties at one moment: fewer people can never do."""
    level = most = 0
    changes = [(begin, 1) for begin, _ in problem.spans] + [(end, -1) for _, end in problem.spans]
    for _, change in sorted(changes):
        level += change
        most = max(most, level)
    return most


class _Search:
    """Who does what, who may work, and the pool of duties without anybody."""

    def __init__(self, problem: StaffingProblem, rng: np.random.Generator) -> None:
        self.rng = rng
        self.steps = 0
        spans = np.array(problem.spans)
        people = len(problem.able)
        able = np.zeros((len(spans), people), dtype=np.bool_)
        for person, duties in enumerate(problem.able):
            able[list(duties), person] = True
        self.nobody = people
        self.able: list[NDArray[np.int64]] = [np.flatnonzero(row) for row in able]
        self.overlaps: list[NDArray[np.int64]] = []
        for number, (begin, end) in enumerate(problem.spans):
            at_once = (spans[:, 0] < end) & (spans[:, 1] > begin)
            at_once[number] = False
            self.overlaps.append(np.flatnonzero(at_once))
        self.person = np.full(len(spans), people)
        self.dear = np.ones(len(spans))
        self.active = np.ones(people, dtype=np.bool_)
        self.pool = sorted(range(len(spans)), key=lambda d: -problem.spans[d][0])

    def empty_pool(self, over: Callable[[], bool], patience: int) -> bool:
        """Place duties until the pool is empty; False: patience or budget ended first."""
        for count in range(patience):
            if not self.pool:
                self._close_idle()
                return True
            if count % 64 == 0 and over():
                return False
            if self.active.all() and count < len(self.person):
                duty = self.pool.pop()
            else:
                duty = self.pool.pop(int(self.rng.integers(len(self.pool))))
            self._place(duty)
            self._drift()
        return not self.pool

    def _place(self, duty: int) -> None:
        self.steps += 1
        beside = self.overlaps[duty]
        prices = np.bincount(
            self.person[beside], weights=self.dear[beside], minlength=self.nobody + 1
        )
        able = self.able[duty]
        able = able[self.active[able]]
        if not len(able):
            self.pool.append(duty)
            self.dear[duty] += 1
            return
        price = prices[able] + 0.5 * self.rng.random(len(able))
        person = int(able[price.argmin()])
        if prices[person]:
            self.dear[duty] += 1
            ejected = beside[self.person[beside] == person]
            self.person[ejected] = self.nobody
            self.pool.extend(ejected.tolist())
        self.person[duty] = person

    def _drift(self) -> None:
        """Move a random duty to a random person who is free then."""
        duty = int(self.rng.integers(len(self.person)))
        able = self.able[duty]
        person = int(able[self.rng.integers(len(able))])
        if (
            self.active[person]
            and self.person[duty] != self.nobody
            and not (self.person[self.overlaps[duty]] == person).any()
        ):
            self.person[duty] = person

    def close_one(self) -> None:
        """Leave out the person whose duties are cheapest to eject."""
        self._close(self._cheapest())

    def swap_one(self) -> None:
        """Let a random idle person work, and leave out another instead."""
        idle = np.flatnonzero(~self.active)
        closed = self._cheapest()
        self.active[int(self.rng.choice(idle))] = True
        self._close(closed)

    def _cheapest(self) -> int:
        load = np.bincount(self.person, weights=self.dear, minlength=self.nobody + 1)[:-1]
        load += self.rng.random(len(load)) * (1 + load.max() * 0.3)
        return int(np.where(self.active, load, np.inf).argmin())

    def _close(self, person: int) -> None:
        self.active[person] = False
        duties = np.flatnonzero(self.person == person)
        self.person[duties] = self.nobody
        self.pool.extend(duties.tolist())

    def _close_idle(self) -> None:
        """Whoever has nothing to do is not used."""
        busy = np.bincount(self.person, minlength=self.nobody + 1)[:-1] > 0
        self.active &= busy
