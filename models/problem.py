"""The one problem type of everything that drives.

A mixed capacitated general routing problem with intermediate facilities, time windows, shifts and
turn costs. CVRP, VRPTW and CARP are special cases: a stop is a task whose modes enter and leave at
one place, an edge has a mode per direction.

Places are rows and columns of the matrices: a row is where a mode *leaves*, a column where a mode
*enters*. With turns in the costs a place is an arc; in public node instances it is a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from models.errors import ProblemError
from models.units import MAX_TIME, UNREACHABLE, clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.ids import Headway


class Matrix(Protocol):
    """Deadhead durations [s] and distances [m] from rows (leaving) to columns (entering)."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        ...

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols)); UNREACHABLE where no way."""
        ...

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i]), shape (n,)."""
        ...


@dataclass(frozen=True, eq=False)
class DenseMatrix:
    """A matrix held whole: two int32 arrays of one shape (they may be the same array)."""

    duration: NDArray[np.int32]
    distance: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.duration.shape != self.distance.shape or self.duration.ndim != 2:
            raise ProblemError(
                f"shapes of durations {self.duration.shape} and distances "
                f"{self.distance.shape} differ",
                zh=f"时间矩阵 {self.duration.shape} 与距离矩阵 {self.distance.shape} 大小不同",
            )
        if self.duration.dtype.name != "int32" or self.distance.dtype.name != "int32":
            raise ProblemError(
                "matrices are int32; round before you build one", zh="矩阵应为 int32，请先取整"
            )
        if self.duration.size and (self.duration.min() < 0 or self.distance.min() < 0):
            raise ProblemError("a matrix has a negative entry", zh="矩阵中有负数")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return self.duration.shape[0], self.duration.shape[1]

    def block(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances, shape (len(rows), len(cols))."""
        return self.duration[rows[:, None], cols], self.distance[rows[:, None], cols]

    def pairs(
        self, rows: NDArray[np.int64], cols: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Durations and distances of (rows[i], cols[i])."""
        return self.duration[rows, cols], self.distance[rows, cols]


class DimensionKind(StrEnum):
    """What a load is; decides which facility resets it."""

    WASTE = "waste"  # fills up; reset at a tip
    WATER = "water"  # used up; reset at a refill
    ENERGY = "energy"  # used up; reset at a charger


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension of load.

    Every dimension counts upwards from 0 at a reset to the vehicle's capacity: kg in the hopper,
    litres used from the tank. With `end_empty` the vehicle must reset it before the end depot.
    """

    name: str
    kind: DimensionKind
    end_empty: bool = False
    stream: str = ""
    """Waste of this stream alone goes into it; "": of one stream at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way to serve a task.

    Enters at column `enter`, leaves at row `leave`; service takes `duration` [s] over `distance`
    [m], may begin in [tw_early, tw_late], costs `cost` [mfen] extra, and is open to
    `vehicle_types` (indices; empty: all that may do the task).
    """

    enter: int
    leave: int
    duration: int = 0
    distance: int = 0
    cost: int = 0
    tw_early: int = 0
    tw_late: int = MAX_TIME
    vehicle_types: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.tw_early > self.tw_late:
            raise _backwards("a mode", "作业方式", self.tw_early, self.tw_late)
        if min(self.duration, self.distance, self.cost, self.tw_early) < 0:
            raise ProblemError(
                f"a mode has a negative number: {self}", zh=f"作业方式有负数：{self}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Tasks that belong together, such as those of one street; tasks with an equal bundle share it.

    A preference, not money: every route that serves some of them counts `per_route` [mfen] in the
    objective, and `per_run` each time it begins on them from something else.
    """

    id: str
    per_route: int = 0
    per_run: int = 0

    def __post_init__(self) -> None:
        if min(self.per_route, self.per_run) < 0:
            raise ProblemError(
                f"bundle {self.id} has a negative price: {self}",
                zh=f"任务组 {self.id} 的价格为负：{self}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A unit of service: exactly one of its modes is done once, or the task stays unserved."""

    id: str
    modes: tuple[Mode, ...]
    demand: tuple[int, ...]
    prize: int | None = None
    """Cost of leaving it unserved [mfen]; None: required."""
    bundles: tuple[Bundle, ...] = ()
    """What it belongs to; one of them at most has a price per run."""
    headway: Headway | None = None
    """Of cyclic work: its windows keep the headway by themselves; the judge looks at the times."""

    def __post_init__(self) -> None:
        if not self.modes:
            raise ProblemError(
                f"task {self.id} has no mode: nothing could ever serve it",
                zh=f"任务 {self.id} 没有作业方式，无法完成",
            )
        if min(self.demand, default=0) < 0:
            raise ProblemError(
                f"task {self.id} has a negative demand {self.demand}",
                zh=f"任务 {self.id} 的需求为负：{self.demand}",
            )
        if sum(one.per_run > 0 for one in self.bundles) > 1:
            raise ProblemError(
                f"task {self.id} is in two bundles with a price per run",
                zh=f"任务 {self.id} 属于两个按次计价的任务组",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """An intermediate facility: tip, refill, charger, or several at once.

    `resets` names the dimensions (indices) set to 0 by a visit, which takes `duration` [s] and
    `distance` [m] (the drive to a plant beyond the map counts here), begins inside one of the
    `windows`, and costs `visit_cost` [mfen].
    """

    id: str
    enter: int
    leave: int
    resets: frozenset[int]
    duration: int = 0
    distance: int = 0
    windows: tuple[tuple[int, int], ...] = ((0, MAX_TIME),)
    visit_cost: int = 0
    bays: int = 0
    """Vehicles served at once; 0: no limit."""
    daily_capacity: tuple[int, ...] = ()
    """Limit per day and dimension; empty: no limit."""
    vehicle_types: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.windows:
            raise ProblemError(
                f"facility {self.id} has no opening window", zh=f"设施 {self.id} 没有开放时间"
            )
        for early, late in self.windows:
            if early > late:
                raise _backwards(f"facility {self.id}", f"设施 {self.id}", early, late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meal:
    """A break of `duration` that begins in the window, where the route covers the window."""

    duration: int
    tw_early: int
    tw_late: int

    def __post_init__(self) -> None:
        if self.tw_early > self.tw_late:
            raise _backwards("a meal", "用餐时段", self.tw_early, self.tw_late)


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleType:
    """Identical vehicles of one shift at one depot.

    A route leaves row `start` and ends at column `end`, inside [tw_early, tw_late], within
    `max_duration` plus at most `max_overtime`. After `max_work` seconds without a pause a rest of
    `rest_duration` is due (0: no such law); a `meal` is due when the route is out from before its
    window opens until after it closes. Types of one `day` (unless "") are the same vehicles in
    shifts that follow each other: each of them that goes out at all costs `day_cost` once, but for
    `day_paid` of them, which other work pays for. Costs in mfen.
    """

    id: str
    capacity: tuple[int, ...]
    start: int
    end: int
    num_available: int
    profile: int = 0
    tw_early: int = 0
    tw_late: int = MAX_TIME
    max_duration: int = MAX_TIME
    max_overtime: int = 0
    max_work: int = 0
    rest_duration: int = 1_200
    meal: Meal | None = None
    fixed_cost: int = 0
    """Of a route, whatever else the vehicle does this day."""
    day: str = ""
    day_cost: int = 0
    day_paid: int = 0
    cost_per_m: int = 1
    cost_per_s: int = 0
    paid_s: int = 0
    """Who is out for less is paid for so many seconds all the same."""
    cost_per_overtime_s: int = 0
    even_s: int = 0
    """A route should be out so long: a preference, each second less counts `cost_per_uneven_s`."""
    cost_per_uneven_s: int = 0
    initial_load: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.tw_early > self.tw_late:
            raise _backwards(self.id, self.id, self.tw_early, self.tw_late)
        if min(self.capacity, default=0) < 0 or self.num_available < 0:
            raise ProblemError(
                f"{self.id}: capacity {self.capacity}, {self.num_available} vehicles",
                zh=f"{self.id}：容量 {self.capacity}，车辆 {self.num_available} 辆",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Task `second` may begin only `min_gap` seconds after task `first` began (two passes)."""

    first: int
    second: int
    min_gap: int


@dataclass(frozen=True, eq=False, kw_only=True)
class RoutingProblem:
    """Tasks, facilities and vehicles over one matrix per profile. Validated at birth."""

    tasks: tuple[Task, ...]
    vehicle_types: tuple[VehicleType, ...]
    matrices: tuple[Matrix, ...]
    dimensions: tuple[Dimension, ...] = ()
    facilities: tuple[Facility, ...] = ()
    spacings: tuple[Spacing, ...] = ()
    name: str = ""
    cost_unit: str = "mfen"

    def __post_init__(self) -> None:
        rows, cols = self.matrices[0].shape if self.matrices else (0, 0)
        if any(matrix.shape != (rows, cols) for matrix in self.matrices):
            raise ProblemError(
                "all profiles need matrices of one shape", zh="各车辆类型的矩阵大小须相同"
            )
        num_dims = len(self.dimensions)
        for task in self.tasks:
            if len(task.demand) != num_dims:
                raise ProblemError(
                    f"task {task.id}: demand {task.demand}, {num_dims} dimensions",
                    zh=f"任务 {task.id}：需求 {task.demand}，应为 {num_dims} 项",
                )
            for mode in task.modes:
                self._check_place(f"task {task.id}", mode.leave, mode.enter)
        for facility in self.facilities:
            self._check_place(f"facility {facility.id}", facility.leave, facility.enter)
            if not facility.resets <= set(range(num_dims)):
                raise ProblemError(
                    f"facility {facility.id} resets unknown dimensions",
                    zh=f"设施 {facility.id} 清空了不存在的载项",
                )
        for kind in self.vehicle_types:
            self._check_place(kind.id, kind.start, kind.end)
            if len(kind.capacity) != num_dims or len(kind.initial_load) not in {0, num_dims}:
                raise ProblemError(
                    f"{kind.id}: capacity {kind.capacity}, {num_dims} dimensions",
                    zh=f"{kind.id}：容量 {kind.capacity}，应为 {num_dims} 项",
                )
            if not 0 <= kind.profile < len(self.matrices):
                raise ProblemError(
                    f"{kind.id}: profile {kind.profile} has no matrix",
                    zh=f"{kind.id}：类型 {kind.profile} 没有矩阵",
                )

    def _check_place(self, who: str, row: int, col: int) -> None:
        rows, cols = self.matrices[0].shape
        if not (0 <= row < rows and 0 <= col < cols):
            raise ProblemError(
                f"{who}: place ({row}, {col}) is outside the {rows} x {cols} matrix",
                zh=f"{who}：位置（{row}，{col}）在 {rows} x {cols} 的矩阵之外",
            )

    @cached_property
    def runs(self) -> tuple[Bundle | None, ...]:
        """The bundle of each task whose beginning has a price, if there is one."""
        return tuple(
            next((one for one in task.bundles if one.per_run), None) for task in self.tasks
        )

    @cached_property
    def waste(self) -> frozenset[int]:
        """Dimensions (indices) that are waste: what fills up and is tipped."""
        return frozenset(
            number
            for number, dimension in enumerate(self.dimensions)
            if dimension.kind == DimensionKind.WASTE
        )

    def waste_kg(self, task: int) -> int:
        """Waste of a task over all waste dimensions [kg]."""
        return sum(self.tasks[task].demand[dim] for dim in self.waste)

    def can_serve(self, kind: int, mode: Mode) -> bool:
        """Whether vehicles of type `kind` may use the mode (skills, not reach)."""
        return not mode.vehicle_types or kind in mode.vehicle_types


def _backwards(who: str, who_zh: str, early: int, late: int) -> ProblemError:
    begin, end = f"{clock(early)} ({early} s)", f"{clock(late)} ({late} s)"
    return ProblemError(
        f"{who} opens at {begin}, after it closes at {end}. "
        "Maybe it crosses midnight: add 86400 to the end.",
        zh=f"{who_zh} {begin} 开始，却在 {end} 结束。若跨零点，请把结束加 86400。",
    )


__all__ = [
    "UNREACHABLE",
    "Bundle",
    "DenseMatrix",
    "Dimension",
    "DimensionKind",
    "Facility",
    "Matrix",
    "Meal",
    "Mode",
    "RoutingProblem",
    "Spacing",
    "Task",
    "VehicleType",
]
