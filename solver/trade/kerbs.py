"""Kerbs and lanes: how often a street is passed in one go of an operation, and what a pass needs.

One law for the tasks of a day and for the sizing of the demo's fleet.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.trade.work import StreetWork


class Strips(NamedTuple):
    """How a street is served: `passes` side by side over `width_m` of it.

    `either_way`: once, in whichever direction; else along every direction that it has.
    """

    either_way: bool
    width_m: float
    passes: int


def strips(work: StreetWork, width_m: float, *, two_way: bool) -> Strips:
    """Strips of a street by the operation's side rule; `width_m` is the whole way's."""
    once = {
        "one_pass": True,
        "each_kerb": width_m < work.one_pass_below_m,
        "all_lanes": width_m <= work.working_width_m,
    }
    if two_way and once[work.side]:
        return Strips(either_way=True, width_m=width_m, passes=1)
    own_m = width_m / 2 if two_way else width_m
    lanes = ceil(own_m / work.working_width_m) if work.side == "all_lanes" else 1
    return Strips(either_way=False, width_m=own_m, passes=max(1, lanes))


def treated_m(work: StreetWork, width_m: float, passes: int) -> float:
    """Width that one of `passes` over a strip of `width_m` washes or sweeps [m]."""
    if work.treated_width_m is not None:
        return work.treated_width_m
    if work.side == "all_lanes":
        return width_m / passes
    return min(work.working_width_m, width_m)


def litres(work: StreetWork, length_m: float, treated: float) -> float:
    """Water of a pass by the operation's rule: by area, or by the minute at its usual speed [l]."""
    minutes = length_m * 0.06 / work.work_speed_kmh
    return work.l_per_m2 * length_m * treated + work.l_per_min * minutes


def waste_kg(work: StreetWork, length_m: float, treated: float) -> float:
    """Waste of a pass [kg]."""
    return work.kg_per_km * length_m / 1000 + work.kg_per_m2 * length_m * treated
