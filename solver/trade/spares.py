"""Spare sinks: who takes a stream on days when its own sinks cannot hold it, at its own price.

An outlet that fails (a kitchen-waste plant shut, its quota cut) sends the stream to the sites whose
row is spare for it; on other days they take none of it, for routes, haul and judge alike.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from models.day import Note
from models.district import SiteKind
from solver.trade.sites import limit_kg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.district import District, Site, Stream

FINAL = frozenset({SiteKind.PLANT, SiteKind.TIP})
"""Kinds of site where waste stays; a station only passes it on."""


def with_spares(district: District) -> District:
    """The district of a day with the spare sinks open for the streams that need them."""
    short = frozenset(_short(district))
    if not any(site.spare_for & short for site in district.sites):
        return district
    return replace(district, sites=tuple(_opened(site, short) for site in district.sites))


def spare_notes(before: District, now: District) -> Iterator[Note]:
    """What the day's spare sinks take, told to the dispatcher."""
    usual = {site.id: site.accepts for site in before.sites}
    for site in now.sites:
        for stream in sorted(site.accepts - usual[site.id]):
            yield Note(
                f"{stream} 自有去向当日容纳不下，备用去向 {site.id} {site.name} 启用",
                f"the sinks of {stream} cannot hold it this day: spare sink {site.id} {site.name} "
                "takes it",
            )


def _short(district: District) -> Iterator[Stream]:
    """Streams of spare sinks whose own ones, as far as they are open, cannot hold the points."""
    waste: dict[Stream, int] = defaultdict(int)
    for point in district.points:
        waste[point.stream] += point.demand_kg
    for stream in sorted({stream for site in district.sites for stream in site.spare_for}):
        own = [
            limit_kg(site)
            for site in district.sites
            if site.is_open and site.kind in FINAL and stream in site.accepts
        ]
        if all(own) and sum(own) < waste[stream]:
            yield stream


def _opened(site: Site, short: frozenset[Stream]) -> Site:
    more = site.spare_for & short
    return replace(site, streams=site.accepts | more) if more else site
