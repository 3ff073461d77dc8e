"""Read any instance file of several days; what it is follows from its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError
from scenarios.instances.weeks.pcarp import parse_pcarp
from scenarios.instances.weeks.pvrp import parse_pvrp
from scenarios.instances.weeks.pvrpif import parse_pvrpif

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.instances.weeks.instance import PeriodicInstance

HEAD = 6_000
"""So many characters suffice to know a format (chosen)."""

FORMATS: tuple[tuple[str, Callable[[str], PeriodicInstance]], ...] = (
    (r"freq=|nbtasks=", parse_pcarp),
    (r"\A\s*1(\s+\d+){3}\s*\n", parse_pvrp),
    (r"planningHorizon|intermediateFacility", parse_pvrpif),
)


def is_periodic(text: str) -> bool:
    """Whether a text is an instance of several days."""
    return any(re.search(pattern, text[:HEAD]) for pattern, _ in FORMATS)


def parse_periodic(text: str) -> PeriodicInstance:
    """The instance in a file's text.

    Raises `InstanceError` with a line number when the format is unknown or broken.
    """
    for pattern, parse in FORMATS:
        if re.search(pattern, text[:HEAD]):
            return parse(text)
    raise InstanceError(
        "not a known format of several days; see docs/benchmarks.md",
        line=1,
        zh="不认识的多日算例格式；见 docs/benchmarks.md",
    )


def read_periodic(path: Path) -> PeriodicInstance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_periodic(path.read_text(encoding="utf-8", errors="replace"))
