"""`relocation.json`: alternatives ranked, each with evidence, and re-checked by a real plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from models.edits import Close, Merge, Open, Scenario
from models.units import cny
from scenarios.desk.compare import full_day_cny, job_name, plan_job
from scenarios.desk.siting.site_document import decided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from models.day import Budget
    from models.location import CandidateSite
    from scenarios.desk.compare import Job, Series
    from scenarios.desk.siting.relocate import Prepared
    from solver.location.study import Alternative, Study

ONLY = frozenset({"collect_residual"})
SEED = 1
"""Seeds the one plan of each alternative (chosen)."""


def alternative_id(number: int) -> str:
    """A1 is the best."""
    return f"A{number + 1}"


def scenario_of(ready: Prepared, result: Study, one: Alternative) -> Scenario:
    """The alternative's final state as edits: what closes, what opens."""
    sites = result.problem.sites
    closed = [site for k, site in enumerate(sites) if site.existing and k not in one.final]
    opened = [sites[k] for k in sorted(one.final) if not sites[k].existing]
    model = closed[0].id if closed else sites[ready.troubled[0]].id
    edits: list[Open | Close | Merge] = [
        Open(
            do="open",
            site=_site_id(site),
            like=model,
            lon=site.lon,
            lat=site.lat,
            name=f"{site.name} {_site_id(site)}",
            capacity_t=site.capacity_kg / 1_000,
        )
        for site in opened
    ]
    edits += [Close(do="close", site=site.id) for site in closed]
    return Scenario(name=one.kind, edits=tuple(edits))


def recheck(ready: Prepared, result: Study, series: Series) -> dict[str, dict[str, Any]]:
    """Plan the residual collection of every alternative for real, by alternative id."""
    (seed,) = series.seeds
    jobs: dict[str, Job] = {}
    ids: dict[str, str] = {}
    for number, one in enumerate(result.alternatives):
        scenario = scenario_of(ready, result, one)
        named = f"{alternative_id(number)} {one.kind}"
        name = job_name(named, seed, series.mark(scenario))
        ids[name] = alternative_id(number)
        jobs[name] = series.job(scenario if scenario.edits else None, seed)
    found = series.sweep(plan_job, jobs)
    return {ids[name]: answer for name, answer in found.items()}


