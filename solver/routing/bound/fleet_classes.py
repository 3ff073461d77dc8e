"""Vehicle types as the program over hours knows them: in classes, their pauses, ways, visits."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.problem import Mode, RoutingProblem, VehicleType


@dataclass(frozen=True, slots=True)
class Pauses:
    """What a vehicle's pauses take: nobody is at work for more than `longest` seconds in all.

    Who is at work for A seconds stands for at least `slope` x (A - `free`) seconds.
    """

    longest: float
    slope: float
    free: float


def pauses(kind: VehicleType) -> Pauses:
    """The least pauses of a vehicle by rests after work and the meal in its window."""
    horizon = min(kind.max_duration + kind.max_overtime, kind.tw_late - kind.tw_early)
    steps: list[tuple[int, int]] = []
    if kind.max_work:
        most = horizon // kind.max_work
        steps += [(n * kind.max_work, n * kind.rest_duration) for n in range(1, most + 1)]
    if kind.meal is not None:
        early, late = kind.meal.tw_early, kind.meal.tw_late
        steps.append((max(kind.tw_late - early, late - kind.tw_early), kind.meal.duration))
    steps = sorted(step for step in steps if step[0] < horizon)
    begins = [0, *(begin for begin, _ in steps)]
    idle = np.maximum.accumulate([0, *(seconds for _, seconds in steps)])
    ends = [*begins[1:], horizon]
    longest = max(min(end, horizon - pause) for end, pause in zip(ends, idle, strict=True))
    slopes = [
        pause / (min(end, longest) - begins[1])
        for end, pause in zip(ends[1:], idle[1:], strict=True)
        if min(end, longest) > begins[1]
    ]
    return Pauses(float(longest), float(min(slopes, default=0.0)), float(min(ends[0], longest)))


Shifts = frozenset[tuple[tuple[object, ...], int]]
"""What the types of a shared day are alike in, and how many of them are."""


@dataclass(frozen=True, slots=True)
class Day:
    """Days of vehicles that the same shifts share: `count` of them, and what one costs."""

    cost: int
    paid: int
    """So many vehicles of each are paid for by other work."""
    shifts: Shifts
    count: int


@dataclass(frozen=True, slots=True)
class Class:
    """Vehicle types alike in all that the program knows, and one of them."""

    kind: VehicleType
    types: tuple[int, ...]
    day: Day | None


@dataclass(frozen=True, slots=True)
class Way:
    """A way to serve a task with a class: when, how long [s] and for how much."""

    early: int
    late: int
    seconds: int
    money: int


@dataclass(frozen=True, slots=True)
class Visiting:
    """A visit to a facility: its number, what it resets, its seconds and money."""

    site: int
    resets: frozenset[int]
    seconds: int
    money: int


def visits_of(problem: RoutingProblem, own: Class) -> list[Visiting]:
    """The visits that a class can make, driving to them aside."""
    kind = own.kind
    return [
        Visiting(
            number,
            one.resets,
            one.duration,
            one.visit_cost + kind.cost_per_m * one.distance + kind.cost_per_s * one.duration,
        )
        for number, one in enumerate(problem.facilities)
        if not one.vehicle_types or own.types[0] in one.vehicle_types
    ]


def classes_of(problem: RoutingProblem) -> list[Class]:
    """Vehicle types alike in hours, money, loads, what they may serve and the days they share."""
    modes = [mode.vehicle_types for task in problem.tasks for mode in task.modes]
    sites = [facility.vehicle_types for facility in problem.facilities]
    named = sorted({some for some in (*modes, *sites) if some}, key=sorted)
    alike = [_alike(kind, n, named) for n, kind in enumerate(problem.vehicle_types)]
    by_day: dict[str, list[int]] = defaultdict(list)
    for number, kind in enumerate(problem.vehicle_types):
        if kind.day:
            by_day[kind.day].append(number)
    same: dict[tuple[int, int, Shifts], list[str]] = defaultdict(list)
    for day, own in by_day.items():
        kind = problem.vehicle_types[own[0]]
        shifts = frozenset(Counter(alike[n] for n in own).items())
        same[kind.day_cost, kind.day_paid, shifts].append(day)
    shared = {
        day: Day(cost, paid, shifts, len(days))
        for (cost, paid, shifts), days in same.items()
        for day in days
    }
    found: dict[tuple[object, Day | None], list[int]] = defaultdict(list)
    for number, kind in enumerate(problem.vehicle_types):
        found[alike[number], shared.get(kind.day)].append(number)
    return [
        Class(problem.vehicle_types[own[0]], tuple(own), day) for (_, day), own in found.items()
    ]


def _alike(kind: VehicleType, number: int, named: Sequence[frozenset[int]]) -> tuple[object, ...]:
    """What types of one class have in common; depots aside."""
    return (
        (kind.tw_early, kind.tw_late, kind.max_duration, kind.max_overtime),
        (kind.max_work, kind.rest_duration, kind.meal),
        (kind.fixed_cost, kind.cost_per_m, kind.cost_per_s, kind.capacity),
        tuple(number in some for some in named),
    )


def ways_of(problem: RoutingProblem, modes: Sequence[Mode], own: Class) -> list[Way]:
    """The ways of a task for a class, the cheapest of those alike in time."""
    kind = own.kind
    best: dict[tuple[int, int, int], int] = {}
    for mode in modes:
        early, late = max(mode.tw_early, kind.tw_early), min(mode.tw_late, kind.tw_late)
        if early > late or not problem.can_serve(own.types[0], mode):
            continue
        price = mode.cost + kind.cost_per_m * mode.distance + kind.cost_per_s * mode.duration
        key = early, late, mode.duration
        best[key] = min(best.get(key, price), price)
    return [Way(*key, price) for key, price in sorted(best.items())]
