"""Compiled entry points of this room, kept on disk by the digest of every source they hold."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba

from solver import folders
from solver.routing.base import compiled

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def _folder() -> Path:
    """Where the machine code of these very sources is kept."""
    digest = hashlib.sha256(f"{numba.__version__} {Path(__file__).parent}".encode())
    for path in (*compiled.sources(), *sorted(Path(__file__).parent.rglob("*.py"))):
        digest.update(path.read_bytes())
    return folders.cache_folder() / "compiled" / f"horizon-{digest.hexdigest()[:16]}"


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function called from Python; its machine code is kept on disk."""
    return _kept(function, **compiled.OPTIONS)


def loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function called from Python that makes arrays; other threads may run."""
    return _kept(function, nogil=True)


def _kept(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    before = compiled.CONFIG.CACHE_DIR
    compiled.CONFIG.CACHE_DIR = str(_folder())
    try:
        return compiled.kept(function, **options)
    finally:
        compiled.CONFIG.CACHE_DIR = before
