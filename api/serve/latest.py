"""The latest of what takes long to make, kept while what it is made of does not change."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

T = TypeVar("T")


class Latest(Generic[T]):
    """Things by what they are made of, the oldest gone where there are more than `most`.

    Of one owner, a folder or a file, one is made at a time: whoever asks for it meanwhile waits,
    and those of others do not. Safe for threads.
    """

    def __init__(self, most: int, weight: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._weight = most, weight
        self._lock = threading.Lock()
        self._turns: dict[Path, threading.Lock] = {}
        self._known: dict[tuple[Path, Hashable], T] = {}

    def of(self, owner: Path, state: Hashable, make: Callable[[], T]) -> T:
        """What was made of an owner in this state, or what `make` makes (and raises) now."""
        key = owner, state
        with self._lock:
            turn = self._turns.setdefault(owner, threading.Lock())
        with turn:
            with self._lock:
                if key in self._known:
                    return self._known[key]
            made = make()
            with self._lock:
                self._make_room(self._weight(made))
                self._known[key] = made
            return made

    def _make_room(self, weight: int) -> None:
        while self._known and weight + sum(map(self._weight, self._known.values())) > self._most:
            self._known.pop(next(iter(self._known)))


def looks(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the files in a folder: what tells that none has changed."""
    stats = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
