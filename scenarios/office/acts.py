"""Who did what, when: written once, never changed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from scenarios.office.store import reading
from scenarios.office.tables import ACTS

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row

MOST = 500
"""Acts that one look shows; older ones by `before`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One change: `who` did `what` to the thing `about`; `at` in seconds of the epoch."""

    id: int
    at: float
    who: str
    what: str
    about: str
    detail: dict[str, Any]


class Acts:
    """The book of changes of a store. Safe for threads."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def note(self, who: str, what: str, about: str, **detail: object) -> None:
        """Write down a change."""
        text = json.dumps(detail, ensure_ascii=False)
        with self._store.begin() as base:
            base.execute(
                insert(ACTS).values(at=time.time(), who=who, what=what, about=about, detail=text)
            )

    def latest(self, *, about: str = "", before: int = 0, most: int = MOST) -> list[Act]:
        """The newest changes first; of one thing, and before the act of that number if given."""
        query = select(ACTS).order_by(ACTS.c.id.desc()).limit(min(most, MOST))
        if about:
            query = query.where(ACTS.c.about == about)
        if before:
            query = query.where(ACTS.c.id < before)
        with reading(self._store) as base:
            return [_act(row) for row in base.execute(query)]

    def since(self, number: int) -> list[Act]:
        """Changes from that number on, oldest first."""
        query = select(ACTS).where(ACTS.c.id >= number).order_by(ACTS.c.id).limit(MOST)
        with reading(self._store) as base:
            return [_act(row) for row in base.execute(query)]

    def last(self) -> int:
        """The number of the newest change, 0 before the first."""
        with reading(self._store) as base:
            return int(base.execute(select(func.max(ACTS.c.id))).scalar() or 0)


def _act(row: Row[tuple[object, ...]]) -> Act:
    return Act(
        id=row.id, at=row.at, who=row.who, what=row.what, about=row.about,
        detail=json.loads(row.detail),
    )  # fmt: skip
