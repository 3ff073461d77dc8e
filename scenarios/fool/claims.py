"""Forgeries of fields, lists, people, tasks left out and key figures.

A forgery changes the document in place and says whether it found something to change.
"""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scenarios.fool.document import Json, steps_of, trips_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from scenarios.fool.document import Forgery


FEN = 0.01
"""The least a price differs by [CNY]: figures are told to it."""
ROUNDED_GAP = 1e-6
"""The gap of the haul is told to so much [share]: as in `station_figures`."""
WIDE_GAP = 1e-4
"""From this gap [share] on no proof reaches the cost (chosen: a bound is proven to 1e-6 of it, and
a haul told as dearer than its bound by this is none whose optimum was proven)."""


def field_of(place: str, key: str) -> Forgery:
    """Another value of a field in one record of a list of the plan (or `place` "": of the plan)."""

    def change(document: Json, rng: Random) -> bool:
        rows = [row for row in rows_of(document, place) if row.get(key) is not None]
        if not rows:
            return False
        row = rng.choice(rows)
        row[key] = other(row[key], rng)
        return True

    return change


def rows_of(document: Json, place: str) -> list[Json]:
    """The records a place names: those of a list of the plan, or of all lists of a kind."""
    if place == "assignment":
        return [document["difference"]["assignment"]] if document["difference"] else []
    known: dict[str, Callable[[], list[Json]]] = {
        "": lambda: [document],
        "trips": lambda: [route["trips"][number] for route, number in trips_of(document)],
        "pieces": lambda: [piece for step in steps_of(document) for piece in step["streets"]],
        "drives": lambda: [step for step in steps_of(document, "drive") if step["streets"]],
        "services": lambda: steps_of(document, "serve"),
        "visits": lambda: steps_of(document, "tip", "refill"),
        "series": lambda: [one for site in document["stations"] for one in site["series"]],
        "pauses": lambda: [one for tour in document["tours"] for one in tour["pauses"]],
    }
    rows: list[Json] = known[place]() if place in known else document[place]
    return rows


def other(value: Any, rng: Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, list):
        return value[:-1] if value else ["x"]
    if isinstance(value, dict):
        more = {"en": f"{value['en']}?"} if "en" in value else {"x": 1}
        return {**value, **more}
    if isinstance(value, float):
        return value + rng.choice([-3.5, 0.01, 80.0])
    if isinstance(value, int):
        return value + rng.choice([-7, 1, 250])
    try:
        return _later(value, rng.choice([-40, 1, 90]))
    except ValueError:
        return f"{value}?"


def other_at(key: object, value: Any, rng: Random) -> Any:
    """Another value of a field of this name, one that is surely false."""
    if key == "haul_bound_cny":  # a fen more or less may be true: so much that the gap never fits
        return round(value * rng.choice([0.98, 1.02]), 2)
    return other(value, rng)


def _later(text: str, minutes: int) -> str:
    return (datetime.fromisoformat(text) + timedelta(minutes=minutes)).isoformat()


def drop(place: str) -> Forgery:
    """One record of a list of the plan is not there any more."""

    def change(document: Json, rng: Random) -> bool:
        rows = document[place]
        if rows:
            rows.pop(rng.randrange(len(rows)))
            return True
        return False

    return change


def twice(place: str) -> Forgery:
    """One record of a list of the plan stands there twice."""

    def change(document: Json, rng: Random) -> bool:
        rows = document[place]
        if rows:
            rows.insert(rng.randrange(len(rows)), copy.deepcopy(rng.choice(rows)))
            return True
        return False

    return change


def vehicle_of_another(place: str) -> Forgery:
    """A route or tour claims the vehicle of another one."""

    def change(document: Json, rng: Random) -> bool:
        rows = [*document["routes"], *document["tours"]]
        names = sorted({row["vehicle"] for row in rows})
        if not document[place] or len(names) < 2:
            return False
        row = rng.choice(document[place])
        row["vehicle"] = next(name for name in names if name != row["vehicle"])
        return True

    return change


def crew(people: list[str] | None) -> Forgery:
    """Other people on a route: none, strangers, or (None) those of another route."""

    def change(document: Json, rng: Random) -> bool:
        routes = [route for route in document["routes"] if route["crew"]]
        others = [r["crew"] for r in routes for s in routes if r["crew"] != s["crew"]]
        if not routes or (people is None and not others):
            return False
        route = rng.choice(routes)
        new = next((c for c in others if c != route["crew"]), None) if people is None else people
        route["crew"] = list(new or [])
        return True

    return change


def other_reason(reason: str) -> Forgery:
    """A task is left out for another reason."""

    def change(document: Json, rng: Random) -> bool:
        rows = [row for row in document["unserved"] if row["reason"] != reason]
        if rows:
            rng.choice(rows)["reason"] = reason
            return True
        return False

    return change


