"""Skills that bind, and who cleans a street: from the rule profile and the tables into the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from models.district import Driver, StreetRule
from solver.day.plan import Request, plan_day
from solver.document.verdict import judge_plan
from solver.haul.hauler import Hauler
from solver.trade.labour import labour_rules
from tests.tasks.town import DAY, SHORT, bureau, grid, rules_of, standard, vehicle

if TYPE_CHECKING:
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile
    from solver.day.plan import DayPlan

PEOPLE = tuple(
    Driver(id=name, name=name, licence="B2", skills=frozenset(skills))
    for name, skills in (("plain", ()), ("able", ("brushes",)))
)
STREETS = (
    StreetRule(name="street 1", operator="East Co"),
    StreetRule(name="street 2", operator="West Co"),
    StreetRule(name="street 3", operator="West Co", exclude=frozenset({"sweep"})),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("town"))


def asking(**skills: dict[str, tuple[str, ...]]) -> RuleProfile:
    rules = rules_of(sweep=SHORT)
    return rules.model_copy(update={"labour": rules.labour.model_copy(update=skills)})


def planned(town: RoadNetwork, rules: RuleProfile, **more: object) -> DayPlan:
    district = bureau(vehicle("s", "sw_s", "early"), drivers=PEOPLE, **more)
    request = Request(day=DAY, budget=Budget(iterations=10), workers=1, only=frozenset({"sweep"}))
    return plan_day(district, town, rules, request)


@pytest.mark.parametrize(
    "skills",
    [
        {"operation_skills": {"sweep": ("brushes",)}},
        {"vehicle_skills": {"sw_s": ("brushes",)}},
    ],
)
def test_the_driver_has_the_skill_and_the_judge_sees_to_it(town, skills):
    rules = asking(**skills)
    made = planned(town, rules)
    (route,) = made.plan.routes
    assert route.crew == ["able"]
    assert made.plan.violations == []
    wrong = made.plan.model_copy(update={"routes": [route.model_copy(update={"crew": ["plain"]})]})
    district = bureau(vehicle("s", "sw_s", "early"), drivers=PEOPLE)
    found = judge_plan(wrong, made.day, Hauler(district, rules, {}), made.ground)
    assert "SKILL" in {one.code for one in found}


def test_where_nobody_has_the_skill_the_route_is_short_of_a_driver(town):
    made = planned(town, asking(operation_skills={"sweep": ("flying",)}))
    assert made.plan.kpis["unstaffed_routes"] == 1
    assert made.plan.routes[0].crew == []


def test_skills_of_haul_and_vehicle_add_up():
    labour = standard().labour.model_copy(
        update={"operation_skills": {"haul": ("a",)}, "vehicle_skills": {"semi_25": ("b",)}}
    )
    rules = labour_rules(labour)
    assert rules.skills("haul", "semi_25") == {"a", "b"}
    assert rules.skills("haul", "hl_15") == {"a"}
    assert rules.skills("sweep", "sw_s") == frozenset()


@pytest.mark.parametrize(
    "labour", [{"operation_skills": {"plough": ["x"]}}, {"vehicle_skills": {"zeppelin": ["x"]}}]
)
def test_skills_of_what_does_not_exist_are_refused(labour):
    table = standard().model_dump(exclude_unset=True)
    table["labour"] |= labour
    with pytest.raises(ValueError, match=r"plough|zeppelin"):
        type(standard()).model_validate(table)


def test_who_cleans_a_street_stands_at_its_tasks_and_in_the_figures(town):
    """Street 1 is East's, 2 West's, 3 West's but not swept; 4 to 6 are nobody's: 400 m each."""
    made = planned(town, rules_of(sweep=SHORT), streets=STREETS)
    steps = [s for route in made.plan.routes for trip in route.trips for s in trip.steps]
    told = {(s.name, s.operator) for s in steps if s.kind == "serve"}
    expected = {("street 1", "East Co"), ("street 2", "West Co")}
    assert told == expected | {(f"street {n}", "") for n in (4, 5, 6)}
    figures = made.plan.kpis["by_operator"]
    assert figures == {
        "East Co": {"served": 2, "unserved": 0, "service_km": 0.4},
        "West Co": {"served": 2, "unserved": 0, "service_km": 0.4},
    }
    assert made.plan.violations == []


def test_tasks_left_out_count_for_their_operator_too(town):
    closed = replace(STREETS[0], width_m=1.0)
    made = planned(town, rules_of(sweep=SHORT), streets=(closed,))
    left = {(one.name, one.operator) for one in made.plan.unserved}
    assert left == {("street 1", "East Co")}
    assert made.plan.kpis["by_operator"]["East Co"]["unserved"] == 2


def test_where_nobody_is_named_there_are_no_figures_by_operator(town):
    assert "by_operator" not in planned(town, rules_of(sweep=SHORT)).plan.kpis
