"""Manifests (联单) of a planned day: a sheet for each load of a stream, judged against the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from scenarios.desk.day import load_folder
from solver.document.consignments import consignments
from solver.judge.chain.manifests import check_manifests

if TYPE_CHECKING:
    from pathlib import Path

    from models.plan import Plan
    from models.solution import Violation
    from models.trade.manifest import Manifest
    from scenarios.desk.day import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The manifests of a stream on a day, numbered in the order of tipping, and the verdict."""

    loaded: Loaded
    plan: Plan
    stream: str
    manifests: tuple[Manifest, ...]
    violations: tuple[Violation, ...]


def manifests_of(folder: Path, plan: Plan, stream: str) -> Sheets:
    """The sheets of one stream; `plan` is a plan of the district in `folder`.

    Raises `InputErrors` for a folder with faults, `HuanweiError` where the profile has no such
    stream or the plan moves nothing of it.
    """
    loaded = load_folder(folder, plan.date)
    if stream not in loaded.rules.streams:
        known = ", ".join(loaded.rules.streams)
        raise HuanweiError(
            f"{stream}: no such stream. The rule profile has {known}.",
            zh=f"{stream}：没有这个品类。规则文件中有 {known}。",
        )
    loads = consignments(plan, loaded.district, loaded.rules, stream)
    if not loads:
        raise HuanweiError(
            f"the plan moves no {stream}: plan an operation that collects it, or name another "
            "stream with --stream.",
            zh=f"计划中没有 {stream} 的运输：请安排收运该品类的作业，或用 --stream 指定其他品类。",
        )
    loads.sort(key=lambda one: (one.tipped, one.work, one.trip))
    numbered = tuple(
        replace(one, id=f"{plan.date:%Y%m%d}-{stream}-{number:03d}")
        for number, one in enumerate(loads, start=1)
    )
    carried = {name: rule.carried for name, rule in loaded.rules.operations.items()}
    return Sheets(
        loaded=loaded,
        plan=plan,
        stream=stream,
        manifests=numbered,
        violations=tuple(check_manifests(plan, numbered, carried, stream)),
    )


def sheets_document(sheets: Sheets) -> dict[str, Any]:
    """What `manifests.json` holds; kilograms in tonnes, names beside ids."""
    district = sheets.loaded.district
    sites = {site.id: site.name for site in district.sites}
    plates = {one.id: one.plate for one in district.vehicles}
    people = {one.id: one.name for one in district.drivers}
    collected = [one for one in sheets.manifests if one.leg == "collect"]
    hauled = [one for one in sheets.manifests if one.leg == "haul"]
    return {
        "schema_version": "1.0",
        "district": district.name,
        "date": sheets.plan.date.isoformat(),
        "stream": sheets.stream,
        "title": list(sheets.plan.titles.stream.get(sheets.stream, (sheets.stream,) * 2)),
        "figures": {
            "collected": len(collected),
            "collected_t": sum(one.kg for one in collected) / 1_000,
            "places": len({origin.thing for one in collected for origin in one.origins}),
            "hauled": len(hauled),
            "hauled_t": sum(one.kg for one in hauled) / 1_000,
        },
        "violations": [
            {"code": v.code, "where": v.where, "excess": v.excess, "detail": v.detail}
            for v in sheets.violations
        ],
        "manifests": [
            {
                "id": one.id,
                "leg": one.leg,
                "work": one.work,
                "trip": one.trip,
                "vehicle": one.vehicle,
                "plate": plates.get(one.vehicle, ""),
                "crew": [people.get(name, name) for name in one.crew],
                "from": [
                    {"id": origin.thing, "name": origin.name, "kg": origin.kg,
                     "time": origin.when.isoformat()}
                    for origin in one.origins
                ],
                "to": one.to,
                "to_name": sites.get(one.to, ""),
                "kg": one.kg,
                "begin": one.begin.isoformat(),
                "tipped": one.tipped.isoformat(),
            }
            for one in sheets.manifests
        ],
    }  # fmt: skip
