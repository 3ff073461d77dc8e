"""What the haul cannot take away comes back to the routing as lower limits of stations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.units import MAX_TIME
from solver.haul.yards import overflow_kg, total_kg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.station import HaulPlan, HaulProblem, HaulRun, Yard


@dataclass(frozen=True, slots=True)
class Stuck:
    """By station [kg]: most stock above the storage, and waste that should leave but stays.

    `peaks` are the moments [s] of the most stock; the end of the day where waste stays.
    """

    overflow: Mapping[str, int] = field(default_factory=dict)
    staying: Mapping[str, int] = field(default_factory=dict)
    peaks: Mapping[str, int] = field(default_factory=dict)

    @property
    def overflow_kg(self) -> int:
        """Stock above storage, all stations together."""
        return sum(self.overflow.values())

    @property
    def staying_kg(self) -> int:
        """Waste left at stations that must end the day empty."""
        return sum(self.staying.values())

    @property
    def excess(self) -> dict[str, int]:
        """By station what it got too much of [kg]."""
        sites = sorted({*self.overflow, *self.staying})
        return {site: max(self.overflow.get(site, 0), self.staying.get(site, 0)) for site in sites}

    def lowered(self, limits: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
        """`limits` with stations that held too much taking that much less than they took."""
        found = dict(limits)
        for site, less in self.excess.items():
            found[site] = max(0, min(found.get(site, taken[site]), taken[site] - less))
        return found


def stuck(problem: HaulProblem, plan: HaulPlan) -> Stuck:
    """What a timetable leaves in the yards that it should not."""
    overflow: dict[str, int] = defaultdict(int)
    staying: dict[str, int] = defaultdict(int)
    peaks: dict[str, int] = {}
    for yard in problem.yards:
        runs = [
            run
            for tour in plan.tours
            for run in tour.runs
            if (run.station, run.stream) == (yard.station, yard.stream)
        ]
        if over := overflow_kg(yard, runs):
            overflow[yard.station] += over
            peaks[yard.station] = _peak(yard, runs)
        rest = total_kg(yard) - sum(run.kg for run in runs)
        if yard.must_clear and rest > 0:
            staying[yard.station] += rest
            peaks.setdefault(yard.station, MAX_TIME)
    return Stuck(overflow, staying, peaks)


def _peak(yard: Yard, runs: Sequence[HaulRun]) -> int:
    """When the stock is highest [s]."""
    changes = [(moment, 1, kg) for moment, kg in yard.inflow]
    changes += [(run.swap_end, 0, -run.kg) for run in runs]
    stock = most = when = 0
    for moment, _, kg in sorted(changes):
        stock += kg
        if stock > most:
            most, when = stock, moment
    return when
