"""One planned day of the tiny demo, read back for changes by hand."""

from datetime import date

import pytest

from models.day import Budget, Request
from scenarios.demo import write_demo
from scenarios.desk.day import INPUTS, load_folder, pack_day, plan_loaded

DAY = date(2026, 5, 12)


@pytest.fixture(scope="session")
def plan_folder(tmp_path_factory):
    """A plan folder with what changes by hand and judges read: the document and its inputs."""
    district = tmp_path_factory.mktemp("hand") / "district"
    write_demo(district, size="tiny")
    request = Request(day=DAY, budget=Budget(iterations=60), workers=1)
    _, made = plan_loaded(load_folder(district, DAY), request)
    folder = district / "plans" / "day"
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(made.plan.model_dump_json(by_alias=True), "utf-8")
    (folder / INPUTS).write_bytes(pack_day(district, DAY))
    return folder
