"""Where a stop stands: on an open road beside it, on its own shut street, or nowhere in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.day import Note
from solver.roads.graph import build_turn_graph
from solver.roads.snap import Reach, Stands, choose_roads, split_at_points
from solver.roads.turns import list_turns
from solver.tasks.obstacles import Obstacles, too_far
from solver.trade.streams import comes_to
from solver.trade.vehicles import fleet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import District
    from models.network import Profile, RoadNetwork
    from models.trade.rules import RuleProfile
    from solver.roads.graph import TurnGraph

FAR_M = 100
"""A stop served from a road farther than so many metres is worth a note (chosen)."""
SHOWN = 5
"""So many places are named in a note (chosen: more would not be read)."""


class Place(NamedTuple):
    """A stop at the end of arcs: the one with the place on its right, the opposite one or -1.

    `stands` tells whether a vehicle can serve it there, its street is shut for all that go there,
    or no road is in reach.
    """

    right: int
    left: int
    distance_m: int
    stands: Stands = Stands.OPEN


class Stop(NamedTuple):
    """A place to snap, and the operations whose vehicles go there; all of them if `every`."""

    table: str
    id: str
    name: str
    lon: float
    lat: float
    operations: frozenset[str]
    every: bool


class Refused(NamedTuple):
    """A stop no vehicle can serve, and why."""

    stop: Stop
    why: Note


def stops_of(district: District, rules: RuleProfile) -> list[Stop]:
    """Sites, points and orders with a place."""
    everybody = frozenset(rules.operations)
    kinds = dict.fromkeys((one.stream, one.kind) for one in district.points)
    served = {key: comes_to(rules, *key) for key in kinds}
    return [
        *(Stop("site", one.id, one.name, one.lon, one.lat, everybody, True)
          for one in district.sites),
        *(Stop("point", one.id, one.name, one.lon, one.lat, served[one.stream, one.kind], False)
          for one in district.points),
        *(Stop("order", one.id, "", one.lon or 0.0, one.lat or 0.0,
               frozenset({one.operation}), False)
          for one in district.orders if one.lon is not None),
    ]  # fmt: skip


def place_stops(
    network: RoadNetwork, district: District, rules: RuleProfile, stops: Sequence[Stop]
) -> tuple[RoadNetwork, NDArray[np.int64], list[Place], list[Note]]:
    """Split the network at all stops; one round per set of roads that stops may lie on.

    Also the old arc of each new one (m,).
    """
    origin = np.arange(network.num_arcs)
    rounds, graphs = _rounds(network, district, rules, stops)
    cores = {name: graph.core for name, graph in graphs.items()}
    places: dict[int, Place] = {}
    notes: list[Note] = []
    for (names, every), members in rounds.items():
        usable = _usable([cores[name] for name in sorted(names)], network.num_arcs, every=every)
        lon, lat = _degrees(stops, members)
        network, snap = split_at_points(
            network, lon, lat, usable=usable, reach=_reach(rules, every=every)
        )
        origin = origin[snap.origin]
        last = np.append(snap.first[1:] - 1, -1)  # an arc's end is the end of its last piece
        cores = {name: core[snap.origin] for name, core in cores.items()}
        places = {
            number: place._replace(right=int(last[place.right]), left=int(last[place.left]))
            for number, place in places.items()
        }
        columns = (snap.arc_right, snap.arc_left, snap.distance_m, snap.stands)
        for number, right, left, metres, stands in zip(
            members, *(column.tolist() for column in columns), strict=True
        ):
            places[number] = Place(right, left, round(metres), Stands(stands))
        if snap.warning is not None:
            notes.append(snap.warning)
    in_order = [places[number] for number in range(len(stops))]
    return network, origin, in_order, notes + _far(stops, in_order)


def refused_stops(
    network: RoadNetwork, district: District, rules: RuleProfile
) -> Iterator[Refused]:
    """Points and orders that no vehicle of the fleet can serve from their street."""
    stops = [stop for stop in stops_of(district, rules) if not stop.every]
    rounds, graphs = _rounds(network, district, rules, stops)
    for (names, every), members in rounds.items():
        mine = [graphs[name] for name in sorted(names)]
        usable = _usable([graph.core for graph in mine], network.num_arcs, every=every)
        if usable is None:
            continue  # no vehicle at all: another finding says so
        reach = _reach(rules, every=every)
        chosen = choose_roads(network, *_degrees(stops, members), usable, reach)
        why = Obstacles(mine)
        for row in np.flatnonzero(chosen.stands != Stands.OPEN).tolist():
            far = chosen.stands[row] == Stands.FAR
            metres = round(float(chosen.distance[row]))
            note = too_far(metres, rules) if far else why.of([int(chosen.arc[row])])
            yield Refused(stops[members[row]], note)


def _degrees(
    stops: Sequence[Stop], members: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon = np.array([stops[number].lon for number in members])
    return lon, np.array([stops[number].lat for number in members])


def _reach(rules: RuleProfile, *, every: bool) -> Reach:
    """A site is entered by its own drive, which maps show as private: any distance will do."""
    stops = rules.stops
    return Reach() if every else Reach(stops.reach_m, stops.carry_m)


def _rounds(
    network: RoadNetwork, district: District, rules: RuleProfile, stops: Sequence[Stop]
) -> tuple[Mapping[tuple[frozenset[str], bool], list[int]], Mapping[str, TurnGraph]]:
    """Stops by the profiles that go there, and the graph of each profile of the fleet."""
    by_operation = _fleet_profiles(district, rules)
    rounds: dict[tuple[frozenset[str], bool], list[int]] = {}
    for number, stop in enumerate(stops):
        names = frozenset(
            profile.name for name in stop.operations for profile in by_operation.get(name, ())
        )
        rounds.setdefault((names, stop.every), []).append(number)
    turns = list_turns(network)
    profiles = {one.name: one for name in rules.operations for one in by_operation.get(name, ())}
    return rounds, {
        name: build_turn_graph(network, profile, turns=turns) for name, profile in profiles.items()
    }


def _fleet_profiles(district: District, rules: RuleProfile) -> dict[str, list[Profile]]:
    """Road profiles of the fleet by operation."""
    found: dict[str, list[Profile]] = {}
    for truck in fleet(district, rules):
        for name in truck.operations:
            found.setdefault(name, []).append(truck.profile)
    return found


def _usable(
    cores: list[NDArray[np.bool_]], num_arcs: int, *, every: bool
) -> NDArray[np.bool_] | None:
    """Arcs that every one, or at least one, of the profiles can drive; None: any arc."""
    if not cores:
        return None
    whole = np.logical_and.reduce(cores) if every else np.zeros(num_arcs, bool)
    return whole if whole.any() else np.logical_or.reduce(cores)


def _far(stops: Sequence[Stop], places: Sequence[Place]) -> list[Note]:
    """A note on the stops served from far off."""
    far = [
        f"{stop.id} {stop.name}".strip()
        for stop, place in zip(stops, places, strict=True)
        if place.distance_m > FAR_M and place.stands == Stands.OPEN
    ]
    if not far:
        return []
    shown = "; ".join(far[:SHOWN]) + (" …" if len(far) > SHOWN else "")
    return [Note(
        f"{len(far)} 个地点距停靠的道路超过 {FAR_M} 米:{shown}",
        f"{len(far)} places are more than {FAR_M} m from the road they are served from: {shown}",
    )]  # fmt: skip
