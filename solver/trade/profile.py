"""Read a rule profile from TOML: a shipped one by name, or a file of the district's folder.

A profile may say `extends = "standard"`: tables merge key by key, lists are replaced. What a file
changes carries its own source; a number without one is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.errors import HuanweiError, InputErrors, Issue, expected, in_both
from models.plan import PlanTitles
from models.toml_text import TomlError, read_toml
from models.trade.rules import RuleProfile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


SHIPPED = Path(__file__).with_name("profiles")
UNREADABLE, INVALID, UNSOURCED = "E191", "E192", "E193"
AMOUNTS = frozenset({"chambers"})
"""Keys whose table is one value in several amounts, covered by the source of the table it is in."""
MAX_EXTENDS = 5
"""A profile extends others over so many steps at most (chosen)."""


def shipped_profiles() -> tuple[str, ...]:
    """Names of the profiles that come with huanwei."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_profile(name: str, folder: Path | None = None) -> RuleProfile:
    """The profile `name`: shipped, or a TOML file below `folder`.

    Raises `InputErrors` (E191 unreadable, E192 value, E193 number without a source) with all
    problems at once.
    """
    table, issues = _read(name, folder, depth=0)
    if issues:
        raise InputErrors(issues)
    try:
        return RuleProfile.model_validate(table)
    except ValidationError as error:
        raise InputErrors(list(_issues(error, name))) from None


def refuse_strange_work(rules: RuleProfile, only: Iterable[str] | None) -> None:
    """Raise `HuanweiError` where a plan is asked of operations that the rule profile has not."""
    strange = sorted(set(only or ()) - rules.operations.keys())
    if strange:
        known = rules.operations
        raise HuanweiError(
            f"{', '.join(strange)}: no operation of the rule profile. Operations: "
            f"{', '.join(f'{one.title_en} ({name})' for name, one in known.items())}.",
            zh=f"{'、'.join(strange)}：规则方案中没有这种作业。方案中的作业："
            f"{'、'.join(f'{one.title_zh}（{name}）' for name, one in known.items())}。",
        )


def titles(rules: RuleProfile) -> PlanTitles:
    """What people call the profile's operations, vehicle types and streams."""
    return PlanTitles(
        operation={key: (one.title_zh, one.title_en) for key, one in rules.operations.items()},
        vehicle_type={key: (one.title_zh, one.title_en) for key, one in rules.vehicles.items()},
        stream={key: (one.title_zh, one.title_en) for key, one in rules.streams.items()},
    )


def _read(name: str, folder: Path | None, depth: int) -> tuple[dict[str, Any], list[Issue]]:
    """The merged table of a profile and of those it extends, or what is wrong with a file."""
    if name in shipped_profiles():
        return _shipped(name, depth)
    if folder is None or not (folder / name).is_file():
        return {}, [_missing(name)]
    path = folder / name
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return {}, [_unreadable(name, "a link out of the folder · 指向文件夹之外的链接")]
    return _extended(name, path, folder, depth)


@cache
def _shipped(name: str, depth: int) -> tuple[dict[str, Any], list[Issue]]:
    """A shipped profile, read once: its file does not change under the program."""
    return _extended(name, SHIPPED / f"{name}.toml", None, depth)


def _extended(
    name: str, path: Path, folder: Path | None, depth: int
) -> tuple[dict[str, Any], list[Issue]]:
    """The table of a file laid over that of the profile it extends."""
    try:
        own = read_toml(path)
    except TomlError as error:
        return {}, [_unreadable(name, str(error))]
    issues = [_unsourced(name, place) for place in unsourced(own)]
    base = own.pop("extends", None)
    if base is None:
        return own, issues
    if depth >= MAX_EXTENDS:
        return {}, [_unreadable(name, f"profiles extend each other in a ring ({base})")]
    table, more = _read(str(base), folder, depth + 1)
    return merge(table, own), issues + more


