"""The planner's study: screen all candidate sites, find alternatives, rank them.

Two speeds: every site is screened by one small linear program; the best go into the exact model,
whose answers are judged, tried under growth and plant outages, and ranked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from models.location import RelocationSolution, exposure_of
from solver.judge.sites import check_location
from solver.location.build import narrowed
from solver.location.cost import LocationCost, location_cost
from solver.location.evaluate import evaluate
from solver.location.model import Wishes, solve_location
from solver.location.robustness import Robustness, robustness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from models.location import CandidateSite, RelocationProblem
    from models.solution import Violation
    from solver.location.evaluate import Evaluation

EXPOSURE_MFEN = 200_000
"""A weighted person a day counts as so many mfen, 2 CNY, in screening only, to keep quiet sites in
the list (chosen)."""

ELSEWHERE = ("elsewhere", "elsewhere_2")
"""Questions that close the troubled stations with none of the lots of the answers before."""
APART_M = 400.0
"""Lots so many metres from those already taken come first (chosen: neighbours tell the same
story)."""
FRONT_GAP = 0.02
"""A point between the ends of the front is shown when it lies within this share of its bound
(chosen)."""
METRES_PER_DEGREE = 111_195.0
"""A degree of latitude is so many metres long (by `models.network.EARTH_RADIUS_M`)."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A new site in the place of the troubled station it would serve best instead of."""

    site: int
    instead_of: int
    day_cost: int
    exposure: int

    @property
    def score(self) -> int:
        """Cost and exposure in one number, for the short list only."""
        return self.day_cost + EXPOSURE_MFEN * self.exposure


@dataclass(frozen=True, eq=False, kw_only=True)
class Alternative:
    """A plan of sites with all that ranks it; `kind` says which question it answers."""

    kind: str
    solution: RelocationSolution
    cost: LocationCost
    exposure: int
    opposition_percent: int
    robustness: Robustness
    violations: tuple[Violation, ...]

    @property
    def final(self) -> frozenset[int]:
        """Sites open at the end."""
        return self.solution.open_sites[-1]


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """Alternatives best first, of sites of `problem`; questions without an answer; the front.

    `front` are (cost, exposure) of the Pareto list, cheapest first.
    """

    problem: RelocationProblem
    alternatives: tuple[Alternative, ...]
    impossible: tuple[str, ...]
    front: tuple[tuple[int, int], ...]
    screened: tuple[Screened, ...]
    shortlist: tuple[int, ...]
    """Index in the whole problem of each site of `problem`."""
    places: int
    """Lots that the short list was asked to have."""


def screen(problem: RelocationProblem, troubled: Sequence[int]) -> list[Screened]:
    """Each new site instead of each troubled station: one linear program each, best first."""
    today = {k for k, site in enumerate(problem.sites) if site.existing}
    found = []
    for k, site in enumerate(problem.sites):
        if site.existing or site.short_of_homes_m or site.short_of_schools_m:
            continue
        tries = []
        for gone in troubled:
            chosen = today - {gone} | {k}
            day = mean_day(problem, chosen)
            fines = 50_000 * day.overload_kg + 500_000 * day.stuck_kg
            exposure = sum(problem.sites[s].exposure for s in chosen)
            tries.append(Screened(k, gone, day.total + fines, exposure))
        found.append(min(tries, key=lambda one: one.score))
    return sorted(found, key=lambda one: (one.score, one.site))


def mean_day(problem: RelocationProblem, chosen: frozenset[int] | set[int]) -> Evaluation:
    """A usual day with these sites, as real routes have it: whole loads do not fill a station."""
    return evaluate(problem, chosen, peak=False, fill_percent=problem.fill_percent)


def short_list(
    problem: RelocationProblem, screened: Sequence[Screened], places: int
) -> tuple[int, ...]:
    """Existing sites and all sizes of the best lots, half by score and half by exposure.

    Lots at least `APART_M` from those already taken come first: neighbours tell the same story.
    """
    quiet = sorted(screened, key=lambda one: (one.exposure, one.day_cost))
    order = [one.site for pair in zip(screened, quiet, strict=True) for one in pair]
    lots = {problem.sites[k].place: problem.sites[k] for k in dict.fromkeys(order)}
    kept: dict[str, CandidateSite] = {}
    for apart in (APART_M, 0.0):
        for place, site in lots.items():
            if len(kept) < places and place not in kept:
                near = any(_metres(site, other) < apart for other in kept.values())
                kept |= {} if near else {place: site}
    return tuple(
        k
        for k, site in enumerate(problem.sites)
        if site.existing or (site.place in kept and not site.short_of_homes_m)
    )


