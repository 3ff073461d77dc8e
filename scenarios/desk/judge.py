"""A plan folder read back: judged as written, and re-timed, on the inputs it was made from."""

from __future__ import annotations

import codecs
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.day import Halves
from models.errors import InputErrors, Issue, expected, in_both, said
from models.ids import TruckShift
from models.plan import SCHEMA_VERSION, Plan, PlanViolation
from scenarios.desk.day import load_folder, unpack_inputs
from solver.day.layout import ready_day
from solver.day.settle import keep_haul
from solver.document.difference import check_difference, renewed
from solver.document.haul import haul_of_document
from solver.document.located import plain
from solver.document.plan import write_document
from solver.document.read import Seen, replay
from solver.document.remake import asked, least, unbalanced
from solver.document.verdict import judge_document
from solver.stations.balance import balance
from solver.stations.queue import schedule_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from models.district import District
    from models.ids import DutyId
    from models.network import RoadNetwork
    from models.solution import Solution
    from scenarios.desk.day import Loaded
    from solver.day.layout import ReadyDay
    from solver.document.read import Replay

PLAN_FILE = "plan.json"


@dataclass(frozen=True, eq=False)
class Judgement:
    """Violations of the plan as it stands, and the same order with new times, judged again."""

    as_written: tuple[PlanViolation, ...]
    retimed: Plan
    kpis_before: dict[str, Any]
    network: RoadNetwork
    district: District


@dataclass(frozen=True, eq=False)
class Court:
    """The inputs of a plan folder, laid out once for many documents to be judged on."""

    inputs: Path
    loaded: dict[date, Loaded] = field(default_factory=dict)
    laid: dict[str, tuple[ReadyDay, Seen]] = field(default_factory=dict)

    def inputs_on(self, day: date) -> Loaded:
        """The district folder as read for a day; raises `InputErrors`."""
        if day not in self.loaded:
            self.loaded[day] = load_folder(self.inputs, day)
        return self.loaded[day]

    def day_of(self, plan: Plan) -> ReadyDay:
        """Roads, tasks and haul of the day the plan was asked for."""
        return self._laid(plan)[0]

    def _laid(self, plan: Plan) -> tuple[ReadyDay, Seen]:
        """The day, and what was found in documents of it so far."""
        request = asked(plan)
        key = repr((request.day, sorted(request.only or ()), request.only, request.what_if))
        if key not in self.laid:
            loaded = self.inputs_on(plan.date)
            ready = ready_day(loaded.district, loaded.network, loaded.rules, request)
            self.laid[key] = ready, Seen()
        return self.laid[key]

    def violations(self, plan: Plan, *, first: bool = False) -> tuple[PlanViolation, ...]:
        """Everything wrong with the document as it is written.

        `first`: where a law is broken the claims are left aside, in less than half the time.
        """
        ready, seen = self._laid(plan)
        found = judge_document(plan, ready.day, ready.hauler, ready.ground, seen=seen, first=first)
        if plan.difference is not None:
            whole = self.inputs_on(plan.date).district
            found += plain(list(check_difference(plan.difference, plan, whole)))
        return tuple(found)

    def retimed(self, plan: Plan) -> Plan:
        """The plan's routes in their order with new times, staffed and judged again."""
        ready = self.day_of(plan)
        ground, day, hauler = ready.ground, ready.day, ready.hauler
        story = replay(plan, day)
        made = write_document(
            hauler,
            ground,
            asked(plan),
            day=day,
            halves=_halves(plan, ready, story.day.solutions),
            vehicles={which: route.vehicle for which, route in story.written.items()},
            keep=_crews(story),
            least=least(plan, day),
        ).plan
        if plan.difference is None:
            return made
        told = renewed(plan.difference, made, self.inputs_on(plan.date).district)
        return made.model_copy(update={"difference": told})


def judge_folder(folder: Path) -> Judgement:
    """Judge the `plan.json` of a plan folder, edited or not; nothing is written.

    Raises `InputErrors` for a document that breaks the schema, with every place.
    """
    plan = read_plan(folder / PLAN_FILE)
    with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
        unpack_inputs(folder, Path(scratch))
        court = Court(Path(scratch))
        ready = court.day_of(plan)
        return Judgement(
            as_written=court.violations(plan),
            retimed=court.retimed(plan),
            kpis_before=plan.kpis,
            network=ready.ground.network,
            district=ready.district,
        )


def _halves(plan: Plan, ready: ReadyDay, solutions: Sequence[Solution]) -> Halves:
    """Routes in their order with new times, and the plan's haul where it is lawful after them.

    The day before stations were balanced cannot be had again; its figures are the plan's.
    """
    district, parts = ready.district, ready.day.parts
    timed = schedule_day(district, parts, solutions)
    return Halves(
        timed=timed,
        haul=keep_haul(ready.hauler, timed, haul_of_document(plan)),
        unbalanced=unbalanced(plan),
        balanced=balance(district, parts),
    )


def _crews(story: Replay) -> dict[DutyId, tuple[str, ...]]:
    """Crews by route and by truck, to stay where they can."""
    crews: dict[DutyId, tuple[str, ...]] = {
        which: tuple(route.crew) for which, route in story.written.items()
    }
    return crews | {
        TruckShift(tour.vehicle, tour.shift): tuple(tour.crew) for tour in story.plan.tours
    }


def read_plan(path: Path) -> Plan:
    """The plan document of a file; raises `InputErrors` naming each place that is wrong."""
    try:
        is_pipe = path.is_fifo()  # reading it would never end
        text = b"" if is_pipe else path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise InputErrors([_unread(error)]) from None
    return parse_plan(text)


def _unread(error: OSError) -> Issue:
    zh, en = in_both(said(error))
    return _issue("", (f"无法读取：{zh}", f"cannot be read: {en}"), "")


def parse_plan(text: bytes) -> Plan:
    """The plan document of a file's bytes; raises `InputErrors` naming each place that is wrong."""
    try:
        return Plan.model_validate_json(text)
    except ValidationError as error:
        raise InputErrors(
            [
                _issue(
                    ".".join(str(part) for part in one["loc"]),
                    expected(one),
                    "" if isinstance(one["input"], dict | list) else str(one["input"])[:80],
                )
                for one in error.errors()
            ]
        ) from None


def _issue(column: str, message: tuple[str, str], value: str) -> Issue:
    zh, en = message
    hint = f"docs/plan.schema.json, version {SCHEMA_VERSION}"
    return Issue(
        code="E601",
        file=PLAN_FILE,
        column=column,
        value=value,
        message_en=en,
        message_zh=f"不符合计划格式：{zh}",
        hint_en=f"compare with {hint}",
        hint_zh=f"请对照 {hint}",
    )
