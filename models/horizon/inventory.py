"""Stocks that are kept over several days by visits: inventory routing.

Who is visited on which day, how much is brought, and in which order: one question, since what is
brought today need not be brought tomorrow but lies in store until it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Customer:
    """A store: its stock [units] at the start, the least and most it may hold, what a day uses.

    `holding` is the cost of a unit in store at the end of a day. A visit fills up to `most` at
    most, before the day's use; the stock never falls below `least`.
    """

    id: str
    start: int
    least: int
    most: int
    use: int
    holding: int


@dataclass(frozen=True, slots=True)
class Supplier:
    """Where goods come from: its stock at the start, what a day adds before vehicles leave.

    `holding` is the cost of a unit left at the end of a day; its stock is never below 0.
    """

    start: int
    daily: int
    holding: int


@dataclass(frozen=True, eq=False, kw_only=True)
class InventoryProblem:
    """Customers of one supplier over `days` days; `legs` (n + 1, n + 1), the supplier last.

    Each day `vehicles` of `capacity` units may go out once; a customer gets one visit a day.
    """

    name: str
    supplier: Supplier
    customers: tuple[Customer, ...]
    legs: NDArray[np.int64]
    days: int
    vehicles: int
    capacity: int


class Delivery(NamedTuple):
    """A visit: the number of the customer and the units brought."""

    customer: int
    units: int


@dataclass(frozen=True, slots=True)
class InventoryPlan:
    """For each day its routes, each a row of deliveries in their order."""

    days: tuple[tuple[tuple[Delivery, ...], ...], ...]
