"""Tables and comparisons of runs, in Markdown."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.record import Record

Way = tuple[str, str, str, str]
"""Set, instance, engine, budget."""

HEAD = (
    "| set | engine | budget | runs / instances | mean gap | worst gap | at best known or better |"
    " unsolved | wall s | CPU s | peak MB | violations |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def table(records: Sequence[Record]) -> str:
    """One row per set, engine and budget.

    Gaps are means over all runs with a best known value. "At best known or better" counts
    instances whose best seed got there. "Unsolved" counts runs that left required tasks out,
    broke a law, crashed, or whose engine lacks a law of the instance. Seconds are means over runs
    that were made. Runs that ended early, at their target, are counted below the table: their
    seconds are not their budget.
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
        made = [run for run in runs if not run.error]
        rows.append(
            f"| {name} | {engine} | {budget} | {len(runs)} / {len({r.instance for r in runs})} "
            f"| {_percent(fmean(gaps)) if gaps else '-'} | {_percent(max(gaps)) if gaps else '-'} "
            f"| {len(solved)} of {len(known)} | {len(bad)} "
            f"| {_mean(run.wall_s for run in made)} | {_mean(run.cpu_s for run in made)} "
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
    """One row per instance, columns per engine and budget: best and mean cost over seeds.

    The gap is that of the mean cost, to the lower bound where no value is known of any instance.
    Budgets are named where an engine ran with several.
    """
    told = "best known" if any(r.best_known is not None for r in records) else "lower bound"
    ways = sorted({(record.engine, budget_text(record)) for record in records})
    several = len({engine for engine, _ in ways}) < len(ways)
    names = [f"{engine} {budget}" if several else engine for engine, budget in ways]
    by_instance: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        by_instance[record.set, record.instance].append(record)
    head = f"| set | instance | tasks | {told} |" + "".join(
        f" {name} best | {name} mean | gap of mean |" for name in names
    )
    rows = [head, "| --- | --- | --- | --- |" + " --- | --- | --- |" * len(ways)]
    for (name, instance), runs in by_instance.items():
        known = [run.bound if told == "lower bound" else run.best_known for run in runs]
        best = next((value for value in known if value is not None), None)
        row = f"| {name} | {instance} | {max(run.tasks for run in runs)} | {_number(best)} |"
        for way in ways:
            same = [run for run in runs if (run.engine, budget_text(run)) == way]
            row += _engine_cells(same, best)
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
    """Two files of runs: mean cost per instance, engine and budget, worst change first.

    Only seeds that both files hold are compared, so that luck is the same on both sides. What was
    solved on one side only, and what was run on one side only, is listed below.
    """
    old, new = _by_seed(before), _by_seed(after)
    means = _means_of_pairs(old, new)
    changes = sorted((_change(*both), way) for way, both in means.items())
    rows = [
        "| set | instance | engine | budget | before | after | change |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| {' | '.join(way)} | {_number(means[way][0])} | {_number(means[way][1])} "
        f"| {_percent(change)} |"
        for change, way in reversed(changes)
    ]
    if changes:
        better = sum(change < 0 for change, _ in changes)
        worse = sum(change > 0 for change, _ in changes)
        mean = _percent(fmean(change for change, _ in changes))
        rows.append(f"\n{better} better, {worse} worse, mean change {mean}")
    both = old.keys() & new.keys()
    for name, only in (
        ("no longer solved", {run for run in both if old[run] is not None and new[run] is None}),
        ("solved now", {run for run in both if old[run] is None and new[run] is not None}),
        ("only before", old.keys() - new.keys()),
        ("only after", new.keys() - old.keys()),
    ):
        if only:
            told = (f"{'/'.join(way)} seed {seed}" for way, seed in sorted(only))
            rows.append(f"\n{name}: {', '.join(told)}")
    return "\n".join(rows)


def _means_of_pairs(
    old: Mapping[tuple[Way, int], float | None], new: Mapping[tuple[Way, int], float | None]
) -> dict[Way, tuple[float, float]]:
    """Mean costs before and after, over the seeds solved in both."""
    pairs: dict[Way, list[tuple[float, float]]] = defaultdict(list)
    for way, seed in old.keys() & new.keys():
        before, after = old[way, seed], new[way, seed]
        if before is not None and after is not None:
            pairs[way].append((before, after))
    return {
        way: (fmean(a for a, _ in both), fmean(b for _, b in both)) for way, both in pairs.items()
    }


def _by_seed(records: Sequence[Record]) -> dict[tuple[Way, int], float | None]:
    """Cost of each run; None where it did not solve its instance lawfully."""
    return {
        ((run.set, run.instance, run.engine, budget_text(run)), run.seed): (
            None if run.violations else run.cost
        )
        for run in records
    }


def _change(before: float, after: float) -> float:
    """Share of change; infinite where a cost of 0 was lost."""
    if before == after:
        return 0.0
    return after / before - 1 if before else math.inf


def _mean(values: Iterable[float]) -> str:
    found = list(values)
    return f"{fmean(found):.1f}" if found else "-"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
