"""Plan documents as nouns and maps as texts, the latest kept at hand.

Either takes a tenth of a second to make.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from models.errors import HuanweiError
from models.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAN_FILE = "plan.json"
KEPT = 6
"""Plans kept at hand, some 30 MB each for a district's day (seen)."""


class Drawn(NamedTuple):
    """The title of a plan's map page, and what it draws as a script's text."""

    title: str
    text: str


class Shelf:
    """Plans by their folders, read again when the file changed. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: dict[tuple[str, int, int], Plan] = {}
        self._maps: dict[tuple[str, int, int], Drawn] = {}

    def drawn(self, folder: Path, make: Callable[[], Drawn]) -> Drawn:
        """What the map page of a plan draws; made again when the plan changed."""
        path = folder / PLAN_FILE
        stat = path.stat()
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        with self._lock:
            found = self._maps.get(key)
        if found is None:
            found = make()
            with self._lock:
                while len(self._maps) >= KEPT:
                    self._maps.pop(next(iter(self._maps)))
                self._maps[key] = found
        return found

    def plan(self, folder: Path) -> Plan:
        """The plan of a folder; raises `HuanweiError` where it cannot be read."""
        path = folder / PLAN_FILE
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size)
            with self._lock:
                if key not in self._plans:
                    while len(self._plans) >= KEPT:
                        self._plans.pop(next(iter(self._plans)))
                    self._plans[key] = Plan.model_validate_json(path.read_bytes())
                return self._plans[key]
        except (OSError, ValidationError) as error:
            raise HuanweiError(
                f"{folder.name}: the plan cannot be read ({type(error).__name__}).",
                zh=f"{folder.name}：计划无法读取（{type(error).__name__}）。",
            ) from None
