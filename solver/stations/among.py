"""Times of a changed route among the others, which keep theirs: it waits for what they leave free.

The clock is the players' own. What a whole day's queue would do, first come first served, is not
done here: nobody's published times move because a dispatcher drags a street.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.solution import StepKind, Use
from models.units import MAX_TIME
from solver.routing.base.gaps import begins
from solver.routing.base.schedule import schedule
from solver.routing.search.retime import Lax, retime_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.day import DrivenRoute
    from models.district import District
    from models.part import Part
    from models.solution import Route, Schedule

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Others:
    """What routes and swaps that stay take: bays by site [s], and when their tasks begin.

    `begun[p]` is by task of part p.
    """

    spans: Mapping[str, list[Span]]
    begun: Mapping[int, Mapping[int, int]]

    @classmethod
    def of(cls, district: District, staying: Iterable[DrivenRoute]) -> Others:
        """The bays and beginnings of these routes."""
        return cls({}, {}).with_routes(district, staying)

    def with_routes(self, district: District, more: Iterable[DrivenRoute]) -> Others:
        """The same with more routes that stay."""
        ways = {site.id: site.access_s for site in district.sites if site.bays}
        spans = defaultdict(list, {site: list(own) for site, own in self.spans.items()})
        begun = defaultdict(dict, {part: dict(own) for part, own in self.begun.items()})
        for one in more:
            if one.part.problem.spacings:
                begun[one.id.part] |= begins(one.route, one.schedule)
            for _, site, begin, end in _stays(one.part, one.route, one.schedule):
                if site in ways:
                    spans[site].append((begin + ways[site], end - ways[site]))
        return Others(spans, begun)

    def with_swaps(self, swaps: Iterable[tuple[str, int, int]]) -> Others:
        """The same with swaps at stations: site, begin and end [s]."""
        spans = defaultdict(list, {site: list(own) for site, own in self.spans.items()})
        for site, begin, end in swaps:
            spans[site].append((begin, end))
        return Others(spans, self.begun)


def times_among(
    district: District, number: int, part: Part, route: Route, others: Others
) -> tuple[Schedule, bool]:
    """Times of a route of part `number`, and whether they and its loads keep the laws alone.

    It waits at the bays for the others, and keeps the gaps to their passes. A route that cannot
    keep all laws breaks those of loads, then of its shift, the ends of windows, the gaps; where no
    times do even so it is timed as it comes.
    """
    for lax in (None, *Lax):
        found = _waiting(district, part, route, others, number, lax=lax)
        if found is not None:
            return found, lax is None
    return schedule(part.problem, route), False


def _waiting(
    district: District, part: Part, route: Route, others: Others, number: int, *, lax: Lax | None
) -> Schedule | None:
    """Times that wait for free bays, one visit after the other; None: there are none."""
    bays = {site.id: site.bays for site in district.sites if site.bays}
    ways = {site.id: site.access_s for site in district.sites}
    begun = others.begun.get(number, {})
    pins: dict[int, Span] = {}
    for _ in range(len(route.visits) + 1):
        times = retime_among(part.problem, route, pins, begun, lax=lax)
        if times is None:
            return None
        late = None
        for visit, site, begin, end in _stays(part, route, times):
            if site in bays:
                way = ways[site]
                taken = others.spans.get(site, [])
                free = _free(taken, bays[site], begin + way, end - way) - way
                if free > begin:
                    late = visit, free
                    break
        if late is None:
            return times
        pins[late[0]] = late[1], MAX_TIME
    return None


def _free(taken: Iterable[Span], bays: int, begin: int, end: int) -> int:
    """First moment from `begin` on at which a bay is free for as long as from `begin` to `end`."""
    ends = sorted(leave for _, leave in taken)
    for moment in [begin, *(one for one in ends if one > begin)]:
        if _most(taken, moment, moment + end - begin) < bays:
            return moment
    return begin


def _most(taken: Iterable[Span], begin: int, end: int) -> int:
    """Most vehicles at once between two moments; visits may touch."""
    inside = [(max(a, begin), min(b, end)) for a, b in taken if a < end and b > begin]
    changes = sorted([(a, 1) for a, _ in inside] + [(b, -1) for _, b in inside])
    level = most = 0
    for _, change in changes:
        level += change
        most = max(most, level)
    return most


def _stays(part: Part, route: Route, times: Schedule) -> Iterable[tuple[int, str, int, int]]:
    """Visit, site, begin and end of each stay at a facility."""
    for step in times.steps:
        visit = route.visits[step.visit] if step.kind == StepKind.FACILITY else None
        if isinstance(visit, Use):
            yield step.visit, part.sites[visit.facility], step.begin, step.end
