"""A district folder to a day plan, and a plan folder back to its judge."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.errors import HuanweiError, InputErrors
from scenarios.desk.asked import ASKED, asked_json, asked_of, asked_on, with_asked
from scenarios.desk.away import AWAY, away_json, away_on, told_away, with_away
from scenarios.desk.calendar import HORIZON, WEEKS, calendar_of, horizon_files, those_there
from scenarios.desk.sweep import cluster
from scenarios.desk.year.asked import wants_extra
from scenarios.district import check_district
from scenarios.district.inputs import input_files
from solver.day.plan import plan_day
from solver.document.difference import difference
from solver.edits.whatif import changed_district
from solver.roads.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.district import District
    from models.horizon.week import Away
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from solver.day.plan import DayPlan, News, Request

INPUTS = "inputs.zip"
MAX_INPUT_BYTES = 1 << 30
_DAMAGED = (
    OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""Raised by `zipfile` for archives that were cut off, changed or locked: seen in 3,000 damages."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A district folder, read and checked."""

    district: District
    network: RoadNetwork
    rules: RuleProfile


def load_folder(folder: Path, day: date) -> Loaded:
    """Read and check a district folder; raises `InputErrors` with everything that is wrong.

    Vehicles and drivers that are away on the day, by the ledger or the week's plan, are marked so.
    """
    loaded = load_everybody(folder, day)
    return replace(loaded, district=those_there(loaded.district, day))


def load_everybody(folder: Path, day: date) -> Loaded:
    """As `load_folder`, whoever is away."""
    report = check_district(folder, day)
    if report.issues:
        raise InputErrors(report.issues)
    if report.network is None or report.district is None or report.rules is None:
        raise HuanweiError(
            f"{folder}: the district could not be read.", zh=f"{folder}：辖区无法读取。"
        )
    promised = with_away(calendar_of(folder, day), away_on(folder, day), day)
    asked = asked_on(folder, day, report.district, report.rules)
    district = replace(report.district, calendar=with_asked(promised, asked, day))
    return Loaded(district, report.network, report.rules)


def plan_folder(
    folder: Path,
    request: Request,
    *,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> tuple[Loaded, DayPlan]:
    """Plan a day of the district in `folder`; also the district as the what-if has changed it.

    The plan tells what differs from the request's earlier plan, if it names one.
    """
    return plan_loaded(load_folder(folder, request.day), request, news=news, stopped=stopped)


def plan_loaded(
    loaded: Loaded,
    request: Request,
    *,
    news: Callable[[News], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> tuple[Loaded, DayPlan]:
    """`plan_folder` of a folder that was read.

    Locks of vehicles that are out by now hold nothing: their work is open to others.
    """
    changed = changed_district(loaded.district, request.what_if, request.day)
    there = {one.id for one in changed.vehicles if one.available}
    held = tuple(lock for lock in request.locks if lock.vehicle in there)
    request = replace(request, locks=held)
    with cluster(request.scheduler) if request.scheduler else nullcontext() as pool:
        made = plan_day(
            loaded.district,
            loaded.network,
            loaded.rules,
            request,
            news=news,
            stopped=stopped,
            cache=Cache.from_environment(),
            pool=pool,
        )
    if request.before is not None:
        told = difference(request.before, made.plan, loaded.district, keep=request.keep)
        made = replace(made, plan=made.plan.model_copy(update={"difference": told}))
    return replace(loaded, district=changed), made


def pack_day(folder: Path, day: date, loaded: Loaded | None = None) -> bytes:
    """`pack_inputs` of a day's plan: the latest weeks, who is away, and what the year asks.

    `loaded` is the folder as it was read for the plan (None: it is read now).
    """
    weeks = {path.parent.name: path.read_bytes() for path in horizon_files(folder)}
    if loaded is None and wants_extra(folder, day):
        loaded = load_everybody(folder, day)
    asked = None if loaded is None else asked_of(loaded.district)
    away = away_on(folder, day)
    if not away and not told_away(folder):
        away = None  # a ledger that says nothing is as none
    return pack_inputs(folder, weeks, away=away, asked=asked)


def pack_inputs(
    folder: Path,
    weeks: Mapping[str, bytes],
    *,
    away: Sequence[Away] | None = None,
    asked: Mapping[str, int] | None = None,
) -> bytes:
    """The files the plan was made from as a zip, so that it can be judged wherever it is taken.

    Settings, roads, tables, an own rule profile, `weeks`, horizon documents by their names, who is
    `away` (None: as the weeks say) and what is `asked`, nothing else of the folder; times are
    fixed, so that equal files give equal bytes.
    """
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in input_files(folder)}
    files |= {f"{WEEKS}/{name}/{HORIZON}": content for name, content in weeks.items()}
    if away is not None:
        files[AWAY] = away_json(away)
    if asked:
        files[ASKED] = asked_json(asked)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack_inputs(plan_folder: Path, into: Path) -> None:
    """Lay the inputs of a plan out in `into`; raises `HuanweiError` for a missing or odd zip.

    No ledger is asked about them: who was away, and what the year asked, is what they say.
    """
    path = plan_folder / INPUTS
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_INPUT_BYTES:
                raise HuanweiError(
                    f"{path}: unpacks to more than 1 GB; this is no plan's input.",
                    zh=f"{path}：解压后超过 1 GB，不是计划的输入。",
                )
            archive.extractall(into)
            if AWAY not in archive.namelist():
                (into / AWAY).write_bytes(away_json(told_away(into)))
            if ASKED not in archive.namelist():
                (into / ASKED).write_bytes(asked_json({}))
    except _DAMAGED as error:
        raise HuanweiError(
            f"{path}: cannot be unpacked ({error or 'cut off'}). "
            "Judge a folder that `huanwei plan` wrote.",
            zh=f"{path}：无法解压（缺失、损坏或不完整）。请核查 `huanwei plan` 写出的文件夹。",
        ) from None
