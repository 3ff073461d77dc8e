"""The relocation model against its judge and against all choices tried one by one."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import linprog

from models.location import RelocationProblem, exposure_of
from scenarios.instances.cfl import read_cfl
from scenarios.instances.location import location_problem
from solver.judge.sites import check_location
from solver.location.model import Wishes, solve_location
from tests.location.cities import cities, city, site

OLD = site("old", 50, existing=True, exposure=100)
OLD2 = site("old2", 50, existing=True)
NEW = site("new", 60, exposure=1, day_cost=7)


def cheapest_by_hand(problem: RelocationProblem) -> float | None:
    """The least cost over every choice of sites in two periods, each a transport problem."""
    sites = range(len(problem.sites))
    subsets = [frozenset(s) for s in chain.from_iterable(
        combinations(sites, k) for k in range(len(problem.sites) + 1))]  # fmt: skip
    today = frozenset(s for s in sites if problem.sites[s].existing)
    best = None
    for later in product(subsets, repeat=len(problem.periods) - 1):
        chosen = [today, *later]
        parts = [flow_cost(problem, t, chosen[t]) for t in range(len(chosen))]
        if any(part is None for part in parts):
            continue
        total = sum(part for part in parts if part is not None)
        for t, period in enumerate(problem.periods):
            total += period.weight * sum(problem.sites[s].day_cost for s in chosen[t])
            if t:
                total += sum(problem.sites[s].opening_cost for s in chosen[t] - chosen[t - 1])
                total += sum(problem.sites[s].closing_cost for s in chosen[t - 1] - chosen[t])
        if laws_of_dates(problem, chosen) and (best is None or total < best):
            best = total
    return best


def laws_of_dates(problem: RelocationProblem, chosen: list[frozenset[int]]) -> bool:
    today = sum(s.capacity_kg for s in problem.sites if s.existing)
    for t in range(1, len(chosen)):
        before, after = chosen[t - 1], chosen[t]
        for s, one in enumerate(problem.sites):
            if one.existing and s in after - before:
                return False
            if not one.existing and (s in before - after or (s in after and t < one.open_from)):
                return False
            if not one.existing and s in after and (one.short_of_homes_m or one.short_of_schools_m):
                return False
        total = sum(problem.sites[s].capacity_kg for s in after)
        kept = sum(problem.sites[s].capacity_kg for s in before & after)
        needed = problem.total_kg(t) * problem.peak_percent / 100
        if total < needed or (problem.keep_capacity and total < today):
            return False
        if before - after and kept < needed:
            return False
    return True


def flow_cost(problem: RelocationProblem, t: int, chosen: frozenset[int]) -> float | None:
    """Cost of collection and haul of one period with these sites, as a linear program."""
    open_sites = sorted(chosen)
    near = problem.allowed()
    pairs = [(z, s) for z in range(len(problem.zones)) for s in open_sites if near[z, s]]
    hauls = list(product(open_sites, range(len(problem.plants))))
    outs = [None, *range(len(problem.plants))] if problem.outages and t else [None]
    width = len(pairs) + len(outs) * len(hauls)
    weight = problem.periods[t].weight
    costs = np.zeros(width)
    for k, (z, s) in enumerate(pairs):
        costs[k] = weight * problem.collect_cost[z, s] / max(1, problem.zones[z].demand_kg)
    for k, (s, p) in enumerate(hauls):
        price = problem.haul_cost[s, p] + problem.plants[p].gate_fee
        costs[len(pairs) + k] = weight * price / 1_000
    equal, values, upper, limits = [], [], [], []
    for z in range(len(problem.zones)):
        equal.append([float(k < len(pairs) and pairs[k][0] == z) for k in range(width)])
        values.append(problem.demand_kg(z, t))
    for number, out in enumerate(outs):
        first = len(pairs) + number * len(hauls)
        for s in open_sites:
            row = np.zeros(width)
            row[: len(pairs)] = [-(pair[1] == s) for pair in pairs]
            row[first : first + len(hauls)] = [h[0] == s for h in hauls]
            equal.append(row.tolist())
            values.append(0)
        for p, plant in enumerate(problem.plants):
            row = np.zeros(width)
            row[first : first + len(hauls)] = [h[1] == p for h in hauls]
            upper.append(row)
            limits.append(0 if p == out else plant.quota_kg)
    if t:
        for s in open_sites:
            upper.append(
                np.array([k < len(pairs) and pairs[k][1] == s for k in range(width)], float)
            )
            limits.append(problem.usable_kg(s))
    if not width:
        return None
    found = linprog(costs, np.array(upper) if upper else None, limits or None, equal, values)
    return float(found.fun) if found.status == 0 else None


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities())
def test_no_law_is_broken_in_any_random_city(problem):
    solution = solve_location(problem)
    if solution is None:
        return
    assert check_location(problem, solution) == []
    assert solution.proven


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities().filter(lambda c: not c.single_source and len(c.periods) < 3))
def test_as_cheap_as_the_best_of_all_choices(problem):
    solution, best = solve_location(problem), cheapest_by_hand(problem)
    assert (solution is None) == (best is None)
    if solution is not None and best is not None:
        assert solution.cost == pytest.approx(
            best, rel=1e-4, abs=5_000
        )  # flows are whole kilograms


def test_exposure_has_its_price():
    """The old site beside homes is cheap; under a limit of exposure the new one is built."""
    problem = city([OLD, OLD2, NEW])
    stay = solve_location(problem)
    assert stay is not None
    assert stay.open_sites[2] == {0, 1}
    gone = solve_location(problem, Wishes(least_exposure=True))
    assert gone is not None
    assert gone.open_sites == (frozenset({0, 1}), frozenset({0, 1, 2}), frozenset({1, 2}))
    assert exposure_of(problem, gone.open_sites) == 100 + 101 + 1
    assert gone.cost > stay.cost


def test_wishes_hold_or_there_is_no_plan():
    problem = city([OLD, OLD2, NEW])
    moved = solve_location(problem, Wishes(close=frozenset({0}), new=(1, 1)))
    assert moved is not None
    assert moved.open_sites[-1] == {1, 2}
    assert solve_location(problem, Wishes(close=frozenset({0, 1}))) is None
    other = solve_location(problem, Wishes(without=(frozenset({0, 1}),)))
    assert other is not None
    assert other.open_sites[-1] != {0, 1}
    disputed = city([OLD, OLD2, site("new", 60, opposition_percent=80)])
    wish = Wishes(close=frozenset({0}), max_opposition_percent=50)
    assert solve_location(disputed, wish) is None


@pytest.mark.parametrize(
    ("path", "optimum"),
    [("orlib/cap41.txt", 1_040_444.375), ("orlib/cap134.txt", 928_941.75), ("holmberg/p1", 8_848)],
)
def test_public_instances_are_proven_optimal(shared, path, optimum):
    instance = read_cfl(shared / "instances" / "cfl" / path)
    problem = location_problem(instance)
    solution = solve_location(problem)
    assert solution is not None
    assert check_location(problem, solution) == []
    assert solution.proven
    assert instance.published(solution.cost) == pytest.approx(optimum, abs=0.01)
