"""Task ids that last: a new row in a table leaves the id of every other row's work as it was.

They used to hold the number of an arc, and every stop cuts an arc: with one more order 19 of the
demo's 84 fog tasks kept theirs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.district import Order, Point, Stream
from scenarios.demo import write_demo
from scenarios.desk.day import load_folder
from solver.roads.osm import read_osm
from solver.tasks.ground import lay
from solver.tasks.streets import order_jobs, street_jobs
from tests.tasks.town import M_LAT, M_LON, bureau, lonlat, passes, plan_day, rules_of, vehicle

if TYPE_CHECKING:
    from pathlib import Path

    from models.district import District
    from models.network import RoadNetwork
    from scenarios.desk.day import Loaded

DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("ids") / "demo"
    write_demo(folder, size="tiny")
    return load_folder(folder, DAY)


def point(number: int, lon: float, lat: float) -> Point:
    return Point(
        id=f"new {number}", name="", lon=lon, lat=lat, stream=Stream.RESIDUAL, demand_kg=100,
        service_s=60,
    )  # fmt: skip


def order(number: int, lon: float, lat: float) -> Order:
    return Order(
        id=f"new {number}", operation="collect_residual", window=(9 * 3_600, 15 * 3_600),
        lon=lon, lat=lat, demand_kg=100, service_s=60,
    )  # fmt: skip


def with_rows(district: District, places: list[tuple[float, float]], table: str) -> District:
    """The district with a point or an order at each place: shares of its width and height."""
    lon, lat = ([getattr(one, axis) for one in district.points] for axis in ("lon", "lat"))
    made = [
        (point if table == "points" else order)(
            number,
            min(lon) + x * (max(lon) - min(lon)),
            min(lat) + y * (max(lat) - min(lat)),
        )
        for number, (x, y) in enumerate(places)
    ]
    return replace(district, **{table: (*getattr(district, table), *made)})


def street_work(network: RoadNetwork, district: District, rules) -> list[tuple[object, ...]]:
    """Every street job by id, with its length, waste and water."""
    ground = lay(district, network, rules, DAY)
    alike = np.zeros(ground.network.num_arcs, np.int64)
    jobs = [
        job
        for name in rules.operations
        for job in street_jobs(rules, name, ground, alike, lambda unit: unit.due(DAY, None))
    ]
    for one in district.orders:
        if one.lon is None:
            jobs += order_jobs(rules, one.operation, ground, one, alike)
    assert len({job.id for job in jobs}) == len(jobs)
    assert len({str(job.id) for job in jobs}) == len(jobs)
    return [(str(job.id), job.length_m, job.kg, job.litres, job.cleaning_class) for job in jobs]


spots = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(places=spots, table=st.sampled_from(["points", "orders"]))
@example(places=[(0.640625, 0.234375)], table="points")  # on the middle road of a ban by way
def test_new_stops_anywhere_leave_all_street_work_as_it_was(demo, places, table):
    """Id, length, waste and water of every piece, whatever is cut by the stops."""
    more = with_rows(demo.district, places, table)
    before = street_work(demo.network, demo.district, demo.rules)
    assert street_work(demo.network, more, demo.rules) == before
    assert before


@pytest.mark.parametrize("table", ["points", "orders"])
def test_a_row_more_in_a_table_is_one_task_more_and_nothing_else(demo, table):
    def ids(district: District) -> set[str]:
        _, day = plan_day(demo.network, district, demo.rules)
        named = [task.id for part in day.parts for task in part.problem.tasks]
        named += [one.task for one in day.left]
        assert len(set(named)) == len(named)
        return set(named)

    before = ids(demo.district)
    after = ids(with_rows(demo.district, [(0.4, 0.6)], table))
    assert before < after
    assert all("new 0" in task for task in after - before)


def ring(folder: Path) -> RoadNetwork:
    """Way 1 goes round a block from node 1 back to it, way 2 leads there, way 3 is its chord."""
    corners = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300), 5: (-200, 0)}
    tags = '<tag k="highway" v="residential"/><tag k="width" v="14"/>'
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for node, place in corners.items():
        lon, lat = lonlat(*place)
        lines.append(f'<node id="{node}" lon="{lon:.8f}" lat="{lat:.8f}"/>')
    for way, nodes in {1: (1, 2, 3, 4, 1), 2: (5, 1), 3: (2, 4)}.items():
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(f'<way id="{way}">{refs}{tags}<tag k="name" v="street {way}"/></way>')
    path = folder / "ring.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return read_osm(path)


@settings(max_examples=30, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=6),
       join=st.sampled_from([0, 300, 2_000]))  # fmt: skip
def test_a_ring_has_two_kerbs_and_stops_move_none_of_its_pieces(tmp_path_factory, places, join):
    network = ring(tmp_path_factory.mktemp("ring"))
    work = {"classes": {"IV": passes("05:00-11:00")}, "join_m": join, "one_pass_below_m": 7}
    rules = rules_of(sweep={"street": work})
    town = bureau(vehicle("a", "sw_s", "early"), sites=())
    stops = tuple(
        replace(point(n, 121.0 + east * M_LON, 32.0 + north * M_LAT), id=f"p{n}")
        for n, (east, north) in enumerate(places)
    )
    before = street_work(network, town, rules)
    assert street_work(network, replace(town, points=stops), rules) == before
    assert any(task.startswith("sweep-1-") for task, *_ in before)


@pytest.mark.parametrize("ban", ["", "no_straight_on"])
@pytest.mark.parametrize("stops", [(), (290,), (310,), (350,), (10, 310, 390), (320, 340, 590)])
def test_a_stop_on_the_middle_road_of_a_ban_by_way_cuts_no_piece(tmp_path, ban, stops):
    """A street of ways 1, 2 and 3 of 300, 100 and 200 m: one piece, and with the ban one each."""
    metres = {1: 0, 2: 300, 3: 400, 4: 600}
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for node, east in metres.items():
        lon, lat = lonlat(east, 0)
        lines.append(f'<node id="{node}" lon="{lon:.8f}" lat="{lat:.8f}"/>')
    tags = '<tag k="name" v="long"/><tag k="highway" v="residential"/><tag k="width" v="6"/>'
    lines += [
        f'<way id="{way}"><nd ref="{way}"/><nd ref="{way + 1}"/>{tags}</way>' for way in (1, 2, 3)
    ]
    if ban:
        lines.append(
            '<relation id="9"><member type="way" ref="1" role="from"/>'
            '<member type="way" ref="2" role="via"/><member type="way" ref="3" role="to"/>'
            f'<tag k="type" v="restriction"/><tag k="restriction" v="{ban}"/></relation>'
        )
    path = tmp_path / "banned.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    network = read_osm(path)
    assert bool(network.banned_paths) == bool(ban)
    work = {"classes": {"IV": passes("05:00-11:00")}, "one_pass_below_m": 7, "join_m": 2_000}
    places = tuple(
        replace(point(n, 121.0 + east * M_LON, 32.0), id=f"p{n}") for n, east in enumerate(stops)
    )
    town = bureau(vehicle("a", "sw_s", "early"), sites=(), points=places)
    whole = ["sweep-1-1:4-1"]
    parts = ["sweep-1-1:2-1", "sweep-2-2:3-1", "sweep-3-3:4-1"]
    found = street_work(network, town, rules_of(sweep={"street": work}))
    assert [task for task, *_ in found] == (parts if ban else whole)
    assert sum(metres for _, metres, *_ in found) == 600


def test_a_piece_is_named_by_its_way_the_nodes_at_its_ends_and_its_pass(tmp_path):
    network = ring(tmp_path)
    work = {"classes": {"IV": passes("05:00-11:00", "13:00-18:00")}, "one_pass_below_m": 7}
    rules = rules_of(sweep={"street": work | {"join_m": 0}})
    found = {task for task, *_ in street_work(network, bureau(sites=()), rules)}
    assert {task for task in found if task.startswith("sweep-2-")} == {
        "sweep-2-5:1-1", "sweep-2-1:5-1", "sweep-2-5:1-2", "sweep-2-1:5-2",
    }  # fmt: skip


def test_between_two_nodes_a_piece_is_named_by_metres_from_the_one_before(tmp_path):
    """A road of 2,000 m between nodes 1 and 2 is cut in three; a stop at 1,000 m is no cut."""
    (west, lat), (east, _) = lonlat(0, 0), lonlat(2_000, 0)
    path = tmp_path / "long.osm"
    path.write_text(
        f'<osm version="0.6"><node id="1" lon="{west}" lat="{lat}"/>'
        f'<node id="2" lon="{east}" lat="{lat}"/><way id="7"><nd ref="1"/><nd ref="2"/>'
        '<tag k="highway" v="residential"/><tag k="width" v="6"/></way></osm>',
        encoding="utf-8",
    )
    network = read_osm(path)
    work = {"classes": {"IV": passes("05:00-11:00")}, "one_pass_below_m": 7, "join_m": 0}
    rules = rules_of(sweep={"street": work})
    named = ["sweep-7-1:1+666-1", "sweep-7-1+666:1+1333-1", "sweep-7-1+1333:2-1"]
    for stops in ((), (replace(point(0, (west + east) / 2, lat), id="p"),)):
        town = bureau(vehicle("a", "sw_s", "early"), sites=(), points=stops)
        assert [task for task, *_ in street_work(network, town, rules)] == named
