"""Which sites, when, and who goes where: an exact mixed-integer model on OR-Tools' MathOpt.

Multi-period capacitated facility location with a second stage to plants. The strong form: a zone
may use a site only if it is open (x <= y per pair), and open sites together hold the demand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt.python import mathopt

from models.errors import HuanweiError
from models.location import UNREACHABLE_COST, RelocationSolution
from solver.location.cost import location_cost
from solver.location.whole import whole_flows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.location import RelocationProblem

ENGINES = {"scip": mathopt.SolverType.GSCIP, "cp_sat": mathopt.SolverType.CP_SAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What one solve is held to, besides the laws.

    `keep` and `close` are existing sites that are open or closed in the last period, `new` the
    least and most new sites; `max_exposure` in weighted persons times days (epsilon-constraint).
    """

    keep: frozenset[int] = frozenset()
    close: frozenset[int] = frozenset()
    new: tuple[int, int] | None = None
    max_exposure: int | None = None
    max_opposition_percent: int = 100
    """New sites with more than this are not used."""
    avoid: frozenset[int] = frozenset()
    """New sites that are not used: those that may fall to protest."""
    without: tuple[frozenset[int], ...] = ()
    """Sets of sites open at the end that are already known and not wanted again."""
    least_exposure: bool = False
    """Minimise exposure first; cost then only breaks ties."""

    def met(self, problem: RelocationProblem, final: frozenset[int]) -> bool:
        """Whether sites open at the end are as wished, but for exposure: it takes a proof."""
        fresh = [s for s in final if not problem.sites[s].existing]
        low, high = self.new or (0, len(fresh))
        percent = max((problem.sites[s].opposition_percent for s in fresh), default=0)
        return (
            self.keep <= final
            and not final & (self.close | self.avoid)
            and low <= len(fresh) <= high
            and percent <= self.max_opposition_percent
        )


@dataclass(slots=True)
class Formulation:
    """The model under construction; x by (period, zone, site), y by (period, site)."""

    problem: RelocationProblem
    model: mathopt.Model = field(default_factory=mathopt.Model)
    opened: dict[tuple[int, int], mathopt.Variable] = field(default_factory=dict)
    share: dict[tuple[int, int, int], mathopt.Variable] = field(default_factory=dict)
    hauled: dict[tuple[int, int, int], mathopt.Variable] = field(default_factory=dict)
    costs: list[mathopt.LinearTypes] = field(default_factory=list)


def solve_location(
    problem: RelocationProblem,
    wishes: Wishes | None = None,
    *,
    seconds: float = 60.0,
    engine: str | None = None,
    threads: int = 1,
) -> RelocationSolution | None:
    """The cheapest plan under the laws and wishes, with its proven bound; None: there is none.

    `engine` "cp_sat" takes problems in whole numbers only (single source, no plants) and is their
    default; "scip" takes all. Raises `HuanweiError` when the time ends before any plan is found.
    """
    wishes = wishes or Wishes()
    if engine is None:
        engine = "cp_sat" if problem.single_source and not problem.plants else "scip"
    form = Formulation(problem)
    add_sites(form)
    add_assignment(form)
    add_haul(form)
    add_dates(form)
    add_wishes(form, wishes)
    total = mathopt.fast_sum(form.costs)
    if wishes.least_exposure:
        form.model.minimize(_exposure(form))
    else:
        form.model.minimize(total)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), threads=threads, relative_gap_tolerance=1e-6
    )
    result = mathopt.solve(form.model, ENGINES[engine], params=parameters)
    reason = mathopt.TerminationReason
    if result.termination.reason in {reason.INFEASIBLE, reason.INFEASIBLE_OR_UNBOUNDED}:
        return None
    if not result.has_primal_feasible_solution():
        raise HuanweiError(
            f"no plan of sites found in {seconds:g} s. Give more time, or fewer candidates.",
            zh=f"{seconds:g} 秒内没有找到选址方案。请增加时间，或减少候选点。",
        )
    values = result.variable_values()
    if wishes.least_exposure:
        least = round(sum(values[y] * w for y, w in _weights(form)))
        return solve_location(
            problem, _then_cheapest(wishes, least), seconds=seconds, engine=engine, threads=threads
        )
    return _solution(form, values, bound=result.dual_bound() * _SCALE)


