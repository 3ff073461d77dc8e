"""Published timetables of bells: both cities' columns, trips, times that cannot be."""

import pytest

from benchmarks.horizon.bells import day_problem
from models.errors import InstanceError
from scenarios.instances.bell_rounds import parse_bells
from solver.judge.routes import check
from solver.routing.door import get_engine
from solver.stop import at_most

TAIPEI = """\
seq,route,truck,district,village,address,arrive,depart,lon,lat
0,north-1,821-BT,a,b,first,1630,1640,121.525,25.11836
1,north-1,821-BT,a,b,second,1641,1651,121.52724,25.1184
2,north-1,821-BT,a,b,late,2355,0005,121.52844,25.11839
"""
TAINAN = """\
route_id,route_name,district,turn,stop_id,stop_name,time,lon,lat,days,recycle_days
1,a-1,a,1,1,first,16:43,120.11046,23.146741,1356,1
1,a-1,a,2,2,second,16:40,120.088698,23.150136,1356,1
2,a-2,a,1,1,other,9:05,120.11,23.15,246,1
"""


def test_taipei_has_trucks_and_stays_and_a_trip_ends_where_hours_pass():
    bells = parse_bells(TAIPEI)
    first, late = bells.rounds
    assert [(call.begin, call.service_s) for call in first.calls] == [(59_400, 600), (60_060, 600)]
    assert (first.vehicle, late.route) == ("821-BT", "north-1 2")
    assert late.calls[0].service_s == 600
    assert bells.places[first.calls[0].task] == (121.525, 25.11836)


def test_tainan_has_weekdays_and_its_stops_are_put_in_order():
    (monday,) = parse_bells(TAINAN, weekday=1).rounds
    assert [call.begin for call in monday.calls] == [60_000, 60_180]
    (tuesday,) = parse_bells(TAINAN, weekday=2).rounds
    assert tuesday.calls[0].begin == 32_700
    with pytest.raises(InstanceError, match="no stop on this day"):
        parse_bells(TAINAN, weekday=7)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TAIPEI.replace("1641", "1671"), "line 3: a time"),
        (TAIPEI.replace("1641", ""), "line 3: a time"),
        (TAIPEI.replace("121.52724", "east"), "line 3: lon"),
        (TAIPEI.replace("truck", "lorry"), "no timetable"),
        ("", "no timetable"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, told):
    with pytest.raises(InstanceError, match=told):
        parse_bells(text)


def test_the_day_of_a_timetable_is_a_problem_the_judge_accepts():
    problem = day_problem(parse_bells(TAIPEI))
    found = get_engine("ruin").solve(problem, stop=at_most(50), seed=1)
    assert not found.solution.unserved
    assert check(problem, found.solution, found.schedules) == []
