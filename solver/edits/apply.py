"""Edits applied to a district on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from models.district import Closure, Point, Site, SiteKind, Vehicle
from models.edits import (
    Close,
    CloseStreet,
    Demand,
    Edit,
    Fleet,
    Garage,
    HoursEdit,
    Merge,
    MergePoints,
    Move,
    Open,
    Quota,
    Resize,
    SplitPoint,
    Without,
)
from models.errors import InputErrors, Issue
from solver.edits.issues import Spot, issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.district import District
    from models.edits import Scenario


def apply_edits(district: District, edits: Iterable[Edit], day: Date) -> District:
    """The district on `day` with edits that fit it, in their order."""
    for edit in edits:
        district = _apply(district, edit, day)
    return district


def apply_scenario(district: District, scenario: Scenario, day: Date) -> District:
    """The district on `day` with the scenario's edits in their order.

    Raises `InputErrors` with every edit that names something the district does not have, or that
    makes a place twice.
    """
    issues: list[Issue] = []
    for number, edit in enumerate(scenario.edits, start=1):
        wrong = list(misfits(district, edit, scenario.file or scenario.name, number))
        issues += wrong
        if not wrong:
            district = _apply(district, edit, day)
    if issues:
        raise InputErrors(issues)
    return district


def _apply(district: District, edit: Edit, day: Date) -> District:
    match edit:
        case Move() | Merge() | Open() | Close() | Resize() | HoursEdit() | Quota():
            changed = replace(district, sites=tuple(_sites(district, edit, day)))
            return _with_depot(changed, edit) if edit.begun(day) else changed
        case _ if not edit.begun(day):
            return district
        case Fleet() | Garage():
            return replace(district, vehicles=tuple(_vehicles(district, edit)))
        case Without():
            return _without(district, frozenset(edit.ids))
        case MergePoints() | SplitPoint() | Demand():
            return replace(district, points=tuple(_points(district, edit)))
        case CloseStreet():
            closure = Closure(
                way_id=edit.way_id,
                name=edit.name,
                begin=edit.open_from or day,
                end=edit.close_on or Date.max,
                reason="scenario",
            )
            return replace(district, closures=(*district.closures, closure))
        case _:
            raise TypeError(edit)


def _sites(district: District, edit: Edit, day: Date) -> Iterator[Site]:
    """The sites after the edit: what closes is left out, what opens is added at the end."""
    match edit:
        case Open():
            yield from district.sites
            if edit.begun(day):
                yield _placed(district.site(edit.like), edit, edit.site)
        case Close():
            gone = edit.close_on or edit.open_from
            yield from (s for s in district.sites if s.id != edit.site or (gone and gone > day))
        case Move() | Merge():
            olds = (edit.site,) if isinstance(edit, Move) else edit.sites
            gone = edit.close_on or edit.open_from
            stays = bool(gone and gone > day)
            old = [district.site(name) for name in olds]
            yield from (s for s in district.sites if s not in old or stays)
            if edit.begun(day):
                yield _merged(old, edit, _made(edit))
        case Quota():
            for site in district.sites:
                if site.id != edit.site or not edit.begun(day):
                    yield site
                elif edit.tonnes:
                    yield replace(site, daily_quota_kg=round(1_000 * edit.tonnes))
        case Resize() | HoursEdit():
            for site in district.sites:
                same = site.id != edit.site or not edit.begun(day)
                yield site if same else _changed(site, edit)


def _made(edit: Open | Move | Merge) -> str:
    """The id of the site an edit makes."""
    return f"{edit.site}-new" if isinstance(edit, Move) else edit.site


def _with_depot(district: District, edit: Edit) -> District:
    """Vehicles go with their depot to its new place."""
    match edit:
        case Move():
            olds: tuple[str, ...] = (edit.site,)
        case Merge():
            olds = edit.sites
        case _:
            return district
    new = _made(edit)
    vehicles = (replace(one, depot=new) if one.depot in olds else one for one in district.vehicles)
    return replace(district, vehicles=tuple(vehicles))


def _without(district: District, gone: frozenset[str]) -> District:
    """The district less these sites, vehicles and people."""
    return replace(
        district,
        sites=tuple(one for one in district.sites if one.id not in gone),
        vehicles=tuple(one for one in district.vehicles if one.id not in gone),
        drivers=tuple(one for one in district.drivers if one.id not in gone),
    )


def _placed(old: Site, edit: Open | Move | Merge, name: str) -> Site:
    """A site as `old` at the edit's place."""
    title = edit.name if isinstance(edit, Open | Merge) else old.name
    moved = replace(old, id=name, name=title or name, lon=edit.lon, lat=edit.lat, note="")
    return moved if edit.capacity_t is None else _sized(moved, round(1_000 * edit.capacity_t))


def _merged(old: list[Site], edit: Move | Merge, name: str) -> Site:
    """The sites in one: tonnage, bays, boxes and presses add up, hours are the widest.

    A plant without a quota makes one without.
    """
    quotas = [site.daily_quota_kg for site in old]
    whole = replace(
        old[0],
        **{key: sum(getattr(site, key) for site in old)
           for key in ("design_kg", "press_kg_h", "storage_kg", "bays", "boxes")},
        daily_quota_kg=sum(quotas) if all(quotas) else 0,
        windows=max((site.windows for site in old), key=lambda w: sum(b - a for a, b in w)),
    )  # fmt: skip
    return _placed(whole, edit, name)


