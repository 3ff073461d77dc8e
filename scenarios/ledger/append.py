"""Rows put into the ledger: new ones, those it has already, and those that say otherwise."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from models.units import CHINA
from scenarios.ledger.happened import batches
from scenarios.ledger.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from models.history.events import Event

_AT_ONCE = 500
"""Keys asked for in one query (chosen: below the 999 parameters of an old SQLite)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Where rows come from: `kind` import, plan or correction; `digest` is the source's SHA-256."""

    kind: str
    source: str
    digest: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be put down, or with `void` one that never happened."""

    event: Event
    void: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Entry number `index` says otherwise than the ledger; `fields` are (ledger's, entry's)."""

    index: int
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of entries, in numbers of rows.

    With conflicts, or `unknown` entries that void what the ledger does not have, nothing was
    written.
    """

    new: int = 0
    same: int = 0
    corrected: int = 0
    conflicts: tuple[Conflict, ...] = ()
    unknown: tuple[int, ...] = ()


def append(
    connection: sa.Connection, entries: Sequence[Entry], batch: Batch, *, correct: bool
) -> Written:
    """Write entries of one table, no two of one key; those the ledger has already are counted.

    An entry of a known key with other values is a correction if `correct`; else it is a conflict,
    and nothing at all is written. A forecast, or a trip taken from a plan, is corrected by any
    later word, and says nothing against a measurement or a report.
    """
    if not entries:
        return Written()
    table = METADATA.tables[entries[0].event.table]
    held = _held(connection, table, [entry.event.key for entry in entries])
    fresh: list[dict[str, Any]] = []
    same, corrected, conflicts, unknown = 0, 0, list[Conflict](), list[int]()
    for index, entry in enumerate(entries):
        values = _values(entry)
        old = held.get(entry.event.key)
        if old is None and entry.void:
            unknown.append(index)
            continue
        if old is None:
            fresh.append(values | {"key": entry.event.key, "revision": 0, "corrects": None})
            continue
        other = {name: (old[name], new) for name, new in values.items() if old[name] != new}
        late = _assumed(values) and not _assumed(old) and not old["void"]
        if not other or late or (entry.void and old["void"]):
            same += 1
            continue
        if not _assumed(old) and not correct:
            conflicts.append(Conflict(index, other))
        corrected += 1
        after = {"key": old["key"], "revision": old["revision"] + 1, "corrects": old["id"]}
        fresh.append(values | after)
    if conflicts or unknown:
        return Written(same=same, conflicts=tuple(conflicts), unknown=tuple(unknown))
    if fresh:
        number = _open_batch(connection, batch)
        connection.execute(table.insert(), [row | {"batch": number} for row in fresh])
    return Written(len(fresh) - corrected, same, corrected)


def _assumed(values: Mapping[str, Any]) -> bool:
    """Whether a row tells what was expected, not what somebody saw."""
    return bool(values.get("forecast") or values.get("plan"))


def _values(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {one.name: getattr(event, one.name) for one in fields(event)} | {"void": entry.void}


def _held(
    connection: sa.Connection, table: sa.Table, keys: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """The row that holds of every key the ledger knows, a voided one too."""
    found: dict[str, Mapping[str, Any]] = {}
    for begin in range(0, len(keys), _AT_ONCE):
        some = table.c.key.in_(keys[begin : begin + _AT_ONCE])
        query = sa.select(table).where(some).order_by(table.c.revision)
        found |= {row["key"]: row for row in connection.execute(query).mappings()}
    return found


def _open_batch(connection: sa.Connection, batch: Batch) -> int:
    made = connection.execute(
        batches.insert(),
        {
            "made_at": datetime.now(CHINA), "kind": batch.kind, "source": batch.source,
            "digest": batch.digest, "person": batch.person,
        },
    )  # fmt: skip
    (number,) = made.inserted_primary_key or (0,)
    return int(number)


def holding(
    connection: sa.Connection, kind: type[Event], begin: date | None = None, end: date | None = None
) -> Iterator[Event]:
    """Rows of a table that hold: neither corrected nor void, by day and key.

    With `begin` and `end` those of these days, both included.
    """
    table = METADATA.tables[kind.table]
    later = table.alias("later")
    corrected = sa.exists().where(later.c.corrects == table.c.id)
    first = table.c.begin if "begin" in table.c else table.c.day
    last = table.c.end if "begin" in table.c else table.c.day
    query = sa.select(table).where(~table.c.void, ~corrected).order_by(first, table.c.key)
    if begin is not None:
        query = query.where(last >= begin)
    if end is not None:
        query = query.where(first <= end)
    names = [one.name for one in fields(kind)]
    for row in connection.execute(query).mappings():
        yield kind(**{name: row[name] for name in names})
