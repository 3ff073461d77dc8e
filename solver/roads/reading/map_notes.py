"""What a reader of maps met and took on the safe side: counted by kind, with an example each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.day import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.network import RoadNetwork

WORDS = {
    "access_unread": (
        "{count} 处通行标签看不懂,按禁止通行处理,例如 {example}",
        "{count} access tags are not understood and read as no entry, such as {example}",
    ),
    "limits_unread": (
        "{count} 处限重、限高、限宽或限长看不懂,按任何车辆不得通过处理,例如 {example}",
        "{count} limits of weight, height, width or length are not understood and read as closed "
        "to every vehicle, such as {example}",
    ),
    "widths_unread": (
        "{count} 处路宽看不懂,按道路等级取默认值,例如 {example}",
        "{count} road widths are not understood and taken from the road class, such as {example}",
    ),
    "oneway_unread": (
        "{count} 处单行标签看不懂,按单行处理,例如 {example}",
        "{count} one-way tags are not understood and read as one way along, such as {example}",
    ),
    "barriers_unread": (
        "{count} 处障碍物种类不认识,按不可通过处理,例如 {example}",
        "{count} barriers of an unknown kind are read as closed, such as {example}",
    ),
    "restrictors_unread": (
        "{count} 处限高架或限宽墩没有标明尺寸,按货车不得通过处理,例如 {example}",
        "{count} height or width restrictors tell no size and are read as closed to trucks, such "
        "as {example}",
    ),
    "classes_unread": (
        "{count} 条道路的等级看不懂,未采用,例如 {example}",
        "{count} roads of an unknown class are left out, such as {example}",
    ),
    "conditions": (
        "{count} 处按时段或条件的规定按全天有效从严处理,例如 {example}",
        "{count} rules that hold at some hours or under a condition are taken as always in force, "
        "such as {example}",
    ),
    "barriers_on_junctions": (
        "{count} 处障碍物标在路口上,只按阻断次要道路处理,例如 {example}",
        "{count} barriers are tagged on a junction and bind only its minor streets, such as "
        "{example}",
    ),
    "restrictions_conditional": (
        "{count} 条分时段转弯限制按全天有效处理,例如 {example}",
        "{count} turn restrictions of certain hours are taken as always in force, such as "
        "{example}",
    ),
    "restrictions_malformed": (
        "{count} 条转弯限制写法有误,看得懂的成员从严执行,例如 {example}",
        "{count} turn restrictions are malformed; what can be understood of them is banned, such "
        "as {example}",
    ),
    "objects_repeated": (
        "文件中有 {count} 个对象重复或有旧版本,每个只取最新的一份,例如 {example}",
        "{count} objects come twice or in older versions; the newest of each counts, such as "
        "{example}",
    ),
    "objects_deleted": (
        "文件中有 {count} 个已删除的对象,未采用,例如 {example}",
        "{count} deleted objects of the file are left out, such as {example}",
    ),
    "streets_repeated": (
        "{count} 段道路在地图上重复(节点相同),只算一次,例如 {example}",
        "{count} stretches of street lie twice over the same nodes and count once, such as "
        "{example}",
    ),
    "way_nodes_missing": (
        "{count} 个道路节点没有坐标,道路在该处断开",
        "{count} nodes of ways have no coordinates; the streets have gaps there",
    ),
}  # fmt: skip
"""Kinds a planner should hear of: Chinese and English, with `count` and `example`."""


@dataclass(slots=True)
class MapNotes:
    """Counts by kind, and the first example of each; one tag counts once, however often read."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, kind: str, example: str = "") -> None:
        """Count what was met; the first example of a kind is kept."""
        if example and (kind, example) in self._seen:
            return
        self.counts[kind] += 1
        if example:
            self._seen.add((kind, example))
            self.examples.setdefault(kind, example)


def worth_telling(network: RoadNetwork) -> Iterator[Note]:
    """Notes of the map in both languages, each with its count and an example."""
    examples = dict(network.examples)
    for kind, count in network.notes:
        if kind in WORDS:
            zh, en = WORDS[kind]
            words = {"count": count, "example": examples.get(kind, "-")}
            yield Note(zh.format_map(words), en.format_map(words))