def _sized(site: Site, capacity_kg: int) -> Site:
    """Another tonnage; bays, presses, storage and boxes grow in proportion."""
    if site.kind == SiteKind.PLANT:
        return replace(site, daily_quota_kg=capacity_kg)
    if not site.design_kg:
        return replace(site, design_kg=capacity_kg)
    grown = {
        key: -(-getattr(site, key) * capacity_kg // site.design_kg)
        for key in ("press_kg_h", "storage_kg", "boxes", "bays")
    }
    return replace(site, design_kg=capacity_kg, **grown)


def _changed(site: Site, edit: Resize | HoursEdit) -> Site:
    if isinstance(edit, HoursEdit):
        return replace(site, windows=edit.hours)
    changed = site if edit.capacity_t is None else _sized(site, round(1_000 * edit.capacity_t))
    return changed if edit.bays is None else replace(changed, bays=edit.bays)


def _vehicles(district: District, edit: Fleet | Garage) -> Iterator[Vehicle]:
    match edit:
        case Garage():
            for one in district.vehicles:
                yield replace(one, depot=edit.depot) if one.id in edit.vehicles else one
        case Fleet():
            yield from (one for one in district.vehicles if one.id not in edit.remove)
            if edit.like is not None:
                model = next(one for one in district.vehicles if one.id == edit.like)
                for number in range(edit.count):
                    yield replace(model, id=f"{edit.like}-new{number + 1}", plate="")


def _points(district: District, edit: Edit) -> Iterator[Point]:
    match edit:
        case Demand():
            for one in district.points:
                scaled = edit.stream in {None, one.stream}
                kg = round(one.demand_kg * edit.factor) if scaled else one.demand_kg
                yield replace(one, demand_kg=kg)
        case MergePoints():
            group = [one for one in district.points if one.id in edit.points]
            lon, lat = edit.lon, edit.lat
            for one in district.points:
                if one.id == edit.points[0]:
                    yield replace(
                        one,
                        demand_kg=sum(p.demand_kg for p in group),
                        service_s=sum(p.service_s for p in group),
                        lon=one.lon if lon is None else lon,
                        lat=one.lat if lat is None else lat,
                        kind=edit.kind or one.kind,
                    )
                elif one.id not in edit.points:
                    yield one
        case SplitPoint():
            for one in district.points:
                if one.id != edit.point:
                    yield one
                    continue
                count = len(edit.places)
                for k, (lon, lat) in enumerate(edit.places):
                    share = one.demand_kg * (k + 1) // count - one.demand_kg * k // count
                    name = one.id if k == 0 else f"{one.id}-{k + 1}"
                    yield replace(one, id=name, lon=lon, lat=lat, demand_kg=share)


def misfits(district: District, edit: Edit, file: str, number: int) -> Iterator[Issue]:
    """What the edit names that the district does not have, or has already."""
    for column, value, known in _named(district, edit):
        if value not in known:
            near = get_close_matches(value, known, n=3) or sorted(known)[:6]
            yield issue("E701", Spot(file, number, column), value, ", ".join(near))
    if isinstance(edit, Merge):
        kinds = sorted({site.kind.value for site in district.sites if site.id in edit.sites})
        if len(kinds) > 1:
            spot = Spot(file, number, "sites")
            yield issue("E702", spot, ", ".join(kinds), "sites of one kind")
    if isinstance(edit, Without):
        for site in district.sites:
            if site.kind == SiteKind.DEPOT and site.id in edit.ids:
                hint = "its vehicles: they begin and end there"
                yield issue("E702", Spot(file, number, "ids"), site.id, hint)
    if isinstance(edit, Close) and any(one.depot == edit.site for one in district.vehicles):
        hint = "no vehicle: they begin and end there; garage them elsewhere before"
        yield issue("E702", Spot(file, number, "site"), edit.site, hint)
    if isinstance(edit, CloseStreet) and edit.name is None and edit.way_id is None:
        yield issue("E703", Spot(file, number, "name"), "", 'name = "..." or way_id = ...')
    if isinstance(edit, Open | Move | Merge):
        new = _made(edit)
        if new in {site.id for site in district.sites}:
            yield issue("E704", Spot(file, number, "site"), new, f"{new}2")
    early, late = edit.open_from, getattr(edit, "close_on", None)
    if early is not None and late is not None and late < early:
        yield issue("E705", Spot(file, number, "close_on"), str(late), f"{early} or later")


def _named(district: District, edit: Edit) -> Iterator[tuple[str, str, list[str]]]:
    """Keys of the edit that name something, the name, and the names there are."""
    sites = [site.id for site in district.sites]
    vehicles = [one.id for one in district.vehicles]
    points = [one.id for one in district.points]
    match edit:
        case Open():
            yield "like", edit.like, sites
        case Close() | Move() | Resize() | HoursEdit():
            yield "site", edit.site, sites
        case Quota():
            plants = [site.id for site in district.sites if site.kind == SiteKind.PLANT]
            yield "site", edit.site, plants
        case Without():
            people = [one.id for one in district.drivers]
            yield from (("ids", one, [*sites, *vehicles, *people]) for one in edit.ids)
        case Merge():
            yield from (("sites", one, sites) for one in edit.sites)
        case Fleet():
            yield from (("remove", one, vehicles) for one in edit.remove)
            if edit.like is not None:
                yield "like", edit.like, vehicles
        case Garage():
            depots = [site.id for site in district.sites if site.kind == SiteKind.DEPOT]
            yield "depot", edit.depot, depots
            yield from (("vehicles", one, vehicles) for one in edit.vehicles)
        case MergePoints():
            yield from (("points", one, points) for one in edit.points)
        case SplitPoint():
            yield "point", edit.point, points
