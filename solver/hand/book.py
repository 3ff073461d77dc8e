"""What the words of a change by hand mean on a day: vehicles, tasks and sites by their names."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from models.errors import InputErrors, Issue
from models.ids import TruckShift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.district import District
    from models.part import Part

FILE = "change"
"""Stands in errors where an input has the name of its file."""
NEAR = 3
"""So many names that are nearly the one given are told (chosen: they fit a line)."""
_WORDS = {
    "E650": ("this is no change by hand", "不是有效的人工改动", "for example", "例如"),
    "E651": ("no task of the day has this id", "当日没有此任务", "did you mean", "是否指"),
    "E652": (
        "no vehicle on duty has this id or plate",
        "当日没有此编号或车牌的车辆",
        "did you mean",
        "是否指",
    ),
    "E653": ("the vehicle does not do this work", "该车不承担此项作业", "it does", "它承担"),
    "E654": (
        "this does not say in which of its shifts the vehicle is meant",
        "未指明是该车的哪个班次",
        "name one of the shifts",
        "请指明班次",
    ),
    "E655": ("there is nothing of this kind to lock", "没有可锁定的内容", "there is", "现有"),
    "E656": (
        "the load of this trip cannot go there",
        "该趟的垃圾不能送往此处",
        "choose",
        "可选",
    ),
}


def issue(code: str, column: str, value: str, hint: str, hint_zh: str = "") -> Issue:
    """What is wrong with a change by hand, in both languages; `hint_zh`: where it differs."""
    en, zh, lead_en, lead_zh = _WORDS[code]
    return Issue(
        code=code,
        file=FILE,
        column=column,
        value=value[:60],
        message_en=en,
        message_zh=zh,
        hint_en=f"{lead_en}: {hint}",
        hint_zh=f"{lead_zh}：{hint_zh or hint}",
    )


def refuse(code: str, column: str, value: str, hint: str) -> InputErrors:
    """The one thing that is wrong with a change, ready to be raised."""
    return InputErrors([issue(code, column, value, hint)])


@dataclass(frozen=True, eq=False)
class Book:
    """Names of a day: `parts` are its routing problems, `district` the one they were made of."""

    parts: tuple[Part, ...]
    district: District

    @cached_property
    def tasks(self) -> dict[str, tuple[int, int]]:
        """Part and number of each task, by its id."""
        return {
            task.id: (number, index)
            for number, part in enumerate(self.parts)
            for index, task in enumerate(part.problem.tasks)
        }

    @cached_property
    def trucks(self) -> dict[TruckShift, tuple[int, int]]:
        """Part and vehicle type of each vehicle in each of its shifts."""
        return {
            TruckShift(vehicle, crew.shift): (number, kind)
            for number, part in enumerate(self.parts)
            for kind, crew in enumerate(part.crews)
            for vehicle in crew.vehicles
        }

    def find_tasks(self, ids: Iterable[str]) -> tuple[int, list[int]]:
        """Part and numbers of tasks; raises `InputErrors` with all that are unknown or elsewhere.

        Tasks of two operations are never one change: the first says which operation it is.
        """
        wrong: list[Issue] = []
        found: list[tuple[int, int]] = []
        for name in dict.fromkeys(ids):
            if name in self.tasks:
                found.append(self.tasks[name])
            else:
                wrong.append(issue("E651", "tasks", name, near(name, self.tasks)))
        for number, index in found:
            if number != found[0][0]:
                name = self.parts[number].problem.tasks[index].id
                wrong.append(issue("E653", "tasks", name, self.parts[found[0][0]].operation))
        if wrong:
            raise InputErrors(wrong)
        return found[0][0], [index for _, index in found]

    def find_truck(
        self, vehicle: str, shift: str, out: Iterable[TruckShift], part: int | None = None
    ) -> TruckShift:
        """A vehicle in a shift, by its id or plate; `part` says whose work it is to do.

        Where no shift is named it is the only one there, or the only one in which the vehicle is
        `out`. Raises `InputErrors`.
        """
        plates = {one.plate: one.id for one in self.district.vehicles if one.plate}
        name = (
            vehicle if any(one.vehicle == vehicle for one in self.trucks) else plates.get(vehicle)
        )
        shifts = [one for one in self.trucks if one.vehicle == name]
        if not shifts:
            raise refuse("E652", "vehicle", vehicle, near(vehicle, self._names(plates)))
        if shift:
            shifts = [one for one in shifts if one.shift == shift]
            if not shifts:
                told = ", ".join(one.shift for one in self.trucks if one.vehicle == name)
                raise refuse("E654", "shift", shift, told)
        able = [one for one in shifts if part is None or self.trucks[one][0] == part]
        if not able:
            told = ", ".join({self.parts[self.trucks[one][0]].operation: 0 for one in shifts})
            raise refuse("E653", "vehicle", vehicle, told)
        driving = set(out)
        busy = [one for one in able if one in driving]
        if len(able) > 1 and len(busy) != 1:
            raise refuse("E654", "vehicle", vehicle, ", ".join(one.shift for one in able))
        return (busy if len(able) > 1 else able)[0]

    def _names(self, plates: Iterable[str]) -> list[str]:
        return [*dict.fromkeys(one.vehicle for one in self.trucks), *plates]


def near(name: str, known: Iterable[str]) -> str:
    """Names like the one given, or the first there are."""
    there: Sequence[str] = list(known)
    return ", ".join(get_close_matches(name, there, n=NEAR) or there[:NEAR]) or "-"
