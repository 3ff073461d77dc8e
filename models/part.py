"""One independent routing problem of the day, and the way back from it to streets and sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.district import Stream

if TYPE_CHECKING:
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
    pass_number: int = 1
    stream: Stream = Stream.SWEEPINGS
    """What kind of waste it is, if it is any."""
    lon: float = 0.0
    lat: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """A routing problem with its ground.

    Row r of the matrices is "at the end of arc row_arcs[r]"; column c is the start of arc
    col_arcs[c], or its end where col_to_end[c]. `vehicles[k]` and `shifts[k]` name the vehicles
    and the shift pattern of vehicle type k, `sites[f]` the site of facility f.
    """

    operation: str
    problem: RoutingProblem
    profiles: tuple[Profile, ...]
    row_arcs: NDArray[np.int32]
    col_arcs: NDArray[np.int32]
    col_to_end: NDArray[np.bool_]
    refs: tuple[TaskRef, ...]
    vehicles: tuple[tuple[str, ...], ...]
    shifts: tuple[str, ...]
    catalogue: tuple[str, ...]
    """Rule-profile vehicle type of each vehicle type."""
    sites: tuple[str, ...]
    crew: tuple[int, ...]
    """People on board, driver included, of each vehicle type."""
    licence: tuple[str, ...]
    depots: tuple[str, ...]
    """Depot site of each vehicle type."""
    water_factor: tuple[float, ...] = ()
    """Litres each vehicle type really uses per litre of demand; empty: 1 for all.

    Types use water differently for the same work; the type's capacity is in litres of demand.
    """
