"""The load of each transfer station, quarter-hour by quarter-hour, against what it can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.district import SiteKind
from models.station import QuarterHour, StationLoad
from models.units import QUARTER
from solver.stations.deliveries import deliveries
from solver.trade.sites import press_kg_h, storage_kg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.day import DrivenDay
    from models.district import District, Site
    from models.station import Delivery, HaulPlan
    from models.trade.rules import StationRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A station near its design tonnage or above it; not a violation by itself."""

    site: str
    load_percent: int
    over_kg: int


def station_loads(
    district: District, rules: StationRules, day: DrivenDay, haul: HaulPlan | None = None
) -> tuple[StationLoad, ...]:
    """Loads of all transfer stations in the district's order, used or not.

    Without a haul plan the stock is what the press has not yet taken; with one it is all that has
    not yet left.
    """
    found = deliveries(district, day)
    leaving = _leaving(haul)
    return tuple(
        _load(site, rules, [d for d in found if d.site == site.id], leaving.get(site.id))
        for site in district.sites
        if site.kind == SiteKind.STATION
    )


def alarms(loads: Sequence[StationLoad], from_share: float) -> tuple[Alarm, ...]:
    """Stations filled to `from_share` of their design tonnage or above, the fullest first."""
    full = [
        load
        for load in loads
        if load.design_kg and load.taken_kg + 1e-6 >= from_share * load.design_kg
    ]
    return tuple(
        Alarm(
            site=load.site,
            load_percent=load.load_percent,
            over_kg=max(0, load.taken_kg - load.design_kg),
        )
        for load in sorted(full, key=lambda load: (-load.taken_kg / load.design_kg, load.site))
    )


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
    site: Site,
    rules: StationRules,
    own: Sequence[Delivery],
    leaving: Sequence[tuple[int, int]] | None,
) -> StationLoad:
    taken = sum(delivery.kg for delivery in own)
    waits = [delivery.begin - delivery.arrive for delivery in own]
    series = _series(site, own, leaving, press=press_kg_h(site, rules))
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
    site: Site, own: Sequence[Delivery], leaving: Sequence[tuple[int, int]] | None, *, press: int
) -> tuple[QuarterHour, ...]:
    moments = [d.arrive for d in own] + [d.end for d in own] + [t for t, _ in leaving or ()]
    if not moments:
        return ()
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
