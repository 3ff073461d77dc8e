"""A plan folder read back: re-timed and judged against the very inputs it was made from."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.errors import InputErrors, Issue
from models.plan import SCHEMA_VERSION, Plan, PlanViolation
from scenarios.day import load_folder, unpack_inputs
from solver.document_haul import haul_of_document
from solver.document_plan import write_document
from solver.parallel import Budget
from solver.plan import Request
from solver.replay import replay, verdict
from solver.replay_day import judge_plan
from solver.second_half import Halves, Hauler
from solver.stations.deliveries import deliveries
from solver.stations.queue import schedule_day
from solver.stations.travel import haul_travel
from solver.stations.whatif import what_if_district
from solver.tasks.build import build_parts
from solver.tasks.ground import lay

if TYPE_CHECKING:
    from models.district import District
    from models.network import RoadNetwork

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
    district, rules = what_if_district(loaded.district, plan.what_if), loaded.rules
    ground = lay(loaded.district, loaded.network, rules, plan.date)
    day = build_parts(district, ground, rules, plan.date, only=plan.operations)
    hauler = Hauler(district, rules, haul_travel(district, ground, rules, routers=day.routers))
    found = judge_plan(plan, day, hauler, ground)
    story = replay(plan, day)
    request = Request(
        day=plan.date,
        budget=Budget(iterations=0),
        seed=plan.seed,
        engine=plan.engine,
        only=frozenset(plan.operations),
        what_if=plan.what_if,
    )
    timed = schedule_day(district, day.parts, story.solutions)
    vehicles = {
        (part, number): route.vehicle
        for part, routes in enumerate(story.written)
        for number, route in enumerate(routes)
    }
    tipped = deliveries(district, day.parts, timed.solutions, timed.schedules)
    halves = Halves(timed=timed, haul=hauler.keep(tipped, haul_of_document(plan)))
    crews = {route.id: tuple(route.crew) for route in plan.routes}
    crews |= {tour.id: tuple(tour.crew) for tour in plan.tours}
    least = {one.task: one.least for one in plan.unserved if one.least is not None}
    made = write_document(
        hauler,
        ground,
        request,
        day=day,
        halves=halves,
        vehicles=vehicles,
        keep=crews,
        least={
            (number, index): least[task.id]
            for number, part in enumerate(day.parts)
            for index, task in enumerate(part.problem.tasks)
            if task.id in least
        },
    )
    return Judgement(
        as_written=tuple(verdict(found)),
        retimed=made.plan,
        kpis_before=plan.kpis,
        network=ground.network,
        district=district,
    )


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
