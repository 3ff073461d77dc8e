"""The storm over documents beside the day plan: every field and every list of them forged once."""

from __future__ import annotations

import copy
import json
import random
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.errors import HuanweiError, InputErrors
from models.horizon.week import HorizonDocument, WeekDocument
from scenarios.desk.calendar import HORIZON
from scenarios.desk.court.around import Around, read_json
from scenarios.desk.court.remade import document_in, untrue
from scenarios.desk.horizon.week import WEEK_FILE
from scenarios.desk.horizon.week_judge import WeekCourt, is_week
from scenarios.fool.believed import is_believed_paper
from scenarios.fool.fields import every_field, every_list
from scenarios.fool.outcome import Caught, Outcome, caught, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.plan import PlanViolation
    from scenarios.fool.outcome import Tell

    Judge = Callable[[Any], Sequence[PlanViolation]]


def fool_papers(folder: Path, seed: int, tell: Tell, district: Path | None = None) -> Outcome:
    """Every field and list of the folder's documents forged once, in memory.

    Raises `HuanweiError` for a folder without a document that any judge knows.
    """
    with tempfile.TemporaryDirectory(prefix="huanwei-") as scratch:
        papers = _week(folder, Path(scratch)) if is_week(folder) else _remade(folder, district)
        forged = [one for name, paper in papers.items() for one in _forgeries(name, paper, seed)]
        return gathered(((make() for make in forged)), len(forged), tell)


def _forgeries(name: str, paper: tuple[Any, Judge], seed: int) -> Iterator[Callable[[], Caught]]:
    told, judge = paper
    rng = random.Random(f"{name} {seed}")
    for field, change in [*every_field(told, rng), *every_list(told, rng)]:
        believed = is_believed_paper(name, field)
        yield partial(_forge, f"{name} {field}", told, change, judge, believed=believed)


def _forge(
    name: str, told: Any, change: Callable[[Any], None], judge: Judge, *, believed: bool
) -> Caught:
    change(forged := copy.deepcopy(told))
    if forged == told:
        return Caught(name, None)
    try:
        return replace(caught(name, judge(forged)), believed=believed)
    except (InputErrors, HuanweiError) as error:
        return Caught(name, 2, str(error).split("\n", 1)[0])
    except ValidationError as error:
        return Caught(name, 2, str(error.errors()[0]["loc"]))


def _remade(folder: Path, district: Path | None) -> dict[str, tuple[Any, Judge]]:
    name = document_in(folder)
    if name is None:
        raise HuanweiError(
            f"{folder}: no plan and no document that a judge knows in it.",
            zh=f"{folder}：其中没有计划，也没有可以核查的文件。",
        )
    around = Around(folder, district)
    return {name: (read_json(folder / name), lambda told: untrue(name, told, around))}


def _week(folder: Path, scratch: Path) -> dict[str, tuple[Any, Judge]]:
    """The two documents of a week, each forged while the other is true."""
    court = WeekCourt(folder, scratch)
    horizon, week = read_json(folder / HORIZON), read_json(folder / WEEK_FILE)

    def judge(one: Any, other: Any) -> Sequence[PlanViolation]:
        return court.violations(
            HorizonDocument.model_validate_json(json.dumps(one)),
            WeekDocument.model_validate_json(json.dumps(other)),
        )

    return {
        HORIZON: (horizon, lambda told: judge(told, week)),
        WEEK_FILE: (week, lambda told: judge(horizon, told)),
    }
