"""Plans of demos from small to a city: time against tasks, phase by phase, memory, what is left.

`python -m benchmarks.sizes OUT --scales 0.5 1 1.8 3.5 10 --time 120 --workers 2` plans a day of
each size with the command `huanwei plan`, adds a line a run to OUT/sizes.jsonl and prints the
tables of all lines there; `--roads FILE` lays the demo over an extract, and without `--scales` the
tables are printed alone. Sizes may be run one after the other by several commands.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.memory import PeakMemory
from benchmarks.sizes.growth import moments, phases, table

DAY = "2026-06-10"
"""A working day of the demo without rain."""
ARCS = re.compile(r"(\d+) arcs")
"""What the reader of roads tells the log."""


def command(*words: str) -> list[str]:
    """`huanwei` of this installation with these words."""
    return [str(Path(sys.executable).with_name("huanwei")), *words]


def run(folder: Path, scale: float, asked: argparse.Namespace) -> dict[str, Any]:
    """Lay out the demo of a size and plan its day; what that took. Ends the program if it fails."""
    roads = ["--roads", str(asked.roads)] if asked.roads else []
    place = f"{asked.roads.name.split('.')[0]} " if asked.roads else ""
    district = folder / f"{asked.roads.stem if asked.roads else 'town'}-{scale:g}"
    if not district.is_dir():
        laid = command("init", str(district), "--demo", "--scale", f"{scale:g}", *roads)
        subprocess.run(laid, check=True, capture_output=True)
    words = ["plan", str(district), "--date", DAY, "--time", f"{asked.time:g}"]
    words += ["--workers", str(asked.workers), "--seed", str(asked.seed), "--verbose"]
    log = folder / f"{district.name}.log"
    begin = time.monotonic()
    with log.open("wb") as file, PeakMemory() as memory:
        done = subprocess.Popen(command(*words), stdout=file, stderr=subprocess.STDOUT)
        used, code = _waited(done)
    wall = time.monotonic() - begin
    if code:
        sys.exit(f"{' '.join(words)} ended with {code}; see {log}")
    told = log.read_text("utf-8")
    plan = json.loads((district / "plans" / DAY / "plan.json").read_text("utf-8"))
    figures, ends = plan["kpis"], moments(told)
    arcs = ARCS.search(told)
    return {
        "name": f"{place}--scale {scale:g}",
        "arcs": int(arcs[1]) if arcs else 0,
        "tasks": figures["tasks"],
        "served": figures["served"],
        "left": dict(Counter(one["reason"] for one in plan["unserved"]).most_common()),
        "violations": figures["violations"],
        "cost_cny": figures.get("day_cost_cny", figures["cost_cny"]),
        "asked_s": asked.time,
        "workers": asked.workers,
        "seed": asked.seed,
        "wall_s": round(wall, 1),
        "start_s": ends["start-up"],
        "moments": ends,
        "phases": phases(told, used),
        "peak_mb": memory.peak_mb,
    }


def _waited(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """CPU seconds of a process alone, without its workers, once it has ended, and its exit code."""
    used = 0.0
    while process.poll() is None:
        used = max(used, _cpu_s(process.pid))
        time.sleep(0.2)
    return used, process.returncode


def _cpu_s(pid: int) -> float:
    """CPU seconds a running process has used by itself; 0 where the kernel does not tell."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run the sizes asked for, then print the tables of all that are known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scales", type=float, nargs="*", default=[])
    parser.add_argument("--roads", type=Path)
    parser.add_argument("--time", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    lines = asked.out / "sizes.jsonl"
    for scale in asked.scales:
        found = run(asked.out, scale, asked)
        with lines.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False) + "\n")
    if not lines.is_file():
        parser.error(f"nothing was measured in {asked.out} yet; say --scales")
    runs = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    Console(width=400, soft_wrap=True).print("".join(table(runs)), markup=False, highlight=False)


if __name__ == "__main__":
    main()
