"""Who is collected under a contract: coverage of a stream's producers on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from models.errors import HuanweiError, InputErrors
from models.ids import TaskId
from scenarios.district.read import read_folder
from scenarios.district.reading import sorted_issues
from solver.trade.streams import collects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from models.plan import Plan
    from models.trade.rules import RuleProfile
    from scenarios.district.rows.work import PointIn

SOON = timedelta(days=30)
"""A contract that ends within so many days is told: time to renew it (chosen)."""
State = Literal["valid", "soon", "ended", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """A point of the stream: its contract and, of a plan, who comes when.

    `end` is the last day of its latest contract, None where it has none; `served` the vehicle and
    the hour of its visit, "" where no plan was given or nobody comes.
    """

    point: str
    name: str
    kg: int
    state: State
    contract: str = ""
    company: str = ""
    end: date | None = None
    bins: int = 0
    served: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The producers of a stream on a day, as the district lists them."""

    stream: str
    day: date
    producers: tuple[Producer, ...]

    @property
    def share(self) -> float:
        """Producers under a contract that holds on the day, of all; 1 where there are none."""
        held = sum(one.state in {"valid", "soon"} for one in self.producers)
        return held / len(self.producers) if self.producers else 1.0

    def figures(self) -> dict[str, float]:
        """Counts by state and sums, units in their names."""
        held = [one for one in self.producers if one.state in {"valid", "soon"}]
        states = dict.fromkeys(("valid", "soon", "ended", "none"), 0)
        for one in self.producers:
            states[one.state] += 1
        return {
            "producers": len(self.producers),
            **states,
            "covered_share": round(self.share, 4),
            "kg": sum(one.kg for one in self.producers),
            "covered_kg": sum(one.kg for one in held),
            "bins": sum(one.bins for one in held),
            "served": sum(bool(one.served) for one in self.producers),
        }


def coverage(
    folder: Path, day: date, *, stream: str, kind: str = "", plan: Plan | None = None
) -> Coverage:
    """Contracts of the stream's producers in the district of `folder` on `day`.

    Only points of a `kind` (or several, by commas) count, if one is named. With a `plan`, who
    serves them there. Raises `InputErrors` where a table cannot be read, and `HuanweiError` where
    the rule profile knows no such stream.
    """
    reading = read_folder(folder, day)
    if reading.findings.issues:
        raise InputErrors(sorted_issues(reading.findings.errors()))
    if reading.rules is None or stream not in reading.rules.streams:
        known = ", ".join(reading.rules.streams) if reading.rules else "-"
        raise HuanweiError(
            f"{stream}: no such stream. The rule profile has {known}.",
            zh=f"{stream}：没有这个品类。规则文件中有 {known}。",
        )
    latest = {}
    for _, row in sorted(reading.rows["contracts"], key=lambda pair: pair[1].end):
        if row.begin is None or row.begin <= day:
            latest[row.point] = row
    visits = _visits(plan) if plan is not None else {}
    kinds = frozenset(filter(None, kind.split(",")))
    producers = []
    for _, point in reading.rows["points"]:
        if point.stream != stream or (kinds and point.kind not in kinds):
            continue
        row = latest.get(point.id)
        producers.append(
            Producer(
                point=point.id,
                name=point.name,
                kg=round(point.demand_kg),
                state=_state(None if row is None else row.end, day),
                contract="" if row is None else row.id,
                company="" if row is None else row.company,
                end=None if row is None else row.end,
                bins=0 if row is None else row.bins,
                served=_first(visits, reading.rules, point),
            )
        )
    return Coverage(stream=stream, day=day, producers=tuple(producers))


def _state(end: date | None, day: date) -> State:
    if end is None:
        return "none"
    if end < day:
        return "ended"
    return "soon" if end - day <= SOON else "valid"


def _visits(plan: Plan) -> dict[str, str]:
    """Vehicle and hour of each task the plan serves."""
    return {
        step.task: f"{route.vehicle} {step.arrive:%H:%M}"
        for route in plan.routes
        for trip in route.trips
        for step in trip.steps
        if step.task is not None
    }


def _first(visits: Mapping[str, str], rules: RuleProfile, point: PointIn) -> str:
    """The visit of the point's first pass by an operation that takes its waste away."""
    for name, rule in rules.operations.items():
        if rule.tip_kinds and collects(rule.points, point.stream, point.kind):
            found = visits.get(str(TaskId(name, point.id, pass_number=1)))
            if found is not None:
                return found
    return ""
