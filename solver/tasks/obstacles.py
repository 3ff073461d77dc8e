"""Why no vehicle can do a job where it lies: street and cause, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.day import NO_NOTE, Note
from solver.roads.causes import Cause, Causes, Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.trade.rules import RuleProfile
    from solver.roads.graph import TurnGraph

WORDS = {
    Obstacle.ACCESS: Note("禁止通行 (access)", "no right of access"),
    Obstacle.WIDTH: Note("路太窄 (width)", "too narrow (width)"),
    Obstacle.HEIGHT: Note("限高 (height)", "too low (height)"),
    Obstacle.WEIGHT: Note("限重 (weight)", "weight limit"),
    Obstacle.LENGTH: Note("限长 (length)", "length limit"),
    Obstacle.CLOSED: Note("封闭", "closed"),
    Obstacle.BAN: Note("节点 {node} 禁止转弯", "turn ban at node {node}"),
    Obstacle.BARRIER: Note("节点 {node} 有障碍物 (barrier)", "barrier at node {node}"),
    Obstacle.ONEWAY: Note("单行,无法往返 (oneway)", "no way in and out (oneway)"),
    Obstacle.MAP: Note("地图上没有合法的往返路线", "no legal way there and back on this map"),
}  # fmt: skip
TIMED = Note(
    "节点 {node} 分时段禁止转弯,按全天有效处理",
    "conditional turn ban at node {node}, taken as always in force",
)  # fmt: skip
ON_THE_WAY = Note("途中", "on the way there: ")


@dataclass(slots=True)
class Obstacles:
    """What keeps each of some profiles from arcs of one network."""

    graphs: Sequence[TurnGraph]
    _causes: list[Causes] = field(default_factory=list)

    def of(self, arcs: Iterable[int]) -> Note:
        """Street and causes that keep all profiles away from `arcs`."""
        if not self._causes:
            self._causes = [Causes(graph) for graph in self.graphs]
        where = list(arcs)
        found = {
            cause
            for causes in self._causes
            for arc in where
            if (cause := causes.of(arc)) is not None
        }
        order = list(Obstacle)
        told = [_said(one) for one in sorted(found, key=lambda one: (order.index(one[0]), one[1:]))]
        zh, en = "、".join(one.zh for one in told), ", ".join(one.en for one in told)
        network = self.graphs[0].network
        arc = where[0]
        street = network.street(arc)
        kind, way = network.road_class(arc), int(network.way[arc])
        nameless = Note(f"路段 {way} ({kind})", f"{kind}, way {way}")
        name = Note(street, street) if street else nameless
        return Note(f"{name.zh}：{zh}", f"{name.en}: {en}") if told else NO_NOTE


def too_far(metres: int, rules: RuleProfile) -> Note:
    """No road is in reach of a place."""
    limit = f"{rules.stops.reach_m:g}"
    return Note(
        f"距最近的道路 {metres} 米，超过 {limit} 米",
        f"{metres} m from the nearest road, beyond reach ({limit} m)",
    )


def closed(reason: str) -> Note:
    """A closure of the day, with what the district says of it, if anything."""
    if not reason:
        return WORDS[Obstacle.CLOSED]
    return Note(f"封闭：{reason}", f"closed: {reason}")


def _said(cause: Cause) -> Note:
    words = TIMED if cause.timed and cause.obstacle == Obstacle.BAN else WORDS[cause.obstacle]
    before = ON_THE_WAY if cause.before and cause.obstacle != Obstacle.ONEWAY else NO_NOTE
    zh, en = (text.format(node=cause.node) for text in words)
    return Note(before.zh + zh, before.en + en)
