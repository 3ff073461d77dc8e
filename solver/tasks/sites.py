"""Tips, water points and depots of a part: where, when, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.problem import Facility
from models.units import DAY
from solver.trade.sites import refills
from solver.trade.streams import takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.district import Site, Window
    from models.rules import Operation
    from solver.tasks.modes import Crewed
    from solver.tasks.roads import Places
    from solver.tasks.stopping import Place


def facilities(
    sites: Iterable[Site],
    operation: Operation,
    dims: Sequence[str],
    crews: Sequence[Crewed],
    *,
    stands: Mapping[str, int],
    places: Places,
) -> list[Facility]:
    """Facilities of a part, each with the id of its site.

    `stands` is the arc at whose end each site is served. A plant off the map is reached through
    its gateway: the drive both ways is part of the visit, the gate's hours count on arrival, and
    its bays are not counted here, for a vehicle on its way there holds none. A visit ends by
    closing time.
    """
    found: list[Facility] = []
    latest = max(one.hours[1] for one in crews)
    for site in sites:
        resets = set()
        if "waste_kg" in dims and takes(site, operation):
            resets.add(dims.index("waste_kg"))
        if "water_l" in dims and refills(site, operation):
            resets.add(dims.index("water_l"))
        if not resets:
            continue
        arc = stands[site.id]
        able = frozenset(kind for kind, one in enumerate(crews) if one.drives((arc,)))
        windows = visit_windows(site, latest)
        if not able or not windows:
            continue
        found.append(
            Facility(
                id=site.id,
                enter=places.enter(arc, to_end=True),
                leave=places.leave(arc),
                resets=frozenset(resets),
                duration=site.service_s + 2 * site.access_s,
                distance=2 * site.access_m,
                windows=windows,
                bays=0 if site.access_s else site.bays,
                vehicle_types=frozenset() if len(able) == len(crews) else able,
            )
        )
    return found


def visit_windows(site: Site, latest: int) -> tuple[Window, ...]:
    """When a visit may begin at the gateway [s], repeated daily up to `latest`."""
    days = range(0, latest + 1, DAY)
    hours = merged((early + day, late + day) for early, late in site.windows for day in days)
    begins = [
        (max(0, early - site.access_s), late - site.access_s - site.service_s)
        for early, late in hours
    ]
    return tuple((early, late) for early, late in begins if early <= late and early <= latest)


def merged(windows: Iterable[Window]) -> list[Window]:
    """Windows in order, touching ones joined."""
    found: list[Window] = []
    for early, late in sorted(windows):
        if found and early <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], late))
        else:
            found.append((early, late))
    return found


def stand(place: Place, crews: Iterable[Crewed]) -> int:
    """Arc at whose end a site is served: on its own side where most vehicles can drive there."""
    kinds = list(crews)
    sides = [arc for arc in (place.right, place.left) if arc >= 0]
    return max(sides, key=lambda arc: sum(one.drives((arc,)) for one in kinds))
