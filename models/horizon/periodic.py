"""A periodic problem: tasks visited on several days, each by one of its allowed day patterns.

Periodic vehicle and arc routing problems are special cases, and so is a district's week: all days
share one `RoutingProblem` (its tasks, facilities, vehicle types and matrices); a task's pattern
decides on which days it is a task of the day. Which pattern and which routes is one question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.errors import ProblemError
from models.solution import Route, Serve, Solution

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from models.problem import RoutingProblem, Spacing, Task
    from models.solution import Reason

NO_PATTERN = -1
"""Stands for the pattern of a task that no pattern suits; it is unserved with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Days (from 0, ascending) on which a task is visited when this pattern is chosen.

    `demands[k]` is the demand vector of the visit on `days[k]` (empty: the task's own on each),
    `extra_s[k]` are seconds it takes more than the mode says (empty: none), and `cost` [mfen] is
    paid once when the pattern is chosen: what it costs to be told otherwise than yesterday.
    """

    days: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...] = ()
    extra_s: tuple[int, ...] = ()
    cost: int = 0

    def __post_init__(self) -> None:
        if not self.days or list(self.days) != sorted(set(self.days)) or self.days[0] < 0:
            raise ProblemError(
                f"a pattern needs ascending days from 0 on, not {self.days}",
                zh=f"作业日组合须是从 0 起递增的日子，不能是 {self.days}",
            )
        sizes = {0, len(self.days)}
        if len(self.demands) not in sizes or len(self.extra_s) not in sizes:
            raise ProblemError(
                f"a pattern of {len(self.days)} days has other numbers of visits",
                zh=f"{len(self.days)} 天的作业日组合，其作业次数与天数不符",
            )
        if min((amount for demand in self.demands for amount in demand), default=0) < 0:
            raise ProblemError(
                f"a pattern has a negative demand: {self.demands}",
                zh=f"作业日组合的需求为负：{self.demands}",
            )
        if min(self.extra_s, default=0) < 0:
            raise ProblemError(
                f"a pattern has negative extra seconds: {self.extra_s}",
                zh=f"作业日组合的附加秒数为负：{self.extra_s}",
            )


@dataclass(frozen=True, slots=True)
class DayWork:
    """Some of the tasks of a whole, as those of one day: task k of `problem` is its `tasks[k]`."""

    problem: RoutingProblem
    tasks: tuple[int, ...]

    def local(self, solution: Solution) -> Solution:
        """A solution of the whole in the day's own task numbers; unknown tasks become -1."""
        number = {task: own for own, task in enumerate(self.tasks)}
        return _renumbered(solution, number)

    def whole(self, solution: Solution) -> Solution:
        """A solution of the day's problem in the task numbers of the whole."""
        return _renumbered(solution, dict(enumerate(self.tasks)))


@dataclass(frozen=True, eq=False, kw_only=True)
class PeriodicProblem:
    """Tasks, their allowed patterns, and the vehicles of each day. Validated at birth.

    `every_day` holds all tasks, facilities and matrices; its vehicles' `num_available` do not
    count: `fleets[day][kind]` are those of a day. `most_work_s[day]` limits the seconds of service
    of a day, so that days weigh the same (empty: no limit). Facilities have their daily capacity
    each day anew.
    """

    every_day: RoutingProblem
    patterns: tuple[tuple[Pattern, ...], ...]
    fleets: tuple[tuple[int, ...], ...]
    most_work_s: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        tasks, num_dims = self.every_day.tasks, len(self.every_day.dimensions)
        if len(self.patterns) != len(tasks):
            raise ProblemError(
                f"{len(tasks)} tasks, but patterns of {len(self.patterns)}",
                zh=f"有 {len(tasks)} 项任务，却有 {len(self.patterns)} 项的作业日组合",
            )
        if not self.fleets:
            raise ProblemError("a periodic problem has at least one day", zh="多日问题至少有一天")
        for day, fleet in enumerate(self.fleets):
            if len(fleet) != len(self.every_day.vehicle_types) or min(fleet, default=0) < 0:
                raise ProblemError(
                    f"day {day}: vehicles {fleet} of the types of the problem",
                    zh=f"第 {day} 天：车辆数 {fleet} 与车型不符",
                )
        if len(self.most_work_s) not in {0, self.num_days}:
            raise ProblemError(
                f"{len(self.most_work_s)} limits of work for {self.num_days} days",
                zh=f"{self.num_days} 天却有 {len(self.most_work_s)} 个工作量上限",
            )
        for task, choices in zip(tasks, self.patterns, strict=True):
            if not choices:
                raise ProblemError(
                    f"task {task.id} has no allowed pattern of days",
                    zh=f"任务 {task.id} 没有可用的作业日组合",
                )
            for choice in choices:
                if choice.days[-1] >= self.num_days:
                    raise ProblemError(
                        f"task {task.id}: day {choice.days[-1]} is after the last",
                        zh=f"任务 {task.id}：第 {choice.days[-1]} 天在最后一天之后",
                    )
                if any(len(demand) != num_dims for demand in choice.demands):
                    raise ProblemError(
                        f"task {task.id}: {choice.demands}, {num_dims} dimensions",
                        zh=f"任务 {task.id}：{choice.demands}，应为 {num_dims} 项",
                    )

    @property
    def num_days(self) -> int:
        """Number of days."""
        return len(self.fleets)

    def demand(self, task: int, pattern: Pattern, visit: int) -> tuple[int, ...]:
        """Demand vector of a task's visit number `visit` under a pattern."""
        return pattern.demands[visit] if pattern.demands else self.every_day.tasks[task].demand

    def on_day(self, day: int, chosen: Sequence[int]) -> DayWork:
        """The routing problem of one day under the chosen patterns (`NO_PATTERN`: no visit)."""
        numbers: list[int] = []
        tasks: list[Task] = []
        for number, choice in enumerate(chosen):
            if choice == NO_PATTERN or day not in self.patterns[number][choice].days:
                continue
            numbers.append(number)
            tasks.append(self._task_on(number, self.patterns[number][choice], day))
        problem = replace(
            self.every_day,
            tasks=tuple(tasks),
            spacings=tuple(_spacings(self.every_day, numbers)),
            vehicle_types=tuple(
                replace(kind, num_available=count)
                for kind, count in zip(self.every_day.vehicle_types, self.fleets[day], strict=True)
            ),
        )
        return DayWork(problem, tuple(numbers))

    def _task_on(self, number: int, pattern: Pattern, day: int) -> Task:
        visit = pattern.days.index(day)
        task = self.every_day.tasks[number]
        more = pattern.extra_s[visit] if pattern.extra_s else 0
        modes = tuple(replace(mode, duration=mode.duration + more) for mode in task.modes)
        return replace(
            task, demand=self.demand(number, pattern, visit), modes=modes if more else task.modes
        )


@dataclass(frozen=True, slots=True)
class PeriodicPlan:
    """An answer: the number of the pattern chosen for each task, and a solution for each day.

    Days speak of tasks in the numbers of the periodic problem. A task with `NO_PATTERN` stands in
    `unserved` with its reason; a single visit left out stands in its day's `unserved`.
    """

    chosen: tuple[int, ...]
    days: tuple[Solution, ...]
    unserved: Mapping[int, Reason]


def without(whole: RoutingProblem, left_out: Collection[int]) -> DayWork:
    """A problem without some of its tasks; itself where none is left out."""
    numbers = [number for number in range(len(whole.tasks)) if number not in left_out]
    if not left_out:
        return DayWork(whole, tuple(numbers))
    tasks = tuple(whole.tasks[number] for number in numbers)
    problem = replace(whole, tasks=tasks, spacings=tuple(_spacings(whole, numbers)))
    return DayWork(problem, tuple(numbers))


def _spacings(whole: RoutingProblem, numbers: Sequence[int]) -> Iterator[Spacing]:
    """Gaps between tasks that are both among the `numbers`."""
    own = {number: k for k, number in enumerate(numbers)}
    for one in whole.spacings:
        if one.first in own and one.second in own:
            yield replace(one, first=own[one.first], second=own[one.second])


def _renumbered(solution: Solution, number: Mapping[int, int]) -> Solution:
    routes = tuple(
        Route(
            route.vehicle_type,
            tuple(
                Serve(number.get(visit.task, -1), visit.mode) if isinstance(visit, Serve) else visit
                for visit in route.visits
            ),
        )
        for route in solution.routes
    )
    return Solution(routes, {number.get(task, -1): why for task, why in solution.unserved.items()})
