"""Drawings of the planner's reports as SVG text: a map of sites, cost against exposure."""

from __future__ import annotations

from html import escape
from math import cos, radians
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT = 680, 380


class Mark(NamedTuple):
    """A place on the map: (lon, lat), its style class and its label."""

    lon: float
    lat: float
    style: str
    label: str = ""


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
    scale = min((WIDTH - 40) / wide, (HEIGHT - 40) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * flat * scale, top + (north - lat) * scale

    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*point) for point in line))
        for line in lines
        if len(line) > 1
    )
    parts = [f'<path class="base" d="{path}"/>']
    for mark in marks:
        x, y = at(mark.lon, mark.lat)
        radius = {"rejected": 2.0, "home": 1.5}.get(mark.style, 6.5)
        parts.append(f'<circle class="{mark.style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>')
        if mark.label:
            text = escape(mark.label)
            parts.append(f'<text class="label" x="{x + 8:.1f}" y="{y - 6:.1f}">{text}</text>')
    return _svg(parts, title)


def front_chart(document: dict[str, Any], axes: tuple[str, str], title: str) -> Markup:
    """Cost [CNY/day] to the right, exposure [persons] upwards, one dot an alternative."""
    rows = document["alternatives"]
    xs = [row["cost_cny_day"]["total"] for row in rows]
    ys = [row["exposure"] for row in rows]
    x0, x1 = _padded(xs)
    y0, y1 = _padded(ys)

    def at(x: float, y: float) -> tuple[float, float]:
        return (70 + (x - x0) / (x1 - x0) * (WIDTH - 110),
                HEIGHT - 50 - (y - y0) / (y1 - y0) * (HEIGHT - 80))  # fmt: skip

    parts = []
    for k in range(5):
        x, y = x0 + (x1 - x0) * k / 4, y0 + (y1 - y0) * k / 4
        (px, _), (_, py) = at(x, y0), at(x0, y)
        parts += [
            f'<path class="grid" d="M70 {py:.1f}H{WIDTH - 40}"/>',
            f'<text class="tick end" x="64" y="{py + 4:.1f}">{y:,.0f}</text>',
            f'<text class="tick mid" x="{px:.1f}" y="{HEIGHT - 32}">{x:,.0f}</text>',
        ]
    points = [at(x, y) for x, y in document["front"]]
    if len(points) > 1:
        steps = "".join(f"L{x:.1f} {y:.1f}" for x, y in points[1:])
        parts.append(f'<path class="front" d="M{points[0][0]:.1f} {points[0][1]:.1f}{steps}"/>')
    labels: list[str] = []
    placed: list[tuple[float, float]] = []
    for row, x, y in zip(rows, xs, ys, strict=True):
        px, py = at(x, y)
        style = "broken" if row["violations"] else "new"
        parts.append(f'<circle class="{style}" cx="{px:.1f}" cy="{py:.1f}" r="6.5"/>')
        ly = py - 9
        while any(abs(px - a) < 30 and abs(ly - b) < 11 for a, b in placed):
            ly -= 11
        placed.append((px, ly))
        labels.append(
            f'<text class="label" x="{px + 8:.1f}" y="{ly:.1f}">{escape(row["id"])}</text>'
        )
    parts += labels
    parts += [
        f'<text class="tick mid" x="{WIDTH / 2}" y="{HEIGHT - 10}">{escape(axes[0])}</text>',
        f'<text class="tick" x="8" y="18">{escape(axes[1])}</text>',
    ]
    return _svg(parts, title)


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or max(1.0, abs(high) * 0.05)
    return low - room, high + room


def _svg(parts: Iterable[str], title: str) -> Markup:
    body = "".join(parts)
    label = escape(title, quote=True)
    return Markup(
        f'<svg class="figure" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{body}</svg>"
    )
