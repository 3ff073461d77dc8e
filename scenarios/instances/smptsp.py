"""Personnel task scheduling instances (Krishnamoorthy 2012, Fages 2014, Smet 2014).

`#` comments, `Type = 1`, `Jobs = J`, J lines `begin end`, `Qualifications = W`, W lines
`number: job job ...` with jobs counted from 0. Spans are half open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError, ProblemError
from models.shift import StaffingProblem
from scenarios.instances.instance import Line

if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_smptsp(text: str) -> StaffingProblem:
    """The staffing problem in a file's text. Raises `InstanceError` with the line number."""
    lines = (
        Line(number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    count = _count(lines, "Jobs")
    spans = []
    for _ in range(count):
        begin, end = _next(lines, "a job").integers(2)
        spans.append((begin, end))
    people = _count(lines, "Qualifications")
    able = []
    for number in range(people):
        line = _next(lines, f"jobs of person {number}")
        jobs = frozenset(line.whole(word) for word in line.text.partition(":")[2].split())
        if any(not 0 <= job < count for job in jobs):
            raise line.fail(f"a job above {count - 1}")
        able.append(jobs)
    try:
        return StaffingProblem(spans=tuple(spans), able=tuple(able))
    except ProblemError as error:
        raise InstanceError(str(error), line=1) from error


def _next(lines: Iterator[Line], what: str) -> Line:
    line = next(lines, None)
    if line is None:
        raise InstanceError(f"the file ends before {what}", line=1)
    return line


def _count(lines: Iterator[Line], name: str) -> int:
    """The number after `name =`, skipping other settings before it."""
    while True:
        line = _next(lines, f'"{name} ="')
        found = re.match(rf"\s*{name}\s*=\s*(\d+)\s*$", line.text)
        if found:
            return int(found[1])
        if not re.match(r"\s*\w+\s*=", line.text):
            raise line.fail(f'expected "{name} = number"')
