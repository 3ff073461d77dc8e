"""Streets chosen by way id, by name or around a named road; overrides applied to arcs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.day import Note
from solver.roads.select import arcs_around, arcs_named, arcs_of_way
from solver.tasks.crumbs import followed, street_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.district import StreetRule
    from models.network import RoadNetwork
    from models.trade.rules import RuleProfile

CLASS_NAMES = ("", "I", "II", "III", "IV")
"""Cleaning class of a code; 0 is "not cleaned"."""


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """What holds for each arc (m,): street number, cleaning class code, core, operations out or in.

    `operator` is an index into `operators`, whose first is "": nobody is named; `level` into
    `levels`, whose first is "": the class decides.
    """

    street: NDArray[np.int64]
    classes: NDArray[np.uint8]
    core: NDArray[np.bool_]
    operator: NDArray[np.int32]
    operators: tuple[str, ...]
    level: NDArray[np.int32]
    levels: tuple[str, ...]
    excluded: dict[str, NDArray[np.bool_]]
    included: dict[str, NDArray[np.bool_]]

    def on(self, origin: NDArray[np.int64]) -> Streets:
        """The same for a network cut further; `origin` gives the arc here of each arc there."""
        return Streets(
            self.street[origin],
            self.classes[origin],
            self.core[origin],
            self.operator[origin],
            self.operators,
            self.level[origin],
            self.levels,
            {name: arcs[origin] for name, arcs in self.excluded.items()},
            {name: arcs[origin] for name, arcs in self.included.items()},
        )


def select(
    network: RoadNetwork, *, way_id: int | None = None, name: str | None = None, buffer_m: int = 0
) -> NDArray[np.bool_]:
    """Arcs of a way, or of a name or alias; with `buffer_m` all arcs near these too (m,)."""
    found = np.zeros(0, np.int32) if way_id is None else arcs_of_way(network, way_id)
    if name:
        found = np.append(found, arcs_named(network, name))
    if buffer_m and len(found):
        found = arcs_around(network, found, buffer_m)
    chosen = np.zeros(network.num_arcs, bool)
    chosen[found] = True
    return chosen


def widen(network: RoadNetwork, rules: Sequence[StreetRule]) -> RoadNetwork:
    """The network with the widths and lanes that the district states."""
    width, guessed = network.width_dm.copy(), network.width_guessed.copy()
    lanes, lanes_guessed = network.lanes.copy(), network.lanes_guessed.copy()
    for rule in _general_first(rules):
        if rule.width_m is None and rule.lanes is None:
            continue
        arcs = select(network, way_id=rule.way_id, name=rule.name, buffer_m=rule.buffer_m)
        if rule.width_m is not None:
            width[arcs], guessed[arcs] = round(10 * rule.width_m), False
        if rule.lanes is not None:
            lanes[arcs], lanes_guessed[arcs] = rule.lanes, False
    return replace(
        network, width_dm=width, width_guessed=guessed, lanes=lanes, lanes_guessed=lanes_guessed
    )


def classify(
    network: RoadNetwork, profile: RuleProfile, rules: Sequence[StreetRule]
) -> tuple[Streets, list[Note]]:
    """Cleaning class of every arc by its OSM class, then the overrides: around, name, way id.

    Of two overrides of one kind the later row rules. A row that meets no street gives a note.
    Crumbs follow the street they lie in, unless a row names their way's id.
    """
    chosen = [
        (rule, select(network, way_id=rule.way_id, name=rule.name, buffer_m=rule.buffer_m))
        for rule in _general_first(rules)
    ]
    core = np.zeros(network.num_arcs, bool)
    for rule, arcs in chosen:
        if rule.core is not None:
            core[arcs] = rule.core
    classes = np.where(
        core, _by_road(network, profile.classes.core), _by_road(network, profile.classes.other)
    ).astype(np.uint8)
    named = sorted({rule.operator for rule in rules if rule.operator})
    operators = ("", *named)
    levels = ("", *sorted({rule.level for rule in rules if rule.level}))
    streets = Streets(
        street=street_numbers(network),
        classes=classes,
        core=core,
        operator=np.zeros(network.num_arcs, np.int32),
        operators=operators,
        level=np.zeros(network.num_arcs, np.int32),
        levels=levels,
        excluded={},
        included={},
    )
    notes: list[Note] = []
    for rule, arcs in chosen:
        if not arcs.any():
            place = rule.name or str(rule.way_id)
            notes.append(Note(
                f"streets 表中的 {place} 在路网中没有找到",
                f"streets: {place} is not in the road network",
            ))  # fmt: skip
        if rule.cleaning_class is not None:
            classes[arcs] = CLASS_NAMES.index(rule.cleaning_class)
        if rule.operator is not None:
            streets.operator[arcs] = operators.index(rule.operator)
        if rule.level is not None:
            streets.level[arcs] = levels.index(rule.level)
        _mark(streets.included, rule.include, arcs, streets.excluded)
        _mark(streets.excluded, rule.exclude, arcs, streets.included)
    own = {rule.way_id for rule in rules if rule.way_id is not None}
    return streets.on(followed(network, profile.classes.crumb_m, own)), notes


def _mark(
    marks: dict[str, NDArray[np.bool_]],
    operations: frozenset[str],
    arcs: NDArray[np.bool_],
    opposite: dict[str, NDArray[np.bool_]],
) -> None:
    """Mark arcs for operations and take the opposite mark away."""
    for name in sorted(operations):
        marks.setdefault(name, np.zeros(len(arcs), bool))[arcs] = True
        if name in opposite:
            opposite[name][arcs] = False


def _by_road(network: RoadNetwork, table: Mapping[str, str]) -> NDArray[np.uint8]:
    """Class code of each arc by its road class (m,)."""
    codes = np.zeros(256, np.uint8)
    for code in np.unique(network.highway).tolist():
        name = network.road_class(int(np.flatnonzero(network.highway == code)[0]))
        codes[code] = CLASS_NAMES.index(table.get(name, ""))
    return np.asarray(codes[network.highway])


def _general_first(rules: Sequence[StreetRule]) -> list[StreetRule]:
    """Rows in the order they apply: around a road, by name, by way id."""
    return sorted(rules, key=lambda rule: (rule.buffer_m == 0, rule.way_id is not None))
