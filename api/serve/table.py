"""The orders of a data folder, in a file of its own, so that they outlive the server.

Several servers may work on one data folder: a job is claimed in one transaction, and one that a
server left behind is found by the next. Ends of a job are final.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError
from models.units import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

FILE = ".huanwei-jobs.sqlite"
"""Names the table's file in the data folder; hidden, so that no plan or district is seen in it."""
PATIENCE_S = 20.0
"""Seconds to wait for another server that writes; its transactions take milliseconds."""
SIGN_S = 5.0
"""Seconds between two signs of life of a running job."""
GONE_S = 6 * SIGN_S
"""Seconds without a sign of life after which a running job's server is taken for dead."""
KEPT = 1_000
"""Keeps so many ended jobs: a year of three orders a day."""
SCHEMA = """
create table if not exists job (
  id integer primary key autoincrement, state text not null, settings text not null,
  folder text not null, plan text not null, out text not null, errors text not null default '[]',
  ordered real not null, began real, ended real, server text, seen real
);
create table if not exists event (
  job integer not null, number integer not null, body text not null, primary key (job, number)
) without rowid;
"""


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
AT_WORK = "('running', 'stopping')"
OPEN = "('queued', 'running', 'stopping')"


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


class JobTable:
    """The table of a data folder. Safe for threads."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE
        self._lock = threading.RLock()
        try:
            self._base = self._open()
        except sqlite3.OperationalError as error:
            raise HuanweiError(
                f"{self.path}: cannot be written ({error}). Orders are kept there: serve a folder "
                "that you may write.",
                zh=f"{self.path}：无法写入（{error}）。任务单存放在此，请选择可写的文件夹。",
            ) from None
        except sqlite3.DatabaseError as error:
            aside = self.path.with_name(f"{FILE}-damaged-{int(time.time())}")
            log.warning("%s is damaged (%s): set aside as %s", self.path, error, aside.name)
            self.path.rename(aside)
            self._base = self._open()

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(
            self.path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
        )
        try:
            base.row_factory = sqlite3.Row
            base.execute("pragma synchronous = normal")
            base.executescript(SCHEMA)
            _examine(base)
        except BaseException:
            base.close()
            raise
        return base

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._base.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other server comes between."""
        with self._lock:
            self._base.execute("begin immediate")
            try:
                yield self._base
            except BaseException:
                self._base.execute("rollback")
                raise
            self._base.execute("commit")

    def add(self, settings: dict[str, Any], *, folder: str, out: str, plan: str) -> Job:
        """Queue an order, inside of a `change`."""
        found = self._base.execute(
            "insert into job (state, settings, folder, plan, out, ordered) values (?,?,?,?,?,?)",
            (JobState.QUEUED, json.dumps(settings), folder, plan, out, time.time()),
        )
        number = int(found.lastrowid or 0)
        self._tell(number, {"state": JobState.QUEUED.value})
        return self._jobs("where id = ?", number)[0]

    def waiting(self) -> int:
        """How many orders wait."""
        return int(self._one("select count(*) from job where state = 'queued'"))

    def is_ordered(self, out: str) -> bool:
        """Whether an open order will write there."""
        sql = f"select count(*) from job where state in {OPEN} and out = ?"
        return bool(self._one(sql, out))

    def claim(self, server: str, most: int = 1) -> Job | None:
        """The oldest order that waits, now this server's to run; None while `most` are at work."""
        with self.change() as base:
            if self._one(f"select count(*) from job where state in {AT_WORK}") >= most:
                return None
            first = base.execute("select min(id) from job where state = 'queued'").fetchone()[0]
            if first is None:
                return None
            now = time.time()
            base.execute(
                "update job set state = 'running', server = ?, began = ?, seen = ? where id = ?",
                (server, now, now, first),
            )
            self._tell(first, {"state": JobState.RUNNING.value})
            return self.get(first)

    def see(self, number: int) -> None:
        """Give a sign of life of a running job."""
        with self.change() as base:
            base.execute("update job set seen = ? where id = ?", (time.time(), number))

    def state(self, number: int) -> JobState:
        """Where a job stands."""
        return JobState(self._one("select state from job where id = ?", number))

    def report(self, number: int, event: dict[str, Any]) -> None:
        """Note a progress event."""
        with self.change():
            self._tell(number, event)

    def ask_to_stop(self, number: int) -> None:
        """A waiting order is cancelled, a running one will finish with its best."""
        with self.change() as base:
            state = self.state(number)
            if state == JobState.QUEUED:
                self._end(number, JobState.CANCELLED)
            elif state == JobState.RUNNING:
                base.execute("update job set state = 'stopping' where id = ?", (number,))
                self._tell(number, {"state": JobState.STOPPING.value})

    def end(
        self, number: int, state: JobState, errors: list[dict[str, Any]], place: tuple[str, str]
    ) -> None:
        """A job ended; `place` is where its plan is: its id and its way."""
        with self.change() as base:
            base.execute("update job set plan = ?, out = ? where id = ?", (*place, number))
            self._end(number, state, errors)

    def interrupt(self, server: str, reason: dict[str, Any]) -> None:
        """Mark the jobs at work of a server that is gone."""
        with self.change() as base:
            left = base.execute(
                f"select id from job where state in {AT_WORK} and server = ?", (server,)
            ).fetchall()
            for (number,) in left:
                self._end(number, JobState.INTERRUPTED, [reason])

    def servers(self) -> list[str]:
        """Names of the servers of jobs at work."""
        return self._servers("true")

    def silent(self) -> list[str]:
        """Names of those that have given no sign of life for long."""
        return self._servers("seen < ?", time.time() - GONE_S)

    def _servers(self, where: str, *values: object) -> list[str]:
        sql = f"select distinct server from job where state in {AT_WORK} and {where}"
        with self._lock:
            return [row[0] for row in self._base.execute(sql, values)]

    def get(self, number: int) -> Job | None:
        """The job of this number, or None."""
        rows = self._jobs("where id = ?", number)
        return rows[0] if rows else None

    def all(self) -> list[Job]:
        """All jobs, newest first."""
        return self._jobs("order by id desc")

    def events(self, number: int, begin: int) -> list[tuple[int, dict[str, Any]]]:
        """Events of a job from the number `begin` on."""
        with self._lock:
            rows = self._base.execute(
                "select number, body from event where job = ? and number >= ? order by number",
                (number, begin),
            ).fetchall()
        return [(row[0], json.loads(row[1])) for row in rows]

    def _jobs(self, where: str, *values: object) -> list[Job]:
        sql = (
            "select job.*, (select body from event where job = id and body like '%\"stage\"%' "
            f"order by number desc limit 1) as progress from job {where}"
        )
        with self._lock:
            rows = self._base.execute(sql, values).fetchall()
        return [
            Job(
                id=row["id"], state=JobState(row["state"]), settings=json.loads(row["settings"]),
                folder=row["folder"], out=row["out"], plan=row["plan"],
                errors=json.loads(row["errors"]),
                progress=json.loads(row["progress"]) if row["progress"] else None,
                ordered=row["ordered"], began=row["began"], ended=row["ended"],
            )
            for row in rows
        ]  # fmt: skip

    def _one(self, sql: str, *values: object) -> Any:
        with self._lock:
            return self._base.execute(sql, values).fetchone()[0]

    def _tell(self, number: int, event: dict[str, Any]) -> None:
        last = self._one("select coalesce(max(number), -1) from event where job = ?", number)
        self._base.execute(
            "insert into event values (?, ?, ?)",
            (number, last + 1, json.dumps(event, ensure_ascii=False)),
        )

    def _end(
        self, number: int, state: JobState, errors: list[dict[str, Any]] | None = None
    ) -> None:
        errors = errors or []
        self._base.execute(
            "update job set state = ?, errors = ?, ended = ? where id = ?",
            (state, json.dumps(errors), time.time(), number),
        )
        plan = self._one("select plan from job where id = ?", number)
        self._tell(number, {"state": state.value, "plan": plan, "errors": errors})
        old = (
            f"select id from job where state not in {OPEN} order by id desc limit -1 offset {KEPT}"
        )
        self._base.execute(f"delete from event where job in ({old})")
        self._base.execute(f"delete from job where id in ({old})")


def _examine(base: sqlite3.Connection) -> None:
    """Raise `sqlite3.DatabaseError` for a file that was cut off or overwritten."""
    base.execute("select * from job limit 1").fetchall()
    if base.execute("pragma quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("malformed")


def _moment(seconds: float | None) -> str | None:
    """A moment as people in China write it in data: ISO 8601 with +08:00."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="seconds")
