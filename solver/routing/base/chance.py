"""Chance for compiled loops: xorshift64, its state an array of one, the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray  # noqa: TC002

from solver.routing.base.compiled import inner


@inner
def draw(rng: NDArray[np.uint64]) -> float:
    """Uniform in [0, 1) (Marsaglia 2003)."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return float(x >> np.uint64(11)) / 9007199254740992.0


@inner
def below(rng: NDArray[np.uint64], limit: int) -> int:
    """Uniform in 0..limit - 1."""
    return int(draw(rng) * limit)
