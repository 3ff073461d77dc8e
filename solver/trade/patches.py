"""Waste cleared over several days (dump patches, 图斑): what falls on each, in loads a truck holds.

The shares of all days from the first to the deadline add up to the whole, to the kilogram.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.district import Order
    from models.trade.rules import RuleProfile


def share_kg(whole_kg: int, begin: date, end: date, day: date) -> int:
    """What of `whole_kg` is cleared on `day` when equal shares end on `end`, both days included."""
    if not begin <= day <= end:
        return 0
    days, before = (end - begin).days + 1, (day - begin).days
    return whole_kg * (before + 1) // days - whole_kg * before // days


def loads(order: Order, rules: RuleProfile) -> Iterator[Order]:
    """The order as one a load: none asks for more than the smallest type of its operation holds.

    One load keeps the order's id, of several each has its number behind it, after a sign that no
    pass of a point and no stretch of a street has.
    """
    rule = rules.operations.get(order.operation)
    types = rule.vehicle_types if rule is not None else ()
    holds = round(min((rules.vehicles[kind].waste_kg for kind in types), default=0))
    count = max(1, -(-order.demand_kg // holds)) if holds else 1
    for number in range(count):
        kg = order.demand_kg * (number + 1) // count - order.demand_kg * number // count
        name = order.id if count == 1 else f"{order.id}#{number + 1}"
        yield replace(order, id=name, demand_kg=kg)
