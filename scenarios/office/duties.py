"""Duties on phones: links that are signed and end, and what drivers report, each thing once."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import insert, select

from models.units import CHINA
from scenarios.ledger.office import duty_reports
from scenarios.office.keys import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.ledger.store import Ledger

LASTS_S = 36 * 3600
"""Seconds a link opens after the duty ends: the next day's evening, for a phone that was off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Whose duty of which plan a link opens; `until` is the epoch second it ends at."""

    plan: str
    driver: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReport:
    """What a driver said of a step: `state` is `done`, `cannot` or `open` again.

    `key` is the phone's own, so that the same report sent twice is one. `step` counts the steps of
    the route or tour `work` from 0; `photo` is the name of a file on the phone.
    """

    key: str
    work: str
    step: int
    task: str
    state: str
    said_at: datetime
    note: str = ""
    photo: str = ""


class Duties:
    """Links and reports of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        secret = key(ledger, "duty")
        self._words = URLSafeSerializer(
            secret, salt="duty", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def word(self, plan: str, driver: str, end: datetime) -> str:
        """The word of a link to a driver's duty that ends at `end`."""
        return str(self._words.dumps([plan, driver, int(end.timestamp()) + LASTS_S]))

    def duty(self, word: str) -> Duty | None:
        """The duty a link opens, or None for a forged or ended one."""
        try:
            plan, driver, until = self._words.loads(word)
        except (BadData, ValueError, TypeError):
            return None
        return None if until < time.time() else Duty(plan=plan, driver=driver, until=until)

    def report(self, duty: Duty, reports: Sequence[DutyReport]) -> int:
        """Write reports down; how many of them were new."""
        with self._ledger.writing() as base:
            theirs = [one.key for one in reports]
            known = set(
                base.execute(
                    select(duty_reports.c.key).where(duty_reports.c.key.in_(theirs))
                ).scalars()
            )
            new = {one.key: one for one in reports if one.key not in known}
            for one in new.values():
                base.execute(
                    insert(duty_reports).values(
                        key=one.key, plan=duty.plan, work=one.work, step=one.step, task=one.task,
                        state=one.state, person=duty.driver, said_at=one.said_at, note=one.note,
                        received_at=datetime.now(CHINA), photo=one.photo,
                    )
                )  # fmt: skip
            return len(new)

    def reports(self, plan: str) -> list[dict[str, Any]]:
        """Everything drivers said of a plan, oldest first."""
        query = select(duty_reports).where(duty_reports.c.plan == plan)
        with self._ledger.reading() as base:
            rows = base.execute(query.order_by(duty_reports.c.id))
            return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's own name
