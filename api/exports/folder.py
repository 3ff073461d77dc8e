"""Write a plan folder whole or not at all: a temporary folder beside it, then a rename."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.exports.drivers import driver_sheets
from api.exports.geojson import routes_geojson
from api.exports.geometry import Ground
from api.exports.gpx import route_gpx
from api.exports.page import map_page
from api.exports.sheets import route_sheets
from api.exports.whole import drafted, refuse_stranger, write_folder
from api.exports.xlsx import plan_workbook
from scenarios.desk.day import INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Plan
    from scenarios.desk.horizon.quota_line import QuotaLine
    from scenarios.desk.session import Session

EMPTY: Mapping[str, bytes] = {}
STEP_DEPTH = 6
"""Depth of a step in the document: routes, route, trips, trip, steps, step."""


def write_plan(
    plan: Plan,
    network: RoadNetwork,
    district: District,
    out: Path,
    *,
    language: str = "zh",
    extra: Mapping[str, bytes] = EMPTY,
    tiles: str = "",
) -> Path:
    """Write all files of `plan` to the folder `out` and return it.

    `network` is the one whose arcs the plan names (after stops were cut into it). `extra` adds
    files by relative name. `tiles` is an optional tile address of the map page, with {z}, {x},
    {y}. An older plan in `out` is replaced; anything else there is left alone and
    `PlanFolderError` is raised. An interrupted write leaves the older plan, or nothing.
    """
    out = Path(out).resolve()
    refuse_stranger(out)
    files = plan_files(plan, network, district, language, tiles)
    return write_folder(out, chain(files, extra.items()))


def write_changed(session: Session, folder: Path, out: Path, language: str) -> Path:
    """Write a plan that was changed by hand beside the one in `folder`, under a free name."""
    out = out.resolve()
    with drafted(out) as draft:
        plan = session.document()
        draft.write(plan_files(plan, session.network, session.now.ready.district, language))
        draft.write([(INPUTS, (folder / INPUTS).read_bytes())])
        return draft.publish_beside()


def plan_json(plan: Plan) -> bytes:
    """The plan document as UTF-8 JSON, one step to a line: readable, editable, and compact."""
    return ("".join(_lay(plan.model_dump(mode="json", by_alias=True), 0)) + "\n").encode()


def _lay(value: Any, depth: int) -> Iterator[str]:
    """JSON text of `value`; containers of containers are spread over lines down to the steps."""
    members = value.values() if isinstance(value, dict) else value
    flat = not isinstance(value, dict | list) or depth == STEP_DEPTH
    if flat or (depth and not any(isinstance(each, dict | list) for each in members)):
        yield json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return
    begin, end = "{}" if isinstance(value, dict) else "[]"
    pairs = value.items() if isinstance(value, dict) else (("", each) for each in value)
    yield begin
    for number, (key, each) in enumerate(pairs):
        yield ("," if number else "") + "\n" + " " * (depth + 1)
        if key:
            yield json.dumps(key, ensure_ascii=False) + ": "
        yield from _lay(each, depth + 1)
    yield "\n" + " " * depth + end


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """A safe, unique file name (without suffix) per id of a sheet."""
    names: dict[str, str] = {}
    taken = {"all", "drivers"}
    for one in ids:
        stem = re.sub(r"[^\w.-]+", "_", one).strip("._")[:60] or "sheet"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        names[one] = name
    return names


def plan_files(
    plan: Plan,
    network: RoadNetwork,
    district: District,
    language: str,
    tiles: str = "",
    *,
    quotas: Sequence[QuotaLine] = (),
) -> Iterator[tuple[str, bytes]]:
    """All files of a plan folder but its inputs: relative name, content.

    `quotas` are what the plan brings the quotas of the year; map and workbook tell them.
    """
    ground = Ground(network)
    ground.prepare(plan)
    names = _names(plan)
    yield "plan.json", plan_json(plan)
    yield from read_files(plan, network, district, language, quotas=quotas, ground=ground)
    yield "map.html", map_page(plan, ground, district, names, language, tiles=tiles, quotas=quotas)


def read_files(
    plan: Plan,
    network: RoadNetwork,
    district: District,
    language: str,
    *,
    quotas: Sequence[QuotaLine] = (),
    ground: Ground | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The files people and their programs read, but for the map: routes, tracks, tables, sheets.

    `ground` is one that was prepared for the plan.
    """
    if ground is None:
        ground = Ground(network)
        ground.prepare(plan)
    names = _names(plan)
    yield "routes.geojson", routes_geojson(plan, ground, district, language)
    for route in plan.routes:
        yield f"gpx/{names[route.id]}.gpx", route_gpx(plan, route, ground, language)
    yield "plan.xlsx", plan_workbook(plan, network, district, language, quotas)
    for name, page in route_sheets(plan, ground, district, names, language):
        yield f"sheets/{name}.html", page
    for name, page in driver_sheets(plan, district, names, language):
        yield f"sheets/{name}.html", page


def _names(plan: Plan) -> dict[str, str]:
    """Names of the files of routes and people."""
    return file_names(
        [*(route.id for route in plan.routes), *(f"driver-{duty.driver}" for duty in plan.roster)]
    )
