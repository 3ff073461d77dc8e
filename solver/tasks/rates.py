"""Indicators of street work: mechanised sweeping rate, water-sweep rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.network import CLASSES
from models.solution import Serve
from solver.tasks.streets import wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from models.day import DrivenDay
    from models.part import Part, TaskRef
    from models.trade.rules import RuleProfile
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
    """K2: washed area of slow lanes, sidewalks and alleys in the core, of all such area."""
    return _of_strips(_core_strips(ground, rules), _washed(ground, rules, day), rules)


def water_cadence_rate(
    ground: Ground,
    rules: RuleProfile,
    day: DrivenDay,
    operations: Collection[str],
    left: Iterable[tuple[str, TaskRef]],
) -> Rate:
    """K2 within the cadence: core strips whose washing keeps its rhythm, of all of them.

    A strip counts that some of the `operations`, those with vehicles of their own, washes every so
    many days, unless it was due today and was not washed; `left` is what never became a task, by
    operation.
    """
    washed, kept = _washed(ground, rules, day), _no_strips(ground)
    for name in operations:
        rule = rules.operations[name]
        if rule.counts_as == "wash" and rule.street is not None:
            kept[rule.street.strip] |= wanted(rule.street, ground, name)
    due = [(part.operation, ref) for part in day.parts for ref in part.refs]
    for name, ref in (*due, *left):
        found = rules.operations.get(name)
        if found is None or found.counts_as != "wash" or found.street is None:
            continue
        arcs, strip = list(ref.allowed_arcs), found.street.strip
        kept[strip][arcs] &= washed[strip][arcs]
    return _of_strips(_core_strips(ground, rules), kept, rules)


def _core_strips(ground: Ground, rules: RuleProfile) -> dict[str, NDArray[np.float64]]:
    """Area of what K2 looks at, by strip and arc [m2] (m,): alleys count with their carriageway."""
    length = ground.network.length_m
    alley = _on(ground, rules.kpis.alleys) & ground.streets.core
    cleaned = ground.streets.core & (ground.classes > 0)
    slow = cleaned & _on(ground, rules.kpis.slow_lanes)
    return {
        "carriageway": np.where(alley, direction_area_m2(ground), 0.0),
        "sidewalk": np.where(cleaned & ~alley, length * rules.classes.sidewalk_m, 0.0),
        "slow_lane": np.where(slow, length * rules.classes.slow_lane_m, 0.0),
    }


def _washed(ground: Ground, rules: RuleProfile, day: DrivenDay) -> dict[str, NDArray[np.bool_]]:
    """Arcs washed today, by strip (m,)."""
    found = _no_strips(ground)
    for part, ref, mode in served(day):
        rule = rules.operations[part.operation]
        if rule.counts_as == "wash" and rule.street is not None:
            found[rule.street.strip][_covered(ref, mode)] = True
    return found


def _no_strips(ground: Ground) -> dict[str, NDArray[np.bool_]]:
    strips = ("carriageway", "sidewalk", "slow_lane")
    return {strip: np.zeros(ground.network.num_arcs, bool) for strip in strips}


def _of_strips(
    area: Mapping[str, NDArray[np.float64]],
    done: Mapping[str, NDArray[np.bool_]],
    rules: RuleProfile,
) -> Rate:
    total = sum(float(one.sum()) for one in area.values())
    washed = sum(float(area[strip][done[strip]].sum()) for strip in area)
    return Rate(round(washed), round(total), rules.kpis.water_sweep_target)


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
