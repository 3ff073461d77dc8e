"""The driven day: whose route it is goes with it, and its parts may be told in other words."""

import pytest

from models.day import DrivenDay
from models.errors import ProblemError
from models.ids import RouteId
from models.solution import Route, Schedule, Serve, Solution, Step, StepKind
from tests.stations.town import part

ONE = Solution((Route(0, (Serve(0, 0),)),))
TWO = Solution((Route(0, (Serve(1, 0),)), Route(0, (Serve(2, 0),))))


def clocked(begin):
    return Schedule((Step(kind=StepKind.START, begin=begin, end=begin),))


def day_of_two_parts(first, second):
    return DrivenDay.of([first, second], [ONE, TWO], [[clocked(1)], [clocked(2), clocked(3)]])


def test_every_route_knows_its_part_its_number_and_its_times():
    first, second = part(), part()
    day = day_of_two_parts(first, second)
    assert [(one.id, one.schedule.begin) for one in day] == [((0, 0), 1), ((1, 0), 2), ((1, 1), 3)]
    assert [one.part for one in day] == [first, second, second]
    assert [one.route for one in day] == [*ONE.routes, *TWO.routes]


def test_told_in_other_parts_routes_and_times_stay():
    day = day_of_two_parts(part(), part())
    others = part(), part()
    told = day.on(others)
    assert told.parts == others
    assert [(one.id, one.route, one.schedule) for one in told] == [
        (one.id, one.route, one.schedule) for one in day
    ]
    assert day.on(others, [Solution(TWO.routes[:1]), TWO]).solutions[0].routes == (TWO.routes[0],)


@pytest.mark.parametrize("times", [[], [clocked(1), clocked(2)]])
def test_a_route_without_times_or_times_without_a_route_are_no_day(times):
    with pytest.raises(ProblemError, match="part 0: 1 routes, but times for"):
        DrivenDay.of([part()], [ONE], [times])


def test_a_part_without_a_solution_is_no_day():
    with pytest.raises(ValueError, match="shorter"):
        DrivenDay.of([part(), part()], [ONE], [[clocked(1)]])


def test_route_ids_sort_by_number_and_not_as_text():
    assert sorted([RouteId(0, 10), RouteId(0, 2)]) == [RouteId(0, 2), RouteId(0, 10)]
