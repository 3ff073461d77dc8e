"""A day laid out on its ground: what planning and judging both begin from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.day import Note
from solver.day.lacking import lacking
from solver.document.haul import haul_of_document
from solver.edits.whatif import all_places, changed_district
from solver.haul.hauler import FINAL, Hauler
from solver.haul.problem import haul_trucks
from solver.haul.travel import haul_travel
from solver.tasks.build import build_parts
from solver.tasks.ground import lay
from solver.tasks.zones import zoned
from solver.trade.holiday import holiday_name, rules_on
from solver.trade.spares import spare_notes, with_spares

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.day import HaulBudget, Request
    from models.district import District
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from solver.roads.cache import Cache
    from solver.tasks.day import Day
    from solver.tasks.ground import Ground


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadyDay:
    """The roads of a day, its routing problems, and the haul that follows them."""

    ground: Ground
    day: Day
    hauler: Hauler

    @property
    def district(self) -> District:
        """The district as the what-if has changed it."""
        return self.hauler.district


def ready_day(
    district: District,
    network: RoadNetwork,
    rules: RuleProfile,
    request: Request,
    *,
    progress: Callable[[str, float], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    cache: Cache | None = None,
) -> ReadyDay:
    """Lay out the request's day of a district, changed as its what-if says.

    Money is that of the day: on a statutory holiday work costs more. Roads are cut at the places of
    the whole district, so that tasks keep their ids in a what-if, and at those its edits add.
    `progress` hears the operation whose tasks are made and the share done.
    """
    names = [holiday_name(rules.labour, request.day, language) for language in ("zh", "en")]
    rules = rules_on(rules, request.day)
    changed = changed_district(district, request.what_if, request.day)
    ground = lay(all_places(district, changed), network, rules, request.day)
    district = with_spares(changed)
    day = build_parts(
        district, ground, rules, request.day, only=request.only, progress=progress, cache=cache
    )
    day = zoned(day, district.zones)
    told = (*spare_notes(changed, district), *lacking(day.parts, request.engine))
    day = replace(day, notes=(*day.notes, *told))
    if all(names):
        day = replace(day, notes=(*day.notes, _holiday_note(Note(*names), rules)))
    travel = haul_travel(district, ground, day.haul, routers=day.routers, cache=cache)
    earlier = haul_of_document(request.before).tours if request.before else ()
    trucks = haul_trucks(district, day.haul, rules, day.busy)
    hauler = Hauler(district, rules, travel, trucks, haul_budget(request), stopped, earlier)
    return ReadyDay(ground=ground, day=day, hauler=hauler)


def _holiday_note(name: Note, rules: RuleProfile) -> Note:
    percent = f"{rules.labour.holiday_factor:.0%}"
    return Note(
        f"{name.zh}：法定节假日，当日人工费按 {percent} 计",
        f"statutory holiday ({name.en}): all hours of work cost {percent} of the wage",
    )


def haul_budget(request: Request) -> HaulBudget:
    """How hard to try at the haul.

    Under an iteration budget neither a clock nor the number of workers decides the plan.
    """
    budget = request.haul or FINAL
    if request.budget.iterations is not None:
        return replace(budget, bound_s=math.inf)
    return replace(budget, workers=request.workers)