_SCALE = 1_000
"""Costs enter the model in so many units each (chosen: numbers the engine handles better)."""


def _then_cheapest(wishes: Wishes, exposure: int) -> Wishes:
    return replace(wishes, least_exposure=False, max_exposure=exposure)


def add_sites(form: Formulation) -> None:
    """Open or closed in each period; today as it is; one station on a lot; no capacity gap."""
    problem, model = form.problem, form.model
    built_kg = sum(site.capacity_kg for site in problem.sites if site.existing)
    for t, period in enumerate(problem.periods):
        for s, site in enumerate(problem.sites):
            today = not problem.decided(t)
            low = int(site.existing and (today or not site.may_close))
            late = not site.existing and (t < site.open_from or today)
            far = not site.existing and (site.short_of_homes_m or site.short_of_schools_m)
            high = int(not (late or far))
            form.opened[t, s] = y = model.add_integer_variable(lb=low, ub=high)
            form.costs.append(period.weight * site.day_cost / _SCALE * y)
        places: defaultdict[str, list[mathopt.Variable]] = defaultdict(list)
        for s, site in enumerate(problem.sites):
            places[site.place].append(form.opened[t, s])
        for options in places.values():
            if len(options) > 1:
                model.add_linear_constraint(mathopt.fast_sum(options) <= 1)
        if problem.decided(t):
            needed = problem.peak_kg(t)
            needed = max(needed, built_kg) if problem.keep_capacity else needed
            held = [site.capacity_kg * form.opened[t, s] for s, site in enumerate(problem.sites)]
            model.add_linear_constraint(mathopt.fast_sum(held) >= needed)


def add_assignment(form: Formulation) -> None:
    """All waste of a zone to open sites within reach, with room for the peak."""
    problem, model = form.problem, form.model
    allowed = problem.allowed()
    for t, period in enumerate(problem.periods):
        load: defaultdict[int, list[mathopt.LinearTypes]] = defaultdict(list)
        for z in range(len(problem.zones)):
            demand = problem.demand_kg(z, t)
            scale = period.weight * demand / max(1, problem.zones[z].demand_kg) / _SCALE
            shares = []
            for s in np.flatnonzero(allowed[z]).tolist():
                x = model.add_variable(lb=0, ub=1, is_integer=problem.single_source)
                form.share[t, z, s] = x
                shares.append(x)
                load[s].append(demand * x)
                form.costs.append(scale * int(problem.collect_cost[z, s]) * x)
                model.add_linear_constraint(x <= form.opened[t, s])
            model.add_linear_constraint(mathopt.fast_sum(shares) == 1)
        for s, terms in load.items():
            if problem.decided(t):
                model.add_linear_constraint(
                    mathopt.fast_sum(terms) <= problem.usable_kg(s) * form.opened[t, s]
                )


def add_haul(form: Formulation) -> None:
    """What a site takes goes to plants within their quotas; also with any one plant out."""
    problem = form.problem
    if not problem.plants:
        return
    for t, period in enumerate(problem.periods):
        came: defaultdict[int, list[mathopt.LinearTypes]] = defaultdict(list)
        for (when, z, s), x in form.share.items():
            if when == t:
                came[s].append(problem.demand_kg(z, t) * x)
        for (s, p), flow in _flows(form, came, out=None).items():
            form.hauled[t, s, p] = flow
            fee = problem.plants[p].gate_fee
            price = (int(problem.haul_cost[s, p]) + fee) / 1_000
            form.costs.append(period.weight * price / _SCALE * flow)
        if problem.outages and problem.decided(t):
            for out in range(len(problem.plants)):
                _flows(form, came, out=out)


