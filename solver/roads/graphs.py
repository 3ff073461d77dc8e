"""Road networks as NetworkX graphs, in and out, as OSMnx makes and saves them.

A graph is a `MultiDiGraph` whose nodes have `x`, `y` and whose edges carry OSM tags, `osmid`, and a
`geometry` where they bend. It becomes ways and nodes for the reader of OSM files (`osm`), so that
tags are read by the same laws. OSMnx graphs hold no turn restrictions; graphs of ours do.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from models.errors import NetworkError
from models.network import FOOT_CLASSES, Access, NodeFlag, RoadNetwork
from solver.roads.osm import DRIVABLE, read_osm
from solver.roads.reading.arcs import build_network
from solver.roads.reading.extract import Extract, OsmNode, OsmWay
from solver.roads.reading.limits import limits
from solver.roads.reading.rights import node_flags
from solver.roads.reading.tags import limit_of_speed, signal_direction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.roads.reading.map_notes import MapNotes

GRAPH_SUFFIX = ".graphml"
BANS = "huanwei_banned"
"""Graph attribute of ours: turn bans as JSON, each a list of edges [u, v, key] and `Who` last."""
SIGNALS = "huanwei_signals"
"""Edge attribute of ours: signals passed, those between junctions too."""
FLAGS = "huanwei_flags"
"""Node attribute of ours: `NodeFlag` bits, barriers already bound to the streets they close."""
WGS84 = "EPSG:4326"
ONE_WAY = {"yes", "true", "1", "-1", "reverse"}
"""Values of `oneway`; OSMnx turns the edge of a way that is open against its nodes around."""
NODE_TAGS = ("highway", "barrier", "access", "motor_vehicle", "vehicle", "maxheight", "direction")
WAY_TAGS = (
    "highway", "name", "ref", "alt_name", "lanes", "width", "est_width", "maxspeed", "maxweight",
    "maxheight", "maxwidth", "maxlength", "bridge", "tunnel", "access", "motor_vehicle", "vehicle",
    "hgv", "goods", "junction",
)  # fmt: skip
_ACCESS = {
    Access.YES: {},
    Access.DESTINATION: {"motor_vehicle": "destination"},
    Access.PRIVATE: {"motor_vehicle": "private"},
    Access.FOOT: {"motor_vehicle": "no"},
    Access.NO: {"access": "no"},
}
"""Tags of ways by who may drive them, as `tags.way_facts` reads them back."""
_HGV = {
    Access.YES: {"hgv": "yes"},
    Access.DESTINATION: {"hgv": "destination"},
    Access.PRIVATE: {"hgv": "private"},
    Access.FOOT: {"hgv": "no"},
    Access.NO: {"hgv": "no"},
}

Edge = tuple[Any, Any, Any]


class Street(NamedTuple):
    """One direction of a street of a graph, as it will be a way: its edge, way id, line, tags."""

    edge: Edge
    way: int
    line: NDArray[np.float64]
    tags: dict[str, str]
    one_way: bool


def read_roads(path: Path | str, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
    """Road network of a file: a GraphML graph, or an OSM file (`read_osm`); `NetworkError` else."""
    path = Path(path)
    if path.is_file() and path.name.lower().endswith(GRAPH_SUFFIX):
        return read_graphml(path, classes=classes)
    return read_osm(path, classes=classes)


def read_graphml(path: Path | str, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
    """Road network of a GraphML file as `osmnx.save_graphml` or NetworkX writes it.

    Raises `NetworkError` that names the file when it cannot be read or holds no road.
    """
    path = Path(path)
    try:
        graph = nx.read_graphml(path, node_type=str, force_multigraph=True)
    except (OSError, ParseError, nx.NetworkXError, ValueError, KeyError, TypeError) as error:
        raise NetworkError(
            f"{path}: cannot be read as GraphML ({error}). Save it again with "
            "osmnx.save_graphml, or give an OpenStreetMap file.",
            zh=f"{path}：不是 GraphML。请用 osmnx.save_graphml 重新保存，或改用 OSM 文件。",
        ) from error
    try:
        return from_networkx(graph, classes=classes)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}", zh=f"{path}：{error.zh}") from error


def from_networkx(graph: nx.MultiDiGraph, *, classes: frozenset[str] = DRIVABLE) -> RoadNetwork:
    """Road network of a directed graph as OSMnx makes it, simplified or not, projected or not.

    Edges whose `highway` is not in `classes` are left out. Where OSMnx has joined ways, the first
    of several tags counts. Two edges of opposite direction with the same `osmid` and length are one
    two-way street. Raises `NetworkError` for a graph without directions, places or roads.
    """
    if not graph.is_directed():
        raise NetworkError(
            "the graph has no directions. Give a MultiDiGraph, as osmnx.graph_from_place makes it.",
            zh="路网图没有方向。请使用 osmnx.graph_from_place 得到的 MultiDiGraph。",
        )
    index = {node: number for number, node in enumerate(graph.nodes, start=1)}
    extract = Extract()
    projection = _to_wgs84(str(graph.graph.get("crs", WGS84)))
    for node, number in index.items():
        extract.nodes[number] = _node(node, graph.nodes[node], projection, extract.notes)
    streets = list(_streets(graph, extract, index, projection, classes))
    if not streets:
        raise NetworkError(
            "holds no drivable road: no edge has a `highway` of "
            f"{', '.join(sorted(classes))}. Keep OSM's tags in the graph.",
            zh=f"没有可行驶的道路：没有 `highway` 为 {'、'.join(sorted(classes))} 的边。"
            f"请保留 OSM 标签。",
        )
    _lay_ways(extract, streets, index)
    network = build_network(extract)
    nodes = list(index)
    kept = [nodes[ref - 1] for ref in network.node_osm.tolist()]
    flags = [graph.nodes[node].get(FLAGS) for node in kept]
    found = zip(flags, network.node_flags.tolist(), strict=True)
    known = np.array([there if flag is None else int(flag) for flag, there in found], np.uint8)
    arcs = _arcs_of(network, streets, index)
    ids = np.array([_node_id(node) for node in kept], np.int64)
    if len(np.unique(ids)) < len(ids):
        ids = -network.node_osm
    return _with_ours(replace(network, node_osm=ids, node_flags=known), graph, arcs)


def to_networkx(network: RoadNetwork) -> nx.MultiDiGraph:
    """The network as a `MultiDiGraph` that OSMnx works with (`osmnx.graph_to_gdfs`, `routing`).

    Node ids are OSM's. Edges carry `osmid`, `length` [m], `oneway`, `reversed`, a `geometry`
    (`LineString`, degrees) and tags; what was only guessed is left out. Turn bans are in the graph
    attribute `huanwei_banned`, and come back with `from_networkx`.
    """
    graph = nx.MultiDiGraph(crs=WGS84, simplified=True)
    flags = network.node_flags
    for node, osm in enumerate(network.node_osm.tolist()):
        place: dict[str, Any] = {"x": float(network.lon[node]), "y": float(network.lat[node])}
        place[FLAGS] = int(flags[node])
        if flags[node] & NodeFlag.SIGNAL:
            place["highway"] = "traffic_signals"
        if flags[node] & NodeFlag.BLOCKED:
            place["barrier"] = "bollard"
        elif flags[node] & NodeFlag.PRIVATE_GATE:
            place |= {"barrier": "gate", "access": "private"}
        graph.add_node(osm, **place)
    edges: list[Edge] = []
    for arc in range(network.num_arcs):
        u, v = (int(network.node_osm[end[arc]]) for end in (network.tail, network.head))
        key = graph.add_edge(u, v, **_edge(network, arc))
        edges.append((u, v, key))
    sequences = [*network.banned_turns.tolist(), *network.banned_paths]
    bans = [[*(edges[arc] for arc in arcs), who] for *arcs, who in sequences]
    if bans:
        graph.graph[BANS] = json.dumps(bans)
    return graph


def write_graphml(network: RoadNetwork, path: Path | str) -> Path:
    """Save the network as GraphML, as `osmnx.save_graphml` does: every value as text."""
    graph = to_networkx(network)
    for _, data in graph.nodes(data=True):
        data |= {key: str(value) for key, value in data.items()}
    for *_, data in graph.edges(data=True):
        data |= {key: str(value) for key, value in data.items()}
    graph.graph = {key: str(value) for key, value in graph.graph.items()}
    nx.write_graphml(graph, path)
    return Path(path)


def _edge(network: RoadNetwork, arc: int) -> dict[str, Any]:
    """Attributes of the edge of an arc."""
    street = network.street(arc)
    back = int(network.reverse[arc])
    row: dict[str, Any] = {
        "osmid": int(network.way[arc]), "highway": network.road_class(arc),
        "length": float(network.length_m[arc]), "oneway": bool(network.oneway[arc]),
        "reversed": 0 <= back < arc, "geometry": shapely.LineString(network.points(arc)),
        SIGNALS: int(network.signals[arc]),
    }  # fmt: skip
    access, hgv = Access(int(network.access[arc])), Access(int(network.hgv[arc]))
    row |= _ACCESS[access] | (_HGV[hgv] if hgv != access else {})
    if access == Access.YES and network.road_class(arc) in FOOT_CLASSES:
        row["motor_vehicle"] = "yes"
    others = network.aliases[int(network.name[arc])]
    stated = {
        "name": street,
        "alt_name": ";".join(others),
        "bridge": "yes" if network.bridge[arc] else "",
        "tunnel": "yes" if network.tunnel[arc] else "",
        "width": "" if network.width_guessed[arc] else f"{network.width_dm[arc] / 10:g}",
        "lanes": "" if network.lanes_guessed[arc] else str(network.lanes[arc]),
        "maxspeed": ""
        if network.speed_guessed[arc]
        else limit_of_speed(int(network.speed_kmh[arc])),
        "maxweight": _limit(network.max_weight_kg[arc] / 1000),
        "maxheight": _limit(network.max_height_cm[arc] / 100),
        "maxwidth": _limit(network.max_width_cm[arc] / 100),
        "maxlength": _limit(network.max_length_cm[arc] / 100),
    }
    return row | {key: text for key, text in stated.items() if text}


def _limit(value: float) -> str:
    return f"{value:g}" if value else ""


def _streets(
    graph: nx.MultiDiGraph,
    extract: Extract,
    index: dict[Any, int],
    projection: Transformer | None,
    classes: frozenset[str],
) -> Iterable[Street]:
    """Edges of the wanted classes with their lines in degrees."""
    for u, v, key, data in _edges(graph):
        tags = {name: text for name in WAY_TAGS if (text := _first(data.get(name)))}
        if tags.get("highway") not in classes:
            extract.notes.add("edges_of_other_classes")
            continue
        line = _line(data.get("geometry"), projection)
        if line is None:
            ends = [extract.nodes[index[node]] for node in (u, v)]
            line = np.array([[node.lon, node.lat] for node in ends])
        try:
            way = int(float(_first(data.get("osmid")) or 0))
        except ValueError:
            way = 0
        yield Street((u, v, key), way, line, tags, _first(data.get("oneway")) in ONE_WAY)


def _edges(graph: nx.MultiDiGraph) -> Iterable[tuple[Any, Any, Any, dict[str, Any]]]:
    if graph.is_multigraph():
        yield from graph.edges(keys=True, data=True)
    else:
        yield from ((u, v, 0, data) for u, v, data in graph.edges(data=True))


def _lay_ways(extract: Extract, streets: list[Street], index: dict[Any, int]) -> None:
    """Ways of the streets: both directions in one, or over the same nodes where they differ."""
    waiting: dict[tuple[Any, ...], list[tuple[int, list[int]]]] = defaultdict(list)
    fresh = len(index)
    for street in streets:
        u, v, _ = street.edge
        shape = street.way, len(street.line), round(shapely.LineString(street.line).length, 7)
        facing = [] if street.one_way else waiting[v, u, shape]
        if facing:
            number, there = facing.pop(0)
            if extract.ways[number].tags == {**street.tags, "oneway": "yes"}:
                both = {**street.tags, "oneway": "no"}
                extract.ways[number] = OsmWay(street.way, there, both)
                continue
            refs = there[::-1]
        else:
            inner = street.line[1:-1].tolist()
            refs = [index[u], *range(fresh + 1, fresh + 1 + len(inner)), index[v]]
            fresh += len(inner)
            for ref, (lon, lat) in zip(refs[1:-1], inner, strict=True):
                extract.nodes[ref] = OsmNode(lon, lat)
            if not street.one_way:
                waiting[u, v, shape].append((len(extract.ways), refs))
        extract.ways.append(OsmWay(street.way, refs, {**street.tags, "oneway": "yes"}))


def _arcs_of(network: RoadNetwork, streets: list[Street], index: dict[Any, int]) -> dict[Edge, int]:
    """The arc of each edge, by its ends and the points between; edges that lie alike share one."""
    place: dict[tuple[int, int, bytes], int] = {}
    for arc in range(network.num_arcs):
        u, v = (int(network.node_osm[end[arc]]) for end in (network.tail, network.head))
        place[u, v, _between(network.points(arc))] = arc
    keys = {s.edge: (index[s.edge[0]], index[s.edge[1]], _between(s.line)) for s in streets}
    return {edge: place[key] for edge, key in keys.items() if key in place}


def _between(line: NDArray[np.float64]) -> bytes:
    """Points of a line between its ends, to a millimetre or so, as a key."""
    return np.round(line[1:-1], 8).tobytes()


def _node(
    node: Any, data: dict[str, Any], projection: Transformer | None, notes: MapNotes
) -> OsmNode:
    """A node of a graph: its place in degrees, and what stands there."""
    try:
        if projection is None:
            lon, lat = float(data["x"]), float(data["y"])
        else:
            lon, lat = projection.transform(float(data["x"]), float(data["y"]))
    except (KeyError, ValueError, TypeError):
        words = f"node {node} has no place. Give every node `x` and `y`, as OSMnx does."
        raise NetworkError(words, zh=f"节点 {node} 没有位置，应有 `x` 和 `y`。") from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        words = f"node {node} lies at {lon}, {lat}, off the globe. Set the graph's `crs`."
        raise NetworkError(words, zh=f"节点 {node} 的位置 {lon}, {lat} 不在地球上。请设置 `crs`。")
    tags = {name: text for name in NODE_TAGS if (text := _first(data.get(name)))}
    what = f"node {node}"
    if FLAGS in data:  # its barriers are turn bans already
        return OsmNode(lon, lat, int(data[FLAGS]) & NodeFlag.SIGNAL)
    return OsmNode(
        lon, lat, node_flags(tags, notes, what), limits(tags, notes, what),
        tags.get("barrier", ""), signal_direction(tags),
    )  # fmt: skip


def _node_id(node: Any) -> int:
    """OSM's id of a node; 0 where the graph has names of its own."""
    try:
        return int(node)
    except (ValueError, TypeError):
        return 0


