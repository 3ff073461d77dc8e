"""Tips, water points and depots of a part: where, when, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.district import Site, SiteKind, Stream
from models.problem import Facility
from models.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.district import Window
    from models.rules import Operation
    from solver.tasks.ground import Place
    from solver.tasks.modes import Crewed
    from solver.tasks.roads import Places

USUAL_STREAMS = {
    SiteKind.TIP: frozenset({Stream.SWEEPINGS}),
    SiteKind.STATION: frozenset({Stream.RESIDUAL}),
    SiteKind.PLANT: frozenset({Stream.RESIDUAL}),
}
"""What a site takes whose row names no stream."""
OPEN = {"", "open"}
FULL_PERCENT = 90
"""Share of the stations' design tonnage that whole loads can fill (memory)."""
NO_LIMIT_KG = 1_000_000_000
"""A station without a design tonnage holds what comes."""


def takes(site: Site, operation: Operation) -> bool:
    """Whether waste of the operation may be tipped at the site."""
    streams = site.streams or USUAL_STREAMS.get(site.kind, frozenset())
    return (
        site.kind in operation.tip_kinds
        and site.status in OPEN
        and bool(streams & set(operation.tip_streams))
    )


def far_plants(
    sites: Iterable[Site], operation: Operation, waste_kg: int, capacity: Mapping[str, int]
) -> frozenset[str]:
    """Plants that the operation's vehicles leave to the haul: beyond the `direct_km` of its points.

    None when its stations, filled to `FULL_PERCENT` for loads come in lumps, cannot hold
    `waste_kg`. `capacity` replaces design tonnages by site id [kg].
    """
    tips = [site for site in sites if takes(site, operation)]
    stations = [site for site in tips if site.kind == SiteKind.STATION]
    room = [capacity.get(site.id, site.design_kg or NO_LIMIT_KG) for site in stations]
    limit_km = None if operation.points is None else operation.points.direct_km
    if limit_km is None or not stations or sum(room) * FULL_PERCENT < 100 * waste_kg:
        return frozenset()
    limit_m = 1_000 * limit_km
    return frozenset(s.id for s in tips if s.kind == SiteKind.PLANT and s.access_m > limit_m)


def refills(site: Site, operation: Operation) -> bool:
    """Whether the operation's vehicles may take water at the site."""
    return site.kind in operation.refill_kinds and site.status in OPEN


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
