"""The orders for plans of an office, in its ledger, so that they outlive the server.

Several servers may work on one data folder: an order is claimed in one transaction, and one that a
server left behind is found by the next. Ends of an order are final.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from models.units import CHINA
from scenarios.ledger.office import order_events, plan_orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection, Row

    from scenarios.ledger.store import Ledger

SIGN_S = 5.0
"""Seconds between two signs of life of a running job."""
GONE_S = 6 * SIGN_S
"""Seconds without a sign of life after which a running job's server is taken for dead."""
KEPT = 1_000
"""Keeps so many ended jobs: a year of three orders a day."""
MOST_WAITING = 20
"""Limits the orders that wait: at a minute each, nobody waits longer than twenty."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset(
    {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED}
)  # fmt: skip
AT_WORK = (JobState.RUNNING, JobState.STOPPING)
OPEN = (JobState.QUEUED, *AT_WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One order for a plan, as it stood when it was read.

    `folder` is the district's, `out` the plan's way below the data folder, `plan` the id the plan
    has or will have; times are seconds of the epoch.
    """

    id: int
    state: JobState
    settings: dict[str, Any]
    folder: str
    out: str
    plan: str
    errors: list[dict[str, Any]]
    progress: dict[str, Any] | None
    ordered: float
    began: float | None
    ended: float | None

    def document(self) -> dict[str, Any]:
        """The job as the API shows it."""
        return {
            "id": str(self.id), "state": self.state.value, "plan": self.plan,
            "settings": self.settings, "errors": self.errors, "progress": self.progress,
            "ordered": _moment(self.ordered), "began": _moment(self.began),
            "ended": _moment(self.ended),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a plan is to be: the way to its folder below the data folder, and its id."""

    out: str
    plan: str


class Orders:
    """The orders of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(
        self,
        settings: dict[str, Any],
        folder: str,
        choose: Callable[[Callable[[str], bool]], Place],
    ) -> Job | None:
        """Queue an order; None where too many wait.

        `choose` names its place, and may ask whether an open order will write to a way.
        """
        with self._ledger.writing() as base:
            if _count(base, plan_orders.c.state == JobState.QUEUED) >= MOST_WAITING:
                return None
            place = choose(lambda out: bool(_count(base, _open_at(out))))
            made = insert(plan_orders).values(
                state=JobState.QUEUED, settings=settings, folder=folder, plan=place.plan,
                out=place.out, errors=[], ordered=time.time(),
            )  # fmt: skip
            job = _job(base.execute(made.returning(*plan_orders.c)).one())
            _tell(base, job.id, {"state": JobState.QUEUED.value})
            return job

    def waiting(self) -> int:
        """How many orders wait."""
        with self._ledger.reading() as base:
            return _count(base, plan_orders.c.state == JobState.QUEUED)

    def claim(self, server: str, most: int = 1) -> Job | None:
        """The oldest order that waits, now this server's to run; None while `most` are at work."""
        with self._ledger.writing() as base:
            if _count(base, plan_orders.c.state.in_(AT_WORK)) >= most:
                return None
            waits = plan_orders.c.state == JobState.QUEUED
            first = base.execute(select(func.min(plan_orders.c.id)).where(waits)).scalar()
            if first is None:
                return None
            now = time.time()
            own = {"state": JobState.RUNNING, "server": server, "began": now, "seen": now}
            row = base.execute(_of(first).values(own).returning(*plan_orders.c)).one()
            _tell(base, first, {"state": JobState.RUNNING.value})
            return _job(row)

    def see(self, number: int) -> None:
        """Give a sign of life of a running job."""
        with self._ledger.writing() as base:
            base.execute(_of(number).values(seen=time.time()))

    def state(self, number: int) -> JobState:
        """Where a job stands."""
        with self._ledger.reading() as base:
            return _state(base, number)

    def report(self, number: int, event: dict[str, Any]) -> None:
        """Note a progress event."""
        with self._ledger.writing() as base:
            base.execute(_of(number).values(progress=event))
            _tell(base, number, event)

    def ask_to_stop(self, number: int) -> None:
        """A waiting order is cancelled, a running one will finish with its best."""
        with self._ledger.writing() as base:
            state = _state(base, number)
            if state == JobState.QUEUED:
                _end(base, number, JobState.CANCELLED, [])
            elif state == JobState.RUNNING:
                base.execute(_of(number).values(state=JobState.STOPPING))
                _tell(base, number, {"state": JobState.STOPPING.value})

    def end(self, number: int, state: JobState, errors: list[dict[str, Any]], place: Place) -> None:
        """A job ended; `place` is where its plan is."""
        with self._ledger.writing() as base:
            base.execute(_of(number).values(plan=place.plan, out=place.out))
            _end(base, number, state, errors)

    def interrupt(self, server: str, reason: dict[str, Any]) -> None:
        """Mark the jobs at work of a server that is gone."""
        with self._ledger.writing() as base:
            own = (plan_orders.c.server == server) & plan_orders.c.state.in_(AT_WORK)
            for number in base.execute(select(plan_orders.c.id).where(own)).scalars().all():
                _end(base, number, JobState.INTERRUPTED, [reason])

    def servers(self) -> dict[str, bool]:
        """Servers of jobs at work, and whether they have given no sign of life for long."""
        seen = func.max(plan_orders.c.seen)
        query = select(plan_orders.c.server, seen).where(plan_orders.c.state.in_(AT_WORK))
        with self._ledger.reading() as base:
            rows = base.execute(query.group_by(plan_orders.c.server)).all()
        return {server: last < time.time() - GONE_S for server, last in rows}

    def get(self, number: int) -> Job | None:
        """The job of this number, or None."""
        with self._ledger.reading() as base:
            row = base.execute(select(plan_orders).where(plan_orders.c.id == number)).first()
        return _job(row) if row else None

    def latest(self, most: int = KEPT) -> list[Job]:
        """The newest jobs first."""
        query = select(plan_orders).order_by(plan_orders.c.id.desc()).limit(most)
        with self._ledger.reading() as base:
            return [_job(row) for row in base.execute(query)]

    def events(self, number: int, begin: int) -> list[tuple[int, dict[str, Any]]]:
        """Events of a job from the number `begin` on."""
        own = (order_events.c.order == number) & (order_events.c.number >= begin)
        query = select(order_events.c.number, order_events.c.body).where(own)
        with self._ledger.reading() as base:
            rows = base.execute(query.order_by(order_events.c.number)).all()
        return [(row.number, row.body) for row in rows]


def _of(number: int) -> Any:
    return update(plan_orders).where(plan_orders.c.id == number)


def _open_at(out: str) -> ColumnElement[bool]:
    return and_(plan_orders.c.state.in_(OPEN), plan_orders.c.out == out)


def _count(base: Connection, where: ColumnElement[bool]) -> int:
    return int(
        base.execute(select(func.count()).select_from(plan_orders).where(where)).scalar_one()
    )


def _state(base: Connection, number: int) -> JobState:
    query = select(plan_orders.c.state).where(plan_orders.c.id == number)
    return JobState(base.execute(query).scalar_one())


def _tell(base: Connection, number: int, event: dict[str, Any]) -> None:
    own = order_events.c.order == number
    last = base.execute(select(func.max(order_events.c.number)).where(own)).scalar()
    at = 0 if last is None else last + 1
    base.execute(insert(order_events).values(order=number, number=at, body=event))


def _end(base: Connection, number: int, state: JobState, errors: list[dict[str, Any]]) -> None:
    told = _of(number).values(state=state, errors=errors, ended=time.time())
    plan = base.execute(told.returning(plan_orders.c.plan)).scalar_one()
    _tell(base, number, {"state": state.value, "plan": plan, "errors": errors})
    ended = select(plan_orders.c.id).where(plan_orders.c.state.not_in(OPEN))
    newest = base.execute(ended.order_by(plan_orders.c.id.desc()).offset(KEPT).limit(1))
    if (last := newest.scalar()) is not None:
        old = ended.where(plan_orders.c.id <= last).scalar_subquery()
        base.execute(delete(order_events).where(order_events.c.order.in_(old)))
        base.execute(delete(plan_orders).where(plan_orders.c.id.in_(old)))


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id, state=JobState(row.state), settings=row.settings, folder=row.folder,
        out=row.out, plan=row.plan, errors=row.errors, progress=row.progress,
        ordered=row.ordered, began=row.began, ended=row.ended,
    )  # fmt: skip


def _moment(seconds: float | None) -> str | None:
    """A moment as people in China write it in data: ISO 8601 with +08:00."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="seconds")
