"""Road files under wrong names and of other programs: read, or one clear error."""

from __future__ import annotations

import bz2
import gzip
import re
from typing import TYPE_CHECKING

import osmium
import pytest

from models.errors import NetworkError
from solver.roads.osm import read_osm
from tests.roads.towns import STREET, write_town

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NODES = [(0.0, 0.0), (300.0, 0.0), (600.0, 0.0), (300.0, 300.0)]
WAYS = [([1, 2, 3], STREET), ([2, 4], STREET)]
ARCS = 6


def text_of(folder: Path) -> str:
    return write_town(folder / "plain.osm", NODES, WAYS).read_text("utf-8")


PACKED = {
    "a.osm": gzip.compress, "A.OSM": bytes, "b.OSM.GZ": gzip.compress, "c.osm.bz2": bytes,
    "d.osm.gz": bz2.compress, "e.osm.pbf": bytes, "f.Osm.Bz2": bz2.compress,
}  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_the_bytes_say_what_a_file_is(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(PACKED[name](text_of(tmp_path).encode()))
    assert read_osm(tmp_path / name).num_arcs == ARCS


def test_a_pbf_with_places_on_its_ways_needs_no_nodes(tmp_path: Path):
    text_of(tmp_path)
    path = tmp_path / "ways.osm.pbf"
    options = osmium.io.File(str(path), "pbf,locations_on_ways=true")
    with osmium.SimpleWriter(options) as writer:
        for item in osmium.FileProcessor(str(tmp_path / "plain.osm")).with_locations():
            if not item.is_node():
                writer.add(item)
    one, two = read_osm(path), read_osm(tmp_path / "plain.osm")
    assert one.length_m.tolist() == two.length_m.tolist()


def negative(text: str) -> str:
    return re.sub(r'(id|ref)="(\d+)"', r'\1="-\2"', text)


def shuffled(text: str) -> str:
    head, body = text.split('<osm version="0.6">')
    items = re.findall(r"<node[^>]*/>|<way.*?</way>", body)
    return f'{head}<osm version="0.6">{"".join(items[::-1])}</osm>'


ADDED = '<way id="9{}"><nd ref="{}"/>{}<tag k="highway" v="residential"/></way></osm>'
ODD = {
    "negative ids": negative,
    "backwards": shuffled,
    "one node": lambda text: text.replace("</osm>", ADDED.format(1, 3, "")),
    "no node": lambda text: text.replace(
        "</osm>", ADDED.format(1, 3, "").replace('<nd ref="3"/>', "")
    ),
    "twice the same node": lambda text: text.replace("</osm>", ADDED.format(1, 3, '<nd ref="3"/>')),
    "a node that is not there": lambda text: text.replace(
        "</osm>", ADDED.format(1, 3, '<nd ref="99"/>')
    ),
    "changeset": lambda text: text.replace(
        "<node", '<changeset id="1" created_at="2020-01-01T00:00:00Z" open="false"/><node', 1
    ),
    "a newer version deletes": lambda text: text.replace(
        "</osm>", ADDED.format(1, 3, '<nd ref="1"/>').replace("</osm>", "")
        + '<way id="91" version="9" visible="false"/></osm>',
    ),
    "no metadata": lambda text: text.replace(' version="1"', ""),
    "UTF-16": lambda text: text,
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_editors_and_mergers_write_is_read(tmp_path: Path, name: str):
    text = ODD[name](text_of(tmp_path))
    coding = "utf-16" if name == "UTF-16" else "utf-8"
    text = text.replace("utf-8", coding)
    (tmp_path / "odd.osm").write_bytes(text.encode(coding))
    assert read_osm(tmp_path / "odd.osm").num_arcs == ARCS


BROKEN = {
    "empty.osm": b"", "page.osm": b"<html></html>", "half.osm": b'<osm version="0.6"><node id="1"',
    "far.osm": b'<osm version="0.6"><node id="1" lat="0" lon="999"/></osm>', "none.osm": b"<osm/>",
    "json.osm": b'{"elements": []}', "half.osm.gz": gzip.compress(b"<osm/>")[:-4],
    "noise.osm.pbf": b"\x00\x00\x00\x0dnoise" * 9, "changes.osc": b"<osmChange/>",
    "gbk.osm": '<?xml version="1.0" encoding="GBK"?><osm version="0.6"/>'.encode("gbk"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_map_is_one_error_in_one_language(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(NetworkError) as caught:
        read_osm(tmp_path / name)
    told = {language: caught.value.text(language) for language in ("zh", "en")}
    assert name in told["zh"]
    assert name in told["en"]
    assert CHINESE.search(told["zh"])
    assert not CHINESE.search(told["en"])
    assert "(" not in told["zh"]
