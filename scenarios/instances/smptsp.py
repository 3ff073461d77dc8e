"""Personnel task scheduling instances (Krishnamoorthy 2012, Fages 2014, Smet 2014).

`#` comments, `Type = 1`, `Jobs = J`, J lines `begin end`, `Qualifications = W`, W lines
`number: job job ...` with jobs counted from 0. Spans are half open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.errors import InstanceError
from models.shift import StaffingProblem
from scenarios.instances.instance import Line, lines

if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_smptsp(text: str) -> StaffingProblem:
    """The staffing problem in a file's text. Raises `InstanceError` with the line number."""
    told = [line for line in lines(text) if not line.text.lstrip().startswith("#")]
    if not told:
        raise InstanceError("the file is empty", line=1, zh="文件是空的")
    rows, last = iter(told), told[-1]
    count = _count(rows, "Jobs", last)
    spans, lines_of = [], []
    for _ in range(count):
        line = _next(rows, "a job", last)
        begin, end = line.integers(2)
        if begin >= end:
            raise line.fail("the job ends before it begins")
        spans.append((begin, end))
        lines_of.append(line)
    people = _count(rows, "Qualifications", last)
    able: list[frozenset[int]] = []
    for number in range(people):
        line = _next(rows, f"jobs of person {number}", last)
        jobs = frozenset(line.whole(word) for word in line.text.partition(":")[2].split())
        if any(not 0 <= job < count for job in jobs):
            raise line.fail(f"a job above {count - 1}")
        able.append(jobs)
    doable = frozenset[int]().union(*able)
    for job, line in enumerate(lines_of):
        if job not in doable:
            raise line.fail(f"nobody can do job {job}")
    return StaffingProblem(spans=tuple(spans), able=tuple(able))


def _next(rows: Iterator[Line], what: str, last: Line) -> Line:
    line = next(rows, None)
    if line is None:
        raise last.fail(f"the file ends before {what}")
    return line


def _count(rows: Iterator[Line], name: str, last: Line) -> int:
    """The number after `name =`, skipping other settings before it."""
    while True:
        line = _next(rows, f'"{name} ="', last)
        found = re.match(rf"\s*{name}\s*=\s*(\d+)\s*$", line.text)
        if found:
            return int(found[1])
        if not re.match(r"\s*\w+\s*=", line.text):
            raise line.fail(f'expected "{name} = number"')
