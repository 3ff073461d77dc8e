"""The inputs of a plan held against the district folder they are said to come from."""

from __future__ import annotations

import io
import zipfile
from typing import IO, TYPE_CHECKING

from models.solution import Violation
from scenarios.desk.calendar import WEEKS
from scenarios.desk.day import INPUTS, pack_day

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def other_inputs(plan: Path, district: Path, day: date) -> list[Violation]:
    """Files a plan of `day` was made from that are not those of `district` as it is now: `INPUTS`.

    Also files that only one of both has, and who is away; weeks may have been planned since. The
    archive was read before.
    """
    with (plan / INPUTS).open("rb") as stream:
        packed = _files(stream)
    there = _files(io.BytesIO(pack_day(district, day)))
    return [
        Violation(code="INPUTS", where=name)
        for name in sorted({*packed, *there})
        if packed.get(name) != there.get(name)
    ]


def _files(stream: IO[bytes]) -> dict[str, bytes]:
    """Content by name of all files of an archive but the weeks'."""
    with zipfile.ZipFile(stream) as archive:
        names = [name for name in archive.namelist() if not name.startswith(f"{WEEKS}/")]
        return {name: archive.read(name) for name in names}
