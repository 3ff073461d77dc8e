"""Work of one square of the town belongs together, where vehicles in it count."""

from __future__ import annotations

import pytest

from tests.tasks.town import SITES, bureau, grid, plan_day, point, standard, vehicle

POINTS = tuple(point(f"p{n}", x, 205, demand_kg=200) for n, x in enumerate((20, 120, 220, 320)))


def priced(**costs):
    rules = standard()
    return rules.model_copy(update={"costs": rules.costs.model_copy(update=costs)})


def squares(folder, **costs):
    """The bundles of the collection's tasks, by point."""
    town = bureau(vehicle("c", "cp_8", "early"), points=POINTS, sites=SITES)
    _, day = plan_day(grid(folder), town, priced(**costs), only=["collect_residual"])
    (part,) = day.parts
    return {
        ref.object_id: task.bundles for ref, task in zip(part.refs, part.problem.tasks, strict=True)
    }


def test_points_of_a_square_share_it_and_others_do_not(tmp_path):
    """Four points 100 m apart in a row lie in two squares of 200 m, or in three where one ends
    between them; each square costs 7 CNY a vehicle."""
    found = squares(tmp_path, area_m=200, area_vehicle_cny=7)
    areas = [found[f"p{n}"] for n in range(4)]
    assert all(len(own) == 1 and own[0].per_route == 700_000 for own in areas)
    assert len(set(areas)) in {2, 3}
    assert areas == sorted(areas, key=areas.index)


@pytest.mark.parametrize("costs", [{"area_m": 200}, {"area_vehicle_cny": 7}, {}])
def test_without_a_size_or_a_price_there_are_no_squares(tmp_path, costs):
    plain = {"area_m": 0, "area_vehicle_cny": 0}
    assert set(squares(tmp_path, **(plain | costs)).values()) == {()}


def test_a_street_is_no_part_of_a_square(tmp_path):
    """Streets are kept together by prices of their own."""
    rules = priced(area_m=200, area_vehicle_cny=7)
    town = bureau(vehicle("s", "sw_s", "early", "mid"), sites=SITES)
    _, day = plan_day(grid(tmp_path), town, rules, only=["sweep"])
    own = {one.id for part in day.parts for task in part.problem.tasks for one in task.bundles}
    assert own
    assert not any(one.startswith("area") for one in own)
