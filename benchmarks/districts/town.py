"""The streets of a drawn town: a grid with limits, one-ways, gates, bans of turns, hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LON, LAT = 121.08, 31.97
"""Where the south-west corner of a drawn town lies (chosen: in the plain by Haimen)."""
HIGHWAYS = ("tertiary", "residential", "secondary", "primary", "service", "living_street")
GATES = ("bollard", "gate", "lift_gate", "height_restrictor", "cycle_barrier", "block")
BANS = ("no_left_turn", "no_right_turn", "no_u_turn", "no_straight_on", "only_straight_on",
        "only_left_turn")  # fmt: skip


def roads(rng: random.Random, size: int, step: float) -> str:
    """A grid of ways as an .osm file: some narrow, one-way, heavy-limited, shut at some hours."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for number in range(size * size):
        lon, lat = LON + step * (number % size), LAT + step * (number // size)
        node = f'<node id="{1 + number}" lon="{lon:.7f}" lat="{lat:.7f}"'
        gate = f'><tag k="barrier" v="{rng.choice(GATES)}"/></node>'
        lines.append(f"{node}{gate if rng.random() < 0.03 else '/>'}")
    for line in range(size):
        for way, hop in ((100 + line, 1), (200 + line, size)):
            first = line * size if hop == 1 else line
            tags = {"highway": rng.choice(HIGHWAYS), "name": f"路{way}"}
            tags |= {key: value for chance, key, value in _tags(rng) if rng.random() < chance}
            lines.append(f'<way id="{way}">')
            lines += [f'<nd ref="{1 + first + hop * n}"/>' for n in range(size)]
            lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
            lines.append("</way>")
    for number in range(rng.choice((0, 0, 1, 3))):
        lines += _ban(rng, size, 900 + number)
    return "\n".join([*lines, "</osm>"])


def _tags(rng: random.Random) -> tuple[tuple[float, str, str], ...]:
    """What a way may be tagged with, and the chance of it."""
    return (
        (0.15, "oneway", rng.choice(("yes", "yes", "-1"))),
        (0.3, "lanes", rng.choice(("1", "2", "4", "6"))),
        (0.3, "width", rng.choice(("3", "6", "15", "28"))),
        (0.05, "maxweight", rng.choice(("3.5", "12", "40"))),
        (0.03, "maxheight", rng.choice(("2.6", "3.5"))),
        (0.05, "hgv:conditional", "no @ (07:00-09:00)"),
        (0.03, "access", rng.choice(("private", "destination", "no"))),
        (0.05, "maxspeed", rng.choice(("20", "40", "60"))),
        (0.1, "bridge", "yes"),
        (0.05, "tunnel", "yes"),
    )


def _ban(rng: random.Random, size: int, number: int) -> list[str]:
    """A ban of turns where a line of the grid crosses another."""
    row, column = rng.randrange(size), rng.randrange(size)
    begin, end = rng.sample((100 + row, 200 + column), 2)
    kind = rng.choice(BANS)
    if kind == "no_u_turn":
        end = begin
    hours = '<tag k="restriction:conditional" v="{} @ (06:00-20:00)"/>'
    plain = '<tag k="restriction" v="{}"/>'
    return [
        f'<relation id="{number}"><member type="way" ref="{begin}" role="from"/>'
        f'<member type="node" ref="{1 + row * size + column}" role="via"/>'
        f'<member type="way" ref="{end}" role="to"/><tag k="type" v="restriction"/>'
        f"{(hours if rng.random() < 0.2 else plain).format(kind)}</relation>"
    ]
