"""The judge of relocation: a choice of sites over time against its problem.

Trusts no number of the model: demands, capacities, distances and dates come from the problem.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from models.location import UNREACHABLE_COST
from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.location import RelocationProblem, RelocationSolution

Flows = "Mapping[tuple[int, int], int]"


def check_location(problem: RelocationProblem, solution: RelocationSolution) -> list[Violation]:
    """All violations of a relocation plan."""
    if found := list(check_known(problem, solution)):
        return found
    found += check_dates(problem, solution)
    found += check_places(problem, solution)
    found += check_distances(problem, solution)
    found += check_money(problem, solution)
    for period in range(len(problem.periods)):
        found += check_total(problem, solution, period)
        found += check_assignment(problem, solution, period)
        if problem.plants:
            found += check_haulage(problem, solution, period)
    return found


def check_known(problem: RelocationProblem, solution: RelocationSolution) -> Iterator[Violation]:
    """Every period is there, every index exists, and no amount is negative."""
    counts = {len(solution.open_sites), len(solution.assigned), len(solution.hauled)}
    if counts != {len(problem.periods)}:
        yield Violation(code="UNKNOWN", where="periods", detail=str(sorted(counts)))
        return
    sites, zones, plants = (
        set(range(len(rows))) for rows in (problem.sites, problem.zones, problem.plants)
    )
    for period, chosen in enumerate(solution.open_sites):
        flows = [
            (zones, sites, solution.assigned[period]),
            (sites, plants, solution.hauled[period]),
        ]
        odd = [f"site {one}" for one in chosen - sites]
        odd += [
            f"{a} to {b}: {kg} kg"
            for left, right, table in flows
            for (a, b), kg in table.items()
            if a not in left or b not in right or kg < 0
        ]
        for text in odd:
            yield Violation(code="UNKNOWN", where=_when(problem, period), detail=text)


def check_dates(problem: RelocationProblem, solution: RelocationSolution) -> Iterator[Violation]:
    """Today is as it is; new sites wait for their date; what replaces opens before what closes."""
    for index, site in enumerate(problem.sites):
        states = [index in chosen for chosen in solution.open_sites]
        if problem.starts_today and states[0] != site.existing:
            yield Violation(code="DATE", where=site.id, detail="today's state cannot be changed")
        early = site.open_from - states.index(True) if True in states else 0
        if not site.existing and early > 0:
            yield Violation(code="DATE", where=site.id, excess=early, detail="before it is built")
        changes = [t for t in range(1, len(states)) if states[t] != states[t - 1]]
        if len(changes) > 1:
            yield Violation(code="DATE", where=site.id, detail="opens or closes more than once")
        if site.existing and not site.may_close and not all(states):
            yield Violation(code="DATE", where=site.id, detail="must not be closed")
    for period in range(1, len(problem.periods)):
        before, after = solution.open_sites[period - 1 : period + 1]
        kept = sum(problem.sites[site].capacity_kg for site in before & after)
        if before - after and kept < problem.peak_kg(period):
            yield Violation(
                code="DATE",
                where=_when(problem, period),
                excess=problem.peak_kg(period) - kept,
                detail="closes before its replacement works",
            )


def check_places(problem: RelocationProblem, solution: RelocationSolution) -> Iterator[Violation]:
    """A lot holds one station."""
    for period, chosen in enumerate(solution.open_sites):
        held: defaultdict[str, int] = defaultdict(int)
        for site in chosen:
            held[problem.sites[site].place] += 1
        for place, count in sorted(held.items()):
            if count > 1:
                where = f"{place}, {_when(problem, period)}"
                yield Violation(code="PLACE", where=where, excess=count - 1)


def check_distances(
    problem: RelocationProblem, solution: RelocationSolution
) -> Iterator[Violation]:
    """New sites keep the hard distances of their size class to homes, schools and hospitals."""
    for index in sorted(set().union(*solution.open_sites)):
        site = problem.sites[index]
        if site.existing:
            continue
        if short := site.short_of_homes_m:
            yield Violation(code="DISTANCE", where=site.id, excess=short, detail="homes")
        if short := site.short_of_schools_m:
            yield Violation(code="DISTANCE", where=site.id, excess=short, detail="schools")


def check_money(problem: RelocationProblem, solution: RelocationSolution) -> Iterator[Violation]:
    """The cost is what sites, ways, haul and changes add up to, and no bound lies above it.

    Each flow is rounded to whole mfen, half up, so that the sum has no two readings.
    """
    total = 0
    for t, (period, chosen) in enumerate(zip(problem.periods, solution.open_sites, strict=True)):
        day = sum(problem.sites[s].day_cost for s in chosen)
        for (zone, site), kg in solution.assigned[t].items():
            whole = max(1, problem.zones[zone].demand_kg)
            day += (2 * int(problem.collect_cost[zone, site]) * kg + whole) // (2 * whole)
        for (site, plant), kg in solution.hauled[t].items():
            price = int(problem.haul_cost[site, plant]) + problem.plants[plant].gate_fee
            day += (price * kg + 500) // 1_000
        total += period.weight * day
        before = solution.open_sites[t - 1] if t else chosen
        total += sum(problem.sites[s].opening_cost for s in chosen - before)
        total += sum(problem.sites[s].closing_cost for s in before - chosen)
    if solution.cost != total:
        detail = f"{solution.cost} for {total}"
        yield Violation(
            code="CLAIM", where="cost", excess=abs(solution.cost - total), detail=detail
        )
    if solution.bound > total:
        yield Violation(code="CLAIM", where="bound", excess=solution.bound - total)


def check_total(
    problem: RelocationProblem, solution: RelocationSolution, period: int
) -> Iterator[Violation]:
    """No capacity gap: all open sites hold the peak, and from tomorrow no less than today."""
    if not problem.decided(period):
        return
    capacity = sum(problem.sites[site].capacity_kg for site in solution.open_sites[period])
    needed = problem.peak_kg(period)
    if problem.keep_capacity:
        needed = max(needed, sum(s.capacity_kg for s in problem.sites if s.existing))
    if capacity < needed:
        where = _when(problem, period)
        yield Violation(code="CAPACITY_GAP", where=where, excess=needed - capacity, detail="kg/d")


def check_assignment(
    problem: RelocationProblem, solution: RelocationSolution, period: int
) -> Iterator[Violation]:
    """Each zone's waste goes whole to open sites within reach that have room at the peak."""
    flows = solution.assigned[period]
    sent: defaultdict[int, int] = defaultdict(int)
    taken: defaultdict[int, int] = defaultdict(int)
    sources: defaultdict[int, int] = defaultdict(int)
    allowed = problem.allowed()
    for (zone, site), kg in sorted(flows.items()):
        sent[zone] += kg
        taken[site] += kg
        sources[zone] += kg > 0
        where = f"{problem.zones[zone].id} to {problem.sites[site].id}, {_when(problem, period)}"
        if kg and site not in solution.open_sites[period]:
            yield Violation(code="SITE_CLOSED", where=where, excess=kg)
        if kg and not allowed[zone, site]:
            over = int(problem.drive_s[zone, site]) - problem.max_drive_s
            yield Violation(code="DRIVE_TIME", where=where, excess=over, detail="s")
    for zone, row in enumerate(problem.zones):
        where = f"{row.id}, {_when(problem, period)}"
        if missing := problem.demand_kg(zone, period) - sent[zone]:
            yield Violation(code="UNASSIGNED", where=where, excess=missing, detail="kg")
        if problem.single_source and sources[zone] > 1:
            yield Violation(code="SINGLE_SOURCE", where=where, excess=sources[zone] - 1)
    if not problem.decided(period):
        return  # today's overload is not the plan's
    for site, kg in sorted(taken.items()):
        if (over := kg - problem.usable_kg(site)) > 0:
            where = f"{problem.sites[site].id}, {_when(problem, period)}"
            yield Violation(code="SITE_CAPACITY", where=where, excess=over, detail="kg at the mean")


