"""Gap over time, as a picture."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.tables import budget_text
from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.record import Record

STEPS = 200
PICTURES = (".png", ".svg", ".pdf")


def mean_gaps(runs: Sequence[Record], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean gap of the runs' best costs at each time [%], shape of `times`.

    NaN until every run has a solution, so that a curve never rises because a run joins late.
    """
    curves = np.full((len(runs), len(times)), np.nan)
    for row, run in enumerate(runs):
        best = run.best_known or run.cost or 1.0
        for seconds, cost in run.trace:
            curves[row, times >= seconds] = 100 * (cost - best) / best
    return np.asarray(curves.mean(axis=0))


def draw(records: Sequence[Record], out: Path) -> None:
    """One panel per set, one line per engine and budget; log time in wall seconds.

    Raises `HuanweiError` when matplotlib is missing, `out` is no picture, or no run has a trace.
    """
    if out.suffix not in PICTURES:
        raise HuanweiError(f"{out.name}: pictures end in {', '.join(PICTURES)}")
    try:
        import matplotlib as mpl  # noqa: PLC0415

        mpl.use("Agg")
        from matplotlib import pyplot as plt  # noqa: PLC0415
    except ImportError:
        raise HuanweiError("matplotlib is not installed; install huanwei[bench]") from None
    traced = [run for run in records if run.trace and run.cost is not None]
    if not traced:
        raise HuanweiError("no run with a trace: nothing to draw")
    groups: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for run in traced:
        groups[run.set][f"{run.engine}, {budget_text(run)}"].append(run)
    figure, panels = plt.subplots(
        len(groups), 1, figsize=(8, 3.2 * len(groups)), squeeze=False, layout="constrained"
    )
    for panel, (name, lines) in zip(panels[:, 0], sorted(groups.items()), strict=True):
        for label, runs in sorted(lines.items()):
            latest = max([run.wall_s for run in runs] + [0.2])
            times = np.geomspace(0.1, latest, STEPS)
            panel.plot(times, mean_gaps(runs, times), label=f"{label} ({len(runs)})")
        panel.set(xscale="log", title=name, xlabel="wall s", ylabel="mean gap to best known [%]")
        panel.set_yscale("symlog", linthresh=0.1)
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small")
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=120)
    plt.close(figure)
