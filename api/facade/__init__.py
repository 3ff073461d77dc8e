"""huanwei 环卫: plans of a sanitation bureau's day, from Python.

    import huanwei

    plan = huanwei.plan_day("mydistrict", "2026-05-12", iterations=2_000)
    print(plan.kpis["cost_cny"], len(plan.violations))

Everything is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.python import (
        check_district,
        judge,
        plan_day,
        plan_year,
        read_district,
        solve,
        write_demo,
    )
    from models.district import District
    from models.errors import HuanweiError, InputErrors
    from models.network import RoadNetwork
    from models.plan import Plan
    from models.problem import RoutingProblem
    from models.solution import Solution
    from scenarios.instances import read_instance
    from solver.roads.graphs import from_networkx, read_roads, to_networkx, write_graphml

__version__ = version("huanwei")

_HOMES = {
    "District": "models.district",
    "HuanweiError": "models.errors",
    "InputErrors": "models.errors",
    "Plan": "models.plan",
    "RoadNetwork": "models.network",
    "RoutingProblem": "models.problem",
    "Solution": "models.solution",
    "check_district": "api.python",
    "judge": "api.python",
    "plan_day": "api.python",
    "plan_year": "api.python",
    "read_district": "api.python",
    "read_instance": "scenarios.instances",
    "read_roads": "solver.roads.graphs",
    "to_networkx": "solver.roads.graphs",
    "write_graphml": "solver.roads.graphs",
    "from_networkx": "solver.roads.graphs",
    "solve": "api.python",
    "write_demo": "api.python",
}
"""Where each public name lives."""

__all__ = [
    "District",
    "HuanweiError",
    "InputErrors",
    "Plan",
    "RoadNetwork",
    "RoutingProblem",
    "Solution",
    "__version__",
    "check_district",
    "from_networkx",
    "judge",
    "plan_day",
    "plan_year",
    "read_district",
    "read_instance",
    "read_roads",
    "solve",
    "to_networkx",
    "write_demo",
    "write_graphml",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name not in _HOMES:
        raise AttributeError(f"module 'huanwei' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
