"""The judge of stocks over several days: vehicles, loads, what may be in store, and the cost."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.horizon.inventory import InventoryPlan, InventoryProblem


def check_inventory(problem: InventoryProblem, plan: InventoryPlan) -> list[Violation]:
    """All violations of a plan of deliveries; one that names unknown customers is judged no more.

    Costs are told by `inventory_cost`.
    """
    count = len(problem.customers)
    if len(plan.days) != problem.days:
        return [Violation(code="UNKNOWN", where="plan", detail="number of days")]
    unknown = [
        Violation(code="UNKNOWN", where=f"day {day}: customer {one.customer}")
        for day, routes in enumerate(plan.days)
        for route in routes
        for one in route
        if not 0 <= one.customer < count
    ]
    return unknown or [*_of_vehicles(problem, plan), *_of_stocks(problem, plan)]


def _of_vehicles(problem: InventoryProblem, plan: InventoryPlan) -> Iterator[Violation]:
    """No more vehicles than there are, no overload, one visit a day, nothing taken away."""
    for day, routes in enumerate(plan.days):
        out = sum(1 for route in routes if route)
        if out > problem.vehicles:
            yield Violation(code="FLEET", where=f"day {day}", excess=out - problem.vehicles)
        for number, route in enumerate(routes):
            over = sum(one.units for one in route) - problem.capacity
            if over > 0:
                yield Violation(code="LOAD", where=f"day {day} route {number}", excess=over)
        met = [one.customer for route in routes for one in route]
        for customer in sorted(set(met)):
            name = problem.customers[customer].id
            if met.count(customer) > 1:
                where = f"day {day}: customer {name}"
                yield Violation(code="SERVED_TWICE", where=where, excess=met.count(customer) - 1)
        for one in (one for route in routes for one in route if one.units < 0):
            where = f"day {day}: customer {problem.customers[one.customer].id}"
            yield Violation(code="STORE", where=where, excess=-one.units, detail="taken away")


def _of_stocks(problem: InventoryProblem, plan: InventoryPlan) -> Iterator[Violation]:
    """No store above its most after a visit, none below its least after the day's use."""
    stocks = [one.start for one in problem.customers]
    supply = problem.supplier.start
    for day, routes in enumerate(plan.days):
        brought = _brought(problem, plan, day)
        supply += problem.supplier.daily - sum(brought)
        if supply < 0:
            yield Violation(code="STORE", where=f"day {day}: supplier", excess=-supply)
        for number, one in enumerate(problem.customers):
            full = stocks[number] + brought[number]
            stocks[number] = full - one.use
            where = f"day {day}: customer {one.id}"
            if full > one.most and any(v.customer == number for route in routes for v in route):
                yield Violation(code="STORE", where=where, excess=full - one.most, detail="above")
            if stocks[number] < one.least:
                lacking = one.least - stocks[number]
                yield Violation(code="STORE", where=where, excess=lacking, detail="below")


def _brought(problem: InventoryProblem, plan: InventoryPlan, day: int) -> list[int]:
    """Units brought to each customer on a day."""
    found = [0] * len(problem.customers)
    for route in plan.days[day]:
        for one in route:
            found[one.customer] += one.units
    return found


def inventory_cost(problem: InventoryProblem, plan: InventoryPlan) -> int:
    """Legs of all routes, and what lies in store at the end of each day."""
    home = len(problem.customers)
    total = 0
    stocks = [one.start for one in problem.customers]
    supply = problem.supplier.start
    for day, routes in enumerate(plan.days):
        for route in routes:
            stops = [home, *(one.customer for one in route), home]
            total += sum(int(problem.legs[a, b]) for a, b in pairwise(stops))
        brought = _brought(problem, plan, day)
        supply += problem.supplier.daily - sum(brought)
        total += problem.supplier.holding * supply
        for number, one in enumerate(problem.customers):
            stocks[number] += brought[number] - one.use
            total += one.holding * stocks[number]
    return total
