"""Streets of a sheet, points in time, tracks and pictures: one vehicle on two blocks of 200 m."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import gpxpy
import pytest

from api.exports.drivers import Scribe
from api.exports.geojson import routes_geojson
from api.exports.geometry import Ground, reach, thin
from api.exports.gpx import route_gpx
from api.exports.overview import HEIGHT, MARGIN, WIDTH, overview_svg
from api.exports.streets import street_name, streets_text, trip_lines
from models.district import Driver
from models.plan import Piece, PlanDuty, PlanRoute, PlanStep, PlanTrip
from models.units import timestamp
from tests.api.handmade import DAY, tiny_network, walk_plan
from tests.tasks.town import bureau, grid, lonlat, vehicle

if TYPE_CHECKING:
    from models.network import RoadNetwork

EAST = (0, 2)
"""Arcs along way 1: from node 1 to 2, from 2 to 3."""
METRE = 1 / 111_195
"""Degrees of a metre at the equator."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("lines"))


def piece(name: str, seconds: int, turn: str = "", *arcs: int) -> Piece:
    return Piece(name=name, distance_m=10 * seconds, duration_s=seconds, turn=turn, arcs=[*arcs])


def step(kind: str, begin: int, end: int, *pieces: Piece, **more: Any) -> PlanStep:
    fields = {"arrive": timestamp(DAY, begin), "depart": timestamp(DAY, end), **more}
    return PlanStep(kind=kind, streets=[*pieces], **fields)


def trip(*steps: PlanStep, **more: Any) -> PlanTrip:
    return PlanTrip(**{"load_kg": 0, "water_l": 0, "steps": [*steps], **more})


def route(*trips: PlanTrip, **more: Any) -> PlanRoute:
    fields = {
        "id": "sweep-01", "part": 0, "vehicle": "v", "vehicle_type": "ws_l", "operation": "sweep",
        "shift": "early", "depot": "D", "engine": "ruin", "crew": ["a", "h"], "crew_needed": 2,
        "licence": "B2", "depart": timestamp(DAY, 0), "return_": timestamp(DAY, 3_600),
        "distance_m": 400, "service_m": 400, "deadhead_m": 0, "duration_s": 3_600, "overtime_s": 0,
        "cost_cny": 0, "co2_kg": 0, "trips": [*trips],
    }  # fmt: skip
    return PlanRoute(**fields | more)


def plan_with(tmp_path, *routes: PlanRoute, **more: Any):
    made = walk_plan(tiny_network(tmp_path), routes=1, serves=2)
    return made.model_copy(update={"routes": [*routes], "unserved": [], **more})


# ------------------------------------------------------------------------------------- geometry


@pytest.mark.parametrize(("metres", "left"), [(1.0, 2), (2.0, 3)])
def test_a_bend_of_less_than_the_tolerance_is_left_out(metres: float, left: int):
    bent = [(0.0, 0.0), (100 * METRE, metres * METRE), (200 * METRE, 0.0)]
    pair, single = bent[:2], bent[:1]
    thinned = thin([single, bent, [], pair, bent], 1.5)
    assert [len(line) for line in thinned] == [1, left, 0, 2, left]
    assert (thinned[1][0], thinned[1][-1]) == (bent[0], bent[-1])


@pytest.mark.parametrize(
    ("line", "shares"),
    [
        ([(0, 0), (1, 0), (4, 0)], [0, 0.25, 1]),
        ([(0, 0), (0, 2), (0, 1)], [0, 2 / 3, 1]),
        ([(5, 5), (5, 5), (5, 5)], [0, 0.5, 1]),
    ],
)
def test_reach_is_the_share_of_the_way(line, shares):
    """One degree of four; two there and one back; a place without length is shared by count."""
    assert reach(line).tolist() == pytest.approx(shares)


def rounded(*places: tuple[float, float]) -> list[tuple[float, float]]:
    return [(round(lon, 5), round(lat, 5)) for lon, lat in (lonlat(*place) for place in places)]


def test_a_step_leads_along_its_arcs_and_the_corner_counts_once(town: RoadNetwork):
    along = step("drive", 0, 60, piece("s", 20, "", EAST[0]), piece("s", 20, "", EAST[1]))
    assert Ground(town).step(along) == rounded((0, 0), (200, 0), (400, 0))


@pytest.mark.parametrize(
    ("ends", "points"),
    [
        ({"from_": (1.0, 2.0), "to": (3.0, 4.0)}, [(1.0, 2.0), (3.0, 4.0)]),
        ({"from_": (3.0, 4.0), "to": (3.0, 4.0)}, [(3.0, 4.0)]),
        ({"to": (3.0, 4.0000012)}, [(3.0, 4.0)]),
        ({}, []),
    ],
)
def test_a_step_without_arcs_leads_from_end_to_end(town: RoadNetwork, ends, points):
    assert Ground(town).step(step("tip", 0, 60, **ends)) == points


