"""Flows of an engine, which are fractions, to whole kilograms that still add up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.location import UNREACHABLE_COST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from models.location import RelocationProblem

Table = dict[tuple[int, int], int]


def whole_flows(
    problem: RelocationProblem,
    period: int,
    shares: Mapping[tuple[int, int], float],
    flows: Mapping[tuple[int, int], float],
    open_sites: Collection[int],
) -> tuple[Table, Table]:
    """Kilograms by (zone, site) and (site, plant) from shares of demand and flows [kg].

    Rounded down; what is left over goes where there is room for it, first among the places the
    engine already uses, then to any other open one, so that sums hold to the kilogram.
    """
    amounts = {(z, s): share * problem.demand_kg(z, period) for (z, s), share in shares.items()}
    rows = {z: problem.demand_kg(z, period) for z in range(len(problem.zones))}
    spare = [] if problem.single_source else sorted(open_sites)
    near = problem.allowed()
    sent = _whole(rows, amounts, problem.usable_kg, lambda z: [s for s in spare if near[z, s]])
    came: defaultdict[int, int] = defaultdict(int)
    for (_, site), kg in sent.items():
        came[site] += kg
    if not flows:
        return sent, {}
    reach = problem.haul_cost < UNREACHABLE_COST
    return sent, _whole(
        came,
        flows,
        lambda plant: problem.plants[plant].quota_kg,
        lambda site: [p for p in range(len(problem.plants)) if reach[site, p]],
    )


def _whole(
    rows: Mapping[int, int],
    amounts: Mapping[tuple[int, int], float],
    room: Callable[[int], int],
    others: Callable[[int], list[int]],
) -> Table:
    """Whole amounts whose rows sum to `rows`, columns within `room` where that is possible."""
    found: Table = {}
    used: defaultdict[int, int] = defaultdict(int)
    by_row: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for (row, column), amount in sorted(amounts.items()):
        if amount > 1e-6:
            by_row[row].append((amount, column))
            found[row, column] = int(amount + 1e-4)
            used[column] += found[row, column]
    for row, total in rows.items():
        missing = total - sum(found[row, column] for _, column in by_row[row])
        order = [column for _, column in sorted(by_row[row], reverse=True)]
        for column in [*order, *(c for c in others(row) if c not in order)] if missing else ():
            held = found.get((row, column), 0)
            step = min(missing, max(0, room(column) - used[column]))
            step = step if missing > 0 else max(-held, missing)
            found[row, column] = held + step
            used[column] += step
            missing -= step
        if missing and order:
            found[row, order[0]] += missing
            used[order[0]] += missing
    return {key: kg for key, kg in found.items() if kg}
