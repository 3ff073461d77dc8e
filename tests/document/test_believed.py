"""What the judge believes of a day that cannot be had again, and what it reckons itself."""

import pytest

from models.plan import Plan
from solver.document.remake import unbalanced

FIGURES = {
    "over_t": 7.5, "stations_over": 2, "km": 12.3, "duty_h": 4.5, "cost_cny": 812.5,
    "above_design_t": {"S1": 5.0, "S2": 2.5},
}  # fmt: skip


def believed(**changes):
    return unbalanced(Plan.model_construct(kpis={"unbalanced": FIGURES | changes}))


def test_figures_that_add_up_are_believed():
    assert believed() == FIGURES


@pytest.mark.parametrize(
    ("key", "told", "right"),
    [
        ("over_t", 7.6, 7.5), ("over_t", 7.51, 7.5), ("over_t", -3.5, 7.5), ("over_t", None, 7.5),
        ("stations_over", 1, 2), ("km", 12.31, 12.3), ("duty_h", 4.449, 4.4),
    ],
)  # fmt: skip
def test_what_follows_from_the_stations_is_reckoned(key, told, right):
    assert believed(**{key: told}) == FIGURES | {key: right}


@pytest.mark.parametrize(
    "changes",
    [{"km": "x"}, {"cost_cny": 1e300}, {"duty_h": -1}, {"above_design_t": [1]},
     {"above_design_t": {"S1": None}}],
)  # fmt: skip
def test_figures_that_are_none_are_not_believed(changes):
    assert believed(**changes) is None
