"""Errors with the value, the place and a way out.

HuanweiError
├── ProblemError      a noun that cannot exist (bad numbers at birth)
├── NetworkError      roads: unreadable extract, no legal way
├── InstanceError     a malformed benchmark file (with its line number)
└── InputErrors       everything wrong with a district folder or a plan, gathered
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class HuanweiError(Exception):
    """Base of all errors a user can act on; the command line prints it and exits with 2.

    The message is English; `zh` is the same in Chinese, and empty where there is none yet.
    """

    def __init__(self, message: str = "", *, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh

    def text(self, language: str) -> str:
        """The message in "zh" or "en"."""
        return self.zh if self.zh and language == "zh" else str(self)


class ProblemError(HuanweiError):
    """A task, facility, vehicle type or problem that cannot exist."""


class NetworkError(HuanweiError):
    """Roads that cannot be read or driven."""


class InstanceError(HuanweiError):
    """A benchmark file that breaks its format; `line` is 1-based."""

    def __init__(self, message: str, *, line: int, zh: str = "") -> None:
        super().__init__(f"line {line}: {message}", zh=f"第 {line} 行：{zh}" if zh else "")
        self.message, self.line = message, line

    def __reduce__(self) -> tuple[Callable[..., InstanceError], tuple[str, int, str]]:
        """The same error in another process."""
        return _instance_error, (self.message, self.line, self.zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing wrong with the input, in both languages.

    `row` is the row as a spreadsheet shows it (the header is row 1); 0 where none applies.
    `hint` tells the way out.
    """

    code: str
    file: str
    row: int = 0
    column: str = ""
    value: str = ""
    message_en: str
    message_zh: str
    hint_en: str = ""
    hint_zh: str = ""

    def text(self, language: str) -> str:
        """One line for a person, in "zh" or "en"."""
        place = self.file
        if self.row:
            place += f" 第{self.row}行" if language == "zh" else f" row {self.row}"
        if self.column:
            place += f" [{self.column}]"
        if self.value:
            place += f" = {self.value!r}"
        message, hint = (
            (self.message_zh, self.hint_zh) if language == "zh" else (self.message_en, self.hint_en)
        )
        return f"{self.code} {place}: {message}" + (f" → {hint}" if hint else "")


class InputErrors(HuanweiError):
    """All problems of an input at once."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("\n".join(issue.text("en") for issue in issues))
        self.issues = tuple(issues)

    def __reduce__(
        self,
    ) -> tuple[Callable[..., InputErrors], tuple[type[InputErrors], tuple[Issue, ...]]]:
        """The same error in another process."""
        return _input_errors, (type(self), self.issues)


def _instance_error(message: str, line: int, zh: str) -> InstanceError:
    error = InstanceError(message, line=line)
    error.zh = zh
    return error


def _input_errors(kind: type[InputErrors], issues: tuple[Issue, ...]) -> InputErrors:
    """An error of a kind whose own parameters are not known any more."""
    error = kind.__new__(kind)
    InputErrors.__init__(error, issues)
    return error


_SAID_ZH = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "是文件夹，不是文件", errno.ENOTDIR: "不是文件夹", errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读", errno.ELOOP: "链接循环", errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多", errno.EIO: "磁盘读写错误", errno.EEXIST: "已经存在",
    errno.ENOTEMPTY: "文件夹不是空的", errno.EPIPE: "输出已关闭", errno.EFBIG: "文件过大",
    errno.EADDRINUSE: "端口已被占用", errno.ECONNREFUSED: "连接被拒绝",
}  # fmt: skip
"""What a file system says, in Chinese, by the number of its error."""


def said(error: OSError) -> str:
    """What the file system said, as "english · 中文" (`in_both`)."""
    english = error.strerror or str(error)
    return f"{english} · {_SAID_ZH.get(error.errno or 0, '系统错误')}"


def file_error(error: OSError) -> HuanweiError:
    """An error of the file system as one of ours: what it said, and of which file."""
    chinese, english = in_both(said(error))
    name = f"{error.filename}: " if error.filename else ""
    return HuanweiError(f"{name}{english}", zh=f"{name}{chinese}")


_EXPECTED_ZH = {
    "missing": "必须填写",
    "extra_forbidden": "没有这一项",
    "int": "整数",
    "float": "数字",
    "finite": "有限的数",
    "bool": "true 或 false",
    "string_pattern": "符合 {pattern} 的文字",
    "string": "文字",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "list": "列表",
    "tuple": "列表",
    "set": "列表",
    "frozen": "列表",
    "dict": "一组键值",
    "model": "一组键值",
    "dataclass": "一组键值",
    "greater_than_equal": "不小于 {ge} 的数",
    "greater_than": "大于 {gt} 的数",
    "less_than_equal": "不大于 {le} 的数",
    "less_than": "小于 {lt} 的数",
    "literal": "{expected} 之一",
    "enum": "{expected} 之一",
    "union_tag": "{expected_tags} 之一",
    "datetime": "日期和时间",
    "timezone": "带时区的时间",
    "date": "日期",
    "time": "时间",
    "json": "有效的 JSON",
    "none": "空",
}
"""What a field expects in Chinese, by how the type of pydantic's error begins; the first fits."""


def expected(wrong: Mapping[str, Any]) -> tuple[str, str]:
    """What one of pydantic's errors says, in Chinese and in English.

    Our own validators write "english · 中文" (`in_both`).
    """
    chinese, english = in_both(str(wrong["msg"]).removeprefix("Value error, "))
    words = {"min_length": "", "max_length": "", **wrong.get("ctx", {})}
    words = {key: f"{one:g}" if isinstance(one, float) else one for key, one in words.items()}
    for key in {"expected", "expected_tags"} & words.keys():  # 'day' or 'shift'
        words[key] = re.sub(r",\s*|\s+or\s+", "、", str(words[key]))
    letters = words.get("field_type") == "Value"  # of a text; lists say so
    if letters or wrong["type"].startswith("string_too"):
        many = f"{words['min_length']}{words['max_length']}"
        least = words["min_length"] != ""
        english = f"at {'least' if least else 'most'} {many} characters" if letters else english
        return f"{'至少' if least else '至多'} {many} 个字符", english
    form = next((zh for kind, zh in _EXPECTED_ZH.items() if wrong["type"].startswith(kind)), None)
    return (chinese if form is None else form.format_map(words)), english


def in_both(text: str) -> tuple[str, str]:
    """The Chinese and the English half of "english · 中文", line by line.

    A text of one language is both.
    """
    lines = [line.partition(" · ") for line in text.split("\n")]
    english = "\n".join(one for one, _, _ in lines)
    return "\n".join(other if found else one for one, found, other in lines), english
