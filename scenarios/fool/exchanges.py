"""Forgeries of who knows the code: sums are kept, times shift together, two things change places.

A forgery changes the document in place and says whether it found something to change.
"""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scenarios.fool.claims import rows_of
from scenarios.fool.document import Json, route_steps, steps_of

if TYPE_CHECKING:
    from random import Random

    from scenarios.fool.document import Forgery


def exchanged(place: str, *keys: str) -> Forgery:
    """Two records of a kind exchange the values of these fields: every sum stays."""

    def change(document: Json, rng: Random) -> bool:
        rows = rows_of(document, place)
        rng.shuffle(rows)
        told = [[row.get(key) for key in keys] for row in rows]
        other = next((n for n, values in enumerate(told) if values != told[0]), None)
        if other is None:
            return False
        for key in keys:
            rows[0][key], rows[other][key] = rows[other][key], rows[0][key]
        return True

    return change


def moved(place: str, key: str, by: float) -> Forgery:
    """So much of a number goes from one record to another: the sum stays."""

    def change(document: Json, rng: Random) -> bool:
        rows = [row for row in rows_of(document, place) if row.get(key) is not None]
        if len(rows) < 2:
            return False
        one, other = rng.sample(rows, 2)
        one[key], other[key] = round(one[key] - by, 3), round(other[key] + by, 3)
        return True

    return change


def traded(place: str, one: str, other: str, by: float) -> Forgery:
    """So much of a number of a record stands in another of its numbers."""

    def change(document: Json, rng: Random) -> bool:
        rows = rows_of(document, place)
        if not rows:
            return False
        row = rng.choice(rows)
        row[one], row[other] = round(row[one] - by, 3), round(row[other] + by, 3)
        return True

    return change


def later(place: str, minutes: int) -> Forgery:
    """All times of a route, a tour with its runs, a person, or (place "") the whole day move."""

    def change(document: Json, rng: Random) -> bool:
        if not place:
            _shift({key: document[key] for key in TIMED}, minutes)
            return bool(document["routes"])
        if not document[place]:
            return False
        row = rng.choice(document[place])
        _shift(row, minutes)
        if place == "tours":
            _shift([run for run in document["haul"] if run["tour"] == row["id"]], minutes)
        return True

    return change


TIMED = ("routes", "stations", "haul", "tours", "roster")
"""Lists of a plan that tell times."""
MOMENTS = frozenset(
    {"arrive", "depart", "return", "begin", "end", "t", "swap_end", "arrive_plant", "leave_plant"}
)
"""Fields that hold a time."""


def _shift(value: Any, minutes: int) -> None:
    if isinstance(value, list):
        for one in value:
            _shift(one, minutes)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in MOMENTS and isinstance(one, str):
                moment = datetime.fromisoformat(one) + timedelta(minutes=minutes)
                value[key] = moment.isoformat()
            else:
                _shift(one, minutes)


def cut_moved(document: Json, rng: Random) -> bool:
    """The cut between two trips is one step later."""
    routes = [one for one in document["routes"] if len(one["trips"]) > 1]
    if not routes:
        return False
    trips = rng.choice(routes)["trips"]
    trips[0]["steps"].append(trips[1]["steps"].pop(0))
    return True


def way_backwards(document: Json, rng: Random) -> bool:
    """A service drives its street the other way round."""
    long = [s for s in steps_of(document, "serve") if sum(len(p["arcs"]) for p in s["streets"]) > 1]
    if not long:
        return False
    step = rng.choice(long)
    step["streets"] = [{**p, "arcs": p["arcs"][::-1]} for p in step["streets"][::-1]]
    step["from"], step["to"] = step["to"], step["from"]
    return True


def wait_is_work(document: Json, rng: Random) -> bool:
    """A wait becomes a longer service before it."""
    pairs = [
        (steps, n)
        for route in document["routes"]
        for steps in [trip["steps"] for trip in route["trips"]]
        for n in range(1, len(steps))
        if steps[n]["kind"] in {"wait", "break"} and steps[n - 1]["kind"] in {"serve", "tip"}
    ]
    if not pairs:
        return False
    steps, number = rng.choice(pairs)
    steps[number - 1]["depart"] = steps.pop(number)["depart"]
    return True


def pause_moved(document: Json, rng: Random) -> bool:
    """A break or wait is made before the way to it and not after."""
    pairs = [
        (steps, n)
        for route in document["routes"]
        for steps in [trip["steps"] for trip in route["trips"]]
        for n in range(1, len(steps))
        if steps[n]["kind"] in {"wait", "break"} and steps[n - 1]["kind"] == "drive"
    ]
    if not pairs:
        return False
    steps, number = rng.choice(pairs)
    steps[number - 1], steps[number] = steps[number], steps[number - 1]
    return True


