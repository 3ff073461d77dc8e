"""The published runs: what is shown, how it is run, and the page made from the results."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.curves import draw
from benchmarks.record import read_records
from benchmarks.tables import instances_table, table

if TYPE_CHECKING:
    from benchmarks.record import Record

HERE = Path(__file__).resolve().parent

HEAD = """\
# Benchmarks

Public instances, every run judged by the same judge, gaps against the `best_known.csv` beside the
instances. [benchmark_protocol.md](benchmark_protocol.md) says how runs are made and read.

This page is written by

```
huanwei bench suite INSTANCES --out benchmarks/results
huanwei bench page --results benchmarks/results
```

where INSTANCES is the folder of public instances. The runs of each section are the command below
its title; results are appended, so that an interrupted suite goes on where it stopped.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteLine:
    """One claim: the instances and options of its runs."""

    name: str
    title: str
    aim: str
    instances: tuple[str, ...]
    options: tuple[str, ...]
    verb: str = "run"
    """The command of `huanwei bench` that makes its runs."""
    apart: str = ""
    """Why some instances stand in a row of their own."""
    these: frozenset[str] = frozenset()
    """The instances that do."""

    def command(self, instances: str, out: str) -> list[str]:
        """Words after `huanwei bench`."""
        paths = [f"{instances}/{path}" for path in self.instances]
        return [self.verb, *paths, *self.options, "--out", f"{out}/{self.name}.jsonl"]


def suite_lines() -> list[SuiteLine]:
    """All lines of suite.toml, in its order."""
    content = tomllib.loads((HERE / "suite.toml").read_text(encoding="utf-8"))
    return [
        SuiteLine(
            name=line["name"],
            title=line["title"],
            aim=line["aim"],
            instances=tuple(line["instances"]),
            options=tuple(line["options"]),
            verb=line.get("verb", "run"),
            apart=line.get("apart", ""),
            these=frozenset(line.get("these", ())),
        )
        for line in content["line"]
    ]


def write_page(results: Path, page: Path) -> None:
    """Write the page, a table per instance set in `tables`, and the curves beside the page.

    Lines without results say so; nothing is left out.
    """
    tables = results.parent / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for line in suite_lines():
        file = results / f"{line.name}.jsonl"
        command = " ".join(["huanwei bench", *line.command("INSTANCES", "benchmarks/results")])
        parts.append(f"## {line.title}\n\nAim: {line.aim}.\n\n```\n{command}\n```\n")
        records = read_records(file) if file.exists() else []
        if not records:
            parts.append("Not run yet.\n")
            continue
        parts.append(_section(line, records, tables, page))
    parts.append(_new_best(results / "solutions"))
    page.write_text("\n".join(parts), encoding="utf-8")


def _section(line: SuiteLine, records: list[Record], tables: Path, page: Path) -> str:
    each = tables / f"{line.name}.md"
    each.write_text(f"# {line.title}\n\n{instances_table(records)}\n", encoding="utf-8")
    told = [
        replace(one, set=f"{one.set}, {line.apart}") if one.instance in line.these else one
        for one in records
    ]
    lines = [table(told), ""]
    if any(record.trace and record.cost is not None for record in records):
        picture = page.parent / "benchmarks" / f"{line.name}.png"
        draw(records, picture)
        lines += [f"![gap over time](benchmarks/{line.name}.png)", ""]
    machines = sorted({f"{record.machine}, version {record.version}" for record in records})
    lines += [
        f"Each instance: [{line.name}.md](../benchmarks/tables/{line.name}.md). "
        f"Machine: {'; '.join(machines)}.",
        "",
    ]
    return "\n".join(lines)


def _new_best(folder: Path) -> str:
    rows = ["## Plans better than the best known\n"]
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        return rows[0] + "\nNone yet.\n"
    rows += [
        "Each can be checked with `huanwei bench verify FILE --instances INSTANCES`.\n",
        "| plan | cost | best known | below by |",
        "| --- | --- | --- | --- |",
    ]
    for file in files:
        plan = json.loads(file.read_text(encoding="utf-8"))
        below = 100 * (plan["best_known"] - plan["cost"]) / (plan["best_known"] or 1)
        rows.append(
            f"| {file.stem} | {plan['cost']:.10g} | {plan['best_known']:.10g} | {below:.2f} % |"
        )
    return "\n".join(rows) + "\n"
