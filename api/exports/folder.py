"""Write a plan folder whole or not at all: a temporary folder beside it, then a rename."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from solver.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.exports.whole import Draft
    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Plan
    from scenarios.desk.horizon.quota_line import QuotaLine
    from scenarios.desk.session import Session
    from solver.workers import Line

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
    telling = Telling.of(plan, network, district, language, tiles, quotas=quotas)
    for told in (_document, *READ, _map):
        yield from told(telling)


def read_files(
    plan: Plan, network: RoadNetwork, district: District, language: str
) -> Iterator[tuple[str, bytes]]:
    """The files people and their programs read, but for the map: routes, tracks, tables, sheets."""
    telling = Telling.of(plan, network, district, language)
    for told in READ:
        yield from told(telling)


def write_side_by_side(draft: Draft, telling: Telling, workers: int) -> None:
    """All files of a plan folder but its inputs into a draft, by so many processes.

    Sheets, tracks and the document take as long as the workbook and the rest (measured on a city).
    Raises `PlanFolderError` where one cannot be written.
    """
    kinds = (_sheets, _tables, _tracks, _lines, _document, _map, _days)
    lanes = [kinds[lane::workers] for lane in range(min(workers, len(kinds)))]
    with Crew(_write_kinds, [(draft, telling, lane) for lane in lanes]) as crew:
        for worker in crew.workers:
            worker.hear()


def _write_kinds(line: Line, draft: Draft, telling: Telling, kinds: Sequence[Told]) -> None:
    """Write these files, and say None when all are there."""
    for told in kinds:
        draft.write(told(telling))
    line.end.send(None)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Telling:
    """What all files of a plan folder are written from."""

    plan: Plan
    ground: Ground
    district: District
    language: str
    names: dict[str, str]
    """Names of the files of routes and people."""
    tiles: str
    quotas: Sequence[QuotaLine]

    @classmethod
    def of(
        cls,
        plan: Plan,
        network: RoadNetwork,
        district: District,
        language: str,
        tiles: str = "",
        *,
        quotas: Sequence[QuotaLine] = (),
    ) -> Telling:
        """Of a plan on the network its arcs belong to; the lines of its steps are thinned here."""
        ground = Ground(network)
        ground.prepare(plan)
        return cls(
            plan=plan, ground=ground, district=district, language=language, names=_names(plan),
            tiles=tiles, quotas=quotas,
        )  # fmt: skip


Files = Iterator[tuple[str, bytes]]
Told = Callable[[Telling], Files]
"""Writes one kind of files: relative name, content."""


def _document(telling: Telling) -> Files:
    yield "plan.json", plan_json(telling.plan)


def _lines(telling: Telling) -> Files:
    content = routes_geojson(telling.plan, telling.ground, telling.district, telling.language)
    yield "routes.geojson", content


def _tracks(telling: Telling) -> Files:
    for route in telling.plan.routes:
        content = route_gpx(telling.plan, route, telling.ground, telling.language)
        yield f"gpx/{telling.names[route.id]}.gpx", content


def _tables(telling: Telling) -> Files:
    network, language = telling.ground.network, telling.language
    content = plan_workbook(telling.plan, network, telling.district, language, telling.quotas)
    yield "plan.xlsx", content


def _sheets(telling: Telling) -> Files:
    for name, page in route_sheets(
        telling.plan, telling.ground, telling.district, telling.names, telling.language
    ):
        yield f"sheets/{name}.html", page


def _days(telling: Telling) -> Files:
    for name, page in driver_sheets(
        telling.plan, telling.district, telling.names, telling.language
    ):
        yield f"sheets/{name}.html", page


def _map(telling: Telling) -> Files:
    content = map_page(
        telling.plan, telling.ground, telling.district, telling.names, telling.language,
        tiles=telling.tiles, quotas=telling.quotas,
    )  # fmt: skip
    yield "map.html", content


READ: tuple[Told, ...] = (_lines, _tracks, _tables, _sheets, _days)
"""The files people and their programs read, but for the map."""


def _names(plan: Plan) -> dict[str, str]:
    """Names of the files of routes and people."""
    return file_names(
        [*(route.id for route in plan.routes), *(f"driver-{duty.driver}" for duty in plan.roster)]
    )
