"""How time grows with the number of tasks: phases of a plan's log, and exponents over sizes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PASSED = re.compile(r"INFO solver\.stop: (.+): done after ([\d.]+) s, ([\d.]+) CPU-s of this")
"""A phase that has ended, as `Pace.passed` writes it to the log."""

LEAST_S = 0.05
"""Phases that took less [s] at some size are given no exponent (chosen: the clock's grain)."""

PHASES = {
    "start-up": "start-up",
    "search": "search of round",
    "queues and rescues": "queues of round",
    "routes and haul settled": "routes and haul settled",
    "tasks left out tried": "tasks left out tried",
    "haul": "haul",
    "advice": "advice",
    "crews": "crews",
    "document": "document",
    "verdict": "verdict",
    "files": "",
}
"""Phases by their headings, with how their names begin in the log; files come after the last of
them, and reading the folder belongs to the start-up."""


def phases(log: str, cpu_s: float) -> dict[str, float]:
    """CPU seconds of the planning process by phase; `cpu_s` are all it used, to its end."""
    spent = dict.fromkeys(PHASES, 0.0)
    before = 0.0
    for name, _, worked in PASSED.findall(log):
        heading = next(own for own, begin in PHASES.items() if begin and name.startswith(begin))
        spent[heading] += float(worked) - before
        before = float(worked)
    spent["files"] = max(cpu_s - before, 0.0)
    return {name: round(seconds, 2) for name, seconds in spent.items()}


def moments(log: str) -> dict[str, float]:
    """Seconds of the clock after which each phase had ended, counted from the start-up's end."""
    return {name: float(seconds) for name, seconds, _ in PASSED.findall(log)}


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float | None:
    """The k of seconds = c tasks^k that fits best (least squares of logarithms); None: too few."""
    known = [(n, s) for n, s in zip(sizes, seconds, strict=True) if s >= LEAST_S]
    if len({n for n, _ in known}) < 2:
        return None
    slope = np.polyfit(np.log([n for n, _ in known]), np.log([s for _, s in known]), 1)[0]
    return round(float(slope), 2)


def table(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of two Markdown tables: the runs by size, and CPU seconds by phase with exponents."""
    runs = sorted(runs, key=lambda run: run["tasks"])
    yield "| district | arcs | tasks, served | asked [s] | all in all [s] | start-up [s] |"
    yield " peak [GB] | left out by reason | violations |\n| --- | --- | --- | --- | --- | --- |"
    yield " --- | --- | --- |\n"
    for run in runs:
        left = ", ".join(f"{count:,} `{reason}`" for reason, count in run["left"].items())
        arcs = f"{run['arcs']:,}" if run["arcs"] else "-"  # roads of the cache are not told
        yield (
            f"| {run['name']} | {arcs} | {run['tasks']:,}, {run['served']:,} | "
            f"{run['asked_s']:g} | {run['wall_s']:.0f} | {run['start_s']:.1f} | "
            f"{run['peak_mb'] / 1024:.1f} | {left or '-'} | {run['violations']} |\n"
        )
    yield "\n| CPU seconds of | " + " | ".join(f"{run['tasks']:,}" for run in runs)
    yield " | exponent |\n| --- |" + " --- |" * (len(runs) + 1) + "\n"
    sizes = [run["tasks"] for run in runs]
    for name in runs[0]["phases"] if runs else ():
        spent = [run["phases"][name] for run in runs]
        power = exponent(sizes, spent)
        told = "-" if power is None else f"{power:.2f}"
        yield f"| {name} | " + " | ".join(f"{s:.1f}" for s in spent) + f" | {told} |\n"
    whole = [math.fsum(run["phases"].values()) for run in runs]
    power = exponent(sizes, whole)
    told = "-" if power is None else f"{power:.2f}"
    yield "| this process, all | " + " | ".join(f"{s:.0f}" for s in whole) + f" | {told} |\n"
