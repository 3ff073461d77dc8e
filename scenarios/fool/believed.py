"""Fields of a plan that nobody can verify, each with a lie about it that no judge can notice.

The table on docs/violations.md lists the same fields; a test holds the judge, this list and the
page to each other.
"""

from __future__ import annotations

import copy
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scenarios.fool.document import left_out_rows

if TYPE_CHECKING:
    from random import Random

    from scenarios.fool.document import Forgery, Json


def _engine(document: Json, rng: Random) -> bool:
    """Another program is said to have searched, on every route alike."""
    del rng
    named = "ortools" if document["engine"] == "ruin" else "ruin"
    for one in [document, *document["routes"]]:
        one["engine"] = named
    return True


def _asked_for_all(document: Json, rng: Random) -> bool:
    """The operations that were planned are said to be those that were asked for, by name."""
    del rng
    if document["only"] is not None:
        return False
    document["only"] = sorted(document["operations"])
    return True


def _asked_for_as_much(document: Json, rng: Random) -> bool:
    """The day is said to be one with as much waste as it has."""
    del rng
    document["what_if"] = [*document["what_if"], {"do": "demand", "factor": 1.0}]
    return True


def _locked_as_it_is(document: Json, rng: Random) -> bool:
    """A vehicle is said to have been locked to the work it does."""
    served = [
        (route, [s["task"] for trip in route["trips"] for s in trip["steps"] if s["task"]])
        for route in document["routes"]
    ]
    able = [(route, tasks) for route, tasks in served if tasks]
    if not able:
        return False
    route, tasks = rng.choice(able)
    lock = {"do": "lock", "what": "vehicle", "vehicle": route["vehicle"], "shift": route["shift"],
            "tasks": tasks, "sites": []}  # fmt: skip
    document["locks"] = [*document["locks"], lock]
    return True


def _another_reason(document: Json, rng: Random) -> bool:
    """A task that fits alone was left out for another reason of the search."""
    rows = left_out_rows(document, SEARCHED)
    if not rows:
        return False
    row = rng.choice(rows)
    row["reason"] = next(one for one in SEARCHED if one != row["reason"])
    counts = Counter(one["reason"] for one in document["unserved"])
    document["kpis"]["unserved_reasons"] = dict(sorted(counts.items()))
    return True


def _another_pause(document: Json, rng: Random) -> bool:
    """A truck that stands before it tips is said to have rested."""
    for run in rng.sample(document["haul"], len(document["haul"])):
        tour = next(one for one in document["tours"] if one["id"] == run["tour"])
        if not tour["pauses"]:
            end = datetime.fromisoformat(run["arrive_plant"])
            begin = end - timedelta(seconds=1)
            tour["pauses"] = [{"begin": begin.isoformat(), "end": end.isoformat()}]
            return True
    return False


def _unbalanced(key: str, extra: str) -> Forgery:
    """A figure of the day before stations were balanced is another, and what it differs by too."""

    def change(document: Json, rng: Random) -> bool:
        del rng
        kpis = document["kpis"]
        if not kpis.get("unbalanced"):
            return False
        kpis["unbalanced"][key] = round(kpis["unbalanced"][key] + 1, 2)
        if extra:
            kpis[extra] = round(kpis["balanced"][key] - kpis["unbalanced"][key], 1)
        return True

    return change


def _design(document: Json, rng: Random) -> bool:
    """Before stations were balanced one was above its design, and all together too."""
    told = document["kpis"].get("unbalanced")
    if not told or not document["stations"]:
        return False
    over = told["above_design_t"]
    over[rng.choice(document["stations"])["id"]] = 1.0
    told["over_t"], told["stations_over"] = round(sum(over.values()), 2), len(over)
    return True


def _least(document: Json, rng: Random) -> bool:
    """What would serve a task left out is more of the same."""
    rows = [row for row in document["unserved"] if row["least"]]
    if not rows:
        return False
    rng.choice(rows)["least"]["amount"] += 60
    return True


def _of_plan(key: str, value: object) -> Forgery:
    """A field of the plan is another value."""

    def change(document: Json, rng: Random) -> bool:
        del rng
        document[key] = copy.deepcopy(value)
        return True

    return change


def _earlier(document: Json, rng: Random) -> bool:
    """A figure of the earlier plan was another."""
    told = document["difference"]
    known = [row for row in told["figures"] if row["base"] is not None] if told else []
    if not known:
        return False
    rng.choice(known)["base"] += 1
    return True


def _at_home_far_away(document: Json, rng: Random) -> bool:
    """A vehicle is said to have worked where nobody works today."""
    if not document["homes"]:
        return False
    rng.choice(document["homes"])["squares"].append([0, 0, 1])
    return True


SEARCHED = ("no_time", "no_capacity", "queue", "not_worth", "stopped")
"""Reasons of tasks that fit alone, between which only the search can tell."""
_TAKEN_OUT = {"edit": {"do": "take_out", "tasks": ["x"]}, "who": "",
              "when": "2026-03-18T06:00:00+08:00"}  # fmt: skip
BELIEVED: dict[str, Forgery] = {
    "created": _of_plan("created", "2026-03-01T06:00:00+08:00"),
    "seed": _of_plan("seed", 99),
    "changes": _of_plan("changes", [_TAKEN_OUT]),
    "engine": _engine,
    "only": _asked_for_all,
    "what_if": _asked_for_as_much,
    "locks": _locked_as_it_is,
    "homes": _at_home_far_away,
    "kpis.unbalanced.km": _unbalanced("km", "balance_extra_km"),
    "kpis.unbalanced.duty_h": _unbalanced("duty_h", "balance_extra_h"),
    "kpis.unbalanced.cost_cny": _unbalanced("cost_cny", ""),
    "kpis.unbalanced.above_design_t": _design,
    "unserved.least": _least,
    "unserved.reason": _another_reason,
    "difference": _earlier,
    "tours.pauses": _another_pause,
}
"""The fields by their way through the document, each with a lie that only it could tell."""

KINDS_BELIEVED = frozenset(
    {"pause: begin", "pause: end", *(f"left out: {reason}" for reason in SEARCHED)}
)
"""Kinds of forgery of those fields, by name."""


PAPERS_BELIEVED: dict[str, tuple[str, ...]] = {
    "week.language": ("week.json",),
    "least_empty_seats": ("roster.json",),
    "alternatives": ("merge.json", "site.json", "relocation.json"),
    "alternatives.decided.bound": ("merge.json", "site.json", "relocation.json"),
    "impossible": ("site.json", "relocation.json"),
}
"""The same of documents that are no day plans, and which: their language, proofs of searches, which
questions were asked and had no answer."""


def is_believed_paper(document: str, field: str) -> bool:
    """Whether a field of a document, or the last item of its list, is one nobody can verify."""
    name = document.partition(".")[0]
    way = ".".join(key for key in field.partition(":")[0].split(".") if key != "*")
    return any(document in PAPERS_BELIEVED.get(known, ()) for known in (way, f"{name}.{way}"))


def is_believed(field: str) -> bool:
    """Whether a field of `every_field`, or a part of it, is one that nobody can verify."""
    way = ".".join(key for key in field.split(".") if key != "*")
    return any(way == known or way.startswith(f"{known}.") for known in BELIEVED)
