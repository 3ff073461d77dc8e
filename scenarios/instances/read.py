"""Read any instance file; what it is follows from its content, never from its folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError
from scenarios.instances.carp import parse_carp
from scenarios.instances.carp_turns import parse_carp_turns
from scenarios.instances.depots import parse_cordeau, parse_crevier
from scenarios.instances.kim import parse_kim
from scenarios.instances.mcgrp import parse_mcgrp, parse_mcgrp_turns
from scenarios.instances.nodes import parse_solomon, parse_vrplib

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.instances.instance import Instance

HEAD = 6_000  # characters that suffice to know a format
MANY_DAYS = (
    "a periodic problem of several days: `scenarios.instances.weeks` reads it, not this reader"
)

FORMATS: tuple[tuple[str, Callable[[str], Instance]], ...] = (
    (r"NODE_COORD_SECTION|EDGE_WEIGHT_TYPE", parse_vrplib),
    (r"CUST\w*\s+NO\.", parse_solomon),
    (r"TURN_PENALTY", parse_carp_turns),
    (r"#Nb-Turns", parse_mcgrp_turns),
    (r"#Required N", parse_mcgrp),
    (r"CENTRAL_DEPOT", parse_crevier),
    (r"Stop_Type", parse_kim),
    (r"LISTA?_A?[RN]|EDGE_REQ_LIST|ARISTAS_REQ", parse_carp),
    (r"\A\s*2(\s+\d+){3}\s*\n", parse_cordeau),
)


def parse_instance(text: str) -> Instance:
    """The instance in a file's text.

    Raises `InstanceError` with a line number when the format is unknown or broken.
    """
    head = text[:HEAD]
    if re.search(r"freq=|nbtasks=|planningHorizon|NUM_DAYS|\A\s*1(\s+\d+){3}\s*\n", head):
        raise InstanceError(MANY_DAYS, line=1, zh="多日算例，请用 huanwei bench 的多日命令读取")
    for pattern, parse in FORMATS:
        if re.search(pattern, head):
            return parse(text)
    raise InstanceError(
        "not a known instance format; docs/benchmarks.md lists them",
        line=1,
        zh="不认识的算例格式；可用格式见 docs/benchmarks.md",
    )


def read_instance(path: Path) -> Instance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_instance(path.read_text(encoding="utf-8", errors="replace"))
