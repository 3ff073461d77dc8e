"""Ids made of parts: compared and sorted as they are, never glued to a text and taken apart again.

`str()` of one is for messages to people. What a document calls a thing is written in
`solver/document`.
"""

from __future__ import annotations

from typing import NamedTuple


class RouteId(NamedTuple):
    """Route number `route` of part number `part`, both counted from 0."""

    part: int
    route: int

    def __str__(self) -> str:
        return f"r{self.part}-{self.route}"


class TruckShift(NamedTuple):
    """A vehicle in one shift."""

    vehicle: str
    shift: str

    def __str__(self) -> str:
        return f"{self.vehicle}/{self.shift}" if self.shift else self.vehicle


DutyId = RouteId | TruckShift | str
"""Work of a crew: a route, the tours of a truck in a shift, or a job by its document's name."""
