"""Read any instance file; what it is follows from its content, never from its folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError
from scenarios.instances.carp import parse_carp
from scenarios.instances.nodes import parse_solomon, parse_vrplib

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.instances.instance import Instance

HEAD = 6_000  # characters that suffice to know a format

FORMATS: tuple[tuple[str, Callable[[str], Instance]], ...] = (
    (r"NODE_COORD_SECTION|EDGE_WEIGHT_TYPE", parse_vrplib),
    (r"CUST\w*\s+NO\.", parse_solomon),
    (r"LISTA?_A?[RN]|EDGE_REQ_LIST|ARISTAS_REQ", parse_carp),
)


def parse_instance(text: str) -> Instance:
    """The instance in a file's text.

    Raises `InstanceError` with a line number when the format is unknown or broken.
    """
    for pattern, parse in FORMATS:
        if re.search(pattern, text[:HEAD]):
            return parse(text)
    raise InstanceError("not a known instance format; docs/benchmarks.md lists them", line=1)


def read_instance(path: Path) -> Instance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_instance(path.read_text(encoding="utf-8", errors="replace"))
