"""What differs between two plans, and the edits that made a day another one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from models.edits import AnyEdit
from models.record import Day, Moment, Record


def _as_edits(told: Any) -> Any:
    """A what-if as edits, also where a plan of version 1 tells it as three fields, or as none."""
    if told is None:
        return ()
    if not isinstance(told, dict) or told.keys() - {"without", "demand_factor", "quota_t"}:
        return told
    quotas = told.get("quota_t", {})
    if not isinstance(quotas, dict):
        return told
    found: list[dict[str, Any]] = []
    if ids := told.get("without"):
        found.append({"do": "without", "ids": ids})
    found += [{"do": "quota", "site": site, "tonnes": tonnes} for site, tonnes in quotas.items()]
    if (factor := told.get("demand_factor", 1)) != 1:
        found.append({"do": "demand", "factor": factor})
    return found


PlanWhatIf = Annotated[tuple[AnyEdit, ...], BeforeValidator(_as_edits)]
"""How the planned day differs from the district folder: edits in their order; none: it does not."""


class PlanFigure(Record):
    """A key figure in two plans; None where a plan does not have it."""

    key: str
    base: int | float | None
    value: int | float | None


class PlanSiteChange(Record):
    """What a station or plant takes in two plans; a ratio is against its design or quota."""

    id: str
    name: str
    kind: Literal["station", "plant"]
    base_t: float
    value_t: float
    base_ratio: float | None
    value_ratio: float | None
    """None: no limit, or not there."""


class PlanMove(Record):
    """A task that another vehicle, or the same in another shift, took over."""

    task: str
    before: str
    """VEHICLE/SHIFT."""
    after: str


class PlanMoves(Record):
    """Who does what in two plans, counted in tasks."""

    kept: int
    moved: int
    new: int
    """Served now and not served, or not there, before."""
    gone: int
    """Served before, and no work of this day."""
    lost: list[str]
    """Served before, and left out now."""
    kept_share: float
    """kept / (kept + moved)."""
    vehicles_before: int
    vehicles_after: int
    moves: list[PlanMove]


class PlanDifference(Record):
    """What differs from an earlier plan."""

    base_date: Day
    base_created: Moment
    base_what_if: PlanWhatIf
    keep: bool
    """Whether moving a task from its vehicle had a price."""
    figures: list[PlanFigure]
    sites: list[PlanSiteChange]
    assignment: PlanMoves
