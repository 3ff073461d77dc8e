"""Drawings of the planner's reports as SVG text: a map of sites, cost against exposure."""

from __future__ import annotations

from html import escape
from math import ceil, cos, floor, log10, radians
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT, MAP_HEIGHT = 680, 340, 480
METRES_PER_DEGREE = 111_195.0
SMALL = {"rejected": 2.0, "home": 1.5, "stays": 3.2, "goes": 2.4}
"""Radii of marks that come by the hundred [px]."""


class Mark(NamedTuple):
    """A place on the map: (lon, lat), its style class and its label."""

    lon: float
    lat: float
    style: str
    label: str = ""


class Dot(NamedTuple):
    """A drawn dot [px] that wants a label."""

    x: float
    y: float
    label: str


Box = tuple[float, float, float, float]
"""West, north, east, south [px]."""


def site_map(
    marks: Sequence[Mark], streets: Iterable[Sequence[tuple[float, float]]], title: str
) -> Markup:
    """Places over streets; marks later in the list lie on top."""
    lines = [list(line) for line in streets]
    spots = [(m.lon, m.lat) for m in marks] + [p for line in lines for p in line]
    if not spots:
        return Markup("")
    west, east = min(p[0] for p in spots), max(p[0] for p in spots)
    south, north = min(p[1] for p in spots), max(p[1] for p in spots)
    flat = cos(radians((south + north) / 2))
    wide, high = max((east - west) * flat, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 40) / wide, (MAP_HEIGHT - 40) / high)
    left, top = (WIDTH - wide * scale) / 2, (MAP_HEIGHT - high * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * flat * scale, top + (north - lat) * scale

    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*point) for point in line))
        for line in lines
        if len(line) > 1
    )
    parts = [f'<path class="base" d="{path}"/>']
    dots: list[Dot] = []
    for mark in marks:
        x, y = at(mark.lon, mark.lat)
        radius = SMALL.get(mark.style, 6.5)
        parts.append(f'<circle class="{mark.style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>')
        if mark.label:
            dots.append(Dot(x, y, mark.label))
    parts += labels(dots)
    parts += _scale_bar(scale / METRES_PER_DEGREE)
    return svg(parts, title, MAP_HEIGHT)


def _scale_bar(pixels_per_metre: float) -> list[str]:
    """A bar of a round length at the lower left, and north."""
    metres = _round_step(110 / pixels_per_metre)
    wide, y = metres * pixels_per_metre, MAP_HEIGHT - 14
    text = f"{metres / 1_000:g} km" if metres >= 1_000 else f"{metres:g} m"
    return [
        f'<path class="bar" d="M14 {y - 5}V{y}H{14 + wide:.1f}V{y - 5}"/>',
        f'<text class="tick" x="{20 + wide:.1f}" y="{y}">{text}</text>',
        f'<path class="north" d="M{WIDTH - 22} 34V14M{WIDTH - 27} 21L{WIDTH - 22} 13'
        f'L{WIDTH - 17} 21"/><text class="tick mid" x="{WIDTH - 22}" y="46">N</text>',
    ]


def front_chart(document: dict[str, Any], axes: tuple[str, str], title: str) -> Markup:
    """Cost [CNY/day] to the right, exposure [persons] upwards, one dot an alternative."""
    rows = document["alternatives"]
    xs = [row["cost_cny_day"]["total"] for row in rows]
    ys = [row["exposure"] for row in rows]
    x_ticks, y_ticks = ticks(xs), ticks(ys)
    x0, x1, y0, y1 = x_ticks[0], x_ticks[-1], y_ticks[0], y_ticks[-1]

    def at(x: float, y: float) -> tuple[float, float]:
        return (70 + (x - x0) / (x1 - x0) * (WIDTH - 110),
                HEIGHT - 50 - (y - y0) / (y1 - y0) * (HEIGHT - 80))  # fmt: skip

    parts = []
    for y in y_ticks:
        py = at(x0, y)[1]
        parts.append(f'<path class="grid" d="M70 {py:.1f}H{WIDTH - 40}"/>')
        parts.append(f'<text class="tick end" x="64" y="{py + 4:.1f}">{y:,.0f}</text>')
    for x in x_ticks:
        px = at(x, y0)[0]
        parts.append(f'<text class="tick mid" x="{px:.1f}" y="{HEIGHT - 32}">{x:,.0f}</text>')
    points = [at(x, y) for x, y in document["front"]]
    if len(points) > 1:
        steps = "".join(f"L{x:.1f} {y:.1f}" for x, y in points[1:])
        parts.append(f'<path class="front" d="M{points[0][0]:.1f} {points[0][1]:.1f}{steps}"/>')
    dots = [Dot(*at(x, y), row["id"]) for row, x, y in zip(rows, xs, ys, strict=True)]
    for row, dot in zip(rows, dots, strict=True):
        style = "broken" if row["violations"] else "new"
        parts.append(f'<circle class="{style}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="6.5"/>')
    parts += labels(dots)
    parts += [
        f'<text class="tick mid" x="{WIDTH / 2}" y="{HEIGHT - 10}">{escape(axes[0])}</text>',
        f'<text class="tick" x="8" y="18">{escape(axes[1])}</text>',
    ]
    return svg(parts, title)


def labels(dots: Sequence[Dot]) -> list[str]:
    """A label beside each dot, where it covers no dot and no other label."""
    taken = [(dot.x - 7, dot.y - 7, dot.x + 7, dot.y + 7) for dot in dots]
    parts = []
    for dot in dots:
        wide = sum(6.6 if ord(letter) < 256 else 11.5 for letter in dot.label)
        spots = [
            (left, dot.y + dy)
            for far in range(4)
            for dy in (-6 - 12 * far, 15 + 12 * far, 4)
            for left in (dot.x + 9, dot.x - 9 - wide)
        ]
        boxes = [(left, base - 10, left + wide, base + 2) for left, base in spots]
        free = (k for k, box in enumerate(boxes) if not any(_cross(box, one) for one in taken))
        best = next(free, 0)
        taken.append(boxes[best])
        left, base = spots[best]
        text = escape(dot.label)
        parts.append(f'<text class="label" x="{left:.1f}" y="{base:.1f}">{text}</text>')
    return parts


def _cross(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def ticks(values: Sequence[float]) -> list[float]:
    """Four to eight round numbers about the values."""
    low, high = min(values), max(values)
    step = _round_step((high - low) / 5 or abs(high) / 10 or 1.0)
    first, last = floor(low / step), ceil(high / step)
    return [k * step for k in range(first, max(last, first + 1) + 1)]


def _round_step(about: float) -> float:
    """1, 2 or 5 times a power of ten, not above `about`."""
    power: float = 10.0 ** floor(log10(about))
    return power * max(k for k in (1, 2, 5) if k * power <= about * (1 + 1e-9))


def svg(parts: Iterable[str], title: str, height: int = HEIGHT) -> Markup:
    """A drawing of these parts; `title` is what is read out for it."""
    body = "".join(parts)
    label = escape(title, quote=True)
    return Markup(
        f'<svg class="figure" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
        f"{body}</svg>"
    )
