"""A lower bound on the cost of the haul: a linear program over tours, generated as needed.

Variables are tours of whole trucks (`haul_tours.py`) and the kilograms that leave each yard in each
slot of time. A slot counts as early for what must have left and as late for what is ready, bays are
left out, and overtime costs what other hours do, so that each real timetable is a solution of no
higher cost. Rounding cuts say that boxes are whole (`haul_cuts.py`). At prices that the rest of the
program allows, the program's dual value less what all trucks could still gain is a bound
(Lagrange), proven whenever the search stops.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt

from solver.haul.cuts import Cut, first_cuts, overflows, violated_cuts
from solver.haul.tours import LONG_STEP_S, SHORT_STEP_S, Tour, TourGrid, all_tracks, least_fixed
from solver.haul.yards import LEFT_PER_KG, SHORT_PER_KG, pressed_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from models.station import HaulProblem, HaulTour, HaulTruck, Yard

    Numbers = NDArray[np.float64]

TONNE = 1_000.0
"""The program counts waste in so many kilograms, so that its numbers lie near 1 (chosen)."""
CNY = 100_000.0
"""The program counts money in so many mfen: a yuan, so that its numbers lie near 1 (chosen)."""
SAFETY = 0.999_999
"""Only this share of the program's value is taken as proven (chosen: its tolerances are about
1e-7)."""
ROUNDS = 150
"""Prices are made anew so many rounds at most (chosen)."""
CUT_ROUNDS = 6
"""Cuts are sought in so many rounds at most (chosen)."""
TOLERANCE = 6e-4
"""Cuts begin once the bound is within this share of the program's value (chosen)."""
SMOOTH = 0.3
"""The best prices so far weigh this share in the next ones: prices jump less (Wentges 1997)."""
TOURS_A_TRACK = 4
"""So many new tours of a track, those that gain most, enter the program in one round (chosen)."""
LEAST_GAIN = 1.0
"""A tour enters only if it gains more than this [mfen or kg]: less is rounding (chosen)."""
GLOP = mathopt.SolveParameters(
    presolve=mathopt.Emphasis.OFF, lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX
)
"""The program goes on from its last basis: presolve would lose it, and primal simplex takes six
times as long."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Proven least cost [mfen] and least shortfall [kg]."""

    cost: int
    shortfall_kg: int


