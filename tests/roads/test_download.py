"""Downloads against a small server on the loopback that answers as Overpass and Nominatim do."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
import shapely

from models.errors import NetworkError
from solver.roads.download import SQUARE_KM, Source, download_bbox, download_place, squares
from solver.roads.osm import read_osm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROADS = {
    "elements": [
        {"type": "way", "id": 10, "nodes": [1, 2], "tags": {"highway": "residential"}},
        {"type": "way", "id": 11, "nodes": [2, 3], "tags": {"highway": "residential"}},
        {"type": "node", "id": 2, "lat": 31.001, "lon": 121.001},
        {"type": "node", "id": 1, "lat": 31.0, "lon": 121.0},
        {"type": "node", "id": 3, "lat": 31.001, "lon": 121.002, "tags": {"barrier": "gate"}},
        {
            "type": "relation",
            "id": 5,
            "tags": {"type": "restriction", "restriction": "no_right_turn"},
            "members": [
                {"type": "way", "ref": 10, "role": "from"},
                {"type": "node", "ref": 2, "role": "via"},
                {"type": "way", "ref": 11, "role": "to"},
            ],
        },
    ]
}
PLACE = [
    {
        "place_id": 1,
        "osm_type": "relation",
        "osm_id": 7,
        "boundingbox": ["31", "31.01", "121", "121.01"],
        "lat": "31.005",
        "lon": "121.005",
        "class": "boundary",
        "type": "administrative",
        "place_rank": 12,
        "importance": 0.5,
        "addresstype": "city",
        "name": "三星镇",
        "display_name": "三星镇",
        "geojson": {
            "type": "Polygon",
            "coordinates": [[[121, 31], [121.01, 31], [121.01, 31.01], [121, 31.01], [121, 31]]],
        },
    }
]


class Server(ThreadingHTTPServer):
    """Counts requests; `roads` is what Overpass says, `status` how."""

    roads: object = ROADS
    status = 200

    def __init__(self) -> None:
        self.queries: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.queries.append(parse_qs(body)["data"][0])
        self.answer(self.server.roads)

    def do_GET(self) -> None:
        self.answer(PLACE if "/search" in self.path else [])

    def answer(self, body: object) -> None:
        fine = self.server.status == 200
        text = json.dumps(body).encode() if fine else b"<html>too busy</html>"
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def source(server: Server, tmp_path: Path) -> Source:
    url = f"http://127.0.0.1:{server.server_port}"
    return Source(
        overpass_url=f"{url}/api", nominatim_url=f"{url}/", cache_folder=tmp_path / "answers"
    )


def box(path: Path, source: Source) -> Path:
    return download_bbox(121.0, 31.0, 121.01, 31.01, path, source=source)


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_box_becomes_a_file_with_restrictions(
    server: Server, source: Source, tmp_path: Path, suffix: str
):
    network = read_osm(box(tmp_path / f"roads{suffix}", source))
    assert network.num_arcs == 4
    assert len(network.banned_turns) == 1
    assert '"type"="restriction"' in server.queries[0]
    assert "residential" in server.queries[0]


def test_answers_are_kept_on_disk(server: Server, source: Source, tmp_path: Path):
    box(tmp_path / "one.osm", source)
    box(tmp_path / "two.osm", source)
    assert len(server.queries) == 1
    assert (tmp_path / "one.osm").read_bytes() == (tmp_path / "two.osm").read_bytes()


def test_place_is_found_and_read(source: Source, tmp_path: Path):
    path = download_place("三星镇, 海门", tmp_path / "place.osm", source=source)
    assert read_osm(path).num_arcs == 4


def test_no_answer_leaves_no_file_and_says_whom_to_ask(
    server: Server, source: Source, tmp_path: Path
):
    server.status = 500
    with pytest.raises(NetworkError, match="no usable answer from http"):
        box(tmp_path / "roads.osm", source)
    assert not (tmp_path / "roads.osm").exists()


@pytest.mark.parametrize("roads", [{"elements": []}, {"elements": [], "remark": "timed out"}])
def test_empty_answers_are_refused(
    server: Server, source: Source, tmp_path: Path, roads: dict[str, object]
):
    server.roads = roads
    with pytest.raises(NetworkError, match=r"roads\.osm"):
        box(tmp_path / "roads.osm", source)


def test_silly_boxes_are_refused(tmp_path: Path):
    with pytest.raises(NetworkError, match="empty or off the globe"):
        download_bbox(122.0, 31.0, 121.0, 32.0, tmp_path / "roads.osm")


def test_a_prefecture_is_asked_for_in_squares_that_cover_it():
    wide = shapely.box(120.0, 31.0, 121.0, 31.5)  # 95 km by 56 km
    found = squares(wide)
    assert len(found) == 3 * 2
    assert shapely.union_all(found).equals(wide)
    assert max(p.bounds[3] - p.bounds[1] for p in found) * 111.2 <= SQUARE_KM


def test_two_islands_are_two_questions_and_a_hole_is_asked_for_too():
    hole = shapely.box(121.004, 31.004, 121.006, 31.006)
    town = shapely.difference(shapely.box(121.0, 31.0, 121.01, 31.01), hole)
    island = shapely.box(121.02, 31.0, 121.03, 31.01)
    found = squares(shapely.MultiPolygon([town, island]))
    assert len(found) == 2
    assert shapely.union_all(found).covers(hole)