def invented_task(document: Json, rng: Random) -> bool:
    """A task that the district does not have is left out."""
    document["unserved"].append(left_out(f"sweep-{rng.randrange(10**6)}", "sweep"))
    return True


def left_out_too(document: Json, rng: Random) -> bool:
    """A served task is listed as left out as well."""
    steps = steps_of(document, "serve")
    if not steps:
        return False
    step = rng.choice(steps)
    document["unserved"].append(left_out(step["task"], document["operations"][0]))
    return True


def served_now_left_out(document: Json, rng: Random) -> bool:
    """A service is not driven, and its task listed as left out; all figures stay."""
    where = [
        (trip["steps"], n)
        for route in document["routes"]
        for trip in route["trips"]
        for n, step in enumerate(trip["steps"])
        if step["kind"] == "serve"
    ]
    if not where:
        return False
    steps, number = rng.choice(where)
    task = steps.pop(number)["task"]
    document["unserved"].append(left_out(task, document["operations"][0]))
    return True


def unserved_served(document: Json, rng: Random) -> bool:
    """A task left out is put into a route as if it were served."""
    steps = steps_of(document, "serve")
    if not document["unserved"] or not steps:
        return False
    gone = document["unserved"].pop(rng.randrange(len(document["unserved"])))
    rng.choice(steps)["task"] = gone["task"]
    return True


def left_out(task: str, operation: str) -> Json:
    """A record of a task left out."""
    return {
        "task": task, "operation": operation, "name": "", "reason": "no_time", "relaxation": "",
        "least": None, "lon": 121.0, "lat": 32.0,
    }  # fmt: skip


def figure(document: Json, rng: Random) -> bool:
    """A key figure is another."""
    key = rng.choice(sorted(document["kpis"]))
    document["kpis"][key] = other_at(key, document["kpis"][key], rng)
    return True


def figure_of(key: str) -> Forgery:
    """A key figure of this name is another."""

    def change(document: Json, rng: Random) -> bool:
        if key not in document["kpis"]:
            return False
        document["kpis"][key] = other_at(key, document["kpis"][key], rng)
        return True

    return change


def raised_bound(over: float) -> Forgery:
    """The bound of the haul lies `over` CNY above its cost, or below it, and the gap fits it.

    A bound a fen above the told one is no lie: who has more seconds proves more. Above the cost it
    is one, and right below it where the gap told is no mere rounding.
    """

    def change(document: Json, rng: Random) -> bool:
        del rng
        kpis = document["kpis"]
        bound, gap = kpis.get("haul_bound_cny"), kpis.get("haul_gap_share")
        if not bound or gap is None or (over < 0 and gap < WIDE_GAP):
            return False
        cost, tours = bound * (1 + gap), kpis["haul_cost_cny"]
        exact = tours if abs(tours - cost) < ROUNDED_GAP * bound + FEN else cost
        kpis["haul_bound_cny"] = round(exact + over, 2)
        kpis["haul_gap_share"] = round(exact / kpis["haul_bound_cny"] - 1, 6)
        return True

    return change


def figure_gone(document: Json, rng: Random) -> bool:
    """A key figure is not there."""
    document["kpis"].pop(rng.choice(sorted(document["kpis"])))
    return True


def invented_figure(document: Json, rng: Random) -> bool:
    """A key figure that no plan has."""
    document["kpis"]["praise"] = rng.randrange(100)
    return True


def invented_violation(document: Json, rng: Random) -> bool:
    """A law that is not broken is listed."""
    del rng
    document["violations"].append({"code": "LOAD", "where": "x", "excess": 1, "detail": ""})
    return True


def set_plan(key: str, value: Any) -> Forgery:
    """A field of the plan has this value."""

    def change(document: Json, rng: Random) -> bool:
        del rng
        if document[key] == value:
            return False
        document[key] = value
        return True

    return change


def another_day(document: Json, rng: Random) -> bool:
    """The plan claims to be of another day."""
    day = datetime.fromisoformat(document["date"]) + timedelta(days=rng.choice([-1, 1, 7]))
    document["date"] = day.date().isoformat()
    return True


def add_to(key: str, value: Any) -> Forgery:
    """A list of the plan has one more item."""

    def change(document: Json, rng: Random) -> bool:
        del rng
        document[key].append(copy.deepcopy(value))
        return True

    return change


def another_what_if(document: Json, rng: Random) -> bool:
    """The plan claims to be of a day with more waste."""
    del rng
    document["what_if"] = [{"do": "demand", "factor": 1.2}]
    return True


def less_work(document: Json, rng: Random) -> bool:
    """A person's row has a piece of work less."""
    rows = [row for row in document["roster"] if row["work"]]
    if not rows:
        return False
    rng.choice(rows)["work"].pop()
    return True