def profile_files(name: str, folder: Path) -> list[Path]:
    """Files below `folder` that the profile `name` is read from, itself first."""
    found: list[Path] = []
    while name not in shipped_profiles() and len(found) <= MAX_EXTENDS:
        found.append(folder / name)
        try:
            name = str(read_toml(found[-1]).get("extends", "standard"))
        except TomlError:
            break
    return found


def merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `own`, tables merged; sources per table: the own one rules."""
    merged = dict(base)
    for key, value in own.items():
        old = merged.get(key)
        if key == "source" and isinstance(old, str) and isinstance(value, dict):
            merged[key] = "; ".join([*(f"{k}: {v}" for k, v in value.items()), f"rest: {old}"])
        elif key == "source" and isinstance(old, dict) and isinstance(value, str):
            named = {k for k in own if k != "source"}
            merged[key] = old | dict.fromkeys(named, value)
        else:
            tables = isinstance(old, dict) and isinstance(value, dict)
            merged[key] = merge(dict(old or {}), value) if tables else value
    return merged


def unsourced(table: dict[str, Any], place: str = "") -> Iterator[str]:
    """Dotted names of numbers and times in a raw profile that no `source` covers."""
    source = table.get("source")
    for key, value in table.items():
        here = f"{place}.{key}" if place else key
        if key == "source":
            continue
        if isinstance(value, dict) and key not in AMOUNTS:
            yield from unsourced(value, here)
        elif _quantity(value) and not (
            isinstance(source, str) or (isinstance(source, dict) and key in source)
        ):
            yield here


def _quantity(value: Any) -> bool:
    """Whether a raw value is, or a list of raw values holds, a number or a time."""
    if isinstance(value, bool):
        return False
    if isinstance(value, dict):
        return any(map(_quantity, value.values()))
    if isinstance(value, str):
        return value[:2].isdigit() and ":" in value
    if isinstance(value, list):
        return any(
            any(map(_quantity, item.values())) if isinstance(item, dict) else _quantity(item)
            for item in value
        )
    return isinstance(value, int | float)


def _missing(name: str) -> Issue:
    known = ", ".join(shipped_profiles())
    return Issue(
        code=UNREADABLE, file="district.toml", column="profile", value=name,
        message_en=f'no rule profile "{name}"', message_zh=f"找不到规则文件“{name}”",
        hint_en=f"shipped profiles: {known}; or name a .toml file below the folder",
        hint_zh=f"自带规则:{known};或写文件夹内的 .toml 文件名",
    )  # fmt: skip


def _unreadable(name: str, detail: str) -> Issue:
    zh, en = in_both(detail)
    return Issue(
        code=UNREADABLE, file=name,
        message_en=f"the rule profile cannot be read: {en}",
        message_zh=f"规则文件无法读取：{zh}",
        hint_en="it must be TOML in UTF-8", hint_zh="须为 UTF-8 编码的 TOML 文件",
    )  # fmt: skip


def _unsourced(name: str, place: str) -> Issue:
    return Issue(
        code=UNSOURCED, file=name, column=place,
        message_en="a number without a source", message_zh="数值没有注明来源",
        hint_en='add `source = "local ..."` to its table',
        hint_zh='在所在表中加上 source = "local ..."',
    )  # fmt: skip


def _issues(error: ValidationError, name: str) -> Iterator[Issue]:
    """One issue per wrong value of a profile."""
    for wrong in error.errors(include_url=False):
        place = ".".join(str(part) for part in wrong["loc"])
        value = wrong["input"]
        shown = "" if isinstance(value, dict | list | tuple) else str(value)
        zh, en = expected(dict(wrong))
        for line_zh, line in zip(zh.splitlines(), en.splitlines(), strict=True):
            yield Issue(
                code=INVALID, file=name, column=place, value=shown,
                message_en=line, message_zh=f"规则值无效：{line_zh}",
                hint_en="docs/rule_profile.md explains every key",
                hint_zh="各项含义见 docs/rule_profile.md",
            )  # fmt: skip
