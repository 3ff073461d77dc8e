"""A toy town, read and driven through, to compile the loops over road graphs."""

from __future__ import annotations

import tempfile
from pathlib import Path

from models.network import Profile
from solver.roads.graph import build_turn_graph
from solver.roads.osm import read_osm
from solver.roads.paths import Router, matrix, unpack

TOWN = """\
<osm version="0.6">
<node id="1" lon="121.000" lat="31.000"/>
<node id="2" lon="121.001" lat="31.000"/>
<node id="3" lon="121.001" lat="31.001"/>
<node id="4" lon="121.000" lat="31.001"/>
<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="highway" v="residential"/></way>
<way id="12"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>
"""


def warm_up_roads() -> None:
    """Compile what a matrix and the streets of a leg need."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.osm"
        path.write_text(TOWN, encoding="utf-8")
        network = read_osm(path)
    router = Router.of(build_turn_graph(network, Profile()))
    matrix(router, [0], [1], [True])
    unpack(router, 0, 1, True)
