"""Tips, water points and depots of a part: where, when, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.problem import DimensionKind, Facility
from solver.trade.hours import beside, stays
from solver.trade.sites import refills
from solver.trade.streams import takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.district import Site
    from models.problem import Dimension
    from models.trade.work import Operation
    from solver.tasks.modes import Crewed
    from solver.tasks.roads import Places
    from solver.tasks.stopping import Place


def facilities(
    sites: Iterable[Site],
    operation: Operation,
    dims: Sequence[Dimension],
    crews: Sequence[Crewed],
    *,
    stands: Mapping[str, int],
    places: Places,
) -> list[Facility]:
    """Facilities of a part, each with the id of its site.

    `stands` is the arc at whose end each site is served. A plant off the map is reached through
    its gateway: the drive both ways is part of the visit, the gate's hours count on arrival, and
    its bays are not counted here, for a vehicle on its way there holds none. A visit ends by
    closing time. A site closed all through the shifts is left out, unless no other takes what it
    would: then it opens too late, and that is the reason tasks are told.
    """
    begin = min(one.hours[0] for one in crews)
    end = max(one.hours[1] for one in crews)
    useful = [(site, resets) for site in sites if (resets := _resets(site, operation, dims))]
    hours = {
        site.id: stays(site.windows, begin, end, site.service_s, way=site.access_s)
        for site, _ in useful
    }
    covered = frozenset[int]().union(*(resets for site, resets in useful if hours[site.id]))
    found: list[Facility] = []
    for site, resets in useful:
        arc = stands[site.id]
        able = frozenset(kind for kind, one in enumerate(crews) if one.drives((arc,)))
        if not able or (not hours[site.id] and resets <= covered):
            continue
        shut = beside(site.windows, begin, end, site.service_s, way=site.access_s)
        found.append(
            Facility(
                id=site.id,
                enter=places.enter(arc, to_end=True),
                leave=places.leave(arc),
                resets=resets,
                duration=site.service_s + 2 * site.access_s,
                distance=2 * site.access_m,
                windows=hours[site.id] or shut,
                bays=0 if site.access_s else site.bays,
                vehicle_types=frozenset() if len(able) == len(crews) else able,
            )
        )
    return found


def _resets(site: Site, operation: Operation, dims: Sequence[Dimension]) -> frozenset[int]:
    """The loads (indices of `dims`) that a visit to the site resets: a chamber at its own sinks."""
    water, waste = refills(site, operation), takes(site, operation)
    chambers = len(operation.carried) > 1
    return frozenset(
        number
        for number, dim in enumerate(dims)
        if (water if dim.kind == DimensionKind.WATER else waste)
        and (not chambers or not dim.stream or dim.stream in site.accepts)
    )


def stand(place: Place, crews: Iterable[Crewed]) -> int:
    """Arc at whose end a site is served: on its own side where most vehicles can drive there."""
    kinds = list(crews)
    sides = [arc for arc in (place.right, place.left) if arc >= 0]
    return max(sides, key=lambda arc: sum(one.drives((arc,)) for one in kinds))
