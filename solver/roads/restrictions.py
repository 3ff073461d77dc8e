"""Turn restrictions of OSM to banned pairs and sequences of arcs.

Wiki: Relation:restriction. `only_*` bans every other way out of the via node; a via way bans the
sequence from - via - to. A condition in time (`no_left_turn @ (07:00-09:00)`) is taken as
permanent: a plan may then make a detour, but never drives a turn that is banned at that hour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import Who

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    import osmium
    from numpy.typing import NDArray

MAX_VIA_ARCS = 30
_VEHICLES = {"motor_vehicle", "vehicle", "all"}


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction by OSM ids; `via_nodes` or `via_ways` is empty."""

    id: int
    only: bool
    u_turn: bool
    who: Who
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


class Banned(NamedTuple):
    """`turns` (k, 3): arc, next arc, `Who`; `paths`: longer sequences of arcs, `Who` last."""

    turns: NDArray[np.int32]
    paths: tuple[tuple[int, ...], ...]


def read_restriction(relation: osmium.osm.Relation, notes: Counter[str]) -> Restriction | None:
    """Restriction of an OSM relation, or None where it does not bind trucks or cars."""
    tags = {tag.k: tag.v for tag in relation.tags}
    if not tags.get("type", "").startswith("restriction"):
        return None
    notes["restrictions"] += 1
    stated = _stated(tags)
    who = _who(tags)
    if stated is None or who is None:
        notes["restrictions_for_others"] += 1
        return None
    rule, conditional = stated
    notes["restrictions_conditional"] += conditional
    members: dict[str, list[int]] = defaultdict(list)
    for member in relation.members:
        members[member.role + member.type].append(member.ref)
    return Restriction(
        relation.id, rule.startswith("only_"), rule.endswith("u_turn"), who,
        tuple(members["fromw"]), tuple(members["vian"]), tuple(members["viaw"]),
        tuple(members["tow"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roads:
    """Arcs by end and way."""

    tail: list[int]
    head: list[int]
    way: list[int]
    leaving: dict[int, list[int]]
    arriving: dict[int, list[int]]

    @classmethod
    def of(cls, tail: NDArray[np.int32], head: NDArray[np.int32], way: NDArray[np.int64]) -> Roads:
        """Index arcs by their ends."""
        roads = cls(tail.tolist(), head.tolist(), way.tolist(), {}, {})
        for arc, (frm, to) in enumerate(zip(roads.tail, roads.head, strict=True)):
            roads.leaving.setdefault(frm, []).append(arc)
            roads.arriving.setdefault(to, []).append(arc)
        return roads


def ban_turns(
    restrictions: list[Restriction],
    roads: Roads,
    node_index: Mapping[int, int],
    notes: Counter[str],
) -> Banned:
    """Arcs that must not follow each other; what cannot be placed is counted in `notes`."""
    turns: set[tuple[int, int, int]] = set()
    paths: set[tuple[int, ...]] = set()
    for rule in restrictions:
        found = set(_sequences(rule, roads, node_index))
        if not found:
            notes["restrictions_without_effect"] += 1
            continue
        notes["restrictions_applied"] += 1
        for sequence in found:
            if len(sequence) == 2:
                turns.add((*sequence, int(rule.who)))
            else:
                paths.add((*sequence, int(rule.who)))
    table = np.array(sorted(turns), np.int32).reshape(-1, 3)
    return Banned(table, tuple(sorted(paths)))


def _sequences(
    rule: Restriction, roads: Roads, node_index: Mapping[int, int]
) -> Iterator[tuple[int, ...]]:
    """Banned sequences of arcs of one restriction."""
    to_ways = set(rule.to_ways)
    for path in _approaches(rule, roads, node_index):
        exits = roads.leaving.get(roads.head[path[-1]], [])
        meant = {arc for arc in exits if roads.way[arc] in to_ways}
        if rule.u_turn and not rule.via_ways:
            start, own = roads.tail[path[-1]], roads.way[path[-1]]
            meant = {a for a in meant if roads.way[a] != own or roads.head[a] == start}
        if not meant:
            continue
        for arc in set(exits) - meant if rule.only else meant:
            yield (*path, arc)


def _approaches(
    rule: Restriction, roads: Roads, node_index: Mapping[int, int]
) -> Iterator[tuple[int, ...]]:
    """From-arcs with the via arcs after them, up to the node where the rule binds."""
    from_ways = set(rule.from_ways)
    if not rule.via_ways:
        for ref in rule.via_nodes:
            arriving = roads.arriving.get(node_index.get(ref, -1), [])
            arcs = [arc for arc in arriving if roads.way[arc] in from_ways]
            if len(arcs) > len(from_ways) and not rule.u_turn:
                continue  # the from way runs through the node: nobody knows which end is meant
            yield from ((arc,) for arc in arcs)
        return
    via, to_ways = set(rule.via_ways), set(rule.to_ways)
    stack = [
        (arc, onto)
        for arc in range(len(roads.way))
        if roads.way[arc] in from_ways
        for onto in roads.leaving.get(roads.head[arc], [])
        if roads.way[onto] in via
    ]
    paths: list[tuple[int, ...]] = list(stack)
    while paths:
        path = paths.pop()
        end = roads.head[path[-1]]
        used = {roads.way[arc] for arc in path[1:]}
        if used == via and any(roads.way[arc] in to_ways for arc in roads.leaving.get(end, [])):
            yield path
            continue
        visited = {roads.tail[arc] for arc in path}
        if len(path) < MAX_VIA_ARCS:
            paths += [
                (*path, arc)
                for arc in roads.leaving.get(end, [])
                if roads.way[arc] in via and roads.head[arc] not in visited
            ]


def _stated(tags: Mapping[str, str]) -> tuple[str, bool] | None:
    """(rule, is it conditional) for motor vehicles; None where there is none."""
    keys = ("restriction:hgv", "restriction:motor_vehicle", "restriction", "restriction:motorcar")
    for key in (*keys, *(f"{key}:conditional" for key in keys)):
        rule = tags.get(key, "").split("@")[0].strip()
        if rule.startswith(("no_", "only_")):
            return rule, key.endswith(":conditional")
    return None


def _who(tags: Mapping[str, str]) -> Who | None:
    """Whom the restriction binds after `except`; None when nobody we plan for."""
    exempt = {word.strip() for word in tags.get("except", "").replace(",", ";").split(";")}
    if exempt & _VEHICLES or {"hgv", "motorcar"} <= exempt:
        return None
    hgv_only = any(key.startswith("restriction:hgv") for key in tags)
    general = any(
        key in tags
        for key in ("restriction", "restriction:conditional", "restriction:motor_vehicle")
    )
    if hgv_only and not general:
        return None if "hgv" in exempt else Who.HGV
    if "restriction:motorcar" in tags and not general:
        return Who.NOT_HGV
    if "hgv" in exempt:
        return Who.NOT_HGV
    return Who.HGV if "motorcar" in exempt else Who.ALL
