"""How loops are compiled: `entry` points are called from Python and cached, `inner` ones are not.

Inner functions get no wrapper for Python: with many arrays in their arguments that is most of the
compilation time. The cache is keyed by the sources of all compiled loops together, for an entry
point holds the code of all it calls.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba

from solver import folders

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG: Any = numba.config
NJIT: Any = numba.njit
"""Typed loosely: Numba's own stubs know neither the cache folder nor these options."""

OPTIONS = {"_nrt": False, "error_model": "numpy"}
"""No counting of references: the loops make no arrays, and counting those they are given at every
call took most of the time. No checks for division by zero."""

ROOMS = ("base", "ruin")
"""Rooms of `solver/routing/` whose files may hold compiled loops."""

IMPORTED = re.compile(r"^ *from ((?:solver\.routing|models)\.[\w.]+) import", re.MULTILINE)
"""Our own modules a file takes names from: constants among them end in the machine code."""


@cache
def sources() -> tuple[Path, ...]:
    """Files whose text may end in machine code: those with loops, and what they import of ours."""
    root = Path(__file__).parents[3]
    rooms = [path for room in ROOMS for path in (root / "solver/routing" / room).glob("*.py")]
    found = {path for path in rooms if "routing.base.compiled import" in path.read_text("utf-8")}
    waiting = list(found)
    while waiting:
        for name in IMPORTED.findall(waiting.pop().read_text("utf-8")):
            path = root.joinpath(*name.split(".")).with_suffix(".py")
            if path.exists() and path not in found and path.name != "compiled.py":
                found.add(path)
                waiting.append(path)
    return tuple(sorted(found))


def cache_folder() -> Path:
    """Where compiled loops of these very sources, lying where they lie, are kept.

    Numba files machine code by the path of its source: a second installation of the same sources
    compiles again, so the path is part of the name and `is_compiled` speaks of this one.
    """
    digest = hashlib.sha256(f"{numba.__version__} {Path(__file__).parent}".encode())
    for path in sources():
        digest.update(path.read_bytes())
    return folders.cache_folder() / "compiled" / digest.hexdigest()[:16]


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function called from Python; its machine code is kept on disk."""
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = str(cache_folder())
    try:
        compiled: Callable[..., Any] = NJIT(cache=True, **OPTIONS)(function)
    finally:
        CONFIG.CACHE_DIR = before
    return compiled


def is_compiled(name: str) -> bool:
    """Whether an entry point is on disk already."""
    return any(cache_folder().rglob(f"*{name}*.nbi"))


inner = NJIT(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)

inlined = NJIT(no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True, **OPTIONS)
"""For what is called often or in one place only: passing all arrays of a search costs more than
most such functions."""
