"""One more bay for tasks that were given up to a queue: put back, and timed with all vehicles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.plan import Relaxation
from models.solution import Reason, Solution
from solver.routing.search.put_back import put_back
from solver.stations.queue import schedule_day
from solver.stop import never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.day import DrivenDay
    from models.district import District
    from models.part import Part

MAX_SITES = 8
"""So many sites of a part are tried (chosen: each costs a run)."""


def one_more_bay(
    district: District, day: DrivenDay, late: Callable[[], bool] = never
) -> dict[tuple[int, int], Relaxation]:
    """By part and task: the first site where one more bay serves them and costs no other task.

    Tasks that find a place without it get none. Once it is `late`, no further site is tried.
    """
    found: dict[tuple[int, int], Relaxation] = {}
    parts, solutions = day.parts, day.solutions
    for own in day.driven:
        if late():
            break
        number, part, solution = own.number, own.part, own.solution
        tasks = sorted(t for t, reason in solution.unserved.items() if reason == Reason.QUEUE)
        together = put_back(part.problem, solution, tasks)
        if together is None:
            continue
        whole = [*solutions[:number], together, *solutions[number + 1 :]]
        waiting = _given_up(district, parts, whole, number)
        for site in [s for s in dict.fromkeys(part.sites) if district.site(s).bays][:MAX_SITES]:
            if not waiting or late():
                break
            left = _given_up(_with_bay(district, site), parts, whole, number)
            helped = [task for task in waiting if task not in left]
            if helped and left <= waiting:
                one = Relaxation(kind="bays", id=site, amount=1, serves=len(helped))
                found |= {(number, task): one for task in helped if task in tasks}
                waiting = left
    return found


def _given_up(
    district: District, parts: Sequence[Part], solutions: Sequence[Solution], number: int
) -> frozenset[int]:
    """Tasks of a part that the queue takes when all vehicles drive at once.

    Tasks of other parts count as -1, so that help for one part is none if another pays for it.
    """
    dropped = schedule_day(district, parts, solutions).dropped
    return frozenset(one.task if one.part == number else -1 for one in dropped)


def _with_bay(district: District, site: str) -> District:
    return replace(
        district,
        sites=tuple(
            replace(one, bays=one.bays + 1) if one.id == site else one for one in district.sites
        ),
    )