def check_haulage(
    problem: RelocationProblem, solution: RelocationSolution, period: int
) -> Iterator[Violation]:
    """What comes in goes out, to plants that can be reached and take it, also with one out."""
    came: defaultdict[int, int] = defaultdict(int)
    left: defaultdict[int, int] = defaultdict(int)
    tipped: defaultdict[int, int] = defaultdict(int)
    for (_, site), kg in solution.assigned[period].items():
        came[site] += kg
    for (site, plant), kg in solution.hauled[period].items():
        left[site] += kg
        tipped[plant] += kg
        if kg and problem.haul_cost[site, plant] >= UNREACHABLE_COST:
            yield Violation(code="NO_WAY", where=f"{problem.sites[site].id} to plant", excess=kg)
    for site in sorted({*came, *left}):
        if uneven := came[site] - left[site]:
            where = f"{problem.sites[site].id}, {_when(problem, period)}"
            yield Violation(code="HAUL_BALANCE", where=where, excess=abs(uneven), detail="kg")
    for plant, row in enumerate(problem.plants):
        if (over := tipped[plant] - row.quota_kg) > 0:
            where = f"{row.id}, {_when(problem, period)}"
            yield Violation(code="PLANT_QUOTA", where=where, excess=over, detail="kg")
        if (
            problem.outages
            and problem.decided(period)
            and (stuck := stuck_kg(problem, came, plant))
        ):
            where = f"without {row.id}, {_when(problem, period)}"
            yield Violation(code="OUTAGE", where=where, excess=stuck, detail="kg")


def stuck_kg(problem: RelocationProblem, came: Mapping[int, int], out: int) -> int:
    """Waste no plant can take when plant `out` is out: all less the maximum flow."""
    sites = sorted(site for site, kg in came.items() if kg)
    count, source = len(sites) + len(problem.plants), len(sites) + len(problem.plants)
    graph = np.zeros((count + 2, count + 2), np.int32)
    for row, site in enumerate(sites):
        graph[source, row] = came[site]
        for plant, one in enumerate(problem.plants):
            if plant != out and problem.haul_cost[site, plant] < UNREACHABLE_COST:
                graph[row, len(sites) + plant] = came[site]
                graph[len(sites) + plant, source + 1] = min(one.quota_kg, 2**31 - 1)
    placed = maximum_flow(csr_matrix(graph), source, source + 1).flow_value
    return sum(came.values()) - int(placed)


def _when(problem: RelocationProblem, period: int) -> str:
    return problem.periods[period].begin.isoformat()
