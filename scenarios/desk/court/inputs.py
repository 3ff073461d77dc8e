"""The inputs of a plan held against the district folder they are said to come from."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from models.solution import Violation
from scenarios.desk.calendar import WEEKS
from scenarios.desk.day import INPUTS
from scenarios.district.inputs import input_files

if TYPE_CHECKING:
    from pathlib import Path


def other_inputs(plan: Path, district: Path) -> list[Violation]:
    """Files a plan was made from that are not those of `district` as it is now: `INPUTS`.

    Also files that only one of both has. The archive was read before.
    """
    with zipfile.ZipFile(plan / INPUTS) as archive:
        packed = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.startswith(f"{WEEKS}/")
        }
    there = {
        path.relative_to(district).as_posix(): path.read_bytes() for path in input_files(district)
    }
    return [
        Violation(code="INPUTS", where=name)
        for name in sorted({*packed, *there})
        if packed.get(name) != there.get(name)
    ]