def operation_gone(document: Json, rng: Random) -> bool:
    """An operation was never asked for: its routes and what it left out are gone with it."""
    worked = {row["operation"] for key in ("routes", "unserved") for row in document[key]}
    names = sorted(worked.intersection(document["operations"]))
    if not names:
        return False
    name = rng.choice(names)
    document["operations"].remove(name)
    document["only"] = list(document["operations"])
    for key in ("routes", "unserved"):
        document[key] = [row for row in document[key] if row["operation"] != name]
    return True


def task_gone(document: Json, rng: Random) -> bool:
    """A task that was left out never was, in the list and in all counts."""
    if not document["unserved"]:
        return False
    gone = document["unserved"].pop(rng.randrange(len(document["unserved"])))
    kpis = document["kpis"]
    kpis["unserved"] -= 1
    kpis["tasks"] = kpis.get("tasks", 1) - 1
    reasons = kpis["unserved_reasons"]
    reasons[gone["reason"]] -= 1
    if not reasons[gone["reason"]]:
        del reasons[gone["reason"]]
    return True


def counted_twice(document: Json, rng: Random) -> bool:
    """One task more is counted, and served."""
    del rng
    kpis = document["kpis"]
    if not {"tasks", "served"} <= kpis.keys():
        return False
    kpis["tasks"] += 1
    kpis["served"] += 1
    return True


def taken_out_by_hand(document: Json, rng: Random) -> bool:
    """A task that no way leads to, or that no vehicle may do, was taken out by a person."""
    rows = [r for r in document["unserved"] if r["reason"] in {"unreachable", "no_vehicle_type",
            "too_large", "window", "weather", "no_operation"}]  # fmt: skip
    if not rows:
        return False
    row = rng.choice(rows)
    reasons = document["kpis"]["unserved_reasons"]
    reasons[row["reason"]] -= 1
    if not reasons[row["reason"]]:
        del reasons[row["reason"]]
    reasons["by_hand"] = reasons.get("by_hand", 0) + 1
    document["kpis"]["unserved_reasons"] = dict(sorted(reasons.items()))
    row["reason"] = "by_hand"
    return True


def locked(what: str, how: str) -> Forgery:
    """A lock that the routes do not keep: of a task done elsewhere, of another order or site."""

    def change(document: Json, rng: Random) -> bool:
        served = [(r, [s["task"] for s in route_steps(r) if s["kind"] == "serve"])
                  for r in document["routes"]]  # fmt: skip
        able = [(route, tasks) for route, tasks in served if len(set(tasks)) > 1]
        if len(able) < 2:
            return False
        (route, tasks), (_, others) = rng.sample(able, 2)
        sites = sorted({s["facility"] for s in route_steps(route) if s["kind"] == "tip"})
        told = {"other": [*tasks, others[0]], "order": tasks[::-1], "less": tasks[:-1],
                "site": []}[how]  # fmt: skip
        if how == "site" and not sites:
            return False
        lock = {"do": "lock", "what": what, "vehicle": route["vehicle"], "shift": route["shift"],
                "tasks": told, "sites": ["elsewhere"] if how == "site" else []}  # fmt: skip
        document["locks"] = [*document["locks"], lock]
        return True

    return change


def words_exchanged(place: str) -> Forgery:
    """Chinese words stand where English ones should, and the other way round."""

    def change(document: Json, rng: Random) -> bool:
        if place == "titles":
            rows = [(group, key) for group in document["titles"].values() for key in group]
            if not rows:
                return False
            group, key = rng.choice(rows)
            group[key] = group[key][::-1]
            return True
        notes = [one for one in document[place] if one["zh"] != one["en"]]
        if not notes:
            return False
        note = rng.choice(notes)
        note["zh"], note["en"] = note["en"], note["zh"]
        return True

    return change


def less_than_it_was(document: Json, rng: Random) -> bool:
    """The plan before was as good as this one, in the differences that are told."""
    told = document["difference"]
    rows = [row for row in told["figures"] if row["base"] != row["value"]] if told else []
    if not rows:
        return False
    row = rng.choice(rows)
    row["value"] = row["base"]
    return True


def moves_back(document: Json, rng: Random) -> bool:
    """A task that another vehicle took over is said to have gone the other way."""
    told = document["difference"]
    if not told or not told["assignment"]["moves"]:
        return False
    move = rng.choice(told["assignment"]["moves"])
    move["before"], move["after"] = move["after"], move["before"]
    return True


