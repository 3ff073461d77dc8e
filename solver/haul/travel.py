"""Haul trucks' drives between depots, stations and plants, over the roads each may drive."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from models.district import SiteKind
from models.errors import NetworkError
from models.units import UNREACHABLE
from solver.roads.cache import Cache
from solver.tasks.roads import Roads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.district import District, Site
    from models.network import Profile
    from solver.roads.paths import Router
    from solver.tasks.fleet import OnDuty
    from solver.tasks.ground import Ground

ENDS = frozenset({SiteKind.DEPOT, SiteKind.STATION, SiteKind.PLANT})
Travel = dict[tuple[str, str], tuple[int, int]]


def haul_travel(
    district: District,
    ground: Ground,
    trucks: Iterable[OnDuty],
    *,
    routers: Mapping[str, Router] | None = None,
    cache: Cache | None = None,
) -> dict[str, Travel]:
    """(s, m) by road profile and pair of site ids: depots, stations, plants, access included.

    Each of the profiles of the `trucks` dealt to the haul has the ways it may drive and no others:
    a pair that its roads do not join is not there. `routers` by profile name are used again.
    """
    profiles = {one.truck.profile.name: one.truck.profile for one in trucks}
    sites = [site for site in district.sites if site.kind in ENDS]
    roads = Roads(
        ground.network, frozenset(ground.closures), cache or Cache(None), dict(routers or {})
    )
    found: dict[str, Travel] = {}
    for name, profile in profiles.items():
        found[name] = {}
        with suppress(NetworkError):  # no road here is for such a truck: it has no ways at all
            found[name] = dict(_driven(sites, ground, roads, profile))
    return found


def _driven(
    sites: list[Site], ground: Ground, roads: Roads, profile: Profile
) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    """Pairs that the profile's roads join, with the access beyond the gateways."""
    verdict = roads.router(profile).graph.verdict
    stands: list[tuple[Site, int]] = []
    for site in sites:
        place = ground.sites[site.id]
        open_to = [arc for arc in (place.right, place.left) if arc >= 0 and not verdict[arc]]
        if open_to:
            stands.append((site, open_to[0]))
    if not stands:
        return
    arcs = np.array([arc for _, arc in stands], np.int32)
    every = np.arange(len(stands))
    legs = roads.matrix(profile, arcs, arcs, np.ones(len(stands), bool)).block(every, every)
    for row, (frm, _) in enumerate(stands):
        for col, (to, _) in enumerate(stands):
            seconds, metres = int(legs[0][row, col]), int(legs[1][row, col])
            if frm.id != to.id and seconds < UNREACHABLE:
                access_s, access_m = frm.access_s + to.access_s, frm.access_m + to.access_m
                yield (frm.id, to.id), (seconds + access_s, metres + access_m)