def _flows(
    form: Formulation,
    came: Mapping[int, list[mathopt.LinearTypes]],
    *,
    out: int | None,
) -> dict[tuple[int, int], mathopt.Variable]:
    """Flows [kg] from sites to plants, without plant `out`."""
    problem, model = form.problem, form.model
    flows = {
        (s, p): model.add_variable(lb=0)
        for s in came
        for p in range(len(problem.plants))
        if p != out and problem.haul_cost[s, p] < UNREACHABLE_COST
    }
    for s, terms in came.items():
        left = mathopt.fast_sum([flow for (a, _), flow in flows.items() if a == s])
        model.add_linear_constraint(left == mathopt.fast_sum(terms))
    for p, plant in enumerate(problem.plants):
        tipped = mathopt.fast_sum([flow for (_, b), flow in flows.items() if b == p])
        model.add_linear_constraint(tipped <= plant.quota_kg)
    return flows


def add_dates(form: Formulation) -> None:
    """A site changes once; where one closes, those that stay hold the peak by themselves."""
    problem, model = form.problem, form.model
    for t in range(1, len(problem.periods)):
        closes = model.add_binary_variable()
        kept = []
        for s, site in enumerate(problem.sites):
            before, after = form.opened[t - 1, s], form.opened[t, s]
            if site.existing:
                model.add_linear_constraint(after <= before)
                if site.may_close:
                    model.add_linear_constraint(before - after <= closes)
                form.costs.append(site.closing_cost / _SCALE * (before - after))
                kept.append(site.capacity_kg * after)
            else:
                model.add_linear_constraint(after >= before)
                form.costs.append(site.opening_cost / _SCALE * (after - before))
                kept.append(site.capacity_kg * before)
        model.add_linear_constraint(mathopt.fast_sum(kept) >= problem.peak_kg(t) * closes)


def add_wishes(form: Formulation, wishes: Wishes) -> None:
    """Sites that stay or go, the number of new ones, exposure, opposition, known answers."""
    problem, model = form.problem, form.model
    last = len(problem.periods) - 1
    final = {s: form.opened[last, s] for s in range(len(problem.sites))}
    for s in wishes.keep:
        model.add_linear_constraint(final[s] == 1)
    for s in wishes.close:
        model.add_linear_constraint(final[s] == 0)
    fresh = [final[s] for s, site in enumerate(problem.sites) if not site.existing]
    if wishes.new is not None:
        model.add_linear_constraint(mathopt.fast_sum(fresh) >= wishes.new[0])
        model.add_linear_constraint(mathopt.fast_sum(fresh) <= wishes.new[1])
    for s, site in enumerate(problem.sites):
        disputed = site.opposition_percent > wishes.max_opposition_percent
        if not site.existing and (disputed or s in wishes.avoid):
            model.add_linear_constraint(final[s] == 0)
    if wishes.max_exposure is not None:
        model.add_linear_constraint(_exposure(form) <= wishes.max_exposure)
    for known in wishes.without:
        differs = [1 - y if s in known else y for s, y in final.items()]
        model.add_linear_constraint(mathopt.fast_sum(differs) >= 1)


def _weights(form: Formulation) -> list[tuple[mathopt.Variable, int]]:
    problem = form.problem
    return [
        (y, problem.periods[t].weight * problem.sites[s].exposure)
        for (t, s), y in form.opened.items()
    ]


def _exposure(form: Formulation) -> mathopt.LinearTypes:
    return mathopt.fast_sum([weight * y for y, weight in _weights(form)])


def _solution(
    form: Formulation, values: Mapping[mathopt.Variable, float], *, bound: float
) -> RelocationSolution:
    """The engine's answer in whole kilograms."""
    problem = form.problem
    chosen, assigned, hauled = [], [], []
    for t in range(len(problem.periods)):
        chosen.append(
            frozenset(s for (when, s), y in form.opened.items() if when == t and values[y] > 0.5)
        )
        shares = {(z, s): values[x] for (when, z, s), x in form.share.items() if when == t}
        flows = {(s, p): values[h] for (when, s, p), h in form.hauled.items() if when == t}
        sent, away = whole_flows(problem, t, shares, flows, chosen[t])
        assigned.append(sent)
        hauled.append(away)
    cost = location_cost(problem, chosen, assigned, hauled).total
    return RelocationSolution(
        open_sites=tuple(chosen),
        assigned=tuple(assigned),
        hauled=tuple(hauled),
        cost=cost,
        bound=min(cost, round(bound)),
    )
