"""The door every routing engine stands behind: an engine by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.day import Progress
    from solver.routing.base.engine import Engine

ENGINES = ("ruin", "ortools")


def get_engine(name: str, *, workers: int = 1) -> Engine:
    """The engine called `name`; `workers` processes where it can use them."""
    match name:
        case "ruin":
            from solver.routing.search.engine import RuinEngine  # noqa: PLC0415

            return RuinEngine(workers=workers)
        case "ortools":
            from solver.routing.ortools.engine import OrToolsEngine  # noqa: PLC0415

            return OrToolsEngine()
        case _:
            listed = ", ".join(ENGINES)
            raise HuanweiError(
                f"unknown engine {name!r}; there are {listed}",
                zh=f"没有引擎 {name!r}；可用：{listed}",
            )


def prepare(name: str, progress: Callable[[Progress], None] | None = None) -> None:
    """Load and, the first time, compile the engine here, so that forked workers have it."""
    if name == "ruin":
        from solver.routing.search.engine import announce_compilation, warm_up  # noqa: PLC0415

        announce_compilation(progress)
        warm_up()
