"""Rounds on line town: a lap by hand, the fewest vehicles, and what the judge finds wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.day import DrivenDay
from models.errors import HuanweiError, ProblemError
from models.ids import Headway
from models.solution import Reason, Route, Serve, Solution
from solver.horizon.rounds import lap_problem, rounds_on
from solver.judge.rounds import check_headways, check_rounds
from solver.stop import at_most
from tests.line_town import drive_through, line_town
from tests.stations.town import part

HOURS = (6 * 3600, 20 * 3600)
LAP_S = 4 * 300 + 2 * 3 * 60
"""Four tasks of 300 s, from the water at place 3 to 4, back to 1 and to 3: six legs of 60 s."""


def town(**changes):
    """Line town with its waste left away, so that a lap needs no tip."""
    tasks = tuple(replace(one, demand=(0, one.demand[1])) for one in line_town().tasks)
    return line_town(**{"tasks": tasks, **changes})


def rounds(headway_s, problem=None, **more):
    return rounds_on(
        problem or town(), 0, hours=HOURS, headway_s=headway_s, slack_s=600,
        stop=at_most(50), **more,
    )  # fmt: skip


def turn(problem):
    truck = problem.vehicle_types[0]
    return 900 + (truck.rest_duration if truck.max_work else 0)


def test_the_lap_is_the_shortest():
    found = rounds(7_200)
    assert found.schedule.end == LAP_S
    assert found.turn_s == turn(found.problem)


@pytest.mark.parametrize("vehicles", [1, 2, 3])
def test_the_fewest_vehicles_keep_the_headway(vehicles):
    """A lap and its turn shared by k vehicles: one second less needs one vehicle more."""
    whole = LAP_S + turn(town())
    assert len(rounds(-(-whole // vehicles)).starts) == vehicles
    assert len(rounds(-(-whole // vehicles) - 1).starts) == vehicles + 1


@pytest.mark.parametrize("headway_s", [600, 1_000, 2_000, 3_600])
def test_the_judge_finds_nothing(headway_s):
    assert check_rounds(rounds(headway_s)) == []


def codes(found):
    return {one.code for one in check_rounds(found)}


def test_false_rounds_are_noticed():
    found = rounds(1_000)
    one = found.starts[0]
    assert codes(replace(found, starts=found.starts[:1])) == {"ROUND_GAP"}
    assert codes(replace(found, greatest_gap_s=300)) == {"ROUND_GAP"}
    assert "ROUND_GAP" in codes(replace(found, starts=((*one[:2], *one[3:]), *found.starts[1:])))
    hurried = tuple(start - 60 * number for number, start in enumerate(one))
    assert "ROUND_OVERLAP" in codes(replace(found, starts=(hurried, *found.starts[1:])))
    visits = found.lap.visits[1:]
    assert codes(replace(found, lap=replace(found.lap, visits=visits))) - {"ROUND_GAP"}


def test_a_lap_refills_where_the_tank_asks_for_it():
    """Four tasks of 100 l and a tank of 200 l: the lap comes by the water once more."""
    plain = town()
    small = replace(plain.vehicle_types[0], capacity=(plain.vehicle_types[0].capacity[0], 200))
    found = rounds(7_200, town(vehicle_types=(small,)))
    assert check_rounds(found) == []
    assert found.schedule.end > LAP_S


def test_rounds_need_a_facility_open_all_the_hours():
    shut = tuple(replace(one, windows=((0, 3_600),)) for one in town().facilities)
    with pytest.raises(HuanweiError, match="open all through"):
        lap_problem(town(facilities=shut), 0, HOURS)


def test_a_task_that_one_vehicle_cannot_do_is_named():
    large = tuple(replace(one, demand=(0, 10**6)) for one in town().tasks)
    with pytest.raises(HuanweiError, match="t1"):
        rounds(3_600, town(tasks=large))


def test_hours_backwards_are_refused():
    with pytest.raises(ProblemError, match="close"):
        replace(rounds(3_600), opens=HOURS[1], closes=HOURS[0])


def day_of(*departures, most_s):
    """Line town's second task as passes of one place, each a day's part that leaves at its time."""
    parts, plans, times = [], [], []
    for number, leaves in enumerate(departures, start=1):
        problem = line_town()
        cyclic = Headway("bin", number, most_s if number > 1 else 0)
        own = [replace(one, headway=cyclic if one.id == problem.tasks[1].id else None)
               for one in problem.tasks]  # fmt: skip
        parts.append(part(replace(problem, tasks=tuple(own))))
        route = Route(0, (Serve(1, 0),))
        plans.append(Solution((route,), dict.fromkeys((0, 2, 3), Reason.NO_TIME)))
        times.append((drive_through(parts[-1].problem, route, leaves),))
    return DrivenDay.of(tuple(parts), tuple(plans), tuple(times))


@pytest.mark.parametrize(("late", "over"), [(-500, 0), (0, 0), (1, 1), (900, 900)])
def test_a_pass_of_a_day_that_comes_too_late_is_noticed(late, over):
    """Whoever drives it: the second pass leaves its headway after the first, and so much later."""
    found = list(check_headways(day_of(0, 7_200 + late, most_s=7_200)))
    assert [(one.code, one.excess) for one in found] == [("ROUND_GAP", over)] * (over > 0)


def test_a_pass_that_is_told_as_unserved_is_no_gap():
    """Of three passes the second is missing: its task stands among the unserved."""
    day = day_of(0, 7_200, 14_400, most_s=7_200)
    left = replace(day, driven=(day.driven[0], day.driven[2]))
    assert list(check_headways(left)) == []
