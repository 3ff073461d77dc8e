"""The Python door: what `import huanwei` gives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from api import facade, python
from models.errors import HuanweiError, InputErrors
from solver.judge.routes import check
from tests.instances.samples import VRPLIB

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", facade.__all__)
def test_every_public_name_is_there_and_explained(name: str):
    assert getattr(facade, name).__doc__


def test_no_other_name_is():
    with pytest.raises(AttributeError, match="no attribute 'plan_decade'"):
        facade.plan_decade  # noqa: B018
    assert dir(facade) == sorted(facade.__all__)


def test_a_day_is_a_date_a_text_or_today():
    assert python.day_of("2026-05-12") == python.day_of(date(2026, 5, 12)) == date(2026, 5, 12)
    assert abs((python.day_of(None) - date.today()).days) <= 1
    with pytest.raises(HuanweiError, match="Write it as 2026-05-12"):
        python.day_of("12.5.2026")


def test_an_instance_is_read_and_solved(tmp_path: Path):
    (tmp_path / "a.vrp").write_text(VRPLIB, encoding="utf-8")
    problem = facade.read_instance(tmp_path / "a.vrp").problem
    found = facade.solve(problem, iterations=50)
    assert not check(problem, found.solution, found.schedules)
    again = facade.solve(problem, iterations=50)
    assert again.solution == found.solution


@pytest.mark.parametrize("budget", [{}, {"seconds": 1.0, "iterations": 10}])
def test_a_search_needs_one_budget(tmp_path: Path, budget: dict[str, float]):
    (tmp_path / "a.vrp").write_text(VRPLIB, encoding="utf-8")
    problem = facade.read_instance(tmp_path / "a.vrp").problem
    with pytest.raises(HuanweiError, match="seconds or iterations"):
        facade.solve(problem, **budget)


def test_a_demo_is_written_read_and_checked(tmp_path: Path):
    folder = facade.write_demo(tmp_path / "town", size="tiny")
    district = facade.read_district(folder, "2026-05-12")
    report = facade.check_district(folder, "2026-05-12")
    assert report.fine
    assert report.district is not None
    assert report.district.vehicles == district.vehicles
    assert len(district.vehicles) == report.figures["vehicles"]


def test_a_folder_that_is_none_says_so(tmp_path: Path):
    with pytest.raises(InputErrors):
        facade.plan_day(tmp_path / "nothing", "2026-05-12", iterations=1)
