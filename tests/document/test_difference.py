"""What differs between two plans, counted by hand: who does what, figures, stations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.edits import Quota
from solver.document.difference import (
    check_difference,
    difference,
    figures,
    moves,
    renewed,
    taken_kg,
)
from tests.api.handmade import make_district, tiny_network, walk_plan


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    network = tiny_network(folder)
    return make_district(network, folder, routes=2), walk_plan(network, routes=2, serves=4)


def tasks(route) -> list[str]:
    return [step.task for trip in route.trips for step in trip.steps if step.kind == "serve"]


def without(plan, *gone: str):
    """The plan without these tasks."""
    routes = [
        route.model_copy(
            update={
                "trips": [
                    trip.model_copy(update={"steps": [s for s in trip.steps if s.task not in gone]})
                    for trip in route.trips
                ]
            }
        )
        for route in plan.routes
    ]
    return plan.model_copy(update={"routes": routes})


def swapped(plan):
    """The first route is driven by somebody else."""
    first, *others = plan.routes
    return plan.model_copy(
        update={"routes": [first.model_copy(update={"vehicle": "other"}), *others]}
    )


def left_out(plan, task: str):
    """The plan without a task, which it names as unserved."""
    (one, *_) = plan.unserved
    more = one.model_copy(update={"task": task})
    return without(plan, task).model_copy(update={"unserved": [*plan.unserved, more]})


def counts(found) -> tuple[int, int, int, int, list[str]]:
    return found.kept, found.moved, found.new, found.gone, found.lost


def test_the_same_plan_keeps_everything(town):
    _, plan = town
    found = moves(plan, plan)
    every = sum(len(tasks(route)) for route in plan.routes)
    assert counts(found) == (every, 0, 0, 0, [])
    assert (found.kept_share, found.vehicles_before, found.vehicles_after) == (1, 2, 2)


def test_tasks_of_another_vehicle_have_moved_and_are_told_from_whom_to_whom(town):
    _, plan = town
    first, second = plan.routes
    own, others = tasks(first), tasks(second)
    found = moves(plan, swapped(plan))
    assert counts(found) == (len(others), len(own), 0, 0, [])
    assert found.kept_share == round(len(others) / len(own + others), 4)
    before, after = f"{first.vehicle}/{first.shift}", f"other/{first.shift}"
    assert [(one.task, one.before, one.after) for one in found.moves] == [
        (task, before, after) for task in own
    ]


def test_a_task_not_there_any_more_is_gone_one_left_out_is_lost_and_one_more_is_new(town):
    _, plan = town
    task = tasks(plan.routes[0])[0]
    every = sum(len(tasks(route)) for route in plan.routes)
    assert counts(moves(plan, without(plan, task))) == (every - 1, 0, 0, 1, [])
    assert counts(moves(plan, left_out(plan, task))) == (every - 1, 0, 0, 0, [task])
    assert counts(moves(without(plan, task), plan)) == (every - 1, 0, 1, 0, [])


def test_two_plans_that_share_no_task_keep_nothing_and_move_nothing(town):
    _, plan = town
    nothing = plan.model_copy(update={"routes": []})
    assert moves(nothing, nothing).kept_share == 1
    assert moves(plan, nothing).vehicles_after == 0


def test_only_single_numbers_are_compared_in_the_later_plans_order():
    before = {"km": 3.5, "old": 1, "by_operation": {"sweep": 1}}
    after = {"new": 2, "km": 4, "by_operation": {"sweep": 2}, "name": "x"}
    told = [(one.key, one.base, one.value) for one in figures(before, after)]
    assert told == [("new", None, 2), ("km", 3.5, 4), ("old", 1, None)]


@pytest.mark.parametrize(("quota_kg", "ratio"), [(60_000, 1.8667), (0, None)])
def test_a_plant_is_measured_by_its_quota_and_a_station_by_its_design(town, quota_kg, ratio):
    """Eight runs bring 8 x 14 = 112 t to the plant: 112 / 60 of its quota."""
    district, plan = town
    assert taken_kg(plan)["pl-1"] == 112_000
    sites = tuple(
        replace(one, daily_quota_kg=quota_kg, design_kg=1) if one.id == "pl-1" else one
        for one in district.sites
    )
    found = difference(plan, plan, replace(district, sites=sites), keep=False)
    assert [one.id for one in found.sites] == ["st-1", "st-2", "pl-1"]
    plant = found.sites[-1]
    assert (plant.kind, plant.value_t, plant.base_ratio, plant.value_ratio) == (
        "plant",
        112,
        ratio,
        ratio,
    )
    assert found.sites[0].value_ratio == round(taken_kg(plan).get("st-1", 0) / 60_000, 4)


def test_each_plan_is_measured_by_the_quota_of_its_own_day(town):
    """A what-if gives the plant 224 t: 112 t are half of it, and no share of no quota before."""
    district, plan = town
    what_if = plan.model_copy(update={"what_if": (Quota(do="quota", site="pl-1", tonnes=224),)})
    plant = difference(plan, what_if, district, keep=False).sites[-1]
    assert (plant.base_ratio, plant.value_ratio) == (None, 0.5)
    back = difference(what_if, plan, district, keep=False).sites[-1]
    assert (back.base_ratio, back.value_ratio) == (0.5, None)


def test_an_honest_difference_holds_and_each_false_word_of_it_is_found(town):
    district, plan = town
    later = swapped(left_out(plan, tasks(plan.routes[1])[0]))
    told = difference(plan, later, district, keep=True)
    assert told.keep
    assert list(check_difference(told, later, district)) == []
    work = told.assignment
    for field, value in {
        "kept": work.kept + 1, "moved": work.moved + 1, "kept_share": 0.1, "vehicles_after": 9,
        "lost": [*work.lost, "nobody"],
        "moves": [one.model_copy(update={"after": "nobody"}) for one in work.moves],
    }.items():  # fmt: skip
        forged = told.model_copy(update={"assignment": work.model_copy(update={field: value})})
        places = {one.where for one in check_difference(forged, later, district)}
        assert f"difference assignment {field}" in places
    for field in ("figures", "sites"):
        forged = told.model_copy(update={field: getattr(told, field)[1:]})
        assert {one.where for one in check_difference(forged, later, district)} == {
            f"difference {field}"
        }


def test_new_times_renew_figures_and_keep_the_base_and_who_does_what(town):
    district, plan = town
    told = difference(plan, swapped(plan), district, keep=False)
    slower = plan.model_copy(update={"kpis": plan.kpis | {"duty_h": 40.0}})
    found = renewed(told, slower, district)
    (duty,) = (one for one in found.figures if one.key == "duty_h")
    assert (duty.base, duty.value) == (38.5, 40.0)
    assert found.assignment == told.assignment
    assert found.sites == told.sites
