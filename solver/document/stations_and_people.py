"""Stations and people as the plan document tells them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from models.day import Note
from models.plan import PlanDuty, PlanStation, StationPoint
from models.units import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from models.district import District
    from models.ids import DutyId
    from models.shift import Duty, LabourRules, Roster
    from models.station import StationLoad
    from solver.stations.load import Alarm


def stations_document(
    district: District, day: date, loads: Sequence[StationLoad], full: Sequence[Alarm]
) -> list[PlanStation]:
    """Each station's day, in tonnes; `full` are those to be named."""
    level: dict[str, Literal["near", "over"]] = {
        one.site: "over" if one.over_kg else "near" for one in full
    }
    names = {site.id: site.name for site in district.sites}
    return [
        PlanStation(
            id=load.site,
            name=names[load.site],
            design_t=load.design_kg / 1_000,
            taken_t=load.taken_kg / 1_000,
            load_ratio=round(load.taken_kg / load.design_kg, 4) if load.design_kg else 0.0,
            alarm=level.get(load.site, ""),
            storage_t=load.storage_kg / 1_000,
            peak_ratio=load.peak_percent / 100,
            mean_wait_s=load.mean_wait_s,
            max_wait_s=load.max_wait_s,
            series=[
                StationPoint(
                    t=timestamp(day, point.begin),
                    arrivals=point.arrivals,
                    tonnes=point.kg / 1_000,
                    queue=point.queue,
                    stock_t=point.stock_kg / 1_000,
                )
                for point in load.series
            ],
        )
        for load in loads
    ]


def alarm_notes(district: District, full: Sequence[Alarm]) -> Iterator[Note]:
    """Stations that are nearly full, or more than full, by name."""
    names = {site.id: site.name for site in district.sites}
    for one in full:
        place = one.site if names[one.site] == one.site else f"{one.site} {names[one.site]}"
        over = one.over_kg / 1_000
        yield Note(
            f"转运站 {place} 接收量达设计能力的 {one.load_percent} %"
            + (f"，超出 {over:g} 吨" if over else ""),
            f"station {place} takes {one.load_percent} % of its design tonnage"
            + (f", {over:g} t above it" if over else ""),
        )


def duties_document(
    district: District,
    rules: LabourRules,
    day: date,
    *,
    duties: Sequence[Duty],
    roster: Roster,
    names: Mapping[DutyId, str],
) -> list[PlanDuty]:
    """Each person's work, in order of the beginning; `names` are the document's, by duty."""
    people = {driver.id: driver.name for driver in district.drivers}
    work: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        for person in roster.crews.get(duty.id, ()):
            work[person].append(duty)
    found = []
    for person, own in work.items():
        own.sort(key=lambda duty: duty.begin)
        paid = sum(duty.paid_s for duty in own)
        found.append(
            PlanDuty(
                driver=person,
                name=people.get(person, person),
                work=[names[duty.id] for duty in own],
                begin=timestamp(day, own[0].begin),
                end=timestamp(day, max(duty.end for duty in own)),
                overtime_s=max(0, paid - rules.normal_day_s),
            )
        )
    return sorted(found, key=lambda duty: (duty.begin, duty.driver))