# ------------------------------------------------------------------------------------- streets


@pytest.mark.parametrize(
    ("second", "lines"),
    [
        (piece("A", 5), [("A", 150)]),
        (piece("A", 5, "straight"), [("A", 150)]),
        (piece("A", 5, "u_turn"), [("A", 100), ("A", 50)]),
        (piece("B", 5, "straight"), [("A", 100), ("B", 50)]),
    ],
)
def test_one_street_is_one_line_until_the_driver_turns(town: RoadNetwork, second: Piece, lines):
    told = trip_lines(town, trip(step("serve", 0, 15, piece("A", 10), second)), {}, "D")
    assert [(line.street.name, line.distance_m) for line in told if line.street] == lines
    assert sum(line.duration_s for line in told) == 15


def test_a_merged_line_has_the_load_after_it_and_service_is_never_merged_with_driving(town):
    """Kerb after kerb of A: 3 kg, then 5 kg on board; the drive on along A is another line."""
    told = trip_lines(
        town,
        trip(
            step("serve", 0, 10, piece("A", 10), load_kg=3),
            step("serve", 10, 30, piece("A", 20), load_kg=5),
            step("drive", 30, 40, piece("A", 10), load_kg=5),
        ),
        {}, "D",
    )  # fmt: skip
    assert [(one.kind, one.load_kg, one.distance_m) for one in told] == [
        ("serve", 5, 300), ("drive", 5, 100)
    ]  # fmt: skip
    assert told[0].end == told[1].begin == timestamp(DAY, 30)


@pytest.mark.parametrize(
    ("seconds", "clocks"), [((10, 20, 30), (20, 60, 120)), ((0, 0, 0), (120, 120, 120))]
)
def test_a_step_that_takes_longer_stretches_its_streets(town: RoadNetwork, seconds, clocks):
    """60 s of streets in a step of 120 s: every clock is doubled."""
    pieces = [piece(name, took) for name, took in zip("ABC", seconds, strict=True)]
    told = trip_lines(town, trip(step("drive", 0, 120, *pieces)), {}, "D")
    assert [line.end for line in told] == [timestamp(DAY, clock) for clock in clocks]


def test_stops_are_named_start_and_end_by_the_depot_and_no_way_is_no_line(town: RoadNetwork):
    told = trip_lines(
        town,
        trip(
            step("start", 0, 300), step("drive", 300, 300), step("drive", 300, 310, distance_m=90),
            step("tip", 310, 910, facility="T", name="old"), step("serve", 910, 970, task="p-9"),
            step("end", 970, 1_000),
        ),
        {"D": "East depot", "T": "Tip"}, "D",
    )  # fmt: skip
    assert [(one.kind, one.name, one.duration_s) for one in told] == [
        ("start", "East depot", 300), ("drive", "", 10), ("tip", "Tip", 600),
        ("serve", "p-9", 60), ("end", "East depot", 30),
    ]  # fmt: skip


def test_a_street_without_a_name_is_called_by_its_class(tmp_path):
    nameless = grid(tmp_path, w1={"name": ""})
    way = step("drive", 0, 30, piece("A", 5), piece("A", 5), piece("", 5, "", 0), piece("A", 5))
    assert streets_text(nameless, way, "en") == "A → unnamed road (residential) → A"
    assert street_name(nameless, piece("", 5)).text("en") == "unnamed road"
    assert street_name(nameless, piece("", 5, "", 99)).text("zh") == "无名路"
    assert street_name(nameless, piece("", 5, "", 4)).text("en") == "street 2"


# ------------------------------------------------------------------------------------- files


def drawn(**more: Any) -> PlanRoute:
    """Both blocks in 100 s from midnight on, then ten minutes at the tip."""
    blocks = [piece("street 1", 20, "", arc) for arc in EAST]
    lon, lat = lonlat(100, 405)
    tip = step("tip", 100, 700, facility="T", name="T", to=(lon, lat))
    return route(trip(step("serve", 0, 100, *blocks, name="street 1"), tip), **more)


