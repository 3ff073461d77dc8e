"""Who did what, when: the ledger's decisions, written once, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from models.units import CHINA
from scenarios.ledger.planned import decisions

if TYPE_CHECKING:
    from sqlalchemy import Row

    from scenarios.ledger.store import Ledger

MOST = 500
"""Acts that one look shows; older ones by `before`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One change: `who` did `what` to the thing `about`."""

    id: int
    at: datetime
    who: str
    what: str
    about: str
    detail: dict[str, Any]


class Acts:
    """The book of changes of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, who: str, what: str, about: str, **detail: object) -> None:
        """Write down a change."""
        now = datetime.now(CHINA)
        row = {"made_at": now, "person": who, "verb": what, "subject": about, "facts": detail}
        with self._ledger.writing() as base:
            base.execute(insert(decisions).values(note="", **row))

    def latest(self, *, about: str = "", before: int = 0, most: int = MOST) -> list[Act]:
        """The newest changes first; of one thing, and before the act of that number if given."""
        query = select(decisions).order_by(decisions.c.id.desc()).limit(min(most, MOST))
        if about:
            query = query.where(decisions.c.subject == about)
        if before:
            query = query.where(decisions.c.id < before)
        with self._ledger.reading() as base:
            return [_act(row) for row in base.execute(query)]

    def since(self, number: int) -> list[Act]:
        """Changes from that number on, oldest first."""
        query = select(decisions).where(decisions.c.id >= number).order_by(decisions.c.id)
        with self._ledger.reading() as base:
            return [_act(row) for row in base.execute(query.limit(MOST))]

    def last(self) -> int:
        """The number of the newest change, 0 before the first."""
        with self._ledger.reading() as base:
            return int(base.execute(select(func.max(decisions.c.id))).scalar() or 0)


def _act(row: Row[tuple[object, ...]]) -> Act:
    return Act(
        id=row.id, at=row.made_at, who=row.person, what=row.verb, about=row.subject,
        detail=row.facts,
    )  # fmt: skip
