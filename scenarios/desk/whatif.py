"""What a dispatcher asks: the day without something, from which earlier plan, to which folder."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from models.edits import Demand, Quota, Without
from models.errors import HuanweiError, InputErrors
from scenarios.desk.judge import PLAN_FILE, read_plan
from solver.edits.whatif import number_issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from models.edits import Edit, Lock
    from models.plan import Plan

KINDS = ("station", "plant", "vehicle", "driver")
"""What can be left out in turn."""
LONGEST_NAME = 60
"""Characters of a folder's name."""


def what_if(
    without: Sequence[str] = (),
    demand_factor: float = 1.0,
    quota_t: Mapping[str, float] | None = None,
) -> tuple[Edit, ...]:
    """The edits asked for; none where nothing is.

    Numbers stay as they are given: `changed_district` tells those out of range with all the rest.
    """
    edits: list[Edit] = []
    if without:
        edits.append(Without(do="without", ids=tuple(dict.fromkeys(without))))
    for plant, tonnes in (quota_t or {}).items():
        edits.append(Quota.model_construct(do="quota", site=plant, tonnes=float(tonnes)))
    if demand_factor != 1:
        edits.append(Demand.model_construct(do="demand", factor=float(demand_factor)))
    return tuple(edits)


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


def plan_name(day: date, edits: Sequence[Edit] = ()) -> str:
    """Name of a plan's folder: its date, and what is different."""
    name = day.isoformat()
    words = [word for edit in edits for word in _words(edit)]
    long = "-".join([name, *(re.sub(r"[^\w.-]+", "_", word) for word in words)])
    if len(long) <= LONGEST_NAME:
        return long
    mark = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return f"{long[: LONGEST_NAME - 9]}-{mark}"


def _words(edit: Edit) -> list[str]:
    """What an edit changes, for the name of a folder."""
    match edit:
        case Without():
            return [f"without-{one}" for one in edit.ids]
        case Quota():
            return [f"quota-{edit.site}-{edit.tonnes:g}"]
        case Demand():
            stream = f"-{edit.stream}" if edit.stream else ""
            return [f"demand-{edit.factor:g}{stream}"]
        case _:
            told = edit.model_dump(mode="json", exclude_defaults=True).values()
            return [str(one) for one in told]


def kinds_of(text: str) -> frozenset[str]:
    """Kinds to leave out from "station,plant"; raises `InputErrors` for others."""
    kinds = [word.strip() for word in text.split(",") if word.strip()]
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong or not kinds:
        raise InputErrors([number_issue("each", ",".join(wrong), ",".join(KINDS))])
    return frozenset(kinds)


def earlier_path(
    folder: Path, day: date, *, against: Path | None = None, keep: Path | None = None
) -> Path:
    """The plan document to begin from: of the plan named, else of the day's own plan.

    A plan is named by its folder or its document. Raises `HuanweiError` where two are named.
    """
    if against is not None and keep is not None and against != keep:
        raise HuanweiError(
            "--keep compares with the plan it keeps to. Give --keep or --against, not both.",
            zh="--keep 已与所沿用的计划对比；--keep 与 --against 只能给一个。",
        )
    named = against or keep or folder / "plans" / plan_name(day)
    return named if named.is_file() else named / PLAN_FILE


def earlier_plan(
    folder: Path,
    day: date,
    change: Sequence[Edit],
    *,
    against: Path | None = None,
    keep: Path | None = None,
) -> Plan | None:
    """The plan to begin from and compare with; for a what-if the day's own plan, if there is one.

    Raises `InputErrors` for one that cannot be read.
    """
    path = earlier_path(folder, day, against=against, keep=keep)
    if against is None and keep is None and (not change or not path.is_file()):
        return None
    return read_plan(path)


def locks_of(before: Plan | None, day: date) -> tuple[Lock, ...]:
    """What a search that begins from a plan leaves as it is: that plan's locks, on its own day."""
    return before.locks if before is not None and before.date == day else ()