def test_a_track_is_timed_in_utc_and_stops_are_waypoints(tmp_path, town: RoadNetwork):
    """Midnight at +08:00 is 16:00 of the day before; the straight line needs two points."""
    bends = route(
        trip(step("serve", 0, 100, piece("", 50, "", EAST[0]), piece("", 50, "", 16)),
             step("serve", 100, 160, task="p", to=(121.0, 32.0))),
        *drawn().trips,
    )  # fmt: skip
    gpx = gpxpy.parse(route_gpx(plan_with(tmp_path), bends, Ground(town), "en").decode())
    bent, straight = gpx.tracks[0].segments
    assert bent.points[0].time.isoformat() == f"{DAY - timedelta(1)}T16:00:00+00:00"
    passed = [(p.time - bent.points[0].time).total_seconds() for p in bent.points]
    assert passed == pytest.approx([0, 50, 100], abs=0.5)
    assert len(straight.points) == 2
    assert [(mark.name, mark.symbol) for mark in gpx.waypoints] == [("p", "Service"), ("T", "Tip")]


def test_geojson_has_every_site_what_is_left_and_each_step_on_the_ground(tmp_path, town):
    left = walk_plan(tiny_network(tmp_path)).unserved[:1]
    resting = trip(step("wait", 700, 800))
    plan = plan_with(tmp_path, drawn(), route(resting, id="b"), unserved=left)
    told = json.loads(routes_geojson(plan, Ground(town), bureau(), "zh"))
    layers = [one["properties"]["layer"] for one in told["features"]]
    assert layers == ["facility"] * 4 + ["unserved"] + ["step"] * 2
    assert told["features"][4]["properties"]["relaxation"] == "增加1辆小型洗扫车"
    served, tip = told["features"][5:]
    assert served["geometry"]["type"] == "LineString"
    assert "facility" not in served["properties"]
    assert (tip["geometry"]["type"], tip["properties"]["facility"]) == ("Point", "T")


def test_a_picture_keeps_its_margin_and_the_shape_of_the_ground(town: RoadNetwork):
    """A block east, a block north: 200 m fill the height, and are as long from west to east."""
    square = route(trip(step("serve", 0, 9, piece("", 5, "", EAST[0]), piece("", 5, "", 16))))
    text = overview_svg(square, Ground(town), bureau())
    path = text.split('class="service" d="M')[1].split('"')[0]
    (x0, y0), (x1, y1), (x2, y2) = ([float(v) for v in at.split()] for at in path.split("L"))
    assert (y0, y2) == pytest.approx((HEIGHT - MARGIN, MARGIN), abs=0.2)
    assert y1 == y0
    assert x2 == x1
    assert x1 - x0 == pytest.approx(y1 - y2, rel=0.01)
    assert x0 == pytest.approx(WIDTH - x1, abs=0.2)
    assert text.count('<g class="site') == 1
    assert '<g class="site depot">' in text


def test_a_vehicle_that_moved_nowhere_has_no_picture(town: RoadNetwork):
    assert overview_svg(route(trip(step("wait", 0, 9))), Ground(town), bureau()) == ""


def test_a_persons_sheet_lists_work_in_time_with_whom_and_marks_the_next_day(tmp_path, town):
    """Two routes: the later is listed first in the plan; half an hour of overtime."""
    late = drawn(
        id="late", depart=timestamp(DAY, 80_000), return_=timestamp(DAY, 90_000), crew=["a"]
    )
    early = drawn(id="early")
    district = bureau(
        vehicle("v", "ws_l", "early"),
        drivers=(Driver(id="a", name="An", licence="B2", home_depot="D"),
                 Driver(id="h", name="He", licence="")),
    )  # fmt: skip
    duty = PlanDuty(
        driver="a", name="An", work=["early", "late"], begin=timestamp(DAY, 0),
        end=timestamp(DAY, 90_000), overtime_s=1_800,
    )  # fmt: skip
    plan = plan_with(tmp_path, late, early, drawn(id="not a's"), tours=[])
    names = {"early": "e.html", "late": "l.html"}
    sheet = Scribe(plan, district, names, "zh").sheet(duty)
    assert (sheet.begin, sheet.end) == ("00:00", "次日 01:00")
    assert [job.sheet for job in sheet.jobs] == ["e.html", "l.html"]
    assert [value for _, value in sheet.facts] == ["a", "B2", "D", "0.5", "He"]
    assert [(one.style, one.time) for one in sheet.jobs[0].entries] == [
        ("start", "00:00"), ("serve", "00:00 – 00:01"), ("facility", "00:01 – 00:11"),
        ("end", "01:00"),
    ]  # fmt: skip
    helper = duty.model_copy(update={"driver": "h", "work": ["early"], "overtime_s": 0})
    facts = [value for _, value in Scribe(plan, district, names, "zh").sheet(helper).facts]
    assert facts == ["h", "0.0", "An"]
