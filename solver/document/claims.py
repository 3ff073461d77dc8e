"""What a document claims, held against the document made again from what was read back.

One comparison of everything, so that no field can be forgotten. Each difference is a `CLAIM` with
its place, what is written and what is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from models.plan import Plan, PlanRoute, PlanTour, PlanViolation
from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator


class Thing(NamedTuple):
    """A route, a station, a person that a difference belongs to; `route`: its name if it is one."""

    place: str
    route: str = ""


Difference = tuple[Thing, str, Any, Any]
"""The thing it belongs to, its place, what is written, what is right."""
TRUSTED = {
    "created": "the moment of writing leaves no other trace",
    "seed": "only the search itself could tell with which seed it ran",
    "changes": "who changed what by hand leaves no other trace",
    "difference": "held against the earlier plan's figures by `check_difference`",
    "violations": "what the judges found is compared last, by `check_verdict`",
}
"""Fields of a plan that cannot be made again from the rest of it, each with the reason."""
NAMES = ("id", "task", "driver", "t", "kind", "code", "en")
"""Fields by which two records are the same thing, the first that a record has."""
MANY = 12
"""So many differences inside one route, station or person are told one by one (chosen: more would
not be read)."""
LONG = 60
"""So many characters of a value are told (chosen: it fits a line)."""


def check_claims(written: Plan, right: Plan) -> Iterator[Violation]:
    """Every difference of the document `written` from the one made again, `right`."""
    for name in Plan.model_fields:
        if name in TRUSTED:
            continue
        one, other = getattr(written, name), getattr(right, name)
        if name == "kpis":
            one, other = (
                {k: v for k, v in kpis.items() if k != "violations"} for kpis in (one, other)
            )
        yield from _limited(_differences(name, one, other))


def check_verdict(written: Plan, found: Sequence[PlanViolation]) -> Iterator[Violation]:
    """The list of violations in the document is the judges', and so is their number."""
    if written.violations != list(found):
        yield _claim("violations", len(written.violations), len(found))
    if written.kpis.get("violations") != len(found):
        yield _claim("kpis violations", written.kpis.get("violations"), len(found))


def _limited(found: Iterator[Difference]) -> Iterator[Violation]:
    """The first differences of each thing, and how many more there are."""
    count: dict[Thing, int] = {}
    for top, place, one, other in found:
        count[top] = count.get(top, 0) + 1
        if count[top] <= MANY:
            yield _claim(place, one, other, top.route)
    for top, number in count.items():
        if number > MANY:
            yield Violation(
                code="CLAIM",
                where=top.place,
                excess=number - MANY,
                detail=f"{number - MANY} more differences",
                route=top.route,
            )


def _claim(place: str, one: object, other: object, route: str = "") -> Violation:
    return Violation(
        code="CLAIM",
        where=place,
        excess=_apart(one, other),
        detail=f"written {_text(one)}, right {_text(other)}",
        route=route,
    )


def _apart(one: object, other: object) -> int:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return min(round(abs(one - other)), 10**9) if abs(one - other) < 10**9 else 10**9
    return 0


def _text(value: object) -> str:
    if value is MISSING:
        return "nothing"
    text = str(getattr(value, "id", None) or value)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


class _Missing:
    """Stands for a thing that one of two documents does not have."""


MISSING = _Missing()


def _differences(
    place: str, one: Any, other: Any, top: Thing | None = None
) -> Iterator[Difference]:
    """(thing, place, written, right) of all that differs between two values, things in order."""
    if type(one) is type(other) and one == other:
        return
    if isinstance(one, BaseModel) and type(one) is type(other):
        for name, info in type(one).model_fields.items():
            label = info.alias or name
            yield from _differences(
                f"{place} {label}", getattr(one, name), getattr(other, name), top
            )
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*other, *one]):
            pair = one.get(key, MISSING), other.get(key, MISSING)
            yield from _differences(f"{place} {key}", *pair, top)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _lists(place, one, other, top)
    elif one != other:
        yield top or Thing(place), place, one, other


def _lists(place: str, one: list[Any], other: list[Any], top: Thing | None) -> Iterator[Difference]:
    """Two lists: what is the same thing in both is compared, the rest is too much or missing."""
    ours, theirs = [_name(item) for item in one], [_name(item) for item in other]
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            for item, twin, number in zip(one[a:b], other[c:d], range(c, d), strict=True):
                spot = f"{place} {_label(twin, number)}"
                yield from _differences(spot, item, twin, top or _thing(spot, twin))
            continue
        for number, item in enumerate(one[a:b], start=a):
            spot = f"{place} {_label(item, number)}"
            yield top or _thing(spot, item), spot, item, MISSING
        for number, item in enumerate(other[c:d], start=c):
            spot = f"{place} {_label(item, number)}"
            yield top or _thing(spot, item), spot, MISSING, item


def _thing(place: str, item: Any) -> Thing:
    return Thing(place, item.id if isinstance(item, PlanRoute | PlanTour) else "")


def _name(item: Any) -> Hashable:
    """What makes two items of lists the same thing."""
    if not isinstance(item, BaseModel):
        return item if isinstance(item, str | int | float) else 0
    known = next((field for field in NAMES if field in type(item).model_fields), None)
    if known is None:
        return type(item).__name__
    more = getattr(item, "facility", None) if known == "task" else None
    kind = getattr(item, "kind", None)
    return known, getattr(item, known), more, kind if known == "task" else None


def _label(item: Any, number: int) -> str:
    """How a list's item is called in a place: its id, or its number counted from 1."""
    own = getattr(item, "id", None) or getattr(item, "task", None) or getattr(item, "driver", None)
    return str(own) if own else str(number + 1)