def lap_moved(document: Json, rng: Random) -> bool:
    """A lap of cyclic work begins where the lap before does."""
    laps: dict[str, list[Json]] = {}
    for route in document["routes"]:
        laps.setdefault(f"{route['operation']} {route['vehicle']}", []).append(route)
    several = [rows for rows in laps.values() if len(rows) > 1]
    if not several:
        return False
    first, second = sorted(rng.choice(several), key=lambda one: str(one["depart"]))[:2]
    gap = datetime.fromisoformat(second["depart"]) - datetime.fromisoformat(first["depart"])
    _shift(second, -int(gap.total_seconds() // 60))
    return True


def served_by_its_twin(document: Json, rng: Random) -> bool:
    """A service is done in the time and place of another: all of two steps but their tasks."""
    steps = [s for s in steps_of(document, "serve") if s["streets"]]
    if len(steps) < 2:
        return False
    one, other = rng.sample(steps, 2)
    for key in ("streets", "from", "to", "distance_m", "name"):
        one[key], other[key] = copy.deepcopy(other[key]), copy.deepcopy(one[key])
    return True


def _exchanges() -> dict[str, Forgery]:
    """Fields of records of one kind, each exchanged between two of them."""
    fields = {
        "routes": ("vehicle", "crew", "shift", "depot", "part", "cost_cny", "co2_kg", "trips",
                   "depart", "return", "distance_m", "operation", "id"),
        "roster": ("work", "begin", "end", "driver", "name", "overtime_s"),
        "haul": ("plant", "station", "tour", "vehicle", "driver", "tonnes", "depart",
                 "arrive_plant", "stream", "id"),
        "tours": ("vehicle", "crew", "depot", "shift", "tonnes", "cost_cny", "distance_m"),
        "stations": ("taken_t", "series", "name", "design_t", "storage_t", "mean_wait_s"),
        "series": ("tonnes", "arrivals", "stock_t"),
        "trips": ("load_kg", "steps", "water_l"),
        "pieces": ("name", "arcs", "duration_s"),
        "services": ("task", "mode", "arrive", "load_kg", "operator"),
        "visits": ("facility", "arrive"),
        "unserved": ("kg", "lon", "task", "name", "zone"),
    }  # fmt: skip
    return {
        f"two {place} exchange {key}": exchanged(place, key)
        for place, keys in fields.items()
        for key in keys
    }


EXCHANGES: dict[str, Forgery] = {
    **_exchanges(),
    "two routes exchange plate and people": exchanged("routes", "vehicle", "crew"),
    "two routes exchange name and plate": exchanged("routes", "id", "vehicle"),
    "two people exchange their day": exchanged("roster", "work", "begin", "end", "overtime_s"),
    "two people exchange their names": exchanged("roster", "driver", "name"),
    "two runs exchange truck and tour": exchanged("haul", "tour", "vehicle", "driver", "id"),
    "two runs exchange station and stream": exchanged("haul", "station", "stream"),
    "two tours exchange truck and people": exchanged("tours", "vehicle", "crew"),
    "money from route to route": moved("routes", "cost_cny", 10.0),
    "metres from route to route": moved("routes", "distance_m", 100),
    "CO2 from route to route": moved("routes", "co2_kg", 0.5),
    "tonnes from run to run": moved("haul", "tonnes", 0.5),
    "tonnes from station to station": moved("stations", "taken_t", 0.5),
    "a quarter-hour's tonnes to another": moved("series", "tonnes", 0.5),
    "waste left from task to task": moved("unserved", "kg", 1),
    "load from trip to trip": moved("trips", "load_kg", 10),
    "overtime from person to person": moved("roster", "overtime_s", 60),
    "empty metres become service": traded("routes", "deadhead_m", "service_m", 10),
    "the whole day a minute later": later("", 1),
    "the whole day a day later": later("", 24 * 60),
    "a route ten minutes later": later("routes", 10),
    "a route a day later": later("routes", 24 * 60),
    "a tour ten minutes earlier": later("tours", -10),
    "a person's day an hour later": later("roster", 60),
    "a station's day a quarter-hour later": later("stations", 15),
    "a trip cut a step later": cut_moved,
    "a street served backwards": way_backwards,
    "a wait that is work": wait_is_work,
    "a pause before the way and not after": pause_moved,
    "an operation never asked for": operation_gone,
    "a task left out that never was": task_gone,
    "a task more, and served": counted_twice,
    "taken out by hand": taken_out_by_hand,
    "a lock of work done elsewhere": locked("vehicle", "other"),
    "a task locked that is done elsewhere": locked("task", "other"),
    "a locked route in another order": locked("route", "order"),
    "a locked route with more work": locked("route", "less"),
    "a lock on another station": locked("station", "site"),
    "titles in the other language": words_exchanged("titles"),
    "a note in the other language": words_exchanged("notes"),
    "as good as the plan before": less_than_it_was,
    "a move the other way": moves_back,
    "a lap on top of the one before": lap_moved,
    "a service in its twin's place": served_by_its_twin,
}
"""Kinds of edits that keep sums, by name."""