def bound_haul(
    problem: HaulProblem,
    slot_s: int,
    *,
    seconds: float = math.inf,
    tours: Sequence[HaulTour] = (),
    stopped: Callable[[], bool] | None = None,
) -> Bound:
    """Proven least cost of any haul timetable, penalties included, and its least shortfall.

    `slot_s` is the grid of stocks [s], taken in whole steps of 300 s; `tours` of a known timetable
    make it faster. Deterministic while the search ends before the seconds do, or somebody wants it
    `stopped`: it is proven, but weaker, then.
    """
    if not any(total_kg(yard) for yard in problem.yards):
        return Bound(0, 0)
    end = time.monotonic() + seconds

    def over() -> bool:
        return time.monotonic() > end or (stopped is not None and stopped())

    slot_s = max(1, slot_s // SHORT_STEP_S) * SHORT_STEP_S
    cost = _Program(problem, slot_s).solve(tours, over)
    if cost < SHORT_PER_KG:
        return Bound(cost, 0)
    return Bound(cost, _Program(problem, slot_s, free=True).solve(tours, over))


def classes(problem: HaulProblem) -> list[list[HaulTruck]]:
    """Trucks alike in all but their names."""
    found: dict[tuple[object, ...], list[HaulTruck]] = defaultdict(list)
    shifts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for truck in problem.trucks:
        shifts[truck.day].append((truck.begin, truck.end))
    for truck in problem.trucks:
        day = (truck.day_cost, truck.day_share, tuple(shifts[truck.day])) if truck.day else ()
        costs = (
            truck.fixed_cost,
            day,
            truck.paid_s,
            truck.cost_per_m,
            truck.cost_per_s,
            truck.cost_per_overtime_s,
        )
        hours = (truck.begin, truck.end, truck.max_duration, truck.max_overtime)
        key = (
            truck.depot,
            truck.payload_kg,
            truck.streams,
            hours,
            costs,
            truck.profile,
            truck.meal,
        )
        found[key].append(truck)
    return list(found.values())


class _Program:
    """The program without its tours, then with more and more of them.

    `free`: only the shortfall counts [kg], tours and gates cost nothing.
    """

    def __init__(self, problem: HaulProblem, slot_s: int, *, free: bool = False) -> None:
        self.problem, self.slot_s, self.free = problem, slot_s, free
        self.unit = TONNE if free else CNY
        """Kilograms or mfen in one unit of the objective."""
        self.classes = classes(problem)
        trucks = [group[0] for group in self.classes]
        begins = [truck.begin for truck in trucks] or [0]
        self.origin = min(begins) // slot_s * slot_s
        last = max((truck.end for truck in trucks), default=0)
        self.num_slots = (last - self.origin) // slot_s + 1
        self.grids = [
            TourGrid(problem, tracks, step, slot_s=slot_s, origin=self.origin, free=free)
            for tracks, step in zip(
                all_tracks(problem, trucks), (LONG_STEP_S, SHORT_STEP_S), strict=True
            )
            if tracks and problem.plants
        ]
        self.lp = mathopt.Model()
        self.rows: list[mathopt.LinearConstraint] = []
        self.sides: list[float] = []
        self.money: list[mathopt.LinearTypes] = []
        self.cuts: list[tuple[Cut, mathopt.LinearConstraint]] = []
        self.columns: dict[Tour, mathopt.Variable] = {}
        self.short: list[mathopt.Variable] = []
        self.rest: list[list[mathopt.Variable]] = []
        self.capacity: list[list[mathopt.LinearConstraint]] = []
        self.pair: list[list[mathopt.LinearConstraint]] = []
        to_plant = [[self._variable(self._fee(p)) for p in self._plants] for _ in problem.yards]
        for yard, loads in zip(problem.yards, to_plant, strict=True):
            self._add_yard(yard, loads)
        for p, plant in enumerate(problem.plants):
            if plant.quota_kg is not None:
                self._row(
                    -math.inf, plant.quota_kg / TONNE, *((loads[p], 1.0) for loads in to_plant)
                )
        self.count = [
            self.lp.add_linear_constraint(lb=-math.inf, ub=len(group)) for group in self.classes
        ]
        for cut in first_cuts(problem, self.num_slots):
            self._add_cut(cut)
        self.lp.minimize(mathopt.fast_sum(self.money))
        self.solver = mathopt.IncrementalSolver(self.lp, mathopt.SolverType.GLOP)

    @property
    def _plants(self) -> range:
        return range(len(self.problem.plants))

    def _fee(self, plant: int) -> float:
        """Gate fee [CNY per t]."""
        return 0.0 if self.free else self.problem.plants[plant].gate_fee / CNY

    def _penalty(self, per_kg: int) -> float:
        return 1.0 if self.free else per_kg * TONNE / CNY

    def _variable(self, cost: float = 0.0) -> mathopt.Variable:
        variable = self.lp.add_variable(lb=0)
        if cost:
            self.money.append(cost * variable)
        return variable

    def _row(
        self, low: float, high: float, *terms: tuple[mathopt.Variable, float]
    ) -> mathopt.LinearConstraint:
        """A constraint with one side that counts."""
        row = self.lp.add_linear_constraint(lb=low, ub=high)
        for variable, factor in terms:
            row.set_coefficient(variable, factor)
        self.rows.append(row)
        self.sides.append(high if low == -math.inf else low)
        return row

    def _add_yard(self, yard: Yard, loads: Sequence[mathopt.Variable]) -> None:
        """Taken only what is ready, storage kept or paid for, all gone or paid for."""
        short = self._variable(self._penalty(SHORT_PER_KG))
        self.short.append(short)
        rest = [short]
        if not yard.must_clear:
            rest.append(self._variable(0.0 if self.free else self._penalty(LEFT_PER_KG)))
        self.rest.append(rest)
        capacity: list[mathopt.LinearConstraint] = []
        levels: list[mathopt.Variable] = []
        for slot in range(self.num_slots):
            until = self.origin + (slot + 1) * self.slot_s - 1
            taken, level = self._variable(), self._variable()
            before = [(levels[-1], -1.0)] if levels else []
            self._row(0, 0, (level, 1.0), (taken, -1.0), *before)
            self._row(-math.inf, pressed_kg(yard, until) / TONNE, (level, 1.0))
            capacity.append(self._row(-math.inf, 0, (taken, 1.0)))
            levels.append(level)
        self.capacity.append(capacity)
        self.pair.append([self._row(-math.inf, 0, (load, 1.0)) for load in loads])
        self._row(0, 0, (levels[-1], -1.0), *((load, 1.0) for load in loads))
        total = total_kg(yard) / TONNE
        self._row(total, math.inf, (levels[-1], 1.0), *((part, 1.0) for part in rest))
        for moment, kept in overflows(yard):
            last = min((moment - yard.swap_s - self.origin) // self.slot_s, self.num_slots - 1)
            gone = [(levels[last], 1.0)] if last >= 0 else []
            self._row(kept / TONNE, math.inf, (short, 1.0), *gone)

    def _add_cut(self, cut: Cut) -> None:
        rest = {part for yard in cut.yards for part in self.rest[yard]}
        row = self._row(cut.least, math.inf, *((part, TONNE / cut.last_kg) for part in rest))
        self.cuts.append((cut, row))
        for tour, variable in self.columns.items():
            if weight := cut.weight_of(tour.runs, self.classes[tour.fleet][0].payload_kg):
                row.set_coefficient(variable, weight)

    def _add_tour(self, tour: Tour) -> bool:
        """Add a tour as a column; False: it is there already."""
        if tour in self.columns:
            return False
        payload = self.classes[tour.fleet][0].payload_kg
        column = self.lp.add_variable(lb=0)
        self.columns[tour] = column
        self.lp.objective.set_linear_coefficient(column, tour.cost / self.unit)
        factors: dict[mathopt.LinearConstraint, float] = defaultdict(float)
        for yard, plant, slot in tour.runs:
            factors[self.capacity[yard][slot]] -= payload / TONNE
            factors[self.pair[yard][plant]] -= payload / TONNE
        for row, factor in factors.items():
            row.set_coefficient(column, factor)
        for cut, row in self.cuts:
            if weight := cut.weight_of(tour.runs, payload):
                row.set_coefficient(column, weight)
        self.count[tour.fleet].set_coefficient(column, 1)
        return True

    def solve(self, tours: Iterable[HaulTour], over: Callable[[], bool]) -> int:
        """A proven bound on the program's value; it ends once it is `over`."""
        for tour in tours:
            self._add_known(tour)
        best, anchor = 0.0, None
        cuts_left = CUT_ROUNDS
        for _ in range(ROUNDS):
            solved = self._prices()
            if solved is None:
                break
            prices, value = solved
            mixed = prices if anchor is None else SMOOTH * anchor + (1 - SMOOTH) * prices
            bound, new = self._price_out(mixed)
            if not new and anchor is not None:
                bound_at, new = self._price_out(prices)
                bound, mixed = max((bound, mixed), (bound_at, prices), key=lambda pair: pair[0])
            if anchor is None or bound > best:
                best, anchor = max(best, bound), mixed
            if over():
                break
            if new and best < (1 - TOLERANCE) * value:
                continue
            added = self._add_violated() if cuts_left else 0
            if not added:
                break
            cuts_left -= 1
            anchor = np.concatenate([anchor, np.zeros(added)])
        return max(0, int(best * SAFETY))

    def _add_known(self, tour: HaulTour) -> None:
        """A tour of a known timetable; the next round finds it cheaper where it can."""
        fleet = next(
            n for n, group in enumerate(self.classes) if any(t.id == tour.truck for t in group)
        )
        truck, trips = self.classes[fleet][0], []
        yards = {(yard.station, yard.stream): n for n, yard in enumerate(self.problem.yards)}
        plants = {plant.id: n for n, plant in enumerate(self.problem.plants)}
        for run in tour.runs:
            slot = (run.swap_begin - self.origin) // self.slot_s
            trips.append((yards[run.station, run.stream], plants[run.plant], slot))
        stops = [truck.depot, *(site for run in tour.runs for site in (run.station, run.plant))]
        legs = zip(stops, [*stops[1:], truck.depot], strict=True)
        metres = sum(self.problem.ways(truck.profile)[leg][1] for leg in legs)
        cost = least_fixed(truck) + truck.cost_per_m * metres
        cost += truck.cost_per_s * (tour.end - tour.begin)
        self._add_tour(Tour(fleet, 0.0 if self.free else float(cost), tuple(trips)))

    def _solve(self) -> mathopt.SolveResult | None:
        """The program's optimum; None where the solver fails, also from a fresh start.

        GLOP may end abnormally on a bad basis. MathOpt 9.15 then fails to translate its own status
        and raises an `AttributeError`; later versions raise one of the others.
        """
        for _ in range(2):
            try:
                result = self.solver.solve(params=GLOP)
            except (AttributeError, RuntimeError, ValueError):
                self.solver = mathopt.IncrementalSolver(self.lp, mathopt.SolverType.GLOP)
                continue
            optimal = result.termination.reason == mathopt.TerminationReason.OPTIMAL
            return result if optimal else None
        return None

    def _prices(self) -> tuple[Numbers, float] | None:
        """Dual values of the rows, and the program's value; None where the solver fails."""
        result = self._solve()
        if result is None:
            return None
        return np.array(result.dual_values(self.rows)), self.unit * result.objective_value()

    def _price_out(self, prices: Numbers) -> tuple[float, int]:
        """The bound at these prices, and how many tours that gain there are new."""
        gains = self._gains(prices)
        least = np.zeros(len(self.classes))
        new = 0
        for grid in self.grids:
            values = grid.solve(gains)
            for number, track in enumerate(grid.tracks):
                own = values[number]
                least[track.fleet] = min(least[track.fleet], own.min())
                for yard in np.argsort(own, kind="stable")[:TOURS_A_TRACK]:
                    if own[yard] < -LEAST_GAIN:
                        new += self._add_tour(grid.tour(number, int(yard)))
        counts = np.array([len(group) for group in self.classes])
        return float(self.unit * prices @ np.array(self.sides) + counts @ least), new

    def _gains(self, prices: Numbers) -> Numbers:
        """What a run brings at these prices, (class, yard, plant, slot)."""
        price = dict(zip(self.rows, prices, strict=True))
        slots = np.array([[price[row] for row in rows] for rows in self.capacity])
        pairs = np.array([[price[row] for row in rows] for rows in self.pair])
        payloads = [group[0].payload_kg for group in self.classes]
        each = -(slots[:, None, :] + pairs[:, :, None])
        gains: Numbers = np.multiply.outer(self.unit * np.array(payloads) / TONNE, each)
        for cut, row in self.cuts:
            if price[row]:
                for number, payload in enumerate(payloads):
                    where = np.ix_(cut.yards, cut.plants, range(cut.first, cut.last))
                    gains[number][where] += self.unit * price[row] * cut.weight(payload)
        return gains

    def _add_violated(self) -> int:
        result = self._solve()
        if result is None:
            return 0
        shares = result.variable_values(list(self.columns.values()))
        runs = np.zeros((len(self.classes), len(self.problem.yards), self.num_slots))
        for tour, share in zip(self.columns, shares, strict=True):
            for yard, _, slot in tour.runs:
                runs[tour.fleet, yard, slot] += share
        payloads = [group[0].payload_kg for group in self.classes]
        added = 0
        for number in range(len(self.problem.yards)):
            rest = TONNE * sum(result.variable_values(self.rest[number]))
            for cut in violated_cuts(
                self.problem, number, runs[:, number], payloads,
                rest=rest, origin=self.origin, slot_s=self.slot_s,
            ):  # fmt: skip
                self._add_cut(cut)
                added += 1
        return added
