"""One run as one JSON line; files of runs grow by appending and can be continued."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from models.errors import InstanceError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

LACKS = "lacks: "
"""How the error of a run begins that an engine refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A judged run. `cost` and `best_known` in the published unit; `error` tells why it is not.

    `trace` holds (wall s, cost) each time the best improved. `peak_mb` counts all processes of
    the run together; `cpu_s` too. `stopped_at_target`: the run ended before its budget, at the
    proved optimum or, where `stop_at_best`, at the best known value; `time_to_best_s` is the wall
    time after which the run had a plan as good as the best known.
    """

    instance: str
    set: str
    family: str
    engine: str
    seed: int
    budget: str
    workers: int
    tasks: int
    stop_at_best: bool = False
    cost: float | None = None
    best_known: float | None = None
    proven: bool = False
    solved: bool = False
    gap: float | None = None
    stopped_at_target: bool = False
    time_to_best_s: float | None = None
    bound: float | None = None
    routes: int = 0
    unserved: int = 0
    violations: int = 0
    violation_codes: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    iterations: int = 0
    iterations_per_s: float = 0.0
    trace: tuple[tuple[float, float], ...] = ()
    error: str = ""
    version: str = ""
    machine: str = ""
    begun: str = ""

    @property
    def lacking(self) -> bool:
        """Whether nothing was run because the engine lacks a law of the instance."""
        return self.error.startswith(LACKS)

    @property
    def key(self) -> tuple[str, str, str, int, str, int, bool]:
        """What is run only once into one file."""
        return (
            self.set,
            self.instance,
            self.engine,
            self.seed,
            self.budget,
            self.workers,
            self.stop_at_best,
        )


def append(path: Path, record: Record) -> None:
    """Add one line; the file and its folder are made when missing.

    A last line without an end was cut off while it was written: it is taken away first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(record), ensure_ascii=False) + "\n"
    with path.open("ab+") as file:
        file.seek(0)
        content = file.read()
        if not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)
        file.write(line.encode())


def read_records(path: Path) -> list[Record]:
    """All runs of a file, of equal ones the last; a last line cut off while written is left out.

    Raises `InstanceError` with the line that is no run.
    """
    found: dict[tuple[str, str, str, int, str, int, bool], Record] = {}
    rows = path.read_text(encoding="utf-8", errors="replace").split("\n")
    if rows.pop():
        log.warning("%s: its last line was cut off while written and is left out", path.name)
    for number, line in enumerate(rows, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            fields["violation_codes"] = tuple(fields["violation_codes"])
            fields["trace"] = tuple((float(s), float(cost)) for s, cost in fields["trace"])
            record = Record(**fields)
            found[record.key] = record
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise InstanceError(
                f"{path.name} holds a line that is no run: {error}", line=number
            ) from None
    return list(found.values())
