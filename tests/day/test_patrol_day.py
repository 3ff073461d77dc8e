"""Work that neither tips nor refills - patrols, inspections - is a day like any other."""

import pytest

from models.day import Budget
from solver.day.plan import Request, plan_day
from solver.trade.profile import load_profile
from tests.tasks.town import DAY, bureau, grid, point, vehicle

PATROL = """
name = "ours"
extends = "standard"

[operations.patrol]
title_zh = "巡查"
title_en = "Patrol"
vehicle_types = ["car"]
{work}

[vehicles.car]
title_zh = "巡查车"
title_en = "Patrol car"
source = "local fleet list"
profile = "small"
licence = "C1"
"""
STREETS = """
[operations.patrol.street]
source = "local order 2026-11"
roads = ["residential"]
side = "one_pass"
working_width_m = 8
work_speed_kmh = 20
[operations.patrol.street.classes.IV]
source = "local order 2026-11"
min_gap_h = 2
passes = [
  {{ windows = ["04:00-06:00"], rule = "finish" }},
  {{ windows = ["06:00-08:00"], rule = "finish" }},
  {{ windows = ["08:00-10:00"], rule = "finish" }},
]
"""
POINTS = """
[operations.patrol.points]
source = "local order 2026-11"
streams = ["residual"]
base_s = 300
per_bin_s = 0
bin_kg = 75
[operations.patrol.points.visits]
source = "local order 2026-11"
passes = [{{ windows = ["05:00-11:00"] }}]
"""


def planned(tmp_path, work, *, only=("patrol",)):
    (tmp_path / "ours.toml").write_text(PATROL.format(work=work.format()), encoding="utf-8")
    rules = load_profile("ours.toml", tmp_path)
    town = bureau(
        vehicle("p", "car", "early"),
        vehicle("c", "cp_8", "early"),
        points=(point("a", 50, 0), point("b", 150, 200), point("big", 250, 0, demand_kg=9_000)),
    )
    request = Request(day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset(only))
    return plan_day(town, grid(tmp_path), rules, request).plan


def patrolled(plan):
    steps = [s for r in plan.routes if r.operation == "patrol" for t in r.trips for s in t.steps]
    return [step for step in steps if step.kind == "serve"]


@pytest.mark.parametrize("only", [("patrol",), ("patrol", "collect_residual")])
def test_a_patrol_of_points_plans_alone_and_beside_work_that_loses_tasks(tmp_path, only):
    plan = planned(tmp_path, POINTS, only=only)
    assert len(patrolled(plan)) == 3
    assert {one.code for one in plan.violations} <= {"CREW_SHORT"}
    assert [one.reason for one in plan.unserved] == ["too_large"] * (len(only) - 1)


def test_a_street_patrolled_three_times_keeps_its_gaps(tmp_path):
    """Six streets, three passes at two hours in windows that touch: no pass is lost."""
    plan = planned(tmp_path, STREETS)
    assert plan.unserved == []
    assert {one.code for one in plan.violations} <= {"CREW_SHORT"}
    assert len(patrolled(plan)) % 3 == 0
