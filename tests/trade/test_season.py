"""Seasons: leaves from October to December, winter over New Year, and the usual cadences else."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from models.trade.work import Season
from solver.trade.season import holds_on, rules_in_season
from tests.tasks.town import bureau, grid, passes, plan_day, rules_of, standard, vehicle

WINTER = {"source": "memory", "begin": "12-20", "end": "02-10"}
LEAVES = {
    "source": "memory",
    "begin": "10-20",
    "end": "12-15",
    "classes": {"IV": passes("04:00-10:00", "12:00-18:00")},
}


@pytest.mark.parametrize(
    ("day", "held"),
    [("12-19", False), ("12-20", True), ("01-01", True), ("02-10", True), ("02-11", False)],
)
def test_a_season_may_span_new_year(day, held):
    month, number = map(int, day.split("-"))
    assert holds_on(Season(**WINTER), date(2026, month, number)) is held


def test_leaves_are_swept_twice_a_day(tmp_path):
    """A town of class IV streets, swept once a day, and twice in the season of leaves."""
    rules = rules_of(sweep={
        "street": {"classes": {"IV": passes("04:00-18:00")}, "join_m": 0},
        "seasons": {"leaves": LEAVES},
    })  # fmt: skip
    network, district = grid(tmp_path), bureau(vehicle("S1", "sw_s", "early", "mid"))

    def tasks(day):
        _, found = plan_day(network, district, rules, day=day, only=frozenset({"sweep"}))
        return sum(len(part.problem.tasks) for part in found.parts)

    assert tasks(date(2026, 11, 22)) == 2 * tasks(date(2026, 6, 1)) == 24


def test_points_have_seasons_too():
    rules = rules_of(collect_residual={
        "seasons": {"winter": {**WINTER, "visits": passes("06:00-12:00", every_days=2)}}
    })  # fmt: skip
    for day, every in ((date(2026, 1, 5), 2), (date(2026, 7, 5), 1)):
        work = rules_in_season(rules, day).operations["collect_residual"].points
        assert work.visits.every_days == every


def test_a_profile_without_seasons_is_the_same_profile():
    assert rules_in_season(standard(), date(2026, 1, 1)) is standard()


@pytest.mark.parametrize("day", ["13-01", "02-30", "Monday", "1.2."])
def test_a_day_that_no_year_has_is_refused(day):
    with pytest.raises(ValidationError, match="10-20"):
        Season(**{**WINTER, "begin": day})
