"""Every field of a document forged once: whatever a schema holds, some judge must know it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from scenarios.fool.claims import other_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from scenarios.fool.document import Json

FREE = frozenset({"created", "seed"})
"""When and with which seed a document was made is nowhere else: no judge can know it anew."""


def every_field(document: Json, rng: Random) -> Iterator[tuple[str, Callable[[Json], None]]]:
    """Every field's name, and how to change it in a copy of the document at a place drawn.

    A field is a way of keys through the document, `*` for any item of a list; a list is a field too
    and loses its last item, or gets one.
    """
    for field, found in sorted(_fields(document).items()):
        yield ".".join(field), partial(_change, way=rng.choice(found), rng=rng)


def count_fields(document: Json) -> int:
    """How many fields a document has."""
    return len(_fields(document))


def _fields(document: Json) -> dict[tuple[str, ...], list[tuple[str | int, ...]]]:
    """Fields that can be known anew, each with its places."""
    places: dict[tuple[str, ...], list[tuple[str | int, ...]]] = {}
    for field, place in _places(document, (), ()):
        if FREE.isdisjoint(field):
            places.setdefault(field, []).append(place)
    return places


def _change(document: Json, *, way: tuple[str | int, ...], rng: Random) -> None:
    holder: Any = document
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = _changed(way[-1], holder[way[-1]], rng)


def _places(
    value: Any, field: tuple[str, ...], place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str | int, ...]]]:
    """Fields and places below a JSON value, itself among them where it is no object."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _places(one, (*field, key), (*place, key))
        return
    if place:
        yield field, place
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _places(one, (*field, "*"), (*place, number))


def _changed(key: str | int, value: Any, rng: Random) -> Any:
    """Another value in the place of one."""
    if isinstance(value, bool):
        return not value
    return "x" if value is None else other_at(key, value, rng)


def every_list(document: Json, rng: Random) -> Iterator[tuple[str, Callable[[Json], None]]]:
    """For every list, at a place drawn: an item less, an item twice, two items exchanged."""
    for field, found in sorted(_fields(document).items()):
        lists = [way for way in found if isinstance(one := _at(document, way), list) and one]
        if not lists:
            continue
        name, way = ".".join(field), rng.choice(lists)
        yield f"{name}: less", partial(_less, way=way, rng=rng)
        yield f"{name}: twice", partial(_twice, way=way, rng=rng)
        mixed = [
            way for way in lists if any(one != _at(document, way)[0] for one in _at(document, way))
        ]
        if mixed:
            yield f"{name}: exchanged", partial(_exchanged, way=rng.choice(mixed))


def _at(document: Json, way: tuple[str | int, ...]) -> Any:
    value: Any = document
    for key in way:
        value = value[key]
    return value


def _less(document: Json, *, way: tuple[str | int, ...], rng: Random) -> None:
    rows = _at(document, way)
    rows.pop(rng.randrange(len(rows)))


def _twice(document: Json, *, way: tuple[str | int, ...], rng: Random) -> None:
    rows = _at(document, way)
    rows.append(rng.choice(rows))


def _exchanged(document: Json, *, way: tuple[str | int, ...]) -> None:
    """The first item and the first that is another change places."""
    rows = _at(document, way)
    other = next(number for number, one in enumerate(rows) if one != rows[0])
    rows[0], rows[other] = rows[other], rows[0]
