"""When to stop: budgets as values. Searches run in chunks and ask between them."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass, field
from typing import Protocol

log = logging.getLogger(__name__)


class Flag(Protocol):
    """Something another thread or process can set (threading.Event and the like)."""

    def is_set(self) -> bool:
        """Whether to stop now."""
        ...


class Stop(Protocol):
    """A budget: how much of it is used."""

    def used(self, iterations: int) -> float:
        """Share of the budget used after `iterations`, 0 to 1; from 1 on the search stops."""
        ...


class _AtMost:
    def __init__(self, iterations: int) -> None:
        self.iterations = max(iterations, 1)

    def used(self, iterations: int) -> float:
        return iterations / self.iterations


class _After:
    def __init__(self, seconds: float) -> None:
        self.seconds = max(seconds, 1e-3)
        self.begin = time.monotonic()

    def used(self, iterations: int) -> float:
        del iterations
        return (time.monotonic() - self.begin) / self.seconds


class _Either:
    def __init__(self, stops: tuple[Stop, ...]) -> None:
        self.stops = stops

    def used(self, iterations: int) -> float:
        return max(stop.used(iterations) for stop in self.stops)


class _When:
    def __init__(self, flag: Flag) -> None:
        self.flag = flag

    def used(self, iterations: int) -> float:
        del iterations
        return 1.0 if self.flag.is_set() else 0.0


class _Share:
    def __init__(self, stop: Stop, low: float, high: float, done: int) -> None:
        self.stop, self.low, self.high, self.done = stop, low, high, done

    def used(self, iterations: int) -> float:
        if self.high <= self.low:
            return 1.0
        gone = self.stop.used(self.done + iterations) - self.low
        return gone / (self.high - self.low)


def at_most(iterations: int) -> Stop:
    """Stop after a number of iterations: reproducible."""
    return _AtMost(iterations)


def after(seconds: float) -> Stop:
    """Stop `seconds` from now."""
    return _After(seconds)


def when(flag: Flag) -> Stop:
    """Stop as soon as somebody sets the flag."""
    return _When(flag)


def either(*stops: Stop) -> Stop:
    """Stop when the first of several budgets is used up."""
    return _Either(stops)


def share(stop: Stop, low: float, high: float, done: int = 0) -> Stop:
    """The part from share `low` to `high` of a budget, for a search that counts from `done` on."""
    return _Share(stop, low, high, done)


def never() -> bool:
    """Whether to stop now: no clock says so."""
    return False


@dataclass(frozen=True, slots=True)
class Pace:
    """The seconds of a whole plan, counted from its birth; infinite where no clock decides."""

    seconds: float = math.inf
    begin: float = field(default_factory=time.monotonic)

    def left(self, until: float) -> float:
        """Seconds until the share `until` of them is used; not below 0."""
        if math.isinf(self.seconds):
            return math.inf
        return max(until * self.seconds - (time.monotonic() - self.begin), 0.0)

    def passed(self, phase: str) -> None:
        """Tell the log when a phase of the plan has ended, and what this process has worked."""
        seconds, worked = time.monotonic() - self.begin, time.process_time()
        log.info("%s: done after %.1f s, %.1f CPU-s of this process", phase, seconds, worked)
