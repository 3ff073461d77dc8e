"""Evaluation, robustness, ranking and the study on cities of a line."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings

from models.location import LocationPlant
from solver.judge.sites import check_location
from solver.location.evaluate import evaluate
from solver.location.model import solve_location
from solver.location.robustness import robustness
from solver.location.study import ELSEWHERE, do_nothing, screen, study
from tests.location.cities import cities, city, site

PLANTS = (LocationPlant(id="p", quota_kg=70), LocationPlant(id="q", quota_kg=80))
OLD = site("old", 50, existing=True, exposure=100)
OLD2 = site("old2", 50, existing=True, exposure=30)


def test_what_does_not_fit_is_counted_not_refused():
    problem = city([OLD, OLD2], plants=PLANTS)
    day = evaluate(problem, {0, 1}, peak=False)
    assert (day.fits, day.collection, day.overload_kg) == (True, 2, 0)
    crowded = evaluate(problem, {0}, peak=False)
    assert (crowded.overload_kg, crowded.stuck_kg) == (30, 0)
    assert evaluate(problem, {0, 1}, out=0, peak=False).stuck_kg == 0
    assert evaluate(problem, {0, 1}, growth_percent=200, peak=False).stuck_kg == 10
    assert sum(kg for _, _, kg in day.hauled) == 80
    free = evaluate(problem, {0}, limited=False)
    assert (free.collection, free.overload_kg >= 0) == (1 + 11, True)


def test_robustness_counts_growth_and_outages():
    """Demand of 80, 88, 96, 104 kg; room for 100, 50 without a station; plants for 70 and 80.

    Left with all working 4 kg, without p 0 + 8 + 16 + 24, without q 10 + 18 + 26 + 34, without
    either station 30 + 38 + 46 + 54: 476 of 5 x 368.
    """
    found = robustness(city([OLD, OLD2], plants=PLANTS), frozenset({0, 1}))
    assert (found.cases, found.fit) == (20, 3 + 1)
    assert (found.plant_out_kg, found.station_out_kg) == (10, 30)
    assert found.placed_permille == 1_000 - 1_000 * 476 // 1_840 - 1
    assert found.percent == 74.1
    alone = robustness(city([site("one", 100, existing=True)], plants=PLANTS), frozenset({0}))
    assert alone.station_out_kg == 80


def test_what_is_left_when_the_first_lots_fall_uses_other_lots():
    new = [site(f"n{k}", 110, place=f"lot{k}", day_cost=10 + k) for k in range(3)]
    found = study(city([OLD, OLD2, *new], demands=(35, 35), peak_percent=130), [0, 1], places=3)
    lots = {
        one.kind: {found.problem.sites[s].place for s in one.final} for one in found.alternatives
    }
    first = {lot for kind, names in lots.items() if kind not in ELSEWHERE for lot in names}
    assert not lots["elsewhere"] & first


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities().filter(lambda city: len(city.periods) > 1))
def test_the_estimate_is_never_dearer_than_the_exact_plan_of_the_same_sites(problem):
    """Of a period that is decided: today's stations may be overfull in the exact plan."""
    solution = solve_location(problem)
    if solution is None:
        return
    last = len(problem.periods) - 1
    day = evaluate(
        problem, solution.open_sites[last], growth_percent=problem.periods[last].growth_percent,
        peak=problem.decided(last),
    )  # fmt: skip
    sent = solution.assigned[last]
    exact = sum(
        int(problem.collect_cost[z, s]) * kg / problem.zones[z].demand_kg
        for (z, s), kg in sent.items()
    )
    hauled = solution.hauled[last]
    exact += sum(
        (int(problem.haul_cost[s, p]) + problem.plants[p].gate_fee) * kg / 1_000
        for (s, p), kg in hauled.items()
    )
    assert day.collection + day.haul <= exact * 1.001 + 200_000


def test_screening_puts_the_near_and_quiet_site_first():
    near, far = site("near", 60, exposure=5), site("far", 60, exposure=60)
    problem = city([OLD, OLD2, near, far])
    order = [problem.sites[one.site].id for one in screen(problem, [0])]
    assert order == ["near", "far"]


def test_a_study_has_lawful_ranked_alternatives_and_today():
    new = [
        site(f"n{k}", size, place=f"lot{k}", exposure=k, day_cost=10 + k)
        for k, size in enumerate((60, 60, 110))
    ]
    problem = city([OLD, OLD2, *new], demands=(35, 35))
    problem = replace(problem, peak_percent=130, max_drive_s=0)
    found = study(problem, [0, 1], places=3)
    kinds = [one.kind for one in found.alternatives]
    assert "do_nothing" in kinds
    assert len(kinds) >= 5
    for one in found.alternatives:
        assert one.violations == tuple(check_location(found.problem, one.solution))
        assert one.solution.bound <= one.solution.cost
    lawful = [not one.violations for one in found.alternatives]
    assert lawful == sorted(lawful, reverse=True)
    costs = [cost for cost, _ in found.front]
    exposures = [exposure for _, exposure in found.front]
    assert costs == sorted(costs)
    assert exposures == sorted(exposures, reverse=True)
    assert "close" in found.impossible


def test_doing_nothing_shows_its_gap():
    problem = replace(city([OLD, OLD2]), peak_percent=130)
    codes = {one.code for one in check_location(problem, do_nothing(problem))}
    assert codes == {"CAPACITY_GAP", "SITE_CAPACITY"}
    assert np.all(problem.collect_cost > 0)
