"""Plan documents as nouns, the latest kept at hand: each takes a quarter of a second to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from api.serve.latest import Latest
from models.errors import HuanweiError
from models.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

PLAN_FILE = "plan.json"
KEPT = 6
"""Plans kept at hand, some 30 MB each for a district's day (seen)."""


class Shelf:
    """Plans by their folders, read again when the file changed. Safe for threads."""

    def __init__(self) -> None:
        self._plans: Latest[Plan] = Latest(KEPT)

    def plan(self, folder: Path) -> Plan:
        """The plan of a folder; raises `HuanweiError` where it cannot be read."""
        path = folder / PLAN_FILE
        try:
            stat = path.stat()
            return self._plans.of(
                path,
                (stat.st_mtime_ns, stat.st_size),
                lambda: Plan.model_validate_json(path.read_bytes()),
            )
        except (OSError, ValidationError) as error:
            raise HuanweiError(
                f"{folder.name}: the plan cannot be read ({type(error).__name__}).",
                zh=f"{folder.name}：计划无法读取（{type(error).__name__}）。",
            ) from None
