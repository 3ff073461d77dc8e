"""A roster changed by hand: duties handed over or exchanged, and what the judge says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from models.errors import HuanweiError
from models.roster import RosterDocument
from models.shift import Roster
from scenarios.desk.roster import RosterDesk, RosterOrder, read_desk
from scenarios.district.grids import table_named
from scenarios.tables.files import READ
from solver.shifts.blocked import explain
from solver.shifts.fit import unfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from models.ids import DutyId
    from models.plan import PlanViolation

ROSTERS = "rosters"
"""Names the folder of a district's rosters."""
FILE = "roster.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One seat: `out` leaves the duty ("": an empty seat) and `into` takes it.

    With `back` the person who leaves takes that duty of `into` instead.
    """

    duty: str
    out: str
    into: str
    back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """The roster after swaps, violations it has now and did not have, and those it has no more."""

    document: RosterDocument
    appeared: tuple[PlanViolation, ...]
    solved: tuple[PlanViolation, ...]


def rosters_of(folder: Path) -> list[str]:
    """Names of a district's rosters: of the folders they lie in."""
    return sorted(path.parent.name for path in (folder / ROSTERS).glob(f"*/{FILE}"))


def read_roster(path: Path) -> RosterDocument | None:
    """A roster; None where there is none that can be read."""
    try:
        return RosterDocument.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def desk_of(folder: Path, roster: RosterDocument) -> RosterDesk:
    """What a roster is made of now: plans, people, and the leave table of the folder.

    The latest roster before it gives people their history. Raises `InputErrors`.
    """
    order = RosterOrder(
        begin=roster.begin, days=len(roster.days), leave=_leave_table(folder),
        history=_before(folder, roster), standby=standby_of(roster),
    )  # fmt: skip
    return read_desk(folder, order)


def swapped(desk: RosterDesk, roster: RosterDocument, swap: Swap) -> Swapped:
    """Hand a seat over, judged before and after; raises `HuanweiError` for what means nothing."""
    crews: dict[DutyId, tuple[str, ...]] = {one.id: tuple(one.crew) for one in roster.duties}
    if crews.keys() != desk.work.keys():
        raise HuanweiError(
            "The plans of these days were changed since the roster was made: make it again "
            "(huanwei roster).",
            zh="排班之后，这些日子的计划已有变动，请重新排班（huanwei roster）。",
        )
    before = desk.document(roster_of(desk, crews, roster))
    after = dict(crews)
    after[swap.duty] = _seated(desk, crews, swap.duty, swap.out, swap.into)
    if swap.back:
        after[swap.back] = _seated(desk, crews, swap.back, swap.into, swap.out)
    made = desk.document(roster_of(desk, after, roster))
    return Swapped(
        document=made, appeared=_without(made.violations, before.violations),
        solved=_without(before.violations, made.violations),
    )  # fmt: skip


def may_do(desk: RosterDesk, duty: str) -> tuple[str, ...]:
    """Ids of the people whom nothing of their own keeps from a duty, other duties aside."""
    if duty not in desk.work:
        raise HuanweiError(f"There is no duty {duty}.", zh=f"没有班次任务 {duty}。")
    wanted = desk.work[duty][0]
    people = desk.problem.drivers
    return tuple(one.id for one in people if not list(unfit(desk.problem, one, wanted)))


def _seated(
    desk: RosterDesk, crews: dict[DutyId, tuple[str, ...]], duty: str, out: str, into: str
) -> tuple[str, ...]:
    """The crew of a duty with one person for another; an empty seat is filled behind the others."""
    people = {one.id for one in desk.problem.drivers}
    if duty not in crews:
        raise HuanweiError(f"There is no duty {duty}.", zh=f"没有班次任务 {duty}。")
    crew = crews[duty]
    if (out and out not in crew) or (into and into not in people):
        who = into if into and into not in people else out
        raise HuanweiError(f"{duty}: {who} is not there.", zh=f"{duty}：没有 {who}。")
    if into and into in crew:
        raise HuanweiError(f"{into} does {duty} already.", zh=f"{into} 已在 {duty} 中。")
    if not out:
        return (*crew, into) if into else crew
    return tuple(seat for one in crew if (seat := into if one == out else one))


def roster_of(
    desk: RosterDesk, crews: Mapping[DutyId, tuple[str, ...]], told: RosterDocument
) -> Roster:
    """The roster of these crews, what keeps people out of its empty seats told anew.

    The least number of empty seats is believed of `told`, no higher than what is empty.
    """
    short = explain(desk.problem, crews)
    empty = sum(one.missing for one in short)
    return Roster(crews=crews, unstaffed=short, bound=max(0, min(told.least_empty_seats, empty)))


def _without(some: list[PlanViolation], others: list[PlanViolation]) -> tuple[PlanViolation, ...]:
    known = {(one.code, one.where, one.detail) for one in others}
    return tuple(one for one in some if (one.code, one.where, one.detail) not in known)


def _leave_table(folder: Path) -> Path | None:
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in READ)
    return next((path for path in files if table_named(path.stem) == "leave"), None)


def _before(folder: Path, roster: RosterDocument) -> Path | None:
    """The latest roster that begins before this one, by the names of their folders."""
    first = roster.begin.isoformat()
    earlier = [path for path in (folder / ROSTERS).glob(f"*/{FILE}") if path.parent.name < first]
    return max(earlier, default=None)


def standby_of(roster: RosterDocument) -> int:
    """How many people were to be called per day and shift."""
    if roster.sources.standby is not None:
        return roster.sources.standby
    return max((len(one.people) for one in roster.standby), default=0)
