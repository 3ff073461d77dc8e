"""Every field of a document forged once: whatever a schema holds, some judge must know it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scenarios.fool.claims import other

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from scenarios.fool.document import Json

FREE = frozenset({"created", "seed"})
"""When and with which seed a document was made is nowhere else: no judge can know it anew."""


def every_field(document: Json, rng: Random) -> Iterator[tuple[str, Json]]:
    """Copies of a document, each with one field changed at a place drawn, and the field's name.

    A field is a way of keys through the document, `*` for any item of a list; a list is a field too
    and loses its last item, or gets one.
    """
    text = json.dumps(document)
    places: dict[tuple[str, ...], list[tuple[str | int, ...]]] = {}
    for field, place in _places(document, (), ()):
        places.setdefault(field, []).append(place)
    for field, found in sorted(places.items()):
        if FREE.isdisjoint(field):
            forged = json.loads(text)
            *way, last = rng.choice(found)
            holder: Any = forged
            for key in way:
                holder = holder[key]
            holder[last] = _changed(holder[last], rng)
            yield ".".join(field), forged


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


def _changed(value: Any, rng: Random) -> Any:
    """Another value in the place of one."""
    if isinstance(value, bool):
        return not value
    return "x" if value is None else other(value, rng)
