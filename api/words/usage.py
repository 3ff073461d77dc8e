"""What the command line says of options it does not understand, in Chinese.

Its library says it in English alone: each of its sentences has its words here.
"""

from __future__ import annotations

import re

_SAID = (
    (r"No such option:? '?(?P<name>[^'\s]+)'?\.?", "没有选项 {name}"),
    (r"No such command '(?P<name>[^']*)'\.?", "没有命令 {name}"),
    (r"Missing command\.?", "请写明命令"),
    (r"Missing (?P<kind>option|argument|parameter):? ?'?(?P<name>[^'.]*)'?\.?", "缺少 {name}"),
    (r"Option '(?P<name>[^']+)' requires (an argument|\d+ arguments)\.?", "选项 {name} 需要一个值"),
    (r"Option '(?P<name>[^']+)' does not take a value\.?", "选项 {name} 不带值"),
    (r"Got unexpected extra argument(s|\(s\))? \((?P<name>.*)\)\.?", "多余的内容：{name}"),
    (r"Invalid value for '?(?P<name>[^']+?)'?: (?P<why>.*)", "{name} 的值不合要求：{why}"),
    (r"Invalid value: (?P<why>.*)", "值不合要求：{why}"),
    (r"'(?P<name>[^']*)' does not match the formats? .*", "{name} 不是日期，请写 2026-03-18"),
    (r"'(?P<name>[^']*)' is not one of (?P<span>.*?)\.?", "{name} 不是 {span} 之一"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid (number|float).*", "应为数字"),
    (r"Input should be a valid boolean.*", "应为 true 或 false"),
    (r"Input should be a valid (datetime|date).*", "应为日期，请写 2026-03-18"),
    (r"Input should be greater than or equal to (?P<span>\S+)", "应不小于 {span}"),
    (r"Input should be less than or equal to (?P<span>\S+)", "应不大于 {span}"),
    (r"Input should be greater than (?P<span>\S+)", "应大于 {span}"),
    (r"Input should be less than (?P<span>\S+)", "应小于 {span}"),
    (r"(File|Directory|Path) '(?P<name>[^']*)' does not exist\.?", "{name} 不存在"),
    (r"(File|Directory|Path) '(?P<name>[^']*)' is not (readable|writable)\.?", "{name} 无法读写"),
    (r"(File|Directory) '(?P<name>[^']*)' is a (directory|file)\.?", "{name} 的类型不符"),
)  # fmt: skip


def usage_zh(text: str) -> str:
    """The Chinese of a message about options; of an unknown one, where help is."""
    plain, guess = _cut(" ".join(text.split()).replace("Value error, ", ""))
    for form, chinese in _SAID:
        if (found := re.fullmatch(form, plain)) is not None:
            words = {key: one or "" for key, one in found.groupdict().items()}
            if "why" in words:
                words["why"] = usage_zh(words["why"])
            return chinese.format_map(words) + (f"；是否想写 {guess}" if guess else "")
    return "写法有误，请看 --help"


def _cut(text: str) -> tuple[str, str]:
    """The message, and what its library guesses was meant."""
    for mark in ("(Possible options:", "Did you mean", "(Did you mean"):
        before, found, guess = text.partition(mark)
        if found:
            return before.strip(), guess.strip(" :?.)").replace("'", "")
    return text, ""
