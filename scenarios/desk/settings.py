"""Settings of a district changed one by one, the file's comments kept; a new district begun."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from models.errors import HuanweiError
from scenarios.district.settings import FILE
from scenarios.district.template import TEMPLATE, new_folder

if TYPE_CHECKING:
    from pathlib import Path

CHANGEABLE = ("name", "crs", "roads", "profile", "language", "country")
"""Settings that are one text each."""


def with_setting(text: str, key: str, value: str) -> str:
    """The settings with one text changed or added; raises `HuanweiError` where that is no TOML."""
    if key not in CHANGEABLE:
        raise HuanweiError(f"{key} is not changed here.", zh=f"此处不能修改 {key}。")
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    found = re.search(r"^\[", text, re.MULTILINE)  # settings stand before the first table
    at = len(text) if found is None else found.start()
    head, tail = text[:at], text[at:]
    pattern = re.compile(rf"^{key}[ \t]*=[ \t]*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')", re.MULTILINE)
    known = pattern.search(head)
    head = pattern.sub(lambda _: line, head, count=1) if known else f"{line}\n{head}"
    changed = head + tail
    try:
        told = tomllib.loads(changed).get(key)
    except tomllib.TOMLDecodeError as error:
        raise HuanweiError(
            f"{FILE} cannot be changed ({error}): upload a whole one.",
            zh=f"{FILE} 无法修改，请上传完整的文件。",
        ) from None
    if told != value:
        raise HuanweiError(
            f"{FILE}: {key} is written in a way that is not changed here; upload a whole file.",
            zh=f"{FILE}：{key} 的写法此处无法修改，请上传完整的文件。",
        )
    return changed


def begin_district(folder: Path, name: str, crs: str) -> None:
    """Write a folder with settings alone, to be filled by uploads; raises `InputErrors`."""
    text = (TEMPLATE / FILE).read_text(encoding="utf-8")
    for key, value in (("name", name), ("crs", crs)):
        text = with_setting(text, key, value)
    text = re.sub(r'^id = "[^"]*"', f'id = "{folder.name}"', text, count=1, flags=re.MULTILINE)
    with new_folder(folder) as made:
        (made / FILE).write_text(text, encoding="utf-8")
