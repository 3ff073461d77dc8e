"""OSM XML of a made-up place: nodes, ways and relations in the order they were laid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIRST_WAY_ID = 100_001
FIRST_RELATION_ID = 900_001

Member = tuple[str, int, str]
"""(node or way, id, role)"""


@dataclass(slots=True)
class OsmWriter:
    """Collects elements and gives them ids from 1 (ways and relations from fixed offsets)."""

    note: str
    nodes: list[tuple[float, float]] = field(default_factory=list)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[list[Member], dict[str, str]]] = field(default_factory=list)

    def add_node(self, lon: float, lat: float) -> int:
        """Lay a node at WGS-84 degrees and return its id."""
        self.nodes.append((lon, lat))
        return len(self.nodes)

    def tag_node(self, node: int, tags: Mapping[str, str]) -> None:
        """Add tags to a node."""
        self.node_tags.setdefault(node, {}).update(tags)

    def add_way(self, nodes: Sequence[int], tags: Mapping[str, str]) -> int:
        """Lay a way along `nodes` and return its id."""
        self.ways.append((list(nodes), dict(tags)))
        return FIRST_WAY_ID + len(self.ways) - 1

    def add_relation(self, members: Sequence[Member], tags: Mapping[str, str]) -> int:
        """Lay a relation and return its id."""
        self.relations.append((list(members), dict(tags)))
        return FIRST_RELATION_ID + len(self.relations) - 1

    def text(self) -> str:
        """Whole file; the same elements give the same text."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "<?xml version='1.0' encoding='UTF-8'?>"
        yield '<osm version="0.6" generator="huanwei demo town">'
        yield f"  <note>{self.note}</note>"
        for number, (lon, lat) in enumerate(self.nodes, 1):
            head = f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
            tags = self.node_tags.get(number)
            if not tags:
                yield f"  {head}/>"
                continue
            yield f"  {head}>"
            yield from _tag_lines(tags)
            yield "  </node>"
        for number, (refs, tags) in enumerate(self.ways, FIRST_WAY_ID):
            yield f'  <way id="{number}" version="1">'
            yield from (f'    <nd ref="{ref}"/>' for ref in refs)
            yield from _tag_lines(tags)
            yield "  </way>"
        for number, (members, tags) in enumerate(self.relations, FIRST_RELATION_ID):
            yield f'  <relation id="{number}" version="1">'
            yield from (
                f'    <member type="{kind}" ref="{ref}" role="{role}"/>'
                for kind, ref, role in members
            )
            yield from _tag_lines(tags)
            yield "  </relation>"
        yield "</osm>"


def _tag_lines(tags: Mapping[str, str]) -> Iterator[str]:
    yield from (f"    <tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
