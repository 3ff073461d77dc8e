"""What the chosen engine cannot express of the day's problems, told with the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.day import Note
from solver.routing.door import get_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.part import Part

LAWS_ZH = {
    "rest after driving": "连续驾驶后的休息",
    "spacing of passes": "同一路段两遍作业的间隔",
    "bays": "卸料车位",
    "a facility's daily capacity": "设施日处理量",
    "coming home empty over several tips": "经多个卸料点空载回场",
    "so many modes": "规模过大的问题（不求解）",
}


def lacking(parts: Sequence[Part], engine: str) -> Iterator[Note]:
    """One note for each part that the engine cannot keep all laws of; its plan may break them."""
    if engine == "ruin":  # it keeps them all
        return
    player = get_engine(engine)
    for part in parts:
        laws = player.lacks(part.problem)
        if laws:
            name = part.problem.name
            zh = "、".join(LAWS_ZH.get(law, law) for law in laws)
            yield Note(
                f"引擎 {engine} 不能表达 {name} 的：{zh}；该部分方案可能违反这些规定",
                f"engine {engine} cannot express of {name}: {', '.join(laws)}; "
                "its routes may break these laws",
            )
