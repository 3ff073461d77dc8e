"""Violations as a person finds them: the sheet's names, the unit, the place on the map."""

from __future__ import annotations

import pytest

from models.day import DrivenDay
from models.ids import RouteId, TruckShift
from models.solution import Violation
from solver.document.located import Locator, located, plain
from solver.document.read import Replay
from tests.api.handmade import make_district, tiny_network, walk_plan


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Two routes, of which the judge calls the second r0-1, and three haul tours."""
    folder = tmp_path_factory.mktemp("town")
    network = tiny_network(folder)
    plan = walk_plan(network, routes=2, serves=4)
    written = {RouteId(0, number): route for number, route in enumerate(plan.routes)}
    story = Replay(plan=plan, day=DrivenDay(()), written=written, strange=())
    return story, make_district(network, folder, routes=2), network


def tell(town, code: str = "TIME", where: str = "", **more):
    return Locator(*town).tell(Violation(code=code, where=where, **more))


def place(one) -> tuple[float | None, float | None]:
    return one.lon, one.lat


def test_a_route_is_called_as_on_its_sheet_with_its_vehicle(town):
    route = town[0].plan.routes[1]
    found = tell(town, where="r0-1 leg 3", route="r0-1")
    assert found.where == f"{route.id} leg 3"
    assert (found.route, found.vehicle) == (route.id, route.vehicle)


def test_a_haul_tour_is_found_by_its_truck_and_shift(town):
    tour = town[0].plan.tours[0]
    name = str(TruckShift(tour.vehicle, tour.shift))
    found = tell(town, where=f"haul {name}", route=name)
    assert (found.where, found.route, found.vehicle) == (f"haul {tour.id}", tour.id, tour.vehicle)


def test_a_route_nobody_knows_keeps_its_name_and_has_no_sheet(town):
    found = tell(town, where="r7-7 leg 3", route="r7-7")
    assert (found.where, found.route, found.vehicle) == ("r7-7 leg 3", "", "")
    assert place(found) == (None, None)


def test_a_vehicle_of_the_district_is_named_where_the_law_is_about_it(town):
    own = town[1].vehicles[0].id
    assert tell(town, "VEHICLE_TWICE", own).vehicle == own
    assert tell(town, "VEHICLE_TWICE", "somebody").vehicle == ""


@pytest.mark.parametrize(
    ("code", "detail", "unit"),
    [
        ("OVERTIME", "", "s"),
        ("STATION_OVER", "", "kg"),
        ("WATER", "", "l"),
        ("ENERGY", "", "wh"),
        ("CREW_SHORT", "", "people"),
        ("WRONG_SIDE", "", ""),
        ("FACILITY_CAPACITY", "waste", "kg"),
        ("FACILITY_CAPACITY", "water", "l"),
        ("FACILITY_CAPACITY", "energy", "wh"),
    ],
)
def test_an_amount_has_the_unit_of_its_law(town, code, detail, unit):
    found = tell(town, code, excess=5, detail=detail)
    assert (found.excess, found.unit) == (5, unit)


@pytest.mark.parametrize("code", ["OVERTIME", "STATION_OVER", "WATER", "CREW_SHORT"])
def test_without_an_amount_there_is_no_unit(town, code):
    assert tell(town, code).unit == ""


def test_an_arc_stands_where_it_ends_even_if_a_site_is_told_too(town):
    _, district, network = town
    arc = 5
    node = int(network.head[arc])
    found = tell(town, arc=arc, site=district.sites[0].id)
    assert place(found) == pytest.approx((network.lon[node], network.lat[node]), abs=1e-6)


@pytest.mark.parametrize("arc", [-1, 1_000_000])
def test_without_an_arc_of_the_network_the_site_is_the_place(town, arc):
    _, district, _ = town
    site = district.sites[1]
    assert place(tell(town, arc=arc, site=site.id, route="r0-1")) == (site.lon, site.lat)


def test_a_visit_stands_where_its_step_ends_and_the_way_home_at_the_depot(town):
    """Visits are what a route serves and where it tips, drives between them not counted."""
    story, district, _ = town
    route = story.plan.routes[1]
    steps = [step for trip in route.trips for step in trip.steps]
    stops = [step.to for step in steps if step.kind in {"serve", "tip", "refill", "charge"}]
    told = [place(tell(town, route="r0-1", visit=number)) for number in range(len(stops))]
    assert told == stops
    assert len(set(stops)) > 1
    depot = district.site(route.depot)
    for visit in (-1, len(stops)):
        assert place(tell(town, route="r0-1", visit=visit)) == (depot.lon, depot.lat)


def test_a_haul_tour_without_a_site_stands_at_its_depot(town):
    story, district, _ = town
    tour = story.plan.tours[0]
    depot = district.site(tour.depot)
    found = tell(town, "REST", route=str(TruckShift(tour.vehicle, tour.shift)), visit=0)
    assert place(found) == (depot.lon, depot.lat)


def test_all_are_told_in_their_order_and_those_of_the_document_without_a_place(town):
    both = [
        Violation(code="CLAIM", where="kpis km", detail="1, right 2"),
        Violation(code="OVERTIME", where="r0-0", excess=60, route="r0-0"),
    ]
    assert [one.code for one in located(both, *town)] == ["CLAIM", "OVERTIME"]
    first, second = plain(both)
    assert (first.where, first.detail, place(first)) == ("kpis km", "1, right 2", (None, None))
    assert (second.where, second.route, second.unit) == ("r0-0", "", "")
