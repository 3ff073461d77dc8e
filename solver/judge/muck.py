"""The judge of muck trucks: permits, hours, disposal sites and every approved way.

It reads the network's columns and the day's tables, and shares nothing with the search for ways.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import local_xy
from models.solution import Violation
from models.trade.muck import minutes_of
from models.units import DAY, MINUTE
from solver.judge.drives import leg_seconds
from solver.judge.streets import RoadJudge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.network import RoadNetwork
    from models.trade.muck import Disposal, MuckDay, MuckWay, MuckWork, Permit


class _Town(NamedTuple):
    """The day, its roads, and the judge of drives on them."""

    day: MuckDay
    network: RoadNetwork
    roads: RoadJudge


def judge_muck(day: MuckDay, network: RoadNetwork, works: Sequence[MuckWork]) -> list[Violation]:
    """Every broken law of what is approved for a day, and of the permits themselves."""
    return list(_judge(day, network, works))


def _judge(day: MuckDay, network: RoadNetwork, works: Sequence[MuckWork]) -> Iterator[Violation]:
    permits = {one.id: one for one in day.permits}
    sites = {one.id: one for one in day.disposals}
    town = _Town(day, network, RoadJudge(network, day.closures))
    listed = Counter(work.permit for work in works)
    for permit in day.permits:
        if permit.holds_on(day.day) and listed[permit.id] != 1:
            yield Violation(
                code="MUCK_WAY", where=permit.id, detail=f"approved {listed[permit.id]} times"
            )
    for work in works:
        if (one := permits.get(work.permit)) is None:
            yield Violation(code="UNKNOWN", where=work.permit, detail=work.permit)
            continue
        if not one.holds_on(day.day):
            yield Violation(
                code="MUCK_INVALID", where=one.id, detail=f"{one.begin or ''} - {one.end}"
            )
        yield from _hours(day, one)
        yield from _approved(day, one, work)
        yield from _trips(day, one, work)
        if one.disposal not in sites:
            yield Violation(code="UNKNOWN", where=one.id, detail=one.disposal)
            continue
        yield from _ways(town, one, sites[one.disposal], work)
    yield from _limits(day, works)


def _hours(day: MuckDay, permit: Permit) -> Iterator[Violation]:
    """Night is open to all, the day's window to trucks with active safety, the rest to nobody."""
    night, more = minutes_of((day.rules.night,)), minutes_of((day.rules.day,))
    asked = minutes_of(permit.hours)
    if not permit.active_safety and (daytime := asked & more - night):
        yield Violation(code="MUCK_DAYTIME", where=permit.id, excess=MINUTE * len(daytime))
    if outside := asked - night - more:
        yield Violation(code="MUCK_HOURS", where=permit.id, excess=MINUTE * len(outside))


