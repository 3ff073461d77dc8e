"""Every law of the town report, broken by hand on a day of three places in two towns."""

from dataclasses import replace

import pytest

from models.plan import PlanUnserved
from models.trade.manifest import Town
from solver.judge.chain.towns import check_towns
from tests.judge.chains import day

OWNER = {"a": ("a", "east"), "b": ("b", "west"), "c": ("c", "east"), "d": ("d", "west")}
EAST = Town(
    name="east", places=2, due=2, served=2, due_kg=2_500, kg=2_500,
    streams=(("construction", 2_500),), trips=2, vehicles=("W1",), stations=("H",),
    cleared_kg=2_500,
)  # fmt: skip
WEST = replace(EAST, name="west", due=1, served=1, due_kg=1_000, kg=1_000, trips=1)


def codes(towns, plan=None, owner=OWNER):
    return [(one.code, one.where, one.excess) for one in check_towns(plan or day(), towns, owner)]


def test_a_true_report_breaks_nothing():
    assert codes([EAST, WEST]) == []


@pytest.mark.parametrize(
    ("towns", "found"),
    [
        ([replace(EAST, kg=2_400), WEST], [("CLAIM", "east", 100)]),
        ([replace(EAST, served=1), WEST], [("CLAIM", "east", 0)]),
        ([EAST, replace(WEST, trips=2)], [("CLAIM", "west", 0)]),
        ([EAST], [("CLAIM", "west", 1_000)]),
        ([EAST, WEST, replace(WEST, name="south")], [("CLAIM", "south", 1_000)]),
    ],
)
def test_a_false_report_is_noticed(towns, found):
    assert codes(towns) == found


def test_a_place_left_out_is_a_finding():
    left = PlanUnserved.model_construct(task="d", kg=70)
    plan = day().model_copy(update={"unserved": [left]})
    assert codes([EAST, WEST], plan) == [("TOWN_LEFT", "west d", 70)]


def test_waste_that_stays_at_a_station_overnight_is_a_finding():
    plan = day().model_copy(update={"haul": []})
    assert codes([EAST, WEST], plan) == [("TOWN_STOCK", "H", 3_500)]
    direct = [replace(one, stations=()) for one in (EAST, WEST)]
    assert codes(direct, plan) == []
