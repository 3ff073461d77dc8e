"""What a dispatcher asks: the day without something, from which earlier plan, to which folder."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from models.errors import HuanweiError, InputErrors
from models.plan import PlanWhatIf
from scenarios.judge import PLAN_FILE, read_plan
from solver.stations.whatif import number_issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.plan import Plan

LONGEST_NAME = 60
"""Characters of a folder's name."""


def what_if(
    without: Sequence[str] = (),
    demand_factor: float = 1.0,
    quota_t: Mapping[str, float] | None = None,
) -> PlanWhatIf | None:
    """The change asked for; None where nothing is."""
    change = PlanWhatIf(
        without=list(dict.fromkeys(without)),
        demand_factor=demand_factor,
        quota_t=dict(quota_t or {}),
    )
    return None if change == PlanWhatIf() else change


def quotas_of(texts: Sequence[str]) -> dict[str, float]:
    """Quotas [t] by plant from "PLANT=TONNES"; raises `InputErrors` with all that are not so."""
    found, issues = {}, []
    for text in texts:
        plant, _, tonnes = text.partition("=")
        try:
            found[plant.strip()] = float(tonnes)
        except ValueError:
            issues.append(number_issue("quota", text, "P1=120, P1=0"))
    if issues:
        raise InputErrors(issues)
    return found


def plan_name(day: date, change: PlanWhatIf | None) -> str:
    """Name of a plan's folder: its date, and what is different."""
    name = day.isoformat()
    if change is None:
        return name
    words = [f"without-{one}" for one in change.without]
    words += [f"quota-{plant}-{tonnes:g}" for plant, tonnes in change.quota_t.items()]
    words += [f"demand-{change.demand_factor:g}"] if change.demand_factor != 1 else []
    long = "-".join([name, *(re.sub(r"[^\w.-]+", "_", word) for word in words)])
    if len(long) <= LONGEST_NAME:
        return long
    mark = hashlib.sha256(change.model_dump_json().encode()).hexdigest()[:8]
    return f"{long[: LONGEST_NAME - 9]}-{mark}"


def earlier_plan(
    folder: Path,
    day: date,
    change: PlanWhatIf | None,
    *,
    against: Path | None = None,
    keep: Path | None = None,
) -> Plan | None:
    """The plan to begin from and compare with: the one named, else the day's own for a what-if.

    A plan is named by its folder or its document. Raises `InputErrors` for one that cannot be
    read, and `HuanweiError` where two are named.
    """
    if against is not None and keep is not None and against != keep:
        raise HuanweiError(
            "--keep compares with the plan it keeps to. Give --keep or --against, not both."
        )
    named = against or keep
    if named is not None:
        return read_plan(named / PLAN_FILE if named.is_dir() else named)
    usual = folder / "plans" / plan_name(day, None) / PLAN_FILE
    return read_plan(usual) if change is not None and usual.is_file() else None
