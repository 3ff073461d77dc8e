"""A run as a record, and one to make."""

from dataclasses import replace

from benchmarks.budget import Budget
from benchmarks.record import Record
from benchmarks.run import Job

RECORD = Record(
    instance="gdb1",
    set="gdb",
    family="carp",
    engine="ruin",
    seed=1,
    budget="10s",
    workers=1,
    tasks=22,
    cost=320.0,
    best_known=316.0,
    gap=4 / 316,
    wall_s=10.0,
    trace=((0.5, 330.0), (2.0, 320.0)),
)


def job(folder, name="town2", **changes):
    path = folder / "carp" / "mini" / f"{name}.dat"
    plain = Job(path=path, engine="ortools", seed=1, budget=Budget("10it"))
    return replace(plain, **changes)
