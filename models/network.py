"""The road network as columns, and what a vehicle profile may drive in it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum, IntFlag, StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Mapping

EARTH_RADIUS_M = 6_371_008.8
CLASSES: tuple[str, ...] = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "road", "track", "pedestrian", "footway", "cycleway",
)  # fmt: skip
"""OSM `highway` values; the position is the code in `RoadNetwork.highway`."""
FOOT_CLASSES = frozenset({"pedestrian", "footway", "cycleway"})

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class NodeFlag(IntFlag):
    """What stands at a node."""

    SIGNAL = 1
    BLOCKED = 2
    """A barrier no motor vehicle passes; from either side it is a dead end."""
    PRIVATE_GATE = 4
    """Passed only by profiles with `private`."""
    SPLIT = 8
    """Made by us on an arc, for a stop; never a place to turn around."""
    NO_HGV = 16
    """A barrier that heavy goods vehicles do not pass."""


class Access(IntEnum):
    """Who may drive an arc; a larger code is stricter."""

    YES = 0
    DESTINATION = 1
    PRIVATE = 2
    FOOT = 3
    NO = 4


class Who(IntEnum):
    """Whom a banned turn binds (`restriction:hgv`, `except=hgv`).

    The last two stand for a barrier at the mouth of a minor street, tagged on the junction.
    """

    ALL = 0
    HGV = 1
    NOT_HGV = 2
    WALL = 3
    """A barrier: all."""
    GATE = 4
    """A private gate: profiles without `private`."""


class Turn(IntEnum):
    """Kind of a turn, by the angle between two arcs."""

    STRAIGHT = 0
    RIGHT = 1
    LEFT = 2
    U_TURN = 3


class UTurns(StrEnum):
    """Where a vehicle may turn around; at a dead end it always may."""

    DEAD_ENDS = "dead_ends"
    JUNCTIONS = "junctions"
    NONE = "none"
    """As `dead_ends`: a vehicle must leave a dead end somehow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCosts:
    """Mean loss of time of turns and signals [s]."""

    straight: float = 0.0
    right: float = 4.0
    left: float = 10.0
    u_turn: float = 45.0
    signal: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a class of vehicles may drive, and how fast.

    Metres, tonnes, km/h. `speed_factors` multiplies the speed of a road class; `clearance_m` is
    kept free beside the vehicle. `private` opens `access=private` roads and gates, `foot` opens
    pedestrian ways and footways as far as their width allows.
    """

    name: str = "truck"
    width_m: float = 2.5
    height_m: float = 3.2
    weight_t: float = 16.0
    length_m: float = 12.0
    hgv: bool = True
    max_speed_kmh: int = 60
    speed_factors: Mapping[str, float] = field(default_factory=dict)
    u_turns: UTurns = UTurns.DEAD_ENDS
    turn_costs: TurnCosts = TurnCosts()
    clearance_m: float = 0.5
    private: bool = False
    foot: bool = False

    def __post_init__(self) -> None:
        """Refuse a profile no road could carry."""
        object.__setattr__(self, "u_turns", UTurns(self.u_turns))
        sizes = (
            self.width_m, self.height_m, self.weight_t, self.length_m, self.max_speed_kmh,
        )  # fmt: skip
        if min(sizes) <= 0:
            raise NetworkError(
                f"profile {self.name}: width, height, weight, length and speed are {sizes}; "
                "all must be above 0. Look at the units: metres, tonnes, km/h.",
                zh=f"车辆类型 {self.name}：宽、高、总质量、长和车速为 {sizes}，都应大于 0。"
                f"请检查单位：米、吨、公里/小时。",
            )
        if unknown := sorted(set(self.speed_factors) - set(CLASSES)):
            raise NetworkError(
                f"profile {self.name}: speed factors for unknown road classes {unknown}. "
                f"Known: {', '.join(CLASSES)}.",
                zh=f"车辆类型 {self.name}：车速系数用了不认识的道路等级 {unknown}。可用："
                f"{'、'.join(CLASSES)}。",
            )
        if any(factor <= 0 for factor in self.speed_factors.values()):
            raise NetworkError(
                f"profile {self.name}: speed factors must be above 0.",
                zh=f"车辆类型 {self.name}：车速系数应大于 0。",
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadNetwork:
    """Nodes and arcs of a road map; n nodes, m arcs, one row each.

    An arc is one direction of one piece of one OSM way between junctions. `reverse[a]` is the
    other direction, or -1. The points of arc a, from tail to head, are
    `point_lon[point_start[a]:point_start[a + 1]]`. A limit of 0 means none is known. `*_guessed`
    tells a default of the road class from a tag. Rows of `banned_turns` (k, 3) are: arc driven,
    next arc, `Who`; `banned_paths` holds longer sequences of arcs, `Who` last. Coordinates are
    WGS-84 degrees. `notes` counts what the reader met by kind, `examples` has one of a kind.
    """

    # fmt: off
    node_osm: NDArray[np.int64]     # < 0 at nodes of our own
    lon: Floats
    lat: Floats
    node_flags: NDArray[np.uint8]
    tail: Ints
    head: Ints
    length_m: Ints
    highway: NDArray[np.uint8]      # index into CLASSES
    name: Ints                      # index into names
    way: NDArray[np.int64]
    width_dm: Ints                  # carriageway of this OSM way, both directions if two-way
    width_guessed: Bools
    lanes: NDArray[np.uint8]
    lanes_guessed: Bools
    speed_kmh: NDArray[np.uint8]
    speed_guessed: Bools
    oneway: Bools
    bridge: Bools
    tunnel: Bools
    max_weight_kg: Ints
    max_height_cm: Ints
    max_width_cm: Ints
    max_length_cm: Ints
    access: NDArray[np.uint8]       # Access
    hgv: NDArray[np.uint8]          # Access
    signals: NDArray[np.uint8]      # passed after the tail, up to and with the head
    reverse: Ints
    point_start: Ints
    point_lon: Floats
    point_lat: Floats
    names: tuple[str, ...] = ("",)
    aliases: tuple[tuple[str, ...], ...] = ((),)
    banned_turns: Ints
    banned_paths: tuple[tuple[int, ...], ...] = ()
    timed_bans: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    # OSM nodes where turn restrictions of some hours bind
    notes: tuple[tuple[str, int], ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    # fmt: on

    def __post_init__(self) -> None:
        """Freeze the columns and refuse tables that do not fit together."""
        for column in fields(self):
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        n, m = len(self.lon), len(self.tail)
        odd = [c for c in NODE_COLUMNS if len(getattr(self, c)) != n]
        odd += [c for c in ARC_COLUMNS if len(getattr(self, c)) != m]
        if odd or len(self.point_start) != m + 1 or len(self.aliases) != len(self.names):
            raise NetworkError(
                f"network columns differ in length: {odd or 'points or names'}.",
                zh="路网各列长度不一致。",
            )
        ends = np.concatenate([self.tail, self.head])
        if m and (ends.min() < 0 or ends.max() >= n):
            raise NetworkError(
                "an arc ends at a node that does not exist.", zh="有道路通向不存在的节点。"
            )
        if m and self.length_m.min() < 1:
            raise NetworkError(
                "an arc is shorter than 1 m; round lengths up to 1.",
                zh="有道路短于 1 米；长度请取整到至少 1 米。",
            )

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def num_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    def street(self, arc: int) -> str:
        """Name of the street of `arc`, or an empty text."""
        return self.names[int(self.name[arc])]

    def road_class(self, arc: int) -> str:
        """OSM highway class of `arc`."""
        return CLASSES[int(self.highway[arc])]

    def points(self, arc: int) -> NDArray[np.float64]:
        """Points of `arc` from tail to head, shape (k, 2), lon and lat [degrees]."""
        span = slice(int(self.point_start[arc]), int(self.point_start[arc + 1]))
        return np.column_stack([self.point_lon[span], self.point_lat[span]])

    @property
    def origin(self) -> tuple[float, float]:
        """Middle of the nodes (lon, lat) [degrees]; origin of the local metric plane."""
        if not self.num_nodes:
            return 0.0, 0.0
        return (
            float(self.lon.min() + self.lon.max()) / 2,
            float(self.lat.min() + self.lat.max()) / 2,
        )

    def to_xy(self, lon: Floats, lat: Floats) -> NDArray[np.float64]:
        """Local plane coordinates [m], shape (k, 2): x to the east, y to the north of `origin`."""
        return local_xy(np.asarray(lon), np.asarray(lat), self.origin)

    def to_lonlat(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Inverse of `to_xy`, shape (k, 2), lon and lat [degrees]."""
        lon0, lat0 = self.origin
        metres = np.pi / 180 * EARTH_RADIUS_M
        return np.column_stack([
            lon0 + xy[:, 0] / (metres * np.cos(np.radians(lat0))), lat0 + xy[:, 1] / metres
        ])  # fmt: skip


