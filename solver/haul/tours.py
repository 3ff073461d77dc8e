"""The cheapest tours of haul trucks at given prices, by dynamic programming backwards in time.

A step of the grid stands for every moment in it and counts as its first: a truck may dock at any
later one. So each real tour is a path of no higher cost; what the grid forgives is less than one
step per run. Waiting costs nothing; driving, standing and one pause cost what they cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.haul.docks import docks
from solver.routing.base.compiled import loop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.district import Window
    from models.station import HaulProblem, HaulTruck

    Numbers = NDArray[np.float64]
    Times = NDArray[np.int64]

NEVER = 100_000_000
"""Stands for the seconds and metres of a way that does not exist (chosen: above any, and sums fit
64 bits)."""
NO_TOUR = 1e15
"""Stands for the cost [mfen] of a tour that does not exist (chosen: above any)."""
BLOCK_S = 3_600
"""Tours without a pause are told apart by the block of so many seconds they begin in (chosen: an
hour)."""
LONG_STEP_S = 150
"""Tours of whole shifts are laid out on a grid of so many seconds (chosen)."""
SHORT_STEP_S = 300
"""Tours short enough to need no pause are laid out on a grid of so many seconds (chosen)."""


@dataclass(frozen=True, slots=True)
class Track:
    """Tours of one class of trucks out from `begin`, back at `end`, with a pause or without."""

    fleet: int
    truck: HaulTruck
    begin: int
    end: int
    pause: bool


@dataclass(frozen=True, slots=True)
class Tour:
    """Cost [mfen] and runs (yard, plant, slot of docking) of one truck of class `fleet`."""

    fleet: int
    cost: float
    runs: tuple[tuple[int, int, int], ...]


def all_tracks(
    problem: HaulProblem, trucks: Sequence[HaulTruck]
) -> tuple[list[Track], list[Track]]:
    """Tracks of whole shifts, and of tours short enough to need no pause.

    A tour without a pause that begins in a block of time is back by the end of the block and the
    longest stretch.
    """
    whole, short = [], []
    stretch = problem.max_work_s
    for fleet, truck in enumerate(trucks):
        pause = 0 < stretch < truck.end - truck.begin
        whole.append(Track(fleet, truck, truck.begin, truck.end, pause))
        if pause:
            for begin in range(truck.begin, max(truck.end - stretch, truck.begin + 1), BLOCK_S):
                end = min(truck.end, begin + BLOCK_S + stretch)
                short.append(Track(fleet, truck, begin, end, pause=False))
    return whole, short


class TourGrid:
    """Tracks over a grid of time.

    Arrays are indexed by track c, step t, yard y, plant p, next yard z. Slots, in which prices are
    given, are counted from `origin`.
    """

    def __init__(
        self,
        problem: HaulProblem,
        tracks: Sequence[Track],
        step_s: int,
        *,
        slot_s: int,
        origin: int,
        free: bool = False,
    ) -> None:
        """`free`: tours cost nothing."""
        self.tracks = tracks
        self.step_s = step_s
        begin = min(track.begin for track in tracks) // slot_s * slot_s
        self.steps = (max(track.end for track in tracks) - begin) // step_s + 1
        times = begin + step_s * np.arange(self.steps)
        self.slots = (times - origin) // slot_s
        stations = [yard.station for yard in problem.yards]
        plants = [plant.id for plant in problem.plants]
        to_plant = _ways(problem, stations, plants)
        to_yard = _ways(problem, plants, stations)
        self.docks = np.stack([_open(docks(yard), times, step_s) for yard in problem.yards], 1)
        tipped, paused = (
            _leaves(problem, to_plant[..., 0], times, pause_s=p) for p in (0, problem.pause_s)
        )
        self.leaves = np.stack([tipped, np.minimum(paused, tipped + problem.pause_s)])
        """When a run that docks in a step can go home [s]: [without or with pause, t, y, p]."""
        later = np.stack([tipped, paused])[..., None] + to_yard[None, None, None, ..., 0]
        later = (later - begin) // step_s
        self.arrives = np.minimum(later, self.steps)
        """Step in which it is at the next yard: [pause, t, y, p, z]."""
        self.pause_steps = problem.pause_s // step_s
        trucks = [track.truck for track in tracks]
        metre, second, fixed = _rates(trucks, free=free)

        def money(way: Times) -> Numbers:
            cost: Numbers = np.multiply.outer(metre, way[..., 1]) + np.multiply.outer(
                second, way[..., 0]
            )
            return cost

        stands = np.array([yard.swap_s for yard in problem.yards])[:, None] + np.array(
            [plant.tip_s for plant in problem.plants]
        )
        runs = money(np.stack([to_plant[..., 0] + stands, to_plant[..., 1]], -1))
        self.run_cost = np.where(_allowed(problem, trucks), runs, NO_TOUR)
        self.next_cost = money(to_yard)
        depots = [truck.depot for truck in trucks]
        out, home = _ways(problem, depots, stations), _ways(problem, plants, depots).swapaxes(0, 1)
        self.out_cost = metre[:, None] * out[..., 1] + second[:, None] * out[..., 0]
        self.out_cost += fixed[:, None]
        self.home_cost = metre[:, None] * home[..., 1] + second[:, None] * home[..., 0]
        self.pause_cost = second * problem.pause_s
        self.last = np.array([track.end for track in tracks])[:, None] - home[..., 0]
        """When a truck must have left each plant [s], (c, p)."""
        begins = np.array([track.begin for track in tracks])[:, None]
        self.first = np.minimum((begins + out[..., 0] - begin) // step_s, self.steps)
        self.paused = np.array([track.pause for track in tracks])

    def solve(self, gain: Numbers) -> Numbers:
        """Least cost less gains of a tour whose first stop is each yard, (c, y).

        `gain` is what a run brings, by class of trucks, yard, plant and slot.
        """
        fleets = [track.fleet for track in self.tracks]
        price = np.ascontiguousarray((self.run_cost[..., None] - gain[fleets])[..., self.slots])
        shape = (self.steps + 1, len(self.tracks), self.docks.shape[1])
        self.table = _Table(
            docks=self.docks,
            leaves=self.leaves,
            arrives=self.arrives,
            price=price,
            next_cost=self.next_cost,
            home_cost=self.home_cost,
            last=self.last,
            pause_cost=self.pause_cost,
            after=np.full(shape, NO_TOUR),
            before=np.full(shape, NO_TOUR),
        )
        _fill(self.table, self.paused, self.pause_steps)
        tracks, yards = np.indices(self.first.shape)
        start = np.where(
            self.paused[:, None],
            self.table.before[self.first, tracks, yards],
            self.table.after[self.first, tracks, yards],
        )
        total: Numbers = start + self.out_cost
        return total

    def tour(self, track: int, yard: int) -> Tour:
        """The tour of a track that begins at a yard, at the prices last solved for."""
        c, y, step = track, yard, int(self.first[track, yard])
        cost = float(self.out_cost[c, y])
        pause = bool(self.paused[c])
        runs = []
        while y >= 0:
            value = (self.table.before if pause else self.table.after)[:, c, y]
            while value[step + 1] == value[step]:
                step += 1
            if pause and self._pauses_here(step, c, y):
                cost += float(self.pause_cost[c])
                pause, step = False, step + self.pause_steps
                continue
            _, plant, following, paused = _dock(self.table, step, c, y, pause)
            runs.append((y, plant, int(self.slots[step])))
            cost += float(self.run_cost[c, y, plant])
            if paused:
                cost += float(self.pause_cost[c])
                pause = False
            if following >= 0:
                cost += float(self.next_cost[c, plant, following])
                step = int(self.arrives[int(paused), step, y, plant, following])
            y = following
        return Tour(self.tracks[c].fleet, cost + float(self.home_cost[c, plant]), tuple(runs))

    def _pauses_here(self, step: int, c: int, y: int) -> bool:
        there = self.table.after[min(step + self.pause_steps, self.steps), c, y]
        return bool(there + self.pause_cost[c] == self.table.before[step, c, y])


class _Table(NamedTuple):
    """What the compiled loops read, and the costs to go that they write.

    Indexed as in `TourGrid`; `price` is (c, y, p, t). `after` and `before` are the costs to go from
    a yard in a step, (t, c, y): with no pause to come, and with one.
    """

    docks: NDArray[np.bool_]
    leaves: Times
    arrives: Times
    price: Numbers
    next_cost: Numbers
    home_cost: Numbers
    last: Times
    pause_cost: Numbers
    after: Numbers
    before: Numbers


@loop
def _fill(table, paused, pause_steps):  # type: ignore[no-untyped-def]
    after, before = table.after, table.before
    steps = len(after) - 1
    for step in range(steps - 1, -1, -1):
        for c in range(len(paused)):
            for y in range(table.docks.shape[1]):
                best = after[step + 1, c, y]
                if table.docks[step, y]:
                    best = min(best, _dock(table, step, c, y, False)[0])
                after[step, c, y] = best
            if not paused[c]:
                continue
            later = min(step + pause_steps, steps)
            for y in range(table.docks.shape[1]):
                best = min(before[step + 1, c, y], after[later, c, y] + table.pause_cost[c])
                if table.docks[step, y]:
                    best = min(best, _dock(table, step, c, y, True)[0])
                before[step, c, y] = best


@loop
def _dock(table, step, c, y, pause):  # type: ignore[no-untyped-def]
    """Docking now at its best: cost to go, plant, next yard (-1: home), whether a pause is taken.

    With a `pause` to come it is taken later, before tipping, or on the way to what follows.
    """
    best, plant, following, paused = NO_TOUR, 0, -1, False
    for p in range(table.price.shape[2]):
        price = table.price[c, y, p, step]
        for kind in range(2 if pause else 1):
            now = kind == 1
            cost = table.before if pause and not now else table.after
            base = price + (table.pause_cost[c] if now else 0.0)
            for z in range(table.docks.shape[1]):
                there = cost[table.arrives[kind, step, y, p, z], c, z]
                onward = base + there + table.next_cost[c, p, z]
                if onward < best:
                    best, plant, following, paused = onward, p, z, now
            if pause and not now:
                continue
            if table.leaves[kind, step, y, p] <= table.last[c, p]:
                home = base + table.home_cost[c, p]
                if home < best:
                    best, plant, following, paused = home, p, -1, now
    return best, plant, following, paused


def least_fixed(truck: HaulTruck) -> int:
    """What a tour of the truck costs at least before it moves [mfen]."""
    return truck.fixed_cost + truck.day_share


def _rates(trucks: Sequence[HaulTruck], *, free: bool) -> tuple[Numbers, Numbers, Numbers]:
    """Money per metre, per second and per day of each truck; nothing where tours are free."""
    rates = [(truck.cost_per_m, truck.cost_per_s, least_fixed(truck)) for truck in trucks]
    metre, second, fixed = np.array(rates, dtype=float).T * (not free)
    return metre, second, fixed


def _ways(problem: HaulProblem, rows: Sequence[str], cols: Sequence[str]) -> Times:
    """Seconds and metres, (rows, cols, 2): the least of any truck, so that bounds stay bounds."""
    tables = [problem.ways(name) for name in sorted({one.profile for one in problem.trucks})]
    none = (NEVER, NEVER)

    def least(row: str, col: str) -> tuple[int, int]:
        known = [table[row, col] for table in tables if (row, col) in table]
        return (min(s for s, _ in known), min(m for _, m in known)) if known else none

    return np.array(
        [[(0, 0) if row == col else least(row, col) for col in cols] for row in rows],
        dtype=np.int64,
    ).reshape(len(rows), len(cols), 2)


def _open(windows: Sequence[Window], times: Times, step_s: int) -> NDArray[np.bool_]:
    """Whether some moment of each step is open."""
    found = np.zeros(len(times), dtype=np.bool_)
    for early, late in windows:
        found |= (times + step_s > early) & (times <= late)
    return found


def _leaves(problem: HaulProblem, drive: Times, times: Times, *, pause_s: int) -> Times:
    """When a truck that docks at `times` has tipped, at the earliest, (t, y, p)."""
    found = np.full((len(times), *drive.shape), NEVER, dtype=np.int64)
    for y, yard in enumerate(problem.yards):
        for p, plant in enumerate(problem.plants):
            there = times + yard.swap_s + drive[y, p] + pause_s
            for early, late in plant.windows:
                tipped = np.where(there <= late, np.maximum(there, early) + plant.tip_s, NEVER)
                found[:, y, p] = np.minimum(found[:, y, p], tipped)
    return found


def _allowed(problem: HaulProblem, trucks: Sequence[HaulTruck]) -> NDArray[np.bool_]:
    """Whether a truck may take a yard's stream to a plant, (c, y, p)."""
    return np.array(
        [
            [
                [
                    (yard.station, plant.id) in problem.ways(truck.profile)
                    and (not truck.streams or yard.stream in truck.streams)
                    and (not plant.streams or yard.stream in plant.streams)
                    for plant in problem.plants
                ]
                for yard in problem.yards
            ]
            for truck in trucks
        ],
        dtype=np.bool_,
    )
