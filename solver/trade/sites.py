"""Sites: what they hold and how fast they work, with the trade's numbers from the rule profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.district import SiteKind
from solver.trade.streams import takes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.district import Site
    from models.trade.rules import StationRules
    from models.trade.work import Operation

NO_LIMIT_KG = 1_000_000_000
"""A station without a design tonnage holds so many kilograms: what comes (chosen: above any day's
waste)."""


def refills(site: Site, operation: Operation) -> bool:
    """Whether the operation's vehicles may take water at the site."""
    return site.is_open and site.kind in operation.refill_kinds


def storage_kg(site: Site) -> int:
    """What a station can hold [kg]: floor and boxes together; 0: no limit known."""
    return site.storage_kg + site.boxes * site.box_kg


def press_kg_h(site: Site, rules: StationRules) -> int:
    """Press rate to plan with [kg/h]: the share of the nominal one; 0: no press, no limit."""
    return int(site.press_kg_h * rules.press_share + 1e-6)


def swap_bays(site: Site, rules: StationRules) -> int:
    """Bays of a station of which a changing haul truck takes one; 0: it takes none."""
    return site.bays if rules.swap_takes_bay else 0


def swap_s(rules: StationRules) -> int:
    """How long a haul truck stands at a station to change its box [s]."""
    return round(60 * rules.swap_min)


def limit_kg(site: Site) -> int:
    """What a site may take in a day [kg]: a station its design, others their quota; 0: no limit."""
    return site.design_kg if site.kind == SiteKind.STATION else site.daily_quota_kg


def far_plants(
    sites: Iterable[Site], operation: Operation, waste_kg: int, rules: StationRules
) -> frozenset[str]:
    """Plants that the operation's vehicles leave to the haul: beyond the `direct_km` of its points.

    None when its stations, filled as far as loads that come in lumps can, cannot hold `waste_kg`.
    """
    tips = [site for site in sites if takes(site, operation)]
    stations = [site for site in tips if site.kind == SiteKind.STATION]
    room = sum(site.design_kg or NO_LIMIT_KG for site in stations) * rules.full_share
    limit_km = None if operation.points is None else operation.points.direct_km
    if limit_km is None or not stations or room + 1e-6 < waste_kg:
        return frozenset()
    limit_m = 1_000 * limit_km
    return frozenset(s.id for s in tips if s.kind == SiteKind.PLANT and s.access_m > limit_m)
