"""A network of streets whose waste goes in several streams over sorting sites to plants.

First echelon: trucks with chambers collect litres along streets and empty every chamber at a
sorting site. Second echelon: loads of one stream go from a site to the plant of that stream. What
is paid are seconds of driving in both.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import ProblemError

EMPTY = -1
"""Stands for the stream of a chamber that carries nothing."""


@dataclass(frozen=True, slots=True)
class WasteStreet:
    """A street between two nodes, either way in `seconds`, with litres per stream of the period."""

    tail: int
    head: int
    seconds: int
    litres: tuple[int, ...]

    def __post_init__(self) -> None:
        if min(self.seconds, *self.litres) < 0:
            raise ProblemError(f"a street has a negative number: {self}", zh=f"道路有负数：{self}")


@dataclass(frozen=True, slots=True)
class SortingSite:
    """Where trucks empty their chambers: `approach_s` seconds off `node`, and as many back."""

    id: str
    node: int
    approach_s: int
    haul_s: tuple[int, ...]
    """Seconds of one load of each stream to its plant and back."""


@dataclass(frozen=True, slots=True)
class ChamberTruck:
    """A type of truck: its routes in the period and the litres of its chambers.

    `press` are litres of each stream as collected that it presses into a litre of chamber.
    """

    id: str
    routes: int
    chambers: tuple[int, ...]
    press: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EchelonNetwork:
    """Streets, streams, trucks, sites; `load_l` are litres of each stream in one load to a plant.

    A route takes `shift_s` seconds at most. Validated at birth.
    """

    name: str
    streams: tuple[str, ...]
    streets: tuple[WasteStreet, ...]
    depot: int
    sites: tuple[SortingSite, ...]
    trucks: tuple[ChamberTruck, ...]
    load_l: tuple[int, ...]
    shift_s: int

    def __post_init__(self) -> None:
        count = len(self.streams)
        told = [
            *(street.litres for street in self.streets),
            *(site.haul_s for site in self.sites),
            *(truck.press for truck in self.trucks),
            self.load_l,
        ]
        if not self.streets or not self.sites or not self.trucks:
            raise ProblemError(
                f"{self.name}: a network has streets, sorting sites and trucks",
                zh=f"{self.name}：网络应有道路、分拣点和车辆",
            )
        if any(len(numbers) != count for numbers in told):
            raise ProblemError(
                f"{self.name}: numbers of other than {count} streams",
                zh=f"{self.name}：数值不是 {count} 种垃圾的",
            )
        if min(self.load_l) <= 0 or min(min(truck.press) for truck in self.trucks) <= 0:
            raise ProblemError(
                f"{self.name}: a load or a press of nothing", zh=f"{self.name}：载重或压缩能力为零"
            )
        nodes = {node for street in self.streets for node in (street.tail, street.head)}
        for node in (self.depot, *(site.node for site in self.sites)):
            if node not in nodes:
                raise ProblemError(
                    f"{self.name}: no street touches node {node}",
                    zh=f"{self.name}：没有道路连接节点 {node}",
                )


@dataclass(frozen=True, slots=True)
class Pass:
    """A street driven while these streams are taken; `forward`: from its tail to its head."""

    street: int
    forward: bool
    streams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tip:
    """All chambers emptied at a sorting site."""

    site: int


@dataclass(frozen=True, slots=True)
class ChamberRoute:
    """One truck in one shift: the stream of each of its chambers, and what it does in order."""

    truck: int
    chambers: tuple[int, ...]
    stops: tuple[Pass | Tip, ...]


@dataclass(frozen=True, slots=True)
class PlantHaul:
    """Loads of a stream from a sorting site to the stream's plant."""

    site: int
    stream: int
    litres: int
    loads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EchelonPlan:
    """Routes and loads, and the seconds of driving they claim."""

    routes: tuple[ChamberRoute, ...]
    hauls: tuple[PlantHaul, ...]
    collect_s: int
    haul_s: int

    @property
    def seconds(self) -> int:
        """Seconds of both echelons."""
        return self.collect_s + self.haul_s
