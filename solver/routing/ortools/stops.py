"""Modes, facilities and depots as stops of a node problem, for engines that know only those.

A leg from stop i to stop j costs its drive plus the service at j. Where vehicles must come home
empty, the leg home leads over the best facility; `last_tip` tells which, so that it can be put
into the plan again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.solution import Route, Serve, Use
from models.units import MAX_TIME, UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.problem import Facility, Mode, RoutingProblem

NO_LEG = 10**13
"""Stands for the cost of a leg that must not be driven: no way, a wrong vehicle, or coming home
full (chosen: sums fit the library's 64 bits)."""


@dataclass(frozen=True, eq=False)
class Legs:
    """What a vehicle type pays and needs between stops; shape (stops, stops), int64."""

    money: NDArray[np.int64]
    drive: NDArray[np.int64]
    last_tip: NDArray[np.int64]
    """Per stop: the facility on its leg home, -1 for none."""


class Stops:
    """Numbering: modes of all tasks, facilities, then start and end of each vehicle type."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        self.modes = [
            Serve(task, mode)
            for task, each in enumerate(problem.tasks)
            for mode in range(len(each.modes))
        ]
        self.num_modes = len(self.modes)
        self.num_facilities = len(problem.facilities)
        self.first_depot = self.num_modes + self.num_facilities
        self.of_task: list[list[int]] = [[] for _ in problem.tasks]
        for stop, visit in enumerate(self.modes):
            self.of_task[visit.task].append(stop)
        self.places: list[Mode | Facility] = [
            *(problem.tasks[visit.task].modes[visit.mode] for visit in self.modes),
            *problem.facilities,
        ]
        self.service = np.array([place.duration for place in self.places], dtype=np.int64)
        self.closes_early = any(
            len(facility.windows) > 1
            or facility.windows[0][0] > 0
            or facility.windows[-1][1]
            < max(min(kind.tw_late, 10**9) for kind in problem.vehicle_types)
            for facility in problem.facilities
        )
        self.must_empty = {d for d, dim in enumerate(problem.dimensions) if dim.end_empty}

    @property
    def num_stops(self) -> int:
        """All stops, depots included."""
        return self.first_depot + 2 * len(self.problem.vehicle_types)

    @property
    def has_windows(self) -> bool:
        """Whether a way to serve a task is open for a part of the day only."""
        early = min(kind.tw_early for kind in self.problem.vehicle_types)
        late = max(kind.tw_late for kind in self.problem.vehicle_types)
        return any(
            mode.tw_early > early or mode.tw_late < min(late, MAX_TIME)
            for task in self.problem.tasks
            for mode in task.modes
        )

    @property
    def empties_in_turn(self) -> bool:
        """Whether vehicles must come home empty and no facility alone empties them."""
        return bool(self.must_empty) and not any(
            self.must_empty <= facility.resets for facility in self.problem.facilities
        )

    @property
    def needs_hours(self) -> bool:
        """Whether any law or cost of the problem looks at a clock."""
        return (
            self.has_windows
            or self.closes_early
            or any(
                kind.cost_per_s
                or kind.meal
                or min(kind.tw_late, kind.max_duration + kind.max_overtime) < MAX_TIME
                or kind.tw_early
                for kind in self.problem.vehicle_types
            )
        )

    def start(self, kind: int) -> int:
        """Where vehicles of a type leave."""
        return self.first_depot + 2 * kind

    def end(self, kind: int) -> int:
        """Where vehicles of a type return."""
        return self.first_depot + 2 * kind + 1

    def facility(self, number: int) -> int:
        """The stop of a facility."""
        return self.num_modes + number

    def legs(self, kind: int) -> Legs:
        """Legs of a vehicle type. O(stops squared) memory."""
        vehicle = self.problem.vehicle_types[kind]
        rows, cols = self._rows_and_columns()
        matrix = self.problem.matrices[vehicle.profile]
        seconds, metres = (part.astype(np.int64) for part in matrix.block(rows, cols))
        extra = np.zeros(self.num_stops, dtype=np.int64)
        allowed = np.ones(self.num_stops, dtype=bool)
        for stop, place in enumerate(self.places):
            paid = place.cost if stop < self.num_modes else place.visit_cost  # type: ignore[union-attr]
            extra[stop] = vehicle.cost_per_m * place.distance + paid
            allowed[stop] = not place.vehicle_types or kind in place.vehicle_types
        money = vehicle.cost_per_m * metres + extra
        money[seconds >= UNREACHABLE] = NO_LEG
        money[:, ~allowed] = NO_LEG
        itself = np.arange(self.num_modes)
        money[itself, itself] = seconds[itself, itself] = 0
        last_tip = self._lead_home_empty(kind, money, seconds)
        return Legs(money, seconds, last_tip)

    def _rows_and_columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows = [place.leave for place in self.places]
        cols = [place.enter for place in self.places]
        for vehicle in self.problem.vehicle_types:
            rows += [vehicle.start, vehicle.start]  # nothing leaves an end, nothing enters a start
            cols += [vehicle.end, vehicle.end]
        return np.array(rows, dtype=np.int64), np.array(cols, dtype=np.int64)

    def _lead_home_empty(
        self, kind: int, money: NDArray[np.int64], seconds: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Lead legs home over the cheapest tip; forbid them where tips may be closed."""
        last_tip = np.full(self.num_stops, -1, dtype=np.int64)
        end = self.end(kind)
        tips = [
            number
            for number, facility in enumerate(self.problem.facilities)
            if self.must_empty <= facility.resets
            and (not facility.vehicle_types or kind in facility.vehicle_types)
        ]
        if not self.must_empty:
            return last_tip
        full = [
            stop
            for stop in range(self.first_depot)
            if stop < self.num_modes or stop - self.num_modes not in tips
        ]
        if self.closes_early or not tips:
            money[full, end] = NO_LEG
            return last_tip
        at = np.array([self.facility(number) for number in tips])
        over = money[np.array(full)[:, None], at] + money[at, end]
        best = over.argmin(axis=1)
        each = np.arange(len(full))
        money[full, end] = np.minimum(over[each, best], NO_LEG)
        seconds[full, end] = (
            seconds[full, at[best]] + self.service[at[best]] + seconds[at[best], end]
        )
        last_tip[full] = np.array(tips)[best]
        return last_tip

    def routes(self, routes: Iterable[tuple[int, Sequence[int], Legs]]) -> list[Route]:
        """Routes given as (vehicle type, stops without depots, its legs), the last tip put in."""
        built = []
        for kind, stops, legs in routes:
            visits: list[Serve | Use] = []
            for stop in stops:
                if stop < self.num_modes:
                    visits.append(self.modes[stop])
                elif (tip := Use(stop - self.num_modes)) not in visits[-1:]:
                    visits.append(tip)
            if stops and legs.last_tip[stops[-1]] >= 0:
                visits.append(Use(int(legs.last_tip[stops[-1]])))
            if any(isinstance(visit, Serve) for visit in visits):
                built.append(Route(kind, tuple(visits)))
        return built
