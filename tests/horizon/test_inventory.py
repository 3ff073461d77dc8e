"""Stores that must not run empty: small lanes one can add up, files, and runs of the bench."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.budget import Budget
from benchmarks.run import Job, run
from benchmarks.solutions import verify_solution
from models.errors import HuanweiError, InstanceError
from scenarios.instances.weeks.irp import is_inventory, parse_irp
from solver.horizon.inventory import solve_inventory
from solver.judge.days.inventory import check_inventory, inventory_cost
from solver.stop import at_most

LANE = """3 2 20 1
0 0 0 20 0 0.01
1 0 3 5 10 0 5 0.02
2 0 4 5 10 0 5 0.02
"""
"""Two customers in a lane, 3 and 4 from the supplier; both need 5 on the second day."""


def lane(**changes):
    return replace(parse_irp(LANE, "lane").problem, **changes)


def solved(problem, iterations=300, seed=1):
    return solve_inventory(problem, stop=at_most(iterations), seed=seed)


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({}, 830),  # one trip of 8 on day 2; the supplier keeps 20 and 10
        ({"capacity": 5}, 1435),  # 3 there and back on a day, 4 on the other; 5 lie a night at 1
        ({"capacity": 5, "vehicles": 2}, 1430),  # both on day 2
    ],
)
def test_a_lane_costs_what_one_adds_up(changes, cost):
    problem = lane(**changes)
    outcome = solved(problem)
    assert outcome.cost == inventory_cost(problem, outcome.plan) == cost
    assert check_inventory(problem, outcome.plan) == []


def test_goods_that_cost_more_at_the_supplier_are_brought_early():
    plain = lane()
    dear = replace(plain, supplier=replace(plain.supplier, holding=5))
    days = solved(dear).plan.days
    assert sum(one.units for route in days[0] for one in route) == 10


def test_same_seed_same_plan_and_a_lacking_vehicle_is_said():
    assert solved(lane(), seed=3).plan == solved(lane(), seed=3).plan
    with pytest.raises(HuanweiError, match="lane: no visits found"):
        solved(lane(capacity=4))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("3 2 20 1", "4 2 20 1", "4 places were expected, 3 found"),
        ("3 2 20 1", "3 2 0 1", "a capacity and vehicles"),
        ("1 0 3 5 10 0 5", "1 0 3 11 10 0 5", "between its least and its most"),
        ("1 0 3 5 10 0 5", "1 0 3 5 10 0 11", "between its least and its most"),
        ("5 0.02\n2", "5 -0.02\n2", "holding cost of 0 or more"),
    ],
)
def test_a_broken_file_is_told_with_its_line(old, new, told):
    with pytest.raises(InstanceError, match=told):
        parse_irp(LANE.replace(old, new))


def test_the_form_is_known_by_its_content():
    assert is_inventory(LANE)
    assert not is_inventory("1 2 3 4\n")


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_random_stores_are_kept(data):
    """Vehicles enough for everybody every day: a plan is found, the judge accepts it."""
    count, days = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    rows, total = [], 0
    for number in range(1, count + 1):
        use = data.draw(st.integers(0, 6))
        most = use + data.draw(st.integers(0, 9))
        start = data.draw(st.integers(0, most))
        total += use * days
        x, y = data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
        rows.append(f"{number} {x} {y} {start} {most} 0 {use} 0.0{number}")
    head = [f"{count + 1} {days} 15 {count}", f"0 5 5 {total} 0 0.03"]
    problem = parse_irp("\n".join([*head, *rows]) + "\n", "random").problem
    outcome = solved(problem, 2_000)
    assert check_inventory(problem, outcome.plan) == []
    assert outcome.cost == inventory_cost(problem, outcome.plan)


@pytest.mark.parametrize("vehicles", [1, 2, 4])
def test_a_day_that_is_not_offered_is_not_taken_for_what_others_save(vehicles):
    """Stores that need a visit every day, goods that are dear at the supplier.

    What the other days saved made a day passed over cheaper than "no way": a visit went to where
    the customer before had its place, sometimes into the row of another day, or beyond its end.
    """
    rows = [f"{number} {number} 7 0 5 0 5 0.01" for number in range(1, 5)]
    text = "\n".join([f"5 6 20 {vehicles}", "0 5 5 120 0 90", *rows]) + "\n"
    problem = parse_irp(text, "daily").problem
    outcome = solved(problem, 4_000)
    assert check_inventory(problem, outcome.plan) == []
    assert outcome.cost == inventory_cost(problem, outcome.plan)
    served = [one.customer for day in outcome.plan.days for route in day for one in route]
    assert sorted(served) == sorted([*range(4)] * 6)


def test_a_run_is_judged_and_a_better_plan_is_kept_and_checkable(tmp_path):
    folder = tmp_path / "lanes"
    folder.mkdir()
    (folder / "lane.dat").write_text(LANE)
    (tmp_path / "best_known.csv").write_text(
        "family,set,instance,best_known,proven_optimal,source\nirp,lanes,lane,8.40,no,told\n"
    )
    job = Job(
        path=folder / "lane.dat", engine="ruin", seed=1, budget=Budget("200it"),
        solutions=tmp_path / "plans",
    )  # fmt: skip
    record = run(job)
    assert (record.family, record.cost, record.violations, record.solved) == ("irp", 8.3, 0, True)
    saved = tmp_path / "plans/lanes-lane.json"
    assert verify_solution(saved, [folder / "lane.dat"]) == (8.3, 8.3, [])
    saved.write_text(saved.read_text().replace('"2"', '"1"'))
    assert verify_solution(saved, [folder / "lane.dat"])[2]
    saved.write_text(saved.read_text().replace('"1"', '"7"'))
    with pytest.raises(HuanweiError, match="no saved plan"):
        verify_solution(saved, [folder / "lane.dat"])
