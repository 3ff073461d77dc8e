"""A plan folder read back: re-timed and judged against the very inputs it was made from."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.day import Budget, Halves, Request
from models.errors import InputErrors, Issue
from models.plan import SCHEMA_VERSION, Plan, PlanViolation
from scenarios.desk.day import load_folder, unpack_inputs
from solver.day.layout import ready_day
from solver.day.settle import keep_haul
from solver.document.difference import renewed
from solver.document.haul import haul_of_document
from solver.document.plan import write_document
from solver.document.read import replay, verdict
from solver.document.verdict import judge_plan
from solver.stations.balance import balance
from solver.stations.deliveries import deliveries
from solver.stations.queue import schedule_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Relaxation
    from models.solution import Solution
    from solver.day.layout import ReadyDay
    from solver.tasks.day import Day

PLAN_FILE = "plan.json"


@dataclass(frozen=True, eq=False)
class Judgement:
    """Violations of the plan as it stands, and the same order with new times, judged again."""

    as_written: tuple[PlanViolation, ...]
    retimed: Plan
    kpis_before: dict[str, Any]
    network: RoadNetwork
    district: District


def judge_folder(folder: Path) -> Judgement:
    """Judge the `plan.json` of a plan folder, edited or not; nothing is written.

    Raises `InputErrors` for a document that breaks the schema, with every place.
    """
    plan = read_plan(folder / PLAN_FILE)
    with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
        unpack_inputs(folder, Path(scratch))
        loaded = load_folder(Path(scratch), plan.date)
    request = _request(plan)
    ready = ready_day(loaded.district, loaded.network, loaded.rules, request)
    ground, day, hauler = ready.ground, ready.day, ready.hauler
    found = judge_plan(plan, day, hauler, ground)
    story = replay(plan, day)
    made = write_document(
        hauler,
        ground,
        request,
        day=day,
        halves=_halves(plan, ready, story.day.solutions),
        vehicles={which: route.vehicle for which, route in story.written.items()},
        keep=_crews(plan),
        least=_least(plan, day),
    ).plan
    if plan.difference is not None:
        told = renewed(plan.difference, made, loaded.district)
        made = made.model_copy(update={"difference": told})
    return Judgement(
        as_written=tuple(verdict(found)),
        retimed=made,
        kpis_before=plan.kpis,
        network=ground.network,
        district=ready.district,
    )


def _request(plan: Plan) -> Request:
    """What the plan was asked for; nothing is searched but the haul, where it cannot stay."""
    return Request(
        day=plan.date,
        budget=Budget(seconds=0.0),
        seed=plan.seed,
        engine=plan.engine,
        workers=1,
        only=frozenset(plan.operations),
        what_if=plan.what_if,
    )


def _halves(plan: Plan, ready: ReadyDay, solutions: Sequence[Solution]) -> Halves:
    """Routes in their order with new times, and the plan's haul where it is lawful after them.

    The day before stations were balanced cannot be had again; its figures are the plan's.
    """
    district, parts = ready.district, ready.day.parts
    timed = schedule_day(district, parts, solutions)
    tipped = deliveries(district, timed)
    return Halves(
        timed=timed,
        haul=keep_haul(ready.hauler, tipped, haul_of_document(plan)),
        unbalanced=_unbalanced(plan),
        balanced=balance(district, parts),
    )


def _unbalanced(plan: Plan) -> dict[str, Any] | None:
    """The plan's figures of the unbalanced day, unless they were edited away."""
    known = plan.kpis.get("unbalanced")
    if not isinstance(known, dict):
        return None
    whole = all(isinstance(known.get(key), int | float) for key in ("km", "duty_h"))
    return known if whole else None


def _crews(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Crews by route or tour, to stay where they can."""
    crews = {route.id: tuple(route.crew) for route in plan.routes}
    return crews | {tour.id: tuple(tour.crew) for tour in plan.tours}


def _least(plan: Plan, day: Day) -> dict[tuple[int, int], Relaxation]:
    """What the plan says would serve the tasks left out, by part and task."""
    known = {one.task: one.least for one in plan.unserved if one.least is not None}
    return {
        (number, index): known[task.id]
        for number, part in enumerate(day.parts)
        for index, task in enumerate(part.problem.tasks)
        if task.id in known
    }


def read_plan(path: Path) -> Plan:
    """The plan document of a file; raises `InputErrors` naming each place that is wrong."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputErrors([_issue("", f"cannot be read: {error.strerror}", "")]) from None
    try:
        return Plan.model_validate_json(text)
    except ValidationError as error:
        raise InputErrors(
            [
                _issue(
                    ".".join(str(part) for part in one["loc"]),
                    one["msg"],
                    "" if isinstance(one["input"], dict | list) else str(one["input"])[:80],
                )
                for one in error.errors()
            ]
        ) from None


def _issue(column: str, message: str, value: str) -> Issue:
    hint = f"docs/plan.schema.json, version {SCHEMA_VERSION}"
    return Issue(
        code="E601",
        file=PLAN_FILE,
        column=column,
        value=value,
        message_en=message,
        message_zh=f"不符合计划格式：{message}",
        hint_en=f"compare with {hint}",
        hint_zh=f"请对照 {hint}",
    )
