"""What is wrong with a scenario file, with a way out (codes E700 to E706)."""

from __future__ import annotations

from typing import NamedTuple

from models.errors import Issue, in_both

_WORDS = {
    "E701": ("the district has none of this name", "辖区中没有此编号", "did you mean", "是否指"),
    "E702": ("this does not fit", "内容不合要求", "expected", "应为"),
    "E703": ("this is missing", "缺少此项", "add", "请添加"),
    "E704": (
        "there is one of this name already",
        "编号已存在",
        "choose another, such as",
        "请换一个，例如",
    ),
    "E706": ("no road of the map is near", "附近没有地图上的道路", "the map spans", "地图范围"),
    "E705": ("closes before it opens", "关闭日期早于启用日期", "give", "应为"),
}


class Spot(NamedTuple):
    """A place in a scenario file; `row` counts the edits from 1."""

    file: str
    row: int
    column: str


def issue(code: str, spot: Spot, value: str, hint: str, hint_zh: str = "") -> Issue:
    """A finding about a scenario file, in both languages; `hint_zh`: where it is not the same."""
    en, zh, lead_en, lead_zh = _WORDS[code]
    return Issue(
        code=code,
        file=spot.file,
        row=spot.row,
        column=spot.column,
        value=value[:60],
        message_en=en,
        message_zh=zh,
        hint_en=f"{lead_en}: {hint}",
        hint_zh=f"{lead_zh}：{hint_zh or hint}",
    )


def unreadable(file: str, detail: str) -> Issue:
    """A file that is no TOML."""
    zh, en = in_both(detail)
    return Issue(
        code="E700",
        file=file,
        message_en=f"the scenario cannot be read: {en}",
        message_zh=f"情景文件无法读取：{zh}",
        hint_en='begin with name = "..." and [[edits]] tables, saved as UTF-8',
        hint_zh='文件以 name = "..." 和 [[edits]] 开头，存为 UTF-8',
    )
