"""Forgeries of ways, steps and trips.

A forgery changes the document in place and says whether it found something to change.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from scenarios.fool.document import Json, route_steps, steps_of, trips_of

if TYPE_CHECKING:
    from random import Random

    from scenarios.fool.document import Forgery


def _drives_before(document: Json, *kinds: str) -> list[tuple[list[Json], int]]:
    """Drives with streets, as their trip's steps and number, that lead to a step of these kinds."""
    found = []
    for route in document["routes"]:
        for trip in route["trips"]:
            steps = trip["steps"]
            for number in range(len(steps) - 1):
                after = [one for one in steps[number + 1 :] if one["kind"] not in {"wait", "break"}]
                leads = not kinds or (after and after[0]["kind"] in kinds)
                if steps[number]["kind"] == "drive" and steps[number]["streets"] and leads:
                    found.append((steps, number))
    return found


def drop_drive(*kinds: str) -> Forgery:
    """No drive to a step of these kinds."""

    def change(document: Json, rng: Random) -> bool:
        drives = _drives_before(document, *kinds)
        if drives:
            steps, number = rng.choice(drives)
            steps.pop(number)
            return True
        return False

    return change


def no_way_home_at_all(document: Json, rng: Random) -> bool:
    """Drop every way home, and close the gap in time."""
    del rng
    drives = _drives_before(document, "end")
    for steps, number in drives:
        steps[number + 1]["arrive"] = steps[number + 1]["depart"] = steps[number]["arrive"]
        steps.pop(number)
    return bool(drives)


def teleport(end: str) -> Forgery:
    """A step begins or ends somewhere else."""

    def change(document: Json, rng: Random) -> bool:
        steps = [step for step in steps_of(document) if step[end]]
        if steps:
            step = rng.choice(steps)
            step[end] = [step[end][0] + 0.01, step[end][1]]
            return True
        return False

    return change


def arcs(kind: str, how: str) -> Forgery:
    """The way of a drive or a service is cut, emptied, turned round, made longer, or replaced."""

    def change(document: Json, rng: Random) -> bool:
        steps = [step for step in steps_of(document, kind) if step["streets"]]
        if not steps:
            return False
        step = rng.choice(steps)
        piece = rng.choice(step["streets"])
        if how == "cut":
            piece["arcs"].pop()
        elif how == "none":
            step["streets"] = []
        elif how == "round":
            piece["arcs"].append(piece["arcs"][0])
        elif how == "other":
            piece["arcs"][-1] += 1
        elif how == "unknown":
            piece["arcs"][-1] = 10**12
        else:
            step["streets"].append(copy.deepcopy(piece))
        return True

    return change


def kind_of(was: str, now: str) -> Forgery:
    """A step says that it is something else."""

    def change(document: Json, rng: Random) -> bool:
        steps = steps_of(document, was)
        if steps:
            rng.choice(steps)["kind"] = now
            return True
        return False

    return change


def set_step(kind: str, key: str, value: Any) -> Forgery:
    """A field of a step of a kind has this value."""

    def change(document: Json, rng: Random) -> bool:
        steps = [step for step in steps_of(document, kind) if step[key] != value]
        if steps:
            rng.choice(steps)[key] = value
            return True
        return False

    return change


def other_facility(document: Json, rng: Random) -> bool:
    """Tip or refill at another site."""
    steps = steps_of(document, "tip", "refill")
    sites = sorted({step["facility"] for step in steps})
    if len(sites) < 2:
        return False
    step = rng.choice(steps)
    step["facility"] = next(site for site in sites if site != step["facility"])
    return True


def swapped_tasks(document: Json, rng: Random) -> bool:
    """Two services claim each other's task."""
    steps = steps_of(document, "serve")
    if len(steps) < 2:
        return False
    one, other = rng.sample(steps, 2)
    one["task"], other["task"] = other["task"], one["task"]
    return True


def shorter_service(document: Json, rng: Random) -> bool:
    """A service takes less time and the vehicle waits for the rest."""
    steps = [s for s in steps_of(document, "serve", "tip", "refill") if s["arrive"] != s["depart"]]
    if not steps:
        return False
    step = rng.choice(steps)
    step["depart"] = step["arrive"]
    return True


def lose_step(kind: str) -> Forgery:
    """A step of a kind is not there."""

    def change(document: Json, rng: Random) -> bool:
        where = [
            (trip["steps"], n)
            for route in document["routes"]
            for trip in route["trips"]
            for n, step in enumerate(trip["steps"])
            if step["kind"] == kind
        ]
        if where:
            steps, number = rng.choice(where)
            steps.pop(number)
            return True
        return False

    return change


def served_twice(document: Json, rng: Random) -> bool:
    """A service is done again at once."""
    for route, number in rng.sample(trips_of(document), len(trips_of(document))):
        steps = route["trips"][number]["steps"]
        for place, step in enumerate(steps):
            if step["kind"] == "serve":
                steps.insert(place, copy.deepcopy(step))
                return True
    return False


def another_route_serves(document: Json, rng: Random) -> bool:
    """A service moves to another route, as a hand that knows no better would move it."""
    routes = [r for r in document["routes"] if any(s["kind"] == "serve" for s in route_steps(r))]
    if len(routes) < 2:
        return False
    one, other = rng.sample(routes, 2)
    steps = next(t["steps"] for t in one["trips"] if any(s["kind"] == "serve" for s in t["steps"]))
    number = next(n for n, step in enumerate(steps) if step["kind"] == "serve")
    target = next(
        t["steps"] for t in other["trips"] if any(s["kind"] == "serve" for s in t["steps"])
    )
    target.insert(1, steps.pop(number))
    return True


def lose_trip(document: Json, rng: Random) -> bool:
    """A route has a trip less."""
    if not document["routes"]:
        return False
    route, number = rng.choice(trips_of(document))
    route["trips"].pop(number)
    return True


def trips_as_one(document: Json, rng: Random) -> bool:
    """The cut between two trips is gone."""
    routes = [route for route in document["routes"] if len(route["trips"]) > 1]
    if not routes:
        return False
    route = rng.choice(routes)
    after = route["trips"].pop(1)
    route["trips"][0]["steps"] += after["steps"]
    return True


def trip_cut_in_two(document: Json, rng: Random) -> bool:
    """A trip is cut where no facility is."""
    long = [(r, n) for r, n in trips_of(document) if len(r["trips"][n]["steps"]) > 4]
    if not long:
        return False
    route, number = rng.choice(long)
    trip = route["trips"][number]
    rest = copy.deepcopy(trip)
    trip["steps"], rest["steps"] = trip["steps"][:2], trip["steps"][2:]
    route["trips"].insert(number + 1, rest)
    return True
