"""The load of each transfer station, quarter-hour by quarter-hour, against what it can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.district import SiteKind
from models.station import QUARTER, QuarterHour, StationLoad
from solver.stations.deliveries import deliveries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.day import DrivenDay
    from models.district import District, Site
    from models.station import Delivery, HaulPlan

PRESS_AVAILABILITY_PERCENT = 70
"""Share of the nominal press rate to plan with (DOMAIN 4.7, memory)."""
ALARMS_PERCENT = (90, 100)
"""Shares of the design tonnage from which a station is named in the plan (issue: 0.9 and 1.0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A station near (90) or above (100) its design tonnage; not a violation by itself."""

    site: str
    level_percent: int
    load_percent: int
    over_kg: int


def station_loads(
    district: District, day: DrivenDay, haul: HaulPlan | None = None
) -> tuple[StationLoad, ...]:
    """Loads of all transfer stations in the district's order, used or not.

    Without a haul plan the stock is what the press has not yet taken; with one it is all that has
    not yet left.
    """
    found = deliveries(district, day)
    leaving = _leaving(haul)
    return tuple(
        _load(site, [d for d in found if d.site == site.id], leaving.get(site.id))
        for site in district.sites
        if site.kind == SiteKind.STATION
    )


def storage_kg(site: Site) -> int:
    """What a station can hold [kg]: floor and boxes together; 0: no limit known."""
    return site.storage_kg + site.boxes * site.box_kg


def press_kg_h(site: Site) -> int:
    """Press rate to plan with [kg/h]; 0: no press, no limit."""
    return site.press_kg_h * PRESS_AVAILABILITY_PERCENT // 100


def alarms(loads: Sequence[StationLoad]) -> tuple[Alarm, ...]:
    """Stations at or above 90 % of their design tonnage, the fullest first."""
    found = [
        Alarm(
            site=load.site,
            level_percent=max(level for level in ALARMS_PERCENT if load.load_percent >= level),
            load_percent=load.load_percent,
            over_kg=max(0, load.taken_kg - load.design_kg),
        )
        for load in loads
        if load.design_kg and load.load_percent >= ALARMS_PERCENT[0]
    ]
    return tuple(sorted(found, key=lambda alarm: (-alarm.load_percent, alarm.site)))


def _leaving(haul: HaulPlan | None) -> dict[str, list[tuple[int, int]]]:
    if haul is None:
        return {}
    leaving: dict[str, list[tuple[int, int]]] = {}
    for tour in haul.tours:
        for run in tour.runs:
            leaving.setdefault(run.station, []).append((run.swap_end, run.kg))
    for station, _ in haul.left_kg:
        leaving.setdefault(station, [])
    return leaving


def _load(
    site: Site, own: Sequence[Delivery], leaving: Sequence[tuple[int, int]] | None
) -> StationLoad:
    taken = sum(delivery.kg for delivery in own)
    waits = [delivery.begin - delivery.arrive for delivery in own]
    series = _series(site, own, leaving)
    return StationLoad(
        site=site.id,
        design_kg=site.design_kg,
        taken_kg=taken,
        storage_kg=storage_kg(site),
        peak_percent=_peak_percent(site, series),
        max_stock_kg=max((point.stock_kg for point in series), default=0),
        mean_wait_s=round(sum(waits) / len(waits)) if waits else 0,
        max_wait_s=max(waits, default=0),
        series=series,
    )


def _series(
    site: Site, own: Sequence[Delivery], leaving: Sequence[tuple[int, int]] | None
) -> tuple[QuarterHour, ...]:
    moments = [d.arrive for d in own] + [d.end for d in own] + [t for t, _ in leaving or ()]
    if not moments:
        return ()
    press = press_kg_h(site)
    stock = 0
    points = []
    first = min(moments) // QUARTER * QUARTER
    for begin in range(first, max(moments) + 1, QUARTER):
        end = begin + QUARTER
        tipped = sum(d.kg for d in own if begin <= d.end < end)
        if leaving is None:
            pressed = press * QUARTER // 3_600 if press else stock + tipped
            stock = max(0, stock + tipped - pressed)
        else:
            stock += tipped - sum(kg for t, kg in leaving if begin <= t < end)
        points.append(
            QuarterHour(
                begin=begin,
                arrivals=sum(begin <= d.arrive < end for d in own),
                kg=tipped,
                queue=_longest_queue(own, begin, end),
                stock_kg=stock,
            )
        )
    return tuple(points)


def _longest_queue(own: Sequence[Delivery], begin: int, end: int) -> int:
    """Most vehicles waiting at one moment of [begin, end)."""
    waiting = [d for d in own if d.begin > d.arrive and d.arrive < end and d.begin > begin]
    moments = {max(begin, d.arrive) for d in waiting}
    return max((sum(d.arrive <= t < d.begin for d in waiting) for t in moments), default=0)


def _peak_percent(site: Site, series: Sequence[QuarterHour]) -> int:
    open_s = sum(late - early for early, late in site.windows)
    even = site.design_kg * QUARTER / open_s if open_s else 0
    busiest = max((point.kg for point in series), default=0)
    return round(100 * busiest / even) if even else 0


def taken_by_site(found: Sequence[Delivery]) -> Mapping[str, int]:
    """Kilograms tipped at each site."""
    taken: dict[str, int] = {}
    for delivery in found:
        taken[delivery.site] = taken.get(delivery.site, 0) + delivery.kg
    return taken


def over_design(district: District, taken: Mapping[str, int]) -> dict[str, int]:
    """Kilograms above the design tonnage, by station; only stations that have some."""
    return {
        site.id: over
        for site in district.sites
        if site.kind == SiteKind.STATION and site.design_kg
        if (over := taken.get(site.id, 0) - site.design_kg) > 0
    }
