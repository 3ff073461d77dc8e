"""One independent routing problem of the day, and the way back from it to streets and sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from models.district import Stream
from models.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from models.network import Profile
    from models.problem import RoutingProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRef:
    """What a task is on the ground.

    `mode_arcs[m]` are the arcs driven in service by mode m (empty for a stop). `allowed_arcs` are
    the arcs from whose kerb the task may be served: the judge's law of the right side.
    """

    kind: str
    """street or point"""
    name: str
    """Street name, or the point's name; "" for an unnamed road."""
    object_id: str
    """OSM way id, or the point's id."""
    mode_arcs: tuple[tuple[int, ...], ...]
    allowed_arcs: frozenset[int]
    length_m: int = 0
    area_m2: int = 0
    cleaning_class: str = ""
    operator: str = ""
    """Who cleans the street, where the district names somebody."""
    zone: str = ""
    """Name of the zone it lies in, if the district has zones."""
    pass_number: int = 1
    stream: Stream = Stream.SWEEPINGS
    """What kind of waste it is, if it is any."""
    row_hours: bool = True
    """Whether hours in its point's row bind it: not where washing comes to what others collect."""
    lon: float = 0.0
    lat: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A vehicle type on the ground: equal vehicles in one shift at one depot, and their people."""

    vehicles: tuple[str, ...]
    shift: str
    catalogue: str
    """Their type in the rule profile."""
    depot: str
    """Site they start from and come back to."""
    people: int = 1
    """On board of each, driver included."""
    licence: str = ""
    water_factor: float = 1.0
    """Litres a vehicle really uses per litre of demand.

    Types use water differently for the same work; a type's capacity is in litres of demand.
    """


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """A routing problem with its ground.

    Row r of the matrices is "at the end of arc row_arcs[r]"; column c is the start of arc
    col_arcs[c], or its end where col_to_end[c]. `refs[t]` says what task t is, `crews[k]` who
    vehicle type k is, `sites[f]` which site facility f is.
    """

    operation: str
    problem: RoutingProblem
    profiles: tuple[Profile, ...]
    row_arcs: NDArray[np.int32]
    col_arcs: NDArray[np.int32]
    col_to_end: NDArray[np.bool_]
    refs: tuple[TaskRef, ...]
    crews: tuple[Crew, ...]
    sites: tuple[str, ...]

    def __post_init__(self) -> None:
        problem = self.problem
        counted = {
            "tasks": (len(problem.tasks), len(self.refs)),
            "vehicle types": (len(problem.vehicle_types), len(self.crews)),
            "facilities": (len(problem.facilities), len(self.sites)),
        }
        for what, (there, told) in counted.items():
            if there != told:
                raise ProblemError(
                    f"part {self.operation}: {there} {what}, but {told} are known on the ground",
                    zh=f"作业块 {self.operation}：{what} 有 {there} 个，而现场有 {told} 个",
                )

    @cached_property
    def task_numbers(self) -> Mapping[str, int]:
        """The number of each task by its name; made once, for a part is read route by route."""
        return {task.id: number for number, task in enumerate(self.problem.tasks)}
