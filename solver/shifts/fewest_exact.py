"""Fewest people by CP-SAT: proves a staffing best, or betters it where skills are rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from solver.shifts.fewest import Staffing, fewest_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.shift import StaffingProblem
    from solver.shifts.roster import Budget

MOST_CHOICES = 60_000
"""Above so many pairs of person and duty the model is not built: ejection chains find more
(chosen)."""


def fewest_people_proven(problem: StaffingProblem, *, steps: int, budget: Budget) -> Staffing:
    """Ejection chains for `steps` and a third of the seconds, then CP-SAT from their staffing.

    Nothing is modelled where the chains reach the lower bound, or the problem is very large: then
    they get all the seconds.
    """
    small = sum(len(duties) for duties in problem.able) <= MOST_CHOICES
    share = budget.seconds / 3 if small else budget.seconds
    found = fewest_people(problem, steps=steps, seconds=share, seed=budget.seed)
    if not small or found.used == found.bound:
        return found
    cp = cp_model.CpModel()
    works = [cp.new_bool_var(f"p{person}") for person in range(len(problem.able))]
    does = {
        (person, duty): cp.new_bool_var(f"p{person} d{duty}")
        for person, duties in enumerate(problem.able)
        for duty in sorted(duties)
    }
    for duty in range(len(problem.spans)):
        cp.add_exactly_one(does[p, duty] for p in range(len(works)) if (p, duty) in does)
    for person in range(len(works)):
        for clique in _cliques(problem, person):
            cp.add(sum(does[person, duty] for duty in clique) <= works[person])
    cp.add(sum(works) >= found.bound)
    if found.used > 0:
        used = set(found.person)
        for person, work in enumerate(works):
            cp.add_hint(work, person in used)
        for (person, duty), choice in does.items():
            cp.add_hint(choice, found.person[duty] == person)
    cp.minimize(sum(works))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = budget.seconds - share
    solver.parameters.max_deterministic_time = budget.deterministic
    solver.parameters.num_workers = budget.workers
    solver.parameters.random_seed = budget.seed
    status = solver.solve(cp)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return found
    chosen = tuple(
        next(p for p in range(len(works)) if (p, duty) in does and solver.value(does[p, duty]))
        for duty in range(len(problem.spans))
    )
    bound = max(found.bound, round(solver.best_objective_bound))
    return Staffing(chosen, len(set(chosen)), bound)


def _cliques(problem: StaffingProblem, person: int) -> Iterator[list[int]]:
    """The person's duties at each moment at which one begins just before another ends."""
    events = sorted(
        event
        for duty in problem.able[person]
        for event in ((problem.spans[duty][0], 1, duty), (problem.spans[duty][1], 0, duty))
    )
    at_once: set[int] = set()
    grown = False
    for _, begins, duty in events:
        if begins:
            at_once.add(duty)
            grown = True
            continue
        if grown:
            yield sorted(at_once)
        at_once.discard(duty)
        grown = False
