"""Visits that no cheapest plan has: they empty nothing, and to drive on at once is no detour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.units import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.problem import Facility, RoutingProblem

    Ids = NDArray[np.int64]


def needless_legs(problem: RoutingProblem) -> frozenset[tuple[int, int]]:
    """Legs that some cheapest plan does without, between places as `Worth` numbers them.

    To a facility behind one that empties as much, or from the depot with nothing loaded, and from
    one to the depot that empties nothing which must be empty there. A plan that has one may leave
    the visit out: it drives no longer and pays no more, and what it gains it may wait.
    """
    return frozenset(_needless(problem))


def _needless(problem: RoutingProblem) -> Iterator[tuple[int, int]]:
    n, sites, kinds = len(problem.tasks), problem.facilities, problem.vehicle_types
    modes = [mode for task in problem.tasks for mode in task.modes]
    enter = [mode.enter for mode in modes] + [site.enter for site in sites]
    leave = [mode.leave for mode in modes] + [site.leave for site in sites]
    onward = np.unique(np.array(enter + [kind.end for kind in kinds]))
    before = np.unique(np.array(leave + [kind.start for kind in kinds]))
    must = {dim for dim, one in enumerate(problem.dimensions) if one.end_empty}
    depots = [(n + len(sites) + other, kind) for other, kind in enumerate(kinds)]
    for number, site in enumerate(sites):
        behind = [(n + k, one.leave) for k, one in enumerate(sites) if site.resets <= one.resets]
        behind += [(place, kind.start) for place, kind in depots if not any(kind.initial_load)]
        rows = np.array([row for _, row in behind])
        for (place, _), short in zip(behind, _shorter(problem, site, rows, onward), strict=True):
            if not short.any():
                yield place, n + number
        if not site.resets & must:
            ends = np.array([kind.end for kind in kinds])
            for (place, _), short in zip(
                depots, _shorter(problem, site, before, ends).T, strict=True
            ):
                if not short.any():
                    yield n + number, place


def _shorter(problem: RoutingProblem, site: Facility, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
    """Where the way from a row to a column over a facility is shorter or cheaper for some type."""
    found = np.zeros((len(rows), len(columns)), dtype=bool)
    for profile, per_m, per_s in {
        (kind.profile, kind.cost_per_m, kind.cost_per_s) for kind in problem.vehicle_types
    }:
        block = problem.matrices[profile].block
        (direct_s, direct_m), (into_s, into_m), (out_s, out_m) = (
            [each.astype(np.int64) for each in block(*way)]
            for way in (
                (rows, columns),
                (rows, np.array([site.enter])),
                (np.array([site.leave]), columns),
            )
        )
        more_s = into_s + site.duration + out_s - direct_s
        more_m = into_m + site.distance + out_m - direct_m
        cheaper = per_m * more_m + per_s * more_s + site.visit_cost < 0
        possible = (into_s < UNREACHABLE) & (out_s < UNREACHABLE)
        found |= possible & ((direct_s >= UNREACHABLE) | (more_s < 0) | cheaper)
    return found
