"""A timetable for bell collection: the truck rings at the same minute every day.

Times are those of a planned round with buffers at its stops: a truck that is early waits for the
bell, one that is late has the buffers to catch up. How much each stop needs is found by driving
simulated days, in which amounts and traffic vary, and how well the timetable holds is told from
other days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.units import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.plan import Plan, PlanRoute

TOLERANCE_S = 300
"""A stop keeps its time within so many seconds (memory, after row C13: +-5 min)."""
EARLY_S = 60
"""A truck may begin so many seconds before the published time, no earlier: people come by the bell
(chosen)."""
SAME_STOP_S = 90
"""Shops served within so many seconds of the first share its published time: one stop (chosen)."""
COVERS = (0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
"""Shares of trial days on which each stop is to be on time, the least that holds first (chosen)."""
STOP_SPREAD = 0.35
"""Spread of each service and each drive of a day, as a share of its mean (memory)."""
DAY_SPREAD = 0.15
"""Spread of what a whole day has in common, its amounts and its traffic, as a share of the mean
(memory: a wet day is slow at every stop of every round)."""
FASTEST_DAY = 0.5
"""No day has less than this share of the mean amount or traffic (chosen)."""
FASTEST_STOP = 0.2
"""No service and no drive takes less than this share of its mean (chosen)."""
TRIAL_DAYS = 400
"""So many simulated days choose the times (chosen: more than a year)."""
GOOD_DAYS = 0.99
"""On this share of trial days the goal is to be kept, so that slow days hold too (chosen)."""


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

    `times` [s] stand beside the calls of `rounds`; `cover` is the share of trial days on which each
    stop is on time, `added_s` by how much the slowest round ends later than planned. `kept` is the
    share of stops within the tolerance on each of the simulated `days`.
    """

    rounds: tuple[Round, ...]
    times: tuple[tuple[int, ...], ...]
    cover: float
    added_s: int
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
    """The timetable that gives away least and still keeps `goal` of the stops, slow days included.

    A stop is told so late that it is on time on enough of the trial days; a truck that is early
    waits there, and so no slow day goes on into the next stops. How it holds is told from `days`
    others. Where no cover holds, the largest is taken.
    """
    trial = simulated(rounds, TRIAL_DAYS, f"trial {seed}")
    for cover in COVERS:
        times = tuple(
            held_times(one, noise, cover) for one, noise in zip(rounds, trial, strict=True)
        )
        good = _kept(rounds, times, trial) >= goal
        if good.mean() >= GOOD_DAYS:
            break
    kept = _kept(rounds, times, simulated(rounds, days, f"days {seed}"))[:days]
    late = [told[-1] - one.calls[-1].begin for one, told in zip(rounds, times, strict=True)]
    return Timetable(
        rounds=tuple(rounds),
        times=times,
        cover=cover,
        added_s=max(late, default=0),
        kept=tuple(kept.tolist()),
    )


class Noise(NamedTuple):
    """Seconds of each way to a call and of each service on simulated days, shape (days, calls)."""

    ways: NDArray[np.float64]
    services: NDArray[np.float64]


def simulated(rounds: Sequence[Round], days: int, seed: str) -> list[Noise]:
    """Days of all rounds: a slow day is slow for all, every stop has its own luck beside."""
    rng = np.random.default_rng(list(seed.encode()))
    amount, traffic = np.maximum(rng.normal(1.0, DAY_SPREAD, (2, days, 1)), FASTEST_DAY)
    found = []
    for one in rounds:
        begins = np.array([call.begin for call in one.calls], dtype=np.float64)
        services = np.array([call.service_s for call in one.calls], dtype=np.float64)
        ways = np.diff(begins, prepend=begins[0]) - np.r_[0.0, services[:-1]]
        luck = np.maximum(rng.normal(1.0, STOP_SPREAD, (2, days, len(begins))), FASTEST_STOP)
        found.append(Noise(ways * traffic * luck[0], services * amount * luck[1]))
    return found


def stops_of(one: Round) -> Iterator[range]:
    """Numbers of the calls of each stop: those served within `SAME_STOP_S` of its first."""
    first = 0
    for number, call in enumerate(one.calls):
        if call.begin - one.calls[first].begin > SAME_STOP_S:
            yield range(first, number)
            first = number
    if one.calls:
        yield range(first, len(one.calls))


def held_times(one: Round, noise: Noise, cover: float) -> tuple[int, ...]:
    """Published time of each call [s]: whole minutes, one for the shops of a stop, never falling.

    No earlier than planned, and so late that the last shop of the stop is on time on a share
    `cover` of the days, when trucks that are early have waited at every stop before.
    """
    times: list[int] = []
    clock = np.full(len(noise.ways), float(one.calls[0].begin))
    for stop in stops_of(one):
        free, last = clock, clock
        for number in stop:
            last = free + noise.ways[:, number]
            free = last + noise.services[:, number]
        late = float(np.quantile(last, cover)) - TOLERANCE_S
        planned = 60 * round(one.calls[stop[0]].begin / 60)
        told = max(planned, 60 * math.ceil(late / 60), times[-1] if times else 0)
        times += [told] * len(stop)
        for number in stop:
            clock = np.maximum(clock + noise.ways[:, number], told - EARLY_S)
            clock = clock + noise.services[:, number]
    return tuple(times)


def drive(one: Round, times: Sequence[int], noise: Noise) -> NDArray[np.float64]:
    """Begin of each service on simulated days [s], shape (days, calls).

    The truck waits where it is too early.
    """
    begins = np.empty_like(noise.ways)
    clock = np.full(len(noise.ways), float(one.calls[0].begin))
    for number in range(len(one.calls)):
        clock = np.maximum(clock + noise.ways[:, number], times[number] - EARLY_S)
        begins[:, number] = clock
        clock = clock + noise.services[:, number]
    return begins


def _kept(
    rounds: Sequence[Round], times: Sequence[Sequence[int]], noise: Sequence[Noise]
) -> NDArray[np.float64]:
    """Share of calls within the tolerance on each simulated day; 1 where nothing is called."""
    on_time = [
        np.abs(drive(one, told, luck) - np.array(told)) <= TOLERANCE_S
        for one, told, luck in zip(rounds, times, noise, strict=True)
    ]
    if not on_time:
        return np.ones(TRIAL_DAYS)
    return np.asarray(np.concatenate(on_time, axis=1).mean(axis=1), dtype=np.float64)
