"""Turn restrictions of OSM to banned pairs and sequences of arcs.

Wiki: Relation:restriction. `only_*` bans every other way out of the via node; a via way bans the
sequence from - via - to. Each member binds alone as far as it can be understood. What is malformed
bans rather than allows: without a `from` or `to` member the angle of the turn says which arcs the
rule means, without a `via` the node where the two ways meet. A condition in time
(`no_left_turn @ (07:00-09:00)`) is taken as permanent: a plan never drives a turn that is banned
at that hour, even where that cuts a street off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, radians
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import Who
from solver.roads.reading.limits import conditionals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from solver.roads.reading.map_notes import MapNotes

MAX_VIA_ARCS = 30
"""A ban by way is followed over so many arcs at most (chosen)."""
STRAIGHT_DEGREES = 40
"""A turn within this angle [degrees] goes straight on (chosen)."""
_VEHICLES = {"motor_vehicle", "vehicle", "all"}
_BOUND = {
    "": Who.ALL, "motor_vehicle": Who.ALL, "vehicle": Who.ALL, "goods": Who.ALL, "hgv": Who.HGV,
    "hgv_articulated": Who.HGV, "motorcar": Who.NOT_HGV,
}  # fmt: skip
"""Modes of ours in `restriction:<mode>`."""
_OTHERS = frozenset({
    "bus", "psv", "coach", "tourist_bus", "minibus", "taxi", "share_taxi", "bicycle", "foot",
    "horse", "motorcycle", "moped", "mofa", "caravan", "motorhome", "trailer", "hazmat", "hov",
    "emergency", "agricultural", "forestry", "tram", "trolleybus", "carriage", "ski", "disabled",
    "note", "source", "description", "image", "wikidata", "start_date", "end_date", "check_date",
})  # fmt: skip
"""What follows `restriction:` in keys that bind others than our vehicles, or no turns."""
Line = Sequence[tuple[float, float]]
_TURNS = ("left", "right", "straight", "u_turn")
_IGNORED_ROLES = {"location_hint"}


class Relation(NamedTuple):
    """A relation as the file has it; members are (role, "n", "w" or "r", id)."""

    id: int
    tags: Mapping[str, str]
    members: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction by OSM ids.

    `rules` are pairs of word (`no_left_turn`) and whom it binds. `odd` tells that members are
    missing, unknown or mixed, `timed` that it holds at some hours.
    """

    id: int
    rules: tuple[tuple[str, Who], ...]
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    odd: bool
    timed: bool


class Banned(NamedTuple):
    """`turns` (k, 3): arc, next arc, `Who`; `paths`: longer sequences of arcs, `Who` last.

    `timed` are the nodes before whose last arc rules of certain hours bind.
    """

    turns: NDArray[np.int32]
    paths: tuple[tuple[int, ...], ...]
    timed: frozenset[int]


def read_restriction(relation: Relation, notes: MapNotes) -> Restriction | None:
    """Restriction of an OSM relation, or None where it does not bind trucks or cars."""
    notes.add("restrictions")
    rules, conditional, odd = _rules(relation.tags)
    if not rules:
        notes.add("restrictions_for_others")
        return None
    if conditional:
        notes.add("restrictions_conditional", f"relation {relation.id} {conditional}")
    found: dict[str, list[int]] = {"fromw": [], "vian": [], "viaw": [], "tow": []}
    for role, kind, ref in relation.members:
        place = role.strip().lower()
        if place in _IGNORED_ROLES:
            continue
        known = found.get(place + kind)
        odd |= known is None
        if known is not None:
            known.append(ref)
    frm, nodes, ways, to = (tuple(dict.fromkeys(ids)) for ids in found.values())
    many = len(frm) > 1 and len(to) > 1
    odd |= not frm or not to or not (nodes or ways) or bool(nodes and ways) or many
    return Restriction(relation.id, tuple(rules), frm, nodes, ways, to, odd, bool(conditional))


@dataclass(frozen=True, slots=True)
class Roads:
    """Arcs by end and way; `line` gives the points (lon, lat) of an arc from tail to head."""

    tail: list[int]
    head: list[int]
    way: list[int]
    reverse: list[int]
    line: Callable[[int], Line]
    leaving: dict[int, list[int]]
    arriving: dict[int, list[int]]
    ways: frozenset[int]

    @classmethod
    def of(
        cls,
        tail: NDArray[np.int32],
        head: NDArray[np.int32],
        way: NDArray[np.int64],
        reverse: Sequence[int],
        line: Callable[[int], Line],
    ) -> Roads:
        """Index arcs by their ends."""
        ids = way.tolist()
        roads = cls(tail.tolist(), head.tolist(), ids, list(reverse), line, {}, {}, frozenset(ids))
        for arc, (frm, to) in enumerate(zip(roads.tail, roads.head, strict=True)):
            roads.leaving.setdefault(frm, []).append(arc)
            roads.arriving.setdefault(to, []).append(arc)
        return roads

    def turn(self, frm: int, to: int) -> str:
        """left, right, straight or u_turn."""
        if to == self.reverse[frm]:
            return "u_turn"
        arrives = _bearing(*self.line(frm)[-2:])
        leaves = _bearing(*self.line(to)[:2])
        change = (leaves - arrives + 540) % 360 - 180
        if abs(change) <= STRAIGHT_DEGREES:
            return "straight"
        return "right" if change > 0 else "left"


