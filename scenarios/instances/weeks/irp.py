"""Inventory routing (Archetti and others 2007, several vehicles; the DIMACS challenge's form).

Legs are Euclidean, rounded to the nearest whole; holding costs have two decimals, so that all
costs are hundredths (`scale`). What a day adds to the supplier may leave on the same day; costs of
holding are those of each day's end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.horizon.inventory import Customer, InventoryProblem, Supplier
from scenarios.instances.instance import lines
from scenarios.instances.weeks.pvrp import MOST_DAYS
from solver.routing.base.matrices import half_up, point_matrix

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.instances.instance import Line

SCALE = 100
"""A unit of cost in the file is so many of ours: holding costs have two decimals (README)."""
WIDTH = 8
"""A customer's line: number, x, y, stock, most, least, use, holding cost (README)."""
HOLDING = 7
"""A customer's holding cost is the last of them (README)."""
FORM = re.compile(r"\A\s*(\d+\s+){3}\d+\s*\n\s*0(\s+[\d.]+){5}\s*\n\s*1(\s+[\d.]+){7}\s*\n")
"""Four numbers, the supplier's six, the first customer's eight."""


@dataclass(frozen=True, slots=True)
class InventoryInstance:
    """An inventory problem with the factor to its published unit."""

    problem: InventoryProblem
    scale: int = SCALE
    family: str = "irp"

    def published(self, cost: int) -> float:
        """A cost in the unit the literature reports."""
        return cost / self.scale


def is_inventory(text: str) -> bool:
    """Whether a text is an instance of inventory routing."""
    return FORM.match(text) is not None


def read_irp(path: Path) -> InventoryInstance:
    """The instance in a file. Raises `InstanceError`, `OSError` when it cannot be read."""
    return parse_irp(path.read_text(encoding="utf-8", errors="replace"), path.stem)


def parse_irp(text: str, name: str = "") -> InventoryInstance:
    """Customers, supplier and vehicles. Raises `InstanceError` with the line number."""
    rows = lines(text)
    nodes, days, capacity, vehicles = map(rows[0].natural, rows[0].words(4))
    if not 1 <= days <= MOST_DAYS or not vehicles or not capacity:
        raise rows[0].fail("1 to 31 days, a capacity and vehicles were expected")
    if len(rows) != 1 + nodes:
        raise rows[-1].fail(f"{nodes} places were expected, {len(rows) - 1} found")
    words = rows[1].words(6)
    supplier = Supplier(
        rows[1].natural(words[3]), rows[1].natural(words[4]), _cents(rows[1], words[5])
    )
    places = [*rows[2:], rows[1]]
    points = [[line.number_in(word) for word in line.words()[1:3]] for line in places]
    every = np.arange(len(places))
    legs, _ = point_matrix(np.array(points), half_up).block(every, every)
    problem = InventoryProblem(
        name=name,
        supplier=supplier,
        customers=tuple(map(_customer, rows[2:])),
        legs=legs.astype(np.int64) * SCALE,
        days=days,
        vehicles=vehicles,
        capacity=capacity,
    )
    return InventoryInstance(problem)


def _customer(line: Line) -> Customer:
    words = line.words(WIDTH)
    start, most, least, use = map(line.natural, words[3:HOLDING])
    if not least <= start <= most or use > most - least:
        raise line.fail("a stock between its least and its most, and a day's use that fits")
    return Customer(words[0], start, least, most, use, _cents(line, words[HOLDING]))


def _cents(line: Line, word: str) -> int:
    value = line.number_in(word)
    if value < 0:
        raise line.fail("a holding cost of 0 or more")
    return round(value * SCALE)
