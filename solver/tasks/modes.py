"""From a job to its modes: sides, hours and vehicle types; or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from models.day import NO_NOTE, Note
from models.solution import Reason
from models.units import MFEN_PER_CNY
from solver.trade.vehicles import work_cny_h, work_speed_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.district import Window
    from models.network import Profile
    from models.trade.rules import RuleProfile
    from solver.tasks.fleet import Group
    from solver.tasks.jobs import Job


_NOBODY = Note("没有可做此作业的车辆当班", "no vehicle of its kind on duty")
_NOBODY_THEN = Note(
    "作业时段内没有可做此作业的车辆当班", "no vehicle of its kind on duty in its hours"
)
_TOO_LONG = Note("所需时间超过作业时段", "longer than its hours")


class Rate(NamedTuple):
    """How vehicles work along a street: s per m, mfen per s of work, mfen per litre of demand."""

    s_per_m: float
    mfen_per_s: float
    mfen_per_litre: float


class Draft(NamedTuple):
    """A mode before it has rows and columns."""

    option: int
    duration: int
    cost: int
    window: Window
    types: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crewed:
    """A vehicle type to be: its group, road profile, hours [s], rate of work and water factor."""

    group: Group
    profile: Profile
    verdict: NDArray[np.uint8]
    hours: Window
    rate: Rate
    water_factor: float

    def drives(self, arcs: tuple[int, ...]) -> bool:
        """Whether it may drive all these arcs, there and back."""
        return not any(self.verdict[arc] for arc in arcs)


def crew(rules: RuleProfile, group: Group, verdict: NDArray[np.uint8], hours: Window) -> Crewed:
    """Put `hours` and rates to a group; `verdict` says which arcs its profile may drive.

    Water: a vehicle that uses more litres per metre than the operation's rule counts has a factor
    above 1 (its tank is worth less).
    """
    truck = group.truck
    street = rules.operations[group.operation].street
    speed, factor = 1.0, 1.0
    if street is not None:
        speed = work_speed_kmh(truck, street)
        if street.l_per_min and truck.l_per_min:
            factor = (truck.l_per_min / speed) / (street.l_per_min / street.work_speed_kmh)
    per_litre = factor * rules.costs.water_cny_m3 / 1000 * MFEN_PER_CNY
    rate = Rate(3.6 / speed, work_cny_h(rules.costs, truck) * MFEN_PER_CNY / 3600, per_litre)
    return Crewed(
        group=group, profile=truck.profile, verdict=verdict, hours=hours,
        rate=rate, water_factor=factor,
    )  # fmt: skip


def drafts(job: Job, crews: Mapping[int, Crewed]) -> tuple[list[Draft], Reason, Note]:
    """All modes of a job for the vehicle types `crews`; with none, the reason and its detail.

    What makes a job unreachable is left to `obstacles`.
    """
    able = {
        option: frozenset(kind for kind, one in crews.items() if one.drives(arcs))
        for option, arcs in enumerate(job.options)
    }
    if not crews:
        return [], Reason.NO_VEHICLE_TYPE, _NOBODY
    if job.far_m or not any(able.values()):
        return [], Reason.UNREACHABLE, NO_NOTE
    found = [
        Draft(option, duration, cost, window, on_duty)
        for duration, cost, kinds in _efforts(job, crews)
        for slot in job.slots
        if (window := slot.begins(duration)) is not None
        for option, can in able.items()
        if (on_duty := _on_duty(can & kinds, crews, window, duration))
    ]
    if found:
        return found, Reason.WINDOW, NO_NOTE
    fits = any(slot.begins(effort[0]) for effort in _efforts(job, crews) for slot in job.slots)
    if fits:
        return [], Reason.NO_VEHICLE_TYPE, _NOBODY_THEN
    return [], Reason.WINDOW, _TOO_LONG


def _efforts(job: Job, crews: Mapping[int, Crewed]) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Duration [s] and cost [mfen] with the vehicle types they hold for.

    At a stop all types take the same time, and the mean cost stands for all.
    """
    if job.service_s is not None:
        mean = sum(one.rate.mfen_per_s for one in crews.values()) / len(crews)
        yield job.service_s, round(job.service_s * mean), frozenset(crews)
        return
    by_rate: dict[Rate, set[int]] = {}
    for kind, one in crews.items():
        by_rate.setdefault(one.rate, set()).add(kind)
    for rate, kinds in by_rate.items():
        duration = max(1, round(job.length_m * rate.s_per_m))
        cost = round(duration * rate.mfen_per_s + job.litres * rate.mfen_per_litre)
        yield duration, cost, frozenset(kinds)


def _on_duty(
    kinds: frozenset[int], crews: Mapping[int, Crewed], window: Window, duration: int
) -> frozenset[int]:
    """The types whose shift lets them do the service inside the window."""
    return frozenset(
        kind
        for kind in kinds
        if crews[kind].hours[0] <= window[1] and window[0] + duration <= crews[kind].hours[1]
    )


def components(groups: Sequence[frozenset[int]]) -> dict[int, int]:
    """Vehicle types that share work get one number: the smallest type among them."""
    root: dict[int, int] = {}

    def find(kind: int) -> int:
        while root[kind] != kind:
            root[kind] = root[root[kind]]
            kind = root[kind]
        return kind

    for kinds in set(groups):
        for kind in kinds:
            root.setdefault(kind, kind)
        low = min(find(kind) for kind in kinds)
        for kind in kinds:
            root[find(kind)] = low
    return {kind: find(kind) for kind in root}
