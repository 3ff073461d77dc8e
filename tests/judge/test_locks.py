"""Locks: what a person has locked is as it was, in the document alone."""

from datetime import datetime

import pytest

from models.edits import Lock
from models.plan import Plan, PlanRoute, PlanStep, PlanTrip
from models.units import CHINA
from solver.judge.locks import check_locks

NOON = datetime(2026, 5, 12, 12, tzinfo=CHINA)


def step(kind, **facts):
    return PlanStep(kind=kind, arrive=NOON, depart=NOON, **facts)


def plan_of(lock, *visits):
    """V1 in the early shift does visits: a task by its id, a tip at a site in capitals."""
    steps = [
        step("tip", facility=one) if one.isupper() else step("serve", task=one, mode=0)
        for one in visits
    ]
    route = PlanRoute.model_construct(
        id="r1", vehicle="V1", shift="early", trips=[PlanTrip(load_kg=0, water_l=0, steps=steps)]
    )
    return Plan.model_construct(routes=[route], locks=(lock,))


def lock(what, *, tasks=(), sites=(), vehicle="V1"):
    return Lock(what=what, vehicle=vehicle, shift="early", tasks=tasks, sites=sites)


KEPT = [
    (lock("route", tasks=("a", "b")), ("a", "S", "b", "S")),
    (lock("vehicle", tasks=("a", "b")), ("b", "c", "a")),
    (lock("task", tasks=("b",)), ("a", "b")),
    (lock("station", sites=("S", "T")), ("a", "S")),
]
BROKEN = [
    (lock("route", tasks=("a", "b")), ("b", "a"), ["another order"]),
    (lock("route", tasks=("a", "b")), ("a",), ["task b is not done"]),
    (lock("route", tasks=("a", "b")), ("a", "c", "b"), ["task c was added"]),
    (lock("vehicle", tasks=("a", "b")), ("c",), ["task a is not done", "task b is not done"]),
    (lock("task", tasks=("b",)), ("a",), ["task b is not done"]),
    (lock("task", tasks=("a",), vehicle="V2"), ("a",), ["task a is not done"]),
    (lock("station", sites=("T",)), ("a", "S"), ["waste goes to S"]),
]


@pytest.mark.parametrize(("held", "visits"), KEPT)
def test_a_lock_that_is_kept_is_silent(held, visits):
    assert list(check_locks(plan_of(held, *visits))) == []


@pytest.mark.parametrize(("held", "visits", "details"), BROKEN)
def test_a_lock_that_is_not_kept_is_told(held, visits, details):
    found = list(check_locks(plan_of(held, *visits)))
    assert [one.detail for one in found] == details
    assert {one.code for one in found} == {"LOCK"}
