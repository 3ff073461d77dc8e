"""Cyclic work: one lap through all tasks, driven again and again, vehicle after vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import ProblemError

if TYPE_CHECKING:
    from models.problem import RoutingProblem
    from models.solution import Route, Schedule


@dataclass(frozen=True, eq=False, kw_only=True)
class Rounds:
    """A lap from a facility back to it, and when each vehicle begins its laps.

    The lap is the only route of `problem`; `schedule` times it from 0 on. Between two laps a
    vehicle stands at the facility for `turn_s`: service there, and a rest. `starts[v]` are the
    beginnings of vehicle v's laps [s after midnight]; a lap may begin before `opens`, the vehicle
    then joins it where it stands at `opens`, and no service begins after `closes`. Between the
    beginnings of two services of one task, and to the opening and closing, lie at most
    `greatest_gap_s`.
    """

    problem: RoutingProblem
    lap: Route
    schedule: Schedule
    turn_s: int
    starts: tuple[tuple[int, ...], ...]
    opens: int
    closes: int
    greatest_gap_s: int

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ProblemError(
                f"rounds open at {self.opens} s, after they close at {self.closes} s",
                zh=f"巡回作业从第 {self.opens} 秒开始，却在第 {self.closes} 秒结束",
            )
