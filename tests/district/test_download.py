"""Roads of a box come from the district's own Overpass address, once."""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scenarios.district import check_district
from scenarios.district.roads import download_name
from tests.district.folders import SIZE, place, replace, write_good

BOX = "bbox:121.07,31.96,121.10,31.99"


def elements():
    """The grid as Overpass answers."""
    corners = [(column, row) for row in range(SIZE) for column in range(SIZE)]
    for number, corner in enumerate(corners, start=1):
        lon, lat = place(*corner)
        yield {"type": "node", "id": number, "lon": lon, "lat": lat}
    for line in range(SIZE):
        for way, name, refs in (
            (100, "东路", [1 + line * SIZE + step for step in range(SIZE)]),
            (200, "北路", [1 + step * SIZE + line for step in range(SIZE)]),
        ):
            tags = {"highway": "tertiary", "name": f"{name}{line + 1}"}
            yield {"type": "way", "id": way + line, "nodes": refs, "tags": tags}


@pytest.fixture
def overpass():
    """Address of the server, and the list of requests it had."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            raw = json.dumps({"elements": list(elements())}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_box_is_downloaded_once_into_the_folder(tmp_path, overpass):
    address, asked = overpass
    good = write_good(tmp_path / "grid")
    (good / "roads.osm").unlink()
    setting = f'"{BOX}"\noverpass = {{ url = "{address}" }}'
    replace(good, "district.toml", '"roads.osm"', setting)
    for _ in range(2):
        report = check_district(good, date(2026, 3, 18))
        assert (report.issues, report.warnings) == ((), ())
        assert report.network.num_arcs == 48
    assert (good / download_name(BOX)).is_file()
    assert len(asked) == 1
