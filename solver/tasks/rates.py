"""Indicators of street work: mechanised sweeping rate, water-sweep rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import CLASSES
from models.solution import Serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from models.day import DrivenDay
    from models.part import Part, TaskRef
    from models.rules import RuleProfile
    from solver.tasks.ground import Ground


class Rate(NamedTuple):
    """Area done and area asked for [m2]; `target` is a share of 1."""

    done_m2: int
    total_m2: int
    target: float

    @property
    def share(self) -> float:
        """Done of total; 1 where nothing is asked for."""
        return self.done_m2 / self.total_m2 if self.total_m2 else 1.0


def mechanised_rate(ground: Ground, rules: RuleProfile, day: DrivenDay) -> Rate:
    """K1: area of main streets with at least one machine pass, of all area of main streets.

    Streets excluded from all sweeping and washing belong to other operators and do not count.
    A street swept once in either direction counts with both; where every kerb has its own pass,
    each direction counts by itself.
    """
    network = ground.network
    main = _on(ground, rules.kpis.main_roads) & _in_care(ground, rules)
    done = np.zeros(network.num_arcs, bool)
    for part, ref, mode in served(day):
        rule = rules.operations[part.operation]
        if rule.counts_as != "other" and rule.street and rule.street.strip == "carriageway":
            done[_covered(ref, mode)] = True
    area = direction_area_m2(ground)
    return Rate(_sum(area, main & done), _sum(area, main), rules.kpis.mechanised_target)


def water_sweep_rate(ground: Ground, rules: RuleProfile, day: DrivenDay) -> Rate:
    """K2: washed area of sidewalks and alleys in the core, of all such area."""
    network = ground.network
    alley = _on(ground, rules.kpis.alleys) & ground.streets.core
    sidewalk = _on(ground, CLASSES) & ground.streets.core & ~alley & (ground.classes > 0)
    washed = {"carriageway": np.zeros(network.num_arcs, bool)}
    washed["sidewalk"] = washed["carriageway"].copy()
    for part, ref, mode in served(day):
        rule = rules.operations[part.operation]
        if rule.counts_as == "wash" and rule.street is not None:
            washed[rule.street.strip][_covered(ref, mode)] = True
    road = direction_area_m2(ground)
    walk = network.length_m * rules.classes.sidewalk_m
    done = _sum(road, alley & washed["carriageway"]) + _sum(walk, sidewalk & washed["sidewalk"])
    return Rate(done, _sum(road, alley) + _sum(walk, sidewalk), rules.kpis.water_sweep_target)


def served(day: DrivenDay) -> Iterator[tuple[Part, TaskRef, int]]:
    """Every served task with its mode."""
    for one in day:
        for visit in one.route.visits:
            if isinstance(visit, Serve):
                yield one.part, one.part.refs[visit.task], visit.mode


def direction_area_m2(ground: Ground) -> NDArray[np.float64]:
    """Carriageway of each arc; a two-way street's is shared by its two arcs (m,)."""
    network = ground.network
    share = np.where(network.reverse >= 0, 0.5, 1.0)
    return np.asarray(network.length_m * network.width_dm / 10 * share)


def _in_care(ground: Ground, rules: RuleProfile) -> NDArray[np.bool_]:
    """Arcs that the district does not leave to other operators: some sweep or wash is its own."""
    own = np.zeros(ground.network.num_arcs, bool)
    for name, rule in rules.operations.items():
        if rule.counts_as != "other" and rule.street and rule.street.strip == "carriageway":
            own |= ~ground.excluded(name)
    return own


def _covered(ref: TaskRef, mode: int) -> list[int]:
    """Arcs done by serving in this mode: with a choice of direction, both."""
    return list(ref.allowed_arcs if ref.mode_arcs[mode] else ())


def _on(ground: Ground, roads: Iterable[str]) -> NDArray[np.bool_]:
    """Arcs of these road classes (m,)."""
    return np.isin(ground.network.highway, [CLASSES.index(name) for name in roads])


def _sum(area: NDArray[np.floating], arcs: NDArray[np.bool_]) -> int:
    return round(float(area[arcs].sum()))
