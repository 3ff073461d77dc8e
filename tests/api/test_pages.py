"""Map and sheets: one file each, nothing from elsewhere, hostile names harmless."""

import json
import re
import subprocess

import pytest

from api.exports.folder import write_plan
from api.exports.geometry import Ground, thin
from api.exports.mapdata import encode
from api.exports.page import script_json
from api.exports.streets import SheetLine, StreetName, trip_lines
from models.plan import Piece, PlanStep, PlanTrip
from models.units import timestamp
from tests.api.chromium import CHROMIUM, needs_chromium
from tests.api.handmade import DAY, make_district, tiny_network, walk_plan

EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return tiny_network(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def written(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    return write_plan(walk_plan(network), network, make_district(network, folder, 6), folder / "p")


def page_content(page):
    return json.loads(re.search(r'id="content">(.*?)</script>', page, re.DOTALL)[1])


def test_map_page_loads_nothing_from_elsewhere(written):
    page = (written / "map.html").read_text("utf-8")
    assert not re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=", page)
    assert "default-src 'none'" in page
    assert "Leaflet" in page
    assert "© OpenStreetMap contributors" in page


def test_map_page_holds_the_whole_plan(written, network):
    plan = walk_plan(network)
    content = page_content((written / "map.html").read_text("utf-8"))
    assert [route["id"] for route in content["routes"]] == [route.id for route in plan.routes]
    for shown, route in zip(content["routes"], plan.routes, strict=True):
        kinds = [step[0] for trip in shown["trips"] for step in trip]
        assert kinds == [step.kind for trip in route.trips for step in trip.steps]
    assert len(content["stations"][0]["series"]) == len(plan.stations[0].series)
    assert len(content["unserved"]) == 2
    assert len(content["base"]) == network.num_arcs // 2  # every street is two-way


def test_hostile_names_stay_text(network, tmp_path):
    plan = walk_plan(network)
    bad = plan.model_copy(
        update={
            "district": EVIL, "routes": [plan.routes[0].model_copy(update={"vehicle": EVIL})],
            "unserved": [plan.unserved[0].model_copy(update={"name": EVIL})],
        }
    )  # fmt: skip
    out = write_plan(bad, network, make_district(network, tmp_path, 2), tmp_path / "p")
    for path in out.rglob("*.html"):
        assert EVIL not in path.read_text("utf-8")
    assert page_content((out / "map.html").read_text("utf-8"))["district"] == EVIL
    assert json.loads(script_json({"a": EVIL + "\u2028"})) == {"a": EVIL + "\u2028"}


def test_tiles_are_off_unless_an_address_is_given(network, tmp_path):
    tiles = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    district = make_district(network, tmp_path, 6)
    out = write_plan(walk_plan(network), network, district, tmp_path / "p", tiles=tiles)
    page = (out / "map.html").read_text("utf-8")
    assert "img-src data: https://*.tiles.example" in page
    assert page_content(page)["tiles"] == tiles


def test_sheet_tells_the_whole_way_in_both_languages(written):
    chinese = (written / "sheets" / "sweep-01.html").read_text("utf-8")
    english = (written / "sheets" / "en" / "sweep-01.html").read_text("utf-8")
    for text in ("第 1 趟", "卸料", "休息", "驾驶员签字", "洗扫车", "机械清扫"):
        assert text in chinese
    for text in ("Trip 1", "Tip", "Break", "Sweeping", "Washer-sweeper"):
        assert text in english
    for page in (chinese, english):
        assert "城东停车场" in page
        assert "© OpenStreetMap contributors" in page
    assert 'href="en/sweep-01.html"' in chinese
    assert 'href="../sweep-01.html"' in english
    everything = (written / "sheets" / "all.html").read_text("utf-8")
    assert everything.count("<article>") == 6


def step(kind, begin, pieces):
    streets = [
        Piece(name=name, distance_m=metres, duration_s=seconds, turn=turn, arcs=[arc])
        for name, metres, seconds, turn, arc in pieces
    ]
    seconds = sum(piece.duration_s for piece in streets)
    return PlanStep(
        kind=kind, arrive=timestamp(DAY, begin), depart=timestamp(DAY, begin + seconds),
        streets=streets, distance_m=sum(piece.distance_m for piece in streets),
    )  # fmt: skip


def test_pieces_of_one_street_are_one_line_until_the_driver_turns_or_stops_working(network):
    trip = PlanTrip(
        load_kg=0, water_l=0,
        steps=[
            step("serve", 0, [("人民路", 100, 50, "left", 0)]),
            step("drive", 50, []),
            step("serve", 50, [("人民路", 100, 50, "straight", 0), ("人民路", 50, 25, "", 0)]),
            step("drive", 125, [("人民路", 80, 8, "straight", 0)]),
            step("serve", 133, [("人民路", 100, 50, "u_turn", 0), ("人民路", 9, 5, "u_turn", 0)]),
        ],
    )  # fmt: skip
    lines: list[SheetLine] = trip_lines(network, trip, {}, "")
    assert [(x.kind, x.turn, x.distance_m) for x in lines] == [
        ("serve", "left", 250), ("drive", "straight", 80), ("serve", "u_turn", 100),
        ("serve", "u_turn", 9)]  # fmt: skip
    assert (lines[0].begin, lines[0].end) == (timestamp(DAY, 0), timestamp(DAY, 125))


@pytest.mark.parametrize(
    ("street", "zh", "en"),
    [
        (StreetName("人民路", "primary"), "人民路", "人民路"),
        (StreetName("", "tertiary"), "无名路（支路）", "unnamed road (tertiary)"),
        (StreetName("", ""), "无名路", "unnamed road"),
    ],
)
def test_a_street_without_a_name_is_told_by_its_class(street, zh, en):
    assert (street.text("zh"), street.text("en")) == (zh, en)


def test_lines_are_thinned_together_and_keep_their_ends(network):
    ground = Ground(network)
    straight = [(119.0, 31.0), (119.001, 31.0), (119.002, 31.0)]
    corner = [(119.0, 31.0), (119.001, 31.0), (119.001, 31.001)]
    assert thin([straight, corner, corner[:1]], 2.0) == [straight[::2], corner, corner[:1]]
    line = ground.line([0])
    assert line[0] == tuple(network.points(0)[0].round(5))


def test_encoded_lines_add_up_to_their_points():
    numbers = encode([(119.5, 31.25), (119.50001, 31.24)])
    assert numbers == [11950000, 3125000, 1, -1000]


def open_in_browser(page, folder):
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", f"--user-data-dir={folder}", "--dump-dom",
         "--enable-logging=stderr", "--virtual-time-budget=2000", page],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout


@needs_chromium
@pytest.mark.parametrize("view", ["#tab=stations", "#route=flush-02&time=13:00&language=en"])
def test_the_page_runs_without_errors_in_a_browser(written, tmp_path, view):
    shown = open_in_browser((written / "map.html").as_uri() + view, tmp_path)
    body = re.search(r'<div id="body">(.*?)</aside>', shown, re.DOTALL)[1]
    assert len(body) > 200
    assert "天宁示范区" in shown


@needs_chromium
def test_names_of_sites_side_by_side_do_not_cover_each_other(written, tmp_path):
    text = (written / "map.html").read_text("utf-8")
    station, water = page_content(text)["sites"][1], page_content(text)["sites"][3]
    assert (station["kind"], water["kind"]) == ("station", "water")
    place = '"lon":{lon},"lat":{lat}'.format
    moved = tmp_path / "map.html"
    moved.write_text(text.replace(place(**water), place(**station)), encoding="utf-8")
    shown = open_in_browser(moved.as_uri(), tmp_path / "profile")
    side = r'class="leaflet-tooltip name {kind} [^"]*-tooltip-(\w+)"[^>]*><span>{name}<'.format
    assert re.search(side(**station), shown)[1] == "right"
    assert re.search(side(**water), shown)[1] == "left"
