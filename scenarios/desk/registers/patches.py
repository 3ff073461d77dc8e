"""Dump patches over several days: what each plan clears of them, and whether the deadline holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.errors import HuanweiError, InputErrors
from models.horizon.week import WeekDocument
from models.ids import TaskId
from models.trade.patch import Patch, PatchDay
from scenarios.desk.calendar import PLANS, read_record
from scenarios.desk.horizon.week import WEEK_FILE
from scenarios.desk.judge import PLAN_FILE, read_plan
from scenarios.district.read import read_folder
from scenarios.district.reading import sorted_issues
from solver.judge.chain.patches import check_patches
from solver.trade.patches import loads, share_kg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.plan import Plan
    from models.solution import Violation
    from models.trade.rules import RuleProfile
    from scenarios.district.rows.work import OrderIn


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchReport:
    """Patches of a district, the days whose plans were read, and what the judge says."""

    patches: tuple[Patch, ...]
    days: tuple[date, ...]
    violations: tuple[Violation, ...]

    def figures(self) -> dict[str, int]:
        """Counts and sums, units in their names."""
        return {
            "patches": len(self.patches),
            "days": len(self.days),
            "kg": sum(one.kg for one in self.patches),
            "cleared_kg": sum(one.cleared_kg for one in self.patches),
            "behind_kg": sum(one.behind_kg for one in self.patches),
        }


def patch_report(folder: Path, plans: Sequence[Path] = ()) -> PatchReport:
    """Patches of the district in `folder` by these plan folders or weeks (none: its own plans).

    Raises `InputErrors` for a table that cannot be read, `HuanweiError` where no order is a patch,
    there is no plan, or two are of one day.
    """
    made = _plans(folder, plans)
    reading = read_folder(folder, max(made))
    if reading.findings.issues or reading.rules is None:
        raise InputErrors(sorted_issues(reading.findings.errors()))
    rows = [row for _, row in reading.rows["orders"] if row.spread]
    if not rows:
        raise HuanweiError(
            f"{folder}: no order is a dump patch: give a row of orders.csv begin, end, demand_kg "
            "and spread = yes.",
            zh=f"{folder}：没有分日清理的工单：请在 orders.csv 中填写 begin、end、demand_kg 并将 "
            "spread 设为 yes。",
        )
    owner = {day: dict(_owners(rows, reading.rules, day)) for day in made}
    cleared = {day: _taken(plan, owner[day]) for day, plan in made.items()}
    patches = tuple(_patch(row, cleared) for row in rows)
    return PatchReport(
        patches=patches,
        days=tuple(sorted(made)),
        violations=tuple(check_patches(made, patches, owner)),
    )


def _plans(folder: Path, given: Sequence[Path]) -> dict[date, Plan]:
    """The plans by their days: those of a district's `plans`, or of what was named."""
    folders = [one for path in given for one in _days_of(path)]
    if not given:
        folders = sorted(path.parent for path in (folder / PLANS).glob(f"????-??-??/{PLAN_FILE}"))
    found: dict[date, Plan] = {}
    for one in folders:
        plan = read_plan(one / PLAN_FILE)
        if plan.date in found:
            raise HuanweiError(
                f"{one}: a second plan of {plan.date}. Name one plan a day.",
                zh=f"{one}：{plan.date} 已有一份计划，每天只能给一份。",
            )
        found[plan.date] = plan
    if not found:
        raise HuanweiError(
            f"{folder}: no plan of a day. Run huanwei plan, or name plans with --plan.",
            zh=f"{folder}：没有日计划。请先运行 huanwei plan，或用 --plan 指定计划。",
        )
    return found


def _days_of(path: Path) -> list[Path]:
    """A plan's folder, or those of a week's days."""
    if not (path / WEEK_FILE).is_file():
        return [path]
    return [path / one.plan for one in read_record(path / WEEK_FILE, WeekDocument).days]


def _owners(rows: Sequence[OrderIn], rules: RuleProfile, day: date) -> Iterator[tuple[str, str]]:
    """Every task that clears a patch on a day, and the patch."""
    for row in rows:
        order = replace(row.to_domain(lon=None, lat=None), demand_kg=row.kg_on(day))
        for load in loads(order, rules):
            yield str(TaskId(row.operation, load.id)), row.id


def _taken(plan: Plan, owner: Mapping[str, str]) -> Counter[str]:
    """Kilograms of each patch on the plan's trucks."""
    found: Counter[str] = Counter()
    for route in plan.routes:
        steps = (step for trip in route.trips for step in trip.steps)
        kept = [step for step in steps if step.kind in {"serve", "tip"}]
        before = [0, *(step.load_kg for step in kept)]
        for step, load in zip(kept, before, strict=False):
            if (patch := owner.get(step.task or "")) is not None:
                found[patch] += step.load_kg - load
    return found


def _patch(row: OrderIn, cleared: Mapping[date, Counter[str]]) -> Patch:
    if row.begin is None or row.end is None:
        raise ValueError(row.id)  # the row itself refuses to be spread over no days
    kg = round(row.demand_kg)
    return Patch(
        id=row.id,
        name=row.name or row.id,
        operation=row.operation,
        kg=kg,
        begin=row.begin,
        end=row.end,
        days=tuple(
            PatchDay(
                day=day,
                share_kg=share_kg(kg, row.begin, row.end, day),
                cleared_kg=cleared[day][row.id],
            )
            for day in sorted(cleared)
            if row.begin <= day <= row.end
        ),
    )
