"""What a round counts on at the sites: the waits seen, and more only where a queue cost tasks."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from models.day import Budget
from models.solution import Reason, Route, Serve, Solution, StepKind, Use
from solver.day.rounds import LOST_S, Effort, _allowance
from solver.stations.queue import schedule_day
from solver.stop import Pace
from tests.line_town import line_town, sweeper
from tests.stations.town import TIP, WATER, district, part, with_bays

LEFT = dict.fromkeys((0, 2, 3), Reason.NO_TIME)


def crowded_tip():
    """Two vehicles meet at the one bay of "tip", a third is alone at "tip2"."""
    town = line_town(vehicle_types=(sweeper(tw_late=1_200),), spacings=())
    only = replace(town.facilities[0], id="tip2", daily_capacity=())
    other = replace(town, facilities=(only, town.facilities[1]))
    parts = (part(town), part(town), part(other, sites=("tip2", "water")))
    sites = district(with_bays(TIP, 1), WATER, replace(TIP, id="tip2"))
    one = Solution((Route(0, (Serve(1, 0), Use(0))),), LEFT)
    return schedule_day(sites, parts, (one, one, one))


def test_a_site_whose_queue_cost_a_task_gets_more_time_and_no_other_does():
    day = crowded_tip()
    assert [lost[:3] for lost in day.dropped] == [(1, 1, "tip")]
    found = _allowance(day, {})
    assert found == {"tip": LOST_S, "tip2": 0}
    assert _allowance(day, found)["tip"] == 2 * LOST_S


def test_without_losses_the_mean_of_the_longer_waits_counts():
    """Six visits of 600 s at one bay by three vehicles: the waits are those of the timetable."""
    twice = Solution(
        (Route(0, (Serve(1, 0), Use(0), Serve(2, 0), Use(0))),),
        dict.fromkeys((0, 3), Reason.NO_TIME),
    )
    parts = tuple(part(line_town(spacings=())) for _ in range(3))
    day = schedule_day(district(), parts, (twice,) * 3)
    assert day.dropped == ()
    waits = []
    for one in day:
        steps = [one.schedule.steps[0], *one.schedule.steps]
        waits += [
            before.end - before.begin if before.kind == StepKind.WAIT else 0
            for before, step in pairwise(steps)
            if step.kind == StepKind.FACILITY
        ]
    longer = sorted(waits)[3:]
    assert max(longer) > 0
    assert _allowance(day, {}) == {"tip": round(sum(longer) / 3)}
    assert _allowance(day, {"tip": 2_000}) == {"tip": 1_000}


@pytest.mark.parametrize(("seconds", "scarce"), [(math.inf, False), (3.6, False), (3.5, True)])
def test_a_first_plan_that_takes_all_seconds_of_its_round_is_no_comparison(seconds, scarce):
    """400 tasks take a worker a second; the first round has 28 % of the plan's seconds."""
    many = [part(line_town(spacings=()))] * 100
    effort = Effort(
        engine="ruin", budget=Budget(seconds=seconds), seed=1, workers=1, pace=Pace(seconds)
    )
    assert effort.scarce(many) is scarce


def test_a_first_round_that_stays_alone_has_all_seconds_of_the_rounds():
    """70 % of 100 seconds are the rounds'; the first of three gets two fifths of them."""
    effort = Effort(engine="ruin", budget=Budget(seconds=100), seed=1, workers=1, pace=Pace(100))
    assert effort._budget(0, 0.0, alone=True).seconds == pytest.approx(70, abs=1)
    assert effort._budget(0, 0.0, alone=False).seconds == pytest.approx(28, abs=1)