NODE_COLUMNS = ("node_osm", "lon", "lat", "node_flags")
ARC_COLUMNS = (
    "tail", "head", "length_m", "highway", "name", "way", "width_dm", "width_guessed", "lanes",
    "lanes_guessed", "speed_kmh", "speed_guessed", "oneway", "bridge", "tunnel", "max_weight_kg",
    "max_height_cm", "max_width_cm", "max_length_cm", "access", "hgv", "signals", "reverse",
)  # fmt: skip


def local_xy(lon: Floats, lat: Floats, origin: tuple[float, float]) -> NDArray[np.float64]:
    """Equirectangular plane about `origin` [m], shape (k, 2).

    Off by less than 0.5 % within 60 km north or south of the origin; good for snapping and
    angles. Lengths of arcs are great circles (`great_circle_m`).
    """
    lon0, lat0 = origin
    metres = np.pi / 180 * EARTH_RADIUS_M
    return np.column_stack([
        (lon - lon0) * metres * np.cos(np.radians(lat0)), (lat - lat0) * metres
    ])  # fmt: skip


def local_lonlat(xy: Floats, origin: tuple[float, float]) -> NDArray[np.float64]:
    """Degrees (lon, lat) of places in the plane of `local_xy`, shape (k, 2)."""
    lon0, lat0 = origin
    metres = np.pi / 180 * EARTH_RADIUS_M
    return np.column_stack([
        lon0 + xy[:, 0] / (metres * np.cos(np.radians(lat0))), lat0 + xy[:, 1] / metres
    ])  # fmt: skip


def great_circle_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> NDArray[np.float64]:
    """Great-circle distance [m] between points in degrees, element by element (haversine)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_lat, half_lon = (phi2 - phi1) / 2, np.radians(lon2 - lon1) / 2
    a = np.sin(half_lat) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lon) ** 2
    out: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(a, 1.0)))
    return out
