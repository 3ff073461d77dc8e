"""Peak memory of a process and its children together."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path


class PeakMemory:
    """Samples the proportional memory of the process tree twice a second while open [MB].

    Where the kernel tells nothing (not Linux), the largest process's own peak is taken.
    """

    def __init__(self) -> None:
        self._peak_kb = 0
        self._ended_kb: int | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._ended_kb = self._now_kb()

    @property
    def peak_mb(self) -> float:
        """The peak so far, or when closed; what comes after does not count."""
        return round((self._ended_kb or self._now_kb()) / 1024, 1)

    def _now_kb(self) -> int:
        if sys.platform == "win32":
            return self._peak_kb  # Windows has no `resource`: a run there records 0 MB
        import resource  # noqa: PLC0415

        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return max(self._peak_kb, own, children)

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            family = _tree(os.getpid())
            if len(family) > 1:
                self._peak_kb = max(self._peak_kb, sum(map(_memory_kb, family)))


def _tree(pid: int) -> list[int]:
    family = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                family += _tree(int(child))
    return family


def _memory_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
