"""TOML that a stranger wrote: read in time and memory, or refused with one line.

Python's reader calls itself for every bracket and walks every dotted key, so the text is looked
at before it is read.
"""

from __future__ import annotations

import re
import stat
import tomllib
from typing import TYPE_CHECKING, Any

from models.errors import said

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
MAX_BYTES = 2_000_000
"""Bytes a TOML file may have; the largest rule profile has a hundredth."""
MAX_DEPTH = 64
"""Brackets inside each other; our files use 3."""
MAX_PARTS = 32
"""Parts of a dotted key; our files use 6."""
MAX_KEYS = 20_000
"""Keys and headings of tables of a file; a year of weather has 1,500."""
MAX_DIGITS = 400
"""Digits of a number in a row; a double has 17."""
_TEXTS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_KEY = re.compile(r"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++)++")


class TomlError(ValueError):
    """A file or text that is no TOML of ours; the message says why, in both languages."""


def toml_bytes(path: Path) -> bytes:
    """The bytes of a TOML file; raises `TomlError` where it is no plain file, or too large."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise TomlError("not a plain file · 不是普通文件")
        if facts.st_size > MAX_BYTES:
            raise TomlError(f"more than {MAX_BYTES:,} bytes · 文件过大")
        return path.read_bytes()
    except OSError as error:
        raise TomlError(said(error)) from None


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text; raises `TomlError`."""
    _refuse_monsters(text)
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:  # also dates that do not exist
        place = _PLACE.search(str(error))
        zh = f"第 {place[1]} 行第 {place[2]} 列写法有误" if place else "写法有误"
        raise TomlError(f"{error} · {zh}") from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file in UTF-8; raises `TomlError`."""
    try:
        return parse_toml(toml_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise TomlError("not UTF-8 · 编码不是 UTF-8") from None


def _refuse_monsters(text: str) -> None:
    bare = _TEXTS.sub("x", text)
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", bare):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise TomlError(f"brackets nested deeper than {MAX_DEPTH} · 括号嵌套过深")
    if any(key.count(".") >= MAX_PARTS for key in _KEY.findall(bare)):
        raise TomlError(f"a dotted key of more than {MAX_PARTS} parts · 键名层级过多")
    if bare.count("=") + bare.count("\n[") > MAX_KEYS:
        raise TomlError(f"more than {MAX_KEYS:,} keys · 设置项过多")
    if re.search(rf"[0-9A-Fa-f_]{{{MAX_DIGITS},}}", bare):
        raise TomlError(f"a number of more than {MAX_DIGITS} digits · 数字过长")
