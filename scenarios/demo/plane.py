"""The plane a town is drawn on: straight lines in, gently bent streets out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

ORIGIN = (119.9732, 31.7786)
"""Degrees of (0, 0); the town is made up, only the latitude matters."""
METRES_PER_DEGREE = 111_195.0
TURN = math.radians(7)

Place = tuple[float, float]
"""Metres east and north of the town's south-west corner, before bending."""


@dataclass(frozen=True, slots=True)
class Bend:
    """A smooth displacement: no town keeps to a chessboard, and no two streets may cross."""

    phases: tuple[float, float, float, float]

    @classmethod
    def by(cls, rng: random.Random) -> Bend:
        """Draw the phases."""
        a, b, c, d = (rng.uniform(0, 2 * math.pi) for _ in range(4))
        return cls((a, b, c, d))

    def lonlat(self, place: Place) -> tuple[float, float]:
        """WGS-84 degrees of a place."""
        u, v = place
        a, b, c, d = self.phases
        x = u + 60 * math.sin(v / 420 + a) + 16 * math.sin((u + v) / 130 + b)
        y = v + 60 * math.sin(u / 500 + c) + 16 * math.sin((u - v) / 145 + d)
        east = x * math.cos(TURN) - y * math.sin(TURN)
        north = x * math.sin(TURN) + y * math.cos(TURN)
        lat = ORIGIN[1] + north / METRES_PER_DEGREE
        lon = ORIGIN[0] + east / (METRES_PER_DEGREE * math.cos(math.radians(ORIGIN[1])))
        return lon, lat


def between(frm: Place, to: Place, share: float) -> Place:
    """Place at `share` (0 to 1) of the way."""
    return frm[0] + share * (to[0] - frm[0]), frm[1] + share * (to[1] - frm[1])


def distance(frm: Place, to: Place) -> float:
    """Metres between two places."""
    return math.hypot(to[0] - frm[0], to[1] - frm[1])
