"""The server's runner makes real plans, and its news is what the start page shows."""

import pytest

from api.commands.serve import serve
from api.runner import message, plan_runner
from models.day import PartProgress, Progress
from models.errors import HuanweiError
from models.plan import Plan
from scenarios.demo import write_demo
from solver.day.plan import News


def test_news_of_a_search_carries_cost_and_what_is_left_out():
    progress = Progress(phase="search", used=0.5, seconds=3.0, cost=250_000_00, required_unserved=2)
    assert message(News("search", 0.5, "sweep", PartProgress(0, progress))) == {
        "stage": "search", "share": 0.5, "detail": "sweep", "cost_cny": 250.0, "unserved": 2,
    }  # fmt: skip
    assert message(News("roads")) == {"stage": "roads", "share": 0.0}


def test_serve_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(HuanweiError, match="no such folder"):
        serve(tmp_path / "nothing")


@pytest.mark.slow
def test_the_demo_bureau_becomes_a_plan_folder(tmp_path):
    write_demo(tmp_path / "demo", size="tiny")
    settings = {"date": "2026-05-12", "only": ["sweep"], "seconds": None, "iterations": 200,
                "seed": 1, "engine": "ruin", "workers": 1, "language": "zh",
                "without": [], "demand_factor": 1.0, "quota_t": {}, "before": None,
                "keep": None}  # fmt: skip
    stages = []
    plan_runner(
        settings, tmp_path / "demo", tmp_path / "plan",
        tell=lambda one: stages.append(one["stage"]), stopped=lambda: False,
    )  # fmt: skip
    plan = Plan.model_validate_json((tmp_path / "plan" / "plan.json").read_bytes())
    assert plan.routes
    assert {"roads", "tasks", "search", "write"} <= set(stages)
    assert (tmp_path / "plan" / "map.html").is_file()
