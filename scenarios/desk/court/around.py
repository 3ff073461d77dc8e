"""What lies around a document: the district and the plan it was made from, and how it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from models.errors import HuanweiError, InputErrors, Issue, in_both, said
from scenarios.desk.judge import PLAN_FILE, read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from models.plan import Plan

SETTINGS = "district.toml"


@dataclass(frozen=True, eq=False)
class Around:
    """The folder of a document; `stated` is the district it was made from (None: the nearest)."""

    folder: Path
    stated: Path | None = None
    made: dict[Hashable, Any] = field(default_factory=dict)
    """What was made of the district so far, by what it was asked for."""

    @cached_property
    def district(self) -> Path:
        """The district's folder; raises `HuanweiError` where there is none."""
        found = self.stated or self._nearest(SETTINGS)
        if found is None:
            raise HuanweiError(
                f"{self.folder}: lies in no district folder. Name the one it was made from: "
                "--district DIR.",
                zh=f"{self.folder}：不在任何辖区文件夹内。请指明其来源：--district 文件夹。",
            )
        return found

    @cached_property
    def plan(self) -> Plan:
        """The plan of the nearest plan folder; raises `HuanweiError` where there is none."""
        found = self._nearest(PLAN_FILE)
        if found is None:
            raise HuanweiError(
                f"{self.folder}: lies in no plan folder: put it back below its plan.",
                zh=f"{self.folder}：不在任何计划文件夹内，而其内容来自某一计划：请放回该计划文件夹。",
            )
        return read_plan(found / PLAN_FILE)

    def _nearest(self, name: str) -> Path | None:
        here = self.folder.resolve()
        return next((one for one in (here, *here.parents) if (one / name).is_file()), None)

    def once(self, asked: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` makes of the district, made once for all that is `asked` alike."""
        if asked not in self.made:
            self.made[asked] = make()
        return self.made[asked]


def read_json(path: Path) -> Any:
    """The JSON of a document; raises `InputErrors` where it is none."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InputErrors([no_document(path.name, "", said(error))]) from None
    except (ValueError, RecursionError):
        raise InputErrors([no_document(path.name, "", "no JSON · 不是 JSON")]) from None


def text_of(told: Any, name: str, key: str) -> str:
    """A text that a document was asked for; raises `InputErrors` where it says none."""
    value = told.get(key) if isinstance(told, dict) else None
    if not isinstance(value, str):
        raise InputErrors([no_document(name, key, f"no {key} · 没有 {key}")])
    return value


def no_document(name: str, column: str, message: str) -> Issue:
    """What is wrong with a document that cannot be judged at all."""
    zh, en = in_both(message)
    return Issue(
        code="E601",
        file=name,
        column=column,
        message_en=f"no document of this kind: {en}",
        message_zh=f"不是此类文件：{zh}",
        hint_en="Judge a file as huanwei wrote it, or make it again.",
        hint_zh="请核查 huanwei 写出的原文件，或重新生成。",
    )
