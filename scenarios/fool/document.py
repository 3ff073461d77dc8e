"""A plan document as JSON gives it: how forgeries find their way in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from random import Random

    Forgery = Callable[[dict[str, Any], Random], bool]

Json = dict[str, Any]


def steps_of(document: Json, *kinds: str) -> list[Json]:
    """All steps of these kinds, over all routes and trips; without kinds all steps."""
    return [
        step
        for route in document["routes"]
        for trip in route["trips"]
        for step in trip["steps"]
        if not kinds or step["kind"] in kinds
    ]


def trips_of(document: Json) -> list[tuple[Json, int]]:
    """Each trip as its route and its number there."""
    return [(r, n) for r in document["routes"] for n in range(len(r["trips"]))]


def route_steps(route: Json) -> list[Json]:
    """All steps of a route."""
    return [step for trip in route["trips"] for step in trip["steps"]]


def left_out_rows(document: Json, reasons: Collection[str]) -> list[Json]:
    """Records of tasks left out for one of these reasons."""
    return [row for row in document["unserved"] if row["reason"] in reasons]