def _to_wgs84(crs: str) -> Transformer | None:
    """How coordinates of `crs` become degrees; None where they are."""
    try:
        if CRS.from_user_input(crs) == CRS.from_user_input(WGS84):
            return None
        return Transformer.from_crs(crs, WGS84, always_xy=True)
    except CRSError as error:
        words = f"the graph's crs {crs!r} is unknown ({error})."
        raise NetworkError(words, zh=f"路网图的坐标系 {crs!r} 不认识。") from None


def _line(geometry: Any, projection: Transformer | None) -> NDArray[np.float64] | None:
    """Points (lon, lat) of an edge's geometry, a `LineString` or its text; None if it has none."""
    if geometry is None:
        return None
    try:
        line = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
        points = shapely.get_coordinates(line)
    except (shapely.GEOSException, TypeError):
        raise NetworkError(
            f"{str(geometry)[:60]!r} is no line. Write geometries as WKT.",
            zh=f"{str(geometry)[:60]!r} 不是一条线。几何请写成 WKT。",
        ) from None
    if projection is not None:
        points = np.column_stack(projection.transform(points[:, 0], points[:, 1]))
    return points if len(points) > 1 else None


def _first(value: Any) -> str:
    """A tag as text; the first of several, as a list or its text in a file."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value.strip("[]")
    if isinstance(value, list | tuple | set):
        value = next(iter(value), None)
    if value is None or value != value:  # noqa: PLR0124  (NaN, where a table had an empty cell)
        return ""
    text = str(value)
    return {"True": "yes", "False": "no"}.get(text, text)


def _with_ours(network: RoadNetwork, graph: nx.MultiDiGraph, arcs: dict[Edge, int]) -> RoadNetwork:
    """The network with what only graphs of ours know: signals on the way, and turn bans."""
    signals = network.signals.copy()
    for edge, arc in arcs.items():
        data = graph.edges[edge if graph.is_multigraph() else edge[:2]]
        if SIGNALS in data:
            signals[arc] = int(data[SIGNALS])
    place = {tuple(map(str, edge)): arc for edge, arc in arcs.items()}
    bans: list[tuple[int, ...]] = []
    for *edges, who in json.loads(graph.graph.get(BANS, "[]")):
        known = [place[name] for edge in edges if (name := tuple(map(str, edge))) in place]
        if len(known) == len(edges):
            bans.append((*known, int(who)))
    pairs = sorted(ban for ban in bans if len(ban) == 3)
    return replace(
        network,
        signals=signals,
        banned_turns=np.array(pairs, np.int32).reshape(-1, 3),
        banned_paths=tuple(sorted(ban for ban in bans if len(ban) > 3)),
    )
