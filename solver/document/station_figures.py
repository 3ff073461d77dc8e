"""Key figures of stations and haul: what balancing changed, what was hauled, what is stuck."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from models.district import SiteKind
from models.units import cny
from solver.cost import lengths
from solver.document.figures import money
from solver.haul.stuck import stuck
from solver.stations.deliveries import deliveries
from solver.stations.load import over_design, taken_by_site
from solver.stations.shortfall import proven_shortfall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.day import DrivenDay, Halves, Haul
    from models.district import District
    from models.plan import PlanTour
    from models.station import Delivery

BALANCE_KEYS = ("over_t", "stations_over", "km", "duty_h", "cost_cny", "above_design_t")
"""What `balance_figures` tells."""


def day_kpis(
    district: District,
    halves: Halves,
    *,
    tours: Sequence[PlanTour],
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """Figures of the second half; `figures` are those of the routes, for the day's totals."""
    tipped = deliveries(district, halves.timed)
    taken = taken_by_site(tipped)
    stations = {site.id: site for site in district.sites if site.kind == SiteKind.STATION}
    if not stations:
        return {}
    loads = [taken.get(i, 0) / s.design_kg for i, s in stations.items() if s.design_kg]
    found: dict[str, Any] = spare_kpis(district, tipped)
    found |= {
        "station_taken_t": _t(sum(taken.get(site, 0) for site in stations)),
        "max_station_load_ratio": round(max(loads, default=0.0), 4),
    }
    if halves.unbalanced is not None:
        now = balance_figures(district, halves.timed)
        found |= balance_kpis(halves.unbalanced, now)
    if halves.haul is not None:
        found |= haul_kpis(halves.haul, tours)
        found |= {
            "day_km": round(figures["service_km"] + figures["deadhead_km"] + found["haul_km"], 1),
            "day_cost_cny": round(figures["cost_cny"] + found["haul_cost_cny"], 2),
            "day_co2_kg": round(figures["co2_kg"] + found["haul_co2_kg"], 1),
        }
    found |= shortfall_kpis(district, halves)
    return found


def spare_kpis(district: District, tipped: Iterable[Delivery]) -> dict[str, Any]:
    """What routes bring to spare sinks by site [t], and its gate fees; nothing on usual days."""
    spare = {site.id: site for site in district.sites if site.spare_for}
    taken: Counter[str] = Counter()
    for one in tipped:
        if one.site in spare and one.stream in spare[one.site].spare_for:
            taken[one.site] += one.kg
    if not taken:
        return {}
    fees = sum(kg * spare[site].gate_fee for site, kg in taken.items())
    return {
        "spare_t": {site: _t(kg) for site, kg in sorted(taken.items())},
        "spare_cny": cny(fees // 1_000),
    }


def balance_kpis(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The unbalanced plan beside the balanced one, both as `balance_figures`."""
    return {
        "unbalanced": was,
        "balanced": now,
        "balance_extra_km": round(now["km"] - was["km"], 1),
        "balance_extra_h": round(now["duty_h"] - was["duty_h"], 1),
    }


def balance_figures(district: District, day: DrivenDay) -> dict[str, Any]:
    """Tonnes over capacity, kilometres, hours and money of the routes that may tip at stations."""
    stations = {site.id for site in district.sites if site.kind == SiteKind.STATION}
    using = [own for own in day.driven if stations & set(own.part.sites)]
    tipped = deliveries(district, day)
    over = over_design(district, taken_by_site(tipped))
    above = {site: _t(kg) for site, kg in over.items()}
    metres = seconds = 0
    for one in (route for own in using for route in own):
        driven = lengths(one.part.problem, one.route)
        metres += driven.service_m + driven.deadhead_m
        seconds += one.schedule.end - one.schedule.begin
    return {
        "over_t": float(round(sum(above.values()), 2)),
        "stations_over": len(over),
        "km": round(metres / 1_000, 1),
        "duty_h": round(seconds / 3_600, 1),
        "cost_cny": money(using),
        "above_design_t": above,
    }


def haul_kpis(haul: Haul, tours: Sequence[PlanTour]) -> dict[str, Any]:
    """The timetable in figures; bound and gap where a bound was proven."""
    problem, plan = haul
    runs = [run for tour in plan.tours for run in tour.runs]
    by_plant: dict[str, int] = defaultdict(int)
    by_stream: dict[str, int] = defaultdict(int)
    for run in runs:
        by_plant[run.plant] += run.kg
        by_stream[run.stream] += run.kg
    return {
        "haul_runs": len(runs),
        "haul_trucks": len({tour.vehicle for tour in tours}),
        "hauled_t": {stream: _t(kg) for stream, kg in sorted(by_stream.items())},
        "plant_t": {plant.id: _t(by_plant[plant.id]) for plant in problem.plants},
        "haul_overtime_h": round(sum(tour.overtime_s for tour in tours) / 3_600, 1),
        "haul_km": round(sum(tour.distance_m for tour in tours) / 1_000, 1),
        "haul_cost_cny": round(sum(tour.cost_cny for tour in tours), 2),
        "haul_co2_kg": round(sum(tour.co2_kg for tour in tours), 1),
    } | (
        {
            "haul_bound_cny": cny(plan.bound),
            "haul_gap_share": round(cny(plan.cost) / cny(plan.bound) - 1, 6),
        }
        if cny(plan.bound)
        else {}
    )


def shortfall_kpis(district: District, halves: Halves) -> dict[str, Any]:
    """Waste of the day that reaches no plant, in this plan and in any.

    Proven: what designs and quotas have no room for, or what no station can take and no timetable
    can take away of what these routes bring; the larger of the two.
    """
    held = stuck(*halves.haul) if halves.haul else None
    proven = halves.balanced.shortfall_kg if halves.balanced else 0
    proven += halves.haul[1].bound_kg if halves.haul else 0
    nowhere = proven_shortfall(district, halves.timed.parts, hauled=halves.haul is not None)
    return {
        "overflow_kg": held.overflow_kg if held else 0,
        "staying_kg": held.staying_kg if held else 0,
        "shortfall_kg": max(proven, nowhere),
    }


def _t(kg: int) -> float:
    return round(kg / 1_000, 2)
