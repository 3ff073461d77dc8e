"""How much waste of a day no plan can place: a flow from points through stations to plants.

Designs of stations, quotas of plants and tips, and who takes which stream are kept; time, vehicles
and ways are not. So every plan is such a flow, and what the largest flow leaves over is proven.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ortools.math_opt.python import mathopt

from models.district import SiteKind
from solver.trade.sites import limit_kg
from solver.trade.streams import takes_stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.district import District, Stream
    from models.part import Part

Flows = dict[tuple[str, "Stream"], list[mathopt.Variable]]


def proven_shortfall(district: District, parts: Sequence[Part], *, hauled: bool) -> int:
    """Waste [kg] that no plan of these parts can bring where it may end the day.

    With `hauled`, a station that is cleared daily must be emptied to plants that take its streams;
    without, what a station has taken is placed.
    """
    sites = {site.id: site for site in district.sites}
    lp = mathopt.Model()
    into: Flows = defaultdict(list)
    placed: list[mathopt.Variable] = []
    total = 0
    for part in parts:
        for stream, kg in _waste(part).items():
            ways = [
                (site, lp.add_variable(lb=0))
                for site in dict.fromkeys(part.sites)
                if takes_stream(sites[site], stream)
            ]
            for site, flow in ways:
                into[site, stream].append(flow)
            own = [flow for _, flow in ways]
            lp.add_linear_constraint(mathopt.fast_sum(own) <= kg)
            placed += own
            total += kg
    limits = {site.id: limit_kg(site) for site in district.sites}
    for site, limit in limits.items():
        if limit and sites[site].kind == SiteKind.STATION:
            lp.add_linear_constraint(mathopt.fast_sum(_of_site(into, site)) <= limit)
    if hauled:
        _empty_stations(lp, district, into)
    for site, limit in limits.items():
        if limit and sites[site].kind != SiteKind.STATION:
            lp.add_linear_constraint(mathopt.fast_sum(_of_site(into, site)) <= limit)
    lp.maximize(mathopt.fast_sum(placed))
    found = mathopt.solve(lp, mathopt.SolverType.GLOP)
    return max(0, int(total - found.objective_value() + 1e-6))


def _empty_stations(lp: mathopt.Model, district: District, into: Flows) -> None:
    """All that comes into a station that is cleared daily goes on to plants, stream by stream."""
    plants = [site for site in district.sites if site.kind == SiteKind.PLANT]
    daily = {
        site.id for site in district.sites if site.kind == SiteKind.STATION and site.clear_daily
    }
    for (site, stream), flows in list(into.items()):
        if site not in daily:
            continue
        out = [(plant.id, lp.add_variable(lb=0)) for plant in plants if takes_stream(plant, stream)]
        leaving = mathopt.fast_sum([flow for _, flow in out])
        lp.add_linear_constraint(mathopt.fast_sum(flows) == leaving)
        for plant_id, flow in out:
            into[plant_id, stream].append(flow)


def _waste(part: Part) -> Mapping[Stream, int]:
    """Waste of a part's tasks by stream [kg]."""
    found: dict[Stream, int] = defaultdict(int)
    for task, ref in enumerate(part.refs):
        found[ref.stream] += part.problem.waste_kg(task)
    return {stream: kg for stream, kg in found.items() if kg} if part.sites else {}


def _of_site(into: Flows, site: str) -> list[mathopt.Variable]:
    return [flow for (where, _), flows in into.items() if where == site for flow in flows]
