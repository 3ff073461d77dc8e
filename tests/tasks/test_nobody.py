"""Work that no operation serves is left out with a reason; what stays where it is is added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from models.district import Order, Stream
from models.solution import Reason
from solver.day.plan import Request
from solver.day.plan import plan_day as plan_whole
from tests.tasks.town import DAY, HOUR, bureau, grid, plan_day, point, standard, vehicle

if TYPE_CHECKING:
    from models.network import RoadNetwork

ONLY_USUAL = standard().model_copy(
    update={
        "operations": {
            name: one
            for name, one in standard().operations.items()
            if name
            not in {f"collect_{stream}" for stream in standard().streams} - {"collect_residual"}
        }
    }
)
"""The standard profile of a bureau that collects residual waste alone."""
NOBODYS = [Stream.RECYCLABLE, Stream.HAZARDOUS, Stream.CONSTRUCTION]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("town"))


def nobodys(day):
    return [one for one in day.left if one.reason == Reason.NO_OPERATION]


@pytest.mark.parametrize("stream", NOBODYS)
def test_a_point_that_no_operation_takes_is_left_out_with_its_waste(
    town: RoadNetwork, stream: Stream
):
    stops = (point("p", 100, 0, stream=stream, demand_kg=70),)
    _, day = plan_day(town, bureau(points=stops), ONLY_USUAL)
    (left,) = nobodys(day)
    assert (left.task, left.operation, left.reason) == ("p", "", Reason.NO_OPERATION)
    assert (left.kg, left.ref.stream) == (70, stream)


@pytest.mark.parametrize("stream", [Stream.RESIDUAL, Stream.KITCHEN, *NOBODYS])
def test_a_point_that_some_operation_takes_is_never_nobodys(town: RoadNetwork, stream: Stream):
    _, day = plan_day(town, bureau(points=(point("p", 100, 0, stream=stream),)))
    assert nobodys(day) == []


def test_an_order_that_no_operation_can_do_is_left_out(town: RoadNetwork):
    order = Order(id="O", operation="dance", window=(5 * HOUR, 6 * HOUR), demand_kg=9)
    _, day = plan_day(town, bureau(orders=(order,)))
    (left,) = nobodys(day)
    assert (left.task, left.operation, left.reason) == ("O", "dance", Reason.NO_OPERATION)


def test_who_asks_for_some_operations_hears_of_no_other_work(town: RoadNetwork):
    points = (point("p", 100, 0, stream=Stream.RECYCLABLE),)
    _, day = plan_day(town, bureau(points=points), only=("fog",))
    assert nobodys(day) == []


def figures(town: RoadNetwork, *vehicles, points):
    """Key figures and document of a day with these vehicles and points, nothing swept."""
    request = Request(day=DAY, budget=Budget(iterations=20), workers=1)
    return plan_whole(bureau(*vehicles, points=points), town, standard(), request).plan


POINTS = (
    point("r", 100, 0, demand_kg=400),
    point("k", 300, 0, stream=Stream.KITCHEN, demand_kg=250),
    point("y", 100, 200, stream=Stream.RECYCLABLE, demand_kg=70),
)


def test_all_waste_left_out_counts_by_stream_and_sweepings_do_not(town: RoadNetwork):
    """No vehicle at all: 400 kg residual, 250 kg kitchen waste, 70 kg recyclables stay."""
    plan = figures(town, points=POINTS)
    assert plan.kpis["uncollected_kg"] == 720
    assert plan.kpis["uncollected_t"] == {"kitchen": 0.25, "recyclable": 0.07, "residual": 0.4}
    assert plan.violations == []
    swept = [one for one in plan.unserved if one.operation == "sweep"]
    assert swept
    assert {one.stream for one in swept} <= {None, Stream.SWEEPINGS}


def test_the_loss_of_the_only_compactor_shows_in_tonnes(town: RoadNetwork):
    """With it the residual waste is taken, and nothing else."""
    plan = figures(town, vehicle("cp", "cp_8", "early"), points=POINTS)
    assert plan.kpis["uncollected_t"] == {"kitchen": 0.25, "recyclable": 0.07}
