"""How loops are compiled: `entry` points are called from Python and cached, `inner` ones are not.

Inner functions get no wrapper for Python: with many arrays in their arguments that is most of the
compilation time. The cache is keyed by the sources of all compiled loops together, for an entry
point holds the code of all it calls.
"""

from __future__ import annotations

import glob
import hashlib
import io
import logging
import re
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
from numba.core import caching

from solver import folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

CONFIG: Any = numba.config
NJIT: Any = numba.njit
FUNCTION_CACHE: Any = caching.FunctionCache
CACHE_FILE: Any = caching.IndexDataCacheFile
"""Typed loosely: Numba's own stubs know neither the cache folder nor these options."""

OPTIONS = {"_nrt": False, "error_model": "numpy"}
"""No counting of references: the loops make no arrays, and counting those they are given at every
call took most of the time. No checks for division by zero."""

SEAL_BYTES = hashlib.sha256().digest_size
"""Counts the bytes at the end of a kept file that are the hash of the others."""

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
    digest = hashlib.sha256(f"sealed {numba.__version__} {Path(__file__).parent}".encode())
    for path in sources():
        digest.update(path.read_bytes())
    return folders.cache_folder() / "compiled" / digest.hexdigest()[:16]


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function called from Python; its machine code is kept on disk."""
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = str(cache_folder())
    try:
        return kept(function, **OPTIONS)
    finally:
        CONFIG.CACHE_DIR = before


def kept(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Compile a function with these options; its machine code is kept on disk, sealed.

    Where nothing can be kept it is compiled in every process.
    """
    compiled = NJIT(**options)(function)
    with suppress(RuntimeError):  # Numba found no place that can be written
        compiled._cache = _SealedCache(function)  # noqa: SLF001 - as `enable_caching` of Numba does
    return compiled


def loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop outside of the routing engine; it lets other threads run."""
    return kept(function, nogil=True)


class _SealedFile(CACHE_FILE):  # type: ignore[misc]
    """Numba's files of one function, each ending with the hash of what comes before.

    Numba reads them with pickle, which stops before the hash, and would run whatever is in them.
    """

    @contextmanager
    def _open_for_write(self, path: str) -> Iterator[io.BytesIO]:
        content = io.BytesIO()
        yield content
        whole = content.getvalue()
        with super()._open_for_write(path) as file:
            file.write(whole + hashlib.sha256(whole).digest())
        folders.share(Path(path))

    def drop_damaged(self) -> None:
        """Remove files that were cut off or changed, so that they are made again."""
        index = Path(self._index_path)
        for path in index.parent.glob(f"{glob.escape(index.stem)}.*"):
            if path.suffix not in {".nbi", ".nbc"}:  # somebody is writing it
                continue
            with suppress(OSError):
                whole = path.read_bytes()
                if hashlib.sha256(whole[:-SEAL_BYTES]).digest() != whole[-SEAL_BYTES:]:
                    log.warning("%s is damaged and is made again", path)
                    path.unlink()


class _SealedCache(FUNCTION_CACHE):  # type: ignore[misc]
    """Numba's cache of one function, over sealed files; no trouble with it ends a plan."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        file: Any = self._cache_file
        self._cache_file: Any = _SealedFile(
            file._cache_path,  # noqa: SLF001
            f"{self._impl.filename_base}.sealed",
            file._source_stamp,  # noqa: SLF001
        )
        folders.share(Path(self._cache_path))

    def load_overload(self, sig: object, target_context: object) -> object:
        """The machine code kept for a signature, or None."""
        self._cache_file.drop_damaged()
        try:
            return super().load_overload(sig, target_context)
        except OSError as error:
            log.warning("compiled loops cannot be read: %s", error)
            return None

    def save_overload(self, sig: object, data: object) -> None:
        """Keep machine code, if the disk lets us."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            log.warning("compiled loops cannot be kept: %s", error)


def is_compiled(name: str) -> bool:
    """Whether an entry point is on disk already."""
    return any(cache_folder().rglob(f"*{name}*.nbi"))


inner = NJIT(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)

inlined = NJIT(no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True, **OPTIONS)
"""For what is called often or in one place only: passing all arrays of a search costs more than
most such functions."""