def _metres(a: CandidateSite, b: CandidateSite) -> float:
    east = (a.lon - b.lon) * cos(radians(a.lat))
    return METRES_PER_DEGREE * hypot(east, a.lat - b.lat)


def study(
    problem: RelocationProblem,
    troubled: Sequence[int],
    *,
    places: int = 10,
    front_points: int = 4,
    seconds: float = 20.0,
    news: Callable[[str, float], None] | None = None,
) -> Study:
    """Screen, solve, judge and rank; `seconds` bound each exact solve."""
    tell = news or (lambda stage, share: None)
    tell("screen", 0.0)
    screened = screen(problem, troubled)
    shortlist = short_list(problem, screened, places)
    small = narrowed(problem, shortlist)
    found: dict[frozenset[int], Alternative] = {}
    add(found, weigh(small, "do_nothing", do_nothing(small)))
    gone = [shortlist.index(k) for k in troubled]
    questions = list(wishes_of(small, gone))
    steps = len(questions) + 2
    impossible = []
    for number, (kind, wishes) in enumerate(questions):
        tell(kind, (number + 1) / steps)
        used = lots_used(small, found) if kind in ELSEWHERE else frozenset()
        answer = solve_location(small, replace(wishes, avoid=used), seconds=seconds)
        if answer is None:
            impossible.append(kind)
        else:
            add(found, weigh(small, kind, answer))
    tell("front", 1 - 1 / steps)
    for answer in pareto(small, front_points, seconds=seconds):
        one = weigh(small, "front", answer)
        if answer.gap <= FRONT_GAP and not beaten(one, found.values()):
            add(found, one)
    return ranked_study(
        small,
        found.values(),
        impossible=impossible,
        screened=screened,
        shortlist=shortlist,
        places=places,
    )


def ranked_study(
    problem: RelocationProblem,
    alternatives: Iterable[Alternative],
    *,
    impossible: Sequence[str],
    screened: Sequence[Screened],
    shortlist: Sequence[int],
    places: int,
) -> Study:
    """Alternatives of the short list's `problem`, the best first, and the front they make."""
    ranked = rank(list(alternatives))
    return Study(
        problem=problem,
        alternatives=tuple(ranked),
        impossible=tuple(impossible),
        front=front_of(ranked),
        screened=tuple(screened),
        shortlist=tuple(shortlist),
        places=places,
    )


def add(found: dict[frozenset[int], Alternative], one: Alternative) -> None:
    """Keep one alternative for each set of sites at the end, the cheapest."""
    known = found.get(one.final)
    if known is None or (one.cost.total < known.cost.total and known.kind != "do_nothing"):
        found[one.final] = one


def lots_used(problem: RelocationProblem, chosen: Iterable[frozenset[int]]) -> frozenset[int]:
    """Every new site on a lot that one of the choices builds on, in all its sizes."""
    places = {
        problem.sites[s].place for sites in chosen for s in sites if not problem.sites[s].existing
    }
    return frozenset(
        s for s, site in enumerate(problem.sites) if not site.existing and site.place in places
    )


def beaten(one: Alternative, others: Iterable[Alternative]) -> bool:
    """Whether a lawful other is no dearer and no more exposed."""
    return any(
        not other.violations
        and other.cost.total <= one.cost.total
        and other.exposure <= one.exposure
        for other in others
        if other.final != one.final
    )


def wishes_of(problem: RelocationProblem, troubled: Sequence[int]) -> Iterable[tuple[str, Wishes]]:
    """The questions a planner asks, in words of the model.

    The last ones are asked without the lots of the answers before: what is left to do when those
    fall to protest.
    """
    gone = frozenset(troubled)
    yield "cheapest", Wishes()
    if len(troubled) > 1:
        yield "merge", Wishes(close=gone, new=(1, 1))
        yield "merge_quiet", Wishes(close=gone, new=(1, 1), least_exposure=True)
    yield "close", Wishes(close=gone, new=(0, 0))
    yield "move_all", Wishes(close=gone, new=(len(troubled), len(troubled)))
    for one in troubled:
        wish = Wishes(close=frozenset({one}), keep=gone - {one}, new=(1, 1))
        yield f"move_{problem.sites[one].id}", wish
    yield "quietest", Wishes(least_exposure=True)
    yield "calm", Wishes(close=gone, max_opposition_percent=20)
    yield "enlarge", Wishes(keep=gone, new=(1, 2))
    for kind in ELSEWHERE:
        yield kind, Wishes(close=gone)


