"""Tables and comparisons of runs, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.record import Record

HEAD = (
    "| set | engine | budget | runs / instances | mean gap | worst gap | at best known or better |"
    " unsolved | wall s | CPU s | peak MB | violations |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def table(records: Sequence[Record]) -> str:
    """One row per set, engine and budget.

    Gaps are means over all runs with a best known value. "At best known or better" counts
    instances whose best seed got there. "Unsolved" counts runs that left required tasks out,
    broke a law, crashed, or whose engine lacks a law of the instance. Runs that ended early, at
    their target, are counted below the table: their seconds are not their budget.
    """
    groups: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.set, record.engine, budget_text(record)].append(record)
    rows = [HEAD]
    for (name, engine, budget), runs in sorted(groups.items()):
        gaps = [run.gap for run in runs if run.gap is not None and not run.violations]
        known = {run.instance for run in runs if run.best_known is not None}
        solved = {run.instance for run in runs if run.solved}
        bad = [run for run in runs if run.cost is None or run.violations]
        rows.append(
            f"| {name} | {engine} | {budget} | {len(runs)} / {len({r.instance for r in runs})} "
            f"| {_percent(fmean(gaps)) if gaps else '-'} | {_percent(max(gaps)) if gaps else '-'} "
            f"| {len(solved)} of {len(known)} | {len(bad)} "
            f"| {_mean(run.wall_s for run in runs)} | {_mean(run.cpu_s for run in runs)} "
            f"| {max(run.peak_mb for run in runs):.0f} | {sum(run.violations for run in runs)} |"
        )
    early = sum(record.stopped_at_target for record in records)
    if early:
        rows.append(
            f"\n{early} of {len(records)} runs ended before their budget, at a proved optimum or "
            "at the best known value where the budget says so; their seconds are those until then."
        )
    return "\n".join(rows)


def budget_text(record: Record) -> str:
    """A run's budget with its workers, and its end at the best known value where that was asked."""
    return (
        record.budget
        + (f" x {record.workers} workers" if record.workers > 1 else "")
        + (", to the best known" if record.stop_at_best else "")
    )


def instances_table(records: Sequence[Record]) -> str:
    """One row per instance, one column per engine: best and mean cost over seeds."""
    engines = sorted({record.engine for record in records})
    by_instance: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        by_instance[record.set, record.instance].append(record)
    head = "| set | instance | tasks | best known |" + "".join(
        f" {engine} best | {engine} mean | gap of mean |" for engine in engines
    )
    rows = [head, "| --- | --- | --- | --- |" + " --- | --- | --- |" * len(engines)]
    for (name, instance), runs in by_instance.items():
        best = next((run.best_known for run in runs if run.best_known is not None), None)
        row = f"| {name} | {instance} | {max(run.tasks for run in runs)} | {_number(best)} |"
        for engine in engines:
            row += _engine_cells([run for run in runs if run.engine == engine], best)
        rows.append(row)
    return "\n".join(rows)


def _engine_cells(runs: Sequence[Record], best: float | None) -> str:
    costs = [run.cost for run in runs if run.cost is not None and not run.violations]
    if not costs:
        return f" {runs[0].error or 'unsolved' if runs else ''} | | |"
    mean = fmean(costs)
    gap = _percent((mean - best) / best) if best else "-"
    return f" {_number(min(costs))} | {_number(mean)} | {gap} |"


def compare(before: Sequence[Record], after: Sequence[Record]) -> str:
    """Mean cost per instance and engine of two files of runs, worst change first."""
    old, new = _means(before), _means(after)
    rows = [
        "| set | instance | engine | before | after | change |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    changes = sorted(
        ((new[key] / old[key] - 1 if old[key] else 0.0), key) for key in old.keys() & new.keys()
    )
    rows += [
        f"| {key[0]} | {key[1]} | {key[2]} | {_number(old[key])} | {_number(new[key])} "
        f"| {_percent(change)} |"
        for change, key in reversed(changes)
    ]
    if changes:
        better = sum(change < 0 for change, _ in changes)
        worse = sum(change > 0 for change, _ in changes)
        mean = _percent(fmean(change for change, _ in changes))
        rows.append(f"\n{better} better, {worse} worse, mean change {mean}")
    for name, only in (("before", old.keys() - new.keys()), ("after", new.keys() - old.keys())):
        if only:
            rows.append(f"\nonly {name}: {', '.join('/'.join(key) for key in sorted(only))}")
    return "\n".join(rows)


def _means(records: Sequence[Record]) -> dict[tuple[str, str, str], float]:
    costs: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for record in records:
        if record.cost is not None and not record.violations:
            costs[record.set, record.instance, record.engine].append(record.cost)
    return {key: fmean(values) for key, values in costs.items()}


def _mean(values: Iterable[float]) -> str:
    return f"{fmean(values):.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
