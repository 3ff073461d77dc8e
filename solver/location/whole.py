"""Flows of an engine, which are fractions, to whole kilograms that still add up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.location import RelocationProblem

Table = dict[tuple[int, int], int]


def whole_flows(
    problem: RelocationProblem,
    period: int,
    shares: Mapping[tuple[int, int], float],
    flows: Mapping[tuple[int, int], float],
) -> tuple[Table, Table]:
    """Kilograms by (zone, site) and (site, plant) from shares of demand and flows [kg].

    Rounded down; what is left over goes where there is room for it among the places the engine
    already uses, so that sums hold to the kilogram.
    """
    amounts = {(z, s): share * problem.demand_kg(z, period) for (z, s), share in shares.items()}
    rows = {z: problem.demand_kg(z, period) for z in range(len(problem.zones))}
    sent = _whole(rows, amounts, problem.usable_kg)
    came: defaultdict[int, int] = defaultdict(int)
    for (_, site), kg in sent.items():
        came[site] += kg
    away = _whole(came, flows, lambda plant: problem.plants[plant].quota_kg) if flows else {}
    return sent, away


def _whole(
    rows: Mapping[int, int],
    amounts: Mapping[tuple[int, int], float],
    room: Callable[[int], int],
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
        for column in order:
            step = max(-found[row, column], min(missing, room(column) - used[column]))
            if missing < 0 or step > 0:
                step = max(-found[row, column], missing) if missing < 0 else step
                found[row, column] += step
                used[column] += step
                missing -= step
        if missing and order:
            found[row, order[0]] += missing
            used[order[0]] += missing
    return {key: kg for key, kg in found.items() if kg}
