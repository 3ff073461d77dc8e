"""A small picture of one route for its sheet: inline SVG, north up, main roads in grey."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import Markup

from api.words.i18n import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.exports.geometry import Ground, Line
    from models.district import District
    from models.plan import PlanRoute

WIDTH, HEIGHT, MARGIN = 720, 250, 14


class Frame(NamedTuple):
    """Where lon, lat fall on the picture."""

    west: float
    north: float
    per_lon: float
    per_lat: float
    left: float
    top: float

    def path(self, line: Line) -> str:
        """SVG path data of a line."""
        points = [
            f"{self.left + (lon - self.west) * self.per_lon:.1f} "
            f"{self.top + (self.north - lat) * self.per_lat:.1f}"
            for lon, lat in line
        ]
        return "M" + "L".join(points)


def overview_svg(route: PlanRoute, ground: Ground, district: District) -> Markup:
    """The route as SVG: service solid, deadhead dashed, facilities used as lettered discs."""
    steps = [step for trip in route.trips for step in trip.steps]
    lines = [(step.kind, ground.thin_step(step)) for step in steps]
    points = [point for _, line in lines for point in line]
    if len(points) < 2:
        return Markup()
    frame = _frame(points)
    drawn = [(kind, frame.path(line)) for kind, line in lines if len(line) > 1]
    served = "".join(path for kind, path in drawn if kind == "serve")
    driven = "".join(path for kind, path in drawn if kind != "serve")
    stops = "".join(
        f'<circle class="stop" r="2.4" {_at(frame, line[0])}/>' for kind, line in lines
        if kind == "serve" and len(line) == 1
    )  # fmt: skip
    used = {step.facility for step in steps if step.facility} | {route.depot}
    return Markup(
        f'<svg class="overview" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path class="base" d="{_base(ground, frame)}"/>'
        f'<path class="deadhead" d="{driven}"/><path class="service" d="{served}"/>{stops}'
        f"{''.join(_sites(district, used, frame))}</svg>"
    )


def _frame(points: Line) -> Frame:
    lon, lat = np.asarray(points).T
    west, east, south, north = lon.min(), lon.max(), lat.min(), lat.max()
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-4), max(north - south, 1e-4)
    per_lat = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    per_lon = per_lat * squeeze
    return Frame(
        float(west), float(north), float(per_lon), float(per_lat),
        float(WIDTH - (east - west) * per_lon) / 2, float(HEIGHT - (north - south) * per_lat) / 2,
    )  # fmt: skip


def _base(ground: Ground, frame: Frame) -> str:
    """Main roads inside the picture."""
    lines, boxes = ground.main_roads
    west, south, east, north = boxes.T
    left, right = (frame.left + (lon - frame.west) * frame.per_lon for lon in (west, east))
    low, high = (frame.top + (frame.north - lat) * frame.per_lat for lat in (south, north))
    seen = (right > -40) & (left < WIDTH + 40) & (low > -40) & (high < HEIGHT + 40)
    return "".join(frame.path(lines[number]) for number in np.flatnonzero(seen).tolist())


def _sites(district: District, used: set[str], frame: Frame) -> Iterator[str]:
    for site in district.sites:
        if site.id in used:
            x, y = frame.path([(site.lon, site.lat)])[1:].split()
            glyph = word("glyph", site.kind.value, "zh")
            yield (
                f'<g class="site {site.kind.value}"><circle r="8" cx="{x}" cy="{y}"/>'
                f'<text x="{x}" y="{float(y) + 3.6:.1f}">{glyph}</text></g>'
            )


def _at(frame: Frame, point: tuple[float, float]) -> str:
    x, y = frame.path([point])[1:].split()
    return f'cx="{x}" cy="{y}"'
