"""Which plan is driven: states of plans in the ledger, one published plan a district and day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import func, insert, select

from models.errors import HuanweiError
from models.units import CHINA
from scenarios.ledger.planned import plan_versions

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Row, Select

    from models.plan import Plan
    from scenarios.ledger.store import Ledger


class PlanState(StrEnum):
    """Where a plan stands between an idea and the street."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A change of a plan's state. `folder` is the folder its district's plans lie in."""

    plan: str
    revision: int
    day: date
    state: PlanState
    folder: str
    digest: str
    at: datetime
    who: str
    note: str


class Publishing:
    """States of the plans of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def states(self) -> dict[str, PlanState]:
        """The state of every plan that is no longer a mere draft."""
        with self._ledger.reading() as base:
            return {row.plan: PlanState(row.state) for row in base.execute(_latest())}

    def published(self, since: date) -> list[str]:
        """Plans that are driven on that day or later, the earliest first."""
        with self._ledger.reading() as base:
            found = [_version(row) for row in base.execute(_latest())]
        found = [one for one in found if one.state == PlanState.PUBLISHED and one.day >= since]
        return [one.plan for one in sorted(found, key=lambda one: one.day)]

    def history(self, plan: str) -> list[Version]:
        """Changes of a plan's state, newest first."""
        query = select(plan_versions).where(plan_versions.c.plan == plan)
        with self._ledger.reading() as base:
            rows = base.execute(query.order_by(plan_versions.c.revision.desc()))
            return [_version(row) for row in rows]

    def publish(
        self, who: str, plan: str, *, day: date, folder: str, digest: str, note: str = ""
    ) -> Version:
        """Make a plan the one that is driven; the day's published one is superseded.

        Raises `HuanweiError` where it is published already.
        """
        with self._ledger.writing() as base:
            known = [_version(row) for row in base.execute(_latest())]
            theirs = [one for one in known if (one.folder, one.day) == (folder, day)]
            for one in theirs:
                if one.state != PlanState.PUBLISHED:
                    continue
                if one.plan == plan:
                    raise HuanweiError(f"{plan} is published already.", zh=f"{plan} 已经发布。")
                _add(base, one, PlanState.SUPERSEDED, who, plan)
            facts = {"day": day, "folder": folder, "digest": digest}
            return _row(base, plan, state=PlanState.PUBLISHED, who=who, note=note, facts=facts)

    def withdraw(self, who: str, plan: str, note: str = "") -> Version:
        """Undo the publishing of a plan; what it superseded is published again.

        Raises `HuanweiError` where it is not published.
        """
        with self._ledger.writing() as base:
            known = {row.plan: _version(row) for row in base.execute(_latest())}
            found = known.get(plan)
            if found is None or found.state != PlanState.PUBLISHED:
                raise HuanweiError(f"{plan} is not published.", zh=f"{plan} 未处于发布状态。")
            made = _add(base, found, PlanState.WITHDRAWN, who, note)
            for one in known.values():
                if one.state == PlanState.SUPERSEDED and one.note == plan:
                    _add(base, one, PlanState.PUBLISHED, who, "")
            return made


class UnlawfulError(HuanweiError):
    """A plan to be published has violations, and nobody said that it is to be even so."""


def refuse_unlawful(plan: Plan, *, even_so: bool) -> None:
    """Raise `UnlawfulError` for a plan with violations, unless it is to be published `even_so`."""
    if (count := len(plan.violations)) and not even_so:
        raise UnlawfulError(
            f"The plan has {count} violations; publish it even so with even_so (--even-so).",
            zh=f"计划有 {count} 项违规；如仍要发布，请设 even_so（--even-so）。",
        )


class Facts(TypedDict):
    """What is kept of a plan that is published."""

    day: date
    folder: str
    digest: str


def facts_of(root: Path, plan: Path, day: date) -> Facts:
    """The day of a plan, the folder its district's plans lie in, the SHA-256 of its document."""
    digest = hashlib.sha256((plan / "plan.json").read_bytes()).hexdigest()
    return Facts(day=day, folder=plan.parent.relative_to(root).as_posix(), digest=digest)


def _latest() -> Select[tuple[object, ...]]:
    """The highest revision of every plan."""
    newest = (
        select(plan_versions.c.plan, func.max(plan_versions.c.revision).label("revision"))
        .group_by(plan_versions.c.plan)
        .subquery()
    )
    same = (plan_versions.c.plan == newest.c.plan) & (plan_versions.c.revision == newest.c.revision)
    return select(plan_versions).join(newest, same)


def _add(base: Connection, one: Version, state: PlanState, who: str, note: str) -> Version:
    facts = {"day": one.day, "folder": one.folder, "digest": one.digest}
    return _row(base, one.plan, state=state, who=who, note=note, facts=facts)


def _row(
    base: Connection, plan: str, *, state: PlanState, who: str, note: str, facts: dict[str, object]
) -> Version:
    last = select(func.max(plan_versions.c.revision)).where(plan_versions.c.plan == plan)
    revision = base.execute(last).scalar()
    made = insert(plan_versions).values(
        plan=plan, revision=0 if revision is None else revision + 1, state=state.value,
        made_at=datetime.now(CHINA), person=who, note=note, **facts,
    )  # fmt: skip
    return _version(base.execute(made.returning(*plan_versions.c)).one())


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(
        plan=row.plan, revision=row.revision, day=row.day, state=PlanState(row.state),
        folder=row.folder, digest=row.digest, at=row.made_at, who=row.person, note=row.note,
    )  # fmt: skip
