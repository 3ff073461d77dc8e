"""Arbitrary choices of sites in random cities: the judge finds what a second reading finds."""

import itertools
from math import ceil

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.location import RelocationProblem
from solver.judge.sites import check_location
from tests.location.cities import choice, cities

SPACES = ((1_000_000, 30), (450_000, 20), (150_000, 15), (50_000, 10), (0, 8))
"""CJJ/T 47: t/d from which on a station keeps so many metres from the next building."""


@st.composite
def choices(draw: st.DrawFn) -> tuple[RelocationProblem, list[set[int]]]:
    """A city and any sites in each period, lawful or not; each zone's waste to one of them."""
    problem = draw(cities())
    sites = st.sets(st.integers(0, len(problem.sites) - 1), min_size=1)
    return problem, [draw(sites) for _ in problem.periods]


def judged(problem: RelocationProblem, chosen: list[set[int]], code: str) -> list[tuple[str, int]]:
    flows = [
        {(z, min(sites)): problem.demand_kg(z, t) for z in range(len(problem.zones))}
        for t, sites in enumerate(chosen)
    ]
    found = check_location(problem, choice(problem, chosen, flows))
    return sorted((one.where, one.excess) for one in found if one.code == code)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(choices())
def test_every_gap_of_capacity_is_found_with_its_size(case):
    problem, chosen = case
    today = sum(site.capacity_kg for site in problem.sites if site.existing)
    gaps = []
    for t, sites in list(enumerate(chosen))[1:]:
        growth = problem.periods[t].growth_percent
        kg = sum(ceil(zone.demand_kg * growth / 100) for zone in problem.zones)
        needed = max(ceil(kg * problem.peak_percent / 100), today * problem.keep_capacity)
        missing = needed - sum(problem.sites[s].capacity_kg for s in sites)
        gaps += [(problem.periods[t].begin.isoformat(), missing)] if missing > 0 else []
    assert judged(problem, chosen, "CAPACITY_GAP") == sorted(gaps)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(choices())
def test_every_new_site_too_near_is_found_with_the_metres_missing(case):
    problem, chosen = case
    short = []
    for s in set().union(*chosen):
        site = problem.sites[s]
        if site.existing:
            continue
        space = next(metres for kg, metres in SPACES if site.capacity_kg >= kg)
        short += [(site.id, space - site.home_m)] if site.home_m < space else []
        short += [(site.id, 100 - site.sensitive_m)] if site.sensitive_m < 100 else []
    assert judged(problem, chosen, "DISTANCE") == sorted(short)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(choices())
def test_every_wrong_date_is_found_and_no_right_one(case):
    """A site opens or closes once, new ones from their date on, and never a hole in between."""
    problem, chosen = case
    wrong = set()
    for s, site in enumerate(problem.sites):
        states = [s in sites for sites in chosen]
        turns = sum(a != b for a, b in itertools.pairwise(states))
        wrong |= {site.id} if states[0] != site.existing or turns > 1 else set()
        if not site.existing and any(states[: site.open_from]):
            wrong.add(site.id)
    for t in range(1, len(chosen)):
        kept = sum(problem.sites[s].capacity_kg for s in chosen[t - 1] & chosen[t])
        if chosen[t - 1] - chosen[t] and kept < problem.peak_kg(t):
            wrong.add(problem.periods[t].begin.isoformat())
    assert {where for where, _ in judged(problem, chosen, "DATE")} == wrong
