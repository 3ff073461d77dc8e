"""Plan every network in two echelons of a folder, judge it, and say how far it may be from best."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from benchmarks.budget import Budget, cpu_seconds
from benchmarks.memory import PeakMemory
from benchmarks.record import Record, append, read_records
from benchmarks.run import machine
from models.errors import HuanweiError
from scenarios.instances.echelons.read import echelon_cases, read_echelons
from solver.echelons.bound.cuts import cut_bound
from solver.echelons.plan import choose, plan_network
from solver.judge.echelons import check_echelons
from solver.routing.door import get_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scenarios.instances.echelons.read import EchelonCase


def run_networks(
    folder: Path,
    out: Path,
    *,
    budget: Budget,
    seed: int = 1,
    only: str = "",
    report: Callable[[Record], None],
) -> list[Record]:
    """Run the instances of a folder that `out` does not hold yet; each appended as it ends.

    `only` is part of the names wanted. Raises `HuanweiError` where the folder holds none.
    """
    cases = [case for case in echelon_cases(folder) if only in case.name]
    if not cases:
        raise HuanweiError(f"no networks in two echelons (MC-CARP_*_graph.dat) in {folder}")
    before = read_records(out) if out.exists() else []
    done = {record.key for record in before if not record.error}
    made = []
    for case in cases:
        empty = Record(
            instance=case.name,
            set=folder.resolve().name,
            family="carp2e",
            engine="ruin",
            seed=seed,
            budget=budget.text,
            workers=1,
            tasks=0,
            version=version("huanwei"),
            machine=machine(),
        )
        if empty.key in done:
            continue
        try:
            record = run_network(case, budget, empty)
        except HuanweiError as error:  # the others are run all the same
            record = replace(empty, error=str(error))
        append(out, record)
        report(record)
        made.append(record)
    return made


def run_network(case: EchelonCase, budget: Budget, record: Record) -> Record:
    """One instance planned, judged and bounded; `gap` is above the bound, for none is published.

    The budget is that of the routes; the trials that choose which streams ride together come before
    it, and seconds count both.
    """
    network = read_echelons(case)
    engine = get_engine("ruin")
    with PeakMemory() as memory:
        begin, cpu = time.monotonic(), cpu_seconds()
        choices = choose(network, engine, seed=record.seed)
        plan = plan_network(
            network,
            engine,
            choices,
            stop=lambda share: _part(budget, share).stop(),
            seed=record.seed,
        )
        wall, cpu = time.monotonic() - begin, cpu_seconds() - cpu
    violations = check_echelons(network, plan)
    bound = cut_bound(network)
    return replace(
        record,
        tasks=sum(litres > 0 for street in network.streets for litres in street.litres),
        cost=float(plan.seconds),
        bound=float(bound),
        gap=plan.seconds / bound - 1,
        routes=len(plan.routes),
        violations=len(violations),
        violation_codes=tuple(sorted({one.code for one in violations})),
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mb=memory.peak_mb,
    )


def _part(budget: Budget, share: float) -> Budget:
    """A share of a budget; of iterations at least one."""
    unit = re.sub(r"[\d.]", "", budget.text)
    amount = budget.amount * share
    return Budget(
        f"{max(1, round(amount))}it" if unit == "it" else f"{max(amount, 0.01):.3f}{unit}"
    )