def relocation_document(
    ready: Prepared,
    result: Study,
    real: Mapping[str, dict[str, Any]],
    day: date,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """What `relocation.json` holds; money in CNY a day over the horizon, exposure in persons.

    `budget` of each plan in `real`.
    """
    problem, district = result.problem, ready.loaded.district
    days = sum(period.weight for period in problem.periods)
    base = _base(result, real)
    return {
        "schema_version": "1.1",
        "district": district.name,
        "date": day.isoformat(),
        "attribution": "© OpenStreetMap contributors (ODbL 1.0)",
        "population": {
            "source": ready.near.people.source.value,
            "persons": round(float(ready.near.people.persons.sum())),
        },
        "asked": {"places": result.places, "plans": _plans_asked(real, budget)},
        "settings": ready.settings.model_dump(mode="json"),
        "periods": [
            {"begin": p.begin.isoformat(), "days": p.weight, "growth_percent": p.growth_percent}
            for p in problem.periods
        ],
        "demand_t": round(sum(z.demand_kg for z in problem.zones) / 1_000, 1),
        "capacity_t": round(sum(s.capacity_kg for s in problem.sites if s.existing) / 1_000, 1),
        "max_drive_min": round(problem.max_drive_s / 60, 1),
        "troubled": [_site(ready, ready.problem.sites[k]) for k in ready.troubled],
        "stations": [_site(ready, site) for site in problem.sites if site.existing],
        "candidates": _candidates(ready),
        "screening": [
            {"site": ready.problem.sites[one.site].id,
             "instead_of": ready.problem.sites[one.instead_of].id,
             "cost_cny_day": cny(one.day_cost), "exposure": one.exposure}
            for one in result.screened[:50]
        ],
        "screened": len(result.screened),
        "front": [[cny(cost // days), exposure // days] for cost, exposure in result.front],
        "impossible": list(result.impossible),
        "alternatives": [
            _alternative(ready, result, one, number, days)
            | {"real": _real(result, one, real.get(alternative_id(number)), base)}
            for number, one in enumerate(result.alternatives)
        ],
    }  # fmt: skip


def _candidates(ready: Prepared) -> dict[str, Any]:
    """Lots that were offered, and those that were refused with the reason."""
    offered = len({offer.lot.id for offer in ready.offers})
    return {
        "lots": offered + len(ready.rejected),
        "offered": offered,
        "rejected": Counter(lot.reason.value for lot in ready.rejected),
        "rejected_lots": [
            {"id": r.lot.id, "name": r.lot.name, "lon": r.lot.lon, "lat": r.lot.lat,
             "reason": r.reason.value, "short": r.short}
            for r in ready.rejected
        ],
    }  # fmt: skip


def _plans_asked(real: Mapping[str, Any], budget: Budget | None) -> dict[str, Any] | None:
    """How the plans were made; None: there are none."""
    return {"iterations": budget.iterations} if real and budget is not None else None


def _alternative(
    ready: Prepared, result: Study, one: Alternative, number: int, days: int
) -> dict[str, Any]:
    problem, solution = result.problem, one.solution
    opened = [k for k in sorted(one.final) if not problem.sites[k].existing]
    closed = [k for k, s in enumerate(problem.sites) if s.existing and k not in one.final]
    last = len(problem.periods) - 1
    taken: dict[str, int] = {}
    for (_, site), kg in solution.assigned[last].items():
        taken[problem.sites[site].id] = taken.get(problem.sites[site].id, 0) + kg
    return {
        "id": alternative_id(number),
        "rank": number + 1,
        "kind": one.kind,
        "sites": [
            _site(ready, problem.sites[k]) | {"opens": _first(result, one, k, opened=True)}
            for k in opened
        ],
        "closes": [
            {"id": problem.sites[k].id, "name": problem.sites[k].name,
             "closes": _first(result, one, k, opened=False)}
            for k in closed
        ],
        "cost_cny_day": {
            "total": cny(one.cost.total // days),
            "collection": cny(one.cost.collection // days),
            "haul": cny(one.cost.haul // days),
            "running": cny(one.cost.running // days),
            "changes": cny(one.cost.changes // days),
        },
        "bound_cny_day": cny(solution.bound // days),
        "gap": round(solution.gap, 6),
        "exposure": round(one.exposure / days),
        "exposure_final": sum(problem.sites[k].exposure for k in one.final),
        "sensitive_300m": sum(
            ready.near.around(problem.sites[k].lon, problem.sites[k].lat).sensitive
            for k in one.final
        ),
        "opposition_percent": one.opposition_percent,
        "robustness": {
            "percent": one.robustness.percent,
            "cases": one.robustness.cases,
            "fit": one.robustness.fit,
            "plant_out_t": round(one.robustness.plant_out_kg / 1_000, 1),
            "station_out_t": round(one.robustness.station_out_kg / 1_000, 1),
            "worst_cost_percent": one.robustness.worst_cost_percent,
        },
        "phases": list(_phases(result, one)),
        "loads_t": {name: round(kg / 1_000, 1) for name, kg in sorted(taken.items())},
        "decided": decided(solution),
        "violations": [
            {"code": v.code, "where": v.where, "excess": v.excess, "detail": v.detail}
            for v in one.violations
        ],
    }  # fmt: skip


def _phases(result: Study, one: Alternative) -> Iterator[dict[str, Any]]:
    """What is open from each date on, and its capacity against the peak: no gap at any date."""
    problem = result.problem
    for t, (period, chosen) in enumerate(
        zip(problem.periods, one.solution.open_sites, strict=True)
    ):
        yield {
            "begin": period.begin.isoformat(),
            "stations": [_site_id(problem.sites[k]) for k in sorted(chosen)],
            "capacity_t": sum(problem.sites[k].capacity_kg for k in chosen) / 1_000,
            "demand_t": round(problem.total_kg(t) / 1_000, 1),
            "peak_t": round(problem.peak_kg(t) / 1_000, 1),
        }


def _site(ready: Prepared, site: CandidateSite) -> dict[str, Any]:
    """A site with who lives near it."""
    around = ready.near.around(site.lon, site.lat)
    return {
        "id": _site_id(site),
        "name": site.name,
        "lon": site.lon,
        "lat": site.lat,
        "capacity_t": site.capacity_kg / 1_000,
        "people": dict(zip(("100", "200", "300", "500"), around.within, strict=True)),
        "weighted": around.weighted,
        "sensitive": around.sensitive,
        "sensitive_names": list(around.names),
        "home_m": site.home_m,
        "sensitive_m": site.sensitive_m,
        "opposition_percent": site.opposition_percent,
    }


def _site_id(site: CandidateSite) -> str:
    return site.id.replace("/", "-")


def _first(result: Study, one: Alternative, site: int, *, opened: bool) -> str:
    """Date on which a site first is open, or first is not."""
    for period, sites in zip(result.problem.periods, one.solution.open_sites, strict=True):
        if (site in sites) == opened:
            return period.begin.isoformat()
    return ""


def _real(
    result: Study, one: Alternative, answer: dict[str, Any] | None, base: float
) -> dict[str, Any] | None:
    """The real plan's day with the sites' own money; waste left behind is priced too.

    `error_percent` compares with the estimate, which does not know the constant part of collection
    (`base`, CNY a day, taken from doing nothing).
    """
    if answer is None:
        return None
    days = sum(period.weight for period in result.problem.periods)
    sites = cny((one.cost.running + one.cost.changes) // days)
    demand = sum(zone.demand_kg for zone in result.problem.zones) / 1_000
    cost = full_day_cny(answer["figures"], demand) + sites
    estimate = cny(one.cost.total // days) + base
    return {
        "cost_cny_day": round(cost, 2),
        "error_percent": round(100 * (estimate - cost) / cost, 2),
        "figures": answer["figures"],
        "stations": answer["stations"],
        "violations": answer["violations"],
    }


def _base(result: Study, real: Mapping[str, dict[str, Any]]) -> float:
    """What a real day costs more than its estimate when nothing is done [CNY]."""
    for number, one in enumerate(result.alternatives):
        if one.kind == "do_nothing" and alternative_id(number) in real:
            found = _real(result, one, real[alternative_id(number)], 0.0)
            days = sum(period.weight for period in result.problem.periods)
            return 0.0 if found is None else found["cost_cny_day"] - cny(one.cost.total // days)
    return 0.0
