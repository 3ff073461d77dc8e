"""What a driver reads: a route's pieces as lines of a sheet, pieces of one street merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from api.words.i18n import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from models.network import RoadNetwork
    from models.plan import Piece, PlanStep, PlanTrip

GOES_ON = frozenset({"", "straight"})


class StreetName(NamedTuple):
    """The name of a street, or for one without a name the class of the road."""

    name: str
    highway: str

    def text(self, language: str) -> str:
        """For a person: the name, or "unnamed road (tertiary)"."""
        if self.name:
            return self.name
        if not self.highway:
            return word("ui", "unnamed", language)
        return word("ui", "unnamed_class", language).format(word("highway", self.highway, language))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line of a route sheet.

    `street` is None for stops, facilities, breaks, start and end; `name` then says where. Loads
    are on board after the line.
    """

    kind: str
    begin: datetime
    end: datetime
    street: StreetName | None = None
    turn: str = ""
    name: str = ""
    operator: str = ""
    distance_m: int = 0
    duration_s: int = 0
    load_kg: int = 0
    water_l: int = 0


def street_name(network: RoadNetwork, piece: Piece) -> StreetName:
    """Name of the street of `piece`, with its road class."""
    arc = piece.arcs[0] if piece.arcs else -1
    known = 0 <= arc < network.num_arcs
    name = piece.name or (network.street(arc) if known else "")
    return StreetName(name, network.road_class(arc) if known else "")


def trip_lines(
    network: RoadNetwork, trip: PlanTrip, names: dict[str, str], depot: str
) -> list[SheetLine]:
    """Lines of a trip, consecutive pieces of one street merged into one line.

    `names` are the facilities' names by id; start and end are at `depot`.
    """
    lines = (line for step in trip.steps for line in _step_lines(network, step, names))
    placed = (
        replace(line, name=names.get(depot, depot)) if line.kind in {"start", "end"} else line
        for line in lines
    )
    return list(_merge(placed))


def streets_text(network: RoadNetwork, step: PlanStep, language: str) -> str:
    """Streets of a step in order, each once in a row: "A → B → A"."""
    texts: list[str] = []
    for piece in step.streets:
        text = street_name(network, piece).text(language)
        if not texts or texts[-1] != text:
            texts.append(text)
    return " → ".join(texts)


def _step_lines(network: RoadNetwork, step: PlanStep, names: dict[str, str]) -> Iterator[SheetLine]:
    whole = SheetLine(
        kind=step.kind, begin=step.arrive, end=step.depart,
        name=names.get(step.facility or "", step.name or step.facility or step.task or ""),
        operator=step.operator,
        distance_m=step.distance_m, duration_s=int((step.depart - step.arrive).total_seconds()),
        load_kg=step.load_kg, water_l=step.water_l,
    )  # fmt: skip
    if not step.streets:
        if step.kind != "drive" or step.distance_m > 0:
            yield whole
        return
    clock = step.arrive
    total = sum(piece.duration_s for piece in step.streets)
    span, passed = step.depart - step.arrive, 0
    for piece in step.streets:
        passed += piece.duration_s
        until = step.arrive + (span * passed / total if total else span)
        yield replace(
            whole, begin=clock, end=until, street=street_name(network, piece), turn=piece.turn,
            distance_m=piece.distance_m, duration_s=piece.duration_s,
        )  # fmt: skip
        clock = until


def _merge(lines: Iterable[SheetLine]) -> Iterator[SheetLine]:
    last: SheetLine | None = None
    for line in lines:
        if last is not None and _same(last, line):
            last = replace(
                last, end=line.end, distance_m=last.distance_m + line.distance_m,
                duration_s=last.duration_s + line.duration_s,
                load_kg=line.load_kg, water_l=line.water_l,
            )  # fmt: skip
            continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last


def _same(last: SheetLine, line: SheetLine) -> bool:
    return (
        line.street is not None
        and last.street == line.street
        and last.kind == line.kind
        and line.turn in GOES_ON
    )
