"""Which sites' hours keep a task out: those without which a vehicle could serve it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.units import MAX_TIME
from solver.routing.base.reasons import alone
from solver.routing.base.tables import clock_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.part import Part

NAMED = 3
"""Sites named of those a task could be tipped at; more would not be read (chosen)."""


def closed_first(part: Part, tasks: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """By task: the sites it needs that are open at the wrong hours, where that is what is wrong.

    `tasks` are those no vehicle can serve in their window even alone.
    """
    if not tasks:
        return {}
    open_always = tuple(replace(one, windows=((0, MAX_TIME),)) for one in part.problem.facilities)
    always = replace(part.problem, facilities=open_always)
    tab = clock_tables(always)
    found = {}
    for task in tasks:
        if alone(always, tab, task) is None:
            loads = {dim for dim, amount in enumerate(always.tasks[task].demand) if amount}
            needed = [
                site
                for site, one in zip(part.sites, open_always, strict=True)
                if one.resets & loads
            ]
            found[task] = tuple(dict.fromkeys(needed))[:NAMED]
    return found
