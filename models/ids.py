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


class TaskId(NamedTuple):
    """A piece of the day's work by what no other row of any table changes.

    `thing` is the OSM way, the point or the order. `place` is the stretch of a street, from the
    OSM node before it to the one after it in the direction of its kerb, each with the metres from
    the node where the stretch ends between two. `lane` counts from 1 where a kerb is done in
    several lanes (0: in one), `pass_number` from 1 (0: an order, done once).
    """

    operation: str
    thing: str
    place: str = ""
    lane: int = 0
    pass_number: int = 0

    def __str__(self) -> str:
        return "-".join(str(one) for one in self if one)


class Headway(NamedTuple):
    """Pass `number` of a `place` begins at most `most_s` [s] after the pass before it began.

    `most_s` 0: it follows on none.
    """

    place: str
    number: int
    most_s: int
