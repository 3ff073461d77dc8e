"""What the routes tip where and when: line town, timed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.day import DrivenDay
from models.district import Stream
from models.solution import Route, Schedule, Serve, Solution, Step, StepKind, Use
from solver.stations.deliveries import deliveries, tipped_kg
from solver.stations.load import over_design, taken_by_site
from tests.line_town import drive_through, line_town, sweeper
from tests.stations.town import TIP, WATER, district, part

TIP_AT, WATER_AT = Use(0), Use(1)
TWO_TRIPS = Route(0, (Serve(0, 0), Serve(1, 0), TIP_AT, Serve(2, 0), TIP_AT))


def day(*routes: Route, own=None) -> DrivenDay:
    own = own or part()
    times = [drive_through(own.problem, route) for route in routes]
    return DrivenDay.of([own], [Solution(routes)], [times])


def test_each_trip_is_a_delivery_with_its_load_and_its_times():
    """t1 60..360, t2 420..720, at the tip (place 2) at once, 600 s; t3 1,380..1,680, tip 1,740."""
    found = deliveries(district(), day(TWO_TRIPS))
    assert [(one.site, one.kg) for one in found] == [("tip", 8), ("tip", 4)]
    assert [(one.arrive, one.begin, one.end) for one in found] == [
        (720, 720, 1_320),
        (1_740, 1_740, 2_340),
    ]
    assert {(one.part, one.route) for one in found} == {(0, 0)}


@pytest.mark.parametrize(
    ("visits", "kg"),
    [
        ((Serve(0, 0), TIP_AT), {1: 4}),
        ((Serve(0, 0), WATER_AT), {}),
        ((TIP_AT,), {}),
        ((Serve(0, 0), TIP_AT, TIP_AT), {1: 4}),
        ((Serve(0, 0), WATER_AT, Serve(1, 0), TIP_AT), {3: 8}),
    ],
)
def test_only_visits_that_leave_waste_are_deliveries(visits, kg):
    """A task leaves 4 kg; water is taken on at a hydrant, and an empty hopper tips nothing."""
    assert tipped_kg(part(), Route(0, visits)) == kg
    assert [one.kg for one in deliveries(district(), day(Route(0, visits)))] == list(kg.values())


@pytest.mark.parametrize(("initial", "kg"), [((), 4), ((3, 0), 7), ((0, 90), 4)])
def test_what_is_on_board_in_the_morning_is_tipped_too(initial, kg):
    own = part(line_town(vehicle_types=(sweeper(initial_load=initial),)))
    assert tipped_kg(own, Route(0, (Serve(0, 0), TIP_AT))) == {1: kg}


def test_a_load_is_of_the_stream_that_was_served_last():
    """t1 is kitchen waste, t3 is residual, each tipped before the next."""
    own = part(points={"k": Stream.KITCHEN, "-": Stream.SWEEPINGS, "r": Stream.RESIDUAL})
    route = Route(0, (Serve(0, 0), TIP_AT, Serve(2, 0), TIP_AT))
    found = deliveries(district(), day(route, own=own))
    assert [one.stream for one in found] == [Stream.KITCHEN, Stream.RESIDUAL]


@pytest.mark.parametrize("access_s", [0, 100])
def test_beyond_a_gateway_the_vehicle_comes_later_and_leaves_earlier(access_s):
    """The 600 s of the visit hold the way in and out: a way of 100 s leaves 400 s inside."""
    far = district(replace(TIP, access_s=access_s), WATER)
    first, _ = deliveries(far, day(TWO_TRIPS))
    assert (first.arrive, first.begin, first.end) == (
        720 + access_s,
        720 + access_s,
        1_320 - access_s,
    )


@pytest.mark.parametrize(("kind", "arrive"), [(StepKind.WAIT, 360), (StepKind.BREAK, 660)])
def test_a_wait_counts_from_the_arrival_and_a_break_does_not(kind, arrive):
    """t2 ends at 360 where the tip is; 300 s later it begins: waited for, or rested first."""
    steps = [
        (StepKind.START, 0, 0, -1),
        (StepKind.SERVE, 60, 360, 0),
        (kind, 360, 660, -1),
        (StepKind.FACILITY, 660, 1_260, 1),
        (StepKind.END, 1_260, 1_260, -1),
    ]
    times = Schedule(tuple(Step(kind=k, begin=b, end=e, visit=v) for k, b, e, v in steps))
    route = Route(0, (Serve(1, 0), TIP_AT))
    (found,) = deliveries(district(), DrivenDay.of([part()], [Solution((route,))], [[times]]))
    assert (found.arrive, found.begin) == (arrive, 660)


def test_deliveries_stand_by_site_and_moment_whoever_brings_them():
    """The second route is first at the tip: t2 at 120..420, before t1, t2 of the other at 720."""
    found = deliveries(district(), day(TWO_TRIPS, Route(0, (Serve(1, 0), TIP_AT))))
    assert [(one.route, one.begin) for one in found] == [(1, 420), (0, 720), (0, 1_740)]


@pytest.mark.parametrize(("design", "over"), [(0, {}), (12, {}), (13, {}), (11, {"tip": 1})])
def test_what_is_over_the_design_is_told_where_there_is_one(design, over):
    """8 and 4 kg come; a design of 0 stands for none."""
    town = district(replace(TIP, design_kg=design), WATER)
    taken = taken_by_site(deliveries(town, day(TWO_TRIPS)))
    assert taken == {"tip": 12}
    assert over_design(town, taken) == over