def _approved(day: MuckDay, permit: Permit, work: MuckWork) -> Iterator[Violation]:
    """All of the permit's hours, but none after the midnight with which its last day ends."""
    last = day.day == permit.end
    if last and (over := sum(max(0, end - max(begin, DAY)) for begin, end in work.hours)):
        yield Violation(
            code="MUCK_INVALID", where=permit.id, excess=over, detail=f"s after {permit.end}"
        )
        return
    right = {
        minute
        for begin, end in permit.hours
        for minute in range(begin // MINUTE, -(-end // MINUTE))
        if not last or minute < DAY // MINUTE
    }
    told = {m for begin, end in work.hours for m in range(begin // MINUTE, -(-end // MINUTE))}
    if told != right:
        detail = f"{len(told)} minutes, right {len(right)}"
        yield Violation(code="CLAIM", where=permit.id, excess=len(told ^ right), detail=detail)


def _trips(day: MuckDay, permit: Permit, work: MuckWork) -> Iterator[Violation]:
    """Trips carry the permit's tonnes, and one truck drives them within its hours."""
    trips = -(-permit.kg // round(1000 * day.rules.payload_t))
    if work.trips != trips:
        yield Violation(code="CLAIM", where=permit.id, detail=f"{work.trips}, right {trips}")
    slowest = [
        max((way.duration_s for way in work.ways if way.loaded == loaded), default=0)
        for loaded in (True, False)
    ]
    needs = trips * (sum(slowest) + round(60 * day.rules.handling_min))
    if (over := needs - MINUTE * len(minutes_of(work.hours))) > 0:
        yield Violation(code="MUCK_TRIPS", where=permit.id, excess=over)


def _ways(town: _Town, permit: Permit, site: Disposal, work: MuckWork) -> Iterator[Violation]:
    """Both ways of each part of the day, drivable, from site to site, told as they are."""
    day, network, _ = town
    ends: tuple[tuple[int, Permit | Disposal], ...] = (
        (work.site_arc, permit),
        (work.disposal_arc, site),
    )
    for arc, place in ends:
        if not 0 <= arc < network.num_arcs:
            yield Violation(code="ARC_UNKNOWN", where=permit.id, detail=f"arcs {[arc]}")
            return
        if (off := _away(network, arc, place) - day.rules.road_m) > 0:
            yield Violation(
                code="MUCK_FAR", where=permit.id, excess=round(off), arc=arc, detail=place.id
            )
    dark = minutes_of((day.rules.night,))
    wanted = {
        (minute in dark, loaded) for minute in minutes_of(work.hours) for loaded in (True, False)
    }
    found = Counter((way.night, way.loaded) for way in work.ways)
    if set(found) != wanted or max(found.values(), default=1) > 1:
        lacking = len(wanted - set(found))
        yield Violation(
            code="MUCK_WAY", where=permit.id, detail=f"{lacking} of {len(wanted)} missing"
        )
    both = (work.site_arc, work.disposal_arc)
    for way in work.ways:
        yield from _way(town, way, both if way.loaded else both[::-1], permit.id)


def _way(town: _Town, way: MuckWay, ends: tuple[int, int], where: str) -> Iterator[Violation]:
    """One way: lawful to drive, from end to end, its time, metres and exposure as told."""
    day, network, roads = town
    profile = day.loaded if way.loaded else day.empty
    broken = list(roads.check_drive(profile, (ends[0], *way.arcs), where))
    yield from broken
    if any(one.code == "ARC_UNKNOWN" for one in broken):
        return
    last = way.arcs[-1] if way.arcs else ends[0]
    if last != ends[1]:
        yield Violation(
            code="DRIVE_END", where=where, detail=f"ends on arc {last}, not {ends[1]}", arc=last
        )
    least, most = leg_seconds(network, profile, way.arcs)
    if off := max(least - way.duration_s, way.duration_s - most, 0):
        detail = f"drives {way.duration_s} s, its streets take {least} to {most} s"
        yield Violation(code="TIME", where=where, excess=off, detail=detail)
    past = day.homes if way.night else day.schools
    metres = sum(int(network.length_m[arc]) for arc in way.arcs)
    exposed = sum(int(network.length_m[arc]) for arc in way.arcs if past[arc])
    for told, right in ((way.distance_m, metres), (way.exposed_m, exposed)):
        if told != right:
            yield Violation(code="CLAIM", where=where, detail=f"{told}, right {right}")
    if way.fastest_s > way.duration_s or _price(day, way, way.fastest_s, way.fastest_exposed_m) < (
        _price(day, way, way.duration_s, way.exposed_m) - 2
    ):
        detail = f"{way.fastest_s} s, {way.fastest_exposed_m} m is not so"
        yield Violation(code="CLAIM", where=where, detail=detail)


def _price(day: MuckDay, way: MuckWay, seconds: int, exposed_m: int) -> float:
    """Seconds and the price of exposure of a way, rounded seconds within one of it."""
    s_km = day.rules.homes_s_km if way.night else day.rules.schools_s_km
    return seconds + exposed_m * s_km / 1000


def _limits(day: MuckDay, works: Sequence[MuckWork]) -> Iterator[Violation]:
    """A disposal site takes the materials it lists, each up to its limit of the day."""
    limits = {(one.id, material): kg for one in day.disposals for material, kg in one.limits}
    approved = {work.permit for work in works}
    taken: Counter[tuple[str, str]] = Counter()
    for permit in day.permits:
        if permit.id in approved:
            taken[permit.disposal, permit.material] += permit.kg
    for (site, material), kg in taken.items():
        if (site, material) not in limits:
            yield Violation(code="MUCK_MATERIAL", where=site, excess=kg, site=site, detail=material)
        elif (over := kg - limits[site, material]) > 0:
            yield Violation(code="MUCK_OVER", where=site, excess=over, site=site, detail=material)


def _away(network: RoadNetwork, arc: int, place: Permit | Disposal) -> float:
    """Metres from a place to the line of an arc."""
    points = network.points(arc)
    line = local_xy(points[:, 0], points[:, 1], (place.lon, place.lat))
    begin, along = line[:-1], np.diff(line, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(-(begin * along).sum(axis=1) / square, 0, 1)[:, None]
    return float(np.hypot(*(begin + share * along).T).min())
