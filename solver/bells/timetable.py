"""A timetable for bell collection: the truck rings at the same minute every day.

Times are those of a planned round with some slack: a truck that is early waits, one that is late
has the slack to catch up. How much slack is needed is found by driving simulated days, in which
amounts and traffic vary, and how well the timetable holds is told from other days.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from models.units import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.plan import Plan, PlanRoute

TOLERANCE_S = 300
"""A stop keeps its time within so many seconds (memory, after row C13: +-5 min)."""
EARLY_S = 60
"""A truck may begin so many seconds before the published time, no earlier: people come by the bell
(chosen)."""
SAME_STOP_S = 90
"""Shops served within so many seconds of the first share its published time: one stop (chosen)."""
SLACKS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15)
"""Shares of the round's time that are tried as slack, the least that holds first (chosen)."""
STOP_SPREAD = 0.35
"""Spread of each service and each drive of a day, as a share of its mean (memory)."""
DAY_SPREAD = 0.15
"""Spread of what a whole day has in common, its amounts and its traffic, as a share of the mean
(memory: a wet day is slow at every stop)."""
TRIAL_DAYS = 40
"""So many simulated days choose the slack (chosen)."""


class Call(NamedTuple):
    """A shop on a round: its task, planned begin of service [s] and its duration [s]."""

    task: str
    begin: int
    service_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one truck serves in one tour, in order; it is at the first call from `begin` [s]."""

    route: str
    vehicle: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Published times of all rounds.

    `times` [s] stand beside the calls of `rounds`; `slack` is the share of the rounds' time that
    was added. `kept` is the share of stops within the tolerance on each of the simulated `days`.
    """

    rounds: tuple[Round, ...]
    times: tuple[tuple[int, ...], ...]
    slack: float
    kept: tuple[float, ...]

    @property
    def share(self) -> float:
        """Stops within the tolerance over all simulated days; 1 without any."""
        return fmean(self.kept) if self.kept else 1.0


def rounds_of(plan: Plan, operation: str) -> tuple[Round, ...]:
    """The rounds of an operation in a plan."""
    found = (_round(plan, route) for route in plan.routes if route.operation == operation)
    return tuple(one for one in found if one.calls)


def _round(plan: Plan, route: PlanRoute) -> Round:
    calls = []
    for step in (step for trip in route.trips for step in trip.steps):
        if step.task is not None:
            begin, end = seconds(plan.date, step.arrive), seconds(plan.date, step.depart)
            calls.append(Call(step.task, begin, end - begin))
    return Round(route=route.id, vehicle=route.vehicle, calls=tuple(calls))


def timetable(rounds: Sequence[Round], *, days: int, seed: int, goal: float = 0.95) -> Timetable:
    """The timetable with the least slack that keeps `goal` of the stops on trial days.

    How it holds is then told from `days` others. Without a slack that does, the largest is taken.
    """
    trial = random.Random(f"trial {seed}")
    for slack in SLACKS:
        times = tuple(tuple(published(one, slack)) for one in rounds)
        if _kept(rounds, times, trial, TRIAL_DAYS) >= goal:
            break
    rng = random.Random(f"days {seed}")
    kept = tuple(_kept(rounds, times, rng, 1) for _ in range(days))
    return Timetable(rounds=tuple(rounds), times=times, slack=slack, kept=kept)


def published(one: Round, slack: float) -> Iterator[int]:
    """Published time of each call: whole minutes, one for the shops of a stop, never falling."""
    first = one.calls[0].begin
    stop = -SAME_STOP_S - 1
    for call in one.calls:
        if call.begin - stop > SAME_STOP_S:
            stop = call.begin
            told = 60 * round((first + (stop - first) * (1 + slack)) / 60)
        yield told


def drive(one: Round, times: Sequence[int], rng: random.Random) -> list[int]:
    """Begin of each service on a simulated day [s]: the truck waits where it is too early."""
    found: list[int] = []
    amount, traffic = (max(0.5, rng.gauss(1.0, DAY_SPREAD)) for _ in range(2))
    clock = one.calls[0].begin
    for number, call in enumerate(one.calls):
        if number:
            before = one.calls[number - 1]
            way = call.begin - before.begin - before.service_s
            clock += round(way * traffic * max(0.2, rng.gauss(1.0, STOP_SPREAD)))
        clock = max(clock, times[number] - EARLY_S)
        found.append(clock)
        clock += round(call.service_s * amount * max(0.2, rng.gauss(1.0, STOP_SPREAD)))
    return found


def _kept(
    rounds: Sequence[Round], times: Sequence[Sequence[int]], rng: random.Random, days: int
) -> float:
    """Share of calls within the tolerance over some simulated days."""
    good = total = 0
    for _ in range(days):
        for one, told in zip(rounds, times, strict=True):
            begins = drive(one, told, rng)
            good += sum(
                abs(at - goal) <= TOLERANCE_S for at, goal in zip(begins, told, strict=True)
            )
            total += len(told)
    return good / total if total else 1.0
