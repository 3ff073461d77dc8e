"""Vehicles and drivers go where they were on the days before, by squares of the town."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.runner import write_day
from models.day import Budget, Request
from models.ids import TruckShift
from models.plan import Plan, PlanHome, PlanTour
from scenarios.demo import write_demo
from scenarios.desk.homes import homes_of
from scenarios.desk.judge import judge_folder
from solver.day.homes import at_home, last_drivers, learn_homes
from solver.day.start import beginning
from solver.document.compactness import steadiness
from solver.tasks.part import square_of
from tests.document.test_home_areas import OWN, at, town, written
from tests.tasks.town import standard

if TYPE_CHECKING:
    from pathlib import Path

COSTS = standard().costs.model_copy(update={"area_m": 1_000})
WEST, MIDDLE, EAST = (square_of(*at(km), 1_000) for km in (0.3, 2.3, 5.3))


def route(vehicle: str, *east_km: float, crew: str = "", shift: str = "early"):
    crews = [crew] if crew else []
    return written(vehicle, *east_km, shift=shift).model_copy(
        update={"operation": OWN.operation, "crew": crews}
    )


def plan(*routes, tours=()):
    return Plan.model_construct(routes=list(routes), tours=list(tours))


def home(vehicle: str, *squares, shift: str = "early", drivers=()):
    told = [(*square, count) for square, count in squares]
    return PlanHome(
        vehicle=vehicle, shift=shift, operation=OWN.operation, drivers=drivers, squares=told
    )


def test_squares_and_drivers_are_learned_from_plans_the_latest_first():
    tour = PlanTour.model_construct(vehicle="h", shift="mid", crew=["Qian"])
    homes = learn_homes(
        [
            plan(route("a", 0.3, 0.4, 2.3, crew="Li")),
            plan(route("a", 0.3, crew="Wang"), tours=[tour]),
        ],
        COSTS,
    )
    assert [(one.vehicle, one.operation) for one in homes] == [("a", OWN.operation), ("h", "haul")]
    assert homes[0].drivers == ["Li", "Wang"]
    assert homes[0].squares == [(*WEST, 3), (*MIDDLE, 1)]
    assert last_drivers(homes) == {TruckShift("a", "early"): ("Li", "Wang"),
                                   TruckShift("h", "mid"): ("Qian",)}  # fmt: skip


@pytest.mark.parametrize(
    ("homes", "who"),
    [
        pytest.param([home("a", (WEST, 2)), home("b", (WEST, 3))], "b", id="who did more"),
        pytest.param([home("b", (WEST, 2)), home("a", (WEST, 2))], "a", id="the first of equals"),
        pytest.param([home("gone", (WEST, 9)), home("b", (WEST, 1))], "b", id="who is still there"),
        pytest.param([home("a", (EAST, 9))], None, id="nobody where nobody was"),
        pytest.param([home("a", (WEST, 9), shift="late")], None, id="not in another shift"),
    ],
)
def test_at_home_is_who_served_most_in_the_square(homes, who):
    found = at_home((town(0.3, 0.3, 0.3, 0.3),), homes, COSTS)
    assert {one.vehicle for one in found.values()} == ({who} if who else set())


def test_shares_count_tasks_in_known_squares_and_crews_of_known_vehicles():
    """Of four tasks in known squares a serves two of its three at home, b none; 5.3 km is new."""
    homes = [home("a", (WEST, 4), drivers=["Li"]), home("b", (MIDDLE, 1), drivers=["Wang"])]
    routes = [route("a", 0.3, 0.4, 2.3, 5.3, crew="Li"), route("b", 0.2, crew="Sun")]
    routes.append(route("c", 5.4, crew="Zhao"))
    assert steadiness(routes, [], homes, COSTS) == {"home_share": 0.5, "home_drivers_share": 0.5}
    assert steadiness(routes, [], [], COSTS) == {}


def test_a_price_makes_tasks_dearer_for_all_but_the_vehicle_at_home():
    parts = (town(0.3, 0.3, 0.3, 5.3),)
    request = Request(
        day=date(2026, 5, 13), budget=Budget(iterations=1), homes=(home("b", (WEST, 1)),)
    )
    rules = standard()
    priced = rules.model_copy(update={"costs": COSTS.model_copy(update={"home_cny": 7})})
    free = rules.model_copy(update={"costs": COSTS.model_copy(update={"home_cny": 0})})
    assert beginning(parts, free, request).parts == parts
    (searched,) = beginning(parts, priced, request).parts
    own = [crew.vehicles for crew in searched.crews].index(("b",))
    *west, east = searched.problem.tasks
    before = parts[0].problem.tasks[0].modes[0].cost
    for task in west:
        assert {(own in mode.vehicle_types): mode.cost - before for mode in task.modes} == {
            True: 0, False: 700_000,
        }  # fmt: skip
    assert [mode.cost for mode in east.modes] == [before]


MONDAY, TUESDAY = date(2026, 5, 11), date(2026, 5, 12)


def write(folder: Path, day: date) -> Plan:
    request = Request(
        day=day, budget=Budget(iterations=20), workers=1, only=frozenset({"collect_residual"})
    )
    return write_day(folder, request, folder / "plans" / str(day), language="zh").plan


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes") / "district"
    write_demo(folder, size="tiny")
    write(folder, MONDAY)
    write(folder, TUESDAY)
    return folder


def test_the_next_day_knows_the_homes_and_its_judge_agrees(district):
    told = json.loads((district / "plans" / str(TUESDAY) / "plan.json").read_text("utf-8"))
    assert told["homes"]
    assert (
        "home_share"
        not in json.loads((district / "plans" / str(MONDAY) / "plan.json").read_text("utf-8"))[
            "kpis"
        ]
    )
    assert told["kpis"]["home_share"] == told["kpis"]["home_drivers_share"] == 1
    assert judge_folder(district / "plans" / str(TUESDAY)).as_written == ()


def test_a_wrong_share_is_a_false_claim(district, tmp_path):
    source = district / "plans" / str(TUESDAY)
    forged = tmp_path / "forged"
    forged.mkdir()
    told = json.loads((source / "plan.json").read_text("utf-8"))
    told["homes"][0]["squares"] = []
    (forged / "plan.json").write_text(json.dumps(told), "utf-8")
    (forged / "inputs.zip").write_bytes((source / "inputs.zip").read_bytes())
    wrong = judge_folder(forged).as_written
    assert any(one.code == "CLAIM" and "home_share" in one.where for one in wrong)


def test_days_after_what_ifs_and_damaged_plans_tell_no_homes(district, tmp_path, caplog):
    plans = tmp_path / "plans"
    monday = (district / "plans" / str(MONDAY) / "plan.json").read_bytes()
    named = {"2026-05-11": monday, "2026-05-11-2": b"{", "2026-05-10-whatif-1": monday,
             "2026-05-12": monday, "2026-13-01": monday, "2026-03-01": monday}  # fmt: skip
    for name, content in named.items():
        (plans / name).mkdir(parents=True)
        (plans / name / "plan.json").write_bytes(content)
    assert homes_of(tmp_path, TUESDAY, COSTS) == ()
    assert "2026-05-11-2" in caplog.text
    (plans / "2026-05-11-2" / "plan.json").unlink()
    assert homes_of(tmp_path, TUESDAY, COSTS) == homes_of(district, TUESDAY, COSTS) != ()
    none = COSTS.model_copy(update={"home_days": 0})
    assert homes_of(tmp_path, TUESDAY, none) == ()
