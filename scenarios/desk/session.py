"""A plan kept warm while somebody changes it by hand: changes, undo, redo, and the document."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from models.plan import PlanChange
from scenarios.desk.day import unpack_inputs
from scenarios.desk.judge import PLAN_FILE, Court, read_plan
from solver.document.difference import difference
from solver.hand.story import HandDay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from models.district import District
    from models.edits import HandEdit
    from models.network import RoadNetwork
    from models.plan import Plan


@dataclass(eq=False)
class Session:
    """Changes of one plan: `days[k]` is the plan after k of them, `done` of which hold now.

    Undone changes are kept until another change is made, so that they can be redone. What a session
    makes follows from the plan and its changes alone: it can be made again anywhere.
    """

    district: District
    """Of the folder, without any what-if."""
    days: list[HandDay]
    changes: list[PlanChange] = field(default_factory=list)
    done: int = 0

    @classmethod
    def open(cls, folder: Path, changes: Iterable[PlanChange] = ()) -> Session:
        """The plan of a folder, with changes made to it before.

        Raises `InputErrors` for a document that breaks its schema, `HuanweiError` for one that does
        not fit its own inputs.
        """
        plan = read_plan(folder / PLAN_FILE)
        with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
            unpack_inputs(folder, Path(scratch))
            court = Court(Path(scratch))
            begin = HandDay.begin(plan, court.day_of(plan))
            found = cls(court.inputs_on(plan.date).district, [begin])
        for one in changes:
            found.apply(one.edit, one.who, one.when)
        return found

    @property
    def now(self) -> HandDay:
        """The plan with the changes that hold."""
        return self.days[self.done]

    @property
    def base(self) -> Plan:
        """The plan before the first change."""
        return self.days[0].plan

    @property
    def network(self) -> RoadNetwork:
        """The roads whose arcs the plan names."""
        return self.now.ready.ground.network

    def apply(self, edit: HandEdit, who: str, when: datetime) -> HandDay:
        """The day after one more change; raises `InputErrors` for one that means nothing on it."""
        after = self.now.change(edit)
        self.days[self.done + 1 :] = [after]
        self.changes[self.done :] = [PlanChange(edit=edit, who=who, when=when)]
        self.done += 1
        return after

    def undo(self) -> bool:
        """Take the last change back; whether there was one."""
        if not self.done:
            return False
        self.done -= 1
        return True

    def redo(self) -> bool:
        """Make the change that was taken back last; whether there was one."""
        if self.done == len(self.changes):
            return False
        self.done += 1
        return True

    def document(self) -> Plan:
        """The whole plan with new key figures, its verdict, and what differs from the base."""
        plan = self.now.document()
        told = difference(self.base, plan, self.district, keep=True)
        made = (*self.base.changes, *self.changes[: self.done])
        return plan.model_copy(update={"difference": told, "changes": made})
