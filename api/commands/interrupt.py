"""Ctrl-C: one line where nothing is begun yet, and an orderly end where something is."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

INTERRUPTED_CODE = 130
"""Ends a command that Ctrl-C broke off, as shells count it: 128 and the number of SIGINT."""


def leave_now(signum: int, frame: FrameType | None) -> None:
    """End with one line where nothing is begun yet; half-loaded modules cannot be unwound."""
    del signum, frame
    os.write(2, "已中断 · interrupted\n".encode())
    os._exit(INTERRUPTED_CODE)


@contextmanager
def unwinding() -> Iterator[None]:
    """Within, Ctrl-C unwinds as usual, so that drafts are removed and workers end."""
    ours = signal.getsignal(signal.SIGINT) is leave_now
    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, leave_now)
