"""Budgets of benchmark runs: wall seconds, CPU seconds, or iterations."""

from __future__ import annotations

import multiprocessing
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from solver.stop import after, at_most

if TYPE_CHECKING:
    from solver.stop import Stop


class _CpuSeconds:
    """CPU seconds of this process and of its workers."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begin = cpu_seconds()

    def used(self, iterations: int) -> float:
        del iterations
        return (cpu_seconds() - self.begin) / self.seconds


def cpu_seconds() -> float:
    """CPU seconds of this process and its workers, ended or at work, user and system.

    Where the kernel tells nothing of workers at work (not Linux), they count when they end.
    """
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return own + sum(_cpu_seconds_of(worker.pid) for worker in multiprocessing.active_children())


def _cpu_seconds_of(pid: int | None) -> float:
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()  # the name before may hold anything
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@dataclass(frozen=True, slots=True)
class Budget:
    """How long each run searches. Written as 10s (wall), 10cpu or 5000it."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d+(\.\d+)?(s|cpu|it)", self.text) or self.amount <= 0:
            raise HuanweiError(f"budget {self.text!r}: write 10s (wall), 10cpu or 5000it")

    @property
    def amount(self) -> float:
        """Seconds or iterations."""
        return float(re.sub(r"[a-z]", "", self.text))

    @property
    def seconds(self) -> float | None:
        """Wall or CPU seconds; None for iterations."""
        return None if self.text.endswith("it") else self.amount

    def stop(self) -> Stop:
        """The stop that begins now."""
        if self.text.endswith("cpu"):
            return _CpuSeconds(self.amount)
        if self.text.endswith("s"):
            return after(self.amount)
        return at_most(int(self.amount))
