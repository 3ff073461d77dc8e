"""What if: the district without a site, vehicle or driver, with more waste or less quota."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from models.district import District


def changed_district(
    district: District,
    *,
    without: Collection[str] = (),
    demand_factor: float = 1.0,
    quota_kg: Mapping[str, int] | None = None,
) -> District:
    """A copy with sites, vehicles and drivers of these ids left out, demands scaled, quotas set.

    A quota of 0 closes the plant. Raises `HuanweiError` for ids the district does not have, with
    the nearest that it has, and for factors that are not above 0.
    """
    known = {
        *(site.id for site in district.sites),
        *(vehicle.id for vehicle in district.vehicles),
        *(driver.id for driver in district.drivers),
    }
    quotas = dict(quota_kg or {})
    for name in [*without, *quotas]:
        if name not in known:
            near = get_close_matches(name, known, n=3) or sorted(known)[:3]
            raise HuanweiError(f'the district has no "{name}"; did you mean {", ".join(near)}?')
    if demand_factor <= 0:
        raise HuanweiError(f"demand factor {demand_factor}: give a number above 0, such as 1.3")
    return replace(
        district,
        sites=tuple(
            replace(site, daily_quota_kg=quotas.get(site.id, site.daily_quota_kg))
            for site in district.sites
            if site.id not in without and quotas.get(site.id, 1) > 0
        ),
        vehicles=tuple(v for v in district.vehicles if v.id not in without),
        drivers=tuple(d for d in district.drivers if d.id not in without),
        points=tuple(
            replace(point, demand_kg=round(point.demand_kg * demand_factor))
            for point in district.points
        ),
    )
