"""Who pays for a vehicle's day: its first departure, whatever it is, and nobody after it."""

from __future__ import annotations

from dataclasses import replace

from models.day import DrivenDay
from models.ids import RouteId, TruckShift
from models.solution import Route, Serve, Solution
from models.station import HaulTour
from solver.document.earlier import deal_alike, fewest_out
from solver.document.paid import day_payers, route_costs
from solver.document.plan import deal_vehicles
from tests.line_town import drive_through, line_town, sweeper
from tests.stations.town import part

EARLY = sweeper(id="early", fixed_cost=0, day="a", day_cost=50_000)
KINDS = (EARLY, replace(EARLY, id="late", tw_early=30_000))
TOWN = part(line_town(vehicle_types=KINDS), vehicles=(("a", "b"), ("a", "b")))
SHIFTS = ("early", "late")
TOWN = replace(
    TOWN,
    crews=tuple(replace(crew, shift=name) for crew, name in zip(TOWN.crews, SHIFTS, strict=True)),
)


def day(*kinds):
    """A route of each of these types, route n serving task n; late ones leave at 30,000 s."""
    routes = tuple(Route(kind, (Serve(number, 0),)) for number, kind in enumerate(kinds))
    times = [drive_through(TOWN.problem, route, 30_000 * route.vehicle_type) for route in routes]
    return DrivenDay.of((TOWN,), [Solution(routes)], [times])


def prices(done, vehicles, tours=()):
    """What each route pays for a day: its cost less that of the same work where days are free."""
    payers = day_payers(done, vehicles, tours)
    with_day, without = route_costs(done, payers), route_costs(done, ())
    return [with_day[one.id] - without[one.id] for one in done]


def names(*vehicles):
    return {RouteId(0, number): vehicle for number, vehicle in enumerate(vehicles)}


def test_the_first_departure_pays_in_whatever_order_routes_stand():
    assert prices(day(1, 0), names("a", "a")) == [0, 50_000]
    assert prices(day(1, 0, 0), names("a", "a", "b")) == [0, 50_000, 50_000]


def test_two_vehicles_where_one_would_do_pay_two_days():
    assert prices(day(0, 1), names("a", "b")) == [50_000, 50_000]


def test_a_tour_of_the_haul_that_leaves_first_pays():
    tours = [HaulTour(truck=TruckShift("a", "dawn"), begin=-100, end=50, runs=())]
    assert prices(day(0, 1), names("a", "a"), tours) == [0, 0]
    later = [replace(tours[0], begin=90_000, end=90_001)]
    assert prices(day(0, 1), names("a", "a"), later) == [50_000, 0]


def test_vehicles_dealt_in_their_order_are_the_same_in_every_shift():
    assert deal_vehicles(day(0, 1, 1)) == names("a", "a", "b")


def test_no_more_vehicles_go_out_than_must_for_the_sake_of_who_did_it_before():
    """b did the early task, a the late one: b, whose task is as large, comes before in neither;
    the one with most tasks of both goes out in both shifts."""
    done = day(0, 1)
    tasks = [task.id for task in TOWN.problem.tasks]
    homes = {tasks[0]: TruckShift("b", "early"), tasks[1]: TruckShift("a", "late")}
    assert deal_alike(done, homes) == names("b", "a")
    out = fewest_out(done, homes)
    assert list(map(len, out.values())) == [1]
    dealt = deal_alike(done, homes, out)
    assert len(set(dealt.values())) == 1