def under_kept_ids(rule: Restriction, twins: Mapping[int, set[int]], roads: Roads) -> Restriction:
    """The restriction, its ways also under the ids that stand for them (`Extract.twins`)."""
    members = {*rule.from_ways, *rule.via_ways, *rule.to_ways}
    if members.isdisjoint(twins):
        return rule

    def kept(ids: tuple[int, ...]) -> tuple[int, ...]:
        found, left = dict[int, None](), list(ids)
        while left:
            way = left.pop(0)
            if way in found:
                continue
            found[way] = None
            left += sorted(twins.get(way, ()))
        return tuple(way for way in found if way in roads.ways or way not in twins)

    frm, via, to = (kept(ids) for ids in (rule.from_ways, rule.via_ways, rule.to_ways))
    return replace(rule, from_ways=frm, via_ways=via, to_ways=to)


def ban_turns(
    restrictions: list[Restriction],
    roads: Roads,
    node_index: Mapping[int, int],
    notes: MapNotes,
) -> Banned:
    """Arcs that must not follow each other; what cannot be placed is counted in `notes`."""
    turns: set[tuple[int, int, int]] = set()
    paths: set[tuple[int, ...]] = set()
    timed: set[int] = set()
    for rule in restrictions:
        placed = _Placed(rule, roads, node_index)
        found = {
            (*sequence, int(who)) for word, who in rule.rules for sequence in placed.sequences(word)
        }
        if not found:
            notes.add("restrictions_without_effect")
            continue
        notes.add("restrictions_applied")
        if rule.odd or placed.malformed:
            notes.add("restrictions_malformed", f"relation {rule.id}")
        if rule.timed:
            timed |= {roads.tail[row[-2]] for row in found}
        turns |= {row for row in found if len(row) == 3}
        paths |= {row for row in found if len(row) > 3}
    table = np.array(sorted(turns), np.int32).reshape(-1, 3)
    return Banned(table, tuple(sorted(paths)), frozenset(timed))


