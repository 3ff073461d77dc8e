"""The judge of streets: every arc may be driven, every turn may be made, from the right side.

Like `solver/judge/routes.py` it imports `models` only and shares nothing with the routing graph: it
reads the network's columns and the vehicle's profile.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.network import Access, NodeFlag, UTurns, Who
from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.network import Profile, RoadNetwork
    from models.part import TaskRef


class RoadJudge:
    """Judges drives over one network; keeps the tables that all drives share."""

    def __init__(self, network: RoadNetwork, closures: frozenset[int] = frozenset()) -> None:
        """Index turns and ways out of `network`; `closures` are arcs closed to everybody."""
        self.network = network
        self.closures = closures
        self._banned: Mapping[tuple[int, int], set[int]] = {}
        banned: dict[tuple[int, int], set[int]] = {}
        for frm, to, who in network.banned_turns.tolist():
            banned.setdefault((frm, to), set()).add(who)
        self._banned = banned
        self._paths: dict[int, list[tuple[tuple[int, ...], int]]] = {}
        for *path, who in network.banned_paths:
            self._paths.setdefault(path[-1], []).append((tuple(path), who))
        self._leaving: dict[int, list[int]] = {}
        for arc, tail in enumerate(network.tail.tolist()):
            self._leaving.setdefault(tail, []).append(arc)

    def check_drive(self, profile: Profile, arcs: Sequence[int], where: str) -> Iterator[Violation]:
        """All violations of driving `arcs` one after the other."""
        unknown = [arc for arc in arcs if not 0 <= arc < self.network.num_arcs]
        if unknown:
            yield Violation(code="ARC_UNKNOWN", where=where, detail=f"arcs {unknown[:5]}")
            return
        for arc in dict.fromkeys(arcs):
            for code in self.obstacles(profile, arc):
                yield Violation(code=code, where=where, detail=self._street(arc), arc=arc)
        for frm, to in pairwise(arcs):
            if code := self.wrong_turn(profile, frm, to):
                detail = f"{self._street(frm)} -> {self._street(to)}"
                yield Violation(code=code, where=where, detail=detail, arc=frm)
        for end, arc in enumerate(arcs):
            for path, who in self._paths.get(arc, ()):
                if _binds(who, profile) and tuple(arcs[end + 1 - len(path) : end + 1]) == path:
                    yield Violation(
                        code="TURN_BANNED", where=where, detail=f"by way: {path}", arc=arc
                    )

    def obstacles(self, profile: Profile, arc: int) -> Iterator[str]:
        """Codes of what forbids `profile` to drive `arc`."""
        network = self.network
        if arc in self.closures:
            yield "CLOSED"
        if 0 < network.max_weight_kg[arc] < 1000 * profile.weight_t - 1e-6:
            yield "WEIGHT"
        if 0 < network.max_height_cm[arc] < 100 * profile.height_m - 1e-6:
            yield "HEIGHT"
        room = 10 * (profile.width_m + profile.clearance_m) - 1e-6
        signed = 100 * profile.width_m - 1e-6
        if 0 < network.width_dm[arc] < room or 0 < network.max_width_cm[arc] < signed:
            yield "WIDTH"
        if 0 < network.max_length_cm[arc] < 100 * profile.length_m - 1e-6:
            yield "LENGTH"
        access = Access(int((network.hgv if profile.hgv else network.access)[arc]))
        allowed = {Access.YES, Access.DESTINATION}
        allowed |= {Access.PRIVATE} if profile.private else set()
        allowed |= {Access.FOOT} if profile.foot else set()
        if access not in allowed:
            yield "ACCESS"

    def wrong_turn(self, profile: Profile, frm: int, to: int) -> str:
        """Code of what forbids the turn from arc `frm` into arc `to`, or an empty text."""
        network = self.network
        if network.head[frm] != network.tail[to]:
            return "TURN_UNKNOWN"
        bans = [who for who in self._banned.get((frm, to), ()) if _binds(who, profile)]
        if bans:
            return "BARRIER" if min(bans) >= Who.WALL else "TURN_BANNED"
        if to == network.reverse[frm]:
            return "" if self._may_turn_round(profile, frm) else "U_TURN"
        flags = int(network.node_flags[network.head[frm]])
        walls = NodeFlag.BLOCKED
        walls |= NodeFlag(0) if profile.private else NodeFlag.PRIVATE_GATE
        walls |= NodeFlag.NO_HGV if profile.hgv else NodeFlag(0)
        return "BARRIER" if flags & walls else ""

    def _may_turn_round(self, profile: Profile, arc: int) -> bool:
        """At junctions where the policy allows it, else only where no other way surely leads on."""
        network = self.network
        node = int(network.head[arc])
        others = [
            next_arc for next_arc in self._leaving.get(node, ()) if next_arc != network.reverse[arc]
        ]
        if (
            profile.u_turns == UTurns.JUNCTIONS
            and len(others) > 1
            and not int(network.node_flags[node]) & NodeFlag.SPLIT
            and not (network.bridge[arc] or network.tunnel[arc])
        ):
            return True
        return not any(
            not self.wrong_turn(profile, arc, to)
            and not any(self.obstacles(profile, to))
            and not self._banned_by_way(profile, arc, to)
            for to in others
        )

    def _banned_by_way(self, profile: Profile, frm: int, to: int) -> bool:
        """Whether the turn ends a way that is banned, however the vehicle came this time.

        After a stop a planner keeps to a ban it may be under, and turns back where nothing else is
        left.
        """
        return any(
            path[-2] == frm and _binds(who, profile) for path, who in self._paths.get(to, ())
        )

    def _street(self, arc: int) -> str:
        name = self.network.street(arc) or f"({self.network.road_class(arc)})"
        return f"{name} [{arc}, way {self.network.way[arc]}]"


def check_side(ref: TaskRef, arcs: Sequence[int], where: str) -> Iterator[Violation]:
    """A task is served from an arc of its own kerb (a point: at the end of one)."""
    served = arcs if ref.kind == "street" else arcs[-1:]
    for arc in served:
        if arc not in ref.allowed_arcs:
            yield Violation(
                code="WRONG_SIDE", where=f"{where} {ref.object_id}", detail=f"arc {arc}", arc=arc
            )


def _binds(who: int, profile: Profile) -> bool:
    binding = {Who.ALL, Who.WALL, Who.HGV if profile.hgv else Who.NOT_HGV}
    return who in binding or (who == Who.GATE and not profile.private)
