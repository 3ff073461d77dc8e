"""Plans that people are changing by hand: kept warm, written down, made again after a restart.

What is kept in memory is only a convenience. Every change, undo and redo stands in the book of acts
with who and when; a draft is what the acts about its plan make of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from api.exports.geometry import Ground
from models.edits import HandEdit
from models.plan import Plan, PlanChange
from models.units import CHINA
from scenarios.desk.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scenarios.office.acts import Act, Acts

WARM = 3
"""Plans kept in memory at a time (chosen: the day, the one before and one more; a large demo's plan
takes some hundred megabytes)."""
CHANGE, UNDO, REDO, DROP = "hand_change", "hand_undo", "hand_redo", "hand_drop"
"""Verbs of the book of acts."""


class Step(StrEnum):
    """A way through the changes of a draft."""

    UNDO = "undo"
    REDO = "redo"
    DROP = "drop"


_EDIT: TypeAdapter[HandEdit] = TypeAdapter(HandEdit)


@dataclass(eq=False)
class Draft:
    """A plan with its changes; `lock` is held by whoever looks at it or changes it."""

    folder: Path
    stamp: tuple[int, int]
    session: Session
    ground: Ground
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def made(self) -> str:
        """When the plan was made: another plan of the same name is not this one."""
        return self.session.base.created.isoformat()


class Drafts:
    """The drafts of an office. Safe for threads."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._warm: OrderedDict[str, Draft] = OrderedDict()
        self._opening: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextmanager
    def of(self, plan: str, folder: Path) -> Iterator[Draft]:
        """The draft of a plan, for one thread at a time; raises what `Session.open` raises."""
        with self._lock:
            opening = self._opening.setdefault(plan, threading.Lock())
        with opening:
            draft = self._known(plan, folder) or self._open(plan, folder)
        with draft.lock:
            yield draft

    def is_changed(self, plan: str) -> bool:
        """Whether somebody changed a plan since its last drop; no draft is opened."""
        return any(one.what == CHANGE for one in self._acts_about(plan))

    def change(self, plan: str, draft: Draft, edit: HandEdit, who: str) -> None:
        """Change a draft and write it down; raises `InputErrors`, then nothing has changed."""
        draft.session.apply(edit, who, datetime.now(CHINA))
        self._note(who, CHANGE, plan, draft, edit=edit.model_dump(mode="json"))

    def walk(self, plan: str, draft: Draft, step: Step, who: str) -> None:
        """Take the last change back, make it again, or begin anew; write down what was done."""
        session = draft.session
        if step == Step.DROP:
            draft.session = Session(session.district, session.days[:1])
            self._note(who, DROP, plan, draft)
        elif session.undo() if step == Step.UNDO else session.redo():
            self._note(who, f"hand_{step}", plan, draft)

    def _note(self, who: str, verb: str, plan: str, draft: Draft, **facts: Any) -> None:
        self._acts.note(who, verb, plan, made=draft.made, **facts)

    def _known(self, plan: str, folder: Path) -> Draft | None:
        with self._lock:
            draft = self._warm.get(plan)
            if draft is None or draft.stamp != _stamp(folder):
                return None
            self._warm.move_to_end(plan)
            return draft

    def _open(self, plan: str, folder: Path) -> Draft:
        stamp = _stamp(folder)
        session = Session.open(folder)
        draft = Draft(folder, stamp, session, Ground(session.network))
        changes, done = _remembered(self._acts_about(plan), draft.made)
        for one in changes:
            session.apply(one.edit, one.who, one.when)
        session.done = done
        with self._lock:
            self._warm[plan] = draft
            while len(self._warm) > WARM:
                self._warm.popitem(last=False)
        return draft

    def _acts_about(self, plan: str) -> list[Act]:
        """Acts about a plan since its last drop, oldest first."""
        found: list[Act] = []
        while more := self._acts.latest(about=plan, before=found[-1].id if found else 0):
            found += more
            if any(one.what == DROP for one in more):
                break
        since = next((n for n, one in enumerate(found) if one.what == DROP), len(found))
        return found[:since][::-1]


def steps_touched(session: Session, step: Step) -> list[tuple[HandEdit, Plan]]:
    """The changes a step takes back or makes again, each with the plan it is made on."""
    done = session.done
    first, last = {
        Step.UNDO: (max(done - 1, 0), done),
        Step.REDO: (done, min(done + 1, len(session.changes))),
        Step.DROP: (0, done),
    }[step]
    return [(session.changes[at].edit, session.days[at].plan) for at in range(first, last)]


def _remembered(acts: list[Act], made: str) -> tuple[list[PlanChange], int]:
    """The changes that acts tell of, and how many of them hold."""
    changes: list[PlanChange] = []
    done = 0
    for one in acts:
        if one.detail.get("made") != made:
            continue
        if one.what == CHANGE:
            edit = _EDIT.validate_python(one.detail["edit"])
            changes[done:] = [PlanChange(edit=edit, who=one.who, when=one.at)]
            done += 1
        elif one.what == UNDO:
            done -= 1
        elif one.what == REDO:
            done += 1
    return changes, done


def _stamp(folder: Path) -> tuple[int, int]:
    stat = (folder / "plan.json").stat()
    return stat.st_mtime_ns, stat.st_size
