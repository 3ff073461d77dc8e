"""The day at the bays: a site is one place, however many parts of the day tip there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.day import DrivenDay
from solver.routing.search.line import Berth
from solver.routing.search.queue import first_come

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.district import District
    from models.part import Part
    from models.solution import Solution


def schedule_day(
    district: District, parts: Sequence[Part], solutions: Sequence[Solution]
) -> DrivenDay:
    """Times of all routes of all parts together, with waits at the sites' bays."""
    sites = {site.id: Berth(site.id, site.bays, site.access_s) for site in district.sites}
    found = first_come(
        [part.problem for part in parts],
        solutions,
        [tuple(sites[site] for site in part.sites) for part in parts],
    )
    return DrivenDay.of(
        parts,
        [one.solution for one in found.timed],
        [one.schedules for one in found.timed],
        moved=found.moved,
        dropped=found.dropped,
    )