def pareto(
    problem: RelocationProblem, points: int, *, seconds: float
) -> Iterable[RelocationSolution]:
    """Cost against exposure by epsilon-constraint: at most `points` between the two ends."""
    cheap = solve_location(problem, seconds=seconds)
    quiet = solve_location(problem, Wishes(least_exposure=True), seconds=seconds)
    if cheap is None or quiet is None:
        return
    yield from (cheap, quiet)
    high, low = (exposure_of(problem, one.open_sites) for one in (cheap, quiet))
    limit = high
    for _ in range(points):
        limit = min(limit - 1, limit - (high - low) // (points + 1))
        if limit <= low:
            return
        answer = solve_location(problem, Wishes(max_exposure=limit), seconds=seconds)
        if answer is None:
            return
        yield answer
        limit = exposure_of(problem, answer.open_sites)


def do_nothing(problem: RelocationProblem) -> RelocationSolution:
    """Today's stations in every period, each zone to its cheapest; laws may be broken."""
    today = frozenset(k for k, site in enumerate(problem.sites) if site.existing)
    assigned, hauled = [], []
    for t in range(len(problem.periods)):
        flows: dict[tuple[int, int], int] = {}
        came: dict[int, int] = {}
        for z in range(len(problem.zones)):
            site = min(today, key=lambda s: (int(problem.collect_cost[z, s]), s))
            flows[z, site] = problem.demand_kg(z, t)
            came[site] = came.get(site, 0) + flows[z, site]
        assigned.append(flows)
        hauled.append(_fill_plants(problem, came))
    total = location_cost(problem, [today] * len(assigned), assigned, hauled).total
    return RelocationSolution(
        open_sites=(today,) * len(assigned),
        assigned=tuple(assigned),
        hauled=tuple(hauled),
        cost=total,
        bound=total,
    )


def _fill_plants(problem: RelocationProblem, came: dict[int, int]) -> dict[tuple[int, int], int]:
    """Greedy haul: cheapest ways first within the quotas; what is left over goes the last way."""
    room = [plant.quota_kg for plant in problem.plants]
    left, found = dict(came), {}
    ways = sorted(
        (int(problem.haul_cost[s, p]) + problem.plants[p].gate_fee, s, p)
        for s in came
        for p in range(len(room))
    )
    for _, s, p in ways:
        if kg := min(left[s], room[p]):
            found[s, p] = kg
            left[s] -= kg
            room[p] -= kg
    for s, kg in left.items():
        if kg and problem.plants:
            found[s, 0] = found.get((s, 0), 0) + kg
    return found


def weigh(problem: RelocationProblem, kind: str, solution: RelocationSolution) -> Alternative:
    """Judge a plan of sites and try it under growth and outages."""
    calm = 1.0
    for site in solution.open_sites[-1]:
        one = problem.sites[site]
        calm *= 1.0 if one.existing else 1 - one.opposition_percent / 100
    return Alternative(
        kind=kind,
        solution=solution,
        cost=location_cost(problem, solution.open_sites, solution.assigned, solution.hauled),
        exposure=exposure_of(problem, solution.open_sites),
        opposition_percent=round(100 * (1 - calm)),
        robustness=robustness(problem, solution.open_sites[-1]),
        violations=tuple(check_location(problem, solution)),
    )


def rank(alternatives: Sequence[Alternative]) -> list[Alternative]:
    """Lawful first, then by the mean place in cost, exposure, opposition and robustness."""
    keys: list[Callable[[Alternative], float]] = [
        lambda one: one.cost.total,
        lambda one: one.exposure,
        lambda one: one.opposition_percent,
        lambda one: -one.robustness.placed_permille,
    ]
    scaled = [_scaled([key(one) for one in alternatives]) for key in keys]
    scores = [sum(column[k] for column in scaled) for k in range(len(alternatives))]
    order = sorted(
        range(len(alternatives)), key=lambda k: (bool(alternatives[k].violations), scores[k], k)
    )
    return [alternatives[k] for k in order]


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]


def front_of(alternatives: Sequence[Alternative]) -> tuple[tuple[int, int], ...]:
    """(cost, exposure) of lawful alternatives that no other beats in both, cheapest first."""
    points = {(one.cost.total, one.exposure) for one in alternatives if not one.violations}
    return tuple(
        sorted(
            p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)
        )
    )