class _Placed:
    """One restriction laid on the arcs."""

    def __init__(self, rule: Restriction, roads: Roads, node_index: Mapping[int, int]) -> None:
        self.rule, self.roads = rule, roads
        self.from_ways, self.to_ways = set(rule.from_ways), set(rule.to_ways)
        self.nodes = [node_index[ref] for ref in rule.via_nodes if ref in node_index]
        self.malformed = False

    def sequences(self, word: str) -> Iterator[tuple[int, ...]]:
        """Banned sequences of arcs for a word such as `no_left_turn`."""
        only, u_turn = word.startswith("only_"), word.endswith("u_turn")
        for node in self._via_nodes():
            froms, tos = self._meeting(node, u_turn=u_turn)
            pairs = {(frm, to) for frm in froms for to in tos if self._meant(frm, to, word)}
            if not only:
                yield from pairs
                continue
            starts = set(froms) if self._leads_off_the_map() else {frm for frm, _ in pairs}
            for frm in starts:
                kept = {to for other, to in pairs if other == frm}
                yield from ((frm, to) for to in set(self.roads.leaving[node]) - kept)
        for path in list(self._by_ways(whole=not self.rule.odd)) or self._by_spurs():
            exits = self.roads.leaving.get(self.roads.head[path[-1]], [])
            meant = {arc for arc in exits if self.roads.way[arc] in self.to_ways}
            for arc in set(exits) - meant if only else meant:
                yield (*path, arc)

    def _leads_off_the_map(self) -> bool:
        """Whether no to way is a road here: an extract ends before it, or it is for others."""
        return bool(self.to_ways) and self.roads.ways.isdisjoint(self.to_ways)

    def _via_nodes(self) -> list[int]:
        """The via nodes; without any that lies on the ways, where a from way meets a to way."""
        if self.rule.via_ways or not (self.from_ways and self.to_ways):
            return self.nodes
        roads = self.roads
        near = [node for node in self.nodes if self._lies_on_both(node)]
        if near or (self.rule.via_nodes and not self.nodes):
            return near
        if self._leads_off_the_map():
            return self.nodes
        self.malformed |= bool(self.nodes)
        ends = {roads.head[arc] for arc, way in enumerate(roads.way) if way in self.from_ways}
        return sorted(
            node
            for node in ends
            if any(roads.way[arc] in self.to_ways for arc in roads.leaving.get(node, ()))
        )

    def _lies_on_both(self, node: int) -> bool:
        """Whether a from way and a to way have this node."""
        roads = self.roads
        arcs = (*roads.leaving.get(node, ()), *roads.arriving.get(node, ()))
        ways = {roads.way[arc] for arc in arcs}
        return not ways.isdisjoint(self.from_ways) and not ways.isdisjoint(self.to_ways)

    def _meeting(self, node: int, *, u_turn: bool) -> tuple[list[int], list[int]]:
        """Arcs of the from and of the to members at a node; all arcs there if none is named."""
        roads = self.roads
        froms, tos = roads.arriving.get(node, []), roads.leaving.get(node, [])
        if self.from_ways:
            froms = [arc for arc in froms if roads.way[arc] in self.from_ways]
            through = len(froms) > len({roads.way[arc] for arc in froms})
            self.malformed |= through and not u_turn
        if self.to_ways:
            tos = [arc for arc in tos if roads.way[arc] in self.to_ways]
        return froms, tos

    def _meant(self, frm: int, to: int, word: str) -> bool:
        """Whether a rule means this turn; without all members the angle of the turn decides."""
        roads = self.roads
        if word.endswith("u_turn") and roads.way[frm] == roads.way[to]:
            return roads.head[to] == roads.tail[frm]
        if self.from_ways and self.to_ways:
            return True
        kind = next((kind for kind in _TURNS if kind in word), "")
        turn = roads.turn(frm, to)
        return turn == kind if kind else turn != "u_turn"

    def _by_spurs(self) -> list[tuple[int, ...]]:
        """Paths over some of the via ways, where no path drives them all."""
        via = self.rule.via_ways
        if self.rule.odd or len(via) < 2 or not self.roads.ways.issuperset(via):
            return []
        paths = list(self._by_ways(whole=False))
        self.malformed |= bool(paths)
        return paths

    def _by_ways(self, *, whole: bool) -> Iterator[tuple[int, ...]]:
        """From-arcs with the via arcs after them, up to the node where the rule binds.

        All via ways are driven (`whole`), or, where members are mixed, any of them.
        """
        roads, via = self.roads, set(self.rule.via_ways)
        if not via:
            return
        paths: list[tuple[int, ...]] = [
            (arc, onto)
            for arc, way in enumerate(roads.way)
            if way in self.from_ways
            for onto in roads.leaving.get(roads.head[arc], [])
            if roads.way[onto] in via
        ]
        while paths:
            path = paths.pop()
            exits = roads.leaving.get(roads.head[path[-1]], [])
            used = {roads.way[arc] for arc in path[1:]}
            if (not whole or used == via) and any(roads.way[arc] in self.to_ways for arc in exits):
                yield path
                if used == via:
                    continue
            visited = {roads.tail[arc] for arc in path}
            if len(path) < MAX_VIA_ARCS:
                paths += [
                    (*path, arc)
                    for arc in exits
                    if roads.way[arc] in via and roads.head[arc] not in visited
                ]


def _bearing(frm: tuple[float, float], to: tuple[float, float]) -> float:
    """Compass bearing from one place (lon, lat) to a near one [degrees]."""
    east = (to[0] - frm[0]) * cos(radians(frm[1]))
    return degrees(atan2(east, to[1] - frm[1])) % 360


def _rules(tags: Mapping[str, str]) -> tuple[list[tuple[str, Who]], str, bool]:
    """(word, whom) of a restriction after `except`; its condition in time; is it odd."""
    odd, condition = False, ""
    found: list[tuple[str, Who]] = []
    kind = tags.get("type", "").partition(":")[2].removesuffix("conditional").strip(":")
    stated = [key for key in tags if key.split(":")[0] == "restriction"]
    for key in stated or ["restriction"]:
        mode = key.removeprefix("restriction").removesuffix(":conditional").strip(":") or kind
        if mode in _OTHERS:
            continue
        odd |= mode not in _BOUND
        text = tags.get(key, "")
        values = [text]
        if key.endswith(":conditional"):
            values = [value for value, _ in conditionals(text)] or [text.partition("@")[0]]
            condition = f"{key}={text}"
        for value in values:
            for word in (part.strip().lower() for part in value.split(";")):
                if word in {"none", "no_restriction"}:
                    continue
                known = word.startswith(("no_", "only_"))
                odd |= not known
                found.append((word if known else "no_", _BOUND.get(mode, Who.ALL)))
    bound = _after_except(tags.get("except", ""))
    rules = [(word, bound[who]) for word, who in dict.fromkeys(found) if who in bound]
    return rules, condition, odd


def _after_except(text: str) -> dict[Who, Who]:
    """Whom a rule still binds after its exemptions."""
    exempt = {word.strip().lower() for word in text.replace(",", ";").split(";")}
    if exempt & _VEHICLES or {"hgv", "motorcar"} <= exempt:
        return {}
    if "hgv" in exempt:
        return {Who.ALL: Who.NOT_HGV, Who.NOT_HGV: Who.NOT_HGV}
    if "motorcar" in exempt:
        return {Who.ALL: Who.HGV, Who.HGV: Who.HGV}
    return {who: who for who in (Who.ALL, Who.HGV, Who.NOT_HGV)}
